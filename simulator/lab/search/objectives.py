"""What tuning trades: how well people are served against how much the screen disturbs; both are better when smaller.

Only angles, seconds and counts of the room are in them: shares of time in zones would be gamed by widening the zones.
The weights say what is as bad as what and are guesses of a designer: one second of waiting as two degrees beside the middle; turning once
around in seven minutes' sum, one false turn a minute, ten moves a minute, and 20 °/s too fast near somebody as one unit each.
"""

from __future__ import annotations

from simulator.lab.service import PATIENCE_S, ServiceFigures

NAMES = ("service", "disturbance")
DEG_PER_S = 2.0
TURNED_DEG_PER_MIN, MOVES_PER_MIN, TIPPED_WORTH = 50.0, 10.0, 3.0
CALM_DPS, NEAR_STEP_DPS = 40.0, 20.0
Objectives = tuple[float, float]


def objectives_of(pooled: ServiceFigures) -> Objectives | None:
    """Both objectives over pooled runs; None when nobody called, so that service says nothing."""
    ended = pooled.served + pooled.lost
    if not ended or pooled.outside_deg is None or not pooled.sim_s:
        return None
    waited_s = (pooled.face_s + PATIENCE_S * pooled.lost) / ended
    service = pooled.outside_deg + DEG_PER_S * waited_s
    disturbance = (
        pooled.turned_deg_per_min / TURNED_DEG_PER_MIN
        + pooled.false_turns_per_min
        + 60.0 * pooled.moves / pooled.sim_s / MOVES_PER_MIN
        + max(pooled.near_top_dps - CALM_DPS, 0.0) / NEAR_STEP_DPS
        + TIPPED_WORTH * pooled.tipped
    )
    return service, disturbance
