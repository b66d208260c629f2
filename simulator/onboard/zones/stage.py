"""Zones: from what is wanted to a direction to turn to, or the reason to stay.

In the dead zone nothing happens, in the holding zone the screen waits until somebody has settled, in the motion zone it
follows. Before that come the questions that forbid any motion, after it those of range and blocked sides. Every thought
leaves the list of questions with their numbers.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import RangeOfMotion, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.gate_names import GateName
from simulator.onboard.gates import GateRecord, yes_no
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
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.group import Aim, aim_at
from simulator.onboard.zones.moment import ZoneMoment
from simulator.onboard.zones.questions import ask_zones, is_wanted, may_move_at_all, reachable
from simulator.onboard.zones.rules import ZoneRules

# While a turn is under way its goal follows the person, but not every tremble of an estimate.
RETARGET_DEG: Final = 1.5
# Somebody who walks on is met a little ahead, or the turn would end behind them; less than a dead zone ahead.
WALKING_DPS, LEAD_S, LEAD_MAX_DEG = 4.0, 0.4, 5.0
# A turn that stands still this long without having arrived is over: something holds it.
GIVE_UP_TICKS: Final = 50
# Play, a screen that gives a little: less than this is no way.
SOME_WAY_DEG: Final = 2.0
# For how long a wake word that was not acted on is told: as long as the behaviour shows it.
DOUBT_SHOWN_S: Final = 2.0
# A rest longer than this is told as this long.
LONGEST_REST_S: Final = 60.0
ZONE_ORDER: Final = {Zone.DEAD: 0, Zone.HOLDING: 1, Zone.MOTION: 2, Zone.OUT_OF_VIEW: 3}


class ZoneStage(Remembers):
    """Decides whether and where to turn."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._facts = facts
        self._tuning: Tuning | None = None
        self._rules: dict[Mode, ZoneRules] = {}
        self._zone: Zone | None = None
        self._zone_of: int | None = None
        self._motion_zone_tick = self._holding_tick = 0
        self._from_deg = 0.0  # where the turn under way began
        # The last contact: when, where the screen was, and what it was turning to.
        self._blocked_tick, self._met_deg, self._blocked_goal_deg = 0, 0.0, math.nan
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
        """Answer all questions again."""
        rules = self._rules_for(intent.mode, tuning)
        aim = self._aim(intent, tracks, rules, motor.yaw_deg)
        zone, dead_deg, holding_deg = self._zone_now(aim, rules, intent, tick=intent.tick)
        if aim is not None and zone is Zone.HOLDING:
            # Only time spent there counts: to have stood in the dead zone for long is no wish to be faced elsewhere.
            aim.settled_s = min(aim.settled_s, (intent.tick - self._holding_tick) * TICK_S)
        self._remember_contact(body, motor.yaw_deg)
        key = (intent.kind, None if aim is None else aim.subject_id)
        moment = ZoneMoment(
            intent=intent,
            body=body,
            motor=motor,
            shutter=shutter,
            eyes_lost_s=eyes_lost_s,
            arc=arc,
            tracks=tracks,
            tuning=tuning,
            rules=rules,
            aim=aim,
            zone=zone,
            dead_deg=dead_deg,
            holding_deg=holding_deg,
            under_way=self._goal_deg is not None and self._goal_for == key,
            goal_deg=self._goal_deg,
            blocked_goal_deg=self._blocked_goal_deg,
            waited_s=(intent.tick - self._motion_zone_tick) * TICK_S,
            rested_s=min((intent.tick - self._rest_tick) * TICK_S, LONGEST_REST_S),
        )
        record = GateRecord()
        goal_deg = self._settled(record, moment, self._goal(record, moment))
        return ZoneDecision(
            tick=intent.tick,
            zone=zone,
            goal_yaw_deg=goal_deg,
            hold=None if goal_deg is not None else record.hold(),
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
        if zone is not before and zone is Zone.HOLDING:
            self._holding_tick = tick
        self._zone, self._zone_of = zone, aim.subject_id
        return zone, dead_deg, holding_deg

    # --- the turn -----------------------------------------------------------------------------------------------------

    def _goal(self, record: GateRecord, moment: ZoneMoment) -> float | None:
        """Ask all questions; the yaw to turn to when every one is passed."""
        if not may_move_at_all(record, moment) or moment.arc is None or not is_wanted(record, moment):
            return None
        ask_zones(record, moment)
        target_deg = _target(moment.intent, moment.aim)
        if target_deg is None or not record.all_passed():
            return None
        return reachable(record, moment, moment.arc, target_deg)

    def _remember_contact(self, body: BodyReport, yaw_deg: float) -> None:
        """Note what was met on the way to where; forget it once the screen has come past the place."""
        if body.blocked_tick != self._blocked_tick:
            self._blocked_tick, self._met_deg = body.blocked_tick, yaw_deg
            self._blocked_goal_deg = self._met_on_the_way(body, yaw_deg)
        elif abs(self._blocked_goal_deg - yaw_deg) < abs(self._blocked_goal_deg - self._met_deg) - SOME_WAY_DEG:
            self._blocked_goal_deg = math.nan  # it has come past the place, by whatever hand: nothing stands there

    def _met_on_the_way(self, body: BodyReport, yaw_deg: float) -> float:
        """What was being turned to when something was met on the way; not a number when it was no obstacle there.

        A blow after some way is an obstacle at a known place. A motor that stalls, stands or turns the wrong way has met nothing.
        """
        goal_deg = self._goal_deg
        if goal_deg is None or body.contact is not Contact.BUMP:
            return math.nan
        gained_deg = abs(goal_deg - self._from_deg) - abs(goal_deg - yaw_deg)
        return goal_deg if gained_deg > SOME_WAY_DEG else math.nan

    def _settled(self, record: GateRecord, moment: ZoneMoment, goal_deg: float | None) -> float | None:
        """Keep a goal steady while it is turned to, and notice the arrival."""
        intent, aim, body, rules = moment.intent, moment.aim, moment.body, moment.rules
        if goal_deg is None:
            if self._goal_deg is not None:
                self._rest_tick, self._goal_deg = intent.tick, None
            record.stay(HoldReason.NOBODY_THERE if aim is None else HoldReason.ON_TARGET)
            if _word_in_doubt(moment.tracks, tick=intent.tick):
                # Whatever else keeps the screen: who called wants to know that the call was heard.
                record.gates.append(yes_no(GateName.WAKE_TAKEN, False))
            return None
        if not moment.under_way or body.moving:
            self._still_tick = intent.tick
        if moment.under_way and self._goal_deg is not None:
            steady = abs(goal_deg - self._goal_deg) < RETARGET_DEG and intent.kind is not IntentKind.GO
            if steady:
                goal_deg = self._goal_deg
            off_deg = abs(goal_deg - moment.yaw_deg)
            close = off_deg <= max(rules.aim_tolerance_deg, 0.5)
            stuck = intent.tick - self._still_tick > GIVE_UP_TICKS
            if not body.moving and (close or stuck):
                self._goal_deg, self._rest_tick = None, intent.tick
                record.gates.append(_arrived(off_deg, rules.aim_tolerance_deg))
                record.stay(HoldReason.ON_TARGET)
                return None
        if self._goal_deg is None:
            self._from_deg = moment.yaw_deg
        self._goal_deg, self._goal_for = goal_deg, (intent.kind, None if aim is None else aim.subject_id)
        return goal_deg


def _word_in_doubt(tracks: TrackReport, *, tick: int) -> bool:
    """Whether a wake word was heard a moment ago whose direction is not to be acted on."""
    if tracks.wake_doubt is None or tracks.wake_tick is None:
        return False
    return (tick - tracks.wake_tick) * TICK_S <= DOUBT_SHOWN_S


def _target(intent: Intent, aim: Aim | None) -> float | None:
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
        name=GateName.WORTH_MAKING, value=off_deg, threshold=tolerance_deg, margin=off_deg - tolerance_deg, unit="°",
        passed=False,
    )  # fmt: skip
