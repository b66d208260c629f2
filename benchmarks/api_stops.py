"""How soon the screen rests when the app, its lease, the server or the loop is lost in the middle of a fast turn.

    python -m benchmarks.api_stops [--quick] [--json FILE]

The motor is a servo behind a pseudo terminal, by the clock, and its own mechanics are the witness: they are written down every two
milliseconds by the process in which they are, so that nothing that is killed has to tell how it went. Emulated motors in the loop end
with it; there the session's recording is the witness of the app and of its lease.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.api_fuzz import QUIET
from benchmarks.api_stops_motor import rows_of
from benchmarks.common import finish, parser
from simulator.onboard.messages import TICK_S
from simulator.runtime.recording import read
from swivel_client import Lost, Refused
from swivel_client.serving import Served

TRIES, QUICK_TRIES = 20, 3
START_DEG, GOAL_DEG, RATE_DPS, FAST_DPS, REST_DPS = -160, 160, 165, 155.0, 3.0
# What the guard may take: 308 ms from full speed in its own proofs (docs/bridge.md), and a tick.
BOUND_MS = 320.0
AFTER_S, PATIENCE_S, LEASE_MS, TURN_S = 1.2, 60.0, 1850, 8.0
REPEATS = 8  # of a try whose turn this computer was too busy for: the supervisor stops a screen whose loop is late
FAST = QUIET.replace(
    "expect:",
    "device: {range: [-170 °, 170 °]}\ntuning: {motion.max_rate_dps: 180, motion.max_accel_dps2: 360}\nexpect:",
)
# An app that turns the screen, and is killed in the middle of it: address, token, degrees, speed.
APP = """
import sys, time
from swivel_client import Display
display = Display(sys.argv[1], token=sys.argv[2])
input()
display.turn_to(float(sys.argv[3]), max_speed=float(sys.argv[4]))
time.sleep(60)
"""
Rested = tuple[float, float, float]  # milliseconds, degrees, and the speed from which
Found = dict[str, list[Rested]]  # by cause
SILENT = "silent_loop"  # nothing is lost but time: the guard waits 100 ms before it brakes


class Motor:
    """The process with the servo, and what it has written down."""

    def __init__(self, kind: str) -> None:
        # In memory: a process that must never be late does not wait for a disk.
        self._folder = tempfile.TemporaryDirectory(dir="/dev/shm")
        self._path = Path(self._folder.name) / "truth.bin"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.api_stops_motor", kind, str(self._path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        name = self.process.stdout.readline().strip()
        self.rig = f"hybrid:{name}?id=1" if kind in ("dynamixel", "feetech") else f"hybrid:{name}"
        self._rows = rows_of(self._path)

    def now(self) -> tuple[float, float]:
        """Yaw and rate."""
        row = self._rows[int(self._rows[0, 0])]
        return float(row[1]), float(row[2])

    def until_fast(self) -> None:
        """Wait for the middle of a fast turn."""
        end_s = time.monotonic() + TURN_S
        while not (self.now()[1] > FAST_DPS and self.now()[0] > -30.0):
            if time.monotonic() > end_s:
                raise TimeoutError(f"the screen does not turn fast: {self.now()[1]:.0f}°/s at {self.now()[0]:.0f}°")
            time.sleep(0.001)

    def rested(self, lost_s: float) -> Rested:
        """How it came to rest after a moment."""
        time.sleep(max(0.0, lost_s + AFTER_S - time.monotonic()))
        rows = np.array(self._rows[1 : int(self._rows[0, 0]) + 1])
        return came_to_rest(rows[np.searchsorted(rows[:, 0], lost_s) :], lost_s)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self._folder.cleanup()


def came_to_rest(rows: np.ndarray, lost_s: float) -> Rested:
    """From rows of time, yaw and rate: when the screen rested for good, how far it went, and how fast it was."""
    turning = np.flatnonzero(np.abs(rows[:, 2]) > REST_DPS)
    last = rows[turning[-1]] if len(turning) else rows[0]
    return 1000.0 * (float(last[0]) - lost_s), abs(float(last[1] - rows[0, 1])), abs(float(rows[0, 2]))


@contextmanager
def app(served: Served) -> Iterator[subprocess.Popen[str]]:
    """An app in a process of its own, which turns when it gets a line."""
    command = [sys.executable, "-c", APP, served.url, served.token(), str(GOAL_DEG), str(RATE_DPS)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def go(process: subprocess.Popen[str]) -> None:
    """Let the app turn the screen."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def to_the_start(served: Served) -> None:
    """Turn the screen to where each try begins."""
    with served.display() as display:
        end_s = time.monotonic() + TURN_S
        while abs(display.state()["angle"] - START_DEG) > 1.5:
            try:
                display.turn_to(START_DEG).wait()
            except Refused:  # a stop by safety lasts for a moment
                time.sleep(0.2)
            if time.monotonic() > end_s:
                raise TimeoutError("the screen does not come to its start")


def killed(motor: Motor, served: Served, victim: Callable[[subprocess.Popen[str]], int]) -> Rested:
    """Kill a process in the middle of an app's turn."""
    to_the_start(served)
    with app(served) as process:
        time.sleep(0.7)  # it imports and connects
        go(process)
        motor.until_fast()
        lost_s = time.monotonic()
        os.kill(victim(process), signal.SIGKILL)
        return motor.rested(lost_s)


def lease_over(motor: Motor, served: Served) -> Rested:
    """Let a lease end in the middle of a turn."""
    to_the_start(served)
    with served.display() as display:
        began_s = time.monotonic()
        display.acquire(lease_ms=LEASE_MS)
        display.turn_to(GOAL_DEG, max_speed=RATE_DPS)
        rested = motor.rested(began_s + LEASE_MS / 1000)
        if rested[2] < FAST_DPS - 5.0:
            raise TimeoutError(f"the screen turned at {rested[2]:.0f}°/s when the lease ended")
        return rested


def silent(motor: Motor, served: Served) -> Rested:
    """Hold the loop's process still in the middle of a turn; it is let go afterwards."""
    to_the_start(served)
    with app(served) as process:
        time.sleep(0.7)
        go(process)
        motor.until_fast()
        lost_s = time.monotonic()
        os.kill(loop_of(served), signal.SIGSTOP)
        try:
            return motor.rested(lost_s)
        finally:
            os.kill(loop_of(served), signal.SIGCONT)


def loop_of(served: Served) -> int:
    """The process with the loop."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    return next(int(one) for one in children if b"server.loop" in Path(f"/proc/{one}/cmdline").read_bytes())


def started(scene: Path, rig: str, *more: str) -> Served:
    """A server, as soon as the motor is free again."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return Served(scene, options=("--rig", rig, *more))
        except Lost:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.2)


class ServedForTries:
    """A server that is started again when it or its motor is of no more use."""

    def __init__(self, scene: Path, rig: str) -> None:
        self._scene, self._rig = scene, rig
        self._served: Served | None = None
        self.repeated = 0

    def tried(self, measure: Callable[[Served], Rested], *, kills: bool) -> Rested:
        """One try; once more when its turn did not come to speed, and says why."""
        for _ in range(REPEATS):
            served = self._served = self._served or started(self._scene, self._rig)
            try:
                found = measure(served)
            except (TimeoutError, Refused, Lost) as error:
                print(f"once more: {error}", file=sys.stderr, flush=True)
                self.repeated += 1
                self.close()
                continue
            if kills:
                self.close()
            return found
        raise TimeoutError(f"{REPEATS} turns did not come to speed")

    def close(self) -> None:
        """End the server."""
        if self._served is not None:
            self._served.close()
            self._served = None


def on_the_terminal(folder: Path, scene: Path, kind: str, tries: int) -> tuple[Found, int]:
    """All causes, on a motor by the clock, and how many tries were repeated."""
    motor = Motor(kind)
    causes: dict[str, tuple[Callable[[Served], Rested], bool]] = {
        "client": (lambda served: killed(motor, served, lambda process: process.pid), False),
        "lease": (lambda served: lease_over(motor, served), False),
        SILENT: (lambda served: silent(motor, served), False),
        "server": (lambda served: killed(motor, served, lambda _: served.process.pid), True),
        "loop": (lambda served: killed(motor, served, lambda _: loop_of(served)), True),
    }
    server = ServedForTries(scene, motor.rig)
    try:
        found = {
            cause: [server.tried(measure, kills=kills) for _ in range(tries)]
            for cause, (measure, kills) in causes.items()
        }
        return found, server.repeated
    finally:
        server.close()
        motor.close()


def in_the_loop(folder: Path, scene: Path, kind: str, tries: int) -> tuple[Found, int]:
    """The causes that leave the loop alone, by the session's recording."""
    path, lost = folder / f"{kind}.mcap", []
    with started(scene, f"hybrid:emulated:{kind}", "--record", str(path)) as served:
        for _ in range(tries):
            lost += [("client", _in_the_loop(served, lease=False)), ("lease", _in_the_loop(served, lease=True))]
    rows = np.array([(trace.tick * TICK_S, trace.motor.yaw_deg, trace.motor.rate_dps) for trace in read(path).traces])
    found: Found = {"client": [], "lease": []}
    for cause, lost_s in lost:
        span = (rows[:, 0] >= lost_s) & (rows[:, 0] < lost_s + AFTER_S)
        found[cause].append(came_to_rest(rows[span], lost_s))
    return found, 0


def _in_the_loop(served: Served, *, lease: bool) -> float:
    """When on the session's own clock the app or its lease was lost."""
    to_the_start(served)
    with served.display(scope="watch") as watch:
        state = watch.state()
        began_s = state["wallTime"] - state["tick"] * TICK_S
        if lease:
            with served.display() as display:
                acquired_s = time.time()
                display.acquire(lease_ms=LEASE_MS)
                display.turn_to(GOAL_DEG, max_speed=RATE_DPS)
                time.sleep(LEASE_MS / 1000 + AFTER_S)
            return acquired_s + LEASE_MS / 1000 - began_s
        with app(served) as process:
            time.sleep(0.7)
            go(process)
            watch.wait_until(lambda state: state["velocity"] > FAST_DPS, within_s=PATIENCE_S)
            process.kill()
            killed_s = time.time()
            time.sleep(AFTER_S)
        return killed_s - began_s


def main() -> None:
    """Measure all."""
    args = parser(__doc__).parse_args()
    tries = QUICK_TRIES if args.quick else TRIES
    figures: dict[str, float | int | str] = {"stops.tries": tries, "stops.bound_ms": BOUND_MS}
    over = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scene = folder / "fast.scene.yaml"
        scene.write_text(FAST)
        for rig, measure in (("pty", on_the_terminal), ("emulated", in_the_loop)):
            found, figures[f"stops.{rig}.repeated"] = measure(folder, scene, "dynamixel", tries)
            for cause, rested in found.items():
                print(f"{rig} {cause}: {[round(one[0]) for one in rested]} ms", file=sys.stderr, flush=True)
                took = sorted(one[0] for one in rested)
                figures[f"stops.{rig}.{cause}.p50_ms"] = took[len(took) // 2]
                figures[f"stops.{rig}.{cause}.most_ms"] = took[-1]
                figures[f"stops.{rig}.{cause}.most_deg"] = max(one[1] for one in rested)
                figures[f"stops.{rig}.{cause}.from_dps"] = min(one[2] for one in rested)
                over += sum(one > BOUND_MS for one in took) if cause != SILENT else 0
    figures["stops.over_the_bound"] = over
    figures["machine.load"] = round(os.getloadavg()[0], 1)
    finish(figures, args)


if __name__ == "__main__":
    main()
