"""The things that a turning screen can meet: how big, heavy and steady each kind is, and what it takes to tip it over.

A thing pushed low slides, a thing struck hard enough tips: it falls when a blow brings more energy than lifting its centre
of mass over its rim takes, m g (sqrt(r^2 + h^2) - h) with r the half width of its foot and h the height of its centre.
Positions here are in the frame of the base: x along azimuth 0, y to the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from simulator.onboard.facts import MotorFacts
from simulator.world.spec import DevicePlace, Point, RoomSpec, ThingSpec
from simulator.world.truth import ThingTruth

GRAVITY_MPS2 = 9.81
WALL_THICKNESS_M = 0.02
# Reaching up this little into the screen's height is how a counter meets what stands on it.
SKIM_M = 0.01
# Kinds that people put on a counter: without a height above the floor of their own they stand where the device stands.
# What shows a picture on its front, and hangs or stands at a wall.
FLAT = frozenset({"poster", "mirror", "television"})
ON_COUNTER = frozenset({"pot", "glass", "frame", "vase", "hand", "cat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is usual for a kind of thing; a scene may say otherwise for each thing."""

    round: bool
    size_m: tuple[float, float]
    height_m: float
    mass_kg: float
    grip: float = 0.35  # friction on the counter
    hold_n: float | None = None  # force that an arm or paws hold against; None: only friction holds
    tips: bool = True


# Masses and sizes by the kitchen scale (an empty 0.25 l tumbler, a full pot of 22 cm, a 13 x 18 cm picture frame, a slim
# vase); friction of glass, glaze and wood on stone lies between 0.2 and 0.5. What a hand or a cat bears before it gives
# way is a guess.
KINDS: dict[str, Kind] = {
    "glass": Kind(round=True, size_m=(0.06, 0.06), height_m=0.11, mass_kg=0.20, grip=0.25),
    "vase": Kind(round=True, size_m=(0.05, 0.05), height_m=0.20, mass_kg=0.45, grip=0.3),
    "frame": Kind(round=False, size_m=(0.06, 0.13), height_m=0.18, mass_kg=0.50),
    "pot": Kind(round=True, size_m=(0.22, 0.22), height_m=0.14, mass_kg=4.0, grip=0.4),
    "hand": Kind(round=True, size_m=(0.08, 0.08), height_m=0.12, mass_kg=0.6, hold_n=6.0, tips=False),
    "cat": Kind(round=False, size_m=(0.40, 0.16), height_m=0.28, mass_kg=4.0, hold_n=8.0, tips=False),
    "dog": Kind(round=False, size_m=(0.70, 0.25), height_m=0.55, mass_kg=20.0, hold_n=40.0, tips=False),
}
FURNITURE = Kind(round=False, size_m=(0.4, 0.4), height_m=1.0, mass_kg=20.0, grip=0.4)


@dataclass(slots=True, kw_only=True)
class Thing:
    """One thing as it stands now."""

    name: str
    kind: str
    x_m: float
    y_m: float
    angle_rad: float
    size_m: tuple[float, float]
    height_m: float
    mass_kg: float
    hold_n: float
    round: bool
    fixed: bool
    met: bool  # stands as high as the screen: the screen can meet it
    tip_j: float  # infinite for what never tips
    tipped: bool = False
    vx_mps: float = 0.0
    vy_mps: float = 0.0
    spin_rps: float = 0.0
    outline: tuple[tuple[float, float], ...] = field(default=())  # of a wall, in the frame of the base; else empty

    @property
    def reach_m(self) -> float:
        """Radius of the circle around its middle that holds all of it."""
        return 0.5 * self.size_m[0] if self.round else 0.5 * math.hypot(*self.size_m)

    @property
    def moment_kgm2(self) -> float:
        """Inertia about its own upright axis."""
        if self.round:
            return self.mass_kg * (0.5 * self.size_m[0]) ** 2 / 2
        return self.mass_kg * (self.size_m[0] ** 2 + self.size_m[1] ** 2) / 12

    @property
    def hold_nm(self) -> float:
        """Torque that keeps it from turning on the spot: friction at two thirds of its reach."""
        return self.hold_n * self.reach_m * 2 / 3

    @property
    def moving(self) -> bool:
        """Whether it is still sliding; below 0.1 mm/s it rests."""
        return self.vx_mps**2 + self.vy_mps**2 > 1e-8 or abs(self.spin_rps) > 1e-3

    def tip(self, *, x: float, y: float) -> None:
        """Fall over in a direction: afterwards it lies, its foot where its rim was, and never stands up by itself."""
        length, width = self.height_m, self.size_m[0] if self.round else min(self.size_m)
        shift_m = self.reach_m + 0.5 * length
        self.x_m += x * shift_m
        self.y_m += y * shift_m
        self.angle_rad = math.atan2(y, x)
        self.size_m, self.height_m, self.round = (length, width), width, False
        self.vx_mps = self.vy_mps = self.spin_rps = 0.0
        self.tipped, self.tip_j = True, math.inf


class Frame:
    """Turns places of the room into the frame of the base and back."""

    def __init__(self, place: DevicePlace) -> None:
        self._x, self._y, self.heading_deg = place.x_m, place.y_m, place.heading_deg
        self._cos, self._sin = math.cos(math.radians(place.heading_deg)), math.sin(math.radians(place.heading_deg))

    def to_base(self, at: tuple[float, float]) -> tuple[float, float]:
        """A place of the room as the base sees it."""
        x, y = at[0] - self._x, at[1] - self._y
        return self._cos * x + self._sin * y, self._cos * y - self._sin * x

    def to_room(self, x: float, y: float) -> tuple[float, float]:
        """A place in the frame of the base, in the room."""
        return self._x + self._cos * x - self._sin * y, self._y + self._sin * x + self._cos * y


def footprint(thing: ThingSpec) -> list[Point]:
    """Corners of a thing on the floor."""
    turn = math.radians(thing.angle_deg)
    c, s = math.cos(turn), math.sin(turn)
    half_x, half_y = 0.5 * thing.size[0], 0.5 * thing.size[1]
    return [
        (thing.at[0] + c * x - s * y, thing.at[1] + s * x + c * y)
        for x, y in ((half_x, half_y), (-half_x, half_y), (-half_x, -half_y), (half_x, -half_y))
    ]


def completed(spec: ThingSpec, *, table_m: float) -> ThingSpec:
    """A thing's description with size, height and place that it leaves open as usual for its kind."""
    kind, given = KINDS.get(spec.kind), spec.model_fields_set
    usual: dict[str, object] = {}
    if kind is not None:
        usual = {"size": kind.size_m, "height_m": kind.height_m}
    if spec.kind in ON_COUNTER:
        usual["bottom_m"] = table_m
    missing = {name: value for name, value in usual.items() if name not in given}
    return ThingSpec.model_validate({**spec.model_dump(), **missing}) if missing else spec


def thing_of(spec: ThingSpec, *, place: DevicePlace, facts: MotorFacts, frame: Frame) -> Thing:
    """A thing with everything its description leaves open filled in by its kind."""
    kind = KINDS.get(spec.kind, FURNITURE)
    screen_low_m, screen_high_m = place.height_m - facts.screen_below_m, place.height_m + facts.screen_above_m
    spec = completed(spec, table_m=screen_low_m)
    size, height_m, bottom_m = spec.size, spec.height_m, spec.bottom_m
    mass_kg = spec.mass_kg if spec.mass_kg is not None else kind.mass_kg
    x, y = frame.to_base(spec.at)
    foot_m = 0.5 * (size[0] if kind.round else min(size))
    return Thing(
        name=spec.name,
        kind=spec.kind,
        x_m=x,
        y_m=y,
        angle_rad=math.radians(spec.angle_deg - frame.heading_deg),
        size_m=size,
        height_m=height_m,
        mass_kg=mass_kg,
        hold_n=kind.hold_n if kind.hold_n is not None else kind.grip * mass_kg * GRAVITY_MPS2,
        round=kind.round,
        fixed=spec.fixed,
        met=bottom_m < screen_high_m - SKIM_M and bottom_m + height_m > screen_low_m + SKIM_M,
        tip_j=tip_energy_j(mass_kg=mass_kg, foot_m=foot_m, centre_m=0.5 * height_m) if kind.tips else math.inf,
    )


def tip_energy_j(*, mass_kg: float, foot_m: float, centre_m: float) -> float:
    """Energy that lifts the centre of mass over the rim of the foot."""
    return mass_kg * GRAVITY_MPS2 * (math.hypot(foot_m, centre_m) - centre_m)


def walls_of(room: RoomSpec, *, frame: Frame) -> list[Thing]:
    """The walls of the room as fixed outlines, their inner face where the floor plan says."""
    corners = room.corners or (
        (0.0, 0.0), (room.width_m, 0.0), (room.width_m, room.depth_m), (0.0, room.depth_m),
    )  # fmt: skip
    names = [f"wall-{k + 1}" for k in range(len(corners))] if room.corners else ["south", "east", "north", "west"]
    walls = []
    for k, name in enumerate(names):
        (x0, y0), (x1, y1) = corners[k], corners[(k + 1) % len(corners)]
        length = math.hypot(x1 - x0, y1 - y0)
        if length == 0.0:
            continue
        out_x, out_y = (y1 - y0) / length * WALL_THICKNESS_M, (x0 - x1) / length * WALL_THICKNESS_M
        outline = tuple(
            frame.to_base(corner) for corner in ((x0, y0), (x1, y1), (x1 + out_x, y1 + out_y), (x0 + out_x, y0 + out_y))
        )
        walls.append(
            Thing(
                name=f"{name} wall" if not room.corners else name,
                kind="wall",
                x_m=outline[0][0],
                y_m=outline[0][1],
                angle_rad=0.0,
                size_m=(length, WALL_THICKNESS_M),
                height_m=room.height_m,
                mass_kg=1000.0,
                hold_n=math.inf,
                round=False,
                fixed=True,
                met=True,
                tip_j=math.inf,
                outline=outline,
            )
        )
    return walls


def at_the_start(things: tuple[ThingSpec, ...]) -> tuple[ThingTruth, ...]:
    """Where things stand before anything has moved them."""
    return tuple(
        ThingTruth(name=thing.name, x_m=thing.at[0], y_m=thing.at[1], angle_deg=thing.angle_deg, tipped=False)
        for thing in things
    )
