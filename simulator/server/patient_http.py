"""uvicorn's HTTP with a limit to its patience: who does not get a whole request together in time is hung up on."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 5.0


class PatientHttp(H11Protocol):
    """Hangs up on a slow sender of headers."""

    _timer: asyncio.TimerHandle | None = None
    _upgraded = False

    def connection_made(self, transport: Any) -> None:
        """The time for the first request begins."""
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """It ends when a request is complete, and begins again with the next one."""
        super().data_received(data)
        cycle: Any = self.cycle
        if self._upgraded or (cycle is not None and not cycle.response_complete):
            self._disarm()
        elif self._timer is None:
            self._arm()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """A WebSocket looks after itself."""
        self._upgraded = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._disarm()
        self._timer = self.loop.call_later(HEADERS_S, self._hang_up)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        self._timer = None
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete:
            self.transport.close()
