"""How far a front repeats, and which adviser beats chance: the same goal with other draws, hypervolumes in one common box."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from simulator.lab.search.axes import Axis
from simulator.lab.search.explored import Explored, Trial
from simulator.lab.search.front import hypervolume
from simulator.lab.search.goal_file import Goal
from simulator.lab.search.plan import Homes, SweepPlan
from simulator.lab.search.sweep import scenes_of
from simulator.lab.search.tune import Tuner

KNOBS = (
    ("patience.settle_s", 0.5, 4.0),
    ("zones.dead_half_width_deg", 6.0, 22.0),
    ("motion.max_rate_dps", 25.0, 120.0),
    ("motion.max_accel_dps2", 80.0, 360.0),
)
# The box ends where nine in ten points lie: one that is far off would make all fronts alike.
BOX_PERCENT = 90.0


def fronts(folder: Path, *, quick: bool) -> dict[str, float | int | str]:
    """Mean and spread over draws for each adviser and for all of them together."""
    trials, homes, draws = (8, 3, 2) if quick else (60, 10, 5)
    axes = tuple(Axis(name=path, low=low, high=high, turns={path: ""}) for path, low, high in KNOBS)
    train = SweepPlan(axes=axes, homes=Homes(count=homes, first=800))
    advisers = ("random", "tpe", "nsga2") if find_spec("optuna") is not None else ("random",)
    goal = Goal(
        axes=axes, train=train, held_out=replace(train, homes=Homes(count=homes, first=5800)), advisers=advisers,
        trials=trials, draw=0,
    )  # fmt: skip
    scenes = [scenes_of(part, folder=folder, out=folder) for part in (goal.train, goal.held_out)]
    found = [
        Tuner(replace(goal, draw=draw), train=scenes[0], held_out=scenes[1], out=folder, workers=2).run()
        for draw in range(draws)
    ]
    every = np.array([trial.train for one in found for trial in one.trials if trial.train is not None])
    best, worst = every.min(axis=0), np.percentile(every, BOX_PERCENT, axis=0)
    box = ((float(worst[0]), float(worst[1])), (float(best[0]), float(best[1])))
    figures: dict[str, float | int | str] = {
        "front.trials": trials, "front.scenes": homes, "front.draws": draws, "front.load": os.getloadavg()[0]
    }  # fmt: skip
    for name in (*advisers, "all"):
        volumes = [_volume([trial for trial in one.trials if name in (trial.adviser, "all")], box) for one in found]
        figures[f"front.{name}.hypervolume"] = float(np.mean(volumes))
        figures[f"front.{name}.hypervolume_sd"] = float(np.std(volumes, ddof=1))
        if name not in ("random", "all"):
            chance = [_volume([t for t in one.trials if t.adviser == "random"], box) for one in found]
            figures[f"front.{name}.draws_above_random"] = sum(a > b for a, b in zip(volumes, chance, strict=True))
    return figures | _generalising(found)


def _volume(trials: list[Trial], box: tuple[tuple[float, float], tuple[float, float]]) -> float:
    return hypervolume([trial.train for trial in trials if trial.train is not None], worst=box[0], best=box[1])


def _generalising(found: list[Explored]) -> dict[str, float | int | str]:
    points = [point for one in found for point in one.points]
    return {
        "front.points": len(points),
        "front.generalise": sum(point.generalises for point in points),
        "front.fixed": sum(len(point.fixed) for point in points),
        "front.broken": sum(len(point.broken) for point in points),
    }
