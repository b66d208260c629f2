"""What Morris' walks over eight knobs cost, and whether other walks rank the knobs alike."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from simulator.lab.search.axes import Axis
from simulator.lab.search.plan import Homes, SweepPlan
from simulator.lab.search.sweep import run_sweep, scenes_of
from simulator.lab.search.swept import explored_of

# Eight knobs that designers turn first, from half of what ships to about twice as much, within bounds.
KNOBS = (
    ("zones.dead_half_width_deg", 6.0, 22.0),
    ("zones.holding_half_width_deg", 24.0, 44.0),
    ("patience.settle_s", 0.5, 4.0),
    ("patience.motion_delay_s", 0.0, 0.8),
    ("patience.rest_after_move_s", 0.0, 2.0),
    ("motion.max_rate_dps", 25.0, 120.0),
    ("motion.max_accel_dps2", 80.0, 360.0),
    ("attention.min_sound_confidence", 0.3, 0.85),
)
REPEATS = 3


def walks(folder: Path, *, quick: bool) -> dict[str, float | int | str]:
    """Three designs with other draws over the same homes: seconds of the first, and how alike the rankings are."""
    count, homes = (2, 3) if quick else (10, 20)
    plan = SweepPlan(
        axes=tuple(Axis(name=path, low=low, high=high, turns={path: ""}) for path, low, high in KNOBS),
        design="morris", count=count, homes=Homes(count=homes, first=700),
    )  # fmt: skip
    scenes = scenes_of(plan, folder=folder, out=folder)
    spent_s, effects = [], []
    for draw in range(REPEATS):
        began_s = time.perf_counter()
        found = explored_of(run_sweep(replace(plan, draw=draw), scenes, out=folder, workers=2))
        spent_s.append(time.perf_counter() - began_s)
        effects.append({one.figure: {row.axis: row.effect for row in one.axes} for one in found.matters})
    figures: dict[str, float | int | str] = {
        "morris.knobs": len(KNOBS), "morris.walks": count, "morris.scenes": homes,
        "morris.runs": plan.size * homes, "morris.s": spent_s[0], "morris.load": os.getloadavg()[0],
    }  # fmt: skip
    for name in ("service", "disturbance"):
        figures |= _alike(name, [one.get(name, {}) for one in effects])
    return figures


def _alike(name: str, repeats: list[dict[str, float]]) -> dict[str, float | int | str]:
    """The least rank correlation between two repeats, and whether all name the same knob first."""
    knobs = sorted(set.intersection(*(set(one) for one in repeats)))
    if len(knobs) < 3:
        return {f"morris.{name}.ranked": len(knobs)}
    columns = np.array([[one[knob] for knob in knobs] for one in repeats])
    pairs = [(a, b) for a in range(len(columns)) for b in range(a)]
    least = min(float(spearmanr(columns[a], columns[b]).statistic) for a, b in pairs)
    firsts = {max(one, key=lambda knob: one[knob]) for one in repeats}
    return {
        f"morris.{name}.ranked": len(knobs),
        f"morris.{name}.least_rank_correlation": least,
        f"morris.{name}.same_first": int(len(firsts) == 1),
        f"morris.{name}.first": " or ".join(sorted(firsts)),
    }
