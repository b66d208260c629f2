"""Between the server and the loop that it feeds: what is to be done, and what was done, ten milliseconds at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hardware_bridge.json_messages import MessageSet
from simulator.onboard.messages import Answer, HoldReason, Mode, Owner, Zone
from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses
from simulator.runtime.onlooker import Moment
from simulator.world.spec import AnyAction

Backend = Literal["virtual", "hybrid", "real"]
MotionState = Literal["idle", "settling", "moving", "stopping", "held_by_hand", "blocked", "inhibited", "fault"]
HappeningName = Literal[
    "OnPrimaryUserChanged",
    "OnEntitySensingStateChanged",
    "OnWakeWord",
    "OnInhibited",
    "OnCleared",
    "OnBump",
    "OnManualTurn",
    "OnFault",
    "OnAlert",
    "OnOwnerChanged",
    "OnModeChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom:
    """Begin: a scene, how it is sensed and turned, and where the session is recorded."""

    path: Path
    text: str | None = None  # None: as the file is
    root: Path | None = None  # includes are looked for here
    settings: dict[str, Value]  # the knobs that are not the scene's own
    seed: int
    mode: Senses
    rig: str
    record_to: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Let something happen at the start of the next tick: a request to the device, or a deed in the virtual room."""

    number: int
    action: AnyAction


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOn:
    """Tell for so many ticks where everything stands in the virtual room: somebody looks on."""

    ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A reason why the screen stays, with the question that was answered with no."""

    reason: HoldReason
    gate: str
    value: float | None
    threshold: float | None
    unit: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody whom the device knows of."""

    track_id: int
    azimuth_deg: float
    distance_m: float | None
    in_view: bool
    talking: float
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Where somebody of a virtual room is."""

    name: str
    x_m: float
    y_m: float
    head_deg: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that an event tells of."""

    name: HappeningName
    text: str = ""
    angle_deg: float | None = None
    confidence: float | None = None
    ambiguous: bool | None = None
    person: int | None = None
    reason: HoldReason | None = None
    begins: bool | None = None
    owner: Owner | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The device at one tick, as far as the API tells of it."""

    yaw_deg: float
    rate_dps: float
    goal_yaw_deg: float | None
    motion: MotionState
    zone: Zone | None
    mode: Mode
    owner: Owner
    held: tuple[Held, ...]
    why: str
    shutter_closed: bool
    min_deg: float | None  # None while the range is not set
    max_deg: float | None
    max_rate_dps: float
    max_accel_dps2: float
    people: tuple[Known, ...]
    actors: tuple[Acting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopReady:
    """The loop has begun."""

    device: str
    backend: Backend
    deadman: str
    corners: tuple[tuple[float, float], ...]  # of the virtual room; empty where it is real
    place: tuple[float, float]
    heading_deg: float
    people: tuple[str, ...]
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTick:
    """What came of a tick: told at once when there is news, else twenty times a second."""

    tick: int
    wall_s: float
    done: tuple[int, ...]  # numbers of what was let happen
    answers: tuple[Answer, ...]
    happened: tuple[Happened, ...]
    condition: Condition
    moment: Moment | None = None  # while somebody looks on


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopFailed:
    """The loop cannot go on; the text says why, in one line."""

    text: str


LoopReport = LoopReady | LoopTick | LoopFailed
LoopOrder = OpenRoom | Act | LookOn
LOOP_ORDERS: MessageSet[LoopOrder] = MessageSet(LoopOrder)
LOOP_REPORTS: MessageSet[LoopReport] = MessageSet(LoopReport)
