"""Which points of the axes are tried: every one of a grid, random ones, or those that Sobol' indices or Morris' effects are made from.

Points are shares of the axes, 0 to 1. Sobol': Saltelli (2010) with two quasi-random samples A and B and, for each axis, A with that
axis from B. Morris (1991): walks that move one axis at a time by two of three steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.runtime.seeds import stream

Design = Literal["grid", "random", "sobol", "morris"]
DESIGNS: tuple[Design, ...] = ("grid", "random", "sobol", "morris")
Shares = NDArray[np.float64]
# Four levels with moves over two of them: every level is as likely to be left as to be reached (Morris 1991).
LEVELS, MOVE = 4, 2 / 3


def random_shares(axes: int, *, points: int, draw: int) -> Shares:
    """Points all over the axes."""
    return stream(draw, "sweep.random").random((points, axes))


def sobol_shares(axes: int, *, base: int, draw: int) -> Shares:
    """The samples A, B and one mixture for each axis, below one another: base x (axes + 2) points. The base is a power of two."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * axes, scramble=True, rng=stream(draw, "sweep.sobol")).random_base2(round(math.log2(base)))
    a, b = both[:, :axes], both[:, axes:]
    mixed = []
    for axis in range(axes):
        mixture = a.copy()
        mixture[:, axis] = b[:, axis]
        mixed.append(mixture)
    return np.vstack([a, b, *mixed])


def morris_shares(axes: int, *, walks: int, draw: int) -> Shares:
    """Walks of axes + 1 points below one another; each step moves another axis."""
    rng = stream(draw, "sweep.morris")
    levels = np.arange(LEVELS) / (LEVELS - 1)
    found = []
    for _ in range(walks):
        at = rng.choice(levels, size=axes)
        found.append(at)
        for axis in rng.permutation(axes):
            at = at.copy()
            at[axis] += MOVE if at[axis] + MOVE <= 1.0 + 1e-9 else -MOVE
            found.append(at)
    return np.array(found)


def grid_indices(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Every combination, the last axis fastest."""
    return [tuple(int(k) for k in index) for index in np.ndindex(*sizes)]
