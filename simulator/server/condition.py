"""From the trace of a tick to what the API tells of it: the device's condition, and what has happened since the tick before."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.gate_words import is_flag, label, measured
from simulator.onboard.messages import (
    Contact,
    FaultBegan,
    FaultEnded,
    Gate,
    HoldReason,
    MotorMode,
    Shutter,
    TickTrace,
    Track,
)
from simulator.onboard.tuning import Tuning
from simulator.server.pipe import Acting, Condition, Happened, Held, Known, MotionState
from simulator.world.truth import TruthFrame

# Reasons to stay that are no obstacle: there is nothing to do.
AT_EASE = frozenset({
    HoldReason.ON_TARGET, HoldReason.IN_DEAD_ZONE, HoldReason.NOBODY_ENGAGED, HoldReason.NOBODY_THERE,
    HoldReason.WAITING_FOR_PATROL,
})  # fmt: skip
WAITING = frozenset({HoldReason.SETTLING, HoldReason.NOT_CONFIRMED})
IN_THE_WAY = frozenset({HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT})
STILL_DPS = 3.0  # one count of the encoder flickers by 2 degrees per second


def condition_of(trace: TickTrace, truth: TruthFrame | None, *, arc: RangeOfMotion | None, tuning: Tuning) -> Condition:
    """What the API tells of this tick."""
    decision, motor = trace.decision, trace.motor
    knobs = tuning.motion
    return Condition(
        yaw_deg=round(motor.yaw_deg, 3),
        rate_dps=round(motor.rate_dps, 3),
        goal_yaw_deg=trace.body.goal_yaw_deg if trace.body.moving else decision.goal_yaw_deg,
        motion=motion_state(trace),
        zone=decision.zone,
        mode=trace.intent.mode,
        owner=trace.intent.owner,
        held=tuple(_held(trace)),
        why=trace.intent.why,
        shutter_closed=trace.shutter is Shutter.CLOSED,
        min_deg=None if arc is None else arc.min_deg,
        max_deg=None if arc is None else arc.max_deg,
        max_rate_dps=knobs.max_rate_dps,
        max_accel_dps2=knobs.max_accel_dps2,
        people=tuple(_known(track, primary=track.track_id == primary_of(trace)) for track in trace.tracks.tracks),
        actors=() if truth is None else tuple(
            Acting(name=one.name, x_m=one.x_m, y_m=one.y_m, head_deg=one.head_deg, says=one.says) for one in truth.people
        ),
    )  # fmt: skip


def motion_state(trace: TickTrace) -> MotionState:
    """What the screen is doing, in one word."""
    hold, motor, contact = trace.decision.hold, trace.motor, trace.body.contact
    if motor.fault or motor.mode is MotorMode.FAULT:
        return "fault"
    if contact is Contact.HAND:
        return "held_by_hand"
    if trace.body.moving or abs(motor.rate_dps) > STILL_DPS:
        return "moving" if hold is None else "stopping"
    if hold in IN_THE_WAY:
        return "blocked"
    if hold in WAITING:
        return "settling"
    return "idle" if hold is None or hold in AT_EASE else "inhibited"


def primary_of(trace: TickTrace) -> int | None:
    """The number of the person who matters most: whom the decision is about, who means the device, who is most engaged."""
    known = {track.track_id for track in trace.tracks.tracks}
    for wanted in (trace.decision.subject_id, trace.tracks.addressed_id):
        if wanted in known:
            return wanted
    seen = [track for track in trace.tracks.tracks if track.seen]
    best = max(seen, key=lambda track: (track.engagement, -track.track_id), default=None)
    return None if best is None else best.track_id


def happened(now: TickTrace, last: TickTrace) -> Iterator[Happened]:
    """What has happened between two ticks, in the order in which it is told."""
    yaw_deg = now.motor.yaw_deg
    wake_tick, azimuth_deg = now.tracks.wake_tick, now.tracks.wake_azimuth_deg
    if wake_tick is not None and wake_tick != last.tracks.wake_tick:
        yield Happened(
            name="OnWakeWord", angle_deg=azimuth_deg, confidence=now.tracks.wake_confidence,
            ambiguous=azimuth_deg is None, person=now.tracks.wake_id, reason=now.tracks.wake_doubt,
        )  # fmt: skip
    if (primary := primary_of(now)) != primary_of(last):
        yield Happened(name="OnPrimaryUserChanged", person=primary)
    if now.vision.seeing is not last.vision.seeing:
        yield Happened(name="OnEntitySensingStateChanged", text=now.vision.seeing.value)
    yield from _touched(now, last, yaw_deg)
    for event in () if now.intent is last.intent else now.intent.events:
        if isinstance(event, (FaultBegan, FaultEnded)):
            yield Happened(name="OnFault", text=event.words, begins=isinstance(event, FaultBegan))
    if now.intent.alert is not None and now.intent.alert is not last.intent.alert:
        alert = now.intent.alert
        yield Happened(name="OnAlert", text=alert.evidence, angle_deg=alert.azimuth_deg)
    if now.intent.mode is not last.intent.mode:
        yield Happened(name="OnModeChanged", mode=now.intent.mode)
    if now.intent.owner is not last.intent.owner:
        yield Happened(name="OnOwnerChanged", owner=now.intent.owner)
    hold, before = now.decision.hold, last.decision.hold
    if hold is not before:
        if hold is None:
            yield Happened(name="OnCleared", reason=before, angle_deg=yaw_deg)
        else:
            yield Happened(name="OnInhibited", reason=hold, angle_deg=yaw_deg, text=_sentence(hold, _failed(now)))


def _touched(now: TickTrace, last: TickTrace, yaw_deg: float) -> Iterator[Happened]:
    contact, before = now.body.contact, last.body.contact
    if contact is before:
        return
    if contact in (Contact.BUMP, Contact.STALL):
        yield Happened(name="OnBump", text=contact.value, angle_deg=yaw_deg)
    if Contact.HAND in (contact, before):
        yield Happened(name="OnManualTurn", begins=contact is Contact.HAND, angle_deg=yaw_deg)


def _held(trace: TickTrace) -> Iterator[Held]:
    hold = trace.decision.hold
    if hold is None:
        return
    gate = _failed(trace)
    yield Held(
        reason=hold,
        gate="" if gate is None else label(gate),
        value=_finite(None if gate is None else gate.value),
        threshold=_finite(None if gate is None else gate.threshold),
        unit="" if gate is None else gate.unit,
        sentence=_sentence(hold, gate),
    )


def _failed(trace: TickTrace) -> Gate | None:
    gates = (*trace.decision.gates, *trace.intent.gates)
    return next((gate for gate in gates if not gate.passed), None)


def _sentence(hold: HoldReason, gate: Gate | None) -> str:
    if gate is None:
        return f"The screen stays: {hold.value}."
    return f"The screen stays: {hold.value} ({f'not {label(gate)}' if is_flag(gate) else measured(gate)})."


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _known(track: Track, *, primary: bool) -> Known:
    return Known(
        track_id=track.track_id,
        azimuth_deg=round(track.azimuth_deg, 2),
        distance_m=track.distance_m,
        in_view=track.in_view,
        talking=round(track.talking, 3),
        primary=primary,
    )
