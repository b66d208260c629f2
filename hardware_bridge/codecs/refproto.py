"""The serial language of Swivel's own reference board, small enough to write a second board from this file.

A frame on the wire, little-endian, 115200 baud 8N1::

    A5 | version | length | kind | sequence (2) | payload (length bytes) | CRC-16 (2)

The CRC is polynomial 0x1021, start 0xFFFF, over version to payload.  The host asks, the board answers each frame with
exactly one STATE, IDENT or REFUSED that carries the sequence number of the question.  Only a SETPOINT or a BEAT with a *new*
sequence number keeps the board's deadman quiet: asking for the state does not.  Angles are in 0.01 degree,
speeds in 0.01 degree per second, torques in mN m.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from hardware_bridge.codecs.byte_framing import StreamDecoder

SYNC = 0xA5
VERSION = 1
LONGEST_PAYLOAD = 32
BAUD = 115200
_HEAD = 6


class FrameKind(IntEnum):
    """What a frame is; answers have the high bit set."""

    HELLO = 0x01
    ENABLE = 0x02
    SETPOINT = 0x03
    STOP = 0x04
    LIMITS = 0x06
    RESET = 0x07
    POLL = 0x08
    BEAT = 0x09
    DISABLE = 0x0A
    IDENT = 0x81
    STATE = 0x82
    REFUSED = 0x8F


class BoardMode(IntEnum):
    """What the board is doing."""

    OFF = 0
    RUNNING = 1
    STOPPING = 2
    STOPPED = 3
    FREE = 4
    FAULT = 5


class BoardFault(IntEnum):
    """Why the board stopped by itself."""

    NONE = 0
    DEADMAN = 1
    ENCODER = 2
    STALL = 3
    OVERSPEED = 4
    WATCHDOG_RESET = 5


class Refusal(IntEnum):
    """Why the board did not do what it was told."""

    UNKNOWN = 1
    LENGTH = 2
    NOT_ENABLED = 3
    FAULTED = 4
    OUT_OF_RANGE = 5
    STILL_TURNING = 6
    STALE_SESSION = 7
    RANGE_NOT_SET = 8


FAULT_WORDS = {
    BoardFault.NONE: "",
    BoardFault.DEADMAN: "the board stopped because its host went quiet",
    BoardFault.ENCODER: "the board's angle sensor does not answer or jumps",
    BoardFault.STALL: "the board pushed against something that does not move and gave way",
    BoardFault.OVERSPEED: "the screen turns faster than the board allows",
    BoardFault.WATCHDOG_RESET: "the board's program hung and was restarted by its watchdog",
}

REFUSAL_WORDS = {
    Refusal.UNKNOWN: "the board does not know this request",
    Refusal.LENGTH: "the request has the wrong length",
    Refusal.NOT_ENABLED: "the board is not enabled",
    Refusal.FAULTED: "the board is in a fault and waits for a reset",
    Refusal.OUT_OF_RANGE: "a value is outside what the board accepts",
    Refusal.STILL_TURNING: "the board refuses a reset while the screen turns",
    Refusal.STALE_SESSION: "this session was used before; enabling needs a new one",
    Refusal.RANGE_NOT_SET: "the board has no range of motion yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFrame:
    """One frame without its wrapping."""

    kind: int
    sequence: int
    payload: bytes = b""
    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Ident:
    """Who the board is."""

    firmware: int
    serial: int
    encoder_counts: int
    deadman_ms: int

    LAYOUT = struct.Struct("<HIHH")

    def pack(self) -> bytes:
        """As a payload."""
        return self.LAYOUT.pack(self.firmware, self.serial, self.encoder_counts, self.deadman_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Ident:
        """From a payload."""
        firmware, serial, counts, deadman_ms = cls.LAYOUT.unpack(payload)
        return cls(firmware=firmware, serial=serial, encoder_counts=counts, deadman_ms=deadman_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """What the board does and measures."""

    mode: BoardMode
    fault: BoardFault
    yaw_cdeg: int
    rate_cdps: int
    torque_mnm: int
    board_ms: int

    LAYOUT = struct.Struct("<BBiihI")

    def pack(self) -> bytes:
        """As a payload."""
        return self.LAYOUT.pack(self.mode, self.fault, self.yaw_cdeg, self.rate_cdps, self.torque_mnm, self.board_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> BoardState:
        """From a payload."""
        mode, fault, yaw_cdeg, rate_cdps, torque_mnm, board_ms = cls.LAYOUT.unpack(payload)
        return cls(
            mode=BoardMode(mode),
            fault=BoardFault(fault),
            yaw_cdeg=yaw_cdeg,
            rate_cdps=rate_cdps,
            torque_mnm=torque_mnm,
            board_ms=board_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSetPoint:
    """Where to be at this moment, how fast, and how hard at most."""

    yaw_cdeg: int
    rate_cdps: int
    torque_mnm: int

    LAYOUT = struct.Struct("<iiH")

    def pack(self) -> bytes:
        """As a payload."""
        return self.LAYOUT.pack(self.yaw_cdeg, self.rate_cdps, self.torque_mnm)

    @classmethod
    def unpack(cls, payload: bytes) -> BoardSetPoint:
        """From a payload."""
        yaw_cdeg, rate_cdps, torque_mnm = cls.LAYOUT.unpack(payload)
        return cls(yaw_cdeg=yaw_cdeg, rate_cdps=rate_cdps, torque_mnm=torque_mnm)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLimits:
    """The table that the board itself guards: nothing the host sends gets past it."""

    low_cdeg: int
    high_cdeg: int
    rate_cdps: int
    accel_cdps2: int
    stop_cdps2: int
    torque_mnm: int

    LAYOUT = struct.Struct("<iiiiiH")

    def pack(self) -> bytes:
        """As a payload."""
        return self.LAYOUT.pack(
            self.low_cdeg, self.high_cdeg, self.rate_cdps, self.accel_cdps2, self.stop_cdps2, self.torque_mnm
        )

    @classmethod
    def unpack(cls, payload: bytes) -> BoardLimits:
        """From a payload."""
        low, high, rate, accel, stop, torque = cls.LAYOUT.unpack(payload)
        return cls(low_cdeg=low, high_cdeg=high, rate_cdps=rate, accel_cdps2=accel, stop_cdps2=stop, torque_mnm=torque)


def crc16(data: bytes) -> int:
    """CRC-16 with polynomial 0x1021 and start value 0xFFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def encode(frame: BoardFrame) -> bytes:
    """The frame as the bytes that go on the wire."""
    if len(frame.payload) > LONGEST_PAYLOAD:
        raise ValueError(f"payload of {len(frame.payload)} bytes is longer than {LONGEST_PAYLOAD}")
    content = struct.pack("<BBBH", frame.version, len(frame.payload), frame.kind, frame.sequence) + frame.payload
    return bytes([SYNC]) + content + crc16(content).to_bytes(2, "little")


class BoardDecoder(StreamDecoder[BoardFrame]):
    """Finds frames in a stream of bytes, and finds its way again after noise.

    A frame of another version with a right checksum is returned as it is, so that the host can say "other version" instead
    of "no answer".
    """

    def _next(self) -> BoardFrame | None:
        while True:
            start = self._buffer.find(SYNC)
            if start < 0:
                self._drop(len(self._buffer))
                return None
            self._drop(start)
            if len(self._buffer) < _HEAD:
                return None
            length = self._buffer[2]
            if length > LONGEST_PAYLOAD:
                self._drop(1)
                continue
            end = _HEAD + length + 2
            if len(self._buffer) < end:
                return None
            content = bytes(self._buffer[1 : end - 2])
            if crc16(content) != int.from_bytes(self._buffer[end - 2 : end], "little"):
                self.bad_checksums += 1
                self._drop(1)
                continue
            version, _, kind, sequence = struct.unpack_from("<BBBH", content)
            del self._buffer[:end]
            return BoardFrame(kind=kind, sequence=sequence, payload=content[5:], version=version)
