"""A run kept while it goes on, so that an engine that is killed loses less than a second of work.

What happened goes to a folder of the window's, a file of JSON for each simulated second. Twice a second of real time the newest
checkpoint goes to the window itself, which holds it in memory and hands it to the next engine: it is a pickle, because it
holds the inside of every stage, and a pickle is never read from a file.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from simulator.onboard.messages import BLOCK_SAMPLES, TICKS_PER_S, MotorCommand, MotorState, TickTrace
from simulator.runtime.channels import KINDS, STANDING
from simulator.runtime.codec import encode, from_plain
from simulator.runtime.pacer import wall_s
from simulator.runtime.session import Checkpoint
from simulator.world.truth import TruthFrame

EVERY_S = 0.5
HEARD_BYTES = 2 * BLOCK_SAMPLES * TICKS_PER_S


@dataclass(slots=True)
class Past:
    """Everything of a run up to a tick."""

    traces: list[TickTrace] = field(default_factory=list)
    truths: list[TruthFrame | None] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)  # what the first microphone heard, for people to listen to


class Kept:
    """The folder of one run; `run` says which run it is, and a checkpoint of another is not used."""

    def __init__(self, folder: Path, *, run: str) -> None:
        self._folder, self._run = folder, run
        self._due_s = 0.0
        self._seconds = 0

    def forget(self, *, from_tick: int = 0) -> None:
        """What was kept from a tick on is no longer so."""
        self._seconds = min(self._seconds, from_tick // TICKS_PER_S)
        self._due_s = 0.0

    def keep(self, checkpoint: Checkpoint, commands: Sequence[tuple[int, object]], past: Past) -> bytes:
        """Keep everything up to a checkpoint when it is time to, and give the checkpoint as bytes; else nothing."""
        now_s = wall_s()
        if now_s < self._due_s:
            return b""
        self._due_s = now_s + EVERY_S  # from here: on a busy machine the writing below takes as long as the pause
        for second in range(self._seconds, checkpoint.tick // TICKS_PER_S):
            part = slice(second * TICKS_PER_S, (second + 1) * TICKS_PER_S)
            (self._folder / f"{second}.json").write_bytes(_as_json(past.traces[part], past.truths[part]))
            if past.heard:
                heard = past.heard[second * HEARD_BYTES : (second + 1) * HEARD_BYTES]
                (self._folder / f"{second}.pcm").write_bytes(heard)
        self._seconds = checkpoint.tick // TICKS_PER_S
        before = [one for one in commands if one[0] < checkpoint.tick]
        return pickle.dumps((self._run, before, checkpoint), protocol=5)

    def past(
        self, data: bytes, commands: Sequence[tuple[int, object]], *, heard: bool
    ) -> tuple[Checkpoint, Past] | None:
        """The checkpoint in bytes that `keep` gave, with all that came before it; None when it is of another run."""
        run, before, checkpoint = pickle.loads(data)  # noqa: TID251 - our own engine's, from the window's memory
        if run != self._run or before != [one for one in commands if one[0] < checkpoint.tick]:
            return None
        past = Past()
        try:
            for second in range(checkpoint.tick // TICKS_PER_S):
                _from_json((self._folder / f"{second}.json").read_bytes(), past)
                if heard:
                    past.heard += (self._folder / f"{second}.pcm").read_bytes()
        except (OSError, ValueError, KeyError):
            return None
        self._seconds = checkpoint.tick // TICKS_PER_S
        return checkpoint, past


def _from_json(text: bytes, past: Past) -> None:
    standing: dict[str, Any] = {}
    truth: TruthFrame | None = None
    for line in orjson.loads(text):
        for name, plain in line["new"].items():
            standing[name] = from_plain(KINDS[name], plain)
        if "truth" in line:
            truth = None if line["truth"] is None else from_plain(TruthFrame, line["truth"])
        wanted = from_plain(MotorCommand, line["wanted"])
        past.traces.append(
            TickTrace(
                tick=line["tick"],
                motor=from_plain(MotorState, line["motor"]),
                command_wanted=wanted,
                command_sent=from_plain(MotorCommand, line["sent"]) if "sent" in line else wanted,
                **standing,
            )
        )
        past.truths.append(truth)


def _as_json(traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]) -> bytes:
    """A second of ticks: each message once, when it is new."""
    lines: list[dict[str, object]] = []
    last: dict[str, object] = {}
    last_truth: object = lines
    for trace, truth in zip(traces, truths, strict=True):
        line: dict[str, object] = {"tick": trace.tick, "motor": trace.motor, "wanted": trace.command_wanted}
        if trace.command_sent is not trace.command_wanted:
            line["sent"] = trace.command_sent
        new: dict[str, object] = {}
        line["new"] = new
        for name in STANDING:
            message = getattr(trace, name)
            if last.get(name, last) is not message:
                last[name] = new[name] = message
        if truth is not last_truth:
            line["truth"] = last_truth = truth
        lines.append(line)
    return encode(lines)
