"""What a study of a size could have seen: the smallest preference that a two-sided exact test finds in four of five studies."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

POWER = 0.80
LEVEL = 0.05
MOST_ANSWERS = 2000


@cache
def power(answers: int, share: float) -> float:
    """Chance that an exact binomial test at 5 % sees a preference of this share."""
    counts = np.arange(answers + 1)
    seen = np.minimum(
        1.0, 2.0 * np.minimum(stats.binom.cdf(counts, answers, 0.5), stats.binom.sf(counts - 1, answers, 0.5))
    )
    return float(stats.binom.pmf(counts, answers, share)[seen <= LEVEL].sum())


def could_be_seen(answers: int) -> float | None:
    """The smallest share, in steps of a hundredth, that this many answers would show; None if not even 99:1 would."""
    return next((percent / 100 for percent in range(51, 100) if power(answers, percent / 100) >= POWER), None)


def answers_for(share: float) -> int:
    """How many answers show this share from there on; raises ValueError if that is more than anybody would ask."""
    enough = 0
    for answers in range(5, MOST_ANSWERS):
        # The power of an exact test goes up in a saw tooth: it must stay above from here for ten numbers.
        enough = enough + 1 if power(answers, share) >= POWER else 0
        if enough == 10:
            return answers - 9
    raise ValueError(f"a preference of {share:.0%} needs more than {MOST_ANSWERS} answers")


def power_sentence(answers: int) -> str:
    """What could have been seen between two settings."""
    share = could_be_seen(answers)
    if share is None:
        return f"{answers} answers a pair are too few to see any preference"
    return f"{answers} answers a pair would have shown a preference of {share * 100:.0f}:{100 - share * 100:.0f} in four of five studies"
