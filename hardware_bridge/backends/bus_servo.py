"""What the drivers of all bus servos share: asking with a deadline, writing with proof, and where the screen's zero is.

The driver of one maker adds what its registers mean and what its servo cannot do.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from hardware_bridge.backends.exchange import ask
from hardware_bridge.backends.motor_driver import MotorHealth, NoAnswer, Target
from hardware_bridge.backends.servo_settings import Setting
from hardware_bridge.backends.wired import LEAD_S
from hardware_bridge.codecs.byte_framing import StreamDecoder
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import PortError
from hardware_bridge.wires.links import Link

HOME_DEG = 180.0  # a servo counts from 0 to 360 degrees; the middle is straight ahead
QUICK_S, PATIENT_S = 0.004, 0.020
TRIES = 3
STOP_DPS2 = 1350.0  # 1080 is promised; the rest makes up for the way by which the servo leads
# While the torque per ampere is the maker's and not measured, no more than this is asked of the motor.
LARGEST_NM = 1.4
# Sensors are read each tick; whether the servo is still as it was left, each so many.
CHECK_EVERY = 5
HEALTH_EVERY = 50
# So far below the heat at which the servo itself lets go: then the screen stops, and is not dropped.
COOL_ENOUGH_C = 5.0

P = TypeVar("P")


class Language(Protocol[P]):
    """The codec of one maker: a module of functions."""

    def encode(self, packet: P) -> bytes:
        """As bytes on the wire."""

    def read(self, device_id: int, *, address: int, size: int) -> P:
        """Ask for bytes of the control table."""

    def write(self, device_id: int, *, address: int, data: bytes) -> P:
        """Set bytes of the control table."""


class BusServoDriver(ABC, Generic[P]):
    """One servo on a serial bus."""

    def __init__(
        self,
        link: Link,
        *,
        language: Language[P],
        decoder: StreamDecoder[P],
        device_id: int,
        sign: int,
        zero_deg: float,
        as_found: bool = False,
    ) -> None:
        """`sign` and `zero_deg` say how the servo is built in: which way is left, and where straight ahead is.

        One that is opened `as_found` is not refused for its settings: for whoever mends them.
        """
        self._link, self._language, self._decoder = link, language, decoder
        self._id, self._sign, self._zero_deg = device_id, sign, zero_deg
        self._reads = 0
        self._powered = False
        self._trouble = ""
        self._as_found = as_found
        self._health = MotorHealth()
        self._stiffness_share = 1.0
        self._hottest_c = 0.0  # where the servo itself would let go; 0 while that is not known
        self.reconnect()

    def now_s(self) -> float:
        """The clock of the wire."""
        return self._link.now_s()

    @property
    def health(self) -> MotorHealth:
        """As last asked for."""
        return self._health

    @property
    def stiffness_share(self) -> float:
        """From the proportional gain of its position loop, which anybody may have set."""
        return self._stiffness_share

    def built_in(self, *, sign: int, zero_deg: float) -> None:
        """How the servo sits in its base; for whoever learns that only after it has said who it is. Torque must be off."""
        self._sign, self._zero_deg = sign, zero_deg

    @abstractmethod
    def settings(self) -> list[Setting]:
        """What stands in its permanent memory."""

    @abstractmethod
    def keep(self, register: Register, raw: int) -> None:
        """Write into the permanent memory. A new number or baud rate is taken up at once, and not read back here."""

    @abstractmethod
    def reconnect(self) -> None:
        """Find the servo, torque off."""

    def follow(self, target: Target) -> None:
        """The goal leads by a little at the wanted speed, so that the servo glides between two of them.

        A host that dies leaves the servo no farther to go than that.
        """
        lead_deg = target.yaw_deg + target.rate_dps * LEAD_S
        self._send(self._goals(lead_deg, rate_dps=target.speed_dps, accel_dps2=0.0, torque_nm=target.torque_limit_nm))

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """The servo's own ramp to where the stop deceleration ends."""
        end_deg = yaw_deg + rate_dps * abs(rate_dps) / (2.0 * STOP_DPS2)
        self._send(self._goals(end_deg, rate_dps=rate_dps, accel_dps2=STOP_DPS2, torque_nm=LARGEST_NM), tries=2)

    def alive(self) -> None:
        """Nothing to say: reading the sensors each tick is the only sign of life that such a servo may look for."""

    def close(self) -> None:
        """Give the wire back."""
        self._link.close()

    @abstractmethod
    def _goals(self, yaw_deg: float, *, rate_dps: float, accel_dps2: float, torque_nm: float) -> P:
        """Ramps, place and torque limit in one write: the servo takes them all or none."""

    @abstractmethod
    def _fits(self, answer: P, *, size: int | None) -> bool:
        """Whether this answers our question, which must bring `size` bytes; None when that is not known."""

    @abstractmethod
    def _data(self, answer: P) -> bytes:
        """What an answer carries."""

    @abstractmethod
    def _send(self, packet: P, *, within_s: float = QUICK_S, tries: int = 1) -> None:
        """Write, and hear what the servo says to it."""

    def _refuse_grave(self) -> None:
        """Stay away from a servo that somebody has left in a state in which it turns otherwise than asked."""
        grave = [] if self._as_found else [one for one in self.settings() if one.grave]
        if grave:
            raise PortError(
                f"servo {self._id} on {self._link.name} must be set up first (swivel bridge setup): {grave[0].sentence}"
            )

    def _note_health(self, *, celsius: float, volt: float) -> None:
        self._health = MotorHealth(celsius=celsius, volt=volt)
        if self._hottest_c and celsius >= self._hottest_c - COOL_ENOUGH_C:
            self._trouble = f"servo {self._id} is at {celsius:.0f} °C and lets go at {self._hottest_c:.0f}: let it cool"

    def _tell(self, packet: P) -> None:
        """Write without waiting for what the servo says to it: under its new number or speed it may say nothing."""
        self._link.write(self._language.encode(packet))
        self._link.wait(self._link.now_s() + PATIENT_S)

    # --- for the drivers of the makers --------------------------------------------------------------------------------

    def _screen_deg(self, servo_deg: float) -> float:
        return self._sign * (servo_deg - HOME_DEG) - self._zero_deg

    def _servo_deg(self, yaw_deg: float) -> float:
        return self._sign * (yaw_deg + self._zero_deg) + HOME_DEG

    def _read_block(self, block: tuple[int, int], *, within_s: float = QUICK_S, tries: int = 1) -> P:
        address, size = block
        return self._ask(
            self._language.read(self._id, address=address, size=size), within_s=within_s, tries=tries, size=size
        )

    def _read(self, register: Register) -> int:
        answer = self._read_block((register.address, register.size), within_s=PATIENT_S, tries=TRIES)
        return register.raw(self._data(answer))

    def _set(self, register: Register, raw: int) -> None:
        """Write and read back: an answer that got lost does not mean that the write did, and one maker's servo drops
        what it does not like without a word."""
        packet = self._language.write(self._id, address=register.address, data=register.raw_bytes(raw))
        for _ in range(TRIES):
            try:
                self._send(packet, within_s=PATIENT_S)
            except NoAnswer:
                continue
            if self._read(register) == raw:
                return
        raise NoAnswer(f"servo {self._id} does not take {register.name} = {raw}")

    def _ask(self, packet: P, *, within_s: float, tries: int = 1, size: int | None = None) -> P:
        """`size` is what a read must bring, so that a late answer to another question is not taken for it."""
        return ask(
            self._link,
            self._language.encode(packet),
            decoder=self._decoder,
            fits=lambda answer: self._fits(answer, size=size),
            within_s=within_s,
            who=f"servo {self._id} on {self._link.name}",
            tries=tries,
        )


class SpeedSteps:
    """A speed in whole register steps whose mean is the speed: what one message rounds away, the next ones make up for."""

    def __init__(self, *, step_dps: float, fastest_dps: float) -> None:
        self._step_dps, self._most = step_dps, round(fastest_dps / step_dps)
        self._owed = 0.5

    def of(self, rate_dps: float) -> int:
        """At least 1, because 0 would mean "no limit"."""
        exact = abs(rate_dps) / self._step_dps
        steps = min(max(1, math.floor(exact + self._owed)), self._most)
        self._owed = min(max(self._owed + exact - steps, 0.0), 1.0)
        return steps
