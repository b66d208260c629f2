"""A sweep as what came of trying many settings: its points as trials, the front of them, and what matters for every figure."""

from __future__ import annotations

from simulator.lab.run_result import RunVerdict
from simulator.lab.search.explored import Explored, FigureMatters, Named, PointRun, Trial
from simulator.lab.search.figures import SERVICE
from simulator.lab.search.objectives import Objectives, objectives_of
from simulator.lab.search.sweep import PointResult, Sweep
from simulator.lab.search.tune import front_of, objectives_matter
from simulator.lab.service import ServiceFigures


def explored_of(sweep: Sweep) -> Explored:
    """The same results as the window opens them; nothing was held out, and nothing run with what ships."""
    trials = tuple(
        Trial(adviser=sweep.plan.design, number=one.point.index, changes=one.point.changes, train=_objectives(one))
        for one in sweep.points
        if one.results or one.impossible
    )
    scenes = {result.scene for one in sweep.points for result in one.results}
    results = {one.point.index: one for one in sweep.points}
    numbers = {tuple(trial.changes.items()): trial.number for trial in reversed(trials)}
    points = front_of(trials, shipped=None)
    return Explored(
        made_by="sweep", train_scenes=len(scenes), seeds=sweep.plan.seeds, trials=trials, complete=sweep.complete,
        points=tuple(_with_runs(one, results[numbers[tuple(one.changes.items())]]) for one in points),
        matters=_matters(sweep, trials),
    )  # fmt: skip


def _objectives(one: PointResult) -> Objectives | None:
    """None where a point could not be run everywhere, as in the sweep's own table."""
    if one.impossible or not one.results or any(result.error for result in one.results):
        return None
    return objectives_of(
        sum((result.service for result in one.results if result.service is not None), start=ServiceFigures())
    )


def _with_runs(one: Named, point: PointResult) -> Named:
    runs = tuple(
        PointRun(
            scene=result.scene, seed=result.seed, held_out=False, passed=result.verdict is RunVerdict.PASS,
            shipped_passed=None,
        )
        for result in sorted(point.results, key=lambda result: (result.scene, result.seed))
    )  # fmt: skip
    return Named(name=one.name, adviser=one.adviser, changes=one.changes, train=one.train, runs=runs)


def _matters(sweep: Sweep, trials: tuple[Trial, ...]) -> tuple[FigureMatters, ...]:
    """Both objectives first, then each figure of the sweep's own table."""
    units = {name: unit for name, unit, _ in SERVICE}
    own = tuple(
        FigureMatters(figure=figure, unit=units.get(figure, ""), axes=tuple(rows))
        for figure, rows in sweep.matters().items()
    )
    if not sweep.complete or sweep.plan.design != "morris" or len(trials) < len(sweep.points):
        return own
    return (*objectives_matter(sweep.plan, [trial.train for trial in trials]), *own)
