"""Zones: from what is wanted to a direction to turn to, or the reason to stay.

In the dead zone nothing happens, in the holding zone the screen waits until somebody has settled, in the motion zone it
follows. Before that come the questions that forbid any motion, after it those of range and blocked sides. Every thought
leaves the list of questions with their numbers.
"""

from __future__ import annotations

import math

from simulator.onboard.angles import RangeOfMotion, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    TICK_S,
    BodyReport,
    Contact,
    Gate,
    HoldReason,
    Intent,
    IntentKind,
    Mode,
    MotorState,
    Shutter,
    Track,
    TrackReport,
    Zone,
    ZoneDecision,
)
from simulator.onboard.quick import maker
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.gates import GateRecord
from simulator.onboard.zones.group import Aim, aim_at
from simulator.onboard.zones.rules import ZoneRules

# While a turn is under way its goal follows the person, but not every tremble of an estimate.
RETARGET_DEG = 1.5
# Somebody who walks on is met a little ahead, or the turn would end behind them; less than a dead zone ahead.
WALKING_DPS, LEAD_S, LEAD_MAX_DEG = 4.0, 0.4, 5.0
# A direction this far outside the range is not served even approximately.
RANGE_SLACK_DEG = 10.0
# A turn that stands still this long without having arrived is over: something holds it.
GIVE_UP_TICKS = 50
ZONE_ORDER = {Zone.DEAD: 0, Zone.HOLDING: 1, Zone.MOTION: 2, Zone.OUT_OF_VIEW: 3}

make_decision = maker(ZoneDecision)


class ZoneStage:
    """Decides whether and where to turn."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._facts = facts
        self._tuning: Tuning | None = None
        self._rules: dict[Mode, ZoneRules] = {}
        self._zone: Zone | None = None
        self._zone_of: int | None = None
        self._motion_zone_tick = 0
        self._goal_deg: float | None = None
        self._goal_for: tuple[IntentKind, int | None] | None = None
        self._still_tick = 0
        self._rest_tick = -1_000_000
        self._grouped = False

    def tick(
        self,
        intent: Intent,
        tracks: TrackReport,
        body: BodyReport,
        tuning: Tuning,
        *,
        motor: MotorState,
        shutter: Shutter,
        eyes_lost_s: float,
        arc: RangeOfMotion | None,
    ) -> ZoneDecision:
        """Answer all questions anew."""
        rules = self._rules_for(intent.mode, tuning)
        yaw_deg = motor.yaw_deg
        record = GateRecord()
        aim = self._aim(intent, tracks, rules, yaw_deg)
        zone, dead_deg, holding_deg = self._zone_now(aim, rules, intent, tick=intent.tick)
        free = self._may_move_at_all(record, intent, body, motor, shutter, eyes_lost_s, arc)
        goal_deg: float | None = None
        if free and arc is not None and self._wanted(record, intent, aim, rules):
            if aim is not None and intent.kind is not IntentKind.GO:
                self._ask_zones(record, intent, aim, rules, zone, dead_deg, holding_deg, body)
            target_deg = self._target(intent, aim)
            if record.hold is None and target_deg is not None:
                goal_deg = self._reachable(record, intent, target_deg, yaw_deg, arc, body, rules)
        goal_deg = self._settle_goal(record, goal_deg, intent, aim, body, yaw_deg, rules)
        return make_decision(
            tick=intent.tick,
            zone=zone,
            goal_yaw_deg=goal_deg,
            hold=None if goal_deg is not None else record.hold,
            gates=tuple(record.gates),
            subject_id=None if aim is None else aim.subject_id,
            subject_bearing_deg=None if aim is None else aim.bearing_deg,
            dead_half_width_deg=dead_deg,
            holding_half_width_deg=holding_deg,
            settled_s=0.0 if aim is None else aim.settled_s,
            urgent=intent.urgent,
            rate_limit_dps=intent.rate_limit_dps,
            reason_tick=intent.reason_tick,
        )

    def snapshot(self) -> dict[str, object]:
        """An independent copy of everything that changes."""
        return dict(self.__dict__)

    def restore(self, state: dict[str, object]) -> None:
        """Go back to a snapshot."""
        self.__dict__.update(state)

    # --- what it is about ---------------------------------------------------------------------------------------------

    def _rules_for(self, mode: Mode, tuning: Tuning) -> ZoneRules:
        if tuning is not self._tuning:
            self._tuning, self._rules = tuning, {}
        rules = self._rules.get(mode)
        if rules is None:
            rules = ZoneRules(tuning, self._facts, mode)
            self._rules = {**self._rules, mode: rules}
        return rules

    def _aim(self, intent: Intent, tracks: TrackReport, rules: ZoneRules, yaw_deg: float) -> Aim | None:
        kind = intent.kind
        members: list[Track] = []
        for track_id in intent.track_ids:
            for track in tracks.tracks:
                if track.track_id == track_id:
                    members.append(track)
        aim = aim_at(members, rules, yaw_deg=yaw_deg, grouped=self._grouped, together=kind is IntentKind.KEEP_IN_VIEW)
        if aim is not None:
            self._grouped = aim.grouped
        wanted_deg = intent.azimuth_deg
        if kind in (IntentKind.FACE, IntentKind.FRAME) and wanted_deg is not None and math.isfinite(wanted_deg):
            if aim is None:
                return Aim(
                    azimuth_deg=wanted_deg, bearing_deg=wrap_deg(wanted_deg - yaw_deg), subject_id=None, track=None,
                    settled_s=0.0, grouped=False,
                )  # fmt: skip
            if kind is IntentKind.FRAME:
                return Aim(
                    azimuth_deg=wanted_deg, bearing_deg=wrap_deg(wanted_deg - yaw_deg), subject_id=aim.subject_id,
                    track=aim.track, settled_s=aim.settled_s, grouped=aim.grouped,
                )  # fmt: skip
        return aim

    def _zone_now(
        self, aim: Aim | None, rules: ZoneRules, intent: Intent, *, tick: int
    ) -> tuple[Zone | None, float, float]:
        if aim is None:
            self._zone = None
            return None, *rules.edges_deg(None)
        dead_deg, holding_deg = rules.edges_deg(aim.distance_m)
        if intent.kind is IntentKind.FRAME and intent.crop is not None:
            dead_deg = min(rules.crop_dead_deg(intent.crop.width), rules.max_holding_deg - 2.0)
            holding_deg = min(max(holding_deg, dead_deg + 2.0), rules.max_holding_deg)
        off_deg = abs(aim.bearing_deg)
        before = self._zone if aim.subject_id == self._zone_of else None
        zone = _classified(off_deg, dead_deg, holding_deg, rules.half_fov_deg)
        if before is not None and ZONE_ORDER[zone] > ZONE_ORDER[before]:
            # Going outwards takes a little more than the edge; coming back does not.
            more_deg = rules.hysteresis_deg
            sticky = _classified(off_deg, dead_deg + more_deg, holding_deg + more_deg, rules.half_fov_deg + more_deg)
            zone = sticky if ZONE_ORDER[sticky] >= ZONE_ORDER[before] else before
        if ZONE_ORDER[zone] < 2 or before is None or ZONE_ORDER[before] < 2:
            self._motion_zone_tick = tick
        self._zone, self._zone_of = zone, aim.subject_id
        return zone, dead_deg, holding_deg

    # --- the questions ------------------------------------------------------------------------------------------------

    def _may_move_at_all(
        self,
        record: GateRecord,
        intent: Intent,
        body: BodyReport,
        motor: MotorState,
        shutter: Shutter,
        eyes_lost_s: float,
        arc: RangeOfMotion | None,
    ) -> bool:
        healthy = not motor.fault and intent.mode is not Mode.FAULT and math.isfinite(motor.yaw_deg)
        record.yes("healthy", healthy, HoldReason.FAULT)
        record.yes("shutter open", shutter is Shutter.OPEN, HoldReason.SHUTTER_CLOSED)
        record.yes("range of motion set", arc is not None, HoldReason.RANGE_NOT_SET)
        hands_off = body.contact is not Contact.HAND and intent.kind is not IntentKind.YIELD
        record.yes("hands off", hands_off, HoldReason.HAND_ON_SCREEN)
        if intent.mode is not Mode.SETUP:
            record.yes("eyes working", eyes_lost_s < 1.0, HoldReason.SENSOR_LOST)
        return record.hold is None

    def _wanted(self, record: GateRecord, intent: Intent, aim: Aim | None, rules: ZoneRules) -> bool:
        """Whether the behaviour wants a turn, and towards somebody who counts."""
        record.gates.extend(intent.gates)
        record.yes("asked for", intent.hold is None, intent.hold or HoldReason.POLICY)
        if record.hold is not None:
            return False
        if intent.kind is IntentKind.KEEP_IN_VIEW:
            record.yes("somebody there", aim is not None, HoldReason.NOBODY_THERE)
        if aim is None or aim.track is None or intent.kind is IntentKind.GO:
            return record.hold is None
        track = aim.track
        if intent.kind is IntentKind.KEEP_IN_VIEW:
            record.yes("seen by the camera", track.seen, HoldReason.NOT_CONFIRMED)
        if track.seen:
            record.at_least("a living person", track.person, rules.min_person, "", HoldReason.NOT_CONFIRMED)
        if track.distance_m is not None:
            record.at_most("near enough", track.distance_m, rules.max_distance_m, "m", HoldReason.NOBODY_THERE)
        return record.hold is None

    def _ask_zones(
        self,
        record: GateRecord,
        intent: Intent,
        aim: Aim,
        rules: ZoneRules,
        zone: Zone | None,
        dead_deg: float,
        holding_deg: float,
        body: BodyReport,
    ) -> None:
        off_deg = abs(aim.bearing_deg)
        if self._goal_deg is not None and self._goal_for == (intent.kind, aim.subject_id):
            # Under way: the zones have answered; the turn goes on until it arrives.
            record.at_least("outside the dead zone", off_deg, 0.0, "°", HoldReason.IN_DEAD_ZONE)
            return
        sticky_deg = rules.hysteresis_deg if zone is Zone.DEAD and off_deg >= dead_deg else 0.0
        if not record.at_least("outside the dead zone", off_deg, dead_deg + sticky_deg, "°", HoldReason.IN_DEAD_ZONE):
            return
        track = aim.track
        if zone is Zone.OUT_OF_VIEW and track is not None and not intent.urgent:
            unseen_s = min(track.seen_age_s, track.heard_age_s)
            if not record.at_most("seen or heard lately", unseen_s, rules.look_after_s, "s", HoldReason.NOBODY_THERE):
                return
        if intent.urgent:
            return
        if zone is Zone.HOLDING:
            record.at_least("settled", aim.settled_s, rules.settle_s, "s", HoldReason.SETTLING)
        else:
            waited_s = (intent.tick - self._motion_zone_tick) * TICK_S
            record.at_least("in the motion zone for", waited_s, rules.motion_delay_s, "s", HoldReason.SETTLING)
        rested_s = min((intent.tick - self._rest_tick) * TICK_S, 60.0)
        record.at_least("rested", rested_s, rules.rest_s, "s", HoldReason.SETTLING)

    def _target(self, intent: Intent, aim: Aim | None) -> float | None:
        if intent.kind is IntentKind.GO:
            return intent.azimuth_deg
        if aim is None:
            return None
        if intent.kind is not IntentKind.KEEP_IN_VIEW or aim.grouped or aim.track is None:
            return aim.azimuth_deg
        rate_dps = aim.track.rate_dps
        if abs(rate_dps) < WALKING_DPS:
            return aim.azimuth_deg
        return aim.azimuth_deg + min(max(LEAD_S * rate_dps, -LEAD_MAX_DEG), LEAD_MAX_DEG)

    def _reachable(
        self,
        record: GateRecord,
        intent: Intent,
        target_deg: float,
        yaw_deg: float,
        arc: RangeOfMotion,
        body: BodyReport,
        rules: ZoneRules,
    ) -> float | None:
        if not math.isfinite(target_deg):
            record.yes("asked for", False, HoldReason.NOBODY_THERE)
            return None
        if intent.kind is IntentKind.GO:
            goal_deg, outside_deg = arc.clamp_yaw_deg(target_deg), 0.0
        else:
            goal_deg = arc.yaw_towards_deg(target_deg, from_yaw_deg=yaw_deg)
            outside_deg = arc.outside_by_deg(target_deg)
        turn_deg = goal_deg - yaw_deg
        worth = abs(turn_deg) >= rules.aim_tolerance_deg or self._goal_deg is not None
        if outside_deg > RANGE_SLACK_DEG and (intent.kind is IntentKind.FACE or not worth):
            record.at_most("outside the range by", outside_deg, RANGE_SLACK_DEG, "°", HoldReason.OUT_OF_RANGE)
            return None
        if outside_deg > 0.0 and not worth:
            record.at_most("outside the range by", outside_deg, 0.0, "°", HoldReason.OUT_OF_RANGE)
            return None
        renewed = intent.reason_tick > body.blocked_tick
        if turn_deg > 0.0:
            record.yes("left side free", renewed or not body.blocked_left, HoldReason.BLOCKED_LEFT)
        elif turn_deg < 0.0:
            record.yes("right side free", renewed or not body.blocked_right, HoldReason.BLOCKED_RIGHT)
        if not worth:
            record.at_least("turn worth making", abs(turn_deg), rules.aim_tolerance_deg, "°", HoldReason.ON_TARGET)
        return goal_deg if record.hold is None else None

    def _settle_goal(
        self,
        record: GateRecord,
        goal_deg: float | None,
        intent: Intent,
        aim: Aim | None,
        body: BodyReport,
        yaw_deg: float,
        rules: ZoneRules,
    ) -> float | None:
        """Keep a goal steady while it is turned to, and notice the arrival."""
        if goal_deg is None:
            if self._goal_deg is not None:
                self._rest_tick, self._goal_deg = intent.tick, None
            if record.hold is None:
                record.hold = HoldReason.NOBODY_THERE if aim is None else HoldReason.ON_TARGET
            return None
        key = (intent.kind, None if aim is None else aim.subject_id)
        under_way = self._goal_deg is not None and self._goal_for == key
        if not under_way or body.moving:
            self._still_tick = intent.tick
        if under_way and self._goal_deg is not None:
            steady = abs(goal_deg - self._goal_deg) < RETARGET_DEG and intent.kind is not IntentKind.GO
            if steady:
                goal_deg = self._goal_deg
            close = abs(goal_deg - yaw_deg) <= max(rules.aim_tolerance_deg, 0.5)
            stuck = intent.tick - self._still_tick > GIVE_UP_TICKS
            if not body.moving and (close or stuck):
                self._goal_deg, self._rest_tick = None, intent.tick
                off_deg = abs(goal_deg - yaw_deg)
                record.gates.append(_arrived(off_deg, rules.aim_tolerance_deg))
                record.hold = HoldReason.ON_TARGET
                return None
        self._goal_deg, self._goal_for = goal_deg, key
        return goal_deg


def _classified(off_deg: float, dead_deg: float, holding_deg: float, half_fov_deg: float) -> Zone:
    if off_deg < dead_deg:
        return Zone.DEAD
    if off_deg < holding_deg:
        return Zone.HOLDING
    if off_deg <= half_fov_deg:
        return Zone.MOTION
    return Zone.OUT_OF_VIEW


def _arrived(off_deg: float, tolerance_deg: float) -> Gate:
    return Gate(
        name="turn worth making", value=off_deg, threshold=tolerance_deg, margin=off_deg - tolerance_deg, unit="°",
        passed=False,
    )  # fmt: skip
