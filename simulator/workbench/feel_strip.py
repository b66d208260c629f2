"""What the whole range of a feel would do in this run: turns a minute at some places of its slider, sketched by the planner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Tuning
from simulator.workbench.feel_sliders import Feel, knobs_at
from simulator.workbench.forecast import SKETCHED_TICKS
from simulator.workbench.replan import Replanner
from simulator.workbench.run_data import RunData
from simulator.world.placement import setup_of
from simulator.world.spec import WorldSpec

PLACES = (0.0, 17.0, 33.0, 50.0, 67.0, 83.0, 100.0)
TURNS_DPS = 2.0  # faster than this the screen turns
SAME_DEG = 0.5


@dataclass(frozen=True, slots=True)
class StripPoint:
    """One place of the slider."""

    place: float
    turns_per_min: float
    travelled_deg: float


def sketch(
    run: RunData, spec: WorldSpec, facts: DeviceFacts, *, now: Tuning, wanted: Tuning, feel: Feel
) -> Iterator[StripPoint]:
    """The places one by one, so that whoever asks can stop between them."""
    replanner = Replanner(run, facts, setup_of(spec))
    for place in PLACES:
        yaw_deg = replanner.yaw_deg(0, now=now, wanted=wanted.patched(knobs_at(feel, place)))[:SKETCHED_TICKS]
        yield StripPoint(
            place, turns(yaw_deg) * 60 * TICKS_PER_S / max(1, len(yaw_deg)), float(np.abs(np.diff(yaw_deg)).sum())
        )


def turns(yaw_deg: NDArray[np.float32]) -> int:
    """How often the screen begins to turn."""
    moving = np.abs(np.diff(yaw_deg)) * TICKS_PER_S > TURNS_DPS
    return int(np.count_nonzero(moving[1:] & ~moving[:-1]) + (moving[0] if len(moving) else 0))


def words(points: list[StripPoint], scenes: list[str]) -> str:
    """What the range does, or where one would see it."""
    if not points:
        return ""
    travelled = [point.travelled_deg for point in points]
    if max(travelled) - min(travelled) < SAME_DEG:
        shown = f"; {', '.join(scenes[:3])} would show one" if scenes else ""
        return f"No difference in this scene{shown}"
    counts = [point.turns_per_min for point in points]
    return f"From left to right {counts[0]:.0f} → {counts[-1]:.0f} turns a minute, {travelled[0]:.0f}° → {travelled[-1]:.0f}° travelled"
