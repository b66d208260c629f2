"""The numbers of a run that can be plotted, tick by tick, and how two moments of one differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICK_S
from simulator.workbench.run_data import RunData

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Signal:
    """One number over all ticks."""

    name: str
    unit: str
    of: Callable[[RunData], Numbers]


def _column(name: str) -> Callable[[RunData], Numbers]:
    return lambda run: run.column(name).astype(np.float64)


def _lag(run: RunData) -> Numbers:
    return _column("wanted_yaw_deg")(run) - _column("yaw_deg")(run)


def _accel(run: RunData) -> Numbers:
    rate = _column("rate_dps")(run)
    return np.gradient(rate, TICK_S) if len(rate) > 1 else rate


SIGNALS = (
    Signal("Yaw", "°", _column("yaw_deg")),
    Signal("Speed", "°/s", _column("rate_dps")),
    Signal("Acceleration", "°/s²", _accel),
    Signal("Set point", "°", _column("wanted_yaw_deg")),
    Signal("Set point − yaw", "°", _lag),
    Signal("Goal", "°", _column("goal_yaw_deg")),
    Signal("Force at the edge", "N", _column("force_n")),
    Signal("Torque of a hand", "N m", _column("hand_nm")),
)


@dataclass(frozen=True, slots=True)
class Between:
    """One signal at two moments."""

    first: float
    second: float
    low: float  # least and most between the two
    high: float


def between(values: Numbers, first: int, second: int) -> Between | None:
    """A signal at two ticks and between them; None outside the run."""
    if not 0 <= min(first, second) <= max(first, second) < len(values):
        return None
    stretch = values[min(first, second) : max(first, second) + 1]
    known = stretch[np.isfinite(stretch)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (float("nan"), float("nan"))
    return Between(float(values[first]), float(values[second]), low, high)
