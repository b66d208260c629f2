"""A home while it is drawn: the flat, who is in it, what happens and what must come of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from simulator.onboard.angles import distance_deg
from simulator.scene.homes.chance import Chance
from simulator.scene.homes.geometry import Point, to_segment_m
from simulator.scene.homes.hardness import Hardness
from simulator.scene.homes.place import NEAREST_M, TRIES, Place

# A body is half a metre wide: nobody stands in another's way, and no furniture where somebody walks.
BODY_M = 0.55


class NoRoomError(Exception):
    """The flat has no place for what a story needs; another story is told in it."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is drawn so far."""

    seed: int
    hard: Hardness
    place: Place
    chance: Chance  # of the story
    claim: str = ""
    tags: list[str] = field(default_factory=list)
    duration_s: float = 10.0
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    sounds: dict[str, dict[str, Any]] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=dict)  # what a story changes of the device
    timeline: list[dict[str, Any]] = field(default_factory=list)
    expect: list[dict[str, Any]] = field(default_factory=list)
    ways: list[tuple[Point, Point]] = field(default_factory=list)  # kept free of furniture: sight and steps
    quiet: bool = False  # a story that noise would make another one
    decoyed: bool = True  # whether posters, coats and pets may stand about

    def at(self, time_s: float, who: str, does: str, **more: Any) -> None:
        """Put something on the timeline."""
        self.timeline.append({"at": f"{time_s:g} s", "who": who, "does": does, **more})

    def must(self, **check: Any) -> None:
        """Add a promise."""
        self.expect.append(check)

    def spot(
        self,
        *,
        low_deg: float,
        high_deg: float,
        near_m: float = NEAREST_M,
        far_m: float | None = None,
        alone: bool = True,
    ) -> Point:
        """A free place in a sector around the device; raises NoRoomError when there is none."""
        far_m = self.hard.farthest_m if far_m is None else far_m
        for _ in range(TRIES):
            azimuth_deg = self.chance.between(low_deg, high_deg)
            # Most people stand at a counter or beside it: nearer places are likelier than an even spread over the floor.
            distance_m = self.chance.around(1.8, 0.8, low=near_m, high=far_m)
            at = self.place.point(azimuth_deg, distance_m)
            clear = not alone or all(to_segment_m(at, a, b) >= BODY_M for a, b in self.ways)
            if self.place.free(at) and clear:
                self.keep_free(self.place.at, at)
                return at
        raise NoRoomError(f"no place from {low_deg:.0f}° to {high_deg:.0f}°")

    def in_reach(self, *, margin_deg: float = 6.0, **more: Any) -> Point:
        """A free place that the screen can face."""
        low_deg, high_deg = self.place.range_deg
        return self.spot(low_deg=low_deg + margin_deg, high_deg=high_deg - margin_deg, **more)

    def keep_free(self, a: Point, b: Point) -> None:
        """Let no furniture stand on a way."""
        self.ways.append((a, b))

    def turn_s(self, azimuth_deg: float, *, from_deg: float = 0.0) -> float:
        """Seconds that a turn takes beyond those of a quarter circle, which every promise has in it."""
        low_deg, high_deg = self.place.range_deg
        from_deg = min(max(from_deg, low_deg), high_deg)
        return max(0.0, abs(azimuth_deg - from_deg) - 90.0) / 60.0

    def voice_db(self, who: str, at: Point | None = None) -> float:
        """Level of somebody's voice at the device, of the direct sound."""
        person = self.people[who]
        where = person["at"] if at is None else at
        return float(person["loudness"].split()[0]) - 20.0 * math.log10(max(self.place.distance_m(where), 0.3))

    def apart_deg(self, a: Point, b: Point) -> float:
        """The angle between two places as the device sees them."""
        return distance_deg(self.place.azimuth_deg(a), self.place.azimuth_deg(b))
