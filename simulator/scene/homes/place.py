"""The flat: its plan, its walls and its light, where the device stands, and what set-up was told."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.onboard.angles import distance_deg, positive_deg, wrap_deg
from simulator.scene.homes.chance import Chance
from simulator.scene.homes.geometry import Point, inside, sees, to_walls_m
from simulator.scene.homes.hardness import Hardness

SITES = {"counter": 0.42, "corner": 0.18, "island": 0.15, "sideboard": 0.25}
HARD = ("tile", "glass")
SOFT = {"plaster": 0.55, "wood": 0.15, "brick": 0.15, "curtain": 0.15}
FLOORS = {"wood": 0.4, "tile": 0.35, "carpet": 0.25}
# People keep this far from walls, and no nearer to a screen than one reads it from.
WALL_M, NEAREST_M = 0.4, 0.7
TRIES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A flat with the device in it."""

    site: str
    plan: tuple[Point, ...]
    height_m: float
    walls: dict[str, str]
    rt60_s: float
    light: str
    window: str
    at: Point
    device_height_m: float
    heading_deg: float
    range_deg: tuple[float, float]
    known_walls: bool

    @property
    def is_box(self) -> bool:
        """Whether the plan is a rectangle."""
        return len(self.plan) == 4

    def azimuth_deg(self, at: Point) -> float:
        """Direction of a place relative to the base."""
        return wrap_deg(math.degrees(math.atan2(at[1] - self.at[1], at[0] - self.at[0])) - self.heading_deg)

    def towards_device_deg(self, at: Point) -> float:
        """The direction of the room from a place to the device: the way a picture faces that can be seen from it."""
        return positive_deg(round(self.azimuth_deg(at) + self.heading_deg + 180.0))

    def distance_m(self, at: Point) -> float:
        """How far a place is from the device."""
        return math.dist(self.at, at)

    def point(self, azimuth_deg: float, distance_m: float) -> Point:
        """The place in a direction and at a distance, to the centimetre."""
        turn = math.radians(self.heading_deg + azimuth_deg)
        return round(self.at[0] + distance_m * math.cos(turn), 2), round(self.at[1] + distance_m * math.sin(turn), 2)

    def in_range(self, azimuth_deg: float, *, margin_deg: float = 0.0) -> bool:
        """Whether the screen can face a direction."""
        return self.range_deg[0] + margin_deg <= azimuth_deg <= self.range_deg[1] - margin_deg

    def beyond_deg(self, azimuth_deg: float) -> float:
        """How far a direction lies outside the range; 0 inside."""
        if self.in_range(azimuth_deg):
            return 0.0
        return min(distance_deg(azimuth_deg, end) for end in self.range_deg)

    def free(self, at: Point) -> bool:
        """Whether somebody can stand there and be seen from the device."""
        return inside(self.plan, at) and to_walls_m(self.plan, at) >= WALL_M and sees(self.plan, self.at, at)


def draw_place(chance: Chance, hard: Hardness) -> Place:
    """Draw a flat."""
    site = chance.by_weight(SITES)
    width_m, depth_m = round(chance.between(3.2, 6.5), 1), round(chance.between(3.0, 5.5), 1)
    at, heading_deg = _site(chance, site, width_m, depth_m)
    plan = _plan(chance, width_m, depth_m, at) if site != "island" else _box(width_m, depth_m)
    names = ("south", "east", "north", "west") if len(plan) == 4 else [f"wall-{k + 1}" for k in range(len(plan))]
    walls = {
        name: chance.one_of(HARD) if chance.yes(hard.hard_walls) else chance.by_weight(SOFT)
        for name in names
    }  # fmt: skip
    walls["floor"] = chance.by_weight(FLOORS)
    return Place(
        site=site,
        plan=plan,
        height_m=round(chance.between(2.35, 2.9), 2),
        walls=walls,
        rt60_s=round(chance.between(*hard.rt60_s), 2),
        light=chance.one_of(("lamp", "dim")) if chance.yes(hard.dark) else chance.one_of(("day", "day", "evening")),
        window=chance.one_of(("none", *names[1:])) if len(plan) == 4 else "none",
        at=at,
        device_height_m=round(chance.between(0.88, 0.98) if site != "sideboard" else chance.between(0.55, 0.9), 2),
        heading_deg=heading_deg,
        range_deg=_range(chance, site),
        known_walls=site in ("counter", "corner") and chance.yes(0.8),
    )


def _site(chance: Chance, site: str, width_m: float, depth_m: float) -> tuple[Point, float]:
    """Where the device stands, and what its base faces: away from what it stands against."""
    gap_m = chance.between(0.28, 0.5)
    if site == "corner":
        return (round(gap_m, 2), round(chance.between(0.28, 0.5), 2)), 45.0
    if site == "island":
        at = (round(width_m * chance.between(0.4, 0.6), 2), round(depth_m * chance.between(0.4, 0.6), 2))
        return at, float(chance.one_of((0, 90, 180, -90)))
    return (round(width_m * chance.between(0.3, 0.7), 2), round(gap_m, 2)), 90.0


def _range(chance: Chance, site: str) -> tuple[float, float]:
    low_deg, high_deg = {"corner": (48, 62), "island": (110, 175)}.get(site, (70, 95))
    return -round(chance.between(low_deg, high_deg)), round(chance.between(low_deg, high_deg))


def _box(width_m: float, depth_m: float) -> tuple[Point, ...]:
    return ((0.0, 0.0), (width_m, 0.0), (width_m, depth_m), (0.0, depth_m))


def _plan(chance: Chance, width_m: float, depth_m: float, at: Point) -> tuple[Point, ...]:
    """A box, or in one of six flats an L: the far corner away from the device is another room."""
    if not chance.yes(1 / 6) or depth_m < 3.6:
        return _box(width_m, depth_m)
    cut_x, cut_y = round(width_m * chance.between(0.25, 0.4), 1), round(depth_m * chance.between(0.25, 0.4), 1)
    if at[0] < width_m / 2:
        return (
            (0.0, 0.0), (width_m, 0.0), (width_m, depth_m - cut_y), (round(width_m - cut_x, 1), depth_m - cut_y),
            (round(width_m - cut_x, 1), depth_m), (0.0, depth_m),
        )  # fmt: skip
    return (
        (0.0, 0.0), (width_m, 0.0), (width_m, depth_m), (cut_x, depth_m), (cut_x, depth_m - cut_y),
        (0.0, depth_m - cut_y),
    )  # fmt: skip
