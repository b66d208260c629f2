"""The engine behind the window: a process of its own that runs the one loop as fast as it can and reports what happened.

Orders come in on standard input, reports go out on standard output (orders/engine_pipe.py). The window plays what the engine has
computed; to change the past the engine goes back to a checkpoint and runs again from there. A run given by (scene, seed, mode, knobs,
commands at ticks) is the same run headless: same trace hash.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import os
import select
import sys
from collections.abc import Callable
from typing import assert_never

from simulator.runtime.digest import Change, Digester, Happening
from simulator.runtime.engine_recording import reports
from simulator.runtime.engine_run import EngineRun, opened
from simulator.runtime.models import ModelProblem
from simulator.runtime.orders.engine_pipe import (
    ENGINE_ORDERS,
    ENGINE_REPORTS,
    CheckpointKept,
    EditCommands,
    EngineOrder,
    EngineReady,
    EngineReport,
    FetchSound,
    OpenScene,
    OrderFailed,
    PauseEngine,
    ReadRecording,
    RecordRun,
    ResumeEngine,
    RunDone,
    RunRecorded,
    SceneOpened,
    SoundFetched,
)
from simulator.runtime.orders.run_messages import Ticks
from simulator.runtime.pacer import wall_s
from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.runtime.recorder import RecordingError

NICENESS = 10  # the window comes first: measured 60 frames a second beside a busy engine, 5 without
SLICE_S = 0.02  # how long it runs before it looks for orders
# What a person can mend: a scene, a file, a device that is not there.
MENDABLE = (ValueError, OSError, RuntimeError, KeyError, RecordingError, ModelProblem)


class Engine:
    """Runs a scene for the window: takes its orders between ticks and sends what was computed."""

    def __init__(self, *, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._run: EngineRun | None = None
        self._running = False
        self._job = 0
        self._digester = Digester()

    @property
    def busy(self) -> bool:
        """Whether there are ticks left to run."""
        return self._running and self._run is not None and not self._run.ended

    def obey(self, order: EngineOrder | PipeError) -> None:
        """Carry out one order; what a person can mend is reported, not raised, and so is an order that is none."""
        if isinstance(order, PipeError):
            self._report(OrderFailed(job=self._job, text=f"the engine was sent something else than an order: {order}"))
            return
        self._job = order.job
        try:
            self._carry_out(order)
        except MENDABLE as error:
            lost = isinstance(order, OpenScene | EditCommands)
            self._running = self._running and not lost
            self._report(OrderFailed(job=self._job, text=str(error), run_lost=lost))

    def advance(self) -> None:
        """Run for a slice of time and report what happened in it."""
        run = self._need_run()
        started_s = wall_s()
        rows: list[tuple[float | int, ...]] = []
        changes: list[Change] = []
        happenings: list[Happening] = []
        first = -1
        while not run.ended and wall_s() - started_s < SLICE_S:
            checkpoint = run.keep_checkpoint()
            if checkpoint:
                self._report(CheckpointKept(job=self._job, tick=run.tick, body=checkpoint))
            tick = run.tick
            trace, truth = run.step()
            run.busy_ticks += 1
            if tick < run.send_from:
                continue
            first = tick if first < 0 else first
            rows.append(self._digester.row(trace, truth))
            changes += self._digester.changes(trace, truth)
            happenings += self._digester.happenings(trace, truth)
        run.busy_s += wall_s() - started_s
        if rows:
            notes = run.session.notes
            self._report(
                Ticks.of(first, rows, changes, happenings, job=self._job, speed_x=run.speed_x, notes=notes)
            )  # fmt: skip
        if run.ended:
            self._running = False
            self._report(
                RunDone(job=self._job, ticks=run.tick, trace_hash=run.session.trace_hash, outcomes=run.outcomes)
            )  # fmt: skip

    # --- orders -------------------------------------------------------------------------------------------------------

    def _carry_out(self, order: EngineOrder) -> None:
        match order:
            case OpenScene():
                self._open(order)
            case EditCommands():
                self._need_run().go_back(order.tick, order.commands)
                self._digester.forget()
                self._running = True
            case PauseEngine():
                self._running = False
            case ResumeEngine():
                self._running = True
            case RecordRun():
                run = self._need_run()
                run.record(order.path)
                self._report(
                    RunRecorded(job=self._job, path=order.path, trace_hash=run.session.trace_hash, ticks=run.tick)
                )  # fmt: skip
            case FetchSound():
                heard = self._need_run().heard(order.tick, order.count)
                if heard:
                    self._report(SoundFetched(job=self._job, tick=order.tick, body=heard))
            case ReadRecording():
                self._running = False
                for report in reports(order.path, job=self._job):
                    self._report(report)
            case _:
                assert_never(order)

    def _open(self, order: OpenScene) -> None:
        """Run a scene from its beginning; up to `send_from` it only catches up and reports nothing."""
        if self._run is not None:
            self._run.session.close()
            self._run = None
        self._run = opened(order)
        self._digester.forget()
        self._running = True
        self._report(SceneOpened(job=self._job, ticks=self._run.total, from_tick=self._run.tick))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _need_run(self) -> EngineRun:
        if self._run is None:
            raise RuntimeError("no scene is open")
        return self._run

    def _report(self, report: EngineReport) -> None:
        self._send(pack(ENGINE_REPORTS, report))


def main() -> int:
    """Obey until the window hangs up."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    out = own_output()
    engine = Engine(send=lambda data: write_all(out, data))
    unpacker = Unpacker(ENGINE_ORDERS)
    write_all(out, pack(ENGINE_REPORTS, EngineReady(pid=os.getpid())))
    try:
        while True:
            ready, _, _ = select.select([0], [], [], 0.0 if engine.busy else None)
            if ready:
                data = os.read(0, 1 << 16)
                if not data:
                    return 0
                for order in unpacker.feed(data):
                    engine.obey(order)
            if engine.busy:
                engine.advance()
    except (BrokenPipeError, KeyboardInterrupt):
        return 0


if __name__ == "__main__":
    sys.exit(main())
