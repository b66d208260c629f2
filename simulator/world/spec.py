"""What a virtual room holds and what happens in it: the description from which a world is built.

Plain validated data, in metres, seconds and degrees. Scene files are read into this (simulator/scene adds the file format
around it); tests and benchmarks make it directly. Room frame: x and y on the floor plan, counter-clockwise positive.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, TypeAdapter

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import Request

Point = tuple[float, float]


class Spec(BaseModel):
    """Base of all descriptions: frozen, no unknown names, only finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)


Material = Literal["plaster", "tile", "glass", "wood", "curtain", "carpet", "brick", "absorber"]


class WallSpec(Spec):
    """One wall of the room."""

    material: Material = "plaster"
    """What it is made of; sets how much sound it swallows in each band."""


class RoomSpec(Spec):
    """The room: a box, or a polygon of a floor plan with one height."""

    width_m: float = Field(5.0, ge=1.5, le=20)
    """Size along x; ignored when corners are given."""
    depth_m: float = Field(4.0, ge=1.5, le=20)
    """Size along y; ignored when corners are given."""
    height_m: float = Field(2.6, ge=1.8, le=6)
    """Floor to ceiling."""
    corners: tuple[Point, ...] = ()
    """Floor plan, counter-clockwise; empty for a box."""
    walls: dict[str, WallSpec] = {}
    """Materials by wall: south, east, north, west (a box) or wall-1, wall-2 … (a polygon), floor, ceiling."""
    rt60_s: float = Field(0.4, ge=0.05, le=2.0)
    """Reverberation time of the late tail."""
    light: Literal["day", "evening", "lamp", "dim", "dark"] = "day"
    """How the room is lit."""
    window: Literal["auto", "none", "south", "east", "north", "west"] = "auto"
    """The wall with a window; auto takes a wall of glass or behind a curtain, else one beside the device."""
    style: Literal["auto", "kitchen", "living", "bedroom", "plain"] = "auto"
    """How the room is furnished for the eye; auto goes by walls and height of the device, plain leaves it bare."""
    palette: Literal["sage", "navy", "white", "clay"] = "sage"
    """Colours of fronts and walls."""
    decor_seed: int = Field(0, ge=0, le=9999)
    """Which pictures, plants and dishes stand about; changes nothing but the picture."""


class DevicePlace(Spec):
    """Where the device stands."""

    x_m: float = 2.5
    """Along x."""
    y_m: float = 0.4
    """Along y."""
    height_m: float = Field(0.95, ge=0.2, le=2.0)
    """Of the microphones above the floor: 0.95 m is a kitchen counter, whose top is 5 cm lower."""
    on: Literal["auto", "counter", "island", "sideboard", "night stand"] = "auto"
    """What it stands on, for the eye; auto goes by the style of the room and the distance to the wall."""
    heading_deg: float = Field(90.0, ge=-360, le=360)
    """Direction of the room that the base faces (azimuth 0); 0 is along x, 90 along y."""
    start_yaw_deg: float = Field(0.0, ge=-360, le=360)
    """Where the screen points at the start."""
    range: RangeOfMotion | None = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
    """The range of motion from set-up; none when it was not set up."""
    known_walls: bool = False
    """Whether set-up measured the near walls."""
    plays: Literal["nothing", "music", "television"] = "nothing"
    """What comes out of the device's own loudspeaker."""
    own_loudness_db: float = Field(60.0, ge=30, le=80)
    """Level of that at 1 m."""
    shutter: Literal["open", "closed"] = "open"
    """The camera's cover at the start."""


class PersonSpec(Spec):
    """One person."""

    name: str
    """As the scene calls them."""
    at: Point
    """Where they stand at the start."""
    look: Literal[
        "adult-1",
        "adult-2",
        "adult-3",
        "adult-4",
        "adult-5",
        "adult-6",
        "adult-7",
        "adult-8",
        "child-1",
        "child-2",
    ] = "adult-1"
    """Which body."""
    voice: str = "voice-1"
    """Which voice."""
    faces: str | float = "device"
    """What they face: the device, another person by name, or a direction of the room in degrees."""
    posture: Literal["standing", "sitting"] = "standing"
    """How they stand."""
    loudness_db: float = Field(62.0, ge=40, le=85)
    """Level of their speech at 1 m."""
    reacts: Literal["no", "customer"] = "no"
    """Whether they do only what the timeline says, or as a customer also call again, push the screen and give up."""
    patience_s: float | None = Field(None, ge=0.5, le=30)
    """How long a customer bears a screen that points past them; none: drawn for each seed."""
    temper: float | None = Field(None, ge=0, le=1)
    """How likely a customer within reach raises a hand instead of the voice; none: drawn for each seed."""


class SourceSpec(Spec):
    """One thing that sounds."""

    name: str
    """As the scene calls it."""
    kind: Literal["television", "music", "fan", "kettle", "kitchen"] = "fan"
    """What it sounds like."""
    at: Point
    """Where it stands."""
    height_m: float = Field(1.0, ge=0, le=4)
    """Of the sounding part."""
    loudness_db: float = Field(55.0, ge=20, le=90)
    """Level at 1 m."""
    on: bool = True
    """Whether it sounds from the start."""


class ThingSpec(Spec):
    """One thing that stands in the room: furniture, a thing on the counter, or something that looks like a person."""

    name: str
    """As the scene calls it."""
    kind: Literal[
        "wall",
        "cabinet",
        "shelf",
        "table",
        "sofa",
        "chair",
        "counter",
        "column",
        "pot",
        "glass",
        "frame",
        "vase",
        "hand",
        "cat",
        "dog",
        "poster",
        "television",
        "mirror",
        "coat",
    ]
    """What it is: sets mass, shape, look and how it stops sound and sight."""
    at: Point
    """Its middle."""
    size: Point = (0.4, 0.4)
    """Along the way it faces, and across it; twice the diameter of what is round."""
    angle_deg: float = 0.0
    """Which way it faces: where the front of a cabinet, a sofa, a poster or a television looks."""
    bottom_m: float = Field(0.0, ge=0, le=4)
    """Its lower edge above the floor."""
    height_m: float = Field(1.0, gt=0, le=4)
    """Its height."""
    mass_kg: float | None = Field(None, gt=0)
    """Its mass; none for the usual one of its kind."""
    fixed: bool = True
    """Whether it stays when pushed; small things on the counter set this to false."""
    on: bool = True
    """Whether a television shows and plays something."""


class Action(Spec):
    """Base of everything that happens at a time."""

    at_s: float = Field(ge=0)
    """When, from the start of the scene."""


class Say(Action):
    """A person speaks."""

    do: Literal["say"] = "say"
    who: str
    what: Literal["wake word", "speech"] = "speech"
    for_s: float | None = None
    """How long; none: one clip."""


class Walk(Action):
    """A person walks to a place."""

    do: Literal["walk"] = "walk"
    who: str
    to: Point
    speed_mps: float = Field(1.0, gt=0, le=4)
    """Walking speed; 1 m/s is at ease."""


class Turn(Action):
    """A person turns the body, or only the head, to something."""

    do: Literal["turn"] = "turn"
    who: str
    to: str | float
    """The device, a person by name, a direction of the room in degrees, or "away"."""
    head_only: bool = False


class Posture(Action):
    """A person sits down or stands up."""

    do: Literal["posture"] = "posture"
    who: str
    posture: Literal["standing", "sitting"]


class Enter(Action):
    """A person appears at a door, or leaves through one."""

    do: Literal["enter", "leave"] = "enter"
    who: str


class Switch(Action):
    """A sounding thing or a television goes on or off."""

    do: Literal["switch"] = "switch"
    what: str
    on: bool


class MoveThing(Action):
    """A thing is put elsewhere."""

    do: Literal["move"] = "move"
    what: str
    to: Point


class ShutterAction(Action):
    """Somebody moves the camera's cover."""

    do: Literal["shutter"] = "shutter"
    closed: bool


class HandAction(Action):
    """A hand on the screen: turns it, holds it, presses, scrolls or taps."""

    do: Literal["hand"] = "hand"
    gesture: Literal["turn", "hold", "press", "scroll", "tap"]
    to_deg: float | None = Field(None, ge=-360, le=360)
    """Yaw to turn the screen to; for turn."""
    force_n: float | None = Field(None, gt=0, le=100)
    """Force; none for the usual one of the gesture."""
    for_s: float = Field(1.0, gt=0, le=60)
    """How long."""
    profile: str = ""
    """Name of a recorded trace of the library; empty for the usual one."""


class LightAction(Action):
    """The light changes."""

    do: Literal["light"] = "light"
    light: Literal["day", "evening", "lamp", "dim", "dark"]


def _read_request(plain: Any) -> Any:
    """A request from its fields and the name of its class; as in every description, only with finite numbers."""
    request = plain
    if isinstance(plain, dict):
        kind = REQUEST_KINDS.get(str(plain.get(TAG)))
        if kind is None:
            raise ValueError(f"{TAG} {plain.get(TAG)!r}: must be one of {', '.join(REQUEST_KINDS)}")
        request = kind.validate_python({name: value for name, value in plain.items() if name != TAG})
    parts = [request, *getattr(request, "beats", ())]
    numbers = [(field.name, getattr(part, field.name)) for part in parts for field in fields(part)]
    for name, value in numbers:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} {value}: must be a finite number")
    return request


def _plain_request(request: Request) -> dict[str, Any]:
    """The fields of a request and the name of its class."""
    name = type(request).__name__
    return {TAG: name, **REQUEST_KINDS[name].dump_python(request, mode="json")}


TAG = "type"
REQUEST_KINDS: dict[str, TypeAdapter[Request]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Request)}
TaggedRequest = Annotated[Request, BeforeValidator(_read_request), PlainSerializer(_plain_request)]


class RequestAction(Action):
    """A person, an app or the cloud asks something of the device."""

    do: Literal["request"] = "request"
    request: TaggedRequest


class TuneAction(Action):
    """A knob is turned while the scene runs."""

    do: Literal["tune"] = "tune"
    path: str
    value: float | int | bool | str


class FailAction(Action):
    """A sensor or the motor fails, or recovers."""

    do: Literal["fail"] = "fail"
    what: Literal["microphones", "camera", "motor"]
    for_s: float | None = None
    """How long; none: for the rest of the scene."""


class FaultAction(Action):
    """A part of the device does its work badly for a while; world/faults says how."""

    do: Literal["fault"] = "fault"
    part: Literal["ears", "eyes", "fusion", "planner", "motion", "motor"]
    kind: str
    """A name of that part's table in world/faults."""
    amount: float = 0.0
    """How badly, in the unit of the kind: degrees, seconds, a share, a torque."""
    for_s: float | None = None
    """How long; none: for the rest of the scene."""


AnyAction = Annotated[
    Say
    | Walk
    | Turn
    | Posture
    | Enter
    | Switch
    | MoveThing
    | ShutterAction
    | HandAction
    | LightAction
    | RequestAction
    | TuneAction
    | FailAction
    | FaultAction,
    Field(discriminator="do"),
]

ACTION_KINDS: dict[str, type[Action]] = {kind.__name__: kind for kind in get_args(get_args(AnyAction)[0])}


class WorldSpec(Spec):
    """A whole virtual room with everything that will happen in it."""

    room: RoomSpec = RoomSpec()
    device: DevicePlace = DevicePlace()
    people: tuple[PersonSpec, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    things: tuple[ThingSpec, ...] = ()
    actions: tuple[AnyAction, ...] = ()
    duration_s: float = Field(20.0, gt=0, le=3600)
