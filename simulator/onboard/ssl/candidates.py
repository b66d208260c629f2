"""From maps to a few directions worth judging, each described by a row of numbers.

Directions here are azimuths of the array's own frame, 0 to 360. The numbers say how strongly each map speaks for a direction,
compared with the best direction and with the best *other* one.

A range of motion also says where walls are likely: along its edges. A wall's echo of a talker comes from the talker's direction
mirrored at that edge, so what sounds from behind an edge is a hint of what to look for in front of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, positive_all_deg, positive_deg, wrap_all_deg
from simulator.onboard.ssl.decomposition import Waves, decompose
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Evidence

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
MOST = 6
MOST_WITH_MIRRORED = 9
MIRRORED_LOOK_DEG = 6.0
APART_DEG = 12.0
NEIGHBOUR_DEG = 4.0
FEATURES = (
    "onset", "whitened", "steady", "after", "first", "srp", "noise", "walled",
    "onset_lead", "whitened_lead", "steady_lead", "after_lead", "first_lead", "walled_lead",
    "onset_sharp", "whitened_sharp", "first_minus_after", "onset_minus_steady", "steep",
    "energy", "energy_clear", "earlier", "earlier_worst", "earlier_than_best",
    "mirrored_low", "mirrored_high", "mirrored_first", "in_range", "edge_deg",
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
    if algorithm == "plain":
        return _scaled(evidence.onset) + _scaled(evidence.whitened)
    both = _scaled(evidence.onset) + (_scaled(evidence.whitened) if range_known else 0)
    return np.asarray(both if evidence.walled is None else both + _scaled(evidence.walled))


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


def describe(
    evidence: Evidence,
    found: list[int],
    plain: Dictionary,
    *,
    allowed: NDArray[np.bool_],
    arc_deg: tuple[float, float] | None,
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
    azimuths = plain.azimuths_deg[found]
    if arc_deg is not None:
        for name, edge_deg in zip(("mirrored_low", "mirrored_high"), arc_deg, strict=True):
            put(name, _height_at(maps["onset"], positive_all_deg(2 * edge_deg - azimuths), plain.azimuths_deg))
        first = [
            _height_at(maps["first"], positive_all_deg(2 * edge_deg - azimuths), plain.azimuths_deg)
            for edge_deg in arc_deg
        ]
        put("mirrored_first", np.maximum(*first))
        put("edge_deg", np.min([[distance_deg(a, edge_deg) for a in azimuths] for edge_deg in arc_deg], axis=0))
    put("in_range", float(np.log(maps["onset"][allowed].max() / maps["onset"].max())))
    put("rank", np.arange(len(found), dtype=float))
    put("count", len(found))
    put("clear_share", evidence.clear_share)
    put("nearest_stronger_deg", _nearest_stronger(azimuths))
    put("range_known", float(arc_deg is not None))
    put("walls_known", float(walled is not None))
    return rows, waves


def _scaled(values: F32) -> F32:
    return np.asarray(values / max(float(values.max()), 1e-20))


def _height_at(ring: F32, at_deg: F64, azimuths_deg: F64) -> F64:
    """Logarithm of a map near some directions, over its highest."""
    reach = int(MIRRORED_LOOK_DEG / (azimuths_deg[1] - azimuths_deg[0]))
    middle = np.round(at_deg / (azimuths_deg[1] - azimuths_deg[0])).astype(int)
    near = np.take(ring, middle[:, None] + np.arange(-reach, reach + 1), mode="wrap").max(axis=1)
    return np.asarray(np.log(np.maximum(near, 1e-9) / max(float(ring.max()), 1e-9)), dtype=float)


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
    return np.array(
        [
            min((distance_deg(azimuth, other) for other in azimuths_deg[:k]), default=180.0)
            for k, azimuth in enumerate(azimuths_deg)
        ]
    )
