"""Where the walls of a room mirror a sound: the first reflection in each wall, as the device would take it for a talker.

A light plan-view model for judging and for the error models of the ears; the sound field itself is in world/sound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.onboard.angles import wrap_deg
from simulator.world.spec import RoomSpec, WorldSpec

# Share of energy swallowed at 1 kHz and above: means of the bands in world/sound/room.py, which this light module does not load
# (numba and scipy would come with it); a test holds the two together.
ABSORPTION = {
    "plaster": 0.08,
    "tile": 0.023,
    "glass": 0.057,
    "wood": 0.097,
    "curtain": 0.60,
    "carpet": 0.45,
    "brick": 0.05,
    "absorber": 0.75,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """One first reflection."""

    wall: str
    azimuth_deg: float  # of arrival, relative to the base
    way_m: float  # length of the path along the floor
    kept: float  # share of the energy left after the wall
    leaves_deg: float  # direction of the room in which the sound leaves its source


def wall_lines(room: RoomSpec) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    """The walls of the plan with their names, each from corner to corner."""
    if room.corners:
        ends = [*room.corners[1:], room.corners[0]]
        return [(f"wall-{k + 1}", a, b) for k, (a, b) in enumerate(zip(room.corners, ends, strict=True))]
    w, d = room.width_m, room.depth_m
    corners = [(0.0, 0.0), (w, 0.0), (w, d), (0.0, d)]
    return [(name, corners[k], corners[(k + 1) % 4]) for k, name in enumerate(("south", "east", "north", "west"))]


def mirrors(spec: WorldSpec, *, x_m: float, y_m: float) -> list[Mirror]:
    """The first reflections of a sound at a place, strongest first."""
    device, found = spec.device, []
    for name, a, b in wall_lines(spec.room):
        along = (b[0] - a[0], b[1] - a[1])
        square = along[0] ** 2 + along[1] ** 2
        share = ((x_m - a[0]) * along[0] + (y_m - a[1]) * along[1]) / square
        foot = (a[0] + share * along[0], a[1] + share * along[1])
        image = (2 * foot[0] - x_m, 2 * foot[1] - y_m)
        if not _crosses((device.x_m, device.y_m), image, a, b):
            continue
        dx, dy = image[0] - device.x_m, image[1] - device.y_m
        wall = spec.room.walls.get(name)
        kept = 1.0 - ABSORPTION[wall.material if wall is not None else "plaster"]
        azimuth_deg = wrap_deg(math.degrees(math.atan2(dy, dx)) - device.heading_deg)
        leaves_deg = math.degrees(math.atan2(*_mirrored_device(device.x_m, device.y_m, a, b, x_m, y_m)))
        found.append(
            Mirror(wall=name, azimuth_deg=azimuth_deg, way_m=math.hypot(dx, dy), kept=kept, leaves_deg=leaves_deg)
        )
    return sorted(found, key=lambda mirror: mirror.way_m**2 / max(mirror.kept, 1e-6))


def _mirrored_device(
    px: float, py: float, a: tuple[float, float], b: tuple[float, float], x_m: float, y_m: float
) -> tuple[float, float]:
    """From the source to the device's mirror image in the wall, as (dy, dx)."""
    ax, ay = b[0] - a[0], b[1] - a[1]
    share = ((px - a[0]) * ax + (py - a[1]) * ay) / (ax * ax + ay * ay)
    return 2 * (a[1] + share * ay) - py - y_m, 2 * (a[0] + share * ax) - px - x_m


def _crosses(p: tuple[float, float], q: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the straight way from p to q passes through the wall from a to b."""

    def side(u: tuple[float, float], v: tuple[float, float], w: tuple[float, float]) -> float:
        return (v[0] - u[0]) * (w[1] - u[1]) - (v[1] - u[1]) * (w[0] - u[0])

    return side(p, q, a) * side(p, q, b) <= 0 and side(a, b, p) * side(a, b, q) <= 0
