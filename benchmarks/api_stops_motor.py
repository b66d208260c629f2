"""A servo behind a pseudo terminal that writes down how it really turns, for benchmarks/api_stops.py: its argument is the file."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np

from benchmarks.watched_device import Watched, port_name
from hardware_bridge.programs.emulator_port import PtyServer
from hardware_bridge.rigs.emulated import KINDS, new_device
from simulator.onboard.facts import MotorFacts

ROWS, EVERY_MS = 2_000_000, 2  # an hour
COLUMNS = 3  # time of this machine, yaw, rate; the first row holds the number of rows


def rows_of(path: Path) -> np.memmap[tuple[int, int], np.dtype[np.float64]]:
    """The file as both ends see it."""
    mode = "r+" if path.exists() else "w+"
    return np.memmap(path, np.float64, mode, shape=(ROWS + 1, COLUMNS))


def main(kind: str, path: Path) -> None:
    """Serve until killed."""
    chosen = next(one for one in KINDS if one == kind)
    device, body = new_device(chosen, facts=MotorFacts(), rng=np.random.Generator(np.random.Philox(0)))
    rows, steps, count = rows_of(path), itertools.count(1), 0

    def tell(now_s: float, yaw_deg: float, rate_dps: float) -> None:
        nonlocal count
        if next(steps) % EVERY_MS == 0 and count < ROWS:
            count += 1
            rows[count] = now_s, yaw_deg, rate_dps
            rows[0, 0] = count

    server = PtyServer(Watched(device, body, tell), light=chosen != "refboard")
    print(port_name(chosen, server.path), flush=True)
    server.serve(goes_on=lambda: True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
