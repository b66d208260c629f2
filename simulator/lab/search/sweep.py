"""Runs the points of a plan over its scenes, homes and seeds, and puts what came of them into tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.lab.homes.files import write_homes
from simulator.lab.qa.batch import Setting, Table, chosen_runs
from simulator.lab.qa.plan import PlanError, find_scenes, load_scenes, picked
from simulator.lab.run_result import RunResult
from simulator.lab.search.figures import NAMES, figures_of
from simulator.lab.search.plan import Point, SweepPlan
from simulator.lab.search.sensitivity import Matters, morris, sobol
from simulator.scene.loader import Scene

Scenes = list[tuple[Path, Scene]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """What came of one point."""

    point: Point
    results: tuple[RunResult, ...]
    impossible: tuple[str, ...]  # scenes in which its knobs clash
    figures: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A whole sweep, or as much of it as had run."""

    plan: SweepPlan
    points: tuple[PointResult, ...]
    complete: bool
    lost_workers: tuple[str, ...] = ()

    def matters(self) -> dict[str, list[Matters]]:
        """For each figure what matters most first; only of a whole sweep by Morris or Sobol'."""
        plan = self.plan
        if not self.complete or plan.design not in ("morris", "sobol"):
            return {}
        axes = [axis.name for axis in plan.axes]
        found = {}
        for name in NAMES:
            values = np.array([_known(one.figures[name]) for one in self.points])
            if plan.design == "morris":
                found[name] = morris(axes, plan.shares(), values, walks=plan.count)
            else:
                found[name] = sobol(axes, values, base=plan.count)
        return {name: rows for name, rows in found.items() if rows}


def scenes_of(plan: SweepPlan, *, folder: Path, out: Path) -> Scenes:
    """The scenes and homes of a plan; homes are written below `out`. Raises PlanError."""
    paths = [path for name in plan.scenes for path in find_scenes([scene_beside(name, folder=folder)])]
    if plan.homes is not None:
        seeds = range(plan.homes.first, plan.homes.first + plan.homes.count)
        paths += write_homes(out, seeds, hard=plan.homes.hard)
    scenes = picked(load_scenes(dict.fromkeys(paths)), tags=(), mode=plan.mode)
    if not scenes:
        raise PlanError(f"no scene of the plan makes sense in mode {plan.mode}")
    return scenes


def scene_beside(name: str, *, folder: Path) -> Path:
    """A path as it stands beside a file in a folder, or inside a folder called scenes; raises PlanError."""
    for path in (folder / name, folder / "scenes" / name, Path(name), Path("scenes") / name):
        if path.exists():
            return path
    raise PlanError(f"{name}: there is no such scene or folder, neither beside the plan nor in a folder called scenes")


def run_sweep(
    plan: SweepPlan,
    scenes: Scenes,
    *,
    out: Path,
    workers: int,
    cluster: str = "",
    on_progress: Callable[[float, str], object] = lambda _share, _note: None,
) -> Sweep:
    """Run what is not known from before; raises what the pool and the ledger raise."""
    points = plan.points()
    chosen = [
        (path, scene, Setting(name=point.name, changes=point.changes)) for point in points for path, scene in scenes
    ]
    table = chosen_runs(
        chosen, seeds=plan.seeds, out=out, workers=workers, mode=plan.mode, cluster=cluster, on_progress=on_progress
    )  # fmt: skip
    by_point = _by_point(table)
    return Sweep(
        plan=plan,
        points=tuple(_point(point, by_point.get(point.name, []), table, scenes) for point in points),
        complete=table.complete,
        lost_workers=table.lost_workers,
    )


def _by_point(table: Table) -> dict[str, list[RunResult]]:
    found: dict[str, list[RunResult]] = {}
    for (name, _, _), result in table.rows.items():
        found.setdefault(name, []).append(result)
    return found


def _point(point: Point, results: Sequence[RunResult], table: Table, scenes: Scenes) -> PointResult:
    impossible = tuple(path.as_posix() for path, _ in scenes if (point.name, path.as_posix()) in table.impossible)
    good = [result for result in results if not result.error]
    # A point that some scene cannot be run at is no answer over the whole set: its figures would be those of other scenes.
    figures = figures_of([] if impossible or len(good) < len(results) else good)
    return PointResult(point=point, results=tuple(results), impossible=impossible, figures=figures)


def _known(value: float | None) -> float:
    return float("nan") if value is None else value
