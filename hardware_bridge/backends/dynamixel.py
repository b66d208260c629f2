"""Dynamixel X servos: position goals tick by tick, a current limit, and the servo's own bus watchdog as deadman."""

from __future__ import annotations

from hardware_bridge.backends.bus_servo import (
    CHECK_EVERY,
    HEALTH_EVERY,
    LARGEST_NM,
    PATIENT_S,
    QUICK_S,
    TRIES,
    BusServoDriver,
    SpeedSteps,
)
from hardware_bridge.backends.motor_driver import Identity, MotorReading, Refused
from hardware_bridge.backends.servo_settings import Setting, dynamixel_settings
from hardware_bridge.codecs import dynamixel as codec
from hardware_bridge.codecs import dynamixel_table as table
from hardware_bridge.codecs.registers import Register
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.wires.links import Link

WATCHDOG_S = 0.100
ALL_ANSWERED_S = 0.8
FASTEST_DPS, BRISKEST_DPS2 = 180.0, 360.0
# The two blocks that are read: what changes each tick, and what shows that the servo was reset or stopped by itself.
SENSORS = (table.PRESENT_CURRENT.address, 10)
HEAT = (table.PRESENT_VOLTAGE.address, 3)
HEALTH = (table.TORQUE_ENABLE.address, table.BUS_WATCHDOG.address + 1 - table.TORQUE_ENABLE.address)


class DynamixelDriver(BusServoDriver[codec.DynamixelPacket]):
    """One servo on a serial bus."""

    def __init__(
        self, link: Link, *, device_id: int = 1, sign: int = 1, zero_deg: float = 0.0, as_found: bool = False
    ) -> None:
        """`sign` and `zero_deg` say how the servo is built in: which way is left, and where straight ahead is."""
        self._limit_raw = 0
        self._fastest_dps = FASTEST_DPS
        super().__init__(
            link,
            language=codec,
            decoder=codec.DynamixelDecoder(),
            device_id=device_id,
            sign=sign,
            zero_deg=zero_deg,
            as_found=as_found,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What the servo can do, with the steps of its registers."""
        return Capabilities(
            name=f"Dynamixel {self._model.name} (id {self._id})",
            max_rate_dps=self._fastest_dps,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=table.POSITION_STEP_DEG,
            rate_step_dps=table.RPM_STEP_DPS,
            accel_step_dps2=table.ACCEL_STEP_DPS2,
            has_current=self._model.senses_current,
            has_torque_limit=self._model.senses_current,
            has_profile=True,
            back_drivable=self._model.senses_current,
            deadman="device",
            deadman_step_ms=1000.0 * table.WATCHDOG_STEP_S,
        )

    @property
    def identity(self) -> Identity:
        """Model, firmware and number; these servos have no serial number."""
        return Identity(
            kind="dynamixel", address=self._id, model=self._model.name, firmware=str(self._firmware), serial=""
        )

    def reconnect(self) -> None:
        """Find the servo, torque off; a servo that reports a hardware error is restarted."""
        self._link.reopen()
        # Somebody may have told it to be silent; it then does what it hears all the same, until its supply is cut.
        level = table.STATUS_RETURN_LEVEL
        self._tell(codec.write(self._id, address=level.address, data=level.raw_bytes(2)))
        answer = self._ask(codec.ping(self._id), within_s=PATIENT_S, tries=TRIES, size=3)
        number, self._firmware = int.from_bytes(answer.data[:2], "little"), answer.data[2]
        if number not in table.MODELS:
            raise PortError(f"servo {self._id} is of model {number}, which Swivel does not know")
        self._model = table.MODELS[number]
        if self._read(table.HARDWARE_ERROR):
            self._ask(codec.DynamixelPacket(device_id=self._id, code=codec.REBOOT), within_s=PATIENT_S)
            self._link.wait(self._link.now_s() + 0.5)
        self._set(table.TORQUE_ENABLE, 0)
        self._set(table.BUS_WATCHDOG, 0)
        self._refuse_grave()
        mode = table.MODE_CURRENT_BASED_POSITION if self._model.senses_current else table.MODE_POSITION
        if not self._as_found:
            self._set(table.OPERATING_MODE, mode)
        self._powered = False
        self._trouble = ""
        self._limit_raw = self._read(table.CURRENT_LIMIT)
        self._fastest_dps = min(FASTEST_DPS, self._read(table.VELOCITY_LIMIT) * table.RPM_STEP_DPS)
        self._speed_steps = SpeedSteps(step_dps=table.RPM_STEP_DPS, fastest_dps=self._fastest_dps)
        self._hottest_c = self._read(table.TEMPERATURE_LIMIT)
        self._stiffness_share = self._read(table.POSITION_P_GAIN) / table.SHIPPED_P_GAIN
        self._check_heat(tries=TRIES)

    def settings(self) -> list[Setting]:
        """What stands in its permanent memory."""
        return dynamixel_settings(
            self._read, senses_current=self._model.senses_current, most_current_raw=self._model.current_limit_raw
        )

    def keep(self, register: Register, raw: int) -> None:
        """Write into the permanent memory, which is open while the torque is off."""
        if register in (table.SERVO_ID, table.BAUD_RATE):
            self._tell(codec.write(self._id, address=register.address, data=register.raw_bytes(raw)))
        else:
            self._set(register, raw)

    def power(self, *, on: bool, here_deg: float) -> None:
        """Torque on with the watchdog armed and the goal where the screen is, or torque off."""
        if on:
            self._set(table.BUS_WATCHDOG, 0)
            self._send(self._goals(here_deg, rate_dps=0.0, accel_dps2=0.0, torque_nm=LARGEST_NM), tries=TRIES)
            self._set(table.BUS_WATCHDOG, round(WATCHDOG_S / table.WATCHDOG_STEP_S))
        self._set(table.TORQUE_ENABLE, int(on))
        self._powered = on
        if not on:
            self._set(table.BUS_WATCHDOG, 0)

    def measure(self) -> MotorReading:
        """Current, speed and place; now and then also whether the servo is still as it was left."""
        self._reads += 1
        if self._reads % CHECK_EVERY == 0:
            self._check_health()
        if self._reads % HEALTH_EVERY == 0:
            self._check_heat()
        answer = self._read_block(SENSORS)
        if answer.alert:
            self._check_health()
        address, data = SENSORS[0], answer.data
        current = table.PRESENT_CURRENT.raw(table.PRESENT_CURRENT.inside(address, data))
        rate_dps = table.PRESENT_VELOCITY.decode(table.PRESENT_VELOCITY.inside(address, data))
        return MotorReading(
            yaw_deg=self._screen_deg(table.PRESENT_POSITION.decode(table.PRESENT_POSITION.inside(address, data))),
            rate_dps=self._sign * rate_dps,
            torque_nm=self._sign * self._torque_nm(current),
            powered=self._powered,
            fault=self._trouble,
        )

    def _goals(self, yaw_deg: float, *, rate_dps: float, accel_dps2: float, torque_nm: float) -> codec.DynamixelPacket:
        rate_raw = self._speed_steps.of(rate_dps)
        place = table.GOAL_POSITION.encode(self._servo_deg(yaw_deg))
        ramps = table.PROFILE_ACCELERATION.encode(accel_dps2) + table.PROFILE_VELOCITY.raw_bytes(rate_raw)
        if not self._model.senses_current:
            data, first = ramps + place, table.PROFILE_ACCELERATION
        else:
            current = table.GOAL_CURRENT.raw_bytes(self._current_raw(torque_nm))
            data, first = current + table.GOAL_VELOCITY.raw_bytes(0) + ramps + place, table.GOAL_CURRENT
        return codec.write(self._id, address=first.address, data=data)

    def _current_raw(self, torque_nm: float) -> int:
        step_a = self._model.current_step_a
        assert step_a is not None
        raw = round(min(torque_nm, LARGEST_NM) / self._model.torque_per_ampere_nm / step_a)
        return min(raw, self._limit_raw)

    def _torque_nm(self, raw: int) -> float:
        if self._model.current_step_a is None:
            return 0.0
        return raw * self._model.current_step_a * self._model.torque_per_ampere_nm

    def _check_health(self) -> None:
        address, data = HEALTH[0], self._read_block(HEALTH).data
        errors = table.HARDWARE_ERROR.raw(table.HARDWARE_ERROR.inside(address, data))
        watchdog = table.BUS_WATCHDOG.raw(table.BUS_WATCHDOG.inside(address, data))
        on = table.TORQUE_ENABLE.raw(table.TORQUE_ENABLE.inside(address, data)) == 1
        if errors:
            self._trouble = f"servo {self._id}: " + " and ".join(table.hardware_error_words(errors))
        elif watchdog == table.WATCHDOG_TRIPPED:
            self._trouble = f"servo {self._id} heard nothing for {1000 * WATCHDOG_S:.0f} ms and stopped"
        self._powered = self._powered and on

    def _check_heat(self, *, tries: int = 1) -> None:
        address, data = HEAT[0], self._read_block(HEAT, tries=tries).data
        self._note_health(
            celsius=table.PRESENT_TEMPERATURE.decode(table.PRESENT_TEMPERATURE.inside(address, data)),
            volt=table.PRESENT_VOLTAGE.decode(table.PRESENT_VOLTAGE.inside(address, data)),
        )

    def _send(self, packet: codec.DynamixelPacket, *, within_s: float = QUICK_S, tries: int = 1) -> None:
        answer = self._ask(packet, within_s=within_s, tries=tries)
        if answer.error:
            words = codec.ERROR_WORDS.get(answer.error, f"error {answer.error}")
            raise Refused(f"servo {self._id} refuses: {words}")

    def _fits(self, answer: codec.DynamixelPacket, *, size: int | None) -> bool:
        mine = answer.is_status and answer.device_id == self._id
        return mine and (size is None or len(answer.data) == size)

    def _data(self, answer: codec.DynamixelPacket) -> bytes:
        return answer.data


def discover(link: Link) -> list[tuple[int, str]]:
    """Who answers a broadcast ping: number on the bus and model. They take turns by their numbers, 3 ms each."""
    decoder = codec.DynamixelDecoder()
    link.read()
    link.write(codec.encode(codec.ping(codec.BROADCAST_ID)))
    found: dict[int, str] = {}
    until_s = link.now_s() + ALL_ANSWERED_S
    while link.now_s() < until_s:
        link.wait(until_s)
        for packet in decoder.feed(link.read()):
            if packet.is_status and len(packet.data) == 3:
                number = int.from_bytes(packet.data[:2], "little")
                known = table.MODELS.get(number)
                found[packet.device_id] = known.name if known else f"unknown model {number}"
    return sorted(found.items())
