"""Runs every entry over every home, one process an entry, and goes on whatever an entry does.

An entry that hangs, dies or takes too much memory loses that run and gets a fresh process; after some in a row it has had its chance,
so that one bad entry cannot hold up the others for hours.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import orjson

from simulator.lab.bench.draws import Draw
from simulator.lab.bench.entries import Entry
from simulator.lab.bench.tracks import BenchTrack, Score
from simulator.runtime.header import Senses
from simulator.runtime.message_schemas import Json
from simulator.runtime.pacer import wall_s
from simulator.runtime.watched import LOOK_EVERY_S, Allowance, same_place, too_much

MOST_FAILURES = 3
ENDS_S = 5.0
START_S = 120.0  # until a fresh process says that it is ready, on a busy machine
LAST_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRun:
    """One entry in one home."""

    entry: str
    seed: int
    mode: Senses
    error: str = ""  # why there are no scores
    scores: dict[str, Score] = field(default_factory=dict)  # by track
    trace_hash: str = ""
    sim_s: float = 0.0
    processor_s: float = 0.0
    memory_mb: float = 0.0


def run_all(
    entries: Iterable[Entry],
    draw: Draw,
    tracks: list[BenchTrack],
    allowance: Allowance,
    *,
    on_run: Callable[[BenchRun], object],
) -> list[BenchRun]:
    """Every entry in every home, in the ways of sensing that its tracks need."""
    found: list[BenchRun] = []
    for entry in entries:
        for mode in sorted({track.mode for track in tracks if entry.takes_part(track)}):
            names = [track.name for track in tracks if track.mode == mode and entry.takes_part(track)]
            failures = 0
            with _Child(entry, allowance) as child:
                for seed in draw.seeds:
                    if failures < MOST_FAILURES:
                        run = _made(entry, seed, mode, child.answer({"seed": seed, "mode": mode, "tracks": names}))
                        failures = failures + 1 if run.error else 0
                    else:
                        run = BenchRun(
                            entry=entry.name,
                            seed=seed,
                            mode=mode,
                            error=f"not run: {failures} failures in a row before it",
                        )
                    on_run(run)
                    found.append(run)
    return found


def _made(entry: Entry, seed: int, mode: Senses, answer: Json) -> BenchRun:
    if "error" in answer:
        return BenchRun(entry=entry.name, seed=seed, mode=mode, error=answer["error"])
    scores = {name: Score(**score) for name, score in answer.pop("scores").items()}
    return BenchRun(entry=entry.name, seed=seed, mode=mode, scores=scores, **answer)


class _Child:
    """A process for one entry, replaced when it fails."""

    def __init__(self, entry: Entry, allowance: Allowance) -> None:
        self._entry, self._allowance = entry, allowance
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the child)
        self._inbox = bytearray()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._log.close()

    def answer(self, task: Json) -> Json:
        """What comes of a task; an error where it came to no end."""
        if self._process is None:
            why = self._begin()
            if why:
                return {"error": why}
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has just died, which listening tells
            self._process.stdin.write(orjson.dumps(task) + b"\n")
            self._process.stdin.flush()
        return self._listen(self._allowance)

    def _begin(self) -> str:
        order = {"name": self._entry.name, "parts": dict(self._entry.parts), "memory_mb": self._allowance.memory_mb}
        self._inbox.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator.lab.bench.child", orjson.dumps(order).decode()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=same_place(),
        )  # fmt: skip
        ready = self._listen(Allowance(time_s=START_S, memory_mb=self._allowance.memory_mb))
        return str(ready.get("error", ""))

    def _listen(self, allowance: Allowance) -> Json:
        assert self._process is not None
        assert self._process.stdout is not None
        began_s, handle = wall_s(), self._process.stdout.fileno()
        while b"\n" not in self._inbox:
            if select.select([handle], [], [], LOOK_EVERY_S)[0]:
                data = os.read(handle, 1 << 16)
                if not data:
                    with suppress(subprocess.TimeoutExpired):  # its exit code comes a moment after its last byte
                        self._process.wait(ENDS_S)
                    return {"error": f"its process ended: {self._end()}"}
                self._inbox += data
            why = too_much(self._process.pid, wall_s() - began_s, allowance)
            if why and b"\n" not in self._inbox:
                self._end()
                return {"error": why}
        line, _, rest = self._inbox.partition(b"\n")
        self._inbox = bytearray(rest)
        answer: Json = orjson.loads(line)
        return answer

    def _end(self) -> str:
        """Take the process away; returns how it ended, with its last words."""
        if self._process is None:
            return ""
        process, self._process = self._process, None
        code = process.poll()
        process.kill()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
        code = process.wait() if code is None else code
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - LAST_WORDS))
        words = " ".join(self._log.read().decode("utf-8", "replace").split())
        return f"{'signal' if code < 0 else 'exit code'} {abs(code)}{words and f' ({words})'}"
