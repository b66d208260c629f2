"""Tunes on some scenes and tests on others: a front of named points from eager to calm, each with what it fixes and breaks.

Nothing is called the best. A point generalises only where its gain over the settings that ship keeps its sign on the held-out scenes in
both objectives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator.lab.qa.batch import Setting, Table, chosen_runs
from simulator.lab.run_result import RunVerdict
from simulator.lab.search.advisers import adviser
from simulator.lab.search.axes import changes_at
from simulator.lab.search.explored import Explored, FigureMatters, Named, PointRun, Trial
from simulator.lab.search.front import MOST, front, hypervolume, names, thinned
from simulator.lab.search.goal_file import Goal
from simulator.lab.search.objectives import NAMES, Objectives, objectives_of
from simulator.lab.search.plan import SweepPlan
from simulator.lab.search.sensitivity import morris
from simulator.lab.search.sweep import Scenes
from simulator.lab.service import ServiceFigures

# Points asked for at once: a generation of NSGA-II, and enough for many workers.
AT_ONCE = 20
SHIPPED = "as it ships"


class Tuner:
    """One tuning."""

    def __init__(
        self,
        goal: Goal,
        *,
        train: Scenes,
        held_out: Scenes,
        out: Path,
        workers: int,
        cluster: str = "",
        on_progress: Callable[[float, str], object] = lambda _share, _note: None,
        on_found: Callable[[Explored], object] = lambda _found: None,
    ) -> None:
        """`on_found` is called after each round with everything so far."""
        self._goal, self._train, self._held_out = goal, train, held_out
        self._out, self._workers, self._cluster, self._on_progress = out, workers, cluster, on_progress
        self._on_found = on_found
        points = 1 + goal.walks * (len(goal.axes) + 1) + goal.trials * len(goal.advisers)
        self._done, self._total = 0, points * len(train) + (1 + MOST) * (len(train) + len(held_out))  # runs of one seed
        self._complete = True
        self._found = Explored(
            made_by="tune", train_scenes=len(train), held_out_scenes=len(held_out), seeds=goal.train.seeds
        )  # fmt: skip

    def run(self) -> Explored:
        """Everything; as much as there was when somebody interrupted."""
        shipped_setting = Setting(name=SHIPPED)
        table = self._ran(self._train, [shipped_setting])
        self._know(replace(self._found, shipped=_objectives(table, shipped_setting, self._train)))
        if self._goal.walks:
            self._know(replace(self._found, matters=self._mattered()))
        for name in self._goal.advisers:
            self._try(name)
        chosen = self._found.points
        settings = [shipped_setting, *(Setting(name=one.name, changes=one.changes) for one in chosen)]
        everywhere = self._ran([*self._train, *self._held_out], settings)
        if everywhere.complete:
            self._found = replace(
                self._found, shipped_held_out=_objectives(everywhere, shipped_setting, self._held_out)
            )  # fmt: skip
            self._know(
                replace(self._found, points=tuple(self._named(one, everywhere) for one in chosen), complete=True)
            )
        return self._found

    def _know(self, found: Explored) -> None:
        self._found = found
        self._on_found(found)

    def _mattered(self) -> tuple[FigureMatters, ...]:
        """Morris' walks over the same axes and scenes; empty when it was interrupted."""
        goal = self._goal
        plan = replace(goal.train, design="morris", count=goal.walks, draw=goal.draw)
        settings = [Setting(name=f"walk {point.index}", changes=point.changes) for point in plan.points()]
        table = self._ran(self._train, settings)
        if not table.complete:
            return ()
        values = [_objectives(table, setting, self._train) for setting in settings]
        return objectives_matter(plan, values)

    def _try(self, name: str) -> None:
        goal = self._goal
        asked = adviser(name, axes=len(goal.axes), draw=goal.draw)
        before, trials = self._found.trials, list[Trial]()
        while self._complete and len(trials) < goal.trials:
            rows = asked.ask(min(AT_ONCE, goal.trials - len(trials)))
            settings: list[Setting] = []
            for row in rows:
                xs = [axis.at(share) for axis, share in zip(goal.axes, row, strict=True)]
                number = len(trials) + len(settings)
                settings.append(Setting(name=f"{name} {number}", changes=changes_at(goal.axes, xs)))
            table = self._ran(self._train, settings)
            values = [_objectives(table, setting, self._train) for setting in settings]
            asked.tell(values)
            trials += [
                Trial(adviser=name, number=len(trials) + k, changes=setting.changes, train=value)
                for k, (setting, value) in enumerate(zip(settings, values, strict=True))
                if value is not None or table.complete  # what was interrupted is not known, not bad
            ]
            every = (*before, *trials)
            self._know(replace(self._found, trials=every, points=self._chosen(every), volumes=_volumes(every)))

    def _ran(self, scenes: Scenes, settings: Sequence[Setting]) -> Table:
        """Runs, if nobody has interrupted so far."""
        if not self._complete:
            return Table(complete=False)
        begun, mine = self._done, len(settings) * len(scenes)
        self._done += mine
        train = self._goal.train
        table = chosen_runs(
            [(path, scene, setting) for setting in settings for path, scene in scenes],
            seeds=train.seeds, out=self._out, workers=self._workers, mode=train.mode, cluster=self._cluster,
            on_progress=lambda share, note: self._on_progress((begun + share * mine) / self._total, note),
        )  # fmt: skip
        self._complete = table.complete
        return table

    def _chosen(self, trials: Sequence[Trial]) -> tuple[Named, ...]:
        """The front of everything tried, without what ships."""
        return front_of(trials, shipped=self._found.shipped)

    def _named(self, one: Named, table: Table) -> Named:
        """The point with what came of it on all scenes."""
        held_out = _objectives(table, Setting(name=one.name, changes=one.changes), self._held_out)
        scenes = dict.fromkeys(path.as_posix() for path, _ in [*self._train, *self._held_out])
        kept = {scene: (table.kept(SHIPPED, scene), table.kept(one.name, scene)) for scene in scenes}
        return replace(
            one,
            held_out=held_out,
            fixed=tuple(scene for scene, both in kept.items() if both == (False, True)),
            broken=tuple(scene for scene, both in kept.items() if both == (True, False)),
            generalises=generalises(self._found.shipped, one.train, self._found.shipped_held_out, held_out),
            runs=tuple(self._runs(one.name, table)),
        )

    def _runs(self, name: str, table: Table) -> Iterator[PointRun]:
        held_out = {path.as_posix() for path, _ in self._held_out}
        for (setting, scene, seed), row in table.rows.items():
            if setting == name:
                shipped = table.rows.get((SHIPPED, scene, seed))
                yield PointRun(
                    scene=scene, seed=seed, held_out=scene in held_out, passed=row.verdict is RunVerdict.PASS,
                    shipped_passed=None if shipped is None else shipped.verdict is RunVerdict.PASS,
                )  # fmt: skip


def front_of(trials: Sequence[Trial], *, shipped: Objectives | None) -> tuple[Named, ...]:
    """At most nine named points that neither another trial nor what ships beats."""
    good = [(trial, trial.train) for trial in trials if trial.train is not None]
    values = [value for _, value in good] + ([shipped] if shipped is not None else [])
    places = [place for place in front(values) if place < len(good)]
    kept = thinned(places, values)
    return tuple(
        Named(name=name, adviser=good[place][0].adviser, changes=good[place][0].changes, train=good[place][1])
        for name, place in zip(names(len(kept)), kept, strict=True)
    )


def objectives_matter(plan: SweepPlan, values: Sequence[Objectives | None]) -> tuple[FigureMatters, ...]:
    """What each axis does to both objectives, from the values at the points of a Morris design."""
    axes = [axis.name for axis in plan.axes]
    found = []
    for place, figure in enumerate(NAMES):
        column = np.array([np.nan if value is None else value[place] for value in values])
        rows = morris(axes, plan.shares(), column, walks=plan.count)
        if rows:
            found.append(FigureMatters(figure=figure, unit="", axes=tuple(rows)))
    return tuple(found)


def generalises(
    shipped: Objectives | None, train: Objectives, shipped_held_out: Objectives | None, held_out: Objectives | None
) -> bool:
    """Whether gain and price over the settings that ship keep their sign on scenes that nothing was tuned on."""
    if shipped is None or shipped_held_out is None or held_out is None:
        return False
    return all(
        _sign(shipped[k] - train[k]) == _sign(shipped_held_out[k] - held_out[k]) for k in range(len(train))
    )  # fmt: skip


def _sign(value: float) -> int:
    return (value > 0.0) - (value < 0.0)


def _objectives(table: Table, setting: Setting, scenes: Scenes) -> Objectives | None:
    """Over all scenes and seeds; None when any of them is missing: a point must not look good by what it left out."""
    wanted = {path.as_posix() for path, _ in scenes}
    rows = [row for (name, scene, _), row in table.rows.items() if name == setting.name and scene in wanted]
    ran = {row.scene for row in rows if not row.error}
    if len(ran) < len(wanted) or any(row.error for row in rows):
        return None
    return objectives_of(sum((row.service for row in rows if row.service is not None), start=ServiceFigures()))


def _volumes(trials: Sequence[Trial]) -> dict[str, float]:
    """Each adviser's front in the box of all that was tried."""
    found = {name: [t.train for t in trials if t.adviser == name and t.train is not None] for name in
             dict.fromkeys(trial.adviser for trial in trials)}  # fmt: skip
    every = [value for values in found.values() for value in values]
    if len(every) < 2:
        return {}
    worst = (max(v[0] for v in every), max(v[1] for v in every))
    best = (min(v[0] for v in every), min(v[1] for v in every))
    return {name: hypervolume(values, worst=worst, best=best) for name, values in found.items()}
