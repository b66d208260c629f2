"""The hub with everybody who is connected to it, and where their answers wait."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress

from simulator.onboard.messages import TICK_S
from simulator.server.artist import Artist
from simulator.server.clients import Client
from simulator.server.clock import now_s
from simulator.server.door import Door
from simulator.server.hub import Hub
from simulator.server.messages import ApiMessage, FinalReply, Scope
from simulator.server.messages.commands import Subscribe
from simulator.server.messages.state import VIEWS, SeenFrom

# Answers that nobody takes: a client so far behind is disconnected before it costs memory.
MOST_WAITING = 4_096
KEPT_POSTS = 1_000
ANSWER_S, FINAL_S = 5.0, 60.0
UNLEASED_S = 0.1  # how often the time is told while no lease can run out; the device itself ends shorter ones


class Socket:
    """What waits to be sent to one WebSocket: answers first, then events, then the newest state."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._answers: deque[str] = deque()
        self._wake = asyncio.Event()
        self._since: int | None = None  # the last event sent; None without a subscription
        self._due_s = 0.0
        self._state: str | None = None
        self.rate_hz = 0.0
        self.too_slow = False

    def answer(self, message: ApiMessage) -> None:
        """Queue an answer."""
        if len(self._answers) >= MOST_WAITING:
            self.too_slow = True
        else:
            self._answers.append(message.model_dump_json(by_alias=True, exclude_none=True))
        self._wake.set()

    def subscribe(self, command: Subscribe, since: int) -> None:
        """Send states and events from now on."""
        self.rate_hz, self._due_s = command.rate_hz, 0.0
        self._since = since if command.events else None
        self._wake.set()

    def wants_state(self, at_s: float) -> bool:
        """Whether a state is due; a client that has not taken the last one waits."""
        if not self.rate_hz or self._state is not None or at_s < self._due_s:
            return False
        self._due_s = at_s + 0.9 / self.rate_hz  # the loop tells of itself in steps of 50 ms
        return True

    def offer(self, state: str | None) -> None:
        """There may be events, and a state for whoever wants one."""
        if state is not None:
            self._state = state
        if state is not None or (self._since is not None and self._since < self._hub.events.seq):
            self._wake.set()

    async def next(self) -> str:
        """The next message; waits for one."""
        while True:
            if self._answers:
                return self._answers.popleft()
            if self._since is not None and (found := self._hub.events.after(self._since)) is not None:
                self._since, text = found
                return text
            if self._state is not None:
                text, self._state = self._state, None
                return text
            self._wake.clear()
            await self._wake.wait()


class Post:
    """Waits for the answers to one posted command, and keeps them for whoever asks later."""

    def __init__(self) -> None:
        self.answers: list[ApiMessage] = []
        self._came = asyncio.Event()

    def answer(self, message: ApiMessage) -> None:
        """One more."""
        self.answers.append(message)
        self._came.set()

    async def wait(self, *, final: bool) -> ApiMessage | None:
        """The first answer, or the final one; None when it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FINAL_S if final else ANSWER_S):
                while not self.answers or (final and not isinstance(self.answers[-1], FinalReply)):
                    self._came.clear()
                    await self._came.wait()
        return self.answers[-1] if self.answers else None


class Desk:
    """The hub with everybody who is connected to it."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.hub: Hub | None = None  # until the loop is ready
        self.artist: Artist | None = None  # of a virtual room
        self.sockets: set[Socket] = set()
        self.posts: OrderedDict[str, Post] = OrderedDict()
        self._posting: dict[Scope, Client] = {}

    @property
    def views(self) -> tuple[SeenFrom, ...]:
        """From where pictures are drawn."""
        return VIEWS if self.artist is not None else ()

    def poster(self, hub: Hub, scope: Scope) -> Client:
        """Everybody who posts with the same token is one client."""
        if scope not in self._posting:
            self._posting[scope] = hub.join(scope, name=f"http-{scope}")
        return self._posting[scope]

    def keep(self, key: str, post: Post) -> None:
        """Keep the answers to a posted command for a while."""
        self.posts[key] = post
        self.posts.move_to_end(key)
        while len(self.posts) > KEPT_POSTS:
            self.posts.popitem(last=False)

    async def keep_time(self) -> None:
        """Let the hub know the time for ever: who is late is told nothing by the loop."""
        while True:
            leased = self.hub is not None and self.hub.lease[0]
            await asyncio.sleep(TICK_S if leased else UNLEASED_S)
            if self.hub is not None:
                self.hub.clock(now_s())

    def ticked(self) -> None:
        """The loop has told something: pass it on."""
        if self.hub is None:
            return
        at_s = now_s()
        self.hub.clock(at_s)
        text = None
        for socket in self.sockets:
            wants = socket.wants_state(at_s)
            if wants and text is None:
                text = self.hub.state().model_dump_json(by_alias=True)
            socket.offer(text if wants else None)
