"""What each mode does with each event: one table, every pair answered, nothing left to a default.

A mode belongs to an owner, and each owner has one wish at a time. BEGIN puts a new wish on top of what runs, REPLACE
ends what runs first, QUEUE lets it wait underneath until the higher owner is done, REFUSE turns it down, KEEP leaves the
mode as it is (it may still listen to the event), END ends what runs so that the next wish goes on, LIFT takes a fault away
wherever it waits, CLEAR ends everything but a fault and a hand that is still there.

KEEP also answers what cannot happen: only idle hears a reply, a broken motor feels no hand, and a mode without an end of
its own (recipe, call, away, manual) is never done.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from simulator.onboard.messages import Asker, Mode, ModeEvent, Owner, WakePolicy


class Step(StrEnum):
    """What the table answers."""

    BEGIN = "begin"
    REPLACE = "replace"
    QUEUE = "queue"
    REFUSE = "refuse"
    KEEP = "keep"
    END = "end"
    LIFT = "lift"
    CLEAR = "clear"


OWNER_OF: dict[Mode, Owner] = {
    Mode.IDLE: Owner.NOBODY,
    Mode.WAKE: Owner.FOLLOW,
    Mode.FOLLOW: Owner.FOLLOW,
    Mode.RECIPE: Owner.FOLLOW,
    Mode.CALL: Owner.CALL,
    Mode.AWAY: Owner.AWAY,
    Mode.REMOTE: Owner.REMOTE,
    Mode.MANUAL: Owner.HAND,
    Mode.APP: Owner.APP,
    Mode.SETUP: Owner.SAFETY,
    Mode.FAULT: Owner.SAFETY,
}

# The mode that an event begins where the table says BEGIN, REPLACE or QUEUE; None for events that begin nothing.
MODE_OF: dict[ModeEvent, Mode | None] = {
    ModeEvent.WAKE_TURN: Mode.WAKE,
    ModeEvent.WAKE_FOLLOW: Mode.FOLLOW,
    ModeEvent.WAKE_STAY: Mode.WAKE,
    ModeEvent.REPLY: Mode.FOLLOW,
    ModeEvent.FOLLOW_ASKED: Mode.FOLLOW,
    ModeEvent.RECIPE_ASKED: Mode.RECIPE,
    ModeEvent.CALL_ASKED: Mode.CALL,
    ModeEvent.AWAY_ASKED: Mode.AWAY,
    ModeEvent.IDLE_ASKED: None,
    ModeEvent.APP_ASKED: Mode.APP,
    ModeEvent.REMOTE_ASKED: Mode.REMOTE,
    ModeEvent.SETUP_ASKED: Mode.SETUP,
    ModeEvent.HAND: Mode.MANUAL,
    ModeEvent.HAND_OVER: None,
    ModeEvent.STOP_ASKED: None,
    ModeEvent.DONE: None,
    ModeEvent.FAULT: Mode.FAULT,
    ModeEvent.FAULT_OVER: None,
}

# The modes that may be asked for; set-up has a request of its own, and the others come by themselves.
MODE_EVENTS: dict[Mode, ModeEvent] = {
    Mode.IDLE: ModeEvent.IDLE_ASKED,
    Mode.FOLLOW: ModeEvent.FOLLOW_ASKED,
    Mode.RECIPE: ModeEvent.RECIPE_ASKED,
    Mode.CALL: ModeEvent.CALL_ASKED,
    Mode.AWAY: ModeEvent.AWAY_ASKED,
}
# The modes that serve a person.
SERVING: Final = (Mode.WAKE, Mode.FOLLOW, Mode.RECIPE)
TASK_EVENTS: dict[Asker, ModeEvent] = {Asker.APP: ModeEvent.APP_ASKED, Asker.REMOTE: ModeEvent.REMOTE_ASKED}
WAKE_EVENTS: dict[WakePolicy, ModeEvent] = {
    WakePolicy.TURN: ModeEvent.WAKE_TURN,
    WakePolicy.FOLLOW: ModeEvent.WAKE_FOLLOW,
    WakePolicy.STAY: ModeEvent.WAKE_STAY,
}

_B, _R, _Q, _N, _K = Step.BEGIN, Step.REPLACE, Step.QUEUE, Step.REFUSE, Step.KEEP
_E, _L, _C = Step.END, Step.LIFT, Step.CLEAR

_COLUMNS: Final = tuple(ModeEvent)
# Columns in the order of Event: wake turn, wake follow, wake stay, reply | follow, recipe, call, away, idle |
# app, remote, set-up | hand, hand over | stop, done, fault, fault over.
# fmt: off
_ROWS: dict[Mode, tuple[Step, ...]] = {
    Mode.IDLE:   (_B, _B, _B, _B,  _B, _B, _B, _B, _K,  _B, _B, _B,  _B, _K,  _C, _K, _B, _L),
    Mode.WAKE:   (_B, _B, _B, _K,  _B, _B, _B, _R, _E,  _B, _B, _B,  _B, _K,  _C, _E, _B, _L),
    Mode.FOLLOW: (_B, _K, _K, _K,  _K, _B, _B, _R, _E,  _B, _B, _B,  _B, _K,  _C, _E, _B, _L),
    Mode.RECIPE: (_K, _K, _K, _K,  _B, _K, _B, _R, _E,  _B, _B, _B,  _B, _K,  _C, _K, _B, _L),
    Mode.CALL:   (_N, _N, _N, _K,  _Q, _Q, _K, _Q, _E,  _N, _B, _B,  _B, _K,  _C, _K, _B, _L),
    Mode.AWAY:   (_B, _B, _K, _K,  _B, _B, _B, _K, _E,  _B, _B, _B,  _B, _K,  _C, _K, _B, _L),
    Mode.REMOTE: (_N, _N, _N, _K,  _Q, _Q, _Q, _Q, _E,  _N, _K, _B,  _B, _K,  _C, _E, _B, _L),
    Mode.MANUAL: (_R, _R, _K, _K,  _R, _R, _R, _R, _E,  _R, _R, _R,  _K, _E,  _C, _K, _Q, _L),
    Mode.APP:    (_N, _N, _N, _K,  _R, _R, _B, _Q, _E,  _K, _B, _B,  _B, _K,  _C, _E, _B, _L),
    Mode.SETUP:  (_N, _N, _N, _K,  _Q, _Q, _Q, _Q, _E,  _N, _N, _K,  _K, _K,  _C, _E, _R, _L),
    Mode.FAULT:  (_N, _N, _N, _K,  _Q, _Q, _Q, _Q, _K,  _N, _N, _N,  _K, _K,  _K, _K, _K, _L),
}
# While a hand is on the screen, and for the rest after it let go, nobody else gets it.
_HAND_ROW: tuple[Step, ...] = (
    _N, _N, _K, _K,  _Q, _Q, _Q, _Q, _K,  _N, _N, _N,  _K, _K,  _C, _E, _Q, _L,
)
# fmt: on

TABLE: dict[Mode, dict[ModeEvent, Step]] = {mode: dict(zip(_COLUMNS, row, strict=True)) for mode, row in _ROWS.items()}
HAND_TABLE: dict[ModeEvent, Step] = dict(zip(_COLUMNS, _HAND_ROW, strict=True))


def answer(mode: Mode, event: ModeEvent, *, hand_firm: bool = False) -> Step:
    """What a mode does with an event; `hand_firm` while a hand has the screen."""
    return HAND_TABLE[event] if hand_firm else TABLE[mode][event]
