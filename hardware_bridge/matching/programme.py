"""What a motor is driven through so that it can be matched, all behind the guard: fast passes, and a move that is only predicted.

Nothing here is faster or harder than a normal day: every set point passes the guard like the planner's. slow_parts.py has the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import PortError
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorState

Floats = NDArray[np.float64]
Points = list[tuple[float, float]]

TORQUE_LIMIT_NM = 1.2
REST_TICKS = 15
AFTER_FAULT_TICKS = 100
# A device so slow that long passes would show its inertia at their ends only is driven to and fro over short ways instead.
SLOW_DPS, SHUTTLES, SHUTTLE_DEG = 100.0, 40, 12.0
# Passes there and back, in shares of the highest speed: what tells one kind of friction from the other is time at both ends of the speeds.
# A motor with much play chatters at 40 deg/s so that its friction seems a fifth larger; not at 55. A slow device has no such speeds: at a
# quarter of its own the reading is another in each run, at 0.7 it is at least the same in all, so that a twin's tells how far it is off.
PASSES, PASSES_OF_SLOW = (1.0, 1.0, 1.0, 0.35, 1.0, 1.0, 1.0, 0.35), (1.0, 1.0, 0.7, 1.0)


class MatchCancelled(Exception):
    """The person who asked for it does not want it any more; the motor is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What was asked of a motor and what it did, tick by tick."""

    asked_deg: Floats
    asked_dps: Floats
    yaw_deg: Floats
    torque_nm: Floats

    def __len__(self) -> int:
        """In ticks."""
        return len(self.asked_deg)

    @property
    def points(self) -> Points:
        """The set points again."""
        return list(zip(self.asked_deg.tolist(), self.asked_dps.tolist(), strict=True))


class Runner:
    """One enabled motor behind its guard, tick by tick, from where it stands."""

    def __init__(
        self,
        motor: GuardedMotor,
        *,
        first_tick: int = 0,
        advance: Callable[[], None] | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """`advance` lets time pass for a motor that has no clock of its own, or waits for one that has."""
        self._motor, self._advance, self._goes_on = motor, advance, goes_on
        self.tick = first_tick
        self.state = motor.state(first_tick)

    def turn(
        self, yaw_deg: float, rate_dps: float, *, torque_nm: float = TORQUE_LIMIT_NM, hold: bool = False
    ) -> MotorState:
        """One tick: measure, then ask for a place; returns what was measured before."""
        if not self._goes_on():
            raise MatchCancelled
        self.tick += 1
        self.state = state = self._motor.state(self.tick)
        if state.fault:
            raise PortError(f"{self._motor.motor.capabilities.name} stopped during the programme: {state.fault}")
        self._motor.command(
            MotorCommand(
                tick=self.tick,
                seq=self.tick,
                kind=CommandKind.HOLD if hold else CommandKind.MOVE,
                yaw_deg=yaw_deg,
                rate_dps=rate_dps,
                torque_limit_nm=torque_nm,
            )
        )
        if self._advance is not None:
            self._advance()
        return state

    def switch_on_again(self) -> None:
        """After a stop that nobody asked for. Raises PortError while the device is gone."""
        for _ in range(AFTER_FAULT_TICKS):  # the guard sees the fault, and what moves comes to rest
            self.tick += 1
            self._motor.state(self.tick)
            self._motor.command(MotorCommand(tick=self.tick, seq=self.tick, kind=CommandKind.STOP))
            if self._advance is not None:
                self._advance()
        self._motor.reset()
        self._motor.enable()
        self.tick += 1
        self.state = self._motor.state(self.tick)


def fast_programme(*, max_rate_dps: float, max_accel_dps2: float) -> Points:
    """Passes at several speeds, from rest at 0 and back to it; for a slow device many short ways before them."""
    fast_dps, accel_dps2 = min(160.0, 0.95 * max_rate_dps), 0.9 * max_accel_dps2
    points: Points = []
    slow = max_rate_dps < SLOW_DPS
    for side in (1.0, -1.0) * (SHUTTLES // 2) if slow else ():
        start_deg = points[-1][0] if points else 0.0
        points += ramp(start_deg, side * SHUTTLE_DEG, rate_dps=fast_dps, accel_dps2=accel_dps2)
    for share in PASSES_OF_SLOW if slow else PASSES:
        for goal_deg in (100.0, -100.0):
            start_deg = points[-1][0] if points else 0.0
            points += ramp(start_deg, goal_deg, rate_dps=share * fast_dps, accel_dps2=accel_dps2)
            points += [(goal_deg, 0.0)] * REST_TICKS
    return points + ramp(-100.0, 0.0, rate_dps=fast_dps, accel_dps2=accel_dps2) + [(0.0, 0.0)] * REST_TICKS


def held_out(*, max_rate_dps: float, max_accel_dps2: float) -> Points:
    """A move like those of a day, unlike those of the fit."""
    rate_dps, accel_dps2 = min(90.0, 0.9 * max_rate_dps), 0.5 * max_accel_dps2
    points = ramp(0.0, 33.0, rate_dps=rate_dps, accel_dps2=accel_dps2) + [(33.0, 0.0)] * 40
    points += ramp(33.0, -12.0, rate_dps=0.5 * rate_dps, accel_dps2=accel_dps2) + [(-12.0, 0.0)] * 40
    return points + ramp(-12.0, 0.0, rate_dps=rate_dps, accel_dps2=0.6 * accel_dps2) + [(0.0, 0.0)] * 30


def ramp(start_deg: float, goal_deg: float, *, rate_dps: float, accel_dps2: float) -> Points:
    """Set points of one move with even acceleration, each for the end of its tick."""
    way_deg = abs(goal_deg - start_deg)
    rate_dps = min(rate_dps, math.sqrt(accel_dps2 * way_deg))
    rise_s = rate_dps / accel_dps2
    total_s = way_deg / rate_dps + rise_s
    side = math.copysign(1.0, goal_deg - start_deg)
    points: Points = []
    for k in range(1, math.ceil(total_s / TICK_S) + 1):
        t = min(k * TICK_S, total_s)
        left_s = total_s - t
        if t < rise_s:
            done_deg, now_dps = 0.5 * accel_dps2 * t * t, accel_dps2 * t
        elif left_s < rise_s:
            done_deg, now_dps = way_deg - 0.5 * accel_dps2 * left_s * left_s, accel_dps2 * left_s
        else:
            done_deg, now_dps = rate_dps * (t - 0.5 * rise_s), rate_dps
        points.append((start_deg + side * done_deg, side * now_dps))
    return points


def record(runner: Runner, points: Points) -> Trace:
    """Drive through set points, relative to where the motor stands, and write down what it does."""
    start_deg = at_rest(runner)
    rows: list[tuple[float, float, float, float]] = []
    for yaw_deg, rate_dps in points:
        state = runner.turn(start_deg + yaw_deg, rate_dps)
        rows.append((yaw_deg, rate_dps, state.yaw_deg - start_deg, state.torque_nm))
    columns = np.array(rows, dtype=np.float64).T
    return Trace(asked_deg=columns[0], asked_dps=columns[1], yaw_deg=columns[2], torque_nm=columns[3])


def at_rest(runner: Runner) -> float:
    """Hold until it stands; returns where."""
    yaws_deg = [runner.turn(0.0, 0.0, hold=True).yaw_deg for _ in range(2 * REST_TICKS)]
    return float(np.mean(yaws_deg[REST_TICKS:]))
