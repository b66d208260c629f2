"""Finds settings that would have moved the screen as it was pushed, and the rivals that explain the lessons as well.

First each way alone, then those that explain most in pairs (one way alone may hide behind another), then step by step from the best. A
way that explains nothing stays as it ships. What is handed out is the rival that is least far from all others, because lessons seldom
leave only one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from simulator.workbench.teach.lesson import Lesson
from simulator.workbench.teach.ways import SHIPPED, WAYS, Point

# What a way must explain to be moved, degrees of mean error: below it lies what a hand's aim is worth.
WORTH_DEG = 0.04
ALONE = (0.0, 0.25, 0.5, 0.75, 1.0)
PAIRED, STARTS = 3, 2
STEPS = (0.12, 0.06, 0.03)
# Settings within this of the best explain the lessons as well as it does.
RIVAL_DEG, RIVAL_SHARE, MOST_RIVALS = 0.1, 0.08, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What the lessons come to."""

    point: Point
    before_deg: float  # mean error over the lessons with the settings that ship
    after_deg: float
    rivals: tuple[Point, ...]  # others that explain them as well, best first


class Fitter:
    """Looks for the settings behind some lessons; the same lessons give the same answer."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        # What ships is farthest off in the first one, so that most of what is worse is known to be after one look.
        self._lessons = sorted(lessons, key=lambda one: -one.error_deg(SHIPPED))
        self._known: dict[Point, float] = {}
        self._worse: set[Point] = set()  # looked at only as far as it took to see that they are worse

    def fit(self) -> Fit:
        """The answer."""
        shipped = self._cost(SHIPPED)
        for way, middle in enumerate(SHIPPED):
            for place in ALONE:
                if abs(place - middle) > 0.1:
                    self._cost(_with(SHIPPED, way, place))
        for one, other in combinations(self._telling_ways(), 2):
            for place, second in product(ALONE, ALONE):
                self._cost(_with(_with(SHIPPED, one, place), other, second), below=self._best() + RIVAL_DEG)
        starts = sorted(self._known, key=lambda point: self._known[point])[:STARTS]
        for start in starts:
            self._climb(start)
        best = self._best()
        limit = best + max(RIVAL_DEG, RIVAL_SHARE * best)
        near = sorted((cost, point) for point, cost in self._known.items() if cost <= limit)[:MOST_RIVALS]
        point = self._middlemost([point for _, point in near])
        return Fit(
            point=point,
            before_deg=shipped,
            after_deg=self._error(point),
            rivals=tuple(other for _, other in near if other != point),
        )

    def _telling_ways(self) -> list[int]:
        """The ways that explain most by themselves."""
        alone = {
            way: min(self._known[point] for place in ALONE if (point := _with(SHIPPED, way, place)) in self._known)
            for way in range(len(WAYS))
        }
        return sorted(alone, key=lambda way: alone[way])[:PAIRED]

    def _best(self) -> float:
        return min(self._known.values())

    def _climb(self, point: Point) -> None:
        best = self._cost(point)
        for step in STEPS:
            better = True
            while better:
                better = False
                for way in range(len(WAYS)):
                    for place in (point[way] + step, point[way] - step, SHIPPED[way]):
                        if not 0.0 <= place <= 1.0 or place == point[way]:
                            continue
                        other = _with(point, way, place)
                        cost = self._cost(other, below=best + RIVAL_DEG)
                        if cost < best - 1e-6:
                            point, best, better = other, cost, True

    def _cost(self, point: Point, *, below: float = math.inf) -> float:
        """The error and a little for each way that is moved; infinite once it is sure not to be below."""
        found = self._known.get(point)
        if found is not None:
            return found
        if point in self._worse:
            return math.inf
        turned = sum(abs(place - middle) > 1e-9 for place, middle in zip(point, SHIPPED, strict=True))
        cost = WORTH_DEG * turned
        for one in self._lessons:
            cost += one.error_deg(point) / len(self._lessons)
            if cost > below:
                self._worse.add(point)
                return math.inf
        self._known[point] = cost
        return cost

    def _error(self, point: Point) -> float:
        return sum(one.error_deg(point) for one in self._lessons) / len(self._lessons)

    def _middlemost(self, points: list[Point]) -> Point:
        """The one whose behaviour in the lessons is least far from that of all others, the better ones counting more."""
        if len(points) == 1:
            return points[0]
        curves = [np.concatenate([one.run.curve(point)[one.at] for one in self._lessons]) for point in points]
        weights = [1.0 / (1 + rank) for rank in range(len(points))]
        apart = [
            sum(weight * float(np.abs(mine - other).mean()) for weight, other in zip(weights, curves, strict=True))
            for mine in curves
        ]
        return points[int(np.argmin(apart))]


def fit(lessons: Sequence[Lesson]) -> Fit:
    """Fit lessons; raises ValueError without any."""
    if not lessons:
        raise ValueError("no lessons: push the screen in at least one run")
    return Fitter(lessons).fit()


def _with(point: Point, way: int, place: float) -> Point:
    return (*point[:way], round(place, 6), *point[way + 1 :])
