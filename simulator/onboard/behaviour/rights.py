"""Who may ask for what: one table. It stands in the device, so that no server in front of it can forget it.

An app moves the screen inside its range. Only set-up changes the range, the motor's answer to a hand, or how the range was found.
Everybody may stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.onboard.messages import (
    Acquire,
    AnswerCode,
    Asker,
    GoToCentre,
    Play,
    PlayBeats,
    Release,
    Request,
    Scope,
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

RANK: Final = {scope: rank for rank, scope in enumerate(Scope)}
ANYBODY: Final = frozenset(Asker)
# A call turns the screen by its framing, the patrol by its rounds: neither asks for single turns.
TURNERS: Final = frozenset({Asker.APP, Asker.REMOTE})
# Settings of the device and of its place are not for somebody who is far away.
AT_HOME: Final = frozenset({Asker.APP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What it takes to ask for something."""

    scope: Scope
    askers: frozenset[Asker]


RIGHTS: dict[type[Request], Right] = {
    Stop: Right(scope=Scope.WATCH, askers=ANYBODY),
    TurnTo: Right(scope=Scope.APP, askers=TURNERS),
    TurnAt: Right(scope=Scope.APP, askers=TURNERS),
    GoToCentre: Right(scope=Scope.APP, askers=TURNERS),
    Play: Right(scope=Scope.APP, askers=TURNERS),
    PlayBeats: Right(scope=Scope.APP, askers=TURNERS),
    Acquire: Right(scope=Scope.APP, askers=TURNERS),
    Release: Right(scope=Scope.APP, askers=TURNERS),
    SetMode: Right(scope=Scope.APP, askers=ANYBODY),
    SetPolicy: Right(scope=Scope.APP, askers=AT_HOME),
    SetFraming: Right(scope=Scope.APP, askers=ANYBODY),
    SetRegion: Right(scope=Scope.APP, askers=ANYBODY),
    SelectPerson: Right(scope=Scope.APP, askers=ANYBODY),
    SetRange: Right(scope=Scope.SETUP, askers=AT_HOME),
    StartSetup: Right(scope=Scope.SETUP, askers=AT_HOME),
    SetBackDrive: Right(scope=Scope.SETUP, askers=AT_HOME),
}


def forbidden(request: Request) -> AnswerCode | None:
    """Why this client may not ask for this; None when it may."""
    right, client = RIGHTS[type(request)], request.client
    if RANK[client.scope] < RANK[right.scope]:
        return AnswerCode.FORBIDDEN_SCOPE
    return None if client.asker in right.askers else AnswerCode.NOT_FOR_ASKER
