"""Names what stands around: chairs, pets, screens. Knowing what is there tells a person from what is none.

The detector of names looks at one part of the picture at a time, only while the screen rests. A thing is believed when it was
named twice at the same place, and forgotten when it is looked for and not found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.messages import TICKS_PER_S, Box, ObjectSighting
from simulator.onboard.state import Remembers
from simulator.onboard.vision.names import PETS, VIEW_PX, Named, NameFinder
from simulator.onboard.vision.optics import Optics, View
from simulator.onboard.vision.source import Source

FOCAL_PX: Final = 330.0  # of a part: at half this focal length pets two metres away are no longer named
# Parts that are searched in turn: furniture and pets are below the lens.
BEARINGS_DEG, ELEVATION_DEG = (0.0, 28.0, -28.0, 50.0, -50.0), -17.0
EVERY_S, IN_COMPANY_S = 1.0, 2.0  # one part, 18 ms: with people there, at most 0.9 % of the time
# This detector's scores are low: right ones are at 0.35 to 0.6, and boxes pass for chairs up to 0.44.
MIN_SCORE, MIN_CHAIR, CLEAR = 0.35, 0.45, 0.55
KNOWN_SHARE: Final = 0.8  # of that, for what is known from before: a weak look at the same place is no accident
SAME_THING_DEG: Final = 6.0
LOOKS_TO_BELIEVE, MISSES_TO_FORGET = 2, 3
KINDS: Final = ("chair", "cat", "monitor", "dog")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something with a name, where it is all around the device."""

    label: str
    score: float
    azimuth_deg: float
    half_deg: float  # half its width
    low_deg: float  # elevation of its lower and upper edge
    high_deg: float
    looks: int = 1  # how often it was named
    misses: int = 0  # how often in a row it was looked for and not found

    @property
    def believed(self) -> bool:
        """Whether it was named often enough, or clearly enough."""
        return self.looks >= LOOKS_TO_BELIEVE or self.score >= CLEAR


class Surroundings(Remembers):
    """What is known of the things around, part by part of what the camera sees."""

    def __init__(self) -> None:
        self._known: list[Thing] = []
        self._turn, self._tick = 0, -round(EVERY_S * TICKS_PER_S)

    def due(self, tick: int, *, company: bool) -> bool:
        """Whether it is time for another part; people come first."""
        return tick - self._tick >= (IN_COMPANY_S if company else EVERY_S) * TICKS_PER_S

    def look(self, finder: NameFinder, optics: Optics, source: Source, *, tick: int, yaw_deg: float) -> None:
        """Search the next part of the picture."""
        bearing = BEARINGS_DEG[self._turn % len(BEARINGS_DEG)]
        self._turn, self._tick = self._turn + 1, tick
        ray = optics.ray_towards(bearing_deg=bearing, elevation_deg=ELEVATION_DEG)
        view = optics.view(ray, pixels=VIEW_PX, focal_px=FOCAL_PX)
        found = finder.find(view.cut(source), kinds=KINDS, least=KNOWN_SHARE * MIN_SCORE)
        seen = [_thing(one, optics, view, yaw_deg) for one in found]
        seen = [one for one in seen if one.score >= KNOWN_SHARE * _least(one.label)]
        reach_deg = math.degrees(math.atan2(0.5 * VIEW_PX, FOCAL_PX))
        kept = []
        for thing in self._known:
            match = next((one for one in seen if _same(one, thing)), None)
            if match is not None:
                seen.remove(match)
                kept.append(replace(match, label=_likelier(match, thing), looks=thing.looks + 1))
            elif distance_deg(thing.azimuth_deg, yaw_deg + bearing) > reach_deg - thing.half_deg:
                kept.append(thing)  # not wholly in this part: its absence proves nothing
            elif thing.misses + 1 < MISSES_TO_FORGET:
                kept.append(replace(thing, misses=thing.misses + 1))
        self._known = kept + [one for one in seen if one.score >= _least(one.label)]

    def forget(self) -> None:
        """Know nothing: the shutter was closed."""
        self._known = []

    def sightings(self, optics: Optics, *, yaw_deg: float) -> tuple[ObjectSighting, ...]:
        """What of it is in the picture now."""
        half_fov = optics.facts.half_fov_deg
        return tuple(
            ObjectSighting(
                label=thing.label,
                azimuth_deg=thing.azimuth_deg,
                score=thing.score,
                box=_box(thing, optics, yaw_deg),
            )
            for thing in self._known
            if thing.believed and distance_deg(thing.azimuth_deg, yaw_deg) < half_fov
        )


def _thing(one: Named, optics: Optics, view: View, yaw_deg: float) -> Thing:
    box = one.box
    x, y, right, foot = (VIEW_PX * v for v in (box.x, box.y, box.x + box.width, box.y + box.height))
    left, end, top, low = optics.level(
        view.rays(
            np.array([[x, (y + foot) / 2], [right, (y + foot) / 2], [(x + right) / 2, y], [(x + right) / 2, foot]])
        )
    )
    bearings = [math.degrees(math.atan2(ray[1], ray[0])) for ray in (left, end)]
    low_deg, high_deg = (math.degrees(math.atan2(ray[2], math.hypot(ray[0], ray[1]))) for ray in (low, top))
    return Thing(
        label=one.label,
        score=one.score,
        azimuth_deg=wrap_deg(yaw_deg + sum(bearings) / 2),
        half_deg=0.5 * abs(bearings[0] - bearings[1]),
        low_deg=low_deg,
        high_deg=high_deg,
    )


def _least(label: str) -> float:
    return MIN_CHAIR if label == "chair" else MIN_SCORE


def _same(one: Thing, other: Thing) -> bool:
    near = distance_deg(one.azimuth_deg, other.azimuth_deg) < max(SAME_THING_DEG, 0.5 * other.half_deg)
    return near and (one.label == other.label or (one.label in PETS and other.label in PETS))


def _likelier(one: Thing, other: Thing) -> str:
    """A pet is called what the better look said."""
    return one.label if one.score >= other.score else other.label


def _box(thing: Thing, optics: Optics, yaw_deg: float) -> Box:
    bearing = wrap_deg(thing.azimuth_deg - yaw_deg)
    rays = np.array(
        [
            optics.ray_towards(bearing_deg=max(-85.0, min(85.0, bearing + side * thing.half_deg)), elevation_deg=height)
            for side in (-1, 1)
            for height in (thing.low_deg, thing.high_deg)
        ]
    )
    pixels = optics.pixels(rays)
    size = np.array([optics.facts.columns, optics.facts.rows])
    low, high = np.clip(pixels.min(0) / size, 0, 1), np.clip(pixels.max(0) / size, 0, 1)
    return Box(x=float(low[0]), y=float(low[1]), width=float(high[0] - low[0]), height=float(high[1] - low[1]))
