"""Motion: turns a decision into one set point per tick, and answers what the body feels at once.

Turns are jerk-limited and replanned in flight; a stop for safety is harder; a bump lets go within a tick, and a hand wins.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    HARD_STOPS,
    TICKS_PER_S,
    BackDrive,
    BodyReport,
    CommandKind,
    Contact,
    MotionReport,
    MotorCommand,
    MotorMode,
    MotorState,
    Touch,
    Zone,
    ZoneDecision,
)
from simulator.onboard.motion.feel import Feel
from simulator.onboard.motion.phases import (
    EASE_GIVE_DEG,
    EASE_TORQUE_NM,
    LET_GO_DEG,
    LET_GO_NM,
    LET_GO_TICKS,
    LOOSE_DPS,
    REANCHOR_DEG,
    RELEASE_TICKS,
    RETREAT,
    RETREAT_TORQUE_NM,
    SAME_GOAL_DEG,
    TORQUE_STEP_NM,
    Phase,
    softened,
    turn_limits,
)
from simulator.onboard.motion.profile import (
    STOP_JERK_DPS3,
    Limits,
    Plan,
    Profile,
    SetPoint,
    Way,
    brakes_from,
    plan_to,
    stop_plan,
)
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning

# Found once: looking up a member of an enumeration takes longer than most lines here, and these run every tick.
_REST, _TURN, _STOP, _RELEASE, _RETREAT, _YIELD, _EASE = Phase
_MOVING: Final = (_TURN, _STOP, _RETREAT)
_HOLD, _HAND, _FREE_DRIVE, _OFF = CommandKind.HOLD, Contact.HAND, BackDrive.FREE, MotorMode.OFF


class MotionStage(Remembers):
    """Makes the set point of every tick from the decision, within the limits of speed, acceleration and jerk."""

    FIXED = ("_motor_facts", "_profile")

    def __init__(self, facts: DeviceFacts, *, profile: Profile = Plan) -> None:
        self._profile = profile
        self._motor_facts = facts.motor
        self._feel = Feel(facts.motor)
        self._tuning: Tuning | None = None
        self._knobs = Tuning().bump
        self._limits = Limits(rate_dps=60.0, accel_dps2=180.0, jerk_dps3=1800.0)
        self._full: Limits | None = None  # of a turn that has begun softly and goes on briskly
        self._phase = Phase.REST
        self._phase_tick = 0
        self._plan: Way | None = None
        self._point: SetPoint | None = None
        self._decision: ZoneDecision | None = None
        self._seq = 0
        self._quiet_ticks, self._quiet_deg = 0, 0.0
        self._met = Contact.BUMP  # how the last thing in the way was felt
        self._bump_yaw_deg, self._bump_side = 0.0, 0.0
        self._blocked_left = self._blocked_right = False
        self._blocked_tick = 0
        self._manual_until_tick = 0
        self._body = BodyReport(tick=0)

    @property
    def body(self) -> BodyReport:
        """What was felt last."""
        return self._body

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves and the last decision has been taken up."""
        return self._phase is Phase.REST and self._plan is None and self._decision is not None

    def tick(
        self,
        decision: ZoneDecision,
        motor: MotorState,
        touch: Touch,
        tuning: Tuning,
        *,
        arc: RangeOfMotion | None,
        back_drive: BackDrive = BackDrive.AUTO,
    ) -> MotionReport:
        """The set point of this tick."""
        if tuning is not self._tuning:
            self._take(tuning)
        if not math.isfinite(motor.yaw_deg) or motor.fault or motor.mode is _OFF:
            return self._stand_down(motor)
        point = self._point
        if point is None:
            self._point = point = SetPoint(motor.yaw_deg, 0.0, 0.0)
        phase = self._phase
        turning = phase is _TURN or phase is _RETREAT
        contact = self._feel.tick(
            motor,
            touch,
            self._knobs,
            wanted_rate_dps=point.rate_dps if turning else 0.0,
            wanted_accel_dps2=point.accel_dps2,
            behind_deg=point.yaw_deg - motor.yaw_deg,
        )
        contact = self._respond(contact, motor, back_drive, arc)
        if decision is not self._decision:
            if self._phase in (_REST, _TURN, _STOP):
                self._follow(decision, motor, arc)
            elif self._phase is Phase.RETREAT and decision.hold in HARD_STOPS:
                self._come_to_rest(motor, hard=True)
        return self._report(motor, contact)

    # --- what the body feels ------------------------------------------------------------------------------------------

    def _respond(
        self, contact: Contact, motor: MotorState, back_drive: BackDrive, arc: RangeOfMotion | None
    ) -> Contact:
        phase = self._phase
        if phase is _REST and contact is not _HAND and back_drive is not _FREE_DRIVE:
            return contact
        if back_drive is BackDrive.FREE and phase is not Phase.YIELD:
            self._yield(motor)
        elif back_drive is BackDrive.OFF and contact is Contact.HAND:
            contact = Contact.NONE
        if self._phase is Phase.YIELD:
            return self._feel_hand(motor, keep=back_drive is BackDrive.FREE)
        if contact is Contact.HAND:
            self._yield(motor)
            return Contact.HAND
        return self._go_on(contact, motor, arc)

    def _go_on(self, contact: Contact, motor: MotorState, arc: RangeOfMotion | None) -> Contact:
        """Let the running phase answer what is in the way, or end; no hand is on the screen."""
        tick, phase = motor.tick, self._phase
        resisted = contact is Contact.BUMP or contact is Contact.STALL
        if phase is Phase.TURN and resisted:
            self._met = contact
            self._bump(motor)
        elif phase is Phase.RETREAT:
            if not resisted:
                return self._met
            self._rest(motor.yaw_deg, tick)
        elif phase is Phase.RELEASE:
            if tick - self._phase_tick >= RELEASE_TICKS:
                self._retreat(motor, arc)
            return self._met
        elif phase is Phase.EASE:
            point = self._point
            if point is not None and abs(motor.yaw_deg - point.yaw_deg) > EASE_GIVE_DEG:
                self._yield(motor)
                return Contact.HAND
            if tick >= self._manual_until_tick:
                self._rest(motor.yaw_deg, tick)
        return contact

    def _bump(self, motor: MotorState) -> None:
        point = self._point
        assert point is not None
        self._bump_side = 1.0 if point.rate_dps > 0.0 else -1.0
        self._bump_yaw_deg = motor.yaw_deg
        if self._bump_side > 0.0:
            self._blocked_left = True
        else:
            self._blocked_right = True
        self._blocked_tick = motor.tick
        self._enter(Phase.RELEASE, motor.tick)
        self._plan, self._point = None, SetPoint(motor.yaw_deg, 0.0, 0.0)

    def _retreat(self, motor: MotorState, arc: RangeOfMotion | None) -> None:
        goal_deg = self._bump_yaw_deg - self._bump_side * self._knobs.retreat_deg
        if arc is not None:
            goal_deg = arc.clamp_yaw_deg(goal_deg)
        self._feel.forget()
        if (motor.yaw_deg - goal_deg) * self._bump_side <= 0.0:
            self._rest(motor.yaw_deg, motor.tick)  # it has fallen back that far by itself
            return
        self._plan = Plan(SetPoint(motor.yaw_deg, 0.0, 0.0), goal_deg=goal_deg, limits=RETREAT, tick=motor.tick)
        self._enter(Phase.RETREAT, motor.tick)

    def _yield(self, motor: MotorState) -> None:
        self._plan, self._point = None, SetPoint(motor.yaw_deg, 0.0, 0.0)
        self._quiet_ticks, self._quiet_deg = 0, motor.yaw_deg
        self._enter(Phase.YIELD, motor.tick)

    def _feel_hand(self, motor: MotorState, *, keep: bool) -> Contact:
        if abs(motor.yaw_deg - self._quiet_deg) > LET_GO_DEG or abs(self._feel.external_nm) > LET_GO_NM:
            self._quiet_deg, self._quiet_ticks = motor.yaw_deg, 0
        self._quiet_ticks += 1
        if self._quiet_ticks < LET_GO_TICKS:
            return Contact.HAND
        if not keep:
            self._manual_until_tick = motor.tick + round(self._knobs.manual_rest_s * TICKS_PER_S)
            self._point = SetPoint(motor.yaw_deg, 0.0, 0.0)
            self._feel.forget()
            self._enter(Phase.EASE, motor.tick)
        return Contact.NONE

    # --- turning ------------------------------------------------------------------------------------------------------

    def _follow(self, decision: ZoneDecision, motor: MotorState, arc: RangeOfMotion | None) -> None:
        """Take up a new decision."""
        self._decision = decision
        tick, goal_deg = motor.tick, decision.goal_yaw_deg
        if tick - self._blocked_tick > self._knobs.unblock_s * TICKS_PER_S:
            self._blocked_left = self._blocked_right = False
        if goal_deg is None or arc is None or not math.isfinite(goal_deg):
            self._come_to_rest(motor, hard=decision.hold in HARD_STOPS)
            return
        start = self._point
        assert start is not None
        resting = self._phase is Phase.REST
        if resting and abs(start.yaw_deg - motor.yaw_deg) > REANCHOR_DEG:
            start = SetPoint(motor.yaw_deg, 0.0, 0.0)
        goal_deg = arc.clamp_yaw_deg(goal_deg)
        if not self._open(goal_deg - start.yaw_deg, decision):
            self._come_to_rest(motor, hard=False)
            return
        limits = self._limits
        if decision.rate_limit_dps is not None:
            rate_dps = min(max(decision.rate_limit_dps, 0.5), limits.rate_dps)
            limits = replace(limits, rate_dps=rate_dps)
        plan = self._plan
        if (
            self._phase is Phase.TURN
            and plan is not None
            and abs(plan.goal_deg - goal_deg) < SAME_GOAL_DEG
            and plan.limits.rate_dps == limits.rate_dps
        ):
            return
        if resting and abs(goal_deg - start.yaw_deg) < SAME_GOAL_DEG:
            return
        # Who is leaving the picture is followed as briskly as tuned: a soft start would lose them.
        leaving = decision.zone in (Zone.MOTION, Zone.OUT_OF_VIEW) and not decision.urgent
        soft = softened(limits) if resting and not leaving else limits
        self._full = limits if soft.jerk_dps3 < limits.jerk_dps3 else None
        if self._full is not None:
            limits = soft
        self._plan = plan_to(
            start,
            goal_deg=goal_deg,
            limits=limits,
            stop_decel_dps2=self._motor_facts.stop_decel_dps2,
            span_deg=(arc.min_deg, arc.max_deg),
            tick=tick,
            profile=self._profile,
        )
        self._enter(Phase.TURN if self._plan.limits is limits else Phase.STOP, tick)

    def _open(self, turn_deg: float, decision: ZoneDecision) -> bool:
        """Whether that side is free; a reason newer than the bump opens it again."""
        blocked = self._blocked_left if turn_deg > 0.0 else self._blocked_right
        if not blocked:
            return True
        if decision.reason_tick <= self._blocked_tick:
            return False
        if turn_deg > 0.0:
            self._blocked_left = False
        else:
            self._blocked_right = False
        return True

    def _come_to_rest(self, motor: MotorState, *, hard: bool) -> None:
        if self._phase is Phase.REST:
            return
        plan, point = self._plan, self._point
        assert point is not None
        if self._phase is Phase.STOP and plan is not None and not (hard and plan.limits.jerk_dps3 < STOP_JERK_DPS3):
            return
        if hard:
            decel_dps2 = self._motor_facts.stop_decel_dps2
            point = brakes_from(point, yaw_deg=motor.yaw_deg, rate_dps=motor.rate_dps)
            self._plan = stop_plan(point, rate_dps=self._limits.rate_dps, stop_decel_dps2=decel_dps2, tick=motor.tick)
        else:
            self._plan = Plan(point, goal_deg=None, limits=self._limits, tick=motor.tick)
        self._enter(Phase.STOP, motor.tick)

    def _rest(self, yaw_deg: float, tick: int) -> None:
        self._plan, self._point = None, SetPoint(yaw_deg, 0.0, 0.0)
        self._decision = None
        self._enter(Phase.REST, tick)

    def _enter(self, phase: Phase, tick: int) -> None:
        self._phase, self._phase_tick = phase, tick

    def _take(self, tuning: Tuning) -> None:
        self._tuning, self._knobs = tuning, tuning.bump
        self._limits = turn_limits(tuning.motion, self._motor_facts)
        self._decision = None

    # --- what goes out ------------------------------------------------------------------------------------------------

    def _stand_down(self, motor: MotorState) -> MotionReport:
        """No usable motor, or one without torque: ask it to stop, and forget every plan; it begins again from where the screen is."""
        self._plan, self._point, self._decision = None, None, None
        self._enter(Phase.REST, motor.tick)
        self._seq += 1
        command = MotorCommand(tick=motor.tick, seq=self._seq, kind=CommandKind.STOP, torque_limit_nm=0.0)
        self._feel.lose_track()
        return MotionReport(command=command, body=self._told(motor.tick, Contact.NONE))

    def _report(self, motor: MotorState, contact: Contact) -> MotionReport:
        tick, phase, plan = motor.tick, self._phase, self._plan
        kind, torque_nm = _HOLD, self._motor_facts.torque_limit_nm
        if plan is not None:
            kind = CommandKind.MOVE
            self._point = plan.at(tick)
            if self._full is not None and phase is _TURN and abs(self._point.rate_dps) >= LOOSE_DPS:
                self._plan = self._profile(self._point, goal_deg=plan.goal_deg, limits=self._full, tick=tick + 1)
                self._full = None  # it has come loose: on as briskly as tuned
            elif plan.done(tick):
                kind = CommandKind.HOLD
                if phase is Phase.RETREAT:
                    self._rest(plan.goal_deg, tick)
                else:
                    # A stop on the way to a goal may be over: take the standing decision up again.
                    self._decision = None if phase is Phase.STOP else self._decision
                    self._plan = None
                    self._enter(Phase.REST, tick)
            elif phase is Phase.RETREAT:
                torque_nm = RETREAT_TORQUE_NM
        elif phase is _YIELD or phase is _RELEASE:
            kind = CommandKind.FREE
        elif phase is _EASE:
            torque_nm = EASE_TORQUE_NM
        point = self._point
        assert point is not None
        self._seq += 1
        command = MotorCommand(
            tick=tick,
            seq=self._seq,
            kind=kind,
            yaw_deg=point.yaw_deg,
            rate_dps=point.rate_dps,
            accel_dps2=point.accel_dps2,
            torque_limit_nm=torque_nm,
        )
        return MotionReport(command=command, body=self._told(tick, contact))

    def _told(self, tick: int, contact: Contact) -> BodyReport:
        """The body report; the same object again while nothing changed."""
        body = self._body
        plan = self._plan
        moving = self._phase in _MOVING
        goal_deg = plan.goal_deg if moving and plan is not None else None
        external_nm = self._feel.external_nm
        if (
            body.contact is contact
            and body.moving is moving
            and body.goal_yaw_deg == goal_deg
            and body.blocked_left is self._blocked_left
            and body.blocked_right is self._blocked_right
            and body.manual_until_tick == self._manual_until_tick
            and body.blocked_tick == self._blocked_tick
            and abs(body.external_torque_nm - external_nm) < TORQUE_STEP_NM
        ):
            return body
        self._body = BodyReport(
            tick=tick,
            contact=contact,
            external_torque_nm=external_nm,
            blocked_left=self._blocked_left,
            blocked_right=self._blocked_right,
            manual_until_tick=self._manual_until_tick,
            moving=moving,
            goal_yaw_deg=goal_deg,
            blocked_tick=self._blocked_tick,
        )
        return self._body
