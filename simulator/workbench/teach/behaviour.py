"""What is shown of a taught mode: how the screen would behave in a run, in figures that can be watched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.onboard.messages import TICK_S
from simulator.workbench.teach.lesson import Curve, TaughtRun
from simulator.workbench.teach.ways import Point

# Slower than this the screen rests.
MOVES_DPS = 1.0
# Two turns that are nearer than this in time are one.
ONE_TURN_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What the screen does over some runs."""

    turns_per_min: float
    turned_deg_per_min: float
    usual_turn_deg: float  # median way of a turn; 0 without any
    top_speed_dps: float


def behaviour(runs: list[TaughtRun], point: Point) -> Behaviour:
    """Over all runs with the settings at a point."""
    ways: list[float] = []
    seconds = turned_deg = top_dps = 0.0
    for run in runs:
        curve = run.curve(point)
        seconds += len(curve) * TICK_S
        turned_deg += float(np.abs(np.diff(curve)).sum())
        top_dps = max(top_dps, float(np.abs(np.diff(curve)).max(initial=0.0)) / TICK_S)
        ways += _turns_deg(curve)
    return Behaviour(
        turns_per_min=60.0 * len(ways) / seconds if seconds else 0.0,
        turned_deg_per_min=60.0 * turned_deg / seconds if seconds else 0.0,
        usual_turn_deg=float(np.median(ways)) if ways else 0.0,
        top_speed_dps=top_dps,
    )


def _turns_deg(curve: Curve) -> list[float]:
    """The way of each turn."""
    moving = np.flatnonzero(np.abs(np.diff(curve)) > MOVES_DPS * TICK_S)
    if not len(moving):
        return []
    parts = np.split(moving, np.flatnonzero(np.diff(moving) > ONE_TURN_S / TICK_S) + 1)
    return [float(abs(curve[part[-1] + 1] - curve[part[0]])) for part in parts]
