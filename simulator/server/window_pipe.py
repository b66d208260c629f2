"""Between the window and the API server that serves its room: one order, and reports while it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hardware_bridge.json_messages import MessageSet
from simulator.server.pipe import OpenRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRoom:
    """Serve this room until the pipe closes."""

    room: OpenRoom
    port: int = 0  # 0: the usual one, or the next that is free
    view_program: str = ""  # as of ServeOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Apps may come."""

    address: str
    page: str  # the address with a token, to be opened in a browser on this machine
    token_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientNow:
    """Somebody who is connected."""

    name: str
    scope: str
    open_commands: int
    lease_s: float | None = None  # for how long the screen is still theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNow:
    """A command with its final answer."""

    client: str
    command: str
    kind: str
    good: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingStatus:
    """Who is there and what they were told last, the newest first; told when it changes, at most five times a second."""

    clients: tuple[ClientNow, ...]
    answers: tuple[AnswerNow, ...]
    answered: int  # commands with a final answer since the beginning
    yaw_deg: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingFailed:
    """It could not begin, or has ended by itself; one line."""

    text: str


ServingReport = Serving | ServingStatus | ServingFailed
SERVING_ORDERS: MessageSet[ServeRoom] = MessageSet(ServeRoom)
SERVING_REPORTS: MessageSet[ServingReport] = MessageSet(ServingReport)
