"""How many seeds are enough: intervals for a rate, and a test that goes on only until the answer is known."""

from __future__ import annotations

import math
from typing import Literal

Answer = Literal["good", "bad", "go on"]
# Five in a hundred wrong answers either way; a scene that has to pass always is held to 95 % of seeds with no failure at all.
ERROR = 0.05
STRICT_RATE = 0.95
MAX_SEEDS = 300


def wilson(hits: int, trials: int, *, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    if trials == 0:
        return 0.0, 1.0
    rate = hits / trials
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    middle, scale = rate + z * z / (2 * trials), 1 + z * z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def seeds_without_failure(rate: float, *, error: float = ERROR) -> int:
    """How many passes in a row show that at least this share of seeds passes."""
    return math.ceil(math.log(error) / math.log(rate))


def sequential(passes: int, trials: int, *, pass_rate: float) -> Answer:
    """Wald's sequential probability ratio test of "the pass rate is well above the wanted one" against "it is only just".

    The good rate lies four fifths of the way from the wanted rate to 1. With a wanted rate of 1 the first failure decides.
    """
    if pass_rate >= 1.0:
        if passes < trials:
            return "bad"
        return "good" if trials >= seeds_without_failure(STRICT_RATE) else "go on"
    good, bad = pass_rate + 0.8 * (1.0 - pass_rate), pass_rate
    failures = trials - passes
    ratio = passes * math.log(good / bad) + failures * math.log((1 - good) / (1 - bad))
    edge = math.log((1 - ERROR) / ERROR)
    if ratio >= edge:
        return "good"
    if ratio <= -edge:
        return "bad"
    if trials >= MAX_SEEDS:
        return "good" if passes / trials >= pass_rate else "bad"
    return "go on"
