"""What stands between the device and somebody, in plan: which things and people hide a face or shade a voice."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.onboard.angles import distance_deg
from simulator.world.spec import ThingSpec, WorldSpec
from simulator.world.truth import PersonTruth, ThingTruth

BODY_RADIUS_M = 0.22
HEAD_RADIUS_M = 0.09
# Things on the counter are lower than a face, and a wall is a room's own.
_TRANSPARENT = frozenset({"hand", "glass"})


class SightLines:
    """The things of one room as screens that hide."""

    def __init__(self, spec: WorldSpec, *, eye_height_m: float) -> None:
        self._place = (spec.device.x_m, spec.device.y_m)
        self._eye_m = eye_height_m
        self._specs = {thing.name: thing for thing in spec.things if thing.kind not in _TRANSPARENT}

    def hidden(
        self, person: PersonTruth, *, people: Sequence[PersonTruth], things: Sequence[ThingTruth]
    ) -> tuple[float, tuple[str, ...]]:
        """Share of a face that is hidden, and by what."""
        shares: list[tuple[float, str]] = []
        for thing in things:
            spec = self._specs.get(thing.name)
            if spec is not None:
                share = self._by_thing(person, thing, spec)
                if share > 0:
                    shares.append((share, thing.name))
        for other in people:
            if other is not person and other.distance_m < person.distance_m:
                share = self._by_person(person, other)
                if share > 0:
                    shares.append((share, other.name))
        if not shares:
            return 0.0, ()
        left = 1.0
        for share, _ in shares:
            left *= 1.0 - share
        return 1.0 - left, tuple(name for _, name in shares)

    def _by_thing(self, person: PersonTruth, thing: ThingTruth, spec: ThingSpec) -> float:
        (dx, dy), face_m = self._place, person.mouth_height_m
        along = _entry(dx, dy, person.x_m, person.y_m, thing, spec)
        if along is None:
            return 0.0
        line_m = self._eye_m + along * (face_m - self._eye_m)
        low_m, high_m = spec.bottom_m, spec.bottom_m + spec.height_m
        # A face is as high as wide; its lower edge at this distance along the line is what counts.
        half_m = HEAD_RADIUS_M * max(along, 0.05)
        return min(max((high_m - line_m + half_m) / (2 * half_m), 0.0), 1.0) if line_m + half_m > low_m else 0.0

    def _by_person(self, person: PersonTruth, other: PersonTruth) -> float:
        ratio = other.distance_m / max(person.distance_m, 1e-6)
        line_m = self._eye_m + ratio * (person.mouth_height_m - self._eye_m)
        if line_m > other.mouth_height_m + 0.25:
            return 0.0
        radius_m = HEAD_RADIUS_M if line_m > other.mouth_height_m - 0.15 else BODY_RADIUS_M
        apart_rad = math.radians(distance_deg(person.azimuth_deg, other.azimuth_deg))
        aside_m = other.distance_m * math.sin(min(apart_rad, math.pi / 2))
        head_m = HEAD_RADIUS_M * ratio
        return min(max((radius_m + head_m - aside_m) / (2 * head_m), 0.0), 1.0)


def _entry(x0: float, y0: float, x1: float, y1: float, thing: ThingTruth, spec: ThingSpec) -> float | None:
    """Where the way from the device to somebody first meets a thing, as a share of the way; None when it passes by."""
    turn = math.radians(thing.angle_deg)
    cos, sin = math.cos(turn), math.sin(turn)

    def own(x: float, y: float) -> tuple[float, float]:
        dx, dy = x - thing.x_m, y - thing.y_m
        return dx * cos + dy * sin, dy * cos - dx * sin

    (ax, ay), (bx, by) = own(x0, y0), own(x1, y1)
    low, high = 0.0, 1.0
    for a, b, half in ((ax, bx, spec.size[0] / 2), (ay, by, spec.size[1] / 2)):
        if abs(b - a) < 1e-12:
            if abs(a) > half:
                return None
            continue
        near, far = sorted(((-half - a) / (b - a), (half - a) / (b - a)))
        low, high = max(low, near), min(high, far)
    return low if low < high and low > 0 else None
