"""Turns that an app or a remote user asks for: to a direction, at a speed, to the centre, or a choreography.

Each owner has one turn at a time. A lease keeps the screen for its owner between turns; without one the screen is given back soon
after the turn is done. A turn that loses the screen to somebody else is over; a lease waits. A remote user is slower, may ask only so
often, and loses the screen when silent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from simulator.onboard.behaviour.answering import Answering
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.messages import (
    TICKS_PER_S,
    Acquire,
    Answer,
    AnswerCode,
    AnswerKind,
    HoldReason,
    IntentKind,
    Owner,
    Request,
    TurnAt,
    Turning,
)
from simulator.onboard.state import Remembers

# After a turn the screen stays for a moment, so that the next turn of a series need not fight for it.
LINGER_S: Final = 0.5
LONGEST_LEASE_S: Final = 60.0
# While one of these holds the screen a turn waits, and whoever asked for it is told.
WAITS_FOR: Final = frozenset({HoldReason.SHUTTER_CLOSED, HoldReason.SENSOR_LOST, HoldReason.RANGE_NOT_SET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One turn, step by step."""

    request: Turning
    goals: tuple[tuple[float, float | None, float], ...]  # yaw_deg, rate_dps, dwell_s
    why: str
    since_tick: int
    until_tick: int
    step: int = 0
    step_tick: int = 0
    hold_tick: int | None = None  # since when the goal of this step is reached
    waits: bool = False  # told that something holds the screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to keep the screen."""

    request: Acquire
    until_tick: int
    waits: bool = False  # told that somebody else has the screen


class Tasks(Remembers):
    """The turn and the lease of one owner."""

    def __init__(self, *, remote: bool) -> None:
        self._remote = remote
        self._task: Task | None = None
        self._lease: Lease | None = None
        self._idle_tick = 0
        self.asked_tick = -1_000_000
        self._rest_reason = HoldReason.ON_TARGET  # why the screen stays after the last turn

    @property
    def open(self) -> tuple[Request, ...]:
        """The requests that have no final answer yet."""
        found: list[Request] = []
        if self._task is not None:
            found.append(self._task.request)
        if self._lease is not None:
            found.append(self._lease.request)
        return tuple(found)

    def turn(self, task: Task, first: Answer, answering: Answering, *, tick: int) -> None:
        """Take a turn in place of the one before."""
        if self._task is not None:
            answering.superseded(self._task.request, by=task.request)
        self._task = task
        self.asked_tick = self._idle_tick = tick
        answering.give(first)

    def acquire(self, request: Acquire, answering: Answering, *, tick: int) -> None:
        """Take a lease in place of the one before."""
        if self._lease is not None:
            answering.superseded(self._lease.request, by=request)
        lease_s = min(request.lease_s, LONGEST_LEASE_S)
        self._lease = Lease(request=request, until_tick=tick + round(lease_s * TICKS_PER_S))
        self.asked_tick = self._idle_tick = tick
        if lease_s < request.lease_s:
            answering.say(
                request, AnswerKind.CLAMPED, AnswerCode.TOO_LONG, value=request.lease_s, threshold=lease_s, unit="s"
            )
        else:
            answering.say(request, AnswerKind.TAKEN, AnswerCode.AS_ASKED)

    def release(self, by: Request, answering: Answering) -> None:
        """Give up the turn and the lease."""
        if self._task is not None:
            answering.superseded(self._task.request, by=by)
        if self._lease is not None:
            answering.say(self._lease.request, AnswerKind.DONE, AnswerCode.RELEASED, by=by.request_id)
        self._task = self._lease = None

    def end(self, answering: Answering, *, owner: Owner, by: Request | None) -> None:
        """The screen is lost for good: what was asked of it is over."""
        for request in self.open:
            answering.lost(request, owner=owner, by=by)
        self._task = self._lease = None

    def expire(self, tick: int, answering: Answering) -> None:
        """End a lease whose time is over."""
        if self._lease is not None and tick >= self._lease.until_tick:
            answering.say(self._lease.request, AnswerKind.DONE, AnswerCode.TIME_OVER)
            self._lease = None

    def settle(self, answering: Answering, *, owner: Owner, mine: bool) -> None:
        """Tell what has become of turn and lease when all that happened is known; `mine` while they have the screen."""
        if self._task is not None and not mine:
            answering.say(self._task.request, AnswerKind.PREEMPTED, AnswerCode.HIGHER_OWNER, owner=owner)
            self._task = None
        lease = self._lease
        if lease is not None and lease.waits == mine:
            self._lease = replace(lease, waits=not mine)
            if mine:
                answering.say(lease.request, AnswerKind.TAKEN, AnswerCode.AS_ASKED)
            else:
                answering.say(lease.request, AnswerKind.QUEUED, AnswerCode.WAITS_FOR_OWNER, owner=owner)

    def wanted(self, moment: Moment, answering: Answering) -> Wanted:
        """What the turn asks for now."""
        tick = moment.tick
        if self._task is not None:
            self._task = self._advanced(self._task, moment, answering)
        task = self._task
        if task is None:
            timeout_s = moment.tuning.away.remote_timeout_s if self._remote else LINGER_S
            leased = self._lease is not None and tick < self._lease.until_tick
            over = not leased and moment.seconds_since(self._idle_tick) > timeout_s
            return stay("waiting for the next wish", self._rest_reason, done=over)
        yaw_deg, rate_dps, _ = task.goals[task.step]
        if self._remote:
            rate_dps = min(rate_dps or math.inf, moment.tuning.away.remote_rate_dps)
        return Wanted(
            IntentKind.GO, task.why, azimuth_deg=yaw_deg, urgent=True, rate_limit_dps=rate_dps,
            reason_tick=task.since_tick,
        )  # fmt: skip

    def _advanced(self, task: Task, moment: Moment, answering: Answering) -> Task | None:
        """The turn after this thought; None when it has ended."""
        tick, here_deg = moment.tick, moment.motor.yaw_deg
        if tick >= task.until_tick:
            lasted = isinstance(task.request, TurnAt)
            code = AnswerCode.AS_ASKED if lasted else AnswerCode.TIME_OVER
            self._ended(task, code, moment, answering, rest=self._rest_reason)
            return None
        yaw_deg, _, dwell_s = task.goals[task.step]
        decision = moment.decision
        hold = None
        if decision is not None and decision.tick > max(task.since_tick, task.step_tick):
            hold = decision.hold
        if hold in (HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT) and hold is not None:
            self._ended(task, AnswerCode.BLOCKED, moment, answering, rest=hold)
            return None
        task = _told(task, hold, answering)
        tolerance_deg = max(moment.tuning.motion.aim_tolerance_deg, 0.5)
        if moment.body.moving or abs(here_deg - yaw_deg) > tolerance_deg:
            return replace(task, hold_tick=None) if task.hold_tick is not None else task
        if task.hold_tick is None:
            task = replace(task, hold_tick=tick)
        if moment.seconds_since(task.hold_tick or 0) < dwell_s:
            return task
        if task.step + 1 < len(task.goals):
            return replace(task, step=task.step + 1, step_tick=tick, hold_tick=None)
        self._ended(task, AnswerCode.AS_ASKED, moment, answering, rest=HoldReason.ON_TARGET)
        return None

    def _ended(self, task: Task, code: AnswerCode, moment: Moment, answering: Answering, *, rest: HoldReason) -> None:
        """Tell how the turn ended; the screen then rests for this reason."""
        hold = None if code is AnswerCode.AS_ASKED or moment.decision is None else moment.decision.hold
        answering.say(task.request, AnswerKind.DONE, code, will_yaw_deg=moment.motor.yaw_deg, hold=hold)
        self._idle_tick, self._rest_reason = moment.tick, rest


def _told(task: Task, hold: HoldReason | None, answering: Answering) -> Task:
    """Tell when something begins to hold the screen, and when it has gone."""
    waits = hold in WAITS_FOR
    if waits == task.waits:
        return task
    if waits:
        answering.say(task.request, AnswerKind.QUEUED, AnswerCode.HELD, hold=hold)
    else:
        answering.say(task.request, AnswerKind.TAKEN, AnswerCode.AS_ASKED, will_yaw_deg=task.goals[-1][0])
    return replace(task, waits=waits)
