"""`swivel replay`: run what a recording holds again, with its commands at their ticks, and compare the two runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from simulator.onboard.messages import TICK_S, TickTrace
from simulator.runtime import outside
from simulator.runtime.codec import encode
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.header import versions
from simulator.runtime.progress import ProgressLine
from simulator.runtime.recording import Recording, read
from simulator.runtime.run import run

# In the order in which one tick makes them: the first part that differs is where the two runs part.
PARTS = (
    "motor", "shutter", "touch", "requests", "sound", "vision", "tracks", "intent", "decision", "body", "answers",
    "command_wanted", "command_sent", "guard",
)  # fmt: skip


def replay_command(path: Path) -> int:
    """Replay one recording; says whether the two runs are the same, and where they part if not."""
    recording = read(path)
    header, commands, what = recording.header, recording.commands, "run"
    if not _can_happen_again(header.rig):
        # Nobody brings a room back: what was sensed stands, what was decided is decided again.
        header, commands, what = replace(header, rig=f"replay:{path}"), (), "decisions"
    progress = ProgressLine(f"replaying {header.scene_name}")
    again = run(header, commands=commands, on_progress=progress, ticks=len(recording.traces) or None)
    progress.done()
    if again.trace_hash == recording.trace_hash:
        print(f"{path}: the same {what} again, {again.sim_s:.2f} s, trace {again.trace_hash[:16]}")
        return ExitCode.PASSED
    print(f"swivel: {path}: not the same run: {_first_difference(recording, again.traces)}", file=sys.stderr)
    now_here = {**recording.header.versions, **dict(versions()), **outside.versions(recording.header.versions)}
    for name, now in now_here.items():
        before = recording.header.versions.get(name, "unknown")
        if before != now:
            print(f"swivel: recorded with {name} {before}, replayed with {now}", file=sys.stderr)
    return ExitCode.NOT_REPEATABLE


def _can_happen_again(rig: str) -> bool:
    return rig == "virtual" or rig.startswith("hybrid:emulated:")


def _first_difference(recording: Recording, again: list[TickTrace]) -> str:
    for before, now in zip(recording.traces, again, strict=False):
        for part in PARTS:
            if encode(getattr(before, part)) != encode(getattr(now, part)):
                return f"at {before.tick * TICK_S:.2f} s, first in {part}"
    return f"it ends at {min(len(recording.traces), len(again)) * TICK_S:.2f} s"
