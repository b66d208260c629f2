"""The floor plan as lines: walls, outlines of things, and how far one can see from the device in each direction."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import wrap_deg
from simulator.world.mirrors import ABSORPTION, wall_lines
from simulator.world.spec import Point, RoomSpec, ThingSpec, WorldSpec
from simulator.world.truth import SoundPath, ThingTruth, TruthFrame

# Half a degree at 3 m is 26 mm, finer than a screen pixel of a room drawn 700 pixels wide.
STEP_DEG = 0.5
LENS_OVER_BASE_M = 0.2
SPEED_OF_SOUND_MPS = 343.0
ROUND_SIDES = 16
ROUND_KINDS = frozenset({"column", "pot", "glass", "vase", "hand"})


def corners(room: RoomSpec) -> list[Point]:
    """The room's corners, counter-clockwise."""
    if room.corners:
        return list(room.corners)
    return [(0.0, 0.0), (room.width_m, 0.0), (room.width_m, room.depth_m), (0.0, room.depth_m)]


def outline(thing: ThingSpec, truth: ThingTruth | None = None) -> list[Point]:
    """The corners of a thing where it stands now, or where the scene puts it."""
    x_m, y_m = (truth.x_m, truth.y_m) if truth else thing.at
    turn = math.radians(truth.angle_deg if truth else thing.angle_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    half_w, half_d = thing.size[0] / 2, thing.size[1] / 2
    if thing.kind in ROUND_KINDS:
        return [
            (x_m + half_w * math.cos(math.tau * k / ROUND_SIDES), y_m + half_d * math.sin(math.tau * k / ROUND_SIDES))
            for k in range(ROUND_SIDES)
        ]
    return [
        (x_m + sx * half_w * cos - sy * half_d * sin, y_m + sx * half_w * sin + sy * half_d * cos)
        for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]


def hides(thing: ThingSpec, *, lens_m: float) -> bool:
    """Whether a thing reaches over the lens and stands on the way of sight."""
    return thing.bottom_m < lens_m < thing.bottom_m + thing.height_m and thing.kind not in ("mirror", "hand")


class Sight:
    """How far one sees from the device, for each half degree of room direction."""

    def __init__(self, spec: WorldSpec, things: Sequence[ThingTruth] = ()) -> None:
        place = spec.device
        now = {thing.name: thing for thing in things}
        outlines = [corners(spec.room)]
        for thing in spec.things:
            lens_m = place.height_m + LENS_OVER_BASE_M
            shape = outline(thing, now.get(thing.name))
            if hides(thing, lens_m=lens_m) and not inside((place.x_m, place.y_m), shape):
                outlines.append(shape)
        starts = np.array([corner for shape in outlines for corner in shape])
        ends = np.array([corner for shape in outlines for corner in shape[1:] + shape[:1]])
        self._reach = _cast((place.x_m, place.y_m), starts, ends)

    def reach_m(self, room_deg: float) -> float:
        """Distance to the first thing or wall in a direction of the room."""
        return float(self._reach[round(room_deg / STEP_DEG) % len(self._reach)])

    def fan(self, first_deg: float, last_deg: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Directions from first to last (counter-clockwise), and how far one sees in each."""
        count = max(2, math.ceil((last_deg - first_deg) / STEP_DEG) + 1)
        angles = np.linspace(first_deg, last_deg, count)
        return angles, self._reach[np.rint(angles / STEP_DEG).astype(int) % len(self._reach)]


class Sights:
    """Keeps the last sight: it changes only when a thing moves."""

    def __init__(self) -> None:
        self._key: tuple[WorldSpec, tuple[object, ...]] | None = None
        self._sight: Sight | None = None

    def of(self, spec: WorldSpec, things: Sequence[ThingTruth]) -> Sight:
        """The sight of a room with its things where they are now."""
        places = tuple((one.x_m, one.y_m, one.angle_deg) for one in things)
        if self._sight is None or self._key is None or self._key[0] is not spec or self._key[1] != places:
            self._sight, self._key = Sight(spec, things), (spec, places)
        return self._sight


def sound_paths(spec: WorldSpec, truth: TruthFrame) -> tuple[SoundPath, ...]:
    """Direct sound and first reflections of whoever talks, by plain geometry, for runs that render no sound."""
    place, found = spec.device, []
    for person in truth.people:
        if not person.talking:
            continue
        source = (person.x_m, person.y_m)
        found.append(_path(spec, person.name, source, (), source, gain_db=0.0))
        for wall, a, b in wall_lines(spec.room):
            along = (b[0] - a[0], b[1] - a[1])
            share = ((source[0] - a[0]) * along[0] + (source[1] - a[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
            foot = (a[0] + share * along[0], a[1] + share * along[1])
            image = (2 * foot[0] - source[0], 2 * foot[1] - source[1])
            direct_m = math.dist(source, (place.x_m, place.y_m))
            way_m = math.dist(image, (place.x_m, place.y_m))
            material = spec.room.walls[wall].material if wall in spec.room.walls else "plaster"
            gain_db = 20 * math.log10(max(direct_m, 0.3) / way_m) + 10 * math.log10(1 - ABSORPTION[material])
            found.append(_path(spec, person.name, source, (wall,), image, gain_db=gain_db))
    return tuple(found)


def _path(
    spec: WorldSpec, name: str, source: Point, walls: tuple[str, ...], image: Point, *, gain_db: float
) -> SoundPath:
    place = spec.device
    room_deg = math.degrees(math.atan2(image[1] - place.y_m, image[0] - place.x_m))
    delay_s = math.dist(image, (place.x_m, place.y_m)) / SPEED_OF_SOUND_MPS
    return SoundPath(
        source=name, order=len(walls), walls=walls, azimuth_deg=wrap_deg(room_deg - place.heading_deg), delay_s=delay_s, gain_db=gain_db,
        image_m=(image[0], image[1], 0.0),
    )  # fmt: skip


def inside(point: Point, shape: Sequence[Point]) -> bool:
    """Whether a point lies inside a polygon (even-odd rule)."""
    x, y = point
    hit = False
    for (x1, y1), (x2, y2) in zip(shape, [*shape[1:], shape[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def _cast(origin: Point, starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ray against segment, all at once: origin + t * ray = start + u * way."""
    angles = np.radians(np.arange(0.0, 360.0, STEP_DEG))
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    way, offset = ends - starts, starts - np.array(origin)
    across = rays[:, :1] * way[None, :, 1] - rays[:, 1:] * way[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (offset[None, :, 0] * way[None, :, 1] - offset[None, :, 1] * way[None, :, 0]) / across
        u = (offset[None, :, 0] * rays[:, 1:] - offset[None, :, 1] * rays[:, :1]) / across
    t = np.where((across != 0) & (t > 1e-6) & (u >= -1e-9) & (u <= 1 + 1e-9), t, np.inf)
    return np.where(np.isfinite(t.min(axis=1)), t.min(axis=1), 0.0)
