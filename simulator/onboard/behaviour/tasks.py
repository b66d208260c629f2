"""Turns that an app or a remote user asks for: to a direction, at a speed, to the centre, or a choreography.

Each owner has one task at a time. A lease keeps the screen for its owner between tasks; without one the screen is given
back soon after the task is done. A remote user is slower, may ask only so often, and loses the screen when silent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES, fits
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.messages import TICKS_PER_S, HoldReason, IntentKind, Request

# After a task the screen stays for a moment, so that the next task of a series need not fight for it.
LINGER_S = 0.5
# A turn that has not arrived by then is given up.
TASK_S = 20.0
LONGEST_TURN_AT_S = 5.0
DEFAULT_TURN_AT_S = 0.5
LONGEST_LEASE_S = 60.0
# A remote user's wishes nearer together than this are dropped: a network delivers bursts.
REMOTE_GAP_TICKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do."""

    goals: tuple[tuple[float, float | None, float], ...]  # yaw_deg, rate_dps, dwell_s
    why: str
    since_tick: int
    until_tick: int
    step: int = 0
    step_tick: int = 0
    hold_tick: int | None = None  # since when the goal of this step is reached


class Tasks:
    """The task of one owner."""

    def __init__(self, *, remote: bool) -> None:
        self._remote = remote
        self._task: Task | None = None
        self._idle_tick = 0
        self._asked_tick = -1_000_000
        self._leased_until_tick = 0
        self._rest_reason = HoldReason.ON_TARGET  # why the screen stays after the last task
        self.events: tuple[str, ...] = ()

    def ask(self, request: Request, moment: Moment) -> str:
        """Take a request; returns why not, or nothing when it is taken."""
        tick = moment.tick
        if self._remote and tick - self._asked_tick < REMOTE_GAP_TICKS:
            return "too many wishes of the remote user"
        made = self._made(request, moment)
        if isinstance(made, str):
            return made
        self._asked_tick = self._idle_tick = tick
        if made is not None:
            self._task = made
        return ""

    def drop(self) -> None:
        """Forget the task and the lease."""
        self._task, self._leased_until_tick = None, 0

    def wanted(self, moment: Moment) -> Wanted:
        """What the task asks for now."""
        tick, task = moment.tick, self._task
        if task is not None and tick >= task.until_tick:
            task = self._task = None
            self._idle_tick = tick
        if task is not None:
            task = self._advanced(task, moment)
            self._task = task
        if task is None:
            timeout_s = moment.tuning.away.remote_timeout_s if self._remote else LINGER_S
            over = tick >= self._leased_until_tick and moment.seconds_since(self._idle_tick) > timeout_s
            return stay("waiting for the next wish", self._rest_reason, done=over)
        yaw_deg, rate_dps, _ = task.goals[task.step]
        if self._remote:
            rate_dps = min(rate_dps or math.inf, moment.tuning.away.remote_rate_dps)
        return Wanted(
            IntentKind.GO, task.why, azimuth_deg=yaw_deg, urgent=True, rate_limit_dps=rate_dps,
            reason_tick=task.since_tick,
        )  # fmt: skip

    def copy(self) -> Tasks:
        """An independent copy."""
        other = Tasks(remote=self._remote)
        other.__dict__.update(self.__dict__)
        return other

    def _made(self, request: Request, moment: Moment) -> Task | str | None:
        tick, arc, yaw_deg = moment.tick, moment.arc, moment.motor.yaw_deg
        if request.kind == "acquire":
            lease_s = _number(request.lease_s, 5.0)
            self._leased_until_tick = tick + round(min(max(lease_s, 0.0), LONGEST_LEASE_S) * TICKS_PER_S)
            return None
        if arc is None:
            return "the range of motion is not set"
        until_tick = tick + round(TASK_S * TICKS_PER_S)
        rate_dps = _number(request.rate_dps, math.nan)
        rate = abs(rate_dps) if math.isfinite(rate_dps) and rate_dps != 0.0 else None
        if request.kind == "go to centre":
            return Task(
                goals=((arc.centre_deg, rate, 0.0),), why="to the centre", since_tick=tick, until_tick=until_tick
            )
        if request.kind == "turn to":
            angle_deg = _number(request.angle_deg, math.nan)
            if not math.isfinite(angle_deg):
                return "turn to: an angle is needed"
            goal_deg = yaw_deg + angle_deg if request.relative else angle_deg
            self.events = ("the range of motion ends there",) if not arc.contains_yaw(goal_deg, slack_deg=0.5) else ()
            goal_deg = arc.clamp_yaw_deg(goal_deg)
            return Task(goals=((goal_deg, rate, 0.0),), why="turning as asked", since_tick=tick, until_tick=until_tick)
        if request.kind == "turn at":
            if rate is None:
                return "turn at: a speed is needed"
            lease_s = min(_number(request.lease_s, DEFAULT_TURN_AT_S), LONGEST_TURN_AT_S)
            if lease_s <= 0.0:
                return "turn at: a lease above 0 s is needed"
            goal_deg = arc.max_deg if rate_dps > 0.0 else arc.min_deg
            until_tick = tick + max(round(lease_s * TICKS_PER_S), 1)
            return Task(
                goals=((goal_deg, rate, 0.0),), why="turning at a speed", since_tick=tick, until_tick=until_tick
            )
        if request.kind == "play":
            if request.name not in CHOREOGRAPHIES:
                return f"play {request.name}: there is no such choreography"
            if not fits(request.name, from_yaw_deg=yaw_deg, arc=arc):
                return f"play {request.name}: it does not fit into the range of motion from here"
            goals = tuple((yaw_deg + b.offset_deg, b.rate_dps, b.dwell_s) for b in CHOREOGRAPHIES[request.name])
            return Task(goals=goals, why=f"playing {request.name}", since_tick=tick, until_tick=until_tick)
        return f"{request.kind}: there is no such request"

    def _advanced(self, task: Task, moment: Moment) -> Task | None:
        yaw_deg, _, dwell_s = task.goals[task.step]
        tolerance_deg = max(moment.tuning.motion.aim_tolerance_deg, 0.5)
        there = not moment.body.moving and abs(moment.motor.yaw_deg - yaw_deg) <= tolerance_deg
        failed = (
            moment.decision is not None
            and moment.decision.tick > max(task.since_tick, task.step_tick)
            and moment.decision.hold in (HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT)
        )
        if failed and moment.decision is not None and moment.decision.hold is not None:
            self._rest_reason = moment.decision.hold
            self._idle_tick, self.events = moment.tick, (f"{task.why}: something is in the way",)
            return None
        if not there:
            return replace(task, hold_tick=None) if task.hold_tick is not None else task
        if task.hold_tick is None:
            task = replace(task, hold_tick=moment.tick)
        if moment.seconds_since(task.hold_tick or 0) < dwell_s:
            return task
        if task.step + 1 < len(task.goals):
            return replace(task, step=task.step + 1, step_tick=moment.tick, hold_tick=None)
        self._idle_tick, self._rest_reason = moment.tick, HoldReason.ON_TARGET
        self.events = (f"{task.why}: done",)
        return None


def _number(value: float | None, otherwise: float) -> float:
    return otherwise if value is None or not math.isfinite(value) else value
