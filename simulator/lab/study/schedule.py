"""Who sees which pairs in which order: fixed by the study's seed and the rater's number, balanced over pairs and orders.

Every rater sees each pair of settings as often as any other, give or take one; whoever comes next sees it the other way round.
Without that balance the setting that is shown first looks better than it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from simulator.runtime.seeds import stream

REPEATED_SHARE = 0.10  # of the judged pairs come a second time, the other way round: does the rater agree with himself?


class Purpose(StrEnum):
    """What a pair is shown for; only judged ones say what people prefer."""

    WARM_UP = "warm-up"
    JUDGED = "judged"
    REPEATED = "repeated"
    PLANTED = "planted"  # one is plainly worse: who does not see it did not look


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One pair as a rater sees it. Settings and moments are numbers of the study's lists."""

    number: int
    purpose: Purpose
    first: int
    second: int
    moment: int


def schedule(
    *, seed: int, rater: int, settings: int, moments: int, pairs: int, warm_ups: int, planted: int | None
) -> tuple[Trial, ...]:
    """All trials of one rater. `planted` is the number of the setting that is worse on purpose."""
    chance = stream(seed, f"study rater {rater}")
    judged = _judged(seed=seed, rater=rater, settings=settings, moments=moments, pairs=pairs)
    judged = [judged[k] for k in chance.permutation(len(judged))]
    trials = [(Purpose.JUDGED, first, second, moment) for first, second, moment in judged]
    repeated = max(1, round(REPEATED_SHARE * pairs)) if pairs >= 3 else 0
    for first, second, moment in judged[:repeated]:  # from the first half to the second: as long ago as can be
        place = int(chance.integers(2 * len(trials) // 3, len(trials) + 1))
        trials.insert(place, (Purpose.REPEATED, second, first, moment))
    if planted is not None:
        good = int(chance.integers(settings))
        shown = (good, planted) if chance.random() < 0.5 else (planted, good)
        place = int(chance.integers(len(trials) // 4, len(trials) + 1))
        trials.insert(place, (Purpose.PLANTED, *shown, int(chance.integers(moments))))
    before = [(Purpose.WARM_UP, *judged[-1 - k % len(judged)][:2], k % moments) for k in range(warm_ups)]
    return tuple(
        Trial(number=number, purpose=purpose, first=first, second=second, moment=moment)
        for number, (purpose, first, second, moment) in enumerate([*before, *trials], start=1)
    )


def _judged(*, seed: int, rater: int, settings: int, moments: int, pairs: int) -> list[tuple[int, int, int]]:
    """This rater's part of one endless list over all pairs, orders and moments."""
    every = list(itertools.combinations(range(settings), 2))
    found = []
    for place in range(rater * pairs, (rater + 1) * pairs):
        lap, within = divmod(place, len(every))
        low, high = _shuffled(every, seed=seed, lap=lap // 2)[within]  # both orders follow each other, a lap apart
        turned = (lap + within) % 2 == 1
        first, second = (high, low) if turned else (low, high)
        found.append((first, second, place % moments if moments > 1 else 0))
    return found


def _shuffled(every: Sequence[tuple[int, int]], *, seed: int, lap: int) -> list[tuple[int, int]]:
    order = stream(seed, f"study lap {lap}").permutation(len(every))
    return [every[k] for k in order]
