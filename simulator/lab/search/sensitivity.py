"""How much each axis matters for a figure, with an interval: Morris' effects or Sobol' indices, for this set of scenes.

Morris (1991) with the mean absolute effect of Campolongo (2007); Sobol' indices by Saltelli (2010) and, of the total, Jansen (1999).
Intervals are those of bootstrap draws (Efron 1979) over walks or base points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.lab.search.designs import Shares
from simulator.runtime.seeds import stream

DRAWS = 400
INTERVAL = (2.5, 97.5)
# A variance below this share of the squared mean is rounding, not an answer to a knob.
FLAT = 1e-12
LEAST_EFFECTS = 2
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What one axis does to one figure."""

    axis: str
    effect: float  # Morris: mean absolute change over the whole axis, in the figure's unit; Sobol': total index
    low: float
    high: float
    alone: float | None = None  # Sobol': first index, what the axis does without the others
    bends: float | None = None  # Morris: spread of the changes; large where the axis bends or meets others


def morris(axes: Sequence[str], shares: Shares, values: Numbers, *, walks: int) -> list[Matters]:
    """What matters most first; steps from or to a point without a value are left out."""
    count = len(axes)
    moves = np.diff(shares.reshape(walks, count + 1, count), axis=1)
    moved = np.abs(moves).argmax(axis=2)
    by = np.take_along_axis(moves, moved[..., None], axis=2)[..., 0]
    effects = np.diff(values.reshape(walks, count + 1), axis=1) / by
    found = []
    for axis, name in enumerate(axes):
        mine = effects[moved == axis]
        mine = mine[np.isfinite(mine)]
        if len(mine) < LEAST_EFFECTS:
            continue
        rng = stream(axis, "sweep.morris.bootstrap")
        drawn = np.abs(mine)[rng.integers(len(mine), size=(DRAWS, len(mine)))].mean(axis=1)
        low, high = np.percentile(drawn, INTERVAL)
        found.append(
            Matters(
                axis=name, effect=float(np.abs(mine).mean()), low=float(low), high=float(high),
                bends=float(mine.std(ddof=1)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: -one.effect)


def sobol(axes: Sequence[str], values: Numbers, *, base: int) -> list[Matters]:
    """What matters most first; nothing where a point has no value, or the figure hardly changes."""
    if not np.isfinite(values).all():
        return []
    blocks = values.reshape(len(axes) + 2, base)
    if float(blocks[:2].var()) <= FLAT * max(float(blocks[:2].mean()) ** 2, FLAT):
        return []
    total, alone = _indices(blocks, np.arange(base)[None, :])
    rng = stream(base, "sweep.sobol.bootstrap")
    drawn, _ = _indices(blocks, rng.integers(base, size=(DRAWS, base)))
    lows, highs = np.nanpercentile(drawn, INTERVAL, axis=1)
    found = [
        Matters(
            axis=name, effect=float(total[k, 0]), low=float(lows[k]), high=float(highs[k]), alone=float(alone[k, 0])
        )
        for k, name in enumerate(axes)
    ]
    return sorted(found, key=lambda one: -one.effect)


def _indices(blocks: Numbers, rows: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Total and first indices by axis, for each choice of rows of the base sample."""
    chosen = blocks[:, rows]
    a, b, mixed = chosen[0], chosen[1], chosen[2:]
    middle = np.concatenate([a, b], axis=1).mean(axis=1, keepdims=True)
    variance = np.concatenate([a, b], axis=1).var(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = ((a - mixed) ** 2).mean(axis=2) / (2.0 * variance)
        alone = ((b - middle) * (mixed - a)).mean(axis=2) / variance
    return total, alone
