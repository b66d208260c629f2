"""One call for "these scenes with these settings and seeds": spread over workers, kept in the store, given back as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.lab.qa.plan import Job
from simulator.lab.qa.pool import RunLimits
from simulator.lab.qa.qa_runner import QaOptions, QaRunner
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.service import ServiceFigures
from simulator.onboard.tuning import TuningError, Value
from simulator.runtime.header import Senses
from simulator.scene.loader import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Knobs by path, under a name; what a scene turns itself stays as it says."""

    name: str
    changes: Mapping[str, Value] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)  # what everybody in the scene is like: look, voice, posture


@dataclass(slots=True, kw_only=True)
class Table:
    """The results, by setting, scene and seed."""

    rows: dict[tuple[str, str, int], RunResult] = field(default_factory=dict)
    impossible: dict[tuple[str, str], str] = field(default_factory=dict)  # by setting and scene: why its knobs clash
    complete: bool = True
    lost_workers: tuple[str, ...] = ()  # how workers ended that were replaced, or why they were not used

    def kept(self, setting: str, scene: str) -> bool | None:
        """Whether a scene passed with all seeds; None when it did not run."""
        found = [
            row.verdict is RunVerdict.PASS for (s, path, _), row in self.rows.items() if (s, path) == (setting, scene)
        ]
        return all(found) if found else None

    def service(self, setting: str) -> dict[tuple[str, int], ServiceFigures]:
        """The figures of service of a setting, by scene and seed."""
        return {
            (scene, seed): row.service
            for (name, scene, seed), row in self.rows.items()
            if name == setting and row.service is not None
        }


def runs(
    scenes: Sequence[tuple[Path, Scene]],
    settings: Sequence[Setting],
    *,
    seeds: int,
    out: Path,
    workers: int = 1,
    mode: Senses = "feature",
    cluster: str = "",
    on_progress: Callable[[float, str], object] = lambda _share, _note: None,
    on_result: Callable[[str, RunResult], object] = lambda _setting, _result: None,
) -> Table:
    """Run all scenes with all settings and seeds; raises what the pool and the ledger raise."""
    return chosen_runs(
        [(path, scene, setting) for path, scene in scenes for setting in settings],
        seeds=seeds, out=out, workers=workers, mode=mode, cluster=cluster, on_progress=on_progress, on_result=on_result,
    )  # fmt: skip


def chosen_runs(
    chosen: Sequence[tuple[Path, Scene, Setting]],
    *,
    seeds: int,
    out: Path,
    workers: int = 1,
    mode: Senses = "feature",
    cluster: str = "",
    on_progress: Callable[[float, str], object] = lambda _share, _note: None,
    on_result: Callable[[str, RunResult], object] = lambda _setting, _result: None,
) -> Table:
    """Run each of these scenes with the setting beside it."""
    table = Table()
    jobs = []
    for path, scene, setting in chosen:
        try:
            changes = changes_for(scene, setting.changes)
        except TuningError as error:
            table.impossible[(setting.name, path.as_posix())] = str(error)
            continue
        jobs.append(
            Job(
                scene=scene, path=path, mode=mode, seeds=seeds, changes=changes, people=setting.people,
                setting=setting.name, explained=False,
            )
        )  # fmt: skip
    options = QaOptions(
        out=out,
        workers=workers,
        limits=RunLimits(),
        keep="none",
        twice=False,
        golden=False,
        fresh=False,
        fault="",
        cluster=cluster,
    )
    runner = QaRunner(
        jobs, options, on_progress=on_progress, on_result=lambda job, result: on_result(job.setting, result)
    )
    outcome = runner.run()
    table.complete, table.lost_workers = outcome.complete, outcome.deaths
    for job in jobs:
        table.rows |= {(job.setting, job.name, seed): result for seed, result in job.results.items()}
    return table


def changes_for(scene: Scene, changes: Mapping[str, Value]) -> dict[str, Value]:
    """The knobs that a setting turns in a scene, checked together with the scene's own; raises TuningError."""
    own = scene.tuning.changed()
    left = {path: value for path, value in changes.items() if path not in own}
    scene.tuning.patched(left)
    return left
