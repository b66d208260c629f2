"""The display for scripts and notebooks: the same commands, each of which waits for its first answer."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from swivel_client.answers import End, Lost, Plain, Refused
from swivel_client.asynchronous import AsyncDisplay, AsyncMove
from swivel_client.commands import Commands

T = TypeVar("T")


class Move:
    """A command on its way."""

    def __init__(self, move: AsyncMove, run: Callable[[Coroutine[Any, Any, End]], End]) -> None:
        self._move, self._run = move, run

    @property
    def id(self) -> str:
        """Its id, as events name it."""
        return self._move.id

    @property
    def answers(self) -> list[Plain]:
        """All answers so far."""
        return self._move.answers

    def wait(self) -> End:
        """Wait until it has ended, well or not."""
        return self._run(self._move.done())


class Display(Commands[Move]):
    """A display that a script moves."""

    def __init__(self, url: str | None = None, *, token: str | None = None, scope: str = "app") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="swivel", daemon=True)
        self._thread.start()
        try:
            self._display = self._run(_made(url, token, scope))
            self._run(self._display.__aenter__())
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        """It is connected already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; the server ends what is under way."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._thread.is_alive():
            if hasattr(self, "_display"):
                self._run(self._display.close())
            self._end()

    @property
    def hello(self) -> Plain:
        """What the server said first: device, limits, commands, people."""
        return self._display.hello

    def send(self, kind: str, **fields: Any) -> Move:
        """Send a command; returns at its first answer, and raises Refused when that is a no."""
        return Move(self._run(self._display.send(kind, **fields)), self._run)

    def state(self) -> Plain:
        """The state now."""
        return self._run(self._display.state())

    @contextmanager
    def lease(self, *, lease_ms: int = 5_000) -> Iterator[None]:
        """Keep the screen for the length of a block."""
        self.acquire(lease_ms=lease_ms)
        try:
            yield
        finally:
            with suppress(Lost, Refused):
                self.release()

    def messages(
        self, *, rate_hz: float = 10.0, since: int | None = None, for_s: float | None = None
    ) -> Iterator[Plain]:
        """States and events as they come, for so many seconds or for ever."""
        box: queue.Queue[Plain] = queue.Queue()
        self._run(self._display.subscribe(box.put, rate_hz=rate_hz, since=since))
        end_s = None if for_s is None else time.monotonic() + for_s
        try:
            while end_s is None or time.monotonic() < end_s:
                with suppress(queue.Empty):
                    yield box.get(timeout=0.1)
        finally:
            self._loop.call_soon_threadsafe(self._display.unsubscribe, box.put)

    def wait_for(self, name: str, *, within_s: float = 10.0, since: int | None = None) -> Plain:
        """Wait for the next event of this name."""
        for message in self.messages(rate_hz=0.0, since=since, for_s=within_s):
            if message["type"] == "Event" and message["name"] == name:
                return message
        raise TimeoutError(f"no {name} within {within_s:g} s")

    def wait_until(self, is_so: Callable[[Plain], bool], *, within_s: float = 10.0) -> Plain:
        """Wait for a state for which something is so."""
        last: Plain = {}
        for message in self.messages(rate_hz=20.0, for_s=within_s):
            if message["type"] == "DeviceState":
                last = message
                if is_so(message):
                    return message
        raise TimeoutError(
            f"not so within {within_s:g} s; the last state says: {last.get('why')} at {last.get('angle')}°"
        )

    def _run(self, work: Awaitable[T]) -> T:
        async def doing() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _made(url: str | None, token: str | None, scope: str) -> AsyncDisplay:
    return AsyncDisplay(url, token=token, scope=scope)
