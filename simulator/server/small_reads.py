"""Takes from a connection only a little at a time, so that nobody who sends a lot keeps the others waiting."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# asyncio reads up to 256 KiB at once: 4,000 short commands, which take 70 ms to be taken apart while nobody else is heard.
# 2 KiB are 30 of them, and a millisecond.
READ_BYTES = 2_048


class SmallReads(asyncio.BufferedProtocol):
    """In front of a protocol that takes bytes: it gets few of them, then it is the turn of the next connection."""

    _part: bytearray | None = None

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next bytes go."""
        if self._part is None:
            self._part = bytearray(READ_BYTES)
        return self._part

    def buffer_updated(self, nbytes: int) -> None:
        """They have come."""
        if self._part is not None:
            self.data_received(bytes(self._part[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """What the protocol does with them."""
        raise NotImplementedError


class FairWebSocket(WebSocketsSansIOProtocol, SmallReads):
    """uvicorn's WebSocket, a little at a time."""

    def __init__(self, *args: Any, **named: Any) -> None:
        WebSocketsSansIOProtocol.__init__(self, *args, **named)
