"""Runs a scene from its first tick to its last without a window, and keeps what happened."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from simulator.onboard.messages import TICK_S, TICKS_PER_S, Memory, MotorMode, TickTrace
from simulator.onboard.tuning import Tuning
from simulator.runtime.compose import build, header_of
from simulator.runtime.header import Header, Senses
from simulator.runtime.outside import Kind
from simulator.runtime.pacer import processor_s, wall_s
from simulator.runtime.recorder import Recorder
from simulator.runtime.session import Session
from simulator.scene.columns import Columns
from simulator.scene.gathered import BLOCK_TICKS
from simulator.scene.loader import Scene
from simulator.world.feature_model import FeatureErrors
from simulator.world.spec import Action
from simulator.world.truth import TruthFrame

Progress = Callable[[float], None]  # share done, 0..1
# A real motor in a fault for so long waits for a person: the rest of the scene would only show a screen that stands.
BROKEN_TICKS = 200
COLLECT_EVERY = 50_000  # new objects: some ten megabytes


class BlockReader(Protocol):
    """Takes the messages of a run a minute at a time."""

    def take(self, traces: Sequence[TickTrace], truths: Sequence[TruthFrame]) -> None:
        """The next ones."""


@dataclass(slots=True)
class RunLog:
    """What a run did, tick by tick."""

    header: Header
    ticks: int = 0
    traces: list[TickTrace] = field(default_factory=list)  # with a reader: those that it has not taken yet
    truths: list[TruthFrame | None] = field(default_factory=list)
    commands: list[tuple[int, Action]] = field(default_factory=list)
    trace_hash: str = ""
    set_up_s: float = 0.0  # of real time, before the first tick
    wall_s: float = 0.0  # of real time, from the first tick to the last
    processor_s: float = 0.0  # of this process in that time
    notes: tuple[str, ...] = ()  # what was simpler or slower than it could be
    motor_lost: str = ""  # why a real motor gave up before the end, in its own words
    memory: Memory | None = None  # what the device has learned of its home by then; None: hunches are off
    recording: Path | None = None  # None when none was asked for

    @property
    def sim_s(self) -> float:
        """Simulated seconds."""
        return self.ticks * TICK_S

    @property
    def x_real_time(self) -> float:
        """How much faster than real time it ran."""
        return self.sim_s / self.wall_s if self.wall_s > 0 else 0.0

    def columns(self) -> Columns:
        """The run as the table that checks read; a run without truth, of a real room, has none."""
        truths = [truth for truth in self.truths if truth is not None]
        return Columns(self.traces, truths, spec=self.header.spec, facts=self.header.facts, tuning=self.header.tuning)


def run_scene(
    scene: Scene,
    *,
    seed: int = 0,
    mode: Senses = "full",
    tuning: Tuning | None = None,
    rig: str = "virtual",
    parts: Mapping[Kind, str] | None = None,
    record_to: Path | None = None,
    on_progress: Progress | None = None,
    errors: FeatureErrors | None = None,
    eyes_apart: bool = False,
    reader: BlockReader | None = None,
    memory: Memory | None = None,
) -> RunLog:
    """Run a scene to its end, with the error models and the parts that ship or with others."""
    header = header_of(scene, seed=seed, mode=mode, tuning=tuning, rig=rig, parts=parts, memory=memory)
    return run(
        header, record_to=record_to, on_progress=on_progress, errors=errors, eyes_apart=eyes_apart, reader=reader
    )


def run(
    header: Header,
    *,
    commands: tuple[tuple[int, Action], ...] = (),
    record_to: Path | None = None,
    on_progress: Progress | None = None,
    ticks: int | None = None,
    errors: FeatureErrors | None = None,
    eyes_apart: bool = False,
    reader: BlockReader | None = None,
) -> RunLog:
    """Run what a header says, with commands sent at their ticks. What a reader has taken is not kept in the log."""
    log = RunLog(header=header, recording=record_to)
    recorder: Recorder | None = None
    total = round(header.spec.duration_s * TICKS_PER_S) if ticks is None else ticks
    started_s = wall_s()
    session = build(header, errors=errors, eyes_apart=eyes_apart)
    log.notes = session.notes  # waits for eyes that have a process of their own: that is set-up, too
    log.set_up_s, started_s, worked_s = wall_s() - started_s, wall_s(), processor_s()
    try:
        if record_to is not None:  # nothing is written of a run that cannot begin
            recorder = Recorder(record_to, header)
        with _few_collections():
            _run_ticks(session, log, recorder, commands=commands, total=total, on_progress=on_progress, reader=reader)
        log.notes = session.notes  # the last ones of a computer that was too busy, and before what is told is closed
    except BaseException:
        if recorder is not None:
            recorder.abandon()
        raise
    finally:
        session.close()
    log.trace_hash, log.memory = session.trace_hash, session.stack.memory
    log.wall_s, log.processor_s = wall_s() - started_s, processor_s() - worked_s
    if recorder is not None:
        recorder.close(trace_hash=log.trace_hash)
    return log


def run_session(
    session: Session,
    header: Header,
    *,
    ticks: int | None = None,
    commands: tuple[tuple[int, Action], ...] = (),
) -> RunLog:
    """Run a session that was built otherwise, with seams or another plant, to its end."""
    log = RunLog(header=header, notes=session.notes)
    total = round(header.spec.duration_s * TICKS_PER_S) if ticks is None else ticks
    try:
        with _few_collections():
            _run_ticks(session, log, None, commands=commands, total=total, on_progress=None)
    finally:
        session.close()
    log.trace_hash, log.memory = session.trace_hash, session.stack.memory
    return log


@contextmanager
def _few_collections() -> Iterator[None]:
    """Messages hold no circles, yet a log of them makes the search for circles ever longer: look for some rarely."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _run_ticks(
    session: Session,
    log: RunLog,
    recorder: Recorder | None,
    *,
    commands: tuple[tuple[int, Action], ...],
    total: int,
    on_progress: Progress | None,
    reader: BlockReader | None = None,
) -> None:
    waiting = sorted(commands, key=lambda item: item[0])
    broken_ticks = 0
    for tick in range(total):
        while waiting and waiting[0][0] <= tick:
            session.send(waiting.pop(0)[1])
        trace = session.step()
        truth = session.truth
        log.ticks += 1
        log.traces.append(trace)
        log.truths.append(truth)
        log.commands.extend((tick, action) for action in session.applied)
        if recorder is not None:
            recorder.write(trace, truth, session.applied)
        if on_progress is not None and tick % 25 == 24:
            on_progress((tick + 1) / total)
        broken_ticks = broken_ticks + 1 if trace.motor.mode is MotorMode.FAULT else 0
        if session.by_the_clock and broken_ticks == BROKEN_TICKS:
            log.motor_lost = trace.motor.fault or "the motor reports a fault"
            break
        if reader is not None and len(log.traces) == BLOCK_TICKS:
            _hand_over(log, reader)
    if reader is not None:
        _hand_over(log, reader)


def _hand_over(log: RunLog, reader: BlockReader) -> None:
    reader.take(log.traces, [truth for truth in log.truths if truth is not None])
    log.traces.clear()
    log.truths.clear()
