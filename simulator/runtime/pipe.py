"""How two processes talk over a pipe: the JSON of a message and its raw bytes behind it, both with their length in front."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from hardware_bridge.json_messages import MessageError, MessageSet

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

M = TypeVar("M", bound="DataclassInstance")

_LENGTHS = struct.Struct("<II")
# A picture of 640 x 360 is 0.7 MB and a batch of ticks far less; anything larger was not written by us.
LARGEST_BYTES = 64_000_000


class PipeError(ValueError):
    """Bytes that are not one of the messages of this pipe; what was held of them is dropped."""


def pack(messages: MessageSet[M], message: M) -> bytes:
    """One message as bytes; its field `body`, if it has one, travels as it is."""
    head, body = messages.to_json(message), getattr(message, "body", b"")
    return _LENGTHS.pack(len(head), len(body)) + head + body


def write_all(handle: int, data: bytes) -> None:
    """Write to the pipe, however little it takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def own_output() -> int:
    """The handle of standard output, for messages alone: what libraries print goes to the error output from now on."""
    handle = os.dup(1)
    os.dup2(2, 1)
    return handle


class Unpacker(Generic[M]):
    """Cuts a stream of bytes into messages."""

    def __init__(self, messages: MessageSet[M]) -> None:
        self._messages = messages
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[M | PipeError]:
        """The messages that are complete with these bytes, and a problem in place of each that is none."""
        self._held += data
        at = 0
        while len(self._held) - at >= _LENGTHS.size:
            head_bytes, body_bytes = _LENGTHS.unpack_from(self._held, at)
            if head_bytes + body_bytes > LARGEST_BYTES:
                self._held.clear()
                yield PipeError(f"message of {head_bytes + body_bytes} bytes refused: the limit is {LARGEST_BYTES}")
                return
            start, middle = at + _LENGTHS.size, at + _LENGTHS.size + head_bytes
            end = middle + body_bytes
            if len(self._held) < end:
                break
            head, body = bytes(self._held[start:middle]), bytes(self._held[middle:end])
            at = end
            yield self._message(head, body)
        del self._held[:at]

    def _message(self, head: bytes, body: bytes) -> M | PipeError:
        try:
            message = self._messages.from_json(head)
            return replace(message, body=body) if body else message
        except (MessageError, TypeError) as error:
            return PipeError(str(error))
