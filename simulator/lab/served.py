"""P(served): how likely a call ends with the caller faced, with its interval, and whether two settings can be told apart by it.

A call is a chain: it is served, lost, or made again. Its probability of being absorbed in "served" is s / (1 - a) with the shares of
calls that are served and made again (Kemeny and Snell 1960), which is served / (served + lost): calls made again drop out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

from simulator.lab.service import ServiceFigures
from simulator.lab.statistics import wilson

# A difference that is worth a look: 3 points of calls served.
WORTH = 0.03
Z_95 = 1.96
# Below this many sessions no interval of this kind can be trusted.
LEAST_SESSIONS = 20


class Comparison(StrEnum):
    """What can be said of B against A."""

    BETTER = "better"
    WORSE = "worse"
    ALIKE = "alike"  # the whole interval is smaller than what is worth a look
    NOT_ENOUGH = "not enough sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """P(served) with its 95 % interval; None where there were too few calls to say."""

    rate: float | None
    low: float
    high: float
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedServed:
    """P(served) of B less that of A, over runs with the same scene (its home) and seed."""

    difference: float
    low: float
    high: float
    pairs: int
    needed: int  # pairs that would show a difference worth a look, by the spread seen so far; 0 when it is not known
    answer: Comparison


def p_served(pooled: ServiceFigures) -> Served:
    """Of one setting over all its runs."""
    ended = pooled.served + pooled.lost
    low, high = wilson(pooled.served, ended)
    enough = pooled.sessions >= LEAST_SESSIONS
    return Served(rate=pooled.served / ended if ended and enough else None, low=low, high=high, calls=ended)


def paired(a: Mapping[tuple[str, int], ServiceFigures], b: Mapping[tuple[str, int], ServiceFigures]) -> PairedServed:
    """Compare by (scene, seed): what is no pair, or had no call that came to an end, does not count."""
    differences = [
        _rate(b[key]) - _rate(a[key])
        for key in sorted(a.keys() & b.keys())
        if a[key].served + a[key].lost and b[key].served + b[key].lost
    ]
    pairs = len(differences)
    if pairs < 2:
        return PairedServed(difference=0.0, low=-1.0, high=1.0, pairs=pairs, needed=0, answer=Comparison.NOT_ENOUGH)
    middle, spread = fmean(differences), stdev(differences)
    # Pairs that all agree tell nothing of the spread: one that differs is still possible (rule of three).
    half = max(Z_95 * spread / math.sqrt(pairs), 3.0 / pairs if spread == 0.0 else 0.0)
    low, high = max(-1.0, middle - half), min(1.0, middle + half)
    # 80 % power at 5 %: (1.96 + 0.84)² times the variance over the difference squared.
    needed = math.ceil((Z_95 + 0.84) ** 2 * spread * spread / WORTH**2)
    if pairs < LEAST_SESSIONS:
        answer = Comparison.NOT_ENOUGH
    elif low > 0.0 or high < 0.0:
        answer = Comparison.BETTER if low > 0.0 else Comparison.WORSE
    else:
        answer = Comparison.ALIKE if max(-low, high) <= WORTH else Comparison.NOT_ENOUGH
    return PairedServed(difference=middle, low=low, high=high, pairs=pairs, needed=needed, answer=answer)


def _rate(one: ServiceFigures) -> float:
    return one.served / (one.served + one.lost)
