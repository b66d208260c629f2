"""The display for asyncio. It connects again by itself; what was open then is `Lost`, and subscriptions go on where they were."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from swivel_client.answers import FINAL, End, Lost, Plain, Refused, camel, token_for, where
from swivel_client.commands import Commands

AGAIN_S = (0.1, 0.3, 1.0, 2.0)  # between tries to connect; the last one for ever
ANSWER_S, CONNECT_S = 10.0, 10.0
FOR_GOOD = (4400, 4401, 4403)  # the server's no will not change by asking again
Listener = Callable[[Plain], None]


class AsyncMove:
    """A command on its way."""

    def __init__(self, command_id: str) -> None:
        self.id = command_id
        self.answers: list[Plain] = []
        self._first: asyncio.Future[Plain] = asyncio.get_running_loop().create_future()
        self._final: asyncio.Future[End] = asyncio.get_running_loop().create_future()

    async def done(self) -> End:
        """Wait until it has ended, well or not."""
        return await asyncio.shield(self._final)

    async def first(self) -> Plain:
        """Wait for the first answer."""
        return await asyncio.shield(self._first)

    def take(self, answer: Plain) -> None:
        """One more answer."""
        self.answers.append(answer)
        if not self._first.done():
            self._first.set_result(answer)
        if answer["type"] in FINAL and not self._final.done():
            self._final.set_result(End.of(answer))

    def lose(self, why: str) -> None:
        """There will be no answer."""
        for future in (self._first, self._final):
            if not future.done():
                future.set_exception(Lost(why))
                future.exception()  # nobody has to fetch it


class AsyncDisplay(Commands[Awaitable[AsyncMove]]):
    """A display that an asyncio program moves."""

    def __init__(self, url: str | None = None, *, token: str | None = None, scope: str = "app") -> None:
        self._url = where(url)
        self._token = token or token_for(scope)
        self._socket: ClientConnection | None = None
        self._open: dict[str, AsyncMove] = {}
        self._number = 0
        self._ready = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._listeners: set[Listener] = set()
        self._subscription: Plain | None = None
        self._ended = ""
        self.seq = 0  # of the last event seen
        self.hello: Plain = {}

    async def __aenter__(self) -> Self:
        """Connect."""
        self._keeping = asyncio.create_task(self._keep_connected())
        await self._connected()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; the server ends what is under way."""
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        self._ended = self._ended or "closed"
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping

    async def send(self, kind: str, **fields: Any) -> AsyncMove:
        """Send a command; returns at its first answer, and raises Refused when that is a no."""
        await self._connected()
        socket = self._socket
        if socket is None:
            raise Lost("the connection was closed")
        self._number += 1
        move = AsyncMove(f"c{self._number}")
        message = {camel(name): value for name, value in fields.items() if value is not None}
        self._open[move.id] = move
        try:
            await socket.send(json.dumps({"type": kind, "id": move.id, **message}, allow_nan=False))
            async with asyncio.timeout(ANSWER_S):
                answer = await move.first()
        except ConnectionClosed as error:
            raise Lost(str(error)) from None
        except TimeoutError:
            raise Lost(f"no answer within {ANSWER_S:g} s") from None
        if answer["type"] == "Refused":
            raise Refused(answer)
        return move

    async def states(self, *, rate_hz: float = 10.0) -> AsyncIterator[Plain]:
        """The device's state, so many times a second."""
        async for message in self._messages(rate_hz=rate_hz):
            if message["type"] == "DeviceState":
                yield message

    async def events(self, *, since: int | None = None) -> AsyncIterator[Plain]:
        """What happens, from now on or from a number on."""
        async for message in self._messages(rate_hz=0.0, since=since):
            if message["type"] == "Event":
                yield message

    async def state(self) -> Plain:
        """The state now."""
        async for message in self.states(rate_hz=20.0):
            return message
        raise Lost(self._ended)

    @asynccontextmanager
    async def lease(self, *, lease_ms: int = 5_000) -> AsyncIterator[None]:
        """Keep the screen for the length of a block."""
        await self.acquire(lease_ms=lease_ms)
        try:
            yield
        finally:
            with suppress(Lost, Refused):
                await self.release()

    async def subscribe(self, listener: Listener, *, rate_hz: float = 10.0, since: int | None = None) -> None:
        """Have a function called with every state and event."""
        self._listeners.add(listener)
        before = self._subscription or {"rateHz": 0.0}
        self._subscription = {"rateHz": max(rate_hz, before["rateHz"]), "events": True}
        start = (self.seq or None) if since is None else since  # what other listeners wait for is not skipped
        await self.send("Subscribe", rate_hz=self._subscription["rateHz"], events=True, since=start)

    def unsubscribe(self, listener: Listener) -> None:
        """Leave off calling it."""
        self._listeners.discard(listener)

    async def _messages(self, *, rate_hz: float, since: int | None = None) -> AsyncIterator[Plain]:
        """Both, as they come; the newest of a few when the reader is slow."""
        box: asyncio.Queue[Plain] = asyncio.Queue(1_000)

        def put(message: Plain) -> None:
            if box.full():
                box.get_nowait()
            box.put_nowait(message)

        await self.subscribe(put, rate_hz=rate_hz, since=since)
        try:
            while not self._ended:
                with suppress(TimeoutError):
                    async with asyncio.timeout(1.0):
                        yield await box.get()
        finally:
            self.unsubscribe(put)

    # --- the connection -------------------------------------------------------------------------------------------------

    async def _connected(self) -> None:
        if self._keeping is None:
            raise Lost("not connected: use `async with AsyncDisplay() as display`")
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_S):
                await self._ready.wait()
        if self._socket is None:
            raise Lost(self._ended or f"{self._url}: no connection")

    async def _keep_connected(self) -> None:
        tries = 0
        protocols: Any = ["swivel.v1", f"bearer.{self._token}"]
        while not self._ended:
            why = ""
            try:
                async with connect(
                    self._url, subprotocols=protocols, max_size=1 << 20, open_timeout=CONNECT_S
                ) as socket:
                    await self._listen(socket)
                    tries = 0
            except ConnectionClosed as error:
                why = str(error)
                if error.rcvd is not None and error.rcvd.code in FOR_GOOD:
                    self._ended = error.rcvd.reason
            except ssl.SSLCertVerificationError as error:
                self._ended = f"{self._url}: its certificate is not trusted: {error.verify_message}"
            except (OSError, InvalidHandshake, TimeoutError) as error:
                why = f"{self._url}: {error}"
            finally:
                self._drop(why or self._ended or "the connection was closed")
            if self._ended:
                self._ready.set()
                return
            await asyncio.sleep(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
            tries += 1

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            message: Plain = json.loads(text)
            match message["type"]:
                case "Hello":
                    self.hello, self._socket = message, socket
                    self._ready.set()
                    if self._subscription is not None:
                        self._number += 1
                        again = {"type": "Subscribe", "id": f"c{self._number}", "since": self.seq, **self._subscription}
                        await socket.send(json.dumps(again))
                case "DeviceState":
                    self._hand_out(message)
                case "Event":
                    self.seq = message["seq"]
                    self._hand_out(message)
                case _:
                    self._answer(message)

    def _hand_out(self, message: Plain) -> None:
        for listener in tuple(self._listeners):
            listener(message)

    def _answer(self, message: Plain) -> None:
        move = self._open.get(message.get("id") or "")
        if move is None:
            return
        move.take(message)
        if message["type"] in FINAL:
            del self._open[move.id]

    def _drop(self, why: str) -> None:
        self._socket = None
        self._ready.clear()
        lost, self._open = self._open, {}
        for move in lost.values():
            move.lose(why)
