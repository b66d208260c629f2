"""Feetech STS servos: short position goals only, because this servo never notices that its host has died."""

from __future__ import annotations

from hardware_bridge.backends.bus_servo import (
    CHECK_EVERY,
    HEALTH_EVERY,
    LARGEST_NM,
    QUICK_S,
    TRIES,
    BusServoDriver,
    SpeedSteps,
)
from hardware_bridge.backends.exchange import ask
from hardware_bridge.backends.motor_driver import Identity, MotorReading, NoAnswer
from hardware_bridge.backends.servo_settings import Setting, feetech_settings
from hardware_bridge.codecs import feetech as codec
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import Capabilities
from hardware_bridge.wires.links import Link

# Without a deadman in the servo the speed is capped: at 60 deg/s a goal is never more than a leash away.
FASTEST_DPS, BRISKEST_DPS2 = 60.0, 360.0
ANYBODY_S, ANSWER_S = 0.030, 0.006
STALL_NM = 1.9  # data sheet of the STS3215 at 7.4 V
SENSORS = (codec.PRESENT_POSITION.address, 6)
HEAT = (codec.PRESENT_VOLTAGE.address, 2)
HEALTH = (codec.TORQUE_ENABLE.address, codec.TORQUE_ENABLE.size)


class FeetechDriver(BusServoDriver[codec.FeetechPacket]):
    """One servo on a serial bus."""

    def __init__(
        self, link: Link, *, device_id: int = 1, sign: int = 1, zero_deg: float = 0.0, as_found: bool = False
    ) -> None:
        """`sign` and `zero_deg` say how the servo is built in: which way is left, and where straight ahead is."""
        self._speed_steps = SpeedSteps(step_dps=codec.GOAL_SPEED.step, fastest_dps=FASTEST_DPS)
        super().__init__(
            link,
            language=codec,
            decoder=codec.FeetechDecoder(),
            device_id=device_id,
            sign=sign,
            zero_deg=zero_deg,
            as_found=as_found,
        )

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

    def reconnect(self) -> None:
        """Find the servo, torque off."""
        self._link.reopen()
        number = self._read(codec.MODEL_NUMBER)
        self._model = codec.MODELS.get(number, f"model {number}")
        self._set(codec.TORQUE_ENABLE, 0)
        self._powered = False
        self._trouble = ""
        self._refuse_grave()
        self._hottest_c = self._read(codec.MAX_TEMPERATURE)
        self._stiffness_share = self._read(codec.POSITION_P_GAIN) / codec.SHIPPED_P_GAIN
        self._check_heat(tries=TRIES)

    def settings(self) -> list[Setting]:
        """What stands in its permanent memory."""
        return feetech_settings(self._read)

    def keep(self, register: Register, raw: int) -> None:
        """Write into the permanent memory, which has a lock."""
        self._set(codec.LOCK, 0)
        if register in (codec.SERVO_ID, codec.BAUD_RATE):
            self._tell(codec.write(self._id, address=register.address, data=register.raw_bytes(raw)))
            return  # it locks itself when its supply is cut; under its new name it is locked by whoever finds it
        try:
            self._set(register, raw)
        finally:
            self._set(codec.LOCK, 1)

    def power(self, *, on: bool, here_deg: float) -> None:
        """Torque on with the goal where the screen is, or torque off."""
        if on:
            self._set(codec.TORQUE_LIMIT, round(LARGEST_NM / STALL_NM / codec.TORQUE_LIMIT.step))
            self._send(self._goals(here_deg, rate_dps=0.0, accel_dps2=0.0, torque_nm=LARGEST_NM), tries=TRIES)
        self._set(codec.TORQUE_ENABLE, int(on))
        self._powered = on

    def measure(self) -> MotorReading:
        """Place, speed and load; now and then also whether the torque is still on."""
        self._reads += 1
        if self._reads % CHECK_EVERY == 0:
            on = self._read_block(HEALTH).body[0] == 1
            self._powered = self._powered and on
        if self._reads % HEALTH_EVERY == 0:
            self._check_heat()
        answer = self._read_block(SENSORS)
        if answer.code:
            words = codec.error_words(answer.code) or [f"error {answer.code}"]
            self._trouble = f"servo {self._id}: " + " and ".join(words)
        address, data = SENSORS[0], answer.body
        rate_dps = codec.PRESENT_SPEED.decode(codec.PRESENT_SPEED.inside(address, data))
        load = codec.PRESENT_LOAD.decode(codec.PRESENT_LOAD.inside(address, data))
        return MotorReading(
            yaw_deg=self._screen_deg(codec.PRESENT_POSITION.decode(codec.PRESENT_POSITION.inside(address, data))),
            rate_dps=self._sign * rate_dps,
            torque_nm=self._sign * load * STALL_NM,
            powered=self._powered,
            fault=self._trouble,
        )

    def _goals(self, yaw_deg: float, *, rate_dps: float, accel_dps2: float, torque_nm: float) -> codec.FeetechPacket:
        """Ramp, place, speed and torque limit lie side by side, so one write takes them all."""
        speed_raw = self._speed_steps.of(rate_dps)
        data = (
            codec.ACCELERATION.encode(accel_dps2)
            + codec.GOAL_POSITION.encode(self._servo_deg(yaw_deg))
            + codec.GOAL_TIME.raw_bytes(0)
            + codec.GOAL_SPEED.raw_bytes(speed_raw)
            + codec.TORQUE_LIMIT.encode(min(torque_nm, LARGEST_NM) / STALL_NM)
        )
        return codec.write(self._id, address=codec.ACCELERATION.address, data=data)

    def _check_heat(self, *, tries: int = 1) -> None:
        address, data = HEAT[0], self._read_block(HEAT, tries=tries).body
        self._note_health(
            celsius=codec.PRESENT_TEMPERATURE.decode(codec.PRESENT_TEMPERATURE.inside(address, data)),
            volt=codec.PRESENT_VOLTAGE.decode(codec.PRESENT_VOLTAGE.inside(address, data)),
        )

    def _fits(self, answer: codec.FeetechPacket, *, size: int | None) -> bool:
        return answer.device_id == self._id and len(answer.body) == (size or 0)

    def _data(self, answer: codec.FeetechPacket) -> bytes:
        return answer.body

    def _send(self, packet: codec.FeetechPacket, *, within_s: float = QUICK_S, tries: int = 1) -> None:
        self._ask(packet, within_s=within_s, tries=tries)


def discover(link: Link) -> list[tuple[int, str]]:
    """Who answers. These servos talk over each other when all are asked: that shows only whether there is anybody.

    Then the numbers are asked one after the other.
    """
    found: list[tuple[int, str]] = []
    decoder = codec.FeetechDecoder()
    link.read()
    link.write(codec.encode(codec.ping(codec.BROADCAST_ID)))
    link.wait(link.now_s() + ANYBODY_S)
    if not link.read():
        return found
    for device_id in range(codec.HIGHEST_ID + 1):
        request = codec.read(device_id, address=codec.MODEL_NUMBER.address, size=codec.MODEL_NUMBER.size)
        try:
            answer = ask(
                link,
                codec.encode(request),
                decoder=decoder,
                fits=lambda packet: len(packet.body) == codec.MODEL_NUMBER.size,
                within_s=ANSWER_S,
                who=f"servo {device_id}",
            )
        except NoAnswer:
            continue
        number = codec.MODEL_NUMBER.raw(answer.body)
        found.append((answer.device_id, codec.MODELS.get(number, f"model {number}")))
    return found
