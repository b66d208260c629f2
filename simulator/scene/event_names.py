"""How a check names what happens: `after: anna says wake word`. Part of the file format; what people read is in the events themselves."""

from __future__ import annotations

from typing import assert_never

from simulator.onboard.messages import (
    Acquire,
    AnswerKind,
    GoToCentre,
    Play,
    PlayBeats,
    Release,
    Request,
    SelectPerson,
    SetBackDrive,
    SetFraming,
    SetMode,
    SetPolicy,
    SetRange,
    SetRegion,
    StartSetup,
    Stop,
    TurnAt,
    TurnTo,
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


def event_name(event: TruthEvent) -> str:  # noqa: C901  a table: one case for each kind of event
    """The name of an event of the room."""
    match event:
        case Says(who=who, what=what):
            return f"{who} says {what}"
        case StopsSpeaking(who=who):
            return f"{who} stops speaking"
        case Walks(who=who):
            return f"{who} walks"
        case Arrives(who=who):
            return f"{who} arrives"
        case Turns(who=who):
            return f"{who} turns"
        case ChangesPosture(who=who, posture=posture):
            return f"{who} {'sits down' if posture == 'sitting' else 'stands up'}"
        case EntersOrLeaves(who=who, enters=enters):
            return f"{who} {'enters' if enters else 'leaves'}"
        case Switched(what=what, on=on):
            return f"{what} goes {'on' if on else 'off'}"
        case IsMoved(what=what):
            return f"{what} is moved"
        case ShutterMoved(shutter=shutter):
            return f"shutter {shutter.value}"
        case HandComes(gesture=gesture):
            return f"hand {gesture}"
        case LightChanged(light=light):
            return f"light {light}"
        case IsLost(what=what):
            return f"{what} lost"
        case ScreenTouches(what=what):
            return f"screen touches {what}"
        case Tipped(what=what):
            return f"{what} tipped"
        case CallsAgain(who=who):
            return f"{who} calls again"
        case PushesScreen(who=who):
            return f"{who} pushes the screen"
        case GivesUp(who=who):
            return f"{who} gives up"
        case _:
            assert_never(event)


REQUEST_NAMES: dict[type[Request], str] = {
    TurnTo: "turn to",
    TurnAt: "turn at",
    GoToCentre: "go to centre",
    Play: "play",
    PlayBeats: "play beats",
    Acquire: "acquire",
    Release: "release",
    Stop: "stop",
    SetMode: "set mode",
    SetPolicy: "set policy",
    SetFraming: "set framing",
    SetRegion: "set region",
    SelectPerson: "select person",
    SetRange: "set range",
    StartSetup: "start set-up",
    SetBackDrive: "set back drive",
}
ANSWER_NAMES: dict[AnswerKind, str] = {kind: f"answer {kind.value}" for kind in AnswerKind}
