"""From a map to a few directions worth judging.

Directions here are azimuths of the array's own frame, 0 to 360. A range of motion also says where walls are likely: along its
edges. A wall's echo of a talker comes from the talker's direction mirrored at that edge, so what sounds from behind an edge is
a hint of what to look for in front of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, positive_deg, wrap_all_deg

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MOST: Final = 6
MOST_WITH_MIRRORED: Final = 9
MIRRORED_LOOK_DEG: Final = 6.0
APART_DEG: Final = 12.0
MOST_WITH_LEADERS: Final = 12


def peaks(score_map: F32, allowed: NDArray[np.bool_], azimuths_deg: F64, *, most: int = MOST) -> list[int]:
    """The best directions that lie apart from each other and are summits of the map (over its best elevation)."""
    ring = score_map.max(axis=0)
    summit = allowed & (ring >= np.roll(ring, 1)) & (ring >= np.roll(ring, -1))
    found: list[int] = []
    for k in np.argsort(-ring):
        if summit[k] and all(distance_deg(azimuths_deg[k], azimuths_deg[j]) >= APART_DEG for j in found):
            found.append(int(k))
            if len(found) == most:
                break
    return found or [int(np.argmax(np.where(allowed, ring, -np.inf)))]


def with_mirrored(
    score_map: F32, found: list[int], allowed: NDArray[np.bool_], arc_deg: tuple[float, float] | None, azimuths_deg: F64
) -> list[int]:
    """Add the directions that strong sound from behind an edge of the range would have if a wall stood along that edge."""
    if arc_deg is None:
        return found
    ring = score_map.max(axis=0)
    out = list(found)
    for k in peaks(score_map, ~allowed, azimuths_deg, most=3) if not allowed.all() else ():
        for edge_deg in arc_deg:
            mirrored = positive_deg(2 * edge_deg - azimuths_deg[k])
            near = allowed & (np.abs(wrap_all_deg(azimuths_deg - mirrored)) <= MIRRORED_LOOK_DEG)
            if not near.any() or len(out) >= MOST_WITH_MIRRORED:
                continue
            best = int(np.argmax(np.where(near, ring, -np.inf)))
            if all(distance_deg(azimuths_deg[best], azimuths_deg[j]) >= APART_DEG for j in out):
                out.append(best)
    return out


def with_leaders(
    found: list[int], leaders: NDArray[np.int64], begun: F64, azimuths_deg: F64, *, most: int = MOST_WITH_LEADERS
) -> list[int]:
    """Add the directions that lead in some piece of the stretch, those first in whose pieces most begins."""
    led = np.bincount(leaders, weights=begun, minlength=len(azimuths_deg))
    out = list(found)
    for k in np.argsort(-led, kind="stable"):
        if led[k] <= 0 or len(out) >= most:
            break
        if all(distance_deg(azimuths_deg[k], azimuths_deg[j]) >= APART_DEG for j in out):
            out.append(int(k))
    return out


def shares(ring: F32, found: list[int], allowed: NDArray[np.bool_]) -> F64:
    """How much of the sound each direction carries: its height over the mean of the allowed ones; together 1."""
    heights = np.maximum(ring[found] - ring[allowed].mean(), 1e-6)
    return np.asarray(heights / heights.sum())


def lead(ring: F32, found: list[int]) -> float:
    """How far the best direction of a bare ring stands above the next: the logarithm of their heights over its mean."""
    heights = np.maximum(ring[found] - ring.mean(), 1e-9)
    return float(np.log(heights[0] / heights[1])) if len(found) > 1 else 3.0


def refined_deg(score_map: F32, at: int, azimuths_deg: F64) -> float:
    """The summit between the grid's directions: a parabola through three around the best close by."""
    ring = score_map.max(axis=0)
    count = len(ring)
    if ring[at] < max(ring[at - 1], ring[(at + 1) % count]):
        at = max(((at - 1) % count, (at + 1) % count), key=lambda k: float(ring[k]))
    left, middle, right = float(ring[at - 1]), float(ring[at]), float(ring[(at + 1) % count])
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < -1e-12 else 0.0
    return float(azimuths_deg[at] + np.clip(shift, -0.5, 0.5) * (azimuths_deg[1] - azimuths_deg[0]))
