"""What a recording says of each parameter: one plain reading each, not quite right, but wrong in the same way for a twin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.matching.programme import Trace
from hardware_bridge.matching.slow_parts import Pull, SlowTurns
from hardware_bridge.ports import PortError
from simulator.onboard.messages import TICK_S

WINDOW_TICKS = 12
RATE_TICKS = 5
# Below this speed the chatter of a gear with play can turn the friction round, and windows there would lie. A slow device has few
# faster ones.
STEADY_DPS, STEADY_SHARE = 25.0, 0.14
LEAST_WINDOWS = 40
LINEAR = ("inertia_kgm2", "viscous_nms", "coulomb_nm", "cable_nm_per_rad", "torque_offset_nm")
# Pulls with the play open give way at the motor's own share of the friction: those below this share of the strongest do not count.
CLOSED_SHARE = 0.9
# Plays in degrees at which the twin shows its slow turns; between them profiles are mixed, over finer steps.
PLAYS_DEG = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
PLAY_STEP_DEG = 0.002
# Delays at which the twin is tapped: whole steps of its own loop.
DELAYS_MS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0)


def linear(trace: Trace, *, fastest_dps: float) -> dict[str, float]:
    """Impulse = inertia x change of rate + viscous x angle + Coulomb x time + cable + offset, over windows of 120 ms."""
    yaw_rad = np.radians(trace.yaw_deg)
    # What smooths the speed must smooth the torque as well, or every corner of a ramp would count as more inertia.
    smooth = np.ones(RATE_TICKS) / RATE_TICKS
    rate_rps = np.gradient(np.convolve(yaw_rad, smooth, mode="same")) / TICK_S
    torque_nm = np.convolve(trace.torque_nm, smooth, mode="same")
    steady_rps = math.radians(min(STEADY_DPS, STEADY_SHARE * fastest_dps))
    rows, impulses = [], []
    for k in range(6, len(trace) - WINDOW_TICKS - 6, 4):
        span = slice(k, k + WINDOW_TICKS)
        if np.abs(rate_rps[span]).min() < steady_rps:
            continue
        rows.append(
            (
                rate_rps[k + WINDOW_TICKS] - rate_rps[k],
                yaw_rad[k + WINDOW_TICKS] - yaw_rad[k],
                float(np.sign(rate_rps[k])) * WINDOW_TICKS * TICK_S,
                float(yaw_rad[span].sum()) * TICK_S,
                WINDOW_TICKS * TICK_S,
            )
        )
        # The torque that a state shows is the mean of the tick before it.
        impulses.append(float(torque_nm[k + 1 : k + WINDOW_TICKS + 1].sum()) * TICK_S)
    if len(rows) < LEAST_WINDOWS:
        raise PortError("the motor hardly turned during the programme: nothing can be learned from it")
    solution, *_ = np.linalg.lstsq(np.array(rows), np.array(impulses), rcond=None)
    return dict(zip(LINEAR, solution.tolist(), strict=True))


def gave_way_nm(pulled: list[Pull], *, cable_nm_per_rad: float) -> float:
    """The mean torque of the pulls that found the play closed, without the cable's part of it."""
    torques_nm = np.array(
        [pull.torque_nm - cable_nm_per_rad * math.radians(pull.towards_deg) for pull in pulled], dtype=np.float64
    )
    return float(torques_nm[torques_nm > CLOSED_SHARE * torques_nm.max()].mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayScale:
    """How slow turns look for each play, as the twin showed them."""

    torque_nm: NDArray[np.float64]  # a row for each of PLAYS_DEG
    way_deg: NDArray[np.float64]

    def read(self, turns: SlowTurns) -> float:
        """The play whose profile is nearest, torque and way each by how much they scatter."""
        plays_deg = np.arange(0.0, PLAYS_DEG[-1] + PLAY_STEP_DEG, PLAY_STEP_DEG)
        distance = np.zeros_like(plays_deg)
        for rows, shown in ((turns.torque_nm, self.torque_nm), (turns.way_deg, self.way_deg)):
            spread = rows.std(axis=0) + 1e-9 + 0.25 * rows.std(axis=0).mean()
            profile = rows.mean(axis=0)
            for k, wanted in enumerate(profile):
                distance += ((np.interp(plays_deg, PLAYS_DEG, shown[:, k]) - wanted) / spread[k]) ** 2
        return float(plays_deg[int(np.argmin(distance))])


def delay_ms(tapped_ticks: float, *, shown_ticks: list[float]) -> float:
    """The delay at which a twin's pulses come as late, given how late they came at each of DELAYS_MS."""
    return float(np.interp(tapped_ticks, np.maximum.accumulate(shown_ticks), DELAYS_MS))


def scale(shown: list[SlowTurns]) -> PlayScale:
    """From the twin's slow turns at each of PLAYS_DEG."""
    return PlayScale(
        torque_nm=np.array([turns.torque_nm.mean(axis=0) for turns in shown]),
        way_deg=np.array([turns.way_deg.mean(axis=0) for turns in shown]),
    )
