"""The process in which one entry runs: reads the seed of a home a line, runs it, writes the scores as a line of JSON.

It bounds its own memory, so that an allocation beyond it fails in the entry's own line; time is watched from outside.
"""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import os
import sys
from dataclasses import asdict

import orjson

from simulator.lab.bench.entries import Entry, by_name
from simulator.lab.bench.tracks import TRACKS
from simulator.runtime.compose import FINDER, build, header_of
from simulator.runtime.header import Senses
from simulator.runtime.message_schemas import Json
from simulator.runtime.outside import Kind, OutsideCrash
from simulator.runtime.pacer import processor_s
from simulator.runtime.run import run_session
from simulator.runtime.watched import limit_own_memory, most_memory_mb
from simulator.scene.homes.home import home_name, home_text
from simulator.scene.loader import loads

BENCH_FINDER = "bench/peer"


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what an entry prints is no answer
    order = orjson.loads(sys.argv[1])
    entry = by_name(order["name"], order["parts"])
    limit_own_memory(order["memory_mb"])
    answers.write(b"{}\n")
    for line in sys.stdin.buffer:
        task = orjson.loads(line)
        answers.write(orjson.dumps(_scored(entry, task["seed"], task["mode"], task["tracks"])) + b"\n")


def _scored(entry: Entry, seed: int, mode: Senses, tracks: list[str]) -> Json:
    """Run a home and score it; what an entry does wrong comes back as its error."""
    began_s = processor_s()
    scene = loads(home_text(seed), path=f"{home_name(seed)}.scene.yaml")
    tuning = scene.tuning
    parts: dict[Kind, str] = {kind: name for kind, name in entry.parts.items() if kind != "finder"}
    finder = entry.finder()
    named = BENCH_FINDER if finder is not None else entry.parts.get("finder")
    if named is not None:
        tuning = tuning.patched({FINDER: named})
    try:
        header = header_of(scene, seed=seed, mode=mode, tuning=tuning, parts=parts)
        session = build(header, algorithms=entry.algorithms, finders={} if finder is None else {BENCH_FINDER: finder})
        log = run_session(session, header)
    except (OutsideCrash, MemoryError) as error:
        return {"error": " ".join(str(error).split()) or type(error).__name__}
    return {
        "scores": {name: asdict(TRACKS[name].score(scene, log)) for name in tracks},
        "trace_hash": log.trace_hash,
        "sim_s": log.sim_s,
        "processor_s": processor_s() - began_s,
        "memory_mb": most_memory_mb(),
    }


if __name__ == "__main__":
    main()
