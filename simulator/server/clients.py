"""Who talks to the server: what they may do, how much, and which of their commands are still open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from simulator.onboard.messages import Client as DeviceClient
from simulator.server.messages import ApiMessage, Command, FinalReply, Scope

# A set point for each picture of a 50 Hz display, and as many at once as a page may send when it opens.
COMMANDS_PER_S, BURST = 50.0, 50.0


class Outbox(Protocol):
    """Where the answers to a command go."""

    def answer(self, message: ApiMessage) -> None:
        """Take one answer; it must not be lost, and must not make the caller wait."""


@dataclass(slots=True)
class Allowance:
    """A bucket that fills with time: how many commands a client may still send."""

    left: float = BURST
    at_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Use one, if there is one."""
        if self.at_s is not None:
            self.left = min(BURST, self.left + (now_s - self.at_s) * COMMANDS_PER_S)
        self.at_s = now_s
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


@dataclass(slots=True, eq=False)
class Client:
    """One app: a WebSocket, or everybody who posts with the same token."""

    name: str
    scope: Scope
    allowance: Allowance = field(default_factory=Allowance)
    open: dict[int, OpenCommand] = field(default_factory=dict)  # by number
    gone: bool = False

    @property
    def on_device(self) -> DeviceClient:
        """Who that is for the device."""
        return DeviceClient(name=self.name, scope=self.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A command that has its final answer."""

    client: str
    command: str  # its type, as far as it had one
    reply: FinalReply


@dataclass(slots=True, eq=False)
class OpenCommand:
    """A command that has no final answer yet."""

    number: int
    client: Client
    command: Command
    outbox: Outbox
    joined: list[tuple[str, Outbox]] = field(default_factory=list)  # stops that came while this one was on its way
