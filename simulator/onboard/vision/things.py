"""Names what stands around: chairs, pets, screens. Knowing what is there tells a person from what is none.

A small detector (SSD on MobileNet, trained on Open Images) looks at one part of the picture at a time, only while the screen
rests. A thing is believed when it was named twice at the same place, and forgotten when it is looked for and not found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.messages import TICKS_PER_S, Box, ObjectSighting
from simulator.onboard.opencv import cv2
from simulator.onboard.vision.network import Network, centred, probability
from simulator.onboard.vision.optics import Optics, View
from simulator.onboard.vision.source import Source

VIEW_PX, FOCAL_PX = 300, 330.0  # of a part: at half this focal length pets two metres away are no longer named
# Parts that are searched in turn: furniture and pets are below the lens.
BEARINGS_DEG, ELEVATION_DEG = (0.0, 28.0, -28.0, 50.0, -50.0), -17.0
EVERY_S = 1.0  # one part, 16 ms: at most 1.6 % of the time
# This detector's scores are low: right ones are at 0.35 to 0.6, and boxes pass for chairs up to 0.44.
MIN_SCORE, MIN_CHAIR, CLEAR = 0.35, 0.45, 0.55
KNOWN_SHARE = 0.8  # of that, for what is known from before: a weak look at the same place is no accident
SAME_THING_DEG, SAME_THING_SHARE = 6.0, 0.5
LOOKS_TO_BELIEVE, MISSES_TO_FORGET = 2, 3

# Of the 23 kinds that the detector knows, in its order. The others are of no use here, or it sees them where there are none:
# a wooden floor is a table to it.
KINDS = {5: "chair", 8: "cat", 10: "monitor", 20: "dog"}
PETS = ("cat", "dog")

GRIDS = (19, 10, 5, 3, 2, 1)
SCALES = tuple(0.2 + 0.15 * k for k in range(6)) + (1.0,)
PLACE_GAIN, SIZE_GAIN = 10.0, 5.0  # of the detector's box code


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


class ThingFinder:
    """Runs the detector on a square close-up."""

    def __init__(self, weights: bytes) -> None:
        self._net = Network(weights)
        self._places = self._net.output(lambda shape: shape[-1] == 4)
        self._scores = self._net.output(lambda shape: shape[-1] != 4)
        self._guesses = _guesses()

    def find(self, close_up: NDArray[np.uint8]) -> list[tuple[str, float, Box]]:
        """(kind, score, box in shares of the close-up) of everything that may have a name."""
        raw, places = (
            one[0].astype(np.float64) for one in self._net.look(centred(close_up), self._scores, self._places)
        )
        scores = probability(raw[:, list(KINDS)])
        names = list(KINDS.values())
        found = []
        boxes = self._boxes(places)
        best = scores.max(1)
        for k in cv2.dnn.NMSBoxes(boxes.tolist(), best.tolist(), KNOWN_SHARE * MIN_SCORE, SAME_THING_SHARE):
            x, y, width, height = (float(v) for v in boxes[k])
            found.append((names[int(scores[k].argmax())], float(best[k]), Box(x=x, y=y, width=width, height=height)))
        return found

    def _boxes(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = places[:, :2] / PLACE_GAIN * self._guesses[:, 2:] + self._guesses[:, :2]
        size = np.exp(places[:, 2:] / SIZE_GAIN) * self._guesses[:, 2:]
        return np.column_stack([(middle - 0.5 * size)[:, ::-1], size[:, ::-1]])


class Surroundings:
    """What is known of the things around, part by part of what the camera sees."""

    def __init__(self) -> None:
        self._known: list[Thing] = []
        self._turn, self._tick = 0, -round(EVERY_S * TICKS_PER_S)

    def due(self, tick: int) -> bool:
        """Whether it is time for another part."""
        return tick - self._tick >= EVERY_S * TICKS_PER_S

    def look(self, finder: ThingFinder, optics: Optics, source: Source, *, tick: int, yaw_deg: float) -> None:
        """Search the next part of the picture."""
        bearing = BEARINGS_DEG[self._turn % len(BEARINGS_DEG)]
        self._turn, self._tick = self._turn + 1, tick
        ray = optics.ray_towards(bearing_deg=bearing, elevation_deg=ELEVATION_DEG)
        view = optics.view(ray, pixels=VIEW_PX, focal_px=FOCAL_PX)
        seen = [_thing(one, optics, view, yaw_deg) for one in finder.find(view.cut(source))]
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


def _thing(one: tuple[str, float, Box], optics: Optics, view: View, yaw_deg: float) -> Thing:
    label, score, box = one
    x, y, right, foot = (VIEW_PX * v for v in (box.x, box.y, box.x + box.width, box.y + box.height))
    left, end, top, low = optics.level(
        view.rays(
            np.array([[x, (y + foot) / 2], [right, (y + foot) / 2], [(x + right) / 2, y], [(x + right) / 2, foot]])
        )
    )
    bearings = [math.degrees(math.atan2(ray[1], ray[0])) for ray in (left, end)]
    low_deg, high_deg = (math.degrees(math.atan2(ray[2], math.hypot(ray[0], ray[1]))) for ray in (low, top))
    return Thing(
        label=label,
        score=score,
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


def _guesses() -> NDArray[np.float64]:
    """The boxes that the detector's answers correct: middle (down, across) and size, as shares of the close-up."""
    rows = []
    for k, cells in enumerate(GRIDS):
        shapes = [(SCALES[k], ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)] + [
            (math.sqrt(SCALES[k] * SCALES[k + 1]), 1.0)
        ]
        if k == 0:
            shapes = [(0.1, 1.0), (SCALES[0], 2.0), (SCALES[0], 0.5)]
        for down in range(cells):
            for across in range(cells):
                for scale, ratio in shapes:
                    wide = math.sqrt(ratio)
                    rows.append(((down + 0.5) / cells, (across + 0.5) / cells, scale / wide, scale * wide))
    return np.array(rows)
