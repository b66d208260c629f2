"""Plans of rooms: what is inside, how far from a wall, and whether a straight way is free."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def inside(plan: Sequence[Point], at: Point) -> bool:
    """Whether a place lies in the room (even-odd rule)."""
    found = False
    for (ax, ay), (bx, by) in zip(plan, (*plan[1:], plan[0]), strict=True):
        if (ay > at[1]) != (by > at[1]) and at[0] < ax + (at[1] - ay) / (by - ay) * (bx - ax):
            found = not found
    return found


def to_walls_m(plan: Sequence[Point], at: Point) -> float:
    """How far the nearest wall is."""
    return min(to_segment_m(at, a, b) for a, b in zip(plan, (*plan[1:], plan[0]), strict=True))


def to_segment_m(at: Point, a: Point, b: Point) -> float:
    """How far a place is from a straight piece."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / max(dx * dx + dy * dy, 1e-12)
    share = min(max(share, 0.0), 1.0)
    return math.hypot(at[0] - a[0] - share * dx, at[1] - a[1] - share * dy)


def fits(
    plan: Sequence[Point], at: Point, size_m: tuple[float, float], angle_deg: float, *, front_m: float = 0.4
) -> bool:
    """Whether a rectangle lies in the room, with some room before and behind it to look at its front."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    deep, wide = 0.5 * size_m[0], 0.5 * size_m[1]
    own = [(x, y) for x in (-deep, deep) for y in (-wide, 0.0, wide)] + [(deep + front_m, 0.0), (-deep - front_m, 0.0)]
    return all(inside(plan, (at[0] + x * cos - y * sin, at[1] + x * sin + y * cos)) for x, y in own)


def sees(plan: Sequence[Point], a: Point, b: Point) -> bool:
    """Whether the straight way between two places of a room stays in it."""
    steps = max(2, math.ceil(math.dist(a, b) / 0.1))
    return all(
        inside(plan, (a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps)) for k in range(1, steps)
    )
