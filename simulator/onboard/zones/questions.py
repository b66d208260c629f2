"""The questions of one thought, in their order: may the screen move at all, is a turn wanted, do the zones ask for it, can it be made."""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.gate_names import GateName
from simulator.onboard.gates import GateRecord, at_least, at_most, yes_no
from simulator.onboard.messages import Contact, HoldReason, IntentKind, Mode, Shutter, Zone
from simulator.onboard.zones.moment import ZoneMoment

# A direction this far outside the range is not served even approximately.
RANGE_SLACK_DEG: Final = 10.0
# Two turns whose ends lie nearer than this go the same way: a person is about this wide to the ears.
SAME_WAY_DEG: Final = 25.0
LONGEST_EYES_LOST_S: Final = 1.0


def may_move_at_all(record: GateRecord, moment: ZoneMoment) -> bool:
    """What forbids any motion, whoever asks."""
    intent, motor = moment.intent, moment.motor
    healthy = not motor.fault and intent.mode is not Mode.FAULT and math.isfinite(motor.yaw_deg)
    record.ask(yes_no(GateName.HEALTHY, healthy), HoldReason.FAULT)
    record.ask(yes_no(GateName.SHUTTER_OPEN, moment.shutter is Shutter.OPEN), HoldReason.SHUTTER_CLOSED)
    record.ask(yes_no(GateName.RANGE_SET, moment.arc is not None), HoldReason.RANGE_NOT_SET)
    hands_off = moment.body.contact is not Contact.HAND and intent.kind is not IntentKind.YIELD
    record.ask(yes_no(GateName.HANDS_OFF, hands_off), HoldReason.HAND_ON_SCREEN)
    if intent.mode is not Mode.SETUP:
        eyes_work = moment.eyes_lost_s < LONGEST_EYES_LOST_S
        record.ask(yes_no(GateName.EYES_WORK, eyes_work), HoldReason.SENSOR_LOST)
    return record.all_passed()


def is_wanted(record: GateRecord, moment: ZoneMoment) -> bool:
    """Whether the behaviour wants a turn, and towards somebody who counts."""
    intent, aim, rules = moment.intent, moment.aim, moment.rules
    record.gates.extend(intent.gates)
    if not record.ask(yes_no(GateName.ASKED_FOR, intent.hold is None), intent.hold or HoldReason.POLICY):
        return False
    if intent.kind is IntentKind.KEEP_IN_VIEW:
        record.ask(yes_no(GateName.SOMEBODY_THERE, aim is not None), HoldReason.NOBODY_THERE)
    if aim is None or aim.track is None or intent.kind is IntentKind.GO:
        return record.all_passed()
    track = aim.track
    if intent.kind is IntentKind.KEEP_IN_VIEW:
        record.ask(yes_no(GateName.SEEN, track.seen), HoldReason.NOT_CONFIRMED)
    if track.seen:
        record.ask(at_least(GateName.LIVING, track.person, rules.min_person), HoldReason.NOT_CONFIRMED)
    if track.distance_m is not None:
        near = at_most(GateName.NEAR_ENOUGH, track.distance_m, rules.max_distance_m, "m")
        record.ask(near, HoldReason.NOBODY_THERE)
    return record.all_passed()


def ask_zones(record: GateRecord, moment: ZoneMoment) -> None:
    """Whether whoever matters is far enough from the middle, and for long enough."""
    intent, aim, rules, zone = moment.intent, moment.aim, moment.rules, moment.zone
    if aim is None or intent.kind is IntentKind.GO:
        return
    off_deg = abs(aim.bearing_deg)
    if moment.under_way:
        # The zones have answered; the turn goes on until it arrives.
        record.ask(at_least(GateName.OUTSIDE_DEAD_ZONE, off_deg, 0.0, "°"), HoldReason.IN_DEAD_ZONE)
        return
    sticky_deg = rules.hysteresis_deg if zone is Zone.DEAD and off_deg >= moment.dead_deg else 0.0
    outside = at_least(GateName.OUTSIDE_DEAD_ZONE, off_deg, moment.dead_deg + sticky_deg, "°")
    if not record.ask(outside, HoldReason.IN_DEAD_ZONE):
        return
    track = aim.track
    if zone is Zone.OUT_OF_VIEW and track is not None and not intent.urgent:
        unseen_s = min(track.seen_age_s, track.heard_age_s)
        if not record.ask(at_most(GateName.LATELY, unseen_s, rules.look_after_s, "s"), HoldReason.NOBODY_THERE):
            return
    if intent.urgent:
        return
    if zone is Zone.HOLDING:
        record.ask(at_least(GateName.SETTLED, aim.settled_s, rules.settle_s, "s"), HoldReason.SETTLING)
    else:
        waited = at_least(GateName.MOTION_ZONE_FOR, moment.waited_s, rules.motion_delay_s, "s")
        record.ask(waited, HoldReason.SETTLING)
    record.ask(at_least(GateName.RESTED, moment.rested_s, rules.rest_s, "s"), HoldReason.SETTLING)


def _is_news(moment: ZoneMoment, goal_deg: float) -> bool:
    """Whether a reason newer than a contact leads elsewhere: who calls again from behind an obstacle is still behind it."""
    blocked_deg = moment.blocked_goal_deg
    if moment.intent.kind is IntentKind.GO or not math.isfinite(blocked_deg):
        return True
    return abs(goal_deg - blocked_deg) > SAME_WAY_DEG


def reachable(record: GateRecord, moment: ZoneMoment, arc: RangeOfMotion, target_deg: float) -> float | None:
    """The yaw that serves a direction, inside the range and not on a blocked side; None when the screen has to stay."""
    intent, body, rules, yaw_deg = moment.intent, moment.body, moment.rules, moment.yaw_deg
    if not math.isfinite(target_deg):
        record.ask(yes_no(GateName.ASKED_FOR, False), HoldReason.NOBODY_THERE)
        return None
    if intent.kind is IntentKind.GO:
        goal_deg, outside_deg = arc.clamp_yaw_deg(target_deg), 0.0
    else:
        goal_deg = arc.yaw_towards_deg(target_deg, from_yaw_deg=yaw_deg)
        outside_deg = arc.outside_by_deg(target_deg)
    turn_deg = goal_deg - yaw_deg
    worth = abs(turn_deg) >= rules.aim_tolerance_deg or moment.goal_deg is not None
    if outside_deg > RANGE_SLACK_DEG and (intent.kind is IntentKind.FACE or not worth):
        record.ask(at_most(GateName.OUTSIDE_RANGE, outside_deg, RANGE_SLACK_DEG, "°"), HoldReason.OUT_OF_RANGE)
        return None
    if outside_deg > 0.0 and not worth:
        record.ask(at_most(GateName.OUTSIDE_RANGE, outside_deg, 0.0, "°"), HoldReason.OUT_OF_RANGE)
        return None
    renewed = intent.reason_tick > body.blocked_tick and _is_news(moment, goal_deg)
    if turn_deg > 0.0:
        record.ask(yes_no(GateName.LEFT_FREE, renewed or not body.blocked_left), HoldReason.BLOCKED_LEFT)
    elif turn_deg < 0.0:
        record.ask(yes_no(GateName.RIGHT_FREE, renewed or not body.blocked_right), HoldReason.BLOCKED_RIGHT)
    if not worth:
        record.ask(at_least(GateName.WORTH_MAKING, abs(turn_deg), rules.aim_tolerance_deg, "°"), HoldReason.ON_TARGET)
    return goal_deg if record.all_passed() else None
