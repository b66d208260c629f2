"""Numbers read off runs, each with how many cases it comes from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Readings = dict[str, tuple[float, int]]  # by name: value, cases


def share(hits: Sequence[bool], *, before: float = 0.5, weight: float = 1.0) -> tuple[float, int]:
    """A rate that is never quite nothing or everything, because a few runs cannot show that (Jeffreys' prior).

    Where it was measured before, that counts as so many cases more.
    """
    return (sum(hits) + before * weight) / (len(hits) + weight), len(hits)


def spread(values: Sequence[float]) -> tuple[float, int]:
    """A standard deviation that a few outliers do not change: 1.48 times the median distance from the median."""
    if len(values) == 0:
        return 0.0, 0
    return 1.4826 * float(np.median(np.abs(np.asarray(values) - np.median(values)))), len(values)
