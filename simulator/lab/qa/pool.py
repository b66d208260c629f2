"""Spreads runs over worker processes, watches their time and memory, and replaces those that die.

The driver hands out one task at a time. A worker that is killed costs one run, which is tried again; a run that takes too
long, too much memory, or kills three workers is reported as an error, never as a pass.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from simulator.lab.qa.worker_messages import RunTask, TaskOrder, WorkerReport, read_report, to_line
from simulator.runtime.children import environment
from simulator.runtime.pacer import wall_s
from simulator.runtime.waiting import check_waiting
from simulator.runtime.watched import memory_mb

LOOK_EVERY_S = 0.2
MOST_TRIES = 3
# A worker that keeps this share of the allowed memory between runs makes room for a fresh one, so that no scene pays for others.
SPENT_SHARE = 0.5
# A dead worker's last words are enough to find the place; the whole log would swamp a report.
LAST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What one run may take."""

    timeout_s: float = 300.0
    memory_mb: float = 3000.0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    ready: bool = False
    spent: bool = False  # has grown so large that it gets no more work
    task: RunTask | None = None
    started_s: float = 0.0
    inbox: bytearray = field(default_factory=bytearray)


class WorkerPool:
    """Workers, and the tasks they share."""

    def __init__(self, *, jobs: int, store: Path, limits: RunLimits, fault: str = "") -> None:
        self._jobs, self._store, self._limits, self._fault = jobs, store, limits, fault
        self._waiting: deque[RunTask] = deque()
        self._tries: dict[str, int] = {}
        self._workers: list[_Worker] = []
        check_waiting("running many scenes")
        self._selector = selectors.DefaultSelector()
        self.deaths: list[str] = []  # how each worker ended that was not sent home
        self._failed_starts = 0  # in a row: one good start shows that workers can start

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
        self._waiting.extend(tasks)
        try:
            while self._waiting or any(worker.task for worker in self._workers):
                self._staff()
                self._hand_out(on_begin)
                self._listen(on_end)
                self._watch(on_end)
                on_look()
        finally:
            self._close()

    def _staff(self) -> None:
        wanted = min(self._jobs, len(self._waiting) + sum(worker.task is not None for worker in self._workers))
        while len(self._workers) < wanted:
            log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
            arguments = [
                sys.executable,
                "-m",
                "simulator.lab.qa.worker",
                str(self._store),
                *filter(None, [self._fault]),
            ]
            process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment()
            )
            worker = _Worker(process, log)
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, worker)
            self._workers.append(worker)

    def _hand_out(self, on_begin: Callable[[RunTask], None]) -> None:
        for worker in self._workers:
            if worker.task is None and worker.ready and self._waiting:
                task = self._waiting.popleft()
                self._tries[task.key] = self._tries.get(task.key, 0) + 1
                on_begin(task)
                worker.task, worker.started_s = task, wall_s()
                # The stack is written down a little before the worker is stopped.
                order = TaskOrder(task=task, dump_after_s=max(0.1, self._limits.timeout_s - 1.0))
                assert worker.process.stdin is not None
                try:
                    worker.process.stdin.write(to_line(order))
                    worker.process.stdin.flush()
                except BrokenPipeError:
                    continue  # it has just died; _listen sees that and hands the task to another

    def _listen(self, on_end: Callable[[RunTask, str, float], Iterable[RunTask]]) -> None:
        for key, _ in self._selector.select(LOOK_EVERY_S):
            worker: _Worker = key.data
            assert worker.process.stdout is not None
            data = worker.process.stdout.read()
            if data == b"":
                self._bury(worker, on_end)
                continue
            worker.inbox += data or b""
            while b"\n" in worker.inbox:
                line, _, rest = worker.inbox.partition(b"\n")
                worker.inbox = bytearray(rest)
                self._answer(worker, read_report(bytes(line)), on_end)

    def _answer(
        self, worker: _Worker, report: WorkerReport, on_end: Callable[[RunTask, str, float], Iterable[RunTask]]
    ) -> None:
        if not report.key:
            worker.ready = True
            self._failed_starts = 0
            return
        task, worker.task = worker.task, None
        worker.spent = memory_mb(worker.process.pid) > SPENT_SHARE * self._limits.memory_mb
        if task is not None:
            self._waiting.extend(on_end(task, report.error, wall_s() - worker.started_s))

    def _watch(self, on_end: Callable[[RunTask, str, float], Iterable[RunTask]]) -> None:
        for worker in list(self._workers):
            if worker.task is None:
                if worker.spent:
                    self._leave(worker)  # it ends with its input
                    worker.process.wait()
                continue
            passed_s, used_mb = wall_s() - worker.started_s, memory_mb(worker.process.pid)
            why = ""
            if passed_s > self._limits.timeout_s:
                why = f"timed out after {passed_s:.0f} s"
            elif used_mb > self._limits.memory_mb:
                why = f"out of memory: {used_mb:.0f} MB, allowed are {self._limits.memory_mb:.0f} MB"
            if why:
                worker.process.kill()
                self._bury(worker, on_end, why=why)

    def _bury(
        self, worker: _Worker, on_end: Callable[[RunTask, str, float], Iterable[RunTask]], *, why: str = ""
    ) -> None:
        code, words = worker.process.wait(), _last_words(worker)
        self._leave(worker)
        task = worker.task
        self.deaths.append(f"{_signal(code)}{' while it started' if not worker.ready else ''}{why and f': {why}'}")
        if task is None:
            self._failed_starts += not worker.ready
            if self._failed_starts >= MOST_TRIES * self._jobs:
                raise RuntimeError(f"workers do not start: {words}")
            return
        if not why and self._tries[task.key] < MOST_TRIES:
            self._waiting.appendleft(task)
            return
        why = why or f"the worker died {MOST_TRIES} times ({_signal(code)})"
        text = f"{why}\n{words}" if words else why
        self._waiting.extend(on_end(task, text, wall_s() - worker.started_s))

    def _leave(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        assert worker.process.stdin is not None
        self._selector.unregister(worker.process.stdout)
        worker.process.stdout.close()
        with suppress(BrokenPipeError):  # a dead worker cannot take its last order; the task goes to another
            worker.process.stdin.close()
        worker.log.close()
        self._workers.remove(worker)

    def _close(self) -> None:
        for worker in list(self._workers):
            if worker.task is not None:
                worker.process.kill()
            self._leave(worker)
            try:
                worker.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._selector.close()


def _last_words(worker: _Worker) -> str:
    worker.log.seek(0, os.SEEK_END)
    worker.log.seek(max(0, worker.log.tell() - LAST_WORDS))
    return worker.log.read().decode("utf-8", "replace").strip()


def _signal(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
