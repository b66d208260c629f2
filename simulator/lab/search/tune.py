"""Tunes on some scenes and tests on others: a front of named points from eager to calm, each with what it fixes and breaks.

Nothing is called the best. A point generalises only where its gain over the settings that ship keeps its sign on the held-out scenes in
both objectives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.lab.qa.batch import Setting, Table, chosen_runs
from simulator.lab.search.advisers import adviser
from simulator.lab.search.axes import changes_at
from simulator.lab.search.front import front, hypervolume, names, thinned
from simulator.lab.search.goal_file import Goal
from simulator.lab.search.objectives import Objectives, objectives_of
from simulator.lab.search.sweep import Scenes
from simulator.lab.service import ServiceFigures
from simulator.onboard.tuning import Value

# Points asked for at once: a generation of NSGA-II, and enough for many workers.
AT_ONCE = 20
SHIPPED = "as it ships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One point that was tried."""

    adviser: str
    number: int
    changes: Mapping[str, Value]
    train: Objectives | None  # None: its knobs clash, or a run crashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A point of the front."""

    name: str
    adviser: str  # who found it
    changes: Mapping[str, Value]
    train: Objectives
    held_out: Objectives | None
    fixed: tuple[str, ...]  # scenes of both sets that only pass with it
    broken: tuple[str, ...]  # and that only pass without it
    generalises: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What came of it."""

    shipped: Objectives | None  # of the settings that ship, on the scenes that were tuned on
    shipped_held_out: Objectives | None
    trials: tuple[Trial, ...]
    points: tuple[Named, ...]
    volumes: Mapping[str, float]  # by adviser: share of the box that its points beat
    complete: bool


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
    ) -> None:
        self._goal, self._train, self._held_out = goal, train, held_out
        self._out, self._workers, self._cluster, self._on_progress = out, workers, cluster, on_progress
        self._done, self._rounds = 0, len(goal.advisers) * -(-goal.trials // AT_ONCE) + 2
        self._complete = True

    def run(self) -> Tuned:
        """Everything; as much as there was when somebody interrupted."""
        shipped_setting = Setting(name=SHIPPED)
        table = self._ran(self._train, [shipped_setting])
        shipped = _objectives(table, shipped_setting, self._train)
        trials: list[Trial] = []
        for name in self._goal.advisers:
            trials += self._tried(name)
        chosen = self._chosen(trials, shipped)
        settings = [shipped_setting, *(Setting(name=one.name, changes=one.changes) for one in chosen)]
        everywhere = self._ran([*self._train, *self._held_out], settings)
        shipped_held_out = _objectives(everywhere, shipped_setting, self._held_out)
        points = [
            self._named(one, everywhere, shipped=shipped, shipped_held_out=shipped_held_out)
            for one in chosen
        ]  # fmt: skip
        return Tuned(
            shipped=shipped, shipped_held_out=shipped_held_out, trials=tuple(trials), points=tuple(points),
            volumes=_volumes(trials), complete=self._complete,
        )  # fmt: skip

    def _tried(self, name: str) -> list[Trial]:
        goal = self._goal
        asked = adviser(name, axes=len(goal.axes), draw=goal.draw)
        trials: list[Trial] = []
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
            ]
        return trials

    def _ran(self, scenes: Scenes, settings: Sequence[Setting]) -> Table:
        """Runs, if nobody has interrupted so far."""
        if not self._complete:
            return Table(complete=False)
        begun, self._done = self._done, self._done + 1
        train = self._goal.train
        table = chosen_runs(
            [(path, scene, setting) for setting in settings for path, scene in scenes],
            seeds=train.seeds, out=self._out, workers=self._workers, mode=train.mode, cluster=self._cluster,
            on_progress=lambda share, note: self._on_progress((begun + share) / self._rounds, note),
        )  # fmt: skip
        self._complete = table.complete
        return table

    def _chosen(self, trials: Sequence[Trial], shipped: Objectives | None) -> list[Named]:
        """The front of everything tried, without what ships."""
        good = [(trial, trial.train) for trial in trials if trial.train is not None]
        values = [value for _, value in good] + ([shipped] if shipped is not None else [])
        places = [place for place in front(values) if place < len(good)]
        kept = thinned(places, values)
        return [
            Named(
                name=name, adviser=good[place][0].adviser, changes=good[place][0].changes, train=good[place][1],
                held_out=None, fixed=(), broken=(), generalises=False,
            )
            for name, place in zip(names(len(kept)), kept, strict=True)
        ]  # fmt: skip

    def _named(
        self, one: Named, table: Table, *, shipped: Objectives | None, shipped_held_out: Objectives | None
    ) -> Named:
        held_out = _objectives(table, Setting(name=one.name, changes=one.changes), self._held_out)
        scenes = dict.fromkeys(path.as_posix() for path, _ in [*self._train, *self._held_out])
        kept = {scene: (table.kept(SHIPPED, scene), table.kept(one.name, scene)) for scene in scenes}
        return Named(
            name=one.name, adviser=one.adviser, changes=one.changes, train=one.train, held_out=held_out,
            fixed=tuple(scene for scene, both in kept.items() if both == (False, True)),
            broken=tuple(scene for scene, both in kept.items() if both == (True, False)),
            generalises=generalises(shipped, one.train, shipped_held_out, held_out),
        )  # fmt: skip


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
