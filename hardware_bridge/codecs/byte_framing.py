"""What all decoders of a byte stream share: they hold what came in, count what they throw away, and find their way again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

P = TypeVar("P")


class StreamDecoder(ABC, Generic[P]):
    """Cuts a stream of bytes into packets; a protocol adds only how its next packet is found."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped_bytes = 0
        self.bad_checksums = 0

    def feed(self, data: bytes) -> list[P]:
        """Take what came in and return the packets that are now complete."""
        self._buffer += data
        packets: list[P] = []
        while (packet := self._next()) is not None:
            packets.append(packet)
        return packets

    def reset(self) -> None:
        """Forget a half packet, as one does when the line has been silent for too long."""
        self.dropped_bytes += len(self._buffer)
        self._buffer.clear()

    @abstractmethod
    def _next(self) -> P | None:
        """The next whole packet; None while there is none."""

    def _drop(self, count: int) -> None:
        self.dropped_bytes += count
        del self._buffer[:count]
