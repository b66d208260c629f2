"""What the set-up step finds out about the place of a device: its range of motion, and walls close by."""

from __future__ import annotations

import math

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import KnownWall, Setup
from simulator.world.spec import Point, WorldSpec

# Farther walls answer too late and too softly to be mistaken for the talker by a device that listens for the onset.
NEAR_WALL_M = 1.0


def setup_of(spec: WorldSpec) -> Setup:
    """What the customer's set-up ended with."""
    place = spec.device
    return Setup(range=place.range, walls=_near_walls(spec) if place.known_walls else ())


def _near_walls(spec: WorldSpec) -> tuple[KnownWall, ...]:
    place = spec.device
    found: list[KnownWall] = []
    corners = floor_plan(spec)
    for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
        x_m, y_m = _nearest((place.x_m, place.y_m), start, end)
        distance_m = math.hypot(x_m - place.x_m, y_m - place.y_m)
        if 0.0 < distance_m <= NEAR_WALL_M:
            room_deg = math.degrees(math.atan2(y_m - place.y_m, x_m - place.x_m))
            found.append(KnownWall(azimuth_deg=wrap_deg(room_deg - place.heading_deg), distance_m=distance_m))
    return tuple(found)


def floor_plan(spec: WorldSpec) -> tuple[Point, ...]:
    """The corners of the room, counter-clockwise."""
    room = spec.room
    box = ((0.0, 0.0), (room.width_m, 0.0), (room.width_m, room.depth_m), (0.0, room.depth_m))
    return room.corners or box


def _nearest(point: Point, start: Point, end: Point) -> Point:
    along = (end[0] - start[0], end[1] - start[1])
    length2 = along[0] ** 2 + along[1] ** 2
    share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length2
    share = min(max(share, 0.0), 1.0)
    return start[0] + share * along[0], start[1] + share * along[1]
