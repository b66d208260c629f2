"""The fleet summary's noise: how much likelier an outcome is with a home than without it, and how far a share of a tenth is off."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import math
import tempfile
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser
from simulator.lab.fleet.budget import Budget
from simulator.lab.fleet.counts import HomeCounts
from simulator.lab.fleet.noise import discrete_laplace, share_of
from simulator.lab.fleet.summary import rates, summary

EPSILON = Fraction(1)
# Cells with fewer draws say more of their own chance than of the promise: 30,000 draws are known to 0.6 %.
LEAST_DRAWS = 30_000


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    draws = 100_000 if args.quick else 1_000_000
    least = LEAST_DRAWS * draws // 1_000_000
    began_s = time.process_time()
    without, with_it = (Counter(true + discrete_laplace(1 / EPSILON) for _ in range(draws)) for true in (0, 1))
    cells = [x for x in without if min(without[x], with_it[x]) >= least]
    ratios = [max(without[x] / with_it[x], with_it[x] / without[x]) for x in cells]
    expected = [draws * share_of(x, 1 / EPSILON) for x in cells]
    chi2 = sum((without[x] - wanted) ** 2 / wanted for x, wanted in zip(cells, expected, strict=True))
    figures: dict[str, float | int | str] = {
        "fleet.draws": 2 * draws,
        "fleet.us_a_draw": (time.process_time() - began_s) / (2 * draws) * 1e6,
        "fleet.cells": len(cells),
        "fleet.worst_ratio_over_e_epsilon": max(ratios) / math.exp(EPSILON),
        "fleet.chi2_over_cells": chi2 / len(cells),
    }
    true = HomeCounts(homes=1000, minutes=60_000, wake_words=9000, homes_with_a_push=100)
    with tempfile.TemporaryDirectory() as folder:
        budget = Budget(path=Path(folder) / "ledger")
        budget.open(Fraction(10_000))
        errors = []
        for _ in range(100 if args.quick else 1000):
            counts = summary(true, EPSILON, budget, what="benchmark")
            rate = next(one for one in rates(counts) if one.name.startswith("homes with"))
            errors.append(abs((rate.value or 0.0) - 0.1))
    figures["fleet.share_of_a_tenth_error_p95"] = float(np.quantile(errors, 0.95))
    finish(figures, args)


if __name__ == "__main__":
    main()
