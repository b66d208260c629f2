"""What spreads runs: worker processes on this machine, or the workers of a cluster. The driver alone writes ledger and store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from simulator.lab.qa.pool import RunLimits, WorkerPool
from simulator.lab.qa.worker_messages import RunTask


class Executor(Protocol):
    """Does tasks; a result is in the store before `on_end` is called."""

    deaths: list[str]  # how workers ended, or why they were not used

    def run(
        self,
        tasks: Iterable[RunTask],
        *,
        on_begin: Callable[[RunTask], None],
        on_end: Callable[[RunTask, str, float], Iterable[RunTask]],
        on_look: Callable[[], object] = lambda: None,
    ) -> None:
        """Do all tasks; `on_end` gets the error ("" for none) and the wall time, and may hand in more tasks.

        `on_look` is called a few times a second, also while all workers are busy.
        """


def executor_for(*, cluster: str, workers: int, store: Path, limits: RunLimits, fault: str) -> Executor:
    """Processes of this machine, or a Dask cluster by its address; raises ClusterError."""
    if not cluster:
        return WorkerPool(jobs=workers, store=store, limits=limits, fault=fault)
    from simulator.lab.qa.cluster import DaskExecutor

    return DaskExecutor(cluster, store=store, limits=limits)
