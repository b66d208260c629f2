"""An emulated Feetech STS servo.  Like the real one it has no watchdog: it keeps its last goal for ever."""

from __future__ import annotations

import math

from hardware_bridge.codecs import feetech as codec
from hardware_bridge.codecs.registers import Register
from hardware_bridge.emulators.bus_servo import HOME_DEG, BusServo
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.servo_loop import Ramp
from simulator.onboard.facts import MotorFacts

STALL_NM = 1.9  # data sheet of the STS3215 at 7.4 V
TORQUE_PER_AMPERE_NM = 0.79  # the same: 1.9 N m at 2.4 A
OVERLOAD_BIT = 1 << 5
FACTORY_BAUD = 1_000_000


class FeetechServo(BusServo[codec.FeetechPacket]):
    """One servo on its bus."""

    def __init__(self, body: EmulatedBody, *, facts: MotorFacts, device_id: int = 1, model: int = 777) -> None:
        super().__init__(
            body, facts=facts, registers=codec.REGISTERS, table_size=codec.TABLE_SIZE, new_decoder=codec.FeetechDecoder
        )
        self.memory.set_raw(codec.MODEL_NUMBER, model)
        self.memory.set_raw(codec.SERVO_ID, device_id)
        self.memory.set_raw(codec.MAX_ANGLE, 4095)
        self.memory.set_raw(codec.MAX_TEMPERATURE, 70)
        self.memory.set_raw(codec.POSITION_P_GAIN, codec.SHIPPED_P_GAIN)
        self.memory.set_value(codec.MAX_TORQUE, 1.0)
        self.memory.set_value(codec.PROTECTIVE_TORQUE, 0.2)
        self.memory.set_value(codec.PROTECTION_TIME, 2.0)
        self.memory.set_value(codec.OVERLOAD_TORQUE, 0.8)
        self._boot()

    @property
    def device_id(self) -> int:
        """Its number on the bus."""
        return self.memory.raw(codec.SERVO_ID)

    @property
    def _gain(self) -> tuple[Register, int]:
        return codec.POSITION_P_GAIN, codec.SHIPPED_P_GAIN

    @property
    def _set_baud(self) -> int:
        return codec.BAUDS.get(self.memory.raw(codec.BAUD_RATE), FACTORY_BAUD)

    def _boot(self) -> None:
        super()._boot()
        self._loop.stiffness_share = self.memory.raw(codec.POSITION_P_GAIN) / codec.SHIPPED_P_GAIN
        self.memory.set_raw(codec.SERVO_STATUS, 0)
        self.memory.set_raw(codec.LOCK, 1)
        self.memory.set_raw(codec.TORQUE_LIMIT, self.memory.raw(codec.MAX_TORQUE))

    def _obey(self, packet: codec.FeetechPacket) -> None:
        mine = packet.device_id == self.device_id
        broadcast = packet.device_id == codec.BROADCAST_ID
        body = packet.body
        match packet.code:
            case codec.PING if mine or broadcast:
                self._answer()
            case codec.READ if mine and len(body) == 2:
                self._answer_read(body[0], body[1])
            case codec.WRITE if mine and len(body) > 1:
                self._write(body[0], body[1:])
                self._answer()
            case codec.REG_WRITE if mine and len(body) > 1:
                self._pending = body[0], body[1:]
                self._answer()
            case codec.ACTION if mine or broadcast:
                if self._pending:
                    self._write(*self._pending)
                    self._pending = None
                if mine:
                    self._answer()
            case codec.SYNC_READ if broadcast and len(body) > 2 and self.device_id in body[2:]:
                self._answer_read(body[0], body[1])
            case codec.SYNC_WRITE if broadcast and len(body) > 2:
                for data in self._mine(body[2:], size=body[1]):
                    self._write(body[0], data)

    def _answer(self, data: bytes = b"") -> None:
        status = self.memory.raw(codec.SERVO_STATUS)
        self._out += codec.encode(codec.FeetechPacket(device_id=self.device_id, code=status, body=data))

    def _answer_read(self, address: int, size: int) -> None:
        self._refresh()
        if codec.PRESENT_LOAD in self.memory.touched(address, size):
            self._refresh_load()
        try:
            self._answer(self.memory.read(address, size))
        except IndexError:
            self._answer()

    def _write(self, address: int, data: bytes) -> None:
        registers = self.memory.touched(address, len(data))
        unlocked = self.memory.raw(codec.LOCK) == 0
        for register in registers:
            piece = register.inside(address, data)
            # The real servo drops what it does not like without a word; the host has to read back.
            if len(piece) == register.size and register.writable and (unlocked or not register.locked):
                self.memory.write(register.address, piece)
                self._apply(register)

    def _apply(self, register: Register) -> None:
        loop, memory = self._loop, self.memory
        if register == codec.TORQUE_ENABLE:
            switched_on = memory.raw(register) == 1 and not loop.powered
            loop.powered = memory.raw(register) == 1
            if switched_on:
                loop.hold_here()
            memory.set_raw(codec.SERVO_STATUS, 0)
        elif register == codec.POSITION_P_GAIN:
            loop.stiffness_share = memory.raw(register) / codec.SHIPPED_P_GAIN
        elif register == codec.GOAL_POSITION and loop.powered:
            low, high = memory.value(codec.MIN_ANGLE), memory.value(codec.MAX_ANGLE)
            loop.goal_deg = min(max(memory.value(register), low), high) - self._home_deg
        loop.ramp = Ramp(
            rate_dps=abs(memory.value(codec.GOAL_SPEED)) or math.inf,
            accel_dps2=memory.value(codec.ACCELERATION) or math.inf,
        )
        loop.torque_limit_nm = STALL_NM * memory.value(codec.TORQUE_LIMIT)

    @property
    def _home_deg(self) -> float:
        return HOME_DEG - self.memory.value(codec.POSITION_OFFSET)

    def _refresh(self) -> None:
        loop, memory = self._loop, self.memory
        memory.set_value(codec.PRESENT_POSITION, self.body.encoder_deg + self._home_deg)
        memory.set_value(codec.PRESENT_SPEED, self.body.encoder_dps)
        memory.set_raw(codec.MOVING, int(not loop.at_rest))
        memory.set_value(codec.PRESENT_VOLTAGE, 7.4)
        memory.set_value(codec.PRESENT_TEMPERATURE, self._celsius)

    def _refresh_load(self) -> None:
        torque_nm = self.body.mean_torque_nm()
        self.memory.set_value(codec.PRESENT_LOAD, torque_nm / STALL_NM)
        self.memory.set_value(codec.PRESENT_CURRENT, torque_nm / TORQUE_PER_AMPERE_NM)

    @property
    def _overload(self) -> tuple[float, float]:
        most_ms = 1000.0 * self.memory.value(codec.PROTECTION_TIME)
        return STALL_NM * self.memory.value(codec.OVERLOAD_TORQUE), most_ms

    def _give_way(self) -> None:
        self.memory.set_raw(codec.SERVO_STATUS, OVERLOAD_BIT)
        self.memory.set_raw(codec.TORQUE_LIMIT, self.memory.raw(codec.PROTECTIVE_TORQUE) * 10)
        self._loop.torque_limit_nm = STALL_NM * self.memory.value(codec.TORQUE_LIMIT)


def readdress(data: bytes) -> bytes:
    """The same packets, but from or to another servo."""
    packets = codec.FeetechDecoder().feed(data)
    return b"".join(
        codec.encode(codec.FeetechPacket(device_id=packet.device_id ^ 0x02, code=packet.code, body=packet.body))
        for packet in packets
    )
