"""What the world reports when the actions of a timeline begin and end: the events that checks of a scene can speak of."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.onboard.messages import Shutter
from simulator.scene.event_names import ANSWER_NAMES, REQUEST_NAMES, event_name
from simulator.scene.event_words import GENERAL_EVENTS
from simulator.scene.signals import Names
from simulator.world.spec import (
    AnyAction,
    Enter,
    FailAction,
    HandAction,
    LightAction,
    MoveThing,
    Posture,
    Say,
    ShutterAction,
    Switch,
    Turn,
    Walk,
)
from simulator.world.truth_events import (
    Arrives,
    CallsAgain,
    ChangesPosture,
    EntersOrLeaves,
    GivesUp,
    HandComes,
    IsLost,
    IsMoved,
    LightChanged,
    PushesScreen,
    Says,
    ScreenTouches,
    ShutterMoved,
    StopsSpeaking,
    Switched,
    Tipped,
    TruthEvent,
    Turns,
    Walks,
)


def happenings(action: AnyAction) -> tuple[TruthEvent, ...]:
    """What the world reports when an action of the timeline begins or ends."""
    match action:
        case Say(who=who, what=what):
            return Says(who=who, what=what), StopsSpeaking(who=who)
        case Walk(who=who):
            return Walks(who=who), Arrives(who=who)
        case Turn(who=who):
            return (Turns(who=who),)
        case Posture(who=who, posture=posture):
            return (ChangesPosture(who=who, posture=posture),)
        case Enter(who=who, do=do):
            return (EntersOrLeaves(who=who, enters=do == "enter"),)
        case Switch(what=what, on=on):
            return (Switched(what=what, on=on),)
        case MoveThing(what=what):
            return (IsMoved(what=what),)
        case ShutterAction(closed=closed):
            return (ShutterMoved(shutter=Shutter.CLOSED if closed else Shutter.OPEN),)
        case HandAction(gesture=gesture):
            return (HandComes(gesture=gesture),)
        case LightAction(light=light):
            return (LightChanged(light=light),)
        case FailAction(what=what):
            return (IsLost(what=what),)
    return ()


def event_names(actions: Sequence[AnyAction], *, names: Names) -> tuple[str, ...]:
    """Every happening that a scene can speak of."""
    events = [event for action in actions for event in happenings(action)]
    events += [event for thing in names.things for event in (ScreenTouches(what=thing), Tipped(what=thing))]
    for who in names.customers:
        reactions = (
            CallsAgain(who=who, off_deg=0.0),
            PushesScreen(who=who, off_deg=0.0),
            GivesUp(who=who, off_deg=0.0),
        )
        events += [*reactions, Says(who=who, what="wake word"), HandComes(gesture="turn")]
    found = [event_name(event) for event in events]
    requests = [REQUEST_NAMES[type(action.request)] for action in actions if action.do == "request"]
    answers = ANSWER_NAMES.values() if requests else ()
    return tuple(dict.fromkeys([*GENERAL_EVENTS, *found, *requests, *answers]))


def earliest_s(name: str, actions: Sequence[AnyAction]) -> float:
    """No event of this name can come before this; 0 where the timeline does not say."""
    times_s = [
        action.at_s
        for action in actions
        if name in [event_name(event) for event in happenings(action)]
        or (action.do == "request" and name == REQUEST_NAMES[type(action.request)])
    ]
    return 0.0 if name in GENERAL_EVENTS else min(times_s, default=0.0)
