"""A run cut down to what a timeline draws: one short row of numbers a tick, and each message once, when it changes.

The engine sends it to the window while it runs; a recording that is opened takes the same way. Ten minutes fit into a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import (
    BodyReport,
    HoldReason,
    Intent,
    Mode,
    MotorState,
    Shutter,
    SoundReport,
    TickTrace,
    TrackReport,
    VisionReport,
    Zone,
    ZoneDecision,
)
from simulator.runtime.codec import encode
from simulator.world.truth import TruthFrame

ROW = np.dtype([
    ("yaw_deg", "<f4"), ("rate_dps", "<f4"), ("wanted_yaw_deg", "<f4"), ("goal_yaw_deg", "<f4"), ("force_n", "<f4"),
    ("hand_nm", "<f4"), ("talking", "<u4"), ("state", "u1"), ("zone", "u1"), ("mode", "u1"), ("flags", "u1"),
])  # fmt: skip
HOLDS, ZONES, MODES = tuple(HoldReason), tuple(Zone), tuple(Mode)
# `state` is 0 while a turn is wanted, else one more than the place of the hold reason; `zone` is 0 with nobody there.
SHUTTER_CLOSED, AMBIGUOUS, MOVING, TOUCHED = 1, 2, 4, 8
CHANNELS: dict[str, type] = {
    "sound": SoundReport,
    "vision": VisionReport,
    "tracks": TrackReport,
    "intent": Intent,
    "decision": ZoneDecision,
    "body": BodyReport,
    "motor": MotorState,
    "truth": TruthFrame,
}
NAMES = tuple(CHANNELS)
# Messages that change each tick while something turns are kept at the rate of the mind; the row has their numbers.
EVERY_TICKS = 5
_THINNED = frozenset({"body", "motor", "truth"})


# The room (truth), the wake word, an alert, a change of mode, or what the guard says.
HappeningKind = Literal["room", "wake word", "alert", "mind", "guard"]


@dataclass(frozen=True, slots=True)
class Change:
    """A message that stands from a tick on."""

    tick: int
    channel: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Happening:
    """Something worth a mark on the timeline."""

    tick: int
    kind: HappeningKind
    text: str


class Digester:
    """Turns traces into rows, changes and happenings, one tick at a time."""

    def __init__(self) -> None:
        self._last: dict[str, object] = {}
        self._last_truth: TruthFrame | None = None

    def forget(self) -> None:
        """Send everything again from the next tick on."""
        self._last.clear()

    def row(self, trace: TickTrace, truth: TruthFrame | None) -> tuple[float | int, ...]:
        """The numbers of one tick, in the order of ROW."""
        decision = trace.decision
        flags = (
            SHUTTER_CLOSED * (trace.shutter is Shutter.CLOSED)
            | AMBIGUOUS * trace.tracks.sound_ambiguous
            | MOVING * trace.body.moving
            | TOUCHED * trace.touch.down
        )
        yaw_deg, rate_dps, force_n, hand_nm, talking = trace.motor.yaw_deg, trace.motor.rate_dps, 0.0, 0.0, 0
        if truth is not None:
            yaw_deg, rate_dps = truth.yaw_deg, truth.rate_dps
            force_n, hand_nm = truth.contact_force_n, truth.hand_torque_nm
            talking = sum(1 << place for place, person in enumerate(truth.people[:32]) if person.talking)
        return (
            yaw_deg,
            rate_dps,
            trace.command_wanted.yaw_deg,
            float("nan") if decision.goal_yaw_deg is None else decision.goal_yaw_deg,
            force_n,
            hand_nm,
            talking,
            0 if decision.hold is None else 1 + HOLDS.index(decision.hold),
            0 if decision.zone is None else 1 + ZONES.index(decision.zone),
            MODES.index(trace.intent.mode),
            flags,
        )

    def changes(self, trace: TickTrace, truth: TruthFrame | None) -> Iterator[Change]:
        """The messages that are new at this tick."""
        on_beat = trace.tick % EVERY_TICKS == 0
        for place, name in enumerate(NAMES):
            message = truth if name == "truth" else getattr(trace, name)
            if message is None or message is self._last.get(name):
                continue
            if name in _THINNED and not on_beat and name in self._last and not _eventful(message):
                continue
            self._last[name] = message
            yield Change(trace.tick, place, encode(message))

    def happenings(self, trace: TickTrace, truth: TruthFrame | None) -> Iterator[Happening]:
        """What is worth a mark at this tick."""
        if truth is not None and truth is not self._last_truth:
            self._last_truth = truth
            for event in truth.events:
                yield Happening(trace.tick, "room", event.words)
        if trace.sound.wake_word and trace.sound.tick == trace.tick:
            yield Happening(trace.tick, "wake word", "wake word heard")
        if trace.intent.tick == trace.tick:
            if trace.intent.alert is not None:
                yield Happening(trace.tick, "alert", f"alert: {trace.intent.alert.evidence}")
            for change in trace.intent.events:
                yield Happening(trace.tick, "mind", change.words)
        for answer in trace.answers:
            yield Happening(trace.tick, "mind", answer.words)
        if trace.guard:
            yield Happening(trace.tick, "guard", trace.guard)


def rows_array(rows: Sequence[tuple[float | int, ...]]) -> NDArray[np.void]:
    """Rows as one array."""
    return np.array(rows, dtype=ROW)


def _eventful(message: object) -> bool:
    return isinstance(message, TruthFrame) and bool(message.events)
