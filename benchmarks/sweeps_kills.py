"""A sweep under kills: workers and the driver die at random moments, and the table must be that of an undisturbed sweep."""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
# Short, because what is tested is who dies when, and not the runs: a call, a turn, and a short walk.
SCENE = """\
scene: 1
claim: Anna is faced after a call.
duration: 4 s
people: {{anna: {{at: {at}}}}}
timeline:
  - {{at: 0.5 s, who: anna, does: say wake word}}
expect:
  - {{id: faced, after: anna says wake word, within: 3 s, then: angle to anna < 15 °}}
"""
PLAN = """\
sweep: 1
scenes: [near.scene.yaml, far.scene.yaml]
seeds: {seeds}
design: random
count: {points}
axes:
  - {{knob: patience.settle_s, from: 0.5, to: 4}}
  - {{name: widths, scale: zones.*half_width_deg, from: 0.6, to: 1.4}}
"""
LOOK_S = 0.05
# A worker that starts is as good a victim as one that runs, but somebody must get to the end: so long nobody is killed after a kill.
REST_S = 0.4


def kills(folder: Path, *, quick: bool) -> dict[str, float | int | str]:
    """Both sweeps, and what differs."""
    points, seeds, worker_kills, driver_kills = (6, 2, 4, 1) if quick else (100, 10, 500, 5)
    for name, at in (("near", "[0.9, 1.6]"), ("far", "[3.4, 2.0]")):
        (folder / f"{name}.scene.yaml").write_text(SCENE.format(at=at), encoding="utf-8")
    plan = folder / "plan.yaml"
    plan.write_text(PLAN.format(points=points, seeds=seeds), encoding="utf-8")
    wanted = 2 * points * seeds
    began_s = time.perf_counter()
    _driver(plan, folder / "quiet").wait()
    quiet_s = time.perf_counter() - began_s
    sweep = _Killed(plan, folder / "killed", every=wanted / (worker_kills + driver_kills + 1))
    sweep.run(worker_kills, driver_kills)
    quiet, disturbed = ((folder / which / "runs.csv").read_bytes() for which in ("quiet", "killed"))
    rows = list(csv.reader(disturbed.decode().splitlines()))[1:]
    runs = {tuple(row[:5]) for row in rows}  # the point, its two axes, scene and seed
    return {
        "sweep.runs": wanted,
        "sweep.worker_kills": sweep.workers,
        "sweep.driver_kills": sweep.drivers,
        "sweep.driver_ended_by_itself": sweep.fell,
        "sweep.lost": wanted - len(runs),
        "sweep.double": len(rows) - len(runs),
        "sweep.same_table": int(quiet == disturbed),
        "sweep.undisturbed_s": quiet_s,
        "sweep.disturbed_s": sweep.seconds,
    }


class _Killed:
    """A sweep whose processes are killed as it gets on."""

    def __init__(self, plan: Path, out: Path, *, every: float) -> None:
        self._plan, self._out, self._every = plan, out, every
        self._rng = np.random.default_rng(24)
        self.workers = self.drivers = self.fell = 0
        self.seconds = 0.0

    def run(self, workers: int, drivers: int) -> None:
        """To its end: after every so many results somebody dies, one in a hundred times the driver."""
        began_s = time.perf_counter()
        driver = _driver(self._plan, self._out)
        due = self._next(0)
        while True:
            time.sleep(LOOK_S)
            code = driver.poll()
            if code is not None and code != 0:
                self.fell += 1
                driver = _driver(self._plan, self._out)
            elif code == 0:
                break
            done = _results(self._out)
            if done < due:
                continue
            due = self._next(done)
            driver_due = (self.drivers + 1) * (workers + drivers) // (drivers + 1)
            if self.drivers < drivers and self.workers + self.drivers >= driver_due - 1:
                driver = self._kill_driver(driver)
            elif self.workers < workers:
                self._kill_worker(driver.pid)
                time.sleep(REST_S * float(self._rng.random()))
        self.seconds = time.perf_counter() - began_s

    def _next(self, done: int) -> float:
        return done + self._every * float(self._rng.uniform(0.2, 1.4))

    def _kill_driver(self, driver: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        self.drivers += 1
        return _driver(self._plan, self._out)

    def _kill_worker(self, driver: int) -> None:
        children = _children(driver)
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(children[int(self._rng.integers(len(children)))], signal.SIGKILL)
                self.workers += 1


def _driver(plan: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "main.py", "sweep", str(plan), "--out", str(out), "--jobs", "2"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _results(out: Path) -> int:
    """How many runs are in the store."""
    return sum(1 for _ in (out / "results").rglob("*.json"))


def _children(pid: int) -> list[int]:
    """The processes that a driver has started; empty when it has ended meanwhile."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
