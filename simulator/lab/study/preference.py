"""How strongly each setting is preferred: the model of Bradley, Terry and Davidson, fitted by Newton's method.

Three answers are possible to a pair: the one shown first, the one shown second, or "same". With strengths b, an advantage of
being shown first o and a readiness to say "same" t, the logarithms of their chances are, up to one constant,

    first: b_i + o        second: b_j        same: t + (b_i + b_j + o) / 2

(Davidson 1970, with the order effect of Davidson and Beaver 1977). All are linear in the unknowns, so there is one best fit.
People differ, and answers of one rater resemble each other: the intervals come from leaving out each rater in turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

# Where one setting wins every pair the best fit lies at infinity. A normal prior of this spread on each strength keeps it
# finite: strengths of 3 are 95:5 already.
PRIOR_SD = 3.0
STEPS = 60
SMALLEST_STEP = 1e-11


class Choice(StrEnum):
    """What a rater answered to a pair."""

    FIRST = "first"
    SECOND = "second"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One pair that one rater judged; settings are numbers of the study's list."""

    rater: str
    first: int
    second: int
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The best fit: strengths that sum to zero, the advantage of the first place, and the readiness to say "same"."""

    strengths: Floats
    first_bonus: float
    same: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What all answers together say."""

    strengths: tuple[Interval, ...]
    first_bonus: Interval  # in the same unit as strengths; 0 is no effect of the order
    against_best: tuple[Interval, ...]  # chance that a setting is chosen over the best one, "same" shared out equally
    best: int
    p_no_difference: float  # chance of answers at least this uneven if nobody had a preference
    raters: int
    answers: int


def fit(answers: Sequence[Answer], *, settings: int, prior_sd: float = PRIOR_SD, order: bool = True) -> Fit:
    """The strengths under which these answers are likeliest; without prior and order it is the model of Bradley and Terry."""
    features, chosen = _features(answers, settings)
    precision = np.zeros(settings + 2)
    precision[:settings] = prior_sd**-2
    # A prior on order and "same" too weak to be seen keeps them finite when no order or no "same" occurs.
    precision[settings:] = 0.0 if math.isinf(prior_sd) else 0.01
    asked_same = any(answer.choice is Choice.SAME for answer in answers)
    free = np.ones(settings + 2, dtype=bool)
    free[0] = False  # strengths matter only against each other
    free[settings] = order
    free[settings + 1] = asked_same
    if not asked_same:
        features = features[:, :2]
    values = np.zeros(settings + 2)
    _newton(values, features=features, chosen=chosen, precision=precision, free=free)
    strengths = values[:settings] - values[:settings].mean()
    return Fit(strengths=strengths, first_bonus=float(values[settings]), same=float(values[settings + 1]))


def preference(answers: Sequence[Answer], *, settings: int) -> Preference:
    """Strengths with intervals; raises ValueError with fewer than two raters, since then nothing is known of how people differ."""
    raters = sorted({answer.rater for answer in answers})
    if len(raters) < 2:
        raise ValueError(f"{len(raters)} raters: intervals need two at least")
    whole = fit(answers, settings=settings)
    without = [fit([a for a in answers if a.rater != rater], settings=settings) for rater in raters]
    together = _packed(whole)
    parts = np.array([_packed(part) for part in without])
    count = len(raters)
    centred = parts - parts.mean(axis=0)
    covariance = (count - 1) / count * centred.T @ centred
    # As many degrees of freedom as there are raters less one: few raters say little of how much raters differ.
    reach = float(stats.t.ppf(0.975, count - 1))
    best = int(np.argmax(whole.strengths))
    return Preference(
        strengths=tuple(_around(together[k], _sd(covariance, k), reach) for k in range(settings)),
        first_bonus=_around(together[settings], _sd(covariance, settings), reach),
        against_best=tuple(_chance(together, covariance, reach, k, best) for k in range(settings)),
        best=best,
        p_no_difference=_p_equal(together[:settings], covariance[:settings, :settings], count),
        raters=count,
        answers=len(answers),
    )


def _features(answers: Sequence[Answer], settings: int) -> tuple[Floats, NDArray[np.intp]]:
    """For each answer three rows (first, second, same) over the unknowns, and which of them was chosen."""
    rows = np.zeros((len(answers), 3, settings + 2))
    chosen = np.zeros(len(answers), dtype=np.intp)
    for k, answer in enumerate(answers):
        rows[k, 0, answer.first] = rows[k, 0, settings] = 1.0
        rows[k, 1, answer.second] = 1.0
        rows[k, 2] = (rows[k, 0] + rows[k, 1]) / 2.0
        rows[k, 2, settings + 1] = 1.0
        chosen[k] = (Choice.FIRST, Choice.SECOND, Choice.SAME).index(answer.choice)
    return rows, chosen


def _newton(
    values: Floats, *, features: Floats, chosen: NDArray[np.intp], precision: Floats, free: NDArray[np.bool_]
) -> None:
    """Climb to the one top of the likelihood, in place; a step that leads down is halved."""
    taken = features[np.arange(len(chosen)), chosen]

    def height(at: Floats) -> float:
        scores = features @ at
        return float((taken @ at - np.logaddexp.reduce(scores, axis=1)).sum() - 0.5 * (precision * at * at).sum())

    now = height(values)
    for _ in range(STEPS):
        scores = features @ values
        chances = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
        expected = np.einsum("nk,nkd->nd", chances, features)
        slope = (taken - expected).sum(axis=0) - precision * values
        spread = np.einsum("nk,nkd,nke->de", chances, features, features) - expected.T @ expected
        curve = spread + np.diag(precision)
        step = np.zeros_like(values)
        step[free] = np.linalg.lstsq(curve[np.ix_(free, free)], slope[free], rcond=None)[0]
        while (there := height(values + step)) < now - 1e-12 and np.abs(step).max() > SMALLEST_STEP:
            step /= 2.0
        values += step
        now = there
        if np.abs(step).max() < SMALLEST_STEP:
            return


def _packed(found: Fit) -> Floats:
    return np.append(found.strengths, [found.first_bonus, found.same])


def _sd(covariance: Floats, k: int) -> float:
    return math.sqrt(max(float(covariance[k, k]), 0.0))


def _around(value: float, sd: float, reach: float) -> Interval:
    return Interval(value=float(value), low=float(value - reach * sd), high=float(value + reach * sd))


def _chance(together: Floats, covariance: Floats, reach: float, k: int, best: int) -> Interval:
    """Chance that k is chosen over the best, from the interval of their difference."""
    contrast = np.zeros(len(together))
    contrast[k] += 1.0
    contrast[best] -= 1.0
    sd = math.sqrt(max(float(contrast @ covariance @ contrast), 0.0))
    inner = _around(float(contrast @ together), sd, reach)
    # "Same" is shared out equally, so that half of it counts for each: this is the plain model's chance at the ends only.
    same = math.exp(float(together[-1])) if together[-1] else 0.0
    return Interval(value=_share(inner.value, same), low=_share(inner.low, same), high=_share(inner.high, same))


def _share(difference: float, same: float) -> float:
    """The chance to be preferred at a difference of strengths, with half of the "same" answers."""
    won, lost, tied = math.exp(difference / 2.0), math.exp(-difference / 2.0), same
    return (won + tied / 2.0) / (won + lost + tied)


def _p_equal(strengths: Floats, covariance: Floats, raters: int) -> float:
    """Hotelling's test that all strengths are equal, with as many samples as there are raters."""
    free = len(strengths) - 1
    if raters <= free:
        return 1.0  # fewer raters than differences: nothing can be said
    contrasts = np.eye(len(strengths))[1:] - 1.0 / len(strengths)
    spread = contrasts @ covariance @ contrasts.T
    uneven = contrasts @ strengths
    size = float(uneven @ np.linalg.pinv(spread, hermitian=True) @ uneven)
    return float(stats.f.sf(size * (raters - free) / (free * (raters - 1)), free, raters - free))
