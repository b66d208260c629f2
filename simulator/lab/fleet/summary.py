"""A summary of many homes: each count with noise that hides whether any one home was in it.

Each count gets its part of epsilon, e. A home changes a count by at most its bound b, so noise of scale b / e gives epsilon in all
(Dwork and others 2006, in whole numbers: Ghosh, Roughgarden and Sundararajan 2009). Rates are made from noisy counts: that costs nothing.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, fields
from fractions import Fraction

from simulator.lab.fleet.budget import Budget
from simulator.lab.fleet.counts import BOUNDS, HomeCounts
from simulator.lab.fleet.noise import Below, discrete_laplace

COVER = 0.95
# Of epsilon; all other counts get one part. Shares of homes are asked for most, and their bound of 1 makes them exact for little.
PARTS = {"homes": 2, "homes_with_a_push": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyCount:
    """One count, and how far the noise reaches in 95 of 100 cases."""

    name: str
    value: int
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyRate:
    """One count over another; None where the lower one is lost in its noise."""

    name: str
    value: float | None
    within: float


RATES = (
    ("wake words a minute", "wake_words", "minutes"),
    ("said again, of all wake words", "said_again", "wake_words"),
    ("turns a minute", "turns", "minutes"),
    ("homes with a push, of all homes", "homes_with_a_push", "homes"),
)


def scale_of(name: str, epsilon: Fraction) -> Fraction:
    """The scale of the noise of a count."""
    parts = sum(PARTS.get(item.name, 1) for item in fields(HomeCounts))
    return Fraction(getattr(BOUNDS, name) * parts, PARTS.get(name, 1)) / epsilon


def summary(
    total: HomeCounts, epsilon: Fraction, budget: Budget, *, what: str, below: Below = secrets.randbelow
) -> list[NoisyCount]:
    """Spend the budget and add the noise; the true counts go nowhere."""
    budget.spend(epsilon, what=what)
    found = []
    for item in fields(total):
        scale = scale_of(item.name, epsilon)
        value = getattr(total, item.name) + discrete_laplace(scale, below=below)
        found.append(NoisyCount(name=item.name, value=value, within=math.ceil(reach(scale))))
    return found


def reach(scale: Fraction, *, cover: float = COVER) -> float:
    """How far from 0 the noise goes at most, in this share of cases: twice the tail is what is left."""
    tail = math.exp(-1 / scale)
    return max(0.0, math.log((1 - cover) * (1 + tail) / 2) / math.log(tail) - 1)


def rates(counts: list[NoisyCount]) -> list[NoisyRate]:
    """Rates with how far the noise of both counts reaches."""
    by_name = {count.name: count for count in counts}
    found = []
    for name, above, below in RATES:
        top, bottom = by_name[above], by_name[below]
        if bottom.value <= bottom.within:
            found.append(NoisyRate(name=name, value=None, within=math.inf))
            continue
        value = max(top.value, 0) / bottom.value
        within = math.hypot(top.within / bottom.value, value * bottom.within / bottom.value)
        found.append(NoisyRate(name=name, value=value, within=within))
    return found
