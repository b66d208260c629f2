"""One turn alone: the device's own motion stage and its motor, with nothing else, from rest to rest.

Speed and angle are those of the screen; acceleration is the screen's over five ticks; jerk is that of the set points, which is
what the knob bounds: that of the screen itself also holds the rattle of the gear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, TICKS_PER_S, HoldReason, Touch, ZoneDecision
from simulator.onboard.motion.stage import MotionStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.digest import MOVING
from simulator.workbench.run_data import RunData

LEAD_TICKS = 20  # at rest before the turn
LONGEST_TICKS = 12 * TICKS_PER_S
FACES_DEG = 5.0  # so near to its goal the screen is taken to face
RESTS_DPS, RESTS_TICKS = 0.3, 25
SMOOTH_TICKS = 5
ARC = RangeOfMotion(min_deg=-170.0, max_deg=170.0)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMove:
    """How it went, tick by tick, and in figures; times are from the order to turn."""

    by_deg: float
    yaw_deg: Numbers
    rate_dps: Numbers
    accel_dps2: Numbers
    jerk_dps3: Numbers
    faces_s: float | None  # None: it never came so near
    rests_s: float
    overshoot_deg: float
    short_deg: float  # by how much it stopped before the goal; negative beyond it

    @property
    def duration_s(self) -> float:
        """All of it, with the rest before and after."""
        return len(self.yaw_deg) * TICK_S


def one_move(facts: DeviceFacts, tuning: Tuning, *, by_deg: float) -> OneMove:
    """Turn by an angle and come to rest."""
    start_deg = -0.5 * by_deg  # even about the middle, where the cable pulls to neither side
    goal_deg = start_deg + by_deg
    plant = Plant(facts.motor, yaw_deg=start_deg)
    motor, stage = GuardedMotor(VirtualMotor(plant), facts.motor, ARC), MotionStage(facts)
    motor.enable()
    rows: list[tuple[float, float, float]] = []
    still = 0
    for tick in range(LONGEST_TICKS):
        waits = tick < LEAD_TICKS
        decision = ZoneDecision(
            tick=tick, zone=None, goal_yaw_deg=None if waits else goal_deg, hold=HoldReason.ON_TARGET if waits else None
        )
        command = stage.tick(decision, motor.state(tick), Touch(), tuning, arc=ARC).command
        motor.command(command)
        plant.advance()
        rows.append((plant.yaw_deg, plant.rate_dps, command.accel_dps2))
        still = still + 1 if abs(plant.rate_dps) < RESTS_DPS and tick > LEAD_TICKS + RESTS_TICKS else 0
        if still >= RESTS_TICKS:
            break
    yaw_deg, rate_dps, wanted_dps2 = (np.array(column) for column in zip(*rows, strict=True))
    accel = np.convolve(np.gradient(rate_dps, TICK_S), np.ones(SMOOTH_TICKS) / SMOOTH_TICKS, mode="same")
    sign = 1.0 if by_deg >= 0 else -1.0
    near = np.flatnonzero(np.abs(yaw_deg - goal_deg) <= min(FACES_DEG, 0.5 * abs(by_deg)))
    return OneMove(
        by_deg=by_deg, yaw_deg=yaw_deg - start_deg, rate_dps=rate_dps, accel_dps2=accel,
        jerk_dps3=np.diff(wanted_dps2, prepend=0.0) / TICK_S,
        faces_s=(int(near[0]) - LEAD_TICKS) * TICK_S if len(near) else None,
        rests_s=(len(rows) - still - LEAD_TICKS) * TICK_S,
        overshoot_deg=max(0.0, float((sign * (yaw_deg - goal_deg)).max())),
        short_deg=sign * (goal_deg - float(yaw_deg[-1])),
    )  # fmt: skip


def turn_at(run: RunData, tick: int) -> float | None:
    """The angle of the turn that is under way at a tick, or the next one after it; None where there is none."""
    rows = run.rows
    moving = (rows["flags"] & MOVING) != 0
    if not len(rows) or tick >= len(rows):
        return None
    first = tick
    while first > 0 and moving[first] and moving[first - 1]:
        first -= 1
    ahead = np.flatnonzero(moving[first:])
    if not len(ahead):
        return None
    first += int(ahead[0])
    rest = np.flatnonzero(~moving[first:])
    last = first + int(rest[0]) if len(rest) else len(rows) - 1
    return float(rows["yaw_deg"][last] - rows["yaw_deg"][max(0, first - 1)])
