"""What one home adds to a summary: a few counts out of the device's own record, each no larger than its bound.

Only what the device itself knows is counted; a recording's truth, which a real home does not have, is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from simulator.onboard.messages import TICKS_PER_S, Contact
from simulator.runtime.recording import Recording

SECONDS_A_MINUTE = 60
AGAIN_S = 10.0  # a second wake word within this is the same wish, said again


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCounts:
    """Whole numbers of one home, or sums over homes."""

    homes: int = 0
    minutes: int = 0
    wake_words: int = 0
    said_again: int = 0
    turns: int = 0
    pushes: int = 0
    homes_with_a_push: int = 0

    def __add__(self, other: HomeCounts) -> HomeCounts:
        """Of both together."""
        return HomeCounts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


# The most that one home can add, so that no home stands out: two hours a day for a week, and what may come of it.
BOUNDS = HomeCounts(
    homes=1, minutes=840, wake_words=140, said_again=70, turns=280, pushes=35, homes_with_a_push=1
)  # fmt: skip


def of_home(recordings: Iterable[Recording]) -> HomeCounts:
    """The counts of a home, cut at the bounds."""
    ticks = wake_words = again = turns = pushes = 0
    for recording in recordings:
        ticks += len(recording.traces)
        last_wake, turning, held = -TICKS_PER_S * SECONDS_A_MINUTE, False, False
        report = None
        for trace in recording.traces:
            if trace.sound.wake_word and trace.sound is not report:
                wake_words += 1
                again += trace.tick - last_wake <= AGAIN_S * TICKS_PER_S
                last_wake, report = trace.tick, trace.sound
            turns += trace.body.moving and not turning
            hand = trace.body.contact is Contact.HAND
            pushes += hand and not held
            turning, held = trace.body.moving, hand
    found = HomeCounts(
        homes=1, minutes=ticks // (TICKS_PER_S * SECONDS_A_MINUTE), wake_words=wake_words, said_again=again, turns=turns,
        pushes=pushes, homes_with_a_push=int(pushes > 0),
    )  # fmt: skip
    return HomeCounts(**{f.name: min(getattr(found, f.name), getattr(BOUNDS, f.name)) for f in fields(found)})
