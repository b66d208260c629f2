"""From a request to turn to the way the screen will take, with what was cut off it, or to a refusal that says why."""

from __future__ import annotations

import math
from typing import Final, assert_never

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.answering import answered, refused
from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES, first_outside_deg, playable
from simulator.onboard.behaviour.moment import Moment
from simulator.onboard.behaviour.tasks import Task
from simulator.onboard.messages import (
    TICKS_PER_S,
    Acquire,
    Answer,
    AnswerCode,
    AnswerKind,
    Asker,
    Beat,
    GoToCentre,
    Play,
    PlayBeats,
    TurnAt,
    Turning,
    TurnTo,
)

# A turn that has not arrived by then is given up.
TASK_S: Final = 20.0
LONGEST_TURN_AT_S: Final = 5.0
# A remote user's wishes nearer together than this are dropped: a network delivers bursts.
REMOTE_GAP_S: Final = 0.2
# This far outside the range is the encoder's noise, not a wish for more.
RANGE_SLACK_DEG: Final = 0.5

Plan = tuple[Task, Answer]


def planned(request: Turning, moment: Moment) -> Plan | Answer:
    """The turn that a request asks for with its first answer, or the refusal."""
    arc = moment.arc
    if arc is None:
        return refused(request, AnswerCode.RANGE_NOT_SET)
    match request:
        case TurnTo():
            return _turn_to(request, moment, arc)
        case TurnAt():
            return _turn_at(request, moment, arc)
        case GoToCentre():
            if not _is_rate(request.rate_dps):
                return refused(request, AnswerCode.BAD_VALUE)
            return _single(request, moment, arc.centre_deg, request.rate_dps, why="to the centre")
        case Play(name=name):
            if name not in CHOREOGRAPHIES:
                return refused(request, AnswerCode.NO_SUCH_CHOREOGRAPHY)
            return _choreography(request, CHOREOGRAPHIES[name], moment, arc, why=f"playing {name}")
        case PlayBeats(beats=beats):
            if not playable(beats):
                return refused(request, AnswerCode.BAD_VALUE)
            return _choreography(request, beats, moment, arc, why="playing a choreography")
        case _:
            assert_never(request)


def too_soon(request: Turning | Acquire, moment: Moment, asked_tick: int) -> Answer | None:
    """The refusal of a remote user who asks too often."""
    after_s = moment.seconds_since(asked_tick)
    if request.client.asker is not Asker.REMOTE or after_s >= REMOTE_GAP_S:
        return None
    return refused(request, AnswerCode.TOO_MANY, value=after_s, threshold=REMOTE_GAP_S, unit="s")


def bad_lease(request: Acquire) -> Answer | None:
    """The refusal of a lease that is no time."""
    good = math.isfinite(request.lease_s) and request.lease_s > 0.0
    return None if good else refused(request, AnswerCode.BAD_VALUE)


def _turn_to(request: TurnTo, moment: Moment, arc: RangeOfMotion) -> Plan | Answer:
    if not math.isfinite(request.angle_deg) or not _is_rate(request.rate_dps):
        return refused(request, AnswerCode.BAD_VALUE)
    wish_deg = moment.motor.yaw_deg + request.angle_deg if request.relative else request.angle_deg
    goal_deg = arc.clamp_yaw_deg(wish_deg)
    if arc.contains_yaw(wish_deg, slack_deg=RANGE_SLACK_DEG):
        return _single(request, moment, goal_deg, request.rate_dps, why="turning as asked")
    task, _ = _single(request, moment, goal_deg, request.rate_dps, why="turning as asked")
    cut = answered(
        request, AnswerKind.CLAMPED, AnswerCode.OUT_OF_RANGE, value=wish_deg, threshold=goal_deg, unit="°",
        will_yaw_deg=goal_deg,
    )  # fmt: skip
    return task, cut


def _turn_at(request: TurnAt, moment: Moment, arc: RangeOfMotion) -> Plan | Answer:
    rate_dps, ttl_s = request.rate_dps, request.ttl_s
    if not math.isfinite(rate_dps) or rate_dps == 0.0 or not math.isfinite(ttl_s) or ttl_s <= 0.0:
        return refused(request, AnswerCode.BAD_VALUE)
    lasts_s = min(ttl_s, LONGEST_TURN_AT_S)
    goal_deg = arc.max_deg if rate_dps > 0.0 else arc.min_deg
    task = Task(
        request=request, goals=((goal_deg, abs(rate_dps), 0.0),), why="turning at a speed", since_tick=moment.tick,
        until_tick=moment.tick + max(round(lasts_s * TICKS_PER_S), 1),
    )  # fmt: skip
    if lasts_s < ttl_s:
        cut = answered(request, AnswerKind.CLAMPED, AnswerCode.TOO_LONG, value=ttl_s, threshold=lasts_s, unit="s")
        return task, cut
    return task, _speed_answer(request, moment, abs(rate_dps)) or answered(
        request, AnswerKind.TAKEN, AnswerCode.AS_ASKED
    )


def _single(request: Turning, moment: Moment, goal_deg: float, rate_dps: float | None, *, why: str) -> Plan:
    rate = None if rate_dps is None else abs(rate_dps)
    first = _speed_answer(request, moment, rate, will_yaw_deg=goal_deg)
    taken = answered(request, AnswerKind.TAKEN, AnswerCode.AS_ASKED, will_yaw_deg=goal_deg)
    return _task(request, moment, ((goal_deg, rate, 0.0),), why=why), first or taken


def _choreography(
    request: Turning, beats: tuple[Beat, ...], moment: Moment, arc: RangeOfMotion, *, why: str
) -> Plan | Answer:
    yaw_deg = moment.motor.yaw_deg
    outside_deg = first_outside_deg(beats, from_yaw_deg=yaw_deg, arc=arc)
    if outside_deg is not None:
        end_deg = arc.clamp_yaw_deg(outside_deg)
        return refused(request, AnswerCode.DOES_NOT_FIT, value=outside_deg, threshold=end_deg, unit="°")
    goals = tuple((yaw_deg + beat.offset_deg, beat.rate_dps, beat.dwell_s) for beat in beats)
    taken = answered(request, AnswerKind.TAKEN, AnswerCode.AS_ASKED, will_yaw_deg=goals[-1][0])
    return _task(request, moment, goals, why=why), taken


def _task(request: Turning, moment: Moment, goals: tuple[tuple[float, float | None, float], ...], *, why: str) -> Task:
    until_tick = moment.tick + round(TASK_S * TICKS_PER_S)
    return Task(request=request, goals=goals, why=why, since_tick=moment.tick, until_tick=until_tick)


def _speed_answer(
    request: Turning, moment: Moment, rate_dps: float | None, *, will_yaw_deg: float | None = None
) -> Answer | None:
    """The answer to a speed that is more than the screen will turn at."""
    most_dps = moment.tuning.motion.max_rate_dps
    if request.client.asker is Asker.REMOTE:
        most_dps = min(most_dps, moment.tuning.away.remote_rate_dps)
    if rate_dps is None or rate_dps <= most_dps:
        return None
    return answered(
        request, AnswerKind.CLAMPED, AnswerCode.TOO_FAST, value=rate_dps, threshold=most_dps, unit="°/s",
        will_yaw_deg=will_yaw_deg, will_rate_dps=most_dps,
    )  # fmt: skip


def _is_rate(rate_dps: float | None) -> bool:
    return rate_dps is None or (math.isfinite(rate_dps) and rate_dps != 0.0)
