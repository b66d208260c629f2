"""One lesson: a run, and where a person pushed the screen along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Tuning
from simulator.runtime.run import RunLog
from simulator.workbench.replan import Replanner
from simulator.workbench.run_data import RunData, run_data_of
from simulator.workbench.teach.ways import Point, settings
from simulator.world.placement import setup_of
from simulator.world.spec import WorldSpec

Curve = NDArray[np.float32]
# A push is compared this often between its ends: people do not mean anything finer.
COMPARE_TICKS = TICKS_PER_S // 5
# A hand that is this far off all along meant the same behaviour; farther, another one.
AIM_DEG = 4.0
# Beyond this it is a different turn, and how different no longer matters.
MOST_DEG = 30.0


@dataclass(slots=True)
class TaughtRun:
    """A run whose future can be thought again with other settings, and remembers what came of them."""

    name: str
    planner: Replanner
    tuning: Tuning  # with which it was recorded
    ticks: int
    _curves: dict[Point, Curve] = field(default_factory=dict)

    def curve(self, point: Point) -> Curve:
        """The yaw of every tick, had the screen been set like that."""
        found = self._curves.get(point)
        if found is None:
            found = self.planner.yaw_deg(0, now=self.tuning, wanted=settings(point, self.tuning))
            self._curves[point] = found
        return found


def run_of(log: RunLog) -> TaughtRun:
    """A run that has just been made."""
    header = log.header
    return of_run_data(
        header.scene_name,
        run_data_of(log.traces, log.truths),
        facts=header.facts,
        spec=header.spec,
        tuning=header.tuning,
    )


def of_run_data(name: str, data: RunData, *, facts: DeviceFacts, spec: WorldSpec, tuning: Tuning) -> TaughtRun:
    """A run that a window or a recording holds."""
    planner = Replanner(data, facts, setup_of(spec))
    return TaughtRun(name=name, planner=planner, tuning=tuning, ticks=min(len(data), 60 * TICKS_PER_S))


@dataclass(slots=True)
class Lesson:
    """Where the screen should have been, at some ticks of a run; between two of them it goes straight."""

    run: TaughtRun
    at: NDArray[np.int64]
    yaw_deg: NDArray[np.float64]

    def error_deg(self, point: Point) -> float:
        """Mean distance between what was shown and what these settings would have done."""
        apart = self.run.curve(point)[self.at] - self.yaw_deg
        aim_deg = float(np.clip(np.median(apart), -AIM_DEG, AIM_DEG))
        return float(np.minimum(np.abs(apart - aim_deg), MOST_DEG).mean())


def lesson(run: TaughtRun, pushes: Sequence[tuple[float, float]]) -> Lesson:
    """A lesson from pushes (seconds, yaw); raises ValueError where they lie outside of the run or say nothing."""
    ends = sorted(pushes)
    if len(ends) < 2:
        raise ValueError(f"{run.name}: {len(ends)} pushes: must be at least 2, from when and until when")
    first, last = ends[0][0], ends[-1][0]
    if first < 0.0 or last > run.ticks / TICKS_PER_S + 1e-6 or last - first < 1.0:
        raise ValueError(
            f"{run.name}: pushes from {first:g} s to {last:g} s: must span 1 s within {run.ticks / TICKS_PER_S:g} s"
        )
    at = np.arange(round(first * TICKS_PER_S), min(round(last * TICKS_PER_S), run.ticks - 1) + 1, COMPARE_TICKS)
    times, yaws = zip(*ends, strict=True)
    return Lesson(run=run, at=at, yaw_deg=np.interp(at / TICKS_PER_S, times, yaws))
