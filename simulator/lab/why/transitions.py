"""Every way from one mode to another that the table of behaviours allows, found by asking the machine that runs it.

Two kinds: what an event does to a mode that runs alone, and which modes can wait under another and go on when that is
over. Scenes have to show all of them; the page of behaviours draws them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from simulator.onboard.behaviour.table import OWNER_OF, TABLE, Step
from simulator.onboard.behaviour.wishes import RANK, Wishes
from simulator.onboard.messages import Mode, ModeChanged, ModeEvent, TickTrace

# How to get into each mode from idle.
INTO: dict[Mode, ModeEvent] = {
    Mode.WAKE: ModeEvent.WAKE_TURN,
    Mode.FOLLOW: ModeEvent.FOLLOW_ASKED,
    Mode.RECIPE: ModeEvent.RECIPE_ASKED,
    Mode.CALL: ModeEvent.CALL_ASKED,
    Mode.AWAY: ModeEvent.AWAY_ASKED,
    Mode.REMOTE: ModeEvent.REMOTE_ASKED,
    Mode.MANUAL: ModeEvent.HAND,
    Mode.APP: ModeEvent.APP_ASKED,
    Mode.SETUP: ModeEvent.SETUP_ASKED,
    Mode.FAULT: ModeEvent.FAULT,
}


class Transition(NamedTuple):
    """One mode gives way to another, because."""

    before: Mode
    after: Mode
    cause: ModeEvent | None  # None: its time was over


def alone(mode: Mode) -> Wishes:
    """The machine in this mode with nothing waiting."""
    wishes = Wishes()
    if mode is not Mode.IDLE:
        wishes.happen(INTO[mode])
    return wishes


def caused() -> list[Transition]:
    """What each event makes of each mode that runs alone."""
    found = []
    for mode, event in itertools.product(Mode, ModeEvent):
        wishes = alone(mode)
        wishes.happen(event)
        if wishes.mode is not mode:
            found.append(Transition(mode, wishes.mode, event))
    # The one wish with a time of its own: a wake word that was told not to move the screen.
    found.append(Transition(Mode.WAKE, Mode.IDLE, None))
    return found


def resumed() -> list[tuple[Mode, Mode]]:
    """Which modes can wait under a mode and go on when it is over."""
    found = []
    for high, low in itertools.product(INTO, INTO):
        begins_on_top = TABLE[low][INTO[high]] is Step.BEGIN
        waits = TABLE[high][INTO[low]] is Step.QUEUE
        if RANK[OWNER_OF[high]] < RANK[OWNER_OF[low]] and (begins_on_top or waits):
            found.append((high, low))
    return found


def seen(traces: Iterable[TickTrace]) -> set[Transition]:
    """The transitions of a run, from the events of the behaviour."""
    found = set()
    last = None
    for trace in traces:
        if trace.intent is last:
            continue
        last = trace.intent
        for event in last.events:
            if isinstance(event, ModeChanged):
                found.add(Transition(event.before, event.after, event.cause))
    return found
