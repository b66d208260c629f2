"""A motion profile: one polynomial of the fifth degree from where the screen is to rest at the goal.

Position, speed and acceleration agree with the start, speed and acceleration are zero at the end. Of the durations that are a
whole number of ticks the shortest that keeps the limits is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.onboard.messages import TICK_S
from simulator.onboard.motion.profile import Limits, SetPoint

LONGEST_S, GROWTH = 50.0, 1.05


def quintic() -> Quintic:
    """What the entry point makes."""
    return Quintic()


class Quintic:
    """Turns along a polynomial."""

    def __call__(self, start: SetPoint, *, goal_deg: float, limits: Limits) -> Sequence[SetPoint]:
        """The set points from where the screen is now to the goal."""
        fastest_dps = max(limits.rate_dps, abs(start.rate_dps))
        duration_s = max(abs(goal_deg - start.yaw_deg) / fastest_dps, 10 * TICK_S)
        while duration_s < LONGEST_S:
            ticks = int(np.ceil(duration_s / TICK_S))
            yaw, rate, accel = _sampled(start, goal_deg, ticks)
            brisk = np.abs(accel).max() > max(limits.accel_dps2, abs(start.accel_dps2))
            if not brisk and np.abs(rate).max() <= fastest_dps:
                break
            duration_s *= GROWTH
        points = [SetPoint(*point) for point in zip(yaw, rate, accel, strict=True)]
        return [*points[:-1], SetPoint(goal_deg, 0.0, 0.0)]


def _sampled(start: SetPoint, goal_deg: float, ticks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Position, speed and acceleration at the end of every tick."""
    end_s = ticks * TICK_S
    powers = np.arange(6)

    def row(time_s: float, order: int) -> np.ndarray:
        factor = np.prod([powers - k for k in range(order)], axis=0) if order else np.ones(6)
        return factor * time_s ** np.maximum(powers - order, 0)

    ends = np.array([row(time_s, order) for time_s in (0.0, end_s) for order in range(3)])
    coefficients = np.linalg.solve(ends, np.array([*start, goal_deg, 0.0, 0.0]))
    times_s = TICK_S * np.arange(1, ticks + 1)
    yaw, rate, accel = (np.array([row(t, order) @ coefficients for t in times_s]) for order in range(3))
    return yaw, rate, accel
