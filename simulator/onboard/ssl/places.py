"""Where exactly a direction lies: small trees read the maps around a summit and say how far from it the talker is.

Walls and noises pull a summit aside, each map in its own way, and the maps together tell which way. A row describes what is left
and right of a summit; the same row mirrored belongs to the mirrored room, so every lesson counts twice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import positive_all_deg, wrap_deg
from simulator.onboard.ssl.question import Question

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# Five steps of the ring to either side: as far as a summit of 60 mm of array is wide at 1 kHz.
REACH: Final = 5
MAPS: Final = ("onset", "whitened", "first", "steady", "after", "noise")
# The same of the pieces of a stretch: where most of them point, and the upper bands alone.
READ: Final = (*MAPS, "votes", "high")
EDGES: Final = ("low_edge_deg", "high_edge_deg", "low_echo", "high_echo")
LIKE_BOTH_WAYS: Final = ("rank", "microphones", "aperture_mm", "range_known")
PLACE_FEATURES: Final = (
    *(f"{name}{offset:+d}" for name in READ for offset in range(-REACH, REACH + 1)),
    *(f"{name}_shift" for name in READ),
    *EDGES,
    *LIKE_BOTH_WAYS,
)
# No wall is farther than this when its edge says nothing.
NO_EDGE_DEG: Final = 180.0


def surroundings(question: Question, found: list[int]) -> F32:
    """The row of each direction found: eight maps around it as shares of its height, and where an edge would mirror it to."""
    evidence, azimuths_deg = question.evidence, question.evidence.plain.azimuths_deg
    step_deg = float(azimuths_deg[1] - azimuths_deg[0])
    columns: list[F32 | F64] = []
    shifts: list[F64] = []
    around = np.asarray(found)[:, None] + np.arange(-REACH, REACH + 1)
    rings = {name: getattr(evidence.maps, name).max(axis=0) for name in MAPS}
    rings |= {"votes": evidence.syllables.votes(), "high": evidence.syllables.high}
    for ring in rings.values():
        values = np.take(ring, around, mode="wrap")
        columns.append(values / np.maximum(values[:, REACH : REACH + 1], 1e-12))
        shifts.append(_shift(values) * step_deg)
    columns.extend(shift[:, None] for shift in shifts)
    columns.append(_edges(rings["onset"], azimuths_deg, found, question.arc_deg))
    same = (evidence.spectra.shape[2], 1e3 * evidence.plain.aperture_m, float(question.range_known))
    columns.append(np.column_stack([np.arange(len(found)), np.tile(same, (len(found), 1))]))
    return np.concatenate(columns, axis=1).astype(np.float32)


def mirrored(rows: F32) -> F32:
    """The rows of the same rooms seen in a mirror: left is right, and a shift to the left is one to the right."""
    out = rows.copy()
    width, maps = 2 * REACH + 1, len(READ)
    for k in range(maps):
        out[:, k * width : (k + 1) * width] = rows[:, k * width : (k + 1) * width][:, ::-1]
    start = maps * width
    out[:, start : start + maps] *= -1
    low = start + maps
    out[:, [low, low + 1, low + 2, low + 3]] = rows[:, [low + 1, low, low + 3, low + 2]]
    return out


def _shift(values: F64 | F32) -> F64:
    """Where the summit of each map lies between the steps around the middle: the middle of what stands above the lowest."""
    above = np.maximum(values - values.min(axis=1, keepdims=True), 1e-12) ** 3
    steps = np.arange(-REACH, REACH + 1)
    return np.asarray((above * steps).sum(axis=1) / above.sum(axis=1))


def _edges(ring: F32, azimuths_deg: F64, found: list[int], arc_deg: tuple[float, float] | None) -> F64:
    """How far the ends of the range are, and how much sound comes from where a wall along each would mirror the direction to."""
    out = np.full((len(found), 4), NO_EDGE_DEG)
    out[:, 2:] = 0.0
    if arc_deg is None:
        return out
    azimuths = azimuths_deg[found]
    step_deg = float(azimuths_deg[1] - azimuths_deg[0])
    for k, edge_deg in enumerate(arc_deg):
        out[:, k] = [abs(wrap_deg(float(a) - edge_deg)) for a in azimuths]
        at = np.round(positive_all_deg(2 * edge_deg - azimuths) / step_deg).astype(int)
        near = np.take(ring, at[:, None] + np.arange(-2, 3), mode="wrap").max(axis=1)
        out[:, 2 + k] = near / np.maximum(ring[found], 1e-12)
    return out
