"""Every way from one mode to another that the table of behaviours allows, found by asking the machine that runs it.

Two kinds: what an event does to a mode that runs alone, and which modes can wait under another and go on when that is
over. Scenes have to show all of them; the page of behaviours draws them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import NamedTuple

from simulator.onboard.behaviour.table import OWNER_OF, TABLE, Event, Step
from simulator.onboard.behaviour.wishes import RANK, TIME_OVER, Wishes
from simulator.onboard.messages import Mode, TickTrace

# How to get into each mode from idle.
INTO: dict[Mode, Event] = {
    Mode.WAKE: Event.WAKE_TURN,
    Mode.FOLLOW: Event.FOLLOW_ASKED,
    Mode.RECIPE: Event.RECIPE_ASKED,
    Mode.CALL: Event.CALL_ASKED,
    Mode.AWAY: Event.AWAY_ASKED,
    Mode.REMOTE: Event.REMOTE_ASKED,
    Mode.MANUAL: Event.HAND,
    Mode.APP: Event.APP_ASKED,
    Mode.SETUP: Event.SETUP_ASKED,
    Mode.FAULT: Event.FAULT,
}
_SAID = re.compile(r"mode (?P<before>.+) → (?P<after>.+): (?P<cause>.+)")


class Transition(NamedTuple):
    """One mode gives way to another, because."""

    before: Mode
    after: Mode
    cause: str


def alone(mode: Mode) -> Wishes:
    """The machine in this mode with nothing waiting."""
    wishes = Wishes()
    if mode is not Mode.IDLE:
        wishes.happen(INTO[mode])
    return wishes


def caused() -> list[Transition]:
    """What each event makes of each mode that runs alone."""
    found = []
    for mode, event in itertools.product(Mode, Event):
        wishes = alone(mode)
        wishes.happen(event)
        if wishes.mode is not mode:
            found.append(Transition(mode, wishes.mode, event.value))
    # The one wish with a time of its own: a wake word that was told not to move the screen.
    found.append(Transition(Mode.WAKE, Mode.IDLE, TIME_OVER))
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
    """The transitions of a run, from what the behaviour said about them."""
    found = set()
    last = None
    for trace in traces:
        if trace.intent is last:
            continue
        last = trace.intent
        for text in last.events:
            said = _SAID.fullmatch(text)
            if said is not None:
                found.add(Transition(Mode(said["before"]), Mode(said["after"]), said["cause"]))
    return found
