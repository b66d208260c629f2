"""What a motor is put through so that it can be matched: moves, pulls and rattles, all behind the guard.

Nothing here is faster or harder than a normal day: every set point passes the guard like the planner's. Fast passes show inertia and
friction. A torque that rises slowly until the screen gives way shows the stiction. A torque too weak to move the screen, but strong
enough to move the motor alone, lets the motor rattle to and fro within the play of the gear: it travels just the play.
"""

from __future__ import annotations

import math
from collections import deque
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
# Break-away: the allowed torque rises slowly until the screen gives way, to and fro.
BREAKS = 16
BREAK_START_NM, BREAK_STEP_NM, BREAK_MOST_NM = 0.015, 0.0005, 0.6
# So little that the motor, which breaks loose before the screen does, is still on its way through the play.
BREAK_PULL_DEG, BREAK_GIVE_DEG, BREAK_SMOOTH = 6.0, 0.10, 4
# Rattle: the set point swings wide enough to ask for more than a weak torque on both sides of any play up to a degree. The
# motor's side holds some of the friction only: a torque that breaks it loose leaves the screen where it is; and as soon as
# it moves, less keeps it sliding, so that the screen is hardly carried along.
RATTLES = 72
RATTLE_DEG, RATTLE_DPS, RATTLE_DPS2 = 0.9, 60.0, 300.0
RATTLE_REST_TICKS = 16
LOOSE_TIMES, SLIDE_SHARE = 1.08, 0.7  # of the torque that broke the motor loose, and of the Coulomb friction
LOOSE_COUNTS = 1.5
SETTLED_TICKS = 6
# Taps: pulses of torque of one tick against a goal that is far enough away to ask for more than the pulse.
TAPS, TAP_TICKS = 64, 12
TAP_NM, TAP_IDLE_NM, TAP_PULL_DEG = 0.5, 0.01, 6.0
TAP_TELLS = 4  # a pulse is over after so many ticks, with delays of up to 20 ms


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
    """Passes at several speeds, from rest at 0 and back to it."""
    fast_dps, accel_dps2 = min(160.0, 0.95 * max_rate_dps), 0.9 * max_accel_dps2
    points: Points = []
    for share in (1.0, 1.0, 0.4, 0.7, 1.0, 0.4):
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
    start_deg = _at_rest(runner)
    rows: list[tuple[float, float, float, float]] = []
    for yaw_deg, rate_dps in points:
        state = runner.turn(start_deg + yaw_deg, rate_dps)
        rows.append((yaw_deg, rate_dps, state.yaw_deg - start_deg, state.torque_nm))
    columns = np.array(rows, dtype=np.float64).T
    return Trace(asked_deg=columns[0], asked_dps=columns[1], yaw_deg=columns[2], torque_nm=columns[3])


def break_away(runner: Runner) -> list[float]:
    """Pull with a torque that rises slowly; returns the torques at which the motor gave way.

    At the limit of its torque the position loop cannot chatter, which is what hides stiction in every other move.
    """
    gave_way_nm: list[float] = []
    for k in range(BREAKS):
        pull_deg = BREAK_PULL_DEG if k % 2 == 0 else -BREAK_PULL_DEG
        start_deg = _at_rest(runner)
        limit_nm, recent_deg = BREAK_START_NM, deque([start_deg] * BREAK_SMOOTH, maxlen=BREAK_SMOOTH)
        while abs(sum(recent_deg) / BREAK_SMOOTH - start_deg) < BREAK_GIVE_DEG:
            recent_deg.append(runner.turn(start_deg + pull_deg, 0.0, torque_nm=limit_nm).yaw_deg)
            limit_nm += BREAK_STEP_NM
            if limit_nm > BREAK_MOST_NM:
                raise PortError(f"the motor does not move the screen with {BREAK_MOST_NM:g} N m: is it blocked?")
        gave_way_nm.append(limit_nm)
    return gave_way_nm


def rattle(runner: Runner, *, break_nm: float, coulomb_nm: float, yaw_step_deg: float) -> list[float]:
    """Swing the motor alone from one end of the play to the other; returns how far it went each time."""
    loose_nm, slide_nm = LOOSE_TIMES * break_nm, SLIDE_SHARE * coulomb_nm
    middle_deg = _at_rest(runner)
    swing = ramp(-RATTLE_DEG, RATTLE_DEG, rate_dps=RATTLE_DPS, accel_dps2=RATTLE_DPS2)
    swing += [(RATTLE_DEG, 0.0)] * RATTLE_REST_TICKS
    for yaw_deg, rate_dps in ramp(0.0, -RATTLE_DEG, rate_dps=RATTLE_DPS, accel_dps2=RATTLE_DPS2):
        runner.turn(middle_deg + yaw_deg, rate_dps, torque_nm=slide_nm)
    ways_deg: list[float] = []
    side, from_deg = 1.0, runner.state.yaw_deg
    for _ in range(RATTLES):
        limit_nm, yaws_deg = loose_nm, []
        for yaw_deg, rate_dps in swing:
            yaws_deg.append(runner.turn(middle_deg + side * yaw_deg, side * rate_dps, torque_nm=limit_nm).yaw_deg)
            if side * (yaws_deg[-1] - from_deg) > LOOSE_COUNTS * yaw_step_deg:
                limit_nm = slide_nm
        to_deg = float(np.mean(yaws_deg[-SETTLED_TICKS:]))
        ways_deg.append(side * (to_deg - from_deg))
        side, from_deg = -side, to_deg
    # The first ways begin from an unknown place in the play.
    return ways_deg[4:]


def tap(runner: Runner) -> float:
    """Short pulses of torque; returns how many ticks after its command the middle of a pulse is measured."""
    middle_deg = _at_rest(runner)
    told = np.zeros(TAP_TELLS)
    for k in range(TAPS):
        goal_deg = middle_deg + (TAP_PULL_DEG if k % 2 == 0 else -TAP_PULL_DEG)
        for _ in range(2 * TAP_TICKS):
            runner.turn(goal_deg, 0.0, torque_nm=TAP_IDLE_NM)
        quiet_nm = [runner.turn(goal_deg, 0.0, torque_nm=TAP_IDLE_NM).torque_nm for _ in range(TAP_TICKS)]
        runner.turn(goal_deg, 0.0, torque_nm=TAP_NM)
        pulse_nm = [runner.turn(goal_deg, 0.0, torque_nm=TAP_IDLE_NM).torque_nm for _ in range(TAP_TELLS)]
        told += (np.array(pulse_nm) - np.mean(quiet_nm)) * (1.0 if k % 2 == 0 else -1.0)
    return float(np.arange(TAP_TELLS) @ told / told.sum())


def broke_at(breaks_nm: list[float]) -> float:
    """The usual one: sometimes the motor was still on its way from before, and seemed to give way at once."""
    return float(np.percentile(breaks_nm, 70))


def went(ways_deg: list[float]) -> float:
    """The mean of the middle half: now and then the motor does not break loose, or carries the screen far."""
    middle = sorted(ways_deg)[len(ways_deg) // 4 : -len(ways_deg) // 4]
    return float(np.mean(middle))


def _at_rest(runner: Runner) -> float:
    """Hold until it stands; returns where."""
    yaws_deg = [runner.turn(0.0, 0.0, hold=True).yaw_deg for _ in range(2 * REST_TICKS)]
    return float(np.mean(yaws_deg[REST_TICKS:]))
