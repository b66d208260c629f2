"""An emulated Dynamixel X servo: the bytes, the memory, the ramps, the watchdog and the refusals of the real one."""

from __future__ import annotations

import math

from hardware_bridge.codecs import dynamixel as codec
from hardware_bridge.codecs import dynamixel_table as table
from hardware_bridge.codecs.registers import Register
from hardware_bridge.emulators.bus_servo import HOME_DEG, BusServo
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.servo_loop import Ramp
from simulator.onboard.facts import MotorFacts

FIRMWARE = 47
OVERLOAD_SHARE = 0.95
OVERLOAD_MS = 1_500

RESULT_FAIL, UNKNOWN_INSTRUCTION, DATA_RANGE, DATA_LENGTH, DATA_LIMIT, ACCESS = 1, 2, 4, 5, 6, 7

GOALS = frozenset(
    {table.GOAL_CURRENT, table.GOAL_VELOCITY, table.GOAL_POSITION, table.PROFILE_ACCELERATION, table.PROFILE_VELOCITY}
)


class DynamixelServo(BusServo[codec.DynamixelPacket]):
    """One servo on its bus."""

    def __init__(
        self, body: EmulatedBody, *, facts: MotorFacts, device_id: int = 1, model: int = 1020, as_found: bool = False
    ) -> None:
        """One `as_found` comes out of its box at 57,600 baud, and somebody has left it in a mode of its own."""
        super().__init__(
            body,
            facts=facts,
            registers=table.REGISTERS,
            table_size=table.TABLE_SIZE,
            new_decoder=codec.DynamixelDecoder,
        )
        self._model = table.MODELS[model]
        self._factory_settings(device_id)
        if as_found:
            self.memory.set_raw(table.BAUD_RATE, 1)
            self.memory.set_raw(table.RETURN_DELAY, 250)
            self.memory.set_raw(table.DRIVE_MODE, table.TIME_BASED)
        self._boot()

    @property
    def device_id(self) -> int:
        """Its number on the bus."""
        return self.memory.raw(table.SERVO_ID)

    def _factory_settings(self, device_id: int) -> None:
        self.memory.set_raw(table.MODEL_NUMBER, self._model.number)
        self.memory.set_raw(table.FIRMWARE_VERSION, FIRMWARE)
        self.memory.set_raw(table.SERVO_ID, device_id)
        self.memory.set_raw(table.BAUD_RATE, 3)
        self.memory.set_raw(table.OPERATING_MODE, table.MODE_POSITION)
        self.memory.set_raw(table.TEMPERATURE_LIMIT, 80)
        self.memory.set_raw(table.SHUTDOWN, 52)
        self.memory.set_raw(table.CURRENT_LIMIT, self._model.current_limit_raw)
        self.memory.set_value(table.VELOCITY_LIMIT, 360.0)
        self.memory.set_raw(table.MAX_POSITION, 4095)

    @property
    def _gain(self) -> tuple[Register, int]:
        return table.POSITION_P_GAIN, table.SHIPPED_P_GAIN

    @property
    def _set_baud(self) -> int:
        return table.BAUDS.get(self.memory.raw(table.BAUD_RATE), table.BAUDS[1])

    def _boot(self) -> None:
        super()._boot()
        self._clock_ms = 0
        self._watchdog_ms = 0
        self.memory.set_raw(table.STATUS_RETURN_LEVEL, 2)
        self.memory.set_raw(table.POSITION_P_GAIN, table.SHIPPED_P_GAIN)
        self.memory.set_raw(table.GOAL_CURRENT, self.memory.raw(table.CURRENT_LIMIT))
        self.memory.set_raw(table.HARDWARE_ERROR, 0)
        if self.memory.raw(table.STARTUP) & table.STARTS_WITH_TORQUE:
            self.memory.set_raw(table.TORQUE_ENABLE, 1)
            self._loop.powered = True

    # --- the wire ---------------------------------------------------------------------------------------------------

    def _obey(self, packet: codec.DynamixelPacket) -> None:  # noqa: C901  a table: one case for each instruction of the protocol
        # Any instruction on the bus counts as a sign of life, not only those for this servo.
        if packet.code != codec.STATUS:
            self._watchdog_ms = 0
        mine = packet.device_id == self.device_id
        broadcast = packet.device_id == codec.BROADCAST_ID
        body = packet.body
        match packet.code:
            case codec.PING if mine or broadcast:
                number = self._model.number.to_bytes(2, "little")
                self._answer(0, number + bytes([FIRMWARE]), level=0)
            case codec.READ if mine and len(body) == 4:
                self._answer_read(_word(body, 0), _word(body, 2))
            case codec.WRITE if mine and len(body) > 2:
                self._answer(self._write(_word(body, 0), body[2:]))
            case codec.REG_WRITE if mine and len(body) > 2:
                self._pending = _word(body, 0), body[2:]
                self._answer(0)
            case codec.ACTION if mine or broadcast:
                error = self._write(*self._pending) if self._pending else RESULT_FAIL
                self._pending = None
                if mine:
                    self._answer(error)
            case codec.REBOOT if mine:
                self._answer(0)
                answer = bytes(self._out)
                self._boot()
                self._out += answer
            case codec.SYNC_READ if broadcast and len(body) > 4 and self.device_id in body[4:]:
                self._answer_read(_word(body, 0), _word(body, 2))
            case codec.SYNC_WRITE if broadcast and len(body) > 4:
                for data in self._mine(body[4:], size=_word(body, 2)):
                    self._write(_word(body, 0), data)
            case codec.READ | codec.WRITE | codec.REG_WRITE if mine:
                self._answer(DATA_LENGTH)
            case _ if mine and packet.code != codec.STATUS:
                self._answer(UNKNOWN_INSTRUCTION)

    def _answer(self, error: int, data: bytes = b"", *, level: int = 2) -> None:
        if self.memory.raw(table.STATUS_RETURN_LEVEL) < level:
            return
        alert = codec.ALERT_BIT if self.memory.raw(table.HARDWARE_ERROR) else 0
        self._out += codec.encode(codec.status(self.device_id, error=error | alert, data=data))

    def _answer_read(self, address: int, size: int) -> None:
        self._refresh()
        if table.PRESENT_CURRENT in self.memory.touched(address, size):
            self.memory.set_raw(table.PRESENT_CURRENT, self._current_raw())
        try:
            data = self.memory.read(address, size)
        except IndexError:
            self._answer(DATA_RANGE, level=1)
            return
        self._answer(0, data, level=1)

    # --- the memory -------------------------------------------------------------------------------------------------

    def _write(self, address: int, data: bytes) -> int:
        registers = self.memory.touched(address, len(data))
        if not registers or address + len(data) > table.TABLE_SIZE:
            return DATA_RANGE
        for register in registers:
            if error := self._refusal(register, register.inside(address, data)):
                return error
        self.memory.write(address, data)
        for register in registers:
            self._apply(register)
        return 0

    def _refusal(self, register: Register, data: bytes) -> int:
        on = bool(self.memory.raw(table.TORQUE_ENABLE))
        if not register.writable or (register.locked and on):
            return ACCESS
        if len(data) != register.size:
            return DATA_LENGTH
        raw = register.raw(data)
        if register in GOALS and self.memory.raw(table.BUS_WATCHDOG) == table.WATCHDOG_TRIPPED:
            return DATA_RANGE
        if register == table.BUS_WATCHDOG and raw < 0:
            return DATA_RANGE
        if register == table.TORQUE_ENABLE and raw and self.memory.raw(table.HARDWARE_ERROR):
            return RESULT_FAIL
        if register == table.BAUD_RATE:
            return 0 if raw in table.BAUDS else DATA_RANGE
        if register == table.GOAL_POSITION:
            return 0 if self._position_allowed(raw) else DATA_LIMIT
        limits = {
            table.GOAL_CURRENT: table.CURRENT_LIMIT,
            table.GOAL_VELOCITY: table.VELOCITY_LIMIT,
            table.PROFILE_VELOCITY: table.VELOCITY_LIMIT,
        }
        limit = limits.get(register)
        return DATA_LIMIT if limit is not None and abs(raw) > self.memory.raw(limit) else 0

    def _position_allowed(self, raw: int) -> bool:
        if self.memory.raw(table.OPERATING_MODE) == table.MODE_POSITION:
            return self.memory.raw(table.MIN_POSITION) <= raw <= self.memory.raw(table.MAX_POSITION)
        return abs(raw) <= 1_048_575  # 256 turns, as in the maker's manual

    def _apply(self, register: Register) -> None:
        loop = self._loop
        mode = self.memory.raw(table.OPERATING_MODE)
        if register == table.TORQUE_ENABLE:
            switched_on = bool(self.memory.raw(register)) and not loop.powered
            loop.powered = bool(self.memory.raw(register))
            if switched_on:
                loop.hold_here()
                self.memory.set_value(table.GOAL_POSITION, self._shown_deg(loop.goal_deg))
        elif register == table.BUS_WATCHDOG:
            self._watchdog_ms = 0
        elif register == table.POSITION_P_GAIN:
            loop.stiffness_share = self.memory.raw(register) / table.SHIPPED_P_GAIN
        elif register == table.GOAL_POSITION and mode != table.MODE_VELOCITY and loop.powered:
            loop.goal_deg = self._shaft_deg(self.memory.value(register))
            loop.ramp = self._ramp(abs(loop.goal_deg - loop.reference_deg))
        elif register == table.GOAL_VELOCITY and mode == table.MODE_VELOCITY and loop.powered:
            loop.speed_goal_dps = self._sign * self.memory.value(register)
        if not self.memory.raw(table.DRIVE_MODE) & table.TIME_BASED:
            loop.ramp = self._ramp(0.0)
        loop.torque_limit_nm = self._torque_limit_nm(mode)

    def _ramp(self, way_deg: float) -> Ramp:
        """What the profile registers mean: speeds, or with a time-based profile milliseconds for the whole way."""
        if not self.memory.raw(table.DRIVE_MODE) & table.TIME_BASED:
            return Ramp(
                rate_dps=self.memory.value(table.PROFILE_VELOCITY) or math.inf,
                accel_dps2=self.memory.value(table.PROFILE_ACCELERATION) or math.inf,
            )
        whole_s = 0.001 * self.memory.raw(table.PROFILE_VELOCITY)
        speeding_s = min(0.001 * self.memory.raw(table.PROFILE_ACCELERATION), 0.5 * whole_s)
        if whole_s == 0.0 or way_deg == 0.0:
            return Ramp()
        rate_dps = way_deg / (whole_s - speeding_s)
        return Ramp(rate_dps=rate_dps, accel_dps2=rate_dps / speeding_s if speeding_s else math.inf)

    @property
    def _sign(self) -> int:
        return -1 if self.memory.raw(table.DRIVE_MODE) & table.REVERSE else 1

    def _shown_deg(self, shaft_deg: float) -> float:
        """An angle as its registers show it: mirrored and moved as its settings say."""
        return self._sign * shaft_deg + HOME_DEG + self.memory.value(table.HOMING_OFFSET)

    def _shaft_deg(self, shown_deg: float) -> float:
        return self._sign * (shown_deg - HOME_DEG - self.memory.value(table.HOMING_OFFSET))

    def _torque_limit_nm(self, mode: int) -> float:
        if self._model.current_step_a is None:
            return self.facts.torque_limit_nm
        raw = self.memory.raw(table.CURRENT_LIMIT)
        if mode == table.MODE_CURRENT_BASED_POSITION:
            raw = min(raw, abs(self.memory.raw(table.GOAL_CURRENT)))
        return raw * self._model.current_step_a * self._model.torque_per_ampere_nm

    def _refresh(self) -> None:
        loop, memory = self._loop, self.memory
        memory.set_value(table.PRESENT_POSITION, self._shown_deg(self.body.encoder_deg))
        memory.set_value(table.PRESENT_VELOCITY, self._sign * self.body.encoder_dps)
        memory.set_raw(table.MOVING, int(not loop.at_rest))
        memory.set_raw(table.REALTIME_TICK, self._clock_ms % 32_768)
        memory.set_value(table.PRESENT_VOLTAGE, 12.0)
        memory.set_value(table.PRESENT_TEMPERATURE, self._celsius)

    def _current_raw(self) -> int:
        """The current of a real servo is filtered; here it is the mean since it was read last."""
        torque_nm = self._sign * self.body.mean_torque_nm()
        if self._model.current_step_a is None:
            # These servos show an estimated load in thousandths of the largest torque instead.
            return round(1000.0 * torque_nm / self.facts.torque_limit_nm)
        return round(torque_nm / self._model.torque_per_ampere_nm / self._model.current_step_a)

    # --- what it watches --------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        self._clock_ms += 1
        units = self.memory.raw(table.BUS_WATCHDOG)
        if units <= 0:
            return
        self._watchdog_ms += 1
        if self._watchdog_ms > units * round(table.WATCHDOG_STEP_S * 1000):
            # The manual: the servo stops at once, without its ramps, and takes no goals until 0 is written here.
            self.memory.set_raw(table.BUS_WATCHDOG, table.WATCHDOG_TRIPPED)
            self._loop.ramp = Ramp()
            self._loop.hold_here()

    @property
    def _overload(self) -> tuple[float, float]:
        return OVERLOAD_SHARE * self._torque_limit_nm(table.MODE_POSITION), OVERLOAD_MS

    def _give_way(self) -> None:
        self.memory.set_raw(table.HARDWARE_ERROR, 1 << 5)
        self.memory.set_raw(table.TORQUE_ENABLE, 0)
        self._loop.powered = False


def readdress(data: bytes) -> bytes:
    """The same packets, but from or to another servo: what a second device with a wrong number would say."""
    packets = codec.DynamixelDecoder().feed(data)
    return b"".join(
        codec.encode(codec.DynamixelPacket(device_id=packet.device_id ^ 0x02, code=packet.code, body=packet.body))
        for packet in packets
    )


def _word(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 2], "little")
