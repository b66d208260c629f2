"""By the clock: how long a screen at 165 degrees a second turns on after its app, its supervisor or its plug is gone, or a stop is asked.

python -m benchmarks.bridge_clock [--quick] [--json FILE] [--kind dynamixel] [--only EVENT]: an emulated motor behind a pseudo
terminal, a supervisor and an app, each a process. The truth is the emulated screen's own, each millisecond.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import bridge_clock_app, bridge_clock_device
from benchmarks.common import finish, parser
from hardware_bridge.programs import supervisor as supervisor_program

# What is promised, in milliseconds to rest.
PROMISED_MS = {"app_killed": 320, "supervisor_killed": 200, "unplugged": 200, "stopped": 230}
REST_DPS, REST_MS = 3.0, 60
AFTER_S = 1.2
MOVED_DEG = 0.5  # after rest a screen may settle within the play of its gear, and no farther
MOST_TRIES_MORE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One try."""

    rest_ms: float
    way_deg: float
    from_dps: float
    moved_deg: float  # after it had come to rest


class Child:
    """A program in a process of its own, which begins without loading anything again; its standard input and output are ours."""

    def __init__(self, main: Callable[..., object], *arguments: str) -> None:
        theirs_in, self._tell = os.pipe()
        self._hear, theirs_out = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(theirs_in, 0)
            os.dup2(theirs_out, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stdout = os.fdopen(1, "w")
            try:
                main(*arguments)
            finally:
                sys.stdout.flush()
                os._exit(0)
        os.close(theirs_in)
        os.close(theirs_out)
        self._said = os.fdopen(self._hear)

    def line(self) -> str:
        """What it says next; empty when it has ended."""
        return self._said.readline().strip()

    def tell(self, words: str) -> None:
        """Write to its standard input."""
        os.write(self._tell, f"{words}\n".encode())

    def end(self) -> None:
        """Kill it, whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._tell)
        self._said.close()


def main() -> None:
    """Run everything that is asked for."""
    options = parser(__doc__)
    options.add_argument("--kind", default="dynamixel", choices=("dynamixel", "cia402"))
    options.add_argument("--only", choices=tuple(PROMISED_MS))
    options.add_argument("--tries", type=int, help="of each event (default 30, quick 3)")
    args = options.parse_args()
    tries = args.tries or (3 if args.quick else 30)
    figures: dict[str, float | int | str] = {"load": os.getloadavg()[0]}
    for event, promised_ms in PROMISED_MS.items():
        if args.only in (None, event):
            _sum_up(figures, event, promised_ms, [_try(args.kind, event, number) for number in range(tries)])
    finish(figures, args)


def _sum_up(figures: dict[str, float | int | str], event: str, promised_ms: int, found: list[Outcome | None]) -> None:
    good = [one for one in found if one is not None]
    figures[f"{event}.tries"] = len(good)
    figures[f"{event}.not_done"] = len(found) - len(good)  # this computer was too busy to come to speed
    if not good:
        return
    rests = np.array([one.rest_ms for one in good])
    figures[f"{event}.within_promise"] = int(np.sum(rests <= promised_ms))
    for name, value in (("median", 50), ("90_percent", 90), ("most", 100)):
        figures[f"{event}.ms.{name}"] = float(np.percentile(rests, value))
    figures[f"{event}.deg.most"] = max(one.way_deg for one in good)
    figures[f"{event}.from_dps.least"] = min(one.from_dps for one in good)
    figures[f"{event}.moved_after_rest"] = sum(one.moved_deg > MOVED_DEG for one in good)
    print(f"{event}: {' '.join(f'{one.rest_ms:.0f}' for one in good)} ms", file=sys.stderr)


def _try(kind: str, event: str, number: int) -> Outcome | None:
    """One try; again when the app did not come to speed in time."""
    for _ in range(MOST_TRIES_MORE):
        with tempfile.TemporaryDirectory(prefix="swivel-clock-") as folder:
            found = _once(kind, event, number, Path(folder))
        if found is not None:
            return found
    return None


def _once(kind: str, event: str, number: int, folder: Path) -> Outcome | None:
    device = Child(bridge_clock_device.main, kind, str(number), str(folder / "truth.npy"))
    children = [device]
    try:
        place = str(folder / "s")
        supervisor_of = [device.line(), place, "--json-lines", "--range", "-160", "160"]
        children.append(supervisor := Child(lambda *told: supervisor_program.main(list(told)), *supervisor_of))
        if "SupervisorListening" not in supervisor.line():
            return None
        children.append(app := Child(bridge_clock_app.main, place, event, str(supervisor.pid)))
        said = app.line()
        if not said:
            return None
        at_s = float(said)
        if event == "unplugged":
            device.tell("unplug")
            at_s = float(device.line())
        time.sleep(AFTER_S)
        device.tell("end")
        device.line()
        return _judged(np.load(folder / "truth.npy"), at_s)
    finally:
        for child in reversed(children):
            child.end()


def _judged(truth: NDArray[np.float64], at_s: float) -> Outcome | None:
    """From rows of time, yaw and rate."""
    then = int(np.searchsorted(truth[:, 0], at_s))
    after = truth[then:]
    if not 150.0 < abs(float(truth[max(0, then - 1), 2])) < 185.0 or len(after) < 1000 * AFTER_S / 2:
        return None
    still = np.abs(after[:, 2]) < REST_DPS
    quiet = np.convolve(still, np.ones(REST_MS), mode="valid") >= REST_MS
    if not quiet.any():
        return Outcome(rest_ms=1e3 * AFTER_S, way_deg=360.0, from_dps=float(after[0, 2]), moved_deg=360.0)
    rest = int(np.argmax(quiet))
    return Outcome(
        rest_ms=1000.0 * (after[rest, 0] - at_s),
        way_deg=abs(after[rest, 1] - after[0, 1]),
        from_dps=abs(float(after[0, 2])),
        moved_deg=float(np.ptp(after[rest:, 1])),
    )


if __name__ == "__main__":
    main()
