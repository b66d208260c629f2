"""Runs the jobs of one `swivel qa`: takes what is known from the store, gives the rest to workers, and keeps the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.lab.qa.executor import executor_for
from simulator.lab.qa.ledger import Ledger, RunState
from simulator.lab.qa.plan import Job, golden_path, task_for
from simulator.lab.qa.pool import RunLimits
from simulator.lab.qa.result_store import ResultStore
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.run_result import RunResult, RunVerdict, crashed

# Seeds handed out at once when their number is not known before: enough for all workers while one still runs.
LEAST_AT_ONCE, AT_ONCE_PER_WORKER = 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class QaOptions:
    """How the jobs are to be run."""

    out: Path
    workers: int
    limits: RunLimits
    keep: str
    twice: bool
    golden: bool  # compare seed 0 with its golden trace
    fresh: bool  # take nothing from the store
    fault: str
    cluster: str = ""  # address of a Dask scheduler; empty: processes of this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class QaOutcome:
    """What came of the jobs."""

    results: list[RunResult]
    known: int  # of them were known from before
    complete: bool  # nobody interrupted it
    deaths: tuple[str, ...]  # how workers ended that were replaced


class QaRunner:
    """One `swivel qa`."""

    def __init__(
        self,
        jobs: Sequence[Job],
        options: QaOptions,
        *,
        on_progress: Callable[[float, str], object],
        on_result: Callable[[Job, RunResult], object] = lambda _job, _result: None,
    ) -> None:
        self._jobs, self._o, self._on_progress, self._on_result = jobs, options, on_progress, on_result
        self._store = ResultStore(options.out / "results")
        self._asked_by: dict[str, list[Job]] = {}  # jobs with the same scene and knobs share a run
        self._results: dict[str, RunResult] = {}
        self._done = 0
        self._bad = 0

    def run(self) -> QaOutcome:
        """All results by job and seed; those that there are when it is interrupted."""
        ledger = Ledger(self._o.out)
        known, complete, deaths = 0, True, []
        try:
            waiting = self._unknown(ledger)
            known = self._done
            executor = executor_for(
                cluster=self._o.cluster, workers=self._o.workers, store=self._o.out / "results", limits=self._o.limits,
                fault=self._o.fault,
            )  # fmt: skip
            deaths = executor.deaths
            executor.run(
                waiting,
                on_begin=lambda task: self._begin(ledger, task),
                on_end=lambda task, error, wall_s: self._end(ledger, task, error, wall_s=wall_s),
                on_look=self._tell,
            )
        except KeyboardInterrupt:
            complete = False
        finally:
            ledger.close()
        results = [job.results[seed] for job in self._jobs for seed in sorted(job.results)]
        return QaOutcome(results=results, known=known, complete=complete, deaths=tuple(deaths))

    def _unknown(self, ledger: Ledger) -> list[RunTask]:
        """The tasks whose results are not in the store; a known result may ask for the next seed."""
        first = [task for job in self._longest_first(ledger) for task in self._tasks(job)]
        ledger.add_all((task.key, task.scene, task.seed, task.mode) for task in first)
        waiting: list[RunTask] = []
        while first:
            task = first.pop(0)
            found = None if self._o.fresh else self._store.get(task.key)
            if found is None:
                waiting.append(task)
                continue
            first += self._took(task, found)
        return waiting

    def _begin(self, ledger: Ledger, task: RunTask) -> None:
        ledger.add(task.key, scene=task.scene, seed=task.seed, mode=task.mode)
        ledger.begin(task.key)

    def _end(self, ledger: Ledger, task: RunTask, error: str, *, wall_s: float) -> Iterable[RunTask]:
        wall_s = round(wall_s, 3)
        found = None if error else self._store.get(task.key)
        if found is None:
            error = error or "the result was damaged on its way"
            result = crashed(key=task.key, scene=task.scene, seed=task.seed, mode=task.mode, error=error, wall_s=wall_s)
        else:
            result = replace(found, wall_s=wall_s)
        state = RunState.FAILED if result.error else RunState.DONE
        ledger.end(task.key, state=state, wall_s=wall_s, why=result.error or "")
        more = self._took(task, result)
        self._tell()
        return more

    def _tell(self) -> None:
        given = sum(job.given for job in self._jobs)
        bad = f", {self._bad} not passed" if self._bad else ""
        self._on_progress(self._done / max(1, given), f"{self._done} of {given} runs{bad}")

    def _longest_first(self, ledger: Ledger) -> list[Job]:
        durations_s = ledger.durations_s()
        return sorted(self._jobs, key=lambda job: -durations_s.get((job.name, job.mode), 1e9))

    def _tasks(self, job: Job) -> list[RunTask]:
        tasks = []
        for seed in job.next_seeds(at_once=max(LEAST_AT_ONCE, AT_ONCE_PER_WORKER * self._o.workers)):
            golden = golden_path(job.path, mode=job.mode) if self._o.golden and seed == 0 else None
            if golden is not None and not golden.is_file():
                golden = None
            task = task_for(job, seed, twice=self._o.twice, keep=self._o.keep, out=self._o.out, golden=golden)
            asked_by = self._asked_by.setdefault(task.key, [])
            asked_by.append(job)
            if task.key in self._results:
                tasks += self._note(job, seed, self._results[task.key])
            elif len(asked_by) == 1:
                tasks.append(task)
        return tasks

    def _took(self, task: RunTask, result: RunResult) -> list[RunTask]:
        self._results[task.key] = result
        asked_by = tuple(self._asked_by[task.key])
        return [more for job in asked_by for more in self._note(job, task.seed, result)]

    def _note(self, job: Job, seed: int, result: RunResult) -> list[RunTask]:
        job.results[seed] = result
        self._done += 1
        self._on_result(job, result)
        self._bad += result.verdict is not RunVerdict.PASS
        return self._tasks(job)
