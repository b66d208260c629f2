"""What an app, a remote user and others may ask of the device in a timeline: `{at: 2 s, who: app, does: turn to 30 °}`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import (
    Acquire,
    Asker,
    BackDrive,
    Client,
    FramingStyle,
    GoToCentre,
    Mode,
    Placement,
    Play,
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
    WakePolicy,
)
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.units import UNITS, quantity
from simulator.scene.verbs import POINT, PhraseError, Verb, Words
from simulator.world.spec import RequestAction

E = TypeVar("E", bound=StrEnum)
# `settings` is the page on the device's own glass, `watcher` a client that may look on and stop.
ASKERS: dict[str, Client] = {
    "app": Client(),
    "remote": Client(name="remote", asker=Asker.REMOTE),
    "call": Client(name="call", asker=Asker.CALL),
    "away": Client(name="away", asker=Asker.AWAY),
    "settings": Client(name="settings", scope=Scope.SETUP),
    "watcher": Client(name="watcher", scope=Scope.WATCH),
}
Maker = Callable[[Words, Client], Request]


def _asks(make: Maker) -> Callable[[Words], RequestAction]:
    """An action that asks something of the device."""
    return lambda w: RequestAction(at_s=w.at_s, request=make(w, ASKERS[w.who]))


def _turn_to(w: Words, client: Client) -> TurnTo:
    angle_deg = w.needed("angle", "_deg")
    return TurnTo(
        client=client, angle_deg=angle_deg, relative=w.found["how"] == "by", rate_dps=w.number("rate", "_dps")
    )


def _turn_at(w: Words, client: Client) -> TurnAt:
    ttl_s = w.number("lease", "_s")
    rate_dps = w.needed("rate", "_dps")
    return (
        TurnAt(client=client, rate_dps=rate_dps)
        if ttl_s is None
        else TurnAt(client=client, rate_dps=rate_dps, ttl_s=ttl_s)
    )


def _acquire(w: Words, client: Client) -> Acquire:
    lease_s = w.number("lease", "_s")
    return Acquire(client=client) if lease_s is None else Acquire(client=client, lease_s=lease_s)


def _set_range(w: Words, client: Client) -> SetRange:
    low_deg, high_deg = (quantity(w.found[end].strip(), unit=UNITS["_deg"]) for end in ("x", "y"))
    return SetRange(client=client, range=RangeOfMotion(min_deg=low_deg, max_deg=high_deg))


def _select_person(w: Words, client: Client) -> SelectPerson:
    name = w.found["name"].strip()
    if not name.isdecimal():
        raise PhraseError(Mistake(code=ProblemCode.WRONG_KIND, value=name, name="the number of a track, such as 1"))
    return SelectPerson(client=client, track_id=int(name))


def _region(w: Words, client: Client) -> SetRegion:
    return SetRegion(client=client, azimuth_deg=w.needed("angle", "_deg"), width_deg=w.needed("width", "_deg"))


def _word(name: str, kind: type[E]) -> E:
    """The member of an enum that a word of the scene means."""
    member = next((one for one in kind if one.value == name.strip()), None)
    if member is None:
        known = tuple(one.value for one in kind)
        raise PhraseError(Mistake(code=ProblemCode.NOT_A_CHOICE, value=name, meant=similar(name, known), allowed=known))
    return member


REQUEST_VERBS: tuple[Verb, ...] = (
    Verb(
        who=("asker",),
        pattern="turn (?P<how>to|by) (?P<angle>.+)",
        example="turn to 30 °",
        make=_asks(_turn_to),
        extras=("rate",),
    ),
    Verb(
        who=("asker",),
        pattern="turn at (?P<rate>.+)",
        example="turn at 20 °/s",
        make=_asks(_turn_at),
        extras=("lease",),
    ),
    Verb(
        who=("asker",),
        pattern="go to cent(?:re|er)",
        example="go to centre",
        make=_asks(lambda _, client: GoToCentre(client=client)),
    ),
    Verb(
        who=("asker",),
        pattern="play (?P<name>.+)",
        example="play ScreenImpactCenter",
        make=_asks(lambda w, client: Play(client=client, name=w.found["name"].strip())),
    ),
    Verb(who=("asker",), pattern="stop", example="stop", make=_asks(lambda _, client: Stop(client=client))),
    Verb(
        who=("asker",),
        pattern="set mode (?P<name>.+)",
        example="set mode recipe",
        make=_asks(lambda w, client: SetMode(client=client, mode=_word(w.found["name"], Mode))),
    ),
    Verb(
        who=("asker",),
        pattern="set policy (?P<name>.+)",
        example="set policy do not move",
        make=_asks(lambda w, client: SetPolicy(client=client, policy=_word(w.found["name"], WakePolicy))),
    ),
    Verb(
        who=("asker",),
        pattern=rf"set range to {POINT}",
        example="set range, to: [-60 °, 60 °]",
        make=_asks(_set_range),
    ),
    Verb(
        who=("asker",),
        pattern="start set-up(?: (?P<name>.+))?",
        example="start set-up",
        make=_asks(
            lambda w, client: StartSetup(client=client, placement=_word(w.found.get("name") or "wall", Placement))
        ),
    ),
    Verb(
        who=("asker",),
        pattern="set back drive (?P<name>.+)",
        example="set back drive off",
        make=_asks(lambda w, client: SetBackDrive(client=client, back_drive=_word(w.found["name"], BackDrive))),
    ),
    Verb(who=("asker",), pattern="acquire", example="acquire", make=_asks(_acquire), extras=("lease",)),
    Verb(who=("asker",), pattern="release", example="release", make=_asks(lambda _, client: Release(client=client))),
    Verb(
        who=("asker",),
        pattern="set framing (?P<name>.+)",
        example="set framing left",
        make=_asks(lambda w, client: SetFraming(client=client, style=_word(w.found["name"], FramingStyle))),
    ),
    Verb(
        who=("asker",),
        pattern="set region (?P<angle>.+) wide (?P<width>.+)",
        example="set region 20 ° wide 60 °",
        make=_asks(_region),
    ),
    Verb(who=("asker",), pattern="select person (?P<name>.+)", example="select person 1", make=_asks(_select_person)),
)
