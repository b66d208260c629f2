"""From maps to a few directions worth judging, each described by a row of numbers.

Directions here are azimuths of the array's own frame, 0 to 360. The numbers say how strongly each map speaks for a direction,
compared with the best direction and with the best *other* one; nothing in them depends on where the range of motion lies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl.decomposition import Waves, decompose
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Evidence

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MOST = 7
APART_DEG = 12.0
NEIGHBOUR_DEG = 4.0
FEATURES = (
    "onset", "whitened", "steady", "after", "first", "srp", "noise", "walled",
    "onset_lead", "whitened_lead", "steady_lead", "after_lead", "first_lead", "walled_lead",
    "onset_sharp", "whitened_sharp", "first_minus_after", "onset_minus_steady", "steep",
    "energy", "energy_clear", "earlier", "earlier_worst", "earlier_than_best",
    "rank", "count", "clear_share", "nearest_stronger_deg", "range_known", "walls_known",
)  # fmt: skip


def score(evidence: Evidence, algorithm: str, *, range_known: bool) -> F32:
    """One map (elevation, azimuth) out of all, by the name of the algorithm."""
    if algorithm == "srp-phat":
        return _scaled(evidence.srp)
    if algorithm == "onset":
        return _scaled(evidence.onset)
    if algorithm == "whitened":
        return _scaled(evidence.whitened)
    both = _scaled(evidence.onset) + (_scaled(evidence.whitened) if range_known else 0)
    return np.asarray(both if evidence.walled is None else both + _scaled(evidence.walled))


def peaks(score_map: F32, allowed: NDArray[np.bool_], azimuths_deg: F64, *, most: int = MOST) -> list[int]:
    """The best directions that lie apart from each other and are summits of the map (over its best elevation)."""
    ring = score_map.max(axis=0)
    summit = allowed & (ring >= np.roll(ring, 1)) & (ring >= np.roll(ring, -1))
    found: list[int] = []
    for k in np.argsort(-ring):
        if summit[k] and all(_apart(azimuths_deg[k], azimuths_deg[j]) >= APART_DEG for j in found):
            found.append(int(k))
            if len(found) == most:
                break
    return found or [int(np.argmax(np.where(allowed, ring, -np.inf)))]


def refined_deg(score_map: F32, at: int, azimuths_deg: F64) -> float:
    """The summit between the grid's directions: a parabola through three."""
    ring = score_map.max(axis=0)
    left, middle, right = float(ring[at - 1]), float(ring[at]), float(ring[(at + 1) % len(ring)])
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < -1e-12 else 0.0
    return float(azimuths_deg[at] + np.clip(shift, -0.5, 0.5) * (azimuths_deg[1] - azimuths_deg[0]))


def describe(
    evidence: Evidence, score_map: F32, found: list[int], plain: Dictionary, *, range_known: bool
) -> tuple[F32, Waves]:
    """The row of numbers of each direction found, and the waves that the sound falls apart into."""
    maps = {
        name: getattr(evidence, name).max(axis=0)
        for name in ("onset", "whitened", "steady", "after", "first", "srp", "noise")
    }
    walled = evidence.walled
    maps["walled"] = np.ones_like(maps["onset"]) if walled is None else walled.max(axis=0)
    reach = int(NEIGHBOUR_DEG / (plain.azimuths_deg[1] - plain.azimuths_deg[0]))
    heights = {
        name: np.array([np.take(ring, range(k - reach, k + reach + 1), mode="wrap").max() for k in found])
        for name, ring in maps.items()
    }
    waves = decompose(evidence, found, plain)
    rows = np.zeros((len(found), len(FEATURES)), np.float32)

    def put(name: str, values: F64 | F32 | float) -> None:
        rows[:, FEATURES.index(name)] = values

    for name, ring in maps.items():
        put(name, np.log(np.maximum(heights[name], 1e-9) / max(float(ring.max()), 1e-9)))
    for name in ("onset", "whitened", "steady", "after", "first", "walled"):
        put(f"{name}_lead", _lead(heights[name]))
    for name in ("onset", "whitened"):
        put(f"{name}_sharp", np.log(np.maximum(heights[name], 1e-9) / float(maps[name].mean())))
    put("first_minus_after", _share(heights["first"]) - _share(heights["after"]))
    put("onset_minus_steady", _share(heights["onset"]) - _share(heights["steady"]))
    put("steep", np.log(evidence.onset[1, found] / evidence.onset[0, found]))
    put("energy", waves.energy)
    put("energy_clear", waves.clear_energy)
    put("earlier", waves.earlier)
    put("earlier_worst", waves.earlier_worst)
    put("earlier_than_best", waves.earlier_than_best)
    put("rank", np.arange(len(found)))
    put("count", len(found))
    put("clear_share", evidence.clear_share)
    put("nearest_stronger_deg", _nearest_stronger(plain.azimuths_deg[found]))
    put("range_known", float(range_known))
    put("walls_known", float(walled is not None))
    return rows, waves


def _scaled(values: F32) -> F32:
    return np.asarray(values / max(float(values.max()), 1e-20))


def _apart(a_deg: float, b_deg: float) -> float:
    return float(abs((a_deg - b_deg + 180.0) % 360.0 - 180.0))


def _share(heights: F32) -> F64:
    return np.asarray(heights / max(float(heights.max()), 1e-9), dtype=float)


def _lead(heights: F32) -> F64:
    """Logarithm of each height over the best of the others."""
    out = np.zeros(len(heights))
    for k in range(len(heights)):
        others = np.delete(heights, k)
        out[k] = np.log(max(heights[k], 1e-9) / max(float(others.max()), 1e-9)) if len(others) else 1.0
    return out


def _nearest_stronger(azimuths_deg: F64) -> F64:
    """How far the nearest direction is that ranks higher; 180 for the first."""
    return np.array([
        min((_apart(azimuth, other) for other in azimuths_deg[:k]), default=180.0) for k, azimuth in enumerate(azimuths_deg)
    ])
