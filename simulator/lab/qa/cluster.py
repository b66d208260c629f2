"""Runs on the workers of a Dask cluster, over TLS only: results come back to the driver, which keeps them; workers keep nothing.

A worker that is killed costs the runs it had; each is tried again, as in the pool of this machine. A worker with other code is not
used. Results are released as they come in, so that the loss of a worker never makes a finished run be made again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

from simulator.lab.qa.cluster_errors import ClusterError
from simulator.lab.qa.cluster_worker import ClusterOrder, ClusterReport, perform_order
from simulator.lab.qa.pool import LOOK_EVERY_S, MOST_TRIES, RunLimits
from simulator.lab.qa.result_store import ResultStore, code_digest
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.run_result import from_json
from simulator.runtime.pacer import wall_s
from simulator.scene.loader import load

try:
    import distributed
except ModuleNotFoundError:
    raise ClusterError("--cluster needs Dask: pip install 'swivel-display[cluster]'") from None

ONLY_TLS = "tls://"
CONNECT_S = 20.0
# Beside the run that each worker does, so many wait at its door: enough to hide the way, and few to be lost with it.
AHEAD = 1
# Without any worker for this long the sweep ends: it goes on from here when there are some again.
NOBODY_S = 60.0
Future = Any


@dataclass(slots=True)
class _Given:
    task: RunTask
    since_s: float


class DaskExecutor:
    """A cluster, and the tasks that its workers share."""

    def __init__(self, address: str, *, store: Path, limits: RunLimits) -> None:
        if not address.startswith(ONLY_TLS):
            raise ClusterError(
                f"--cluster {address}: must be tls://HOST:PORT; scenes and results do not travel unencrypted"
            )
        self._store, self._limits, self._address = ResultStore(store), limits, address
        self.deaths: list[str] = []
        self._waiting: deque[RunTask] = deque()
        self._tries: dict[str, int] = {}
        self._given: dict[Future, _Given] = {}
        self._refused: set[str] = set()
        self._ended = Event()  # some future has ended
        self._known: dict[str, int] = {}
        self._asked_s = self._nobody_since_s = wall_s()
        self._asked_s -= 1.0
        try:
            self._client = distributed.Client(
                address, security=distributed.Security(require_encryption=True), timeout=CONNECT_S, set_as_default=False
            )  # fmt: skip
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise ClusterError(f"--cluster {address}: {str(error).splitlines()[0]}") from None

    def run(
        self,
        tasks: Iterable[RunTask],
        *,
        on_begin: Callable[[RunTask], None],
        on_end: Callable[[RunTask, str, float], Iterable[RunTask]],
        on_look: Callable[[], object] = lambda: None,
    ) -> None:
        """Do all tasks on the workers that there are; more may come and go meanwhile."""
        self._waiting.extend(tasks)
        try:
            while self._waiting or self._given:
                self._hand_out(self._workers(), on_begin)
                self._take(on_end)
                on_look()
        finally:
            self._client.cancel(list(self._given), force=True)
            self._client.close()

    def _workers(self) -> dict[str, int]:
        """The workers that are used, and how many threads each has; asked once a second."""
        if wall_s() - self._asked_s < 1.0:
            return self._known
        self._asked_s = wall_s()
        found = self._known = {
            address: int(told["nthreads"])
            for address, told in self._client.scheduler_info(n_workers=-1)["workers"].items()
            if address not in self._refused
        }
        if found:
            self._nobody_since_s = wall_s()
        elif wall_s() - self._nobody_since_s > NOBODY_S:
            why = f"; {self.deaths[-1]}" if self._refused else ""
            raise ClusterError(f"--cluster {self._address}: no worker for {NOBODY_S:g} s{why}")
        return found

    def _hand_out(self, workers: dict[str, int], on_begin: Callable[[RunTask], None]) -> None:
        room = sum(threads + AHEAD for threads in workers.values()) - len(self._given)
        while room > 0 and self._waiting:
            task = self._waiting.popleft()
            self._tries[task.key] = self._tries.get(task.key, 0) + 1
            on_begin(task)
            chosen = list(workers) if self._refused else None
            key = f"{task.key}-{self._tries[task.key]}-{len(self._refused)}"
            future = self._client.submit(perform_order, _order(task), key=key, workers=chosen, pure=False)
            future.add_done_callback(lambda _future: self._ended.set())
            self._given[future] = _Given(task=task, since_s=wall_s())
            room -= 1

    def _take(self, on_end: Callable[[RunTask, str, float], Iterable[RunTask]]) -> None:
        self._ended.wait(LOOK_EVERY_S)
        self._ended.clear()
        for future in [future for future in self._given if future.done()]:
            given = self._given.pop(future)
            passed_s = wall_s() - given.since_s
            report = self._report(future)
            future.release()
            if report is None or report.refused:
                self._again(given.task, lost=report is None, passed_s=passed_s, on_end=on_end)
                continue
            if not report.error:
                self._store.put(given.task.key, from_json(report.result))
            self._waiting.extend(on_end(given.task, report.error, passed_s))
        self._end_late_ones(on_end)

    def _report(self, future: Future) -> ClusterReport | None:
        """What a worker said; None when it was lost."""
        try:
            report: ClusterReport = future.result()
        except (distributed.KilledWorker, distributed.CancelledError, OSError, RuntimeError) as error:
            self.deaths.append(f"{type(error).__name__} on the cluster")
            return None
        if report.refused:
            self._refuse()
        return report

    def _refuse(self) -> None:
        """Find out which workers have other code, and leave them alone."""
        ours = code_digest(modelled=True)
        for address, digest in self._client.run(code_digest, modelled=True, on_error="return").items():
            if digest != ours and address not in self._refused:
                self._refused.add(address)
                self.deaths.append(f"{address} has other code and is not used")
        self._asked_s -= 1.0  # the list of workers is not the one that was known

    def _again(
        self,
        task: RunTask,
        *,
        lost: bool,
        passed_s: float,
        on_end: Callable[[RunTask, str, float], Iterable[RunTask]],
    ) -> None:
        if not lost:
            self._tries[task.key] -= 1  # nobody has tried it
        elif self._tries[task.key] >= MOST_TRIES:
            self._waiting.extend(on_end(task, f"the worker died {MOST_TRIES} times", passed_s))
            return
        self._waiting.appendleft(task)

    def _end_late_ones(self, on_end: Callable[[RunTask, str, float], Iterable[RunTask]]) -> None:
        """Give up runs that take too long, counted from when they were handed in behind at most one other."""
        allowed_s = (1 + AHEAD) * self._limits.timeout_s
        for future, given in list(self._given.items()):
            passed_s = wall_s() - given.since_s
            if passed_s > allowed_s:
                del self._given[future]
                self._client.cancel([future], force=True)
                self._waiting.extend(on_end(given.task, f"timed out after {passed_s:.0f} s", passed_s))


def _order(task: RunTask) -> ClusterOrder:
    text, files = _scene(task.scene)
    bare = replace(task, keep="none", out="", golden="")
    return ClusterOrder(task=bare, text=text, files=files, code=code_digest(modelled=task.mode != "full"))


@cache
def _scene(path: str) -> tuple[str, dict[str, str]]:
    scene = load(Path(path))
    return scene.text, dict(scene.files)
