"""Which seeds of homes are for what: fitting, development and tests never meet."""

from __future__ import annotations

from enum import StrEnum

# A hundred thousand homes each: more than anybody runs, and a seed's first digit tells its purpose.
EACH = 100_000


class Purpose(StrEnum):
    """What a seed may be used for."""

    TRAIN = "train"
    DEVELOPMENT = "development"
    TEST = "test"


FIRST: dict[Purpose, int] = {Purpose.TRAIN: 0, Purpose.DEVELOPMENT: EACH, Purpose.TEST: 2 * EACH}


class HomeSeedError(ValueError):
    """Seeds that may not be used for this; the text says which and what is allowed."""


def purpose_of(seed: int) -> Purpose:
    """What a seed is for; raises HomeSeedError outside of all ranges."""
    for purpose, first in FIRST.items():
        if first <= seed < first + EACH:
            return purpose
    raise HomeSeedError(f"seed {seed}: must be a whole number from 0 to {len(FIRST) * EACH - 1}")


def seeds_from(first: int, count: int, *, test: bool = False) -> range:
    """So many seeds in a row, all for one purpose; those for tests only when they are asked for as such."""
    purposes = {purpose_of(first), purpose_of(first + count - 1)}
    if len(purposes) > 1:
        raise HomeSeedError(f"seeds {first} to {first + count - 1}: must be for one purpose; each has {EACH} seeds")
    if Purpose.TEST in purposes and not test:
        raise HomeSeedError(
            f"seed {first}: is for tests, and homes that were looked at are no test any more; --test-seeds runs them"
        )
    return range(first, first + count)
