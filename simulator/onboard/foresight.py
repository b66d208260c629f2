"""What the mind would have done with other knobs: re-runs it over recorded perception with an ideal motor.

Ears and eyes are taken as recorded, so this is a forecast and not a new run: people seen only because the screen turned
are not seen anew. It is fast enough to redraw a minute of turning while a slider is dragged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.rules import FusionRules
from simulator.onboard.messages import (
    THINK_EVERY_TICKS,
    CommandKind,
    HoldReason,
    MotorMode,
    MotorState,
    SensorFrame,
    Setup,
    TickTrace,
)
from simulator.onboard.motion.feel import Feel
from simulator.onboard.stack import NOTHING_REPLACED, Mind, Replaced
from simulator.onboard.tuning import Tuning

# Recorded torque from outside above this is a contact and is felt again; below it is noise.
FELT_NM = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """The forecast, one value per recorded tick."""

    yaw_deg: tuple[float, ...]
    holds: tuple[HoldReason | None, ...]  # None while turning


def foresee(
    traces: Sequence[TickTrace], tuning: Tuning, *, facts: DeviceFacts, setup: Setup, recorded: Tuning | None = None
) -> Foresight:
    """Run the mind over a recording with these knobs; `recorded` are the knobs the recording was made with, if known."""
    mind, feel = Mind(facts, setup), Feel(facts.motor)
    # Fusion looks at senses and its own knobs only: while those are the same, what it recorded is what it would say.
    same_tracks = recorded is not None and FusionRules(recorded, facts) == FusionRules(tuning, facts)
    yaw_deg = traces[0].motor.yaw_deg if traces else 0.0
    rate_dps = accel_dps2 = 0.0
    mode = MotorMode.HOLDING
    recorded_deg = yaw_deg
    yaws: list[float] = []
    holds: list[HoldReason | None] = []
    hold: HoldReason | None = HoldReason.NOBODY_THERE
    vision = shutter = tracks = None
    thought_tick = -THINK_EVERY_TICKS
    for trace in traces:
        tick, motor = trace.tick, trace.motor
        felt = abs(trace.body.external_torque_nm) > FELT_NM or trace.touch.down
        if mode is MotorMode.FREE:
            yaw_deg += motor.yaw_deg - recorded_deg
        recorded_deg = motor.yaw_deg
        quiet = not felt and not trace.requests and trace.vision is vision and trace.shutter is shutter
        if same_tracks:
            quiet = quiet and trace.tracks is tracks
            tracks = trace.tracks
        if quiet and tick - thought_tick < THINK_EVERY_TICKS and not trace.sound.wake_word and mind.at_rest:
            yaws.append(yaw_deg)
            holds.append(hold)
            continue
        vision, shutter = trace.vision, trace.shutter
        state = MotorState(
            tick=tick,
            yaw_deg=yaw_deg,
            rate_dps=motor.rate_dps if felt else rate_dps,
            torque_nm=motor.torque_nm if felt else feel.driving_nm(yaw_deg, rate_dps, accel_dps2),
            mode=mode,
            fault=motor.fault,
        )
        sensors = SensorFrame(tick=tick, motor=state, shutter=trace.shutter, touch=trace.touch, requests=trace.requests)
        replaced = Replaced(tracks=tracks) if same_tracks else NOTHING_REPLACED
        report = mind.tick(sensors, trace.sound, trace.vision, tuning, replaced)
        hold = report.decision.hold
        yaws.append(yaw_deg)
        holds.append(hold)
        thought_tick = report.decision.tick
        command = report.motion.command
        if command.kind is CommandKind.MOVE or command.kind is CommandKind.HOLD:
            mode = MotorMode.MOVING if command.kind is CommandKind.MOVE else MotorMode.HOLDING
            yaw_deg, rate_dps, accel_dps2 = command.yaw_deg, command.rate_dps, command.accel_dps2
        else:
            mode = MotorMode.FREE if command.kind is CommandKind.FREE else MotorMode.HOLDING
            rate_dps = accel_dps2 = 0.0
    return Foresight(yaw_deg=tuple(yaws), holds=tuple(holds))
