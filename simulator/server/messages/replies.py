"""What a client gets back. A command has any number of `Accepted` and then exactly one of the other four."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from simulator.onboard.messages import Owner
from simulator.server.messages.base import ApiMessage, Code, Scope
from simulator.server.messages.state import DeviceState, Event, Limits, Room


class Hello(ApiMessage):
    """The first message to a client: what it talks to, and what it may do there."""

    type: Literal["Hello"] = "Hello"
    api: str
    device: str
    backend: Literal["virtual", "hybrid", "real"]
    scope: Scope
    client: Annotated[str, Field(description="What the device calls this client.")]
    limits: Limits
    choreos: list[str]
    commands: list[str]
    room: Room | None = None


class Accepted(ApiMessage):
    """It is taken: whole, less than was asked for (`clampedFrom`), or waiting for its turn (`queued`)."""

    type: Literal["Accepted"] = "Accepted"
    id: str
    tick: int
    code: Code = Code.AS_ASKED
    queued: bool = False
    will_go_to: Annotated[float, Field(description="Where the screen will end, degrees.")] | None = None
    max_speed: Annotated[float, Field(description="How fast it will turn at most.")] | None = None
    eta_ms: Annotated[int, Field(description="When it will be there, if nothing comes between.")] | None = None
    clamped_from: Annotated[float, Field(description="What was asked for, where a limit cut it.")] | None = None
    threshold: Annotated[float, Field(description="That limit.")] | None = None
    unit: str = ""
    sentence: str


class Done(ApiMessage):
    """It has come to its end; `ok` when that is the end that was asked for."""

    type: Literal["Done"] = "Done"
    id: str
    tick: int
    ok: bool
    code: Code
    angle: Annotated[float, Field(description="Where the screen stands, degrees.")] | None = None
    missed: Annotated[int, Field(description="Of Subscribe: events that are too old to be replayed.")] | None = None
    sentence: str


class Superseded(ApiMessage):
    """A later command of an app took its place."""

    type: Literal["Superseded"] = "Superseded"
    id: str
    tick: int
    code: Code = Code.NEWER
    by: Annotated[str, Field(description="That command's id; empty when it is another client's.")] = ""
    sentence: str


class Preempted(ApiMessage):
    """Somebody else got the screen, or somebody stopped it."""

    type: Literal["Preempted"] = "Preempted"
    id: str
    tick: int
    code: Code
    owner: Owner | None = None
    sentence: str


class Refused(ApiMessage):
    """It was not done, and why: a code for programs, the number and the limit, and a sentence for people."""

    type: Literal["Refused"] = "Refused"
    id: str | None = None
    tick: int | None = None
    code: Code
    value: float | None = None
    threshold: float | None = None
    unit: str = ""
    needs: Scope | None = None
    field: Annotated[str, Field(description="Of a bad message: which of its fields.")] = ""
    sentence: str


FinalReply = Done | Superseded | Preempted | Refused
Reply = Accepted | FinalReply
REPLIES: tuple[type[ApiMessage], ...] = (Hello, *get_args(Reply), DeviceState, Event)
