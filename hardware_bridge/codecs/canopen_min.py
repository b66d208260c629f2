"""The part of CANopen that a motor drive needs: messages as pure values, for the master and for an emulated drive.

NMT starts and stops nodes, SDO reads and writes single objects with an answer, PDO carries the set point and the measured
values without one, heartbeats prove life, and EMCY is a cry for help.  Everything is little-endian; the function lives
in the upper bits of the CAN identifier, the node in the lower seven.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

NMT = 0x000
SYNC = 0x080
EMCY = 0x080
TPDO1 = 0x180
RPDO1 = 0x200
TPDO2 = 0x280
RPDO2 = 0x300
SDO_ANSWER = 0x580
SDO_REQUEST = 0x600
HEARTBEAT = 0x700

ABORT_TOGGLE = 0x05030000
ABORT_COMMAND = 0x05040001
ABORT_READ_ONLY = 0x06010002
ABORT_NO_OBJECT = 0x06020000
ABORT_LENGTH = 0x06070010
ABORT_NO_SUBINDEX = 0x06090011
ABORT_RANGE = 0x06090030
ABORT_STATE = 0x08000022

ABORT_WORDS = {
    ABORT_TOGGLE: "the two ends lost step in a long transfer",
    ABORT_COMMAND: "the drive does not know this kind of request",
    0x06010000: "the drive does not allow this access",
    0x06010001: "this value can only be written",
    ABORT_READ_ONLY: "this value can only be read",
    ABORT_NO_OBJECT: "the drive has no such object",
    ABORT_LENGTH: "the value has the wrong length",
    ABORT_NO_SUBINDEX: "the drive has no such entry of the object",
    ABORT_RANGE: "the value is outside what the drive accepts",
    0x06090031: "the value is too high for the drive",
    0x06090032: "the value is too low for the drive",
    0x08000000: "the drive reports a general error",
    ABORT_STATE: "the drive cannot do this in its present state",
}

EMCY_WORDS = {
    0x0000: "the drive has recovered",
    0x2310: "the current is too high",
    0x3210: "the supply voltage is too high",
    0x3220: "the supply voltage is too low",
    0x4210: "the drive is too hot",
    0x7121: "the motor is blocked",
    0x7305: "the angle sensor does not answer",
    0x8130: "the drive lost the heartbeat of its host",
    0x8611: "the screen is too far from where the drive wants it",
    0x8612: "the position is at its limit",
}


class NmtCommand(IntEnum):
    """What the master tells a node to be."""

    START = 0x01
    STOP = 0x02
    PRE_OPERATIONAL = 0x80
    RESET_NODE = 0x81
    RESET_COMMUNICATION = 0x82


class NmtState(IntEnum):
    """What a node says that it is."""

    BOOT = 0x00
    STOPPED = 0x04
    OPERATIONAL = 0x05
    PRE_OPERATIONAL = 0x7F


@dataclass(frozen=True, slots=True, kw_only=True)
class CanFrame:
    """One CAN message with an 11 bit identifier."""

    can_id: int
    data: bytes = b""

    def __post_init__(self) -> None:
        """Refuse what no CAN bus carries."""
        if not 0 <= self.can_id <= 0x7FF:
            raise ValueError(f"CAN identifier {self.can_id:#x} is outside 0 to 0x7ff")
        if len(self.data) > 8:
            raise ValueError(f"CAN data of {len(self.data)} bytes is longer than 8")

    @property
    def node_id(self) -> int:
        """Whom it concerns."""
        return self.can_id & 0x7F

    @property
    def function(self) -> int:
        """What it is, without the node."""
        return self.can_id & 0x780


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A drive's cry for help."""

    code: int
    register: int = 0
    detail: bytes = b"\0\0\0\0\0"

    @property
    def words(self) -> str:
        """In plain words."""
        return EMCY_WORDS.get(self.code, f"the drive reports error {self.code:#06x}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoWrite:
    """A request to set up to four bytes of an object."""

    index: int
    subindex: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoRead:
    """A request for an object."""

    index: int
    subindex: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoWritten:
    """The answer: the write was done."""

    index: int
    subindex: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoValue:
    """The answer: the value, up to four bytes."""

    index: int
    subindex: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoLongValue:
    """The answer: the value is longer than four bytes and comes in segments of seven."""

    index: int
    subindex: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoNextSegment:
    """A request for the next seven bytes of a long value; the toggle changes each time."""

    toggle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoSegment:
    """Up to seven bytes of a long value."""

    toggle: bool
    data: bytes
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SdoAbort:
    """Either end gives up."""

    index: int
    subindex: int
    code: int

    @property
    def words(self) -> str:
        """In plain words."""
        return ABORT_WORDS.get(self.code, f"the drive refuses with code {self.code:#010x}")


SdoRequest = SdoWrite | SdoRead | SdoNextSegment | SdoAbort
SdoAnswer = SdoWritten | SdoValue | SdoLongValue | SdoSegment | SdoAbort


def nmt(command: NmtCommand, *, node_id: int = 0) -> CanFrame:
    """Tell a node, or with 0 all nodes, what to be."""
    return CanFrame(can_id=NMT, data=bytes([command, node_id]))


def parse_nmt(frame: CanFrame) -> tuple[NmtCommand, int] | None:
    """The command and the node it is for; None when it is not a valid one."""
    if frame.can_id != NMT or len(frame.data) != 2 or frame.data[0] not in set(NmtCommand):
        return None
    return NmtCommand(frame.data[0]), frame.data[1]


def heartbeat(node_id: int, *, state: NmtState) -> CanFrame:
    """A sign of life."""
    return CanFrame(can_id=HEARTBEAT + node_id, data=bytes([state]))


def parse_heartbeat(frame: CanFrame) -> NmtState | None:
    """The state that a sign of life carries; None when it is none."""
    if frame.function != HEARTBEAT or len(frame.data) != 1 or frame.data[0] & 0x7F not in set(NmtState):
        return None
    return NmtState(frame.data[0] & 0x7F)


def emergency(node_id: int, *, code: int, register: int = 0x01, detail: bytes = b"\0\0\0\0\0") -> CanFrame:
    """A cry for help."""
    return CanFrame(can_id=EMCY + node_id, data=struct.pack("<HB5s", code, register, detail))


def parse_emergency(frame: CanFrame) -> Emergency | None:
    """What a drive cries; None when it is not an emergency message."""
    if frame.function != EMCY or frame.node_id == 0 or len(frame.data) != 8:
        return None
    code, register, detail = struct.unpack("<HB5s", frame.data)
    return Emergency(code=code, register=register, detail=detail)


def encode_request(node_id: int, request: SdoRequest) -> CanFrame:
    """A question of the master as a CAN message."""
    match request:
        case SdoWrite(index=index, subindex=subindex, data=data):
            body = bytes([_expedited(0x23, data)]) + _address(index, subindex) + data.ljust(4, b"\0")
        case SdoRead(index=index, subindex=subindex):
            body = b"\x40" + _address(index, subindex) + b"\0\0\0\0"
        case SdoNextSegment(toggle=toggle):
            body = bytes([0x60 | toggle << 4]) + b"\0" * 7
        case SdoAbort(index=index, subindex=subindex, code=code):
            body = b"\x80" + _address(index, subindex) + code.to_bytes(4, "little")
    return CanFrame(can_id=SDO_REQUEST + node_id, data=body)


def encode_answer(node_id: int, answer: SdoAnswer) -> CanFrame:
    """An answer of the drive as a CAN message."""
    match answer:
        case SdoWritten(index=index, subindex=subindex):
            body = b"\x60" + _address(index, subindex) + b"\0\0\0\0"
        case SdoValue(index=index, subindex=subindex, data=data):
            body = bytes([_expedited(0x43, data)]) + _address(index, subindex) + data.ljust(4, b"\0")
        case SdoLongValue(index=index, subindex=subindex, size=size):
            body = b"\x41" + _address(index, subindex) + size.to_bytes(4, "little")
        case SdoSegment(toggle=toggle, data=data, last=last):
            body = bytes([toggle << 4 | (7 - len(data)) << 1 | last]) + data.ljust(7, b"\0")
        case SdoAbort(index=index, subindex=subindex, code=code):
            body = b"\x80" + _address(index, subindex) + code.to_bytes(4, "little")
    return CanFrame(can_id=SDO_ANSWER + node_id, data=body)


def parse_request(frame: CanFrame) -> SdoRequest | None:
    """What a master asks; None for anything this drive does not speak (block transfer, long writes)."""
    if frame.function != SDO_REQUEST or len(frame.data) != 8:
        return None
    head = frame.data[0]
    index, subindex = struct.unpack_from("<HB", frame.data, 1)
    match head & 0xE0:
        case 0x20 if head & 0x02:
            return SdoWrite(index=index, subindex=subindex, data=_payload(head, frame.data))
        case 0x40:
            return SdoRead(index=index, subindex=subindex)
        case 0x60:
            return SdoNextSegment(toggle=bool(head & 0x10))
        case 0x80:
            return SdoAbort(index=index, subindex=subindex, code=int.from_bytes(frame.data[4:8], "little"))
    return None


def parse_answer(frame: CanFrame) -> SdoAnswer | None:
    """What a drive answers; None for anything else."""
    if frame.function != SDO_ANSWER or len(frame.data) != 8:
        return None
    head = frame.data[0]
    index, subindex = struct.unpack_from("<HB", frame.data, 1)
    match head & 0xE0:
        case 0x00:
            unused = head >> 1 & 0x07
            return SdoSegment(toggle=bool(head & 0x10), data=frame.data[1 : 8 - unused], last=bool(head & 0x01))
        case 0x40 if head & 0x02:
            return SdoValue(index=index, subindex=subindex, data=_payload(head, frame.data))
        case 0x40:
            return SdoLongValue(index=index, subindex=subindex, size=int.from_bytes(frame.data[4:8], "little"))
        case 0x60:
            return SdoWritten(index=index, subindex=subindex)
        case 0x80:
            return SdoAbort(index=index, subindex=subindex, code=int.from_bytes(frame.data[4:8], "little"))
    return None


def _expedited(base: int, data: bytes) -> int:
    if not 1 <= len(data) <= 4:
        raise ValueError(f"a short transfer carries 1 to 4 bytes, got {len(data)}")
    return base | (4 - len(data)) << 2


def _address(index: int, subindex: int) -> bytes:
    return struct.pack("<HB", index, subindex)


def _payload(head: int, data: bytes) -> bytes:
    # Without the size bit the whole four bytes count.
    return data[4 : 8 - (head >> 2 & 0x03)] if head & 0x01 else data[4:8]
