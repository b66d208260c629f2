"""Defects from the device's own record: somebody called again, or pushed the screen back, because it pointed past them.

Nothing true is looked at: only what the device heard, felt and believed, so that it works on a real device's recording. A second call is
a complaint when it comes from about where the first one came from while the screen points elsewhere; a second question comes from somebody
who is faced. A push is one when it brings the screen nearer to whoever called; showing the screen to a guest takes it away from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import TICK_S, Contact, HoldReason, TickTrace

Kind = Literal["called again", "pushed back"]
# People repeat a call within this time, and push after it; later it is another wish.
AGAIN_S, PUSH_AFTER_S = 20.0, 20.0
# Directions of two calls that are nearer than this are one caller's: ears are right within 15 deg.
SAME_CALLER_DEG = 30.0
# A screen that is turned less than this past somebody can be read.
READABLE_DEG = 20.0
# A push that brings the screen this much nearer to the caller was meant to.
NEARER_DEG = 8.0
# A wake word takes this long to be said: what the caller saw is what stood before it.
WORD_TICKS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One complaint as the device can know it."""

    kind: Kind
    at_s: float
    called_s: float  # the call before it
    caller_deg: float  # direction of the caller, as the device believed
    yaw_deg: float  # where the screen pointed then
    hold: HoldReason | None  # what the screen waited for most of the time since the call; None: it turned

    @property
    def past_deg(self) -> float:
        """How far the screen pointed past the caller."""
        return distance_deg(self.caller_deg, self.yaw_deg)

    @property
    def evidence(self) -> str:
        """In a sentence."""
        waits = "while it turned" if self.hold is None else f"while it stayed: {self.hold}"
        what = "called again from" if self.kind == "called again" else "turned the screen by hand towards"
        return (
            f"{self.at_s - self.called_s:.1f} s after a call, somebody {what} {self.caller_deg:.0f}°; the screen pointed "
            f"{self.past_deg:.0f}° past them, {waits}"
        )


@dataclass(frozen=True, slots=True)
class _Call:
    tick: int
    azimuth_deg: float | None


def defects(traces: Sequence[TickTrace]) -> list[Defect]:
    """All complaints of a run, in order of time."""
    found: list[Defect] = []
    last: _Call | None = None
    grip: int | None = None
    contact = Contact.NONE
    for place, trace in enumerate(traces):
        if trace.sound.wake_word:
            call = _Call(trace.tick, _caller_deg(trace))
            again = None if last is None else _again(last, call, traces, place)
            if again is not None:
                found.append(again)
            if call.azimuth_deg is None and last is not None:
                call = _Call(
                    call.tick, last.azimuth_deg
                )  # the direction of the second was not clear: it is still the first's
            last = call
        if trace.body.contact is Contact.HAND and contact is not Contact.HAND:
            grip = place
        elif contact is Contact.HAND and trace.body.contact is not Contact.HAND and grip is not None:
            push = None if last is None else _pushed(last, traces, grip, place)
            if push is not None:
                found.append(push)
            grip = None
        contact = trace.body.contact
    return found


def _again(first: _Call, second: _Call, traces: Sequence[TickTrace], place: int) -> Defect | None:
    if (second.tick - first.tick) * TICK_S > AGAIN_S:
        return None
    directions = [call.azimuth_deg for call in (second, first) if call.azimuth_deg is not None]
    if not directions or (len(directions) == 2 and distance_deg(*directions) > SAME_CALLER_DEG):
        return None
    before = max(0, place - WORD_TICKS)
    made = _made("called again", traces, before, at_tick=second.tick, called_tick=first.tick, caller_deg=directions[0])
    return made if made.past_deg > READABLE_DEG else None


def _pushed(call: _Call, traces: Sequence[TickTrace], grip: int, release: int) -> Defect | None:
    place = max(0, grip - WORD_TICKS)
    before, after = traces[place], traces[release]
    if (before.tick - call.tick) * TICK_S > PUSH_AFTER_S or call.azimuth_deg is None:
        return None
    caller_deg = _followed_deg(before, call.azimuth_deg)
    made = _made("pushed back", traces, place, at_tick=traces[grip].tick, called_tick=call.tick, caller_deg=caller_deg)
    nearer_deg = made.past_deg - distance_deg(caller_deg, after.motor.yaw_deg)
    return made if made.past_deg > READABLE_DEG and nearer_deg > NEARER_DEG else None


def _made(
    kind: Kind, traces: Sequence[TickTrace], place: int, *, at_tick: int, called_tick: int, caller_deg: float
) -> Defect:
    return Defect(
        kind=kind,
        at_s=round(at_tick * TICK_S, 2),
        called_s=round(called_tick * TICK_S, 2),
        caller_deg=caller_deg,
        yaw_deg=traces[place].motor.yaw_deg,
        hold=_longest_hold(traces, place, since_tick=called_tick),
    )


def _longest_hold(traces: Sequence[TickTrace], place: int, *, since_tick: int) -> HoldReason | None:
    """What the screen waited for most of the time since the call."""
    holds: Counter[HoldReason | None] = Counter()
    while place >= 0 and traces[place].tick > since_tick:
        holds[traces[place].decision.hold] += 1
        place -= 1
    return holds.most_common(1)[0][0] if holds else traces[place].decision.hold


def _caller_deg(trace: TickTrace) -> float | None:
    """Where the wake word came from, as fusion or else the ears believe."""
    if trace.tracks.wake_tick == trace.tick and trace.tracks.wake_azimuth_deg is not None:
        return trace.tracks.wake_azimuth_deg
    return trace.sound.azimuth_deg


def _followed_deg(trace: TickTrace, azimuth_deg: float) -> float:
    """Where the caller is now: the track that said the word, else where it came from."""
    wake_id = trace.tracks.wake_id
    track = next((one for one in trace.tracks.tracks if one.track_id == wake_id), None)
    return azimuth_deg if track is None else track.azimuth_deg
