"""What is told without being asked: the state of the device, and numbered events."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field

from simulator.onboard.messages import HoldReason, Mode, Owner, Zone
from simulator.server.messages.base import ApiMessage

MotionState = Literal["idle", "settling", "moving", "stopping", "held_by_hand", "blocked", "inhibited", "fault"]


SeenFrom = Literal["eye", "third"]
VIEWS: tuple[SeenFrom, ...] = get_args(SeenFrom)


class Limits(ApiMessage):
    """How far and how fast the screen may turn; without a range it does not."""

    min: float | None = None
    max: float | None = None
    max_speed: float
    max_acceleration: float


class Reason(ApiMessage):
    """Why the screen stays: the reason, and the question that was answered with no, with its numbers."""

    reason: HoldReason
    gate: str = ""
    value: float | None = None
    threshold: float | None = None
    unit: str = ""
    sentence: str


class Person(ApiMessage):
    """Somebody whom the device knows of."""

    person: int
    azimuth: Annotated[float, Field(description="Degrees from straight on, left positive.")]
    distance: Annotated[float, Field(description="Metres; none for somebody only heard.")] | None = None
    in_view: bool
    talking: Annotated[float, Field(description="Probability.")]
    primary: bool


class Actor(ApiMessage):
    """Where somebody of a virtual room really is, for pictures and tests; the device does not know it."""

    name: str
    x: float
    y: float
    facing: Annotated[float, Field(description="Direction of the head in the room, degrees.")]
    says: str = ""


class Room(ApiMessage):
    """The plan of a virtual room."""

    corners: list[tuple[float, float]]
    device: tuple[float, float]
    heading: Annotated[float, Field(description="Direction of the room that the base faces, degrees.")]
    people: list[str]
    views: Annotated[
        list[SeenFrom], Field(description="From where GET /v1/view draws pictures of it; empty without.")
    ] = []


class DeviceState(ApiMessage):
    """The device at one tick."""

    type: Literal["DeviceState"] = "DeviceState"
    seq: Annotated[int, Field(description="Number of the newest event.")]
    tick: Annotated[int, Field(description="Hundredths of a second since the start.")]
    wall_time: Annotated[float, Field(description="When that was, in seconds since 1970.")]
    angle: float
    target_angle: float | None = None
    velocity: float
    motion_state: MotionState
    zone: Zone | None = None
    mode: Mode
    owner: Owner
    lease_holder: Annotated[str, Field(description="The client with the lease; empty when there is none.")] = ""
    lease_ms_left: int = 0
    inhibit_reasons: list[Reason]
    why: str
    shutter_closed: bool
    limits: Limits
    people: list[Person]
    actors: list[Actor]
    backend: Literal["virtual", "hybrid", "real"]
    deadman: Annotated[str, Field(description="What stops the screen when the loop falls silent.")]


class EventName(StrEnum):
    """What can happen. Further names may be added within version 1."""

    PRIMARY_USER = "OnPrimaryUserChanged"
    SENSING = "OnEntitySensingStateChanged"
    WAKE_WORD = "OnWakeWord"
    INHIBITED = "OnInhibited"
    CLEARED = "OnCleared"
    BUMP = "OnBump"
    MANUAL_TURN = "OnManualTurn"
    RANGE_LIMIT = "OnRangeLimit"
    PREEMPTED = "OnMotionPreempted"
    CHOREO_ENDED = "OnChoreoEnded"
    FAULT = "OnFault"
    ALERT = "OnAlert"
    OWNER = "OnOwnerChanged"
    MODE = "OnModeChanged"
    LEASE = "OnLeaseChanged"


class Event(ApiMessage):
    """One thing that happened; a field that its name has no use for is left out."""

    type: Literal["Event"] = "Event"
    seq: int
    tick: int
    name: EventName
    text: str = ""
    angle: float | None = None
    confidence: float | None = None
    ambiguous: bool | None = None
    person: int | None = None
    reason: HoldReason | None = None
    begins: bool | None = None
    owner: Owner | None = None
    mode: Mode | None = None
    client: str | None = None
    id: str | None = None
    ok: bool | None = None
