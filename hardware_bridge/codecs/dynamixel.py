"""The packets of Dynamixel Protocol 2.0: what a host and a bus servo say to each other, byte by byte.

A packet on the wire is::

    FF FF FD 00 | id | length (2 bytes) | code | body, with stuffing | CRC-16 (2 bytes)

`length` counts everything after itself.  Whenever the content would show FF FF FD, one more FD follows ("stuffing"), so
the header never appears inside a packet.  The checksum is CRC-16 with polynomial 0x8005, start value 0, no reflection,
over everything before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hardware_bridge.codecs.byte_framing import StreamDecoder

HEADER = b"\xff\xff\xfd\x00"
BROADCAST_ID = 0xFE
HIGHEST_ID = 0xFC

PING = 0x01
READ = 0x02
WRITE = 0x03
REG_WRITE = 0x04
ACTION = 0x05
FACTORY_RESET = 0x06
REBOOT = 0x08
CLEAR = 0x10
STATUS = 0x55
SYNC_READ = 0x82
SYNC_WRITE = 0x83

ALERT_BIT = 0x80
ERROR_WORDS = {
    1: "the servo could not process the instruction",
    2: "the servo does not know this instruction",
    3: "the servo received a damaged packet",
    4: "a value is outside what the servo accepts",
    5: "a value has the wrong length",
    6: "a value is outside the limit set in the servo",
    7: "the register is read-only, or locked while the torque is on",
}

# The longest packet that a real bus carries: the makers' library stops at 1024 bytes as well.
LONGEST_PACKET = 1024
_PREFIX = len(HEADER) + 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamixelPacket:
    """One packet without its wrapping: who, what, and the content."""

    device_id: int
    code: int
    body: bytes = b""

    @property
    def is_status(self) -> bool:
        """Whether this is an answer of a servo (and not a question of the host)."""
        return self.code == STATUS and len(self.body) >= 1

    @property
    def error(self) -> int:
        """The error number of an answer, without the alert bit; 0 is no error."""
        return self.body[0] & ~ALERT_BIT & 0xFF

    @property
    def alert(self) -> bool:
        """Whether the servo reports a hardware error that its own register explains."""
        return bool(self.body[0] & ALERT_BIT)

    @property
    def data(self) -> bytes:
        """What an answer carries after its error byte."""
        return self.body[1:]


def crc16(data: Iterable[int]) -> int:
    """The checksum of a packet: polynomial 0x8005, start 0, most significant bit first."""
    crc = 0
    for byte in data:
        crc = ((crc << 8) & 0xFFFF) ^ _CRC_TABLE[(crc >> 8) ^ byte]
    return crc


def encode(packet: DynamixelPacket) -> bytes:
    """The packet as the bytes that go on the wire."""
    content = _stuff(bytes([packet.code]) + packet.body)
    length = len(content) + 2
    if length + _PREFIX > LONGEST_PACKET:
        raise ValueError(f"packet of {length + _PREFIX} bytes is longer than {LONGEST_PACKET}")
    head = HEADER + bytes([packet.device_id]) + length.to_bytes(2, "little") + content
    return head + crc16(head).to_bytes(2, "little")


def ping(device_id: int) -> DynamixelPacket:
    """Ask who is there; the broadcast id asks everybody."""
    return DynamixelPacket(device_id=device_id, code=PING)


def read(device_id: int, *, address: int, size: int) -> DynamixelPacket:
    """Ask for `size` bytes of the control table."""
    return DynamixelPacket(device_id=device_id, code=READ, body=_word(address) + _word(size))


def write(device_id: int, *, address: int, data: bytes) -> DynamixelPacket:
    """Set bytes of the control table."""
    return DynamixelPacket(device_id=device_id, code=WRITE, body=_word(address) + data)


def sync_read(device_ids: Iterable[int], *, address: int, size: int) -> DynamixelPacket:
    """Ask several servos for the same bytes; each answers in the order of the list."""
    return DynamixelPacket(
        device_id=BROADCAST_ID, code=SYNC_READ, body=_word(address) + _word(size) + bytes(device_ids)
    )


def sync_write(values: dict[int, bytes], *, address: int) -> DynamixelPacket:
    """Set the same registers of several servos at once; nobody answers."""
    sizes = {len(data) for data in values.values()}
    if len(sizes) != 1:
        raise ValueError(f"one sync write carries one size, got {sorted(sizes)}")
    body = _word(address) + _word(sizes.pop())
    body += b"".join(bytes([device_id]) + data for device_id, data in values.items())
    return DynamixelPacket(device_id=BROADCAST_ID, code=SYNC_WRITE, body=body)


def status(device_id: int, *, error: int = 0, data: bytes = b"") -> DynamixelPacket:
    """The answer of a servo."""
    return DynamixelPacket(device_id=device_id, code=STATUS, body=bytes([error]) + data)


class DynamixelDecoder(StreamDecoder[DynamixelPacket]):
    """Finds packets in a stream of bytes, and finds its way again after noise.

    A packet with a wrong checksum costs one byte, not the rest of the buffer: a good packet that hides behind a torn
    header is still found.
    """

    def _next(self) -> DynamixelPacket | None:
        while True:
            start = self._buffer.find(HEADER)
            if start < 0:
                self._drop(max(0, len(self._buffer) - len(HEADER) + 1))
                return None
            self._drop(start)
            if len(self._buffer) < _PREFIX:
                return None
            end = _PREFIX + int.from_bytes(self._buffer[5:7], "little")
            if end < _PREFIX + 3 or end > LONGEST_PACKET:
                self._drop(1)
                continue
            if len(self._buffer) < end:
                return None
            if crc16(self._buffer[: end - 2]) != int.from_bytes(self._buffer[end - 2 : end], "little"):
                self.bad_checksums += 1
                self._drop(1)
                continue
            content = _unstuff(bytes(self._buffer[_PREFIX : end - 2]))
            packet = DynamixelPacket(device_id=self._buffer[4], code=content[0], body=content[1:])
            del self._buffer[:end]
            return packet


def _word(value: int) -> bytes:
    return value.to_bytes(2, "little")


def _stuff(content: bytes) -> bytes:
    return content.replace(b"\xff\xff\xfd", b"\xff\xff\xfd\xfd")


def _unstuff(content: bytes) -> bytes:
    return content.replace(b"\xff\xff\xfd\xfd", b"\xff\xff\xfd")


def _crc_row(index: int) -> int:
    crc = index << 8
    for _ in range(8):
        crc = ((crc << 1) ^ 0x8005 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


_CRC_TABLE = tuple(_crc_row(index) for index in range(256))
