"""The direction finders by name: what a finder is, those that ship, and what an own one is made of.

To add one here, put a line into RANKINGS (or a class with `find` into `shipped`) and its name into FINDER_NAMES of
onboard/tuning/senses.py. A finder keeps nothing between two questions: the same question gives the same answer, so a checkpoint need
not know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl.candidates import peaks, shares, with_leaders, with_mirrored
from simulator.onboard.ssl.decomposition import decompose
from simulator.onboard.ssl.features import describe
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.places import surroundings
from simulator.onboard.ssl.question import Question
from simulator.onboard.ssl.trust import CAUTIOUS, Curve

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# Delay likelihood against energy likelihood: the best of 0, 2, 4, 8 and 15 on rooms 1000 to 1079 of the near-wall recipe.
DELAY_WEIGHT: Final = 2.0
# The lead of a direction that has no rival.
ALONE: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a finder makes of a question."""

    score: F32  # (elevation, azimuth): how strongly the sound speaks for every direction; drawn as the map of the room
    at: list[int]  # the directions worth naming, as places on the ring of azimuths
    direct: F64  # how likely each of them is the talker, 0 to 1
    confidence: float  # how likely the best of them is right, 0 to 1
    exact: F32 | None = None  # the map that the exact places of the summits are read off; None: `score`
    counts_talkers: bool = False  # `direct` is that of each direction by itself: two talkers can both be likely
    azimuths_deg: F64 | None = None  # the exact places, where the finder itself knows them; None: read off the map


class Finder(Protocol):
    """Finds the talker in a stretch of sound."""

    def find(self, question: Question) -> Found:
        """Where the talker may be, and how likely that is."""


def by_summits(question: Question, score: F32, *, trust: Curve = CAUTIOUS) -> Found:
    """Take the summits of a map for the candidates, and trust the highest as far as it stands above the next."""
    at = peaks(score, question.allowed, question.evidence.plain.azimuths_deg)
    return _ranked(score, at, _heights(question, score, at), trust=trust)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A map, and how its summits are ranked."""

    score: Callable[[Question], F32]
    rank: Callable[[Question, F32, list[int]], F64]

    def ranked(self, question: Question) -> tuple[F32, list[int], F64]:
        """The map, its summits, and a number for each, of which the highest wins."""
        score = self.score(question)
        at = peaks(score, question.allowed, question.evidence.plain.azimuths_deg)
        return score, at, self.rank(question, score, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Believes the first of a ranking as far as it leads."""

    ranking: Ranking
    trust: Curve

    def find(self, question: Question) -> Found:
        """The summits of the map, the one that leads first."""
        return _ranked(*self.ranking.ranked(question), trust=self.trust, exact=_exact(question))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Asks the classifier about every candidate."""

    forest: Forest

    def find(self, question: Question) -> Found:
        """The candidates with the probabilities that the trees give them."""
        score, at = candidates(question)
        direct = self.forest.probability(describe(question, at))
        confidence = self.forest.confidence(float(direct.max()), range_known=question.range_known)
        azimuths_deg = question.evidence.plain.azimuths_deg[at] + self.forest.shift_deg(surroundings(question, at))
        return Found(
            score=score, at=at, direct=direct, confidence=confidence, counts_talkers=True, azimuths_deg=azimuths_deg
        )


def candidates(question: Question) -> tuple[F32, list[int]]:
    """What the trees are asked about: the summits, the mirror images of strong sound from behind the range, and whoever leads for
    a syllable.
    """
    score, azimuths_deg = _both(question), question.evidence.plain.azimuths_deg
    at = peaks(score, question.allowed, azimuths_deg)
    at = with_mirrored(score, at, question.allowed, question.arc_deg, azimuths_deg)
    pieces = question.evidence.syllables
    return score, with_leaders(at, pieces.leaders(question.allowed), pieces.weights.sum(axis=0), azimuths_deg)


def lead_of(ranking: F64) -> float:
    """How far the first stands above the second."""
    order = np.argsort(-ranking)
    return float(ranking[order[0]] - ranking[order[1]]) if len(order) > 1 else ALONE


def _ranked(score: F32, at: list[int], ranking: F64, *, trust: Curve, exact: F32 | None = None) -> Found:
    """The best gets the trust in its lead, the others share the rest, none more than the best."""
    first, sure = int(np.argsort(-ranking)[0]), trust.at(lead_of(ranking))
    rest = np.exp(ranking - ranking.max())
    rest[first] = 0.0
    direct = np.minimum((1 - sure) * rest / max(float(rest.sum()), 1e-12), sure)
    direct[first] = sure
    return Found(score=score, at=at, direct=np.asarray(direct), confidence=float(direct[first]), exact=exact)


def _scaled(values: F32) -> F32:
    return np.asarray(values / max(float(values.max()), 1e-20))


def _both(question: Question) -> F32:
    maps, walled = question.evidence.maps, question.evidence.walled
    both = _scaled(maps.onset) + (_scaled(maps.whitened) if question.range_known else 0)
    return np.asarray(both if walled is None else both + _scaled(walled))


def _exact(question: Question) -> F32 | None:
    """The map of the walls is sharp but leans; the place of a summit is read off the plain maps."""
    if question.evidence.beside_walls is None:
        return None
    maps = question.evidence.maps
    return _scaled(maps.onset) + _scaled(maps.whitened)


def _heights(question: Question, score: F32, at: list[int]) -> F64:
    return np.log(shares(score.max(axis=0), at, question.allowed))


def _likelihood(question: Question, score: F32, at: list[int]) -> F64:
    return decompose(question.evidence, at).likelihood(delay_weight=DELAY_WEIGHT)


RANKINGS: Mapping[str, Ranking] = {
    "decomposition": Ranking(score=_both, rank=_likelihood),
    "whitened": Ranking(score=lambda question: _scaled(question.evidence.maps.whitened), rank=_heights),
    "onset": Ranking(score=lambda question: _scaled(question.evidence.maps.onset), rank=_heights),
    "srp-phat": Ranking(score=lambda question: _scaled(question.evidence.maps.srp), rank=_heights),
}


def shipped(forest: Forest) -> Mapping[str, Finder]:
    """The direction finders that ship, by name; a ranking that was not calibrated is trusted cautiously."""
    rankings = {
        name: Ranked(ranking=ranking, trust=forest.curves.get(name, CAUTIOUS)) for name, ranking in RANKINGS.items()
    }
    return {"fused": Trees(forest=forest), **rankings}
