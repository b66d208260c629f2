"""How two processes talk over a pipe: a small JSON header and raw bytes behind it, both with their length in front."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any

import orjson

_LENGTHS = struct.Struct("<II")
# A picture of 640 x 360 is 0.7 MB and a batch of ticks far less; anything larger is not ours.
LARGEST_BYTES = 64_000_000


class PipeError(ValueError):
    """Bytes that no process of ours wrote."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message as bytes."""
    head = orjson.dumps(header)
    return _LENGTHS.pack(len(head), len(body)) + head + body


def write_all(handle: int, data: bytes) -> None:
    """Write to the pipe, however little it takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


class Unpacker:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The messages that are complete with these bytes."""
        self._held += data
        at = 0
        while len(self._held) - at >= _LENGTHS.size:
            head_bytes, body_bytes = _LENGTHS.unpack_from(self._held, at)
            if head_bytes + body_bytes > LARGEST_BYTES:
                raise PipeError(f"a message of {head_bytes + body_bytes} bytes: at most {LARGEST_BYTES} are ours")
            start, middle = at + _LENGTHS.size, at + _LENGTHS.size + head_bytes
            end = middle + body_bytes
            if len(self._held) < end:
                break
            header = orjson.loads(self._held[start:middle])
            body = bytes(self._held[middle:end])
            at = end
            yield header, body
        del self._held[:at]
