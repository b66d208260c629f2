"""The way to a goal: as fast as the limits on speed, acceleration and jerk allow, from whatever the screen does now.

Ruckig (Berscheid and Kröger 2021) solves the time-optimal profile in closed form. Only start and goal are ever given to
it: its intermediate waypoints would ask a server on the internet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from ruckig import ControlInterface, InputParameter, Result, Ruckig, RuckigError, Trajectory

from simulator.onboard.messages import TICK_S
from simulator.onboard.state import Unchanging

# A stop builds up its deceleration within 50 ms: 217 ms from full speed to rest.
STOP_JERK_DPS3: Final = 21_600.0
# A motor that a busy computer had held up was 40° behind its set point, and a stop from the set point let it go on as far. A sound one
# is 3° behind at full speed.
FAR_BEHIND_DEG: Final = 6.0
# Round numbers can meet where two kinds of profile touch, and ruckig then finds neither (62.3°, 51 °/s, -180 °/s² to 90°).
# Begun a millionth of a degree beside, which no encoder can tell, there is one.
NUDGES_DEG: Final = (0.0, 1e-6, -1e-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a turn may do."""

    rate_dps: float
    accel_dps2: float
    jerk_dps3: float
    brake_share: float = 1.0  # of the acceleration: how hard it slows down at the end


class SetPoint(NamedTuple):
    """Where the screen shall be, how fast, and how its speed changes."""

    yaw_deg: float
    rate_dps: float
    accel_dps2: float


class Way(Protocol):
    """One way from a state to a goal or to rest. It never changes, and says so: a frozen dataclass, or derived from `Unchanging`.

    A checkpoint holds it, so it can be pickled.
    """

    @property
    def limits(self) -> Limits:
        """What it keeps to."""

    @property
    def goal_deg(self) -> float:
        """Where it ends."""

    @property
    def lowest_deg(self) -> float:
        """The least yaw on the way."""

    @property
    def highest_deg(self) -> float:
        """The greatest yaw on the way."""

    def at(self, tick: int) -> SetPoint:
        """The set point to be reached at the end of a tick."""

    def done(self, tick: int) -> bool:
        """Whether the set point has come to rest."""


class Profile(Protocol):
    """Makes the ways of ordinary turns. Stops and retreats are not its business: they stay as quick as safety asks."""

    def __call__(self, start: SetPoint, *, goal_deg: float, limits: Limits, tick: int) -> Way:
        """A way from a set point at the start of a tick to rest at a goal."""


class Plan(Unchanging):
    """One way from a state to a goal or to rest; immutable, so copies share it."""

    __slots__ = (
        "_asked",
        "_trajectory",
        "duration_s",
        "goal_deg",
        "highest_deg",
        "limits",
        "lowest_deg",
        "start_tick",
    )

    def __init__(self, start: SetPoint, *, goal_deg: float | None, limits: Limits, tick: int) -> None:
        """Without a goal the way is to rest, wherever that is."""
        self.start_tick, self.limits = tick, limits
        self._asked = (start, goal_deg)
        asked = InputParameter(1)
        asked.current_position = [start.yaw_deg]
        asked.current_velocity = [start.rate_dps]
        asked.current_acceleration = [start.accel_dps2]
        asked.max_velocity = [max(limits.rate_dps, 0.1)]
        asked.max_acceleration = [limits.accel_dps2]
        asked.max_jerk = [limits.jerk_dps3]
        asked.target_velocity = [0.0]
        asked.target_acceleration = [0.0]
        if goal_deg is None:
            asked.control_interface = ControlInterface.Velocity
        else:
            asked.target_position = [goal_deg]
            brake_dps2 = limits.brake_share * limits.accel_dps2
            if goal_deg >= start.yaw_deg:
                asked.min_acceleration = [-brake_dps2]
            else:
                asked.min_acceleration, asked.max_acceleration = [-limits.accel_dps2], [brake_dps2]
        self._trajectory = _solved(asked, start)
        self.duration_s: float = self._trajectory.duration
        extremes = self._trajectory.position_extrema[0]
        self.lowest_deg: float = extremes.min
        self.highest_deg: float = extremes.max
        self.goal_deg: float = goal_deg if goal_deg is not None else self._trajectory.at_time(self.duration_s)[0][0]

    def at(self, tick: int) -> SetPoint:
        """The set point to be reached at the end of a tick."""
        time_s = (tick - self.start_tick + 1) * TICK_S
        if time_s >= self.duration_s:
            return SetPoint(self.goal_deg, 0.0, 0.0)
        (yaw_deg,), (rate_dps,), (accel_dps2,) = self._trajectory.at_time(time_s)
        return SetPoint(yaw_deg, rate_dps, accel_dps2)

    def done(self, tick: int) -> bool:
        """Whether the set point has come to rest."""
        return (tick - self.start_tick) * TICK_S >= self.duration_s

    def __reduce__(self) -> tuple[object, ...]:
        """A trajectory cannot be written down; the same question gives the same one again."""
        start, goal_deg = self._asked
        return _planned, (start, goal_deg, self.limits, self.start_tick)


def _solved(asked: InputParameter, start: SetPoint) -> Trajectory:
    said = ""
    for nudge_deg in NUDGES_DEG:
        asked.current_position = [start.yaw_deg + nudge_deg]
        trajectory = Trajectory(1)
        try:
            outcome = Ruckig(1).calculate(asked, trajectory)
        except RuckigError as error:
            said = str(error).strip().partition("\n")[0]
            continue
        if outcome in (Result.Working, Result.Finished):
            return trajectory
        said = str(outcome)
    raise ArithmeticError(f"cannot plan a turn from {start} to {asked.target_position}°: ruckig says {said}")


def _planned(start: SetPoint, goal_deg: float | None, limits: Limits, tick: int) -> Plan:
    return Plan(start, goal_deg=goal_deg, limits=limits, tick=tick)


def plan_to(
    start: SetPoint,
    *,
    goal_deg: float,
    limits: Limits,
    stop_decel_dps2: float,
    span_deg: tuple[float, float],
    tick: int,
    profile: Profile = Plan,
) -> Way:
    """The way to a goal inside a span; a hard stop first if the usual way would leave the span."""
    plan = profile(start, goal_deg=goal_deg, limits=limits, tick=tick)
    if _inside(plan, start, span_deg):
        return plan
    return stop_plan(start, rate_dps=limits.rate_dps, stop_decel_dps2=stop_decel_dps2, tick=tick)


def stop_plan(start: SetPoint, *, rate_dps: float, stop_decel_dps2: float, tick: int) -> Plan:
    """The way to rest with the stopping deceleration."""
    if start.accel_dps2 * start.rate_dps > 0.0:
        # A safety stop does not fade the acceleration out first: its first set point already brakes.
        start = SetPoint(start.yaw_deg, start.rate_dps, 0.0)
    limits = Limits(rate_dps=rate_dps, accel_dps2=stop_decel_dps2, jerk_dps3=STOP_JERK_DPS3)
    return Plan(start, goal_deg=None, limits=limits, tick=tick)


def brakes_from(point: SetPoint, *, yaw_deg: float, rate_dps: float) -> SetPoint:
    """Where a safety stop begins: at the set point, or where the screen is when that is far behind it."""
    return SetPoint(yaw_deg, rate_dps, 0.0) if abs(point.yaw_deg - yaw_deg) > FAR_BEHIND_DEG else point


def speed_to_stop_within(angle_deg: float, *, decel_dps2: float) -> float:
    """The speed from which a stop with this deceleration ends within an angle."""
    return math.sqrt(2.0 * decel_dps2 * max(angle_deg, 0.0))


def _inside(plan: Way, start: SetPoint, span_deg: tuple[float, float]) -> bool:
    low_deg, high_deg = min(span_deg[0], start.yaw_deg), max(span_deg[1], start.yaw_deg)
    return plan.lowest_deg >= low_deg - 0.01 and plan.highest_deg <= high_deg + 0.01
