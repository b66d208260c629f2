"""What sounds and is not a person: walls where the camera found nobody, televisions, pictures of people.

A direction that sounds while the camera, looking there sharply, sees nobody becomes a learned reflector. It is
distrusted while its weight is high, forgotten with time, and doubted as soon as a living person stands there.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import difference_deg, distance_deg, wrap_deg
from simulator.onboard.fusion.rules import SAME_PLACE_DEG
from simulator.onboard.messages import TICK_S, Box, ObjectSighting, PersonSighting, Reflector, VisionReport
from simulator.onboard.state import Remembers

DISTRUST: Final = 0.35
FORGOTTEN: Final = 0.05
MAX_REFLECTORS: Final = 16
# A television seen once is remembered for this long while the camera looks elsewhere.
THING_MEMORY_TICKS: Final = 6_000
# Directions of sound are good to about this at the edge of a thing.
THING_SLACK_DEG: Final = 8.0
INSIDE_SHARE: Final = 0.85
SOUNDING_LABELS: Final = ("television", "tv", "screen", "monitor")


class Echoes(Remembers):
    """Memory of directions that are not people."""

    __slots__ = ("_reflectors", "_things", "_tick")

    def __init__(self) -> None:
        self._reflectors: list[tuple[float, float]] = []  # azimuth_deg, weight
        self._things: list[tuple[float, float, int]] = []  # azimuth_deg, half width_deg, last seen tick
        self._tick = 0

    def advance(self, *, tick: int, forget_s: float) -> None:
        """Let the distrust of each direction fade by the time that has passed."""
        dt_s, self._tick = (tick - self._tick) * TICK_S, tick
        if self._reflectors:
            keep = math.exp(-dt_s / forget_s)
            self._reflectors = [(a, w * keep) for a, w in self._reflectors if w * keep > FORGOTTEN]
        if self._things:
            self._things = [thing for thing in self._things if tick - thing[2] < THING_MEMORY_TICKS]

    def learn(self, azimuth_deg: float, *, weight: float) -> None:
        """Sound came from here and nobody was there."""
        for index, (known_deg, known) in enumerate(self._reflectors):
            offset_deg = difference_deg(azimuth_deg, known_deg)
            if abs(offset_deg) < SAME_PLACE_DEG:
                total = known + weight
                self._reflectors[index] = (wrap_deg(known_deg + offset_deg * weight / total), min(total, 1.0))
                return
        self._reflectors.append((wrap_deg(azimuth_deg), min(weight, 1.0)))
        self._reflectors.sort(key=lambda item: -item[1])
        del self._reflectors[MAX_REFLECTORS:]

    def doubt(self, azimuth_deg: float, *, dt_s: float) -> None:
        """A living person is seen here: sound from here may well be theirs."""
        self._reflectors = [
            (a, w * math.exp(-dt_s / 1.5)) if distance_deg(a, azimuth_deg) < SAME_PLACE_DEG else (a, w)
            for a, w in self._reflectors
        ]

    def weight_at(self, azimuth_deg: float) -> float:
        """How strongly this direction is known to sound without anybody there."""
        weights = [w for a, w in self._reflectors if distance_deg(a, azimuth_deg) < SAME_PLACE_DEG]
        return max(weights, default=0.0)

    def thing_at(self, azimuth_deg: float) -> bool:
        """Whether a television stands in this direction."""
        return any(distance_deg(a, azimuth_deg) < half + THING_SLACK_DEG for a, half, _ in self._things)

    def see(self, objects: tuple[ObjectSighting, ...], *, fov_deg: float, tick: int) -> None:
        """Note the televisions in a picture."""
        for thing in objects:
            if not (thing.label.lower() in SOUNDING_LABELS and math.isfinite(thing.azimuth_deg)):
                continue
            half_deg = min(max(0.5 * thing.box.width * fov_deg, 1.0), 30.0) if math.isfinite(thing.box.width) else 5.0
            self._things = [t for t in self._things if distance_deg(t[0], thing.azimuth_deg) > SAME_PLACE_DEG]
            self._things.append((wrap_deg(thing.azimuth_deg), half_deg, tick))

    def messages(self) -> tuple[Reflector, ...]:
        """What the other stages may know of it."""
        return tuple(Reflector(azimuth_deg=a, weight=w) for a, w in self._reflectors)


def on_a_screen(box: Box, objects: tuple[ObjectSighting, ...]) -> bool:
    """Whether a person's box lies inside a television: then it is a picture of a person."""
    area = box.width * box.height
    if not area > 0.0:
        return False
    for thing in objects:
        if thing.label.lower() not in SOUNDING_LABELS:
            continue
        outer = thing.box
        width = min(box.x + box.width, outer.x + outer.width) - max(box.x, outer.x)
        height = min(box.y + box.height, outer.y + outer.height) - max(box.y, outer.y)
        if width > 0.0 and height > 0.0 and width * height >= INSIDE_SHARE * area:
            return True
    return False


def alive(sighting: PersonSighting, vision: VisionReport) -> float:
    """How likely a sighting is a living person and no picture of one."""
    if vision.objects and on_a_screen(sighting.box, vision.objects):
        return 0.05
    return min(max(sighting.life, 0.0), 1.0) if math.isfinite(sighting.life) else 0.0
