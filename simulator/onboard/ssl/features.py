"""Directions described by numbers: how strongly each map speaks for them, who leads whom, and what the range says about walls.

A range of motion also says where walls are likely: along its edges. A wall's echo of a talker comes from the talker's direction
mirrored at that edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, positive_all_deg, wrap_all_deg
from simulator.onboard.ssl.candidates import MIRRORED_LOOK_DEG
from simulator.onboard.ssl.decomposition import Waves, decompose
from simulator.onboard.ssl.evidence import Evidence
from simulator.onboard.ssl.question import Question
from simulator.onboard.ssl.syllables import Syllables

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Column = tuple[str, F32 | F64]
NEIGHBOUR_DEG: Final = 4.0
# Maps that are asked whether they would have named the same direction, and how near is the same.
ASKED_TOO: Final = ("onset", "whitened", "steady", "first", "srp")
SAME_DEG: Final = 10.0
# A piece is led by the nearest direction within this.
LED_DEG: Final = 9.0
FEATURES: Final = (
    "onset", "whitened", "steady", "after", "first", "srp", "noise", "walled",
    "onset_lead", "whitened_lead", "steady_lead", "after_lead", "first_lead", "walled_lead",
    "onset_sharp", "whitened_sharp", "first_minus_after", "onset_minus_steady", "steep",
    "energy", "energy_clear", "earlier", "earlier_worst", "earlier_than_best",
    "mirrored_low", "mirrored_high", "mirrored_first", "in_range", "edge_deg",
    "rank", "count", "clear_share", "nearest_stronger_deg", "range_known", "walls_known",
    "agreeing", "noise_known", "microphones", "aperture_mm",
    "votes", "votes_lead", "votes_low", "votes_high", "led_share", "best_piece", "pieces_led",
    "repeats_best", "repeats_most", "loud_with_best",
)  # fmt: skip


def describe(question: Question, found: list[int]) -> F32:
    """The row of numbers of each direction found."""
    evidence, azimuths_deg = question.evidence, question.evidence.plain.azimuths_deg
    rings = _rings(evidence)
    reach = int(NEIGHBOUR_DEG / (azimuths_deg[1] - azimuths_deg[0]))
    heights = {
        name: np.array([np.take(ring, range(k - reach, k + reach + 1), mode="wrap").max() for k in found])
        for name, ring in rings.items()
    }
    rows = np.zeros((len(found), len(FEATURES)), np.float32)
    for name, values in (
        *_of_heights(rings, heights),
        *_of_waves(decompose(evidence, found)),
        *_of_syllables(evidence.syllables, found, azimuths_deg, question.allowed),
        *_of_edges(rings, azimuths_deg, found, question.arc_deg),
    ):
        rows[:, FEATURES.index(name)] = values
    onset = rings["onset"]
    for name, value in (
        ("steep", np.log(evidence.maps.onset[-1, found] / evidence.maps.onset[0, found])),
        ("in_range", float(np.log(onset[question.allowed].max() / onset.max()))),
        ("rank", np.arange(len(found), dtype=float)),
        ("count", len(found)),
        ("clear_share", evidence.clear_share),
        ("nearest_stronger_deg", _nearest_stronger(azimuths_deg[found])),
        ("range_known", float(question.arc_deg is not None)),
        ("walls_known", float(evidence.walled is not None)),
        ("agreeing", _agreeing(rings, found, azimuths_deg, question.allowed)),
        ("noise_known", float(evidence.noise.known)),
        ("microphones", evidence.spectra.shape[2]),
        ("aperture_mm", 1e3 * evidence.plain.aperture_m),
    ):
        rows[:, FEATURES.index(name)] = value
    return rows


def _rings(evidence: Evidence) -> dict[str, F32]:
    """Every map over its best elevation."""
    maps, walled = evidence.maps, evidence.walled
    rings: dict[str, F32] = {
        "onset": maps.onset.max(axis=0),
        "whitened": maps.whitened.max(axis=0),
        "steady": maps.steady.max(axis=0),
        "after": maps.after.max(axis=0),
        "first": maps.first.max(axis=0),
        "srp": maps.srp.max(axis=0),
        "noise": maps.noise.max(axis=0),
    }
    rings["walled"] = np.ones_like(rings["onset"]) if walled is None else walled.max(axis=0)
    return rings


def _of_heights(rings: dict[str, F32], heights: dict[str, F32]) -> Iterator[Column]:
    """How strongly each map speaks for a direction: against its best, and against the best of the others."""
    for name, ring in rings.items():
        yield name, np.log(np.maximum(heights[name], 1e-9) / max(float(ring.max()), 1e-9))
    for name in ("onset", "whitened", "steady", "after", "first", "walled"):
        yield f"{name}_lead", _lead(heights[name])
    for name in ("onset", "whitened"):
        yield f"{name}_sharp", np.log(np.maximum(heights[name], 1e-9) / float(rings[name].mean()))
    yield "first_minus_after", _share(heights["first"]) - _share(heights["after"])
    yield "onset_minus_steady", _share(heights["onset"]) - _share(heights["steady"])


def _of_waves(waves: Waves) -> Iterator[Column]:
    """Energy and order of arrival."""
    yield "energy", waves.energy
    yield "energy_clear", waves.clear_energy
    yield "earlier", waves.earlier
    yield "earlier_worst", waves.earlier_worst
    yield "earlier_than_best", waves.earlier_than_best
    yield "repeats_best", waves.repeats_best
    yield "repeats_most", waves.repeats_most
    yield "loud_with_best", waves.loud_with_best


def _of_syllables(
    pieces: Syllables, found: list[int], azimuths_deg: F64, allowed: NDArray[np.bool_]
) -> Iterator[Column]:
    """How many pieces of the stretch are for a direction, in how many it leads, and how near it comes to leading in its best."""
    near = np.asarray(found)[:, None] + np.arange(-1, 2)
    votes = np.take(pieces.votes(), near, mode="wrap").max(axis=1)
    yield "votes", np.log(np.maximum(_share(votes), 1e-6))
    yield "votes_lead", _lead(votes)
    for name, bands in (("votes_low", slice(0, 2)), ("votes_high", slice(-2, None))):
        ring = pieces.votes(bands)
        yield (
            name,
            np.log(np.maximum(np.take(ring, near, mode="wrap").max(axis=1) / max(float(ring.max()), 1e-9), 1e-6)),
        )
    begun = pieces.weights.sum(axis=0)
    apart = np.abs(wrap_all_deg(azimuths_deg[found][:, None] - azimuths_deg[pieces.leaders(allowed)][None]))
    led = (apart <= LED_DEG) & (apart == apart.min(axis=0))
    yield "led_share", led @ begun / max(float(begun.sum()), 1e-9)
    yield "pieces_led", (led & (begun > 0.5 * begun.mean())).sum(axis=1)
    heights = np.take(pieces.whole, near, axis=1, mode="wrap").max(axis=2).T
    highest = np.maximum(np.where(allowed, pieces.whole, 0.0).max(axis=1), 1e-9)
    counts = begun > 0.25 * begun.mean()
    yield "best_piece", (heights / highest * counts).max(axis=1)


def _of_edges(
    rings: dict[str, F32], azimuths_deg: F64, found: list[int], arc_deg: tuple[float, float] | None
) -> Iterator[Column]:
    """What lies where a wall along an edge of the range would mirror a direction to, and how near the edge is."""
    if arc_deg is None:
        return
    azimuths = azimuths_deg[found]
    for name, edge_deg in zip(("mirrored_low", "mirrored_high"), arc_deg, strict=True):
        yield name, _height_at(rings["onset"], positive_all_deg(2 * edge_deg - azimuths), azimuths_deg)
    first = [
        _height_at(rings["first"], positive_all_deg(2 * edge_deg - azimuths), azimuths_deg) for edge_deg in arc_deg
    ]
    yield "mirrored_first", np.maximum(*first)
    yield "edge_deg", np.min([[distance_deg(a, edge_deg) for a in azimuths] for edge_deg in arc_deg], axis=0)


def _agreeing(rings: dict[str, F32], found: list[int], azimuths_deg: F64, allowed: NDArray[np.bool_]) -> F64:
    """How many maps have their highest summit at each direction: echoes fool them all alike, noises do not."""
    highest = [float(azimuths_deg[int(np.argmax(np.where(allowed, rings[name], -np.inf)))]) for name in ASKED_TOO]
    return np.array([sum(distance_deg(h, float(azimuths_deg[k])) <= SAME_DEG for h in highest) for k in found], float)


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
    if len(heights) == 1:
        return np.ones(1)
    second, first = np.argsort(heights)[-2:]
    others = np.full(len(heights), heights[first])
    others[first] = heights[second]
    return np.asarray(np.log(np.maximum(heights, 1e-9) / np.maximum(others, 1e-9)), float)


def _nearest_stronger(azimuths_deg: F64) -> F64:
    """How far the nearest direction is that ranks higher; 180 for the first."""
    return np.array(
        [
            min((distance_deg(azimuth, other) for other in azimuths_deg[:k]), default=180.0)
            for k, azimuth in enumerate(azimuths_deg)
        ]
    )
