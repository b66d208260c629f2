"""The emulated motor of benchmarks.bridge_clock: behind a pseudo terminal, with the truth of its screen written down each millisecond.

It reads "unplug" and "end" on standard input.
"""

from __future__ import annotations

import os
import select
import time

import numpy as np

from benchmarks.watched_device import Watched, port_name
from hardware_bridge.programs.emulator_port import PtyServer
from hardware_bridge.rigs.emulated import KINDS, new_device
from simulator.onboard.facts import MotorFacts

START_DEG = -110.0


def main(name: str, seed: str, truth: str) -> None:
    """Serve until told otherwise, then write the truth."""
    kind = next(known for known in KINDS if known == name)
    rng = np.random.Generator(np.random.Philox(int(seed)))
    device, body = new_device(kind, facts=MotorFacts(), rng=rng, yaw_deg=START_DEG)
    rows: list[tuple[float, float, float]] = []
    watched = Watched(device, body, lambda *row: rows.append(row))
    server = PtyServer(watched)
    print(port_name(kind, server.path), flush=True)
    words = _served(server)
    if words == "unplug":
        server.close()
        print(time.monotonic(), flush=True)
        # A servo without its wire lives on.
        while not _said():
            while not rows or rows[-1][0] > time.monotonic() - 0.0005:
                time.sleep(0.0002)
            watched.step()
    np.save(truth, np.array(rows[-5000:]))
    print("written", flush=True)


def _served(server: PtyServer) -> str:
    said: list[str] = []

    def goes_on() -> bool:
        if words := _said():
            said.append(words)
        return not said

    server.serve(goes_on=goes_on)
    return said[0]


def _said() -> str:
    if not select.select([0], [], [], 0.0)[0]:
        return ""
    return os.read(0, 100).decode().strip() or "end"
