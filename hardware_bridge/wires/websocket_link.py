"""A websocket as a wire: each text message is a line."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from hardware_bridge.ports import PortError
from hardware_bridge.wires.links import LinkLost

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

OPEN_S = 3.0
LARGEST_MESSAGE = 1 << 20


class WebSocketLink:
    """A connection to one address, for example ws://127.0.0.1:8000/ws/sdk."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._inbox = bytearray()
        self._held = ExitStack()
        self._socket: ClientConnection | None = self._open()

    @property
    def name(self) -> str:
        """Its address."""
        return self._address

    def now_s(self) -> float:
        """Wall time that never jumps."""
        return time.monotonic()  # noqa: TID251 - the clock of a real wire

    def write(self, data: bytes) -> None:
        """Send lines, a message each."""
        socket = self._connected()
        try:
            for line in data.splitlines():
                socket.send(line.decode())
        except (OSError, _closed()) as error:
            raise LinkLost(f"{self._address} does not take messages: {error}") from error

    def read(self) -> bytes:
        """What has come in, as lines."""
        while self._receive(0.0):
            pass
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    def wait(self, until_s: float) -> None:
        """Return as soon as a message has come, at the latest at `until_s`."""
        if not self._inbox:
            self._receive(max(0.0, until_s - self.now_s()))

    def reopen(self) -> None:
        """Connect again."""
        self.close()
        self._socket = self._open()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError, _closed()):
            self._held.close()
        self._socket = None
        self._inbox.clear()

    def _receive(self, within_s: float) -> bool:
        try:
            message = self._connected().recv(timeout=within_s)
        except TimeoutError:
            return False
        except (OSError, _closed()) as error:
            raise LinkLost(f"{self._address} is gone: {error}") from error
        self._inbox += (message.encode() if isinstance(message, str) else message) + b"\n"
        return True

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            raise LinkLost(f"{self._address} is closed")
        return self._socket

    def _open(self) -> ClientConnection:
        try:
            from websockets.exceptions import InvalidHandshake, InvalidURI
            from websockets.sync.client import connect
        except ImportError as error:
            raise PortError("a websocket needs the package websockets: pip install 'swivel[api]'") from error
        try:
            coming = connect(
                self._address, open_timeout=OPEN_S, close_timeout=1.0, max_size=LARGEST_MESSAGE, max_queue=None
            )
            return self._held.enter_context(coming)
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ValueError) as error:
            raise PortError(f"cannot connect to {self._address}: {error}") from error


def _closed() -> type[Exception]:
    from websockets.exceptions import ConnectionClosed

    return ConnectionClosed
