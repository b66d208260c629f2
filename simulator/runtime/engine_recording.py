"""A recording as the engine's reports: its header, everything that happened in it, and what came of its checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.runtime.digest import Digester
from simulator.runtime.engine_run import judged
from simulator.runtime.orders.engine_pipe import EngineReport, RecordingOpened, RunDone
from simulator.runtime.orders.run_messages import Command, Ticks
from simulator.runtime.recording import read
from simulator.scene.loader import loads

BATCH_TICKS = 500


def reports(path: Path, *, job: int) -> Iterator[EngineReport]:
    """Read it; raises RecordingError."""
    recording = read(path)
    header, ticks = recording.header, len(recording.traces)
    yield RecordingOpened(
        job=job,
        path=path,
        ticks=ticks,
        trace_hash=recording.trace_hash,
        commands=tuple(Command(tick, action) for tick, action in recording.commands),
        body=header.as_json(),
    )
    digester = Digester()
    for first in range(0, ticks, BATCH_TICKS):
        last = first + BATCH_TICKS
        batch = list(zip(recording.traces[first:last], recording.truths[first:last], strict=True))
        yield Ticks.of(
            first,
            [digester.row(trace, truth) for trace, truth in batch],
            [change for trace, truth in batch for change in digester.changes(trace, truth)],
            [one for trace, truth in batch for one in digester.happenings(trace, truth)],
            job=job,
        )
    scene = loads(header.scene_text, path=Path(header.scene_path), files=None)
    outcomes = judged(scene, header, recording.traces, recording.truths)
    yield RunDone(job=job, ticks=ticks, trace_hash=recording.trace_hash, outcomes=outcomes)
