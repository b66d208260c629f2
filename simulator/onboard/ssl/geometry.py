"""What an array can tell apart, from where its microphones are: which elevations are worth searching, and what it mistakes.

Microphones on one line hear a cone: a sound from in front and its twin behind the line are the same, and so are all elevations.
On a plane, above and below are the same; only a body of microphones in all three directions tells every direction from every other.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import positive_deg
from simulator.onboard.facts import ArrayFacts

F64 = NDArray[np.float64]


class ArrayDoubt(StrEnum):
    """What an array cannot tell."""

    POINT = "all microphones are in one place: no direction can be told"
    LINE = (
        "the microphones lie on a line: front and back sound alike, so directions are believed only where"
        " the range of motion leaves out one of them"
    )
    SMALL = "the microphones are less than 40 mm apart: directions are coarse"
    SPARSE = (
        "no two microphones are within 90 mm of each other: above 2 kHz one sound seems to come from several directions"
    )


SMALL_M, SPARSE_M = 0.040, 0.090
# A direction counts as missing when the array extends less than this share of its longest way along it: a millimetre on 60 mm.
FLAT_SHARE: Final = 0.02
# Standing and sitting mouths appear 0 to 35 degrees above a counter; the second ring catches the steep ones and ceilings.
RINGS_DEG: Final = (10.0, 40.0)


def elevations_deg(array: ArrayFacts) -> tuple[float, ...]:
    """The rings of directions that a map of this array has: one where height makes no difference."""
    if array.response != "open ring":
        return (RINGS_DEG[0],)  # tables of bodies know azimuth only
    return (0.0,) if extent(array) < 2 else RINGS_DEG


def extent(array: ArrayFacts) -> int:
    """In how many directions the microphones are spread: 0 a point, 1 a line, 2 a plane, 3 a body."""
    lengths = np.linalg.svd(_centred(array), compute_uv=False)
    return int(np.sum(lengths > FLAT_SHARE * max(float(lengths[0]), 1e-9))) if lengths[0] > 1e-4 else 0


def doubts(array: ArrayFacts) -> tuple[ArrayDoubt, ...]:
    """What should be said of an array when its device file is loaded; nothing of a good one."""
    spread = extent(array)
    if spread == 0:
        return (ArrayDoubt.POINT,)
    places = np.asarray(array.positions_m, dtype=float)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    nearest = float(apart[~np.eye(len(places), dtype=bool)].min())
    told = {
        ArrayDoubt.LINE: spread == 1 and array.response == "open ring",
        ArrayDoubt.SMALL: aperture_m(array) < SMALL_M,
        ArrayDoubt.SPARSE: nearest > SPARSE_M,
    }
    return tuple(doubt for doubt, true in told.items() if true)


def aperture_m(array: ArrayFacts) -> float:
    """The longest way between two microphones."""
    places = np.asarray(array.positions_m, dtype=float)
    return float(np.linalg.norm(places[:, None] - places[None], axis=2).max())


def line_deg(array: ArrayFacts) -> float | None:
    """The azimuth along which a line of microphones lies; None for every other array."""
    if array.response != "open ring" or extent(array) != 1:
        return None
    _, _, along = np.linalg.svd(_centred(array))
    return positive_deg(math.degrees(math.atan2(along[0, 1], along[0, 0])))


def _centred(array: ArrayFacts) -> F64:
    places = np.asarray(array.positions_m, dtype=float)
    return np.asarray(places - places.mean(axis=0))
