"""A servo behind a pseudo terminal that writes down how it really turns, for benchmarks/api_stops.py: its argument is the file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from hardware_bridge.programs.emulator_port import PtyServer
from hardware_bridge.rigs.emulated import KINDS, new_device
from hardware_bridge.wires.links import Device
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
    rows, count = rows_of(path), 0

    class Watched:
        """The device, whose truth is written down as it steps."""

        def __init__(self, inner: Device) -> None:
            self._inner = inner
            self._ms = 0
            self.receive, self.transmit = inner.receive, inner.transmit

        def step(self) -> None:
            nonlocal count
            self._inner.step()
            self._ms += 1
            if self._ms % EVERY_MS == 0 and count < ROWS:
                count += 1
                rows[count] = time.monotonic(), body.plant.yaw_deg, body.plant.rate_dps
                rows[0, 0] = count

    server = PtyServer(Watched(device), light=chosen != "refboard")
    print(f"{chosen}:{server.path}" if chosen != "cia402" else f"cia402:slcan:{server.path}", flush=True)
    server.serve(goes_on=lambda: True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
