"""The packets and registers of Feetech STS bus servos, the cheap cousins of the Dynamixel.

A packet on the wire is::

    FF FF | id | length | code or error | body | sum

`length` counts code, body and sum; the sum is the inverted low byte of everything after the header.  There is no deadman
in the control table of this family: a servo that lost its host keeps doing what it was commanded last.

Where to look it up: Feetech, communication protocol manual of the SMS/STS serial bus servos (instruction packet, answer packet, error
bits), and the memory table of the STS3215 (EPROM from address 0, SRAM from 40).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hardware_bridge.codecs.byte_framing import StreamDecoder
from hardware_bridge.codecs.registers import Register

HEADER = b"\xff\xff"
BROADCAST_ID = 0xFE
HIGHEST_ID = 0xFC
LONGEST_BODY = 245

PING = 0x01
READ = 0x02
WRITE = 0x03
REG_WRITE = 0x04
ACTION = 0x05
SYNC_READ = 0x82
SYNC_WRITE = 0x83

ERROR_WORDS = {
    0: "the supply voltage is out of range",
    1: "the position sensor is at fault",
    2: "the servo is too hot",
    3: "the current is too high",
    5: "the servo is overloaded",
}

STEP_DEG = 360.0 / 4096.0
MODE_POSITION = 0
MODE_VELOCITY = 1

# Values of Baud_Rate (6); 0 is how a servo leaves the factory.
BAUDS = {0: 1_000_000, 1: 500_000, 2: 250_000, 3: 128_000, 4: 115_200, 5: 76_800, 6: 57_600, 7: 38_400}

MODELS = {777: "STS3215", 2825: "STS3250"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeetechPacket:
    """One packet without its wrapping; `code` is an instruction of the host or the error bits of a servo."""

    device_id: int
    code: int
    body: bytes = b""


def encode(packet: FeetechPacket) -> bytes:
    """The packet as the bytes that go on the wire."""
    if len(packet.body) > LONGEST_BODY:
        raise ValueError(f"body of {len(packet.body)} bytes is longer than {LONGEST_BODY}")
    content = bytes([packet.device_id, len(packet.body) + 2, packet.code]) + packet.body
    return HEADER + content + bytes([checksum(content)])


def checksum(content: bytes) -> int:
    """The inverted low byte of the sum."""
    return ~sum(content) & 0xFF


def ping(device_id: int) -> FeetechPacket:
    """Ask who is there."""
    return FeetechPacket(device_id=device_id, code=PING)


def read(device_id: int, *, address: int, size: int) -> FeetechPacket:
    """Ask for bytes of the control table."""
    return FeetechPacket(device_id=device_id, code=READ, body=bytes([address, size]))


def write(device_id: int, *, address: int, data: bytes) -> FeetechPacket:
    """Set bytes of the control table."""
    return FeetechPacket(device_id=device_id, code=WRITE, body=bytes([address]) + data)


def sync_read(device_ids: Iterable[int], *, address: int, size: int) -> FeetechPacket:
    """Ask several servos for the same bytes."""
    return FeetechPacket(device_id=BROADCAST_ID, code=SYNC_READ, body=bytes([address, size]) + bytes(device_ids))


def sync_write(values: dict[int, bytes], *, address: int) -> FeetechPacket:
    """Set the same registers of several servos at once; nobody answers."""
    sizes = {len(data) for data in values.values()}
    if len(sizes) != 1:
        raise ValueError(f"one sync write carries one size, got {sorted(sizes)}")
    body = bytes([address, sizes.pop()]) + b"".join(bytes([key]) + data for key, data in values.items())
    return FeetechPacket(device_id=BROADCAST_ID, code=SYNC_WRITE, body=body)


def error_words(bits: int) -> list[str]:
    """What the error byte of an answer says, in plain words."""
    return [words for bit, words in ERROR_WORDS.items() if bits & (1 << bit)]


class FeetechDecoder(StreamDecoder[FeetechPacket]):
    """Finds packets in a stream of bytes, and finds its way again after noise."""

    def _next(self) -> FeetechPacket | None:
        while True:
            start = self._buffer.find(HEADER)
            if start < 0:
                self._drop(max(0, len(self._buffer) - 1))
                return None
            self._drop(start)
            if len(self._buffer) < 4:
                return None
            device_id, length = self._buffer[2], self._buffer[3]
            # An id of FF means that the header began one byte later.
            if device_id > BROADCAST_ID or not 2 <= length <= LONGEST_BODY + 2:
                self._drop(1)
                continue
            end = 4 + length
            if len(self._buffer) < end:
                return None
            if checksum(bytes(self._buffer[2 : end - 1])) != self._buffer[end - 1]:
                self.bad_checksums += 1
                self._drop(1)
                continue
            packet = FeetechPacket(device_id=device_id, code=self._buffer[4], body=bytes(self._buffer[5 : end - 1]))
            del self._buffer[:end]
            return packet


SHIPPED_P_GAIN = 32
MODEL_NUMBER = Register(name="Model", address=3, size=2, writable=False)
SERVO_ID = Register(name="ID", address=5, size=1, locked=True)
BAUD_RATE = Register(name="Baud_Rate", address=6, size=1, locked=True)
RETURN_DELAY = Register(name="Return_Delay", address=7, size=1, step=2e-6, unit="s", locked=True)
MIN_ANGLE = Register(name="Min_Angle", address=9, size=2, step=STEP_DEG, unit="deg", locked=True)
MAX_ANGLE = Register(name="Max_Angle", address=11, size=2, step=STEP_DEG, unit="deg", locked=True)
MAX_TEMPERATURE = Register(name="Max_Temperature", address=13, size=1, unit="degC", locked=True)
MAX_TORQUE = Register(name="Max_Torque", address=16, size=2, step=0.001, unit="of stall", locked=True)
POSITION_P_GAIN = Register(name="P_Gain", address=21, size=1, locked=True)
POSITION_OFFSET = Register(
    name="Position_Correction", address=31, size=2, step=STEP_DEG, unit="deg", sign_bit=11, locked=True
)
OPERATING_MODE = Register(name="Mode", address=33, size=1, locked=True)
PROTECTIVE_TORQUE = Register(name="Protective_Torque", address=34, size=1, step=0.01, unit="of stall", locked=True)
PROTECTION_TIME = Register(name="Protection_Time", address=35, size=1, step=0.010, unit="s", locked=True)
OVERLOAD_TORQUE = Register(name="Overload_Torque", address=36, size=1, step=0.01, unit="of stall", locked=True)
TORQUE_ENABLE = Register(name="Torque_Enable", address=40, size=1)
ACCELERATION = Register(name="Acceleration", address=41, size=1, step=100.0 * STEP_DEG, unit="deg/s2")
GOAL_POSITION = Register(name="Goal_Position", address=42, size=2, step=STEP_DEG, unit="deg", sign_bit=15)
GOAL_TIME = Register(name="Goal_Time", address=44, size=2, step=0.001, unit="s")
GOAL_SPEED = Register(name="Goal_Speed", address=46, size=2, step=STEP_DEG, unit="deg/s", sign_bit=15)
TORQUE_LIMIT = Register(name="Torque_Limit", address=48, size=2, step=0.001, unit="of stall")
LOCK = Register(name="Lock", address=55, size=1)
PRESENT_POSITION = Register(
    name="Present_Position", address=56, size=2, step=STEP_DEG, unit="deg", sign_bit=15, writable=False
)
PRESENT_SPEED = Register(
    name="Present_Speed", address=58, size=2, step=STEP_DEG, unit="deg/s", sign_bit=15, writable=False
)
PRESENT_LOAD = Register(
    name="Present_Load", address=60, size=2, step=0.001, unit="of stall", sign_bit=10, writable=False
)
PRESENT_VOLTAGE = Register(name="Present_Voltage", address=62, size=1, step=0.1, unit="V", writable=False)
PRESENT_TEMPERATURE = Register(name="Present_Temperature", address=63, size=1, unit="degC", writable=False)
SERVO_STATUS = Register(name="Status", address=65, size=1, writable=False)
MOVING = Register(name="Moving", address=66, size=1, writable=False)
PRESENT_CURRENT = Register(
    name="Present_Current", address=69, size=2, step=0.0065, unit="A", sign_bit=15, writable=False
)

REGISTERS = tuple(value for value in tuple(globals().values()) if isinstance(value, Register))
TABLE_SIZE = 71
"""Bytes of the control table that we know about."""
