"""Feetech STS servos: short position goals only, because this servo never notices that its host has died."""

from __future__ import annotations

from hardware_bridge.backends.driver import Identity, Measured, NoAnswer, Target
from hardware_bridge.backends.exchange import ask
from hardware_bridge.backends.wired import LEAD_S
from hardware_bridge.codecs import feetech as codec
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import Capabilities
from hardware_bridge.wire import Link

HOME_DEG = 180.0
QUICK_S, PATIENT_S = 0.004, 0.020
TRIES = 3
# Without a deadman in the servo the speed is capped: at 60 deg/s a goal is never more than a leash away.
FASTEST_DPS, BRISKEST_DPS2 = 60.0, 360.0
STOP_DPS2 = 1350.0  # 1080 is promised; the rest makes up for the way by which the servo leads
STALL_NM = 1.9  # data sheet of the STS3215 at 7.4 V
LARGEST_NM = 1.4
CHECK_EVERY = 5
SENSORS = (codec.PRESENT_POSITION.address, 6)


class FeetechDriver:
    """One servo on a serial bus."""

    def __init__(self, link: Link, *, device_id: int = 1, sign: int = 1, zero_deg: float = 0.0) -> None:
        """`sign` and `zero_deg` say how the servo is built in: which way is left, and where straight ahead is."""
        self._link = link
        self._id = device_id
        self._sign = sign
        self._zero_deg = zero_deg
        self._decoder = codec.Decoder()
        self._reads = 0
        self._powered = False
        self._trouble = ""
        self.reconnect()

    @property
    def capabilities(self) -> Capabilities:
        """What the servo can do; it feels a load but measures no torque worth the name."""
        return Capabilities(
            name=f"Feetech {self._model} (id {self._id})",
            max_rate_dps=FASTEST_DPS,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=codec.STEP_DEG,
            rate_step_dps=codec.GOAL_SPEED.step,
            accel_step_dps2=codec.ACCELERATION.step,
            has_current=True,
            has_torque_limit=True,
            has_profile=True,
            back_drivable=False,
            deadman="none",
        )

    @property
    def identity(self) -> Identity:
        """Model and number; these servos have no serial number."""
        return Identity(kind="feetech", address=self._id, model=self._model, firmware="", serial="")

    def now_s(self) -> float:
        """The clock of the wire."""
        return self._link.now_s()

    def reconnect(self) -> None:
        """Find the servo, torque off."""
        self._link.reopen()
        number = self._read(codec.MODEL_NUMBER)
        self._model = codec.MODELS.get(number, f"model {number}")
        self._set(codec.TORQUE_ENABLE, 0)
        self._powered = False
        self._trouble = ""

    def power(self, *, on: bool, here_deg: float) -> None:
        """Torque on with the goal where the screen is, or torque off."""
        if on:
            self._set(codec.TORQUE_LIMIT, round(LARGEST_NM / STALL_NM / codec.TORQUE_LIMIT.step))
            self._send(self._goals(here_deg, rate_dps=0.0, accel_dps2=0.0, torque_nm=LARGEST_NM), tries=TRIES)
        self._set(codec.TORQUE_ENABLE, int(on))
        self._powered = on

    def measure(self) -> Measured:
        """Place, speed and load; now and then also whether the torque is still on."""
        self._reads += 1
        if self._reads % CHECK_EVERY == 0:
            on = self._ask(self._reading(codec.TORQUE_ENABLE), within_s=QUICK_S, size=1).body[0] == 1
            self._powered = self._powered and on
        address, size = SENSORS
        answer = self._ask(codec.read(self._id, address=address, size=size), within_s=QUICK_S, size=size)
        if answer.code:
            words = codec.error_words(answer.code) or [f"error {answer.code}"]
            self._trouble = f"servo {self._id}: " + " and ".join(words)
        data = answer.body
        yaw_deg = codec.PRESENT_POSITION.decode(codec.PRESENT_POSITION.inside(address, data)) - HOME_DEG
        rate_dps = codec.PRESENT_SPEED.decode(codec.PRESENT_SPEED.inside(address, data))
        load = codec.PRESENT_LOAD.decode(codec.PRESENT_LOAD.inside(address, data))
        return Measured(
            yaw_deg=self._sign * yaw_deg - self._zero_deg,
            rate_dps=self._sign * rate_dps,
            torque_nm=self._sign * load * STALL_NM,
            powered=self._powered,
            fault=self._trouble,
        )

    def follow(self, target: Target) -> None:
        """The goal leads by a little at the wanted speed; a host that dies leaves it no farther than that."""
        lead_deg = target.yaw_deg + target.rate_dps * LEAD_S
        self._send(self._goals(lead_deg, rate_dps=target.speed_dps, accel_dps2=0.0, torque_nm=target.torque_limit_nm))

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """The servo's own ramp to where the stop deceleration ends."""
        end_deg = yaw_deg + rate_dps * abs(rate_dps) / (2.0 * STOP_DPS2)
        self._send(self._goals(end_deg, rate_dps=rate_dps, accel_dps2=STOP_DPS2, torque_nm=LARGEST_NM), tries=2)

    def alive(self) -> None:
        """Nothing to say: this servo does not listen for life."""

    def close(self) -> None:
        """Give the wire back."""
        self._link.close()

    def _goals(self, yaw_deg: float, *, rate_dps: float, accel_dps2: float, torque_nm: float) -> codec.Packet:
        """Ramp, place, speed and torque limit lie side by side, so one write takes them all."""
        # Rounded up, so that the servo never falls behind; 0 would mean "no limit".
        speed_raw = min(int(abs(rate_dps) / codec.GOAL_SPEED.step) + 1, round(FASTEST_DPS / codec.GOAL_SPEED.step))
        data = (
            codec.ACCELERATION.encode(accel_dps2)
            + codec.GOAL_POSITION.encode(self._sign * (yaw_deg + self._zero_deg) + HOME_DEG)
            + codec.GOAL_TIME.raw_bytes(0)
            + codec.GOAL_SPEED.raw_bytes(speed_raw)
            + codec.TORQUE_LIMIT.encode(min(torque_nm, LARGEST_NM) / STALL_NM)
        )
        return codec.write(self._id, address=codec.ACCELERATION.address, data=data)

    def _reading(self, register: Register) -> codec.Packet:
        return codec.read(self._id, address=register.address, size=register.size)

    def _read(self, register: Register) -> int:
        answer = self._ask(self._reading(register), within_s=PATIENT_S, tries=TRIES, size=register.size)
        return register.raw(answer.body)

    def _set(self, register: Register, raw: int) -> None:
        """Write and read back: this servo drops what it does not like without a word."""
        packet = codec.write(self._id, address=register.address, data=register.raw_bytes(raw))
        for _ in range(TRIES):
            try:
                self._send(packet, within_s=PATIENT_S)
            except NoAnswer:
                continue
            if self._read(register) == raw:
                return
        raise NoAnswer(f"servo {self._id} does not take {register.name} = {raw}")

    def _send(self, packet: codec.Packet, *, within_s: float = QUICK_S, tries: int = 1) -> None:
        self._ask(packet, within_s=within_s, tries=tries, size=0)

    def _ask(self, packet: codec.Packet, *, within_s: float, tries: int = 1, size: int) -> codec.Packet:
        return ask(
            self._link,
            codec.encode(packet),
            decoder=self._decoder,
            fits=lambda answer: answer.device_id == self._id and len(answer.body) == size,
            within_s=within_s,
            who=f"servo {self._id} on {self._link.name}",
            tries=tries,
        )


def discover(link: Link, *, highest_id: int = 20) -> list[tuple[int, str]]:
    """Who answers: numbers are asked one after the other, because these servos talk over each other at a broadcast."""
    found: list[tuple[int, str]] = []
    decoder = codec.Decoder()
    for device_id in range(highest_id + 1):
        request = codec.read(device_id, address=codec.MODEL_NUMBER.address, size=codec.MODEL_NUMBER.size)
        try:
            answer = ask(
                link,
                codec.encode(request),
                decoder=decoder,
                fits=lambda packet: len(packet.body) == codec.MODEL_NUMBER.size,
                within_s=0.010,
                who=f"servo {device_id}",
            )
        except NoAnswer:
            continue
        number = codec.MODEL_NUMBER.raw(answer.body)
        found.append((answer.device_id, codec.MODELS.get(number, f"model {number}")))
    return found
