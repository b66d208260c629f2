"""A sweep under kills: workers and the driver die at random moments, and the table must be that of an undisturbed sweep."""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser

ROOT = Path(__file__).resolve().parents[1]
PLAN = """\
sweep: 1
scenes: [wake/from-the-left.scene.yaml, wake/from-the-right.scene.yaml]
seeds: {seeds}
design: random
count: {points}
axes:
  - {{knob: patience.settle_s, from: 0.5, to: 4}}
  - {{name: widths, scale: zones.*half_width_deg, from: 0.6, to: 1.4}}
"""


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    points, seeds, worker_kills, driver_kills = (6, 2, 4, 1) if args.quick else (100, 10, 500, 5)
    rng = np.random.default_rng(24)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = folder / "plan.yaml"
        plan.write_text(PLAN.format(points=points, seeds=seeds), encoding="utf-8")
        began_s = time.perf_counter()
        _driver(plan, folder / "quiet").wait()
        quiet_s = time.perf_counter() - began_s
        killed = _disturbed(
            plan, folder / "killed", rng, worker_kills, driver_kills, every_s=quiet_s / (worker_kills + 1)
        )
        quiet, disturbed = ((folder / which / "runs.csv").read_bytes() for which in ("quiet", "killed"))
        rows = list(csv.reader(disturbed.decode().splitlines()))[1:]
    wanted = 2 * points * seeds
    finish(
        {
            "sweep.runs": wanted,
            "sweep.worker_kills": killed[0],
            "sweep.driver_kills": killed[1],
            "sweep.lost": wanted - len({tuple(row) for row in rows}),
            "sweep.double": len(rows) - len({tuple(row) for row in rows}),
            "sweep.same_table": int(quiet == disturbed),
            "sweep.undisturbed_s": quiet_s,
        },
        args,
    )


def _driver(plan: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "main.py", "sweep", str(plan), "--out", str(out), "--jobs", "2"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _disturbed(
    plan: Path, out: Path, rng: np.random.Generator, workers: int, drivers: int, *, every_s: float
) -> tuple[int, int]:
    """Run the sweep to its end while killing; returns how many workers and drivers were killed."""
    killed_workers = killed_drivers = 0
    driver = _driver(plan, out)
    while True:
        time.sleep(float(rng.uniform(0.3, 1.7)) * every_s)
        if driver.poll() is not None:
            return killed_workers, killed_drivers
        if killed_drivers < drivers and killed_workers >= (killed_drivers + 1) * workers // (drivers + 1):
            driver.send_signal(signal.SIGKILL)
            driver.wait()
            killed_drivers += 1
            driver = _driver(plan, out)
        elif killed_workers < workers:
            children = _children(driver.pid)
            if children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(children[int(rng.integers(len(children)))], signal.SIGKILL)
                    killed_workers += 1


def _children(pid: int) -> list[int]:
    """The processes that a driver has started; empty when it has ended meanwhile."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


if __name__ == "__main__":
    main()
