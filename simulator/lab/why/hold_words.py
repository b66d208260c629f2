"""What each reason to stay still says and how it is drawn: one table for the window, the picture of a run, sentences and reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.onboard.messages import HARD_STOPS, HoldReason


class HoldGroup(StrEnum):
    """How a reason is coloured. The question is what a person who watches would have to do for the screen to move."""

    CALM = "calm"  # nothing: it points where it should
    WAITING = "waiting"  # wait, or help it to be sure: a turn is pending
    BLOCKED = "blocked"  # take something away, a prohibition too: a turn would be made without it
    IDLE = "idle"  # ask for it: nobody wants a turn


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWords:
    """One reason."""

    group: HoldGroup
    clause: str  # after "Still: "


HOLD_WORDS: dict[HoldReason, HoldWords] = {
    HoldReason.SHUTTER_CLOSED: HoldWords(group=HoldGroup.BLOCKED, clause="the camera shutter is closed"),
    HoldReason.SOUND_AMBIGUOUS: HoldWords(
        group=HoldGroup.WAITING, clause="sound comes from two very different directions"
    ),
    HoldReason.RANGE_NOT_SET: HoldWords(group=HoldGroup.BLOCKED, clause="the range of motion has not been set up"),
    HoldReason.HAND_ON_SCREEN: HoldWords(group=HoldGroup.BLOCKED, clause="a hand is on the screen"),
    HoldReason.MANUAL: HoldWords(
        group=HoldGroup.BLOCKED, clause="somebody has turned the screen by hand and that direction is kept"
    ),
    HoldReason.POLICY: HoldWords(group=HoldGroup.BLOCKED, clause="it was told not to move"),
    HoldReason.SENSOR_LOST: HoldWords(group=HoldGroup.BLOCKED, clause="the camera gives no picture"),
    HoldReason.FAULT: HoldWords(group=HoldGroup.BLOCKED, clause="the motor reports a fault"),
    HoldReason.BLOCKED_LEFT: HoldWords(group=HoldGroup.BLOCKED, clause="something was in the way on the left"),
    HoldReason.BLOCKED_RIGHT: HoldWords(group=HoldGroup.BLOCKED, clause="something was in the way on the right"),
    HoldReason.NOBODY_ENGAGED: HoldWords(group=HoldGroup.IDLE, clause="nobody has asked for the screen"),
    HoldReason.NOBODY_THERE: HoldWords(group=HoldGroup.IDLE, clause="nobody is there"),
    HoldReason.NOT_CONFIRMED: HoldWords(group=HoldGroup.WAITING, clause="the camera has not confirmed a person there"),
    HoldReason.SPEECH_NOT_FOR_ME: HoldWords(group=HoldGroup.IDLE, clause="the speech is not meant for the device"),
    HoldReason.ON_TARGET: HoldWords(group=HoldGroup.CALM, clause="the screen already points there"),
    HoldReason.WAITING_FOR_PATROL: HoldWords(group=HoldGroup.WAITING, clause="the next look around is not due yet"),
    HoldReason.IN_DEAD_ZONE: HoldWords(group=HoldGroup.CALM, clause="it is inside the dead zone"),
    HoldReason.SETTLING: HoldWords(group=HoldGroup.WAITING, clause="nobody has settled in a new place yet"),
    HoldReason.OUT_OF_RANGE: HoldWords(group=HoldGroup.BLOCKED, clause="that direction is outside the range of motion"),
}


def as_markdown() -> str:
    """The page docs/hold-reasons.md."""
    rows = "".join(
        f"| {reason} | {words.clause} | {words.group} | {'hard' if reason in HARD_STOPS else 'soft'} |\n"
        for reason, words in HOLD_WORDS.items()
    )
    return _HEAD + rows


_HEAD = """# Why the screen stays

Every tick without a turn has one of these reasons. Made from `simulator/lab/why/hold_words.py` by `make docs`; a test fails when this
page is stale.

The group is the colour in the window and in pictures of runs. *calm*: it points where it should. *waiting*: a turn is pending. *blocked*:
something or somebody keeps it from a turn. *idle*: nobody wants a turn. The last column says how a turn that is under way ends when the
reason comes up: *hard* with the stopping deceleration, *soft* as gently as it began.

| reason | in a sentence | group | stop |
|---|---|---|---|
"""
