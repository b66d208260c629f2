"""The channels of a recording: what is in each, its schema, and the paths at which viewers find what is worth plotting.

A path is `CHANNEL.field.field`; it leads to one number in every message that has it, whatever else changes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson

from simulator.onboard.messages import (
    Answer,
    BodyReport,
    HoldReason,
    Intent,
    MotorCommand,
    MotorState,
    Request,
    Shutter,
    SoundReport,
    TickTrace,
    Touch,
    TrackReport,
    VisionReport,
    ZoneDecision,
)
from simulator.runtime.message_schemas import Json, Schema, record, schema_of, short
from simulator.world.truth import TruthFrame

NS_PER_TICK = 10_000_000
# Written each time they change; the rest (`tick`) is written each tick.
KINDS: dict[str, Any] = {
    "sound": SoundReport, "vision": VisionReport, "tracks": TrackReport, "intent": Intent, "decision": ZoneDecision,
    "body": BodyReport, "shutter": Shutter, "touch": Touch, "requests": tuple[Request, ...],
    "answers": tuple[Answer, ...], "guard": str,
}  # fmt: skip
STANDING = tuple(KINDS)
WHY = "why"
# A well-known name: Foxglove and Lichtblick list these messages in their log panel.
LOG_SCHEMA = "foxglove.Log"
INFO, WARNING = 2, 3
WARNED = frozenset({HoldReason.FAULT, HoldReason.SENSOR_LOST, HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT})

# What is plotted first. They stay where they are: a layout made for one recording fits every other.
SCALARS: dict[str, str] = {
    "tick.motor.yaw_deg": "where the screen points",
    "tick.motor.rate_dps": "how fast it turns",
    "tick.motor.torque_nm": "what the motor's current says",
    "tick.wanted.yaw_deg": "the set point that the stack asked for",
    "tick.sent.yaw_deg": "the set point that the guard let through",
    "decision.value.goal_yaw_deg": "where the turn under way ends",
    "decision.value.subject_bearing_deg": "how far from the middle of the picture the person is",
    "decision.value.dead_half_width_deg": "half of the dead zone at that distance",
    "decision.value.holding_half_width_deg": "half of the holding zone at that distance",
    "decision.value.settled_s": "for how long the person has stayed",
    "sound.value.azimuth_deg": "where speech comes from",
    "sound.value.confidence": "that this is right",
    "sound.value.voice": "that there is speech",
    "body.value.external_torque_nm": "what pushes at the screen",
    "truth.yaw_deg": "where the screen really points",
    "truth.contact_force_n": "what really pushes at its edge",
}


def schema_name(channel: str) -> str:
    """Under which name a channel's schema is registered."""
    return LOG_SCHEMA if channel == WHY else f"swivel.{channel}"


@cache
def schema_text(channel: str) -> bytes:
    """A channel's JSON Schema as a recording holds it: twice, once not compressed, so it is short."""
    full = channel_schema(channel)
    return orjson.dumps(short(full) | {"description": full["description"]})


def channel_schema(channel: str) -> Schema:
    """A channel's whole JSON Schema, with what stands beside each field in the source."""
    if channel == "tick":
        command = schema_of(MotorCommand)
        parts = {"motor": schema_of(MotorState), "wanted": command, "sent": command}
        return record(parts, description="The motor and its set point in one tick.", required=tuple(parts))
    if channel == "truth":
        return schema_of(TruthFrame)
    if channel == "command":
        parts = {"do": {"type": "string", "description": "what was done by hand"}}
        return record(parts, description="What a person did while the run went on.", required=("do",))
    if channel == WHY:
        time = record({"sec": {"type": "integer"}, "nsec": {"type": "integer"}}, description="from the start")
        texts = {name: {"type": "string"} for name in ("message", "name", "file")}
        parts = {"timestamp": time, "level": {"type": "integer"}, **texts, "line": {"type": "integer"}}
        return record(
            parts, description="Why the screen turns or stays: a line when the reason changes.", required=tuple(parts)
        )
    return record({"value": schema_of(KINDS[channel])}, description="Stands until the next one.", required=("value",))


class WhyLog:
    """Tells a viewer's log why the screen turns or stays, once when the reason changes and not while it lasts."""

    def __init__(self) -> None:
        self._said: object = None

    def line(self, trace: TickTrace) -> Json | None:
        """A line of the log; None while the reason stands."""
        decision, intent = trace.decision, trace.intent
        reason = decision.hold if decision.goal_yaw_deg is None else (decision.subject_id, intent.kind)
        if (reason, intent.mode) == self._said:
            return None
        self._said = (reason, intent.mode)
        if decision.goal_yaw_deg is None:
            text = f"Still: {'no reason' if decision.hold is None else decision.hold.value}"
        else:
            text = f"Turning to {decision.goal_yaw_deg:.0f}°: {intent.why}"
        level = WARNING if decision.goal_yaw_deg is None and decision.hold in WARNED else INFO
        at_ns = trace.tick * NS_PER_TICK
        return {
            "timestamp": {"sec": at_ns // 1_000_000_000, "nsec": at_ns % 1_000_000_000},
            "level": level, "message": text, "name": intent.mode.value, "file": "", "line": 0,
        }  # fmt: skip
