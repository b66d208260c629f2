"""Kills recording runs at random moments and counts what `recover` gives back: every flushed second, and never less."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import finish, parser, wilson
from simulator.runtime.recording import recover
from simulator.runtime.seeds import stream

ROOT = Path(__file__).resolve().parents[1]
# A real run of the sample scene, which says after each simulated second how many ticks are safe.
WRITER = """
import sys
from pathlib import Path
from simulator.runtime.compose import build, header_of
from simulator.runtime.recorder import Recorder
from simulator.scene.loader import load
header = header_of(load("scenes/sample.scene.yaml"), mode="feature")
session, recorder = build(header), Recorder(Path(sys.argv[1]), header)
while True:
    recorder.write(session.step(), session.truth)
    if session.tick % 100 == 0:
        print(session.tick, flush=True)
"""


def kill_once(folder: Path, *, after_s: float) -> tuple[int, int]:
    """Kill a recording run; returns the ticks it had flushed and the ticks that come back."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder / "run.mcap")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = int(process.stdout.readline())
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    flushed = [first, *map(int, process.stdout.read().split())][-1]
    process.wait()
    process.stdout.close()
    saved_s, _ = recover(folder / "run.mcap.part", folder / "saved.mcap")
    return flushed, round(saved_s * 100)


def main() -> None:
    """Run the benchmark."""
    args = parser(__doc__).parse_args()
    kills = 10 if args.quick else 50
    chance = stream(0, "kills")
    lost, most_lost = 0, 0
    for number in range(kills):
        with tempfile.TemporaryDirectory() as folder:
            flushed, saved = kill_once(Path(folder), after_s=float(chance.uniform(0, 1.0)))
        lost += saved < flushed
        most_lost = max(most_lost, flushed - saved)
        print(f"kill {number + 1}/{kills}: {flushed} ticks were flushed, {saved} came back", file=sys.stderr)
    low, high = wilson(lost, kills)
    finish(
        {
            "kills": kills,
            "lost_flushed": lost,
            "lost_rate_low": low,
            "lost_rate_high": high,
            "ticks_lost_most": most_lost,
        },
        args,
    )


if __name__ == "__main__":
    main()
