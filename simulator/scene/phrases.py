"""The verbs of a timeline: `{at: 2 s, who: anna, does: say wake word}` to an action of the world, and back again.

Each verb is one row: a pattern of words, who may do it, and how to make the action from the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from simulator.onboard.messages import Owner, Request
from simulator.scene.errors import MistakeError
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.units import UNITS, quantity
from simulator.world.spec import (
    AnyAction,
    Enter,
    FailAction,
    HandAction,
    LightAction,
    MoveThing,
    Posture,
    RequestAction,
    Say,
    ShutterAction,
    Switch,
    TuneAction,
    Turn,
    Walk,
)

Who = Literal["person", "source", "thing", "device", "hand", "room", "asker", "designer"]
ASKERS = {"app": Owner.APP, "remote": Owner.REMOTE, "call": Owner.CALL, "away": Owner.AWAY}
_POINT = r"\[\s*(?P<x>[^,\]]+),(?P<y>[^\]]+)\]"


class PhraseError(MistakeError):
    """Words that no verb matches; the text says which would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that can be done."""

    who: tuple[Who, ...]
    pattern: str  # regular expression over the words after `does:`
    example: str
    make: Callable[[_Words], AnyAction]
    extras: tuple[str, ...] = ()  # further keys of the entry that this verb understands


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a verb is made from."""

    at_s: float
    who: str
    found: dict[str, str]
    extras: dict[str, object]

    def number(self, name: str, suffix: str) -> float | None:
        """A quantity from the words or from a further key; None when not given."""
        value = self.found.get(name) or self.extras.get(name)
        return None if value is None else quantity(value, unit=UNITS[suffix])

    def point(self) -> tuple[float, float]:
        return (
            quantity(self.found["x"].strip(), unit=UNITS["_m"]),
            quantity(self.found["y"].strip(), unit=UNITS["_m"]),
        )

    def aim(self) -> str | float:
        word = self.found["aim"].strip()
        return quantity(word, unit=UNITS["_deg"]) if word[:1] in "-+.0123456789" else word


def _say(w: _Words) -> Say:
    what: Any = "wake word" if w.found.get("what") == "wake word" else "speech"
    return Say(at_s=w.at_s, who=w.who, what=what, for_s=w.number("for", "_s"))


def _walk(w: _Words) -> Walk:
    speed_mps = w.number("speed", "_mps")
    return Walk(at_s=w.at_s, who=w.who, to=w.point(), **({} if speed_mps is None else {"speed_mps": speed_mps}))


def _hand(w: _Words) -> HandAction:
    for_s = w.number("for", "_s")
    gesture: Any = w.found["gesture"]
    return HandAction(
        at_s=w.at_s,
        gesture=gesture,
        to_deg=w.number("angle", "_deg"),
        force_n=w.number("force", "_n"),
        profile=str(w.extras.get("profile", "")),
        **({} if for_s is None else {"for_s": for_s}),
    )


def _request(w: _Words, kind: str, **fields: Any) -> RequestAction:
    return RequestAction(at_s=w.at_s, request=Request(kind=kind, owner=ASKERS[w.who], **fields))


def _turn_to(w: _Words) -> RequestAction:
    relative = w.found["how"] == "by"
    return _request(
        w, "turn to", angle_deg=w.number("angle", "_deg"), relative=relative, rate_dps=w.number("rate", "_dps"),
        lease_s=w.number("lease", "_s"),
    )  # fmt: skip


def _named(kind: str) -> Callable[[_Words], RequestAction]:
    return lambda w: _request(w, kind, name=w.found["name"].strip(), lease_s=w.number("lease", "_s"))


def _bare(kind: str) -> Callable[[_Words], RequestAction]:
    return lambda w: _request(w, kind, lease_s=w.number("lease", "_s"))


def _set_range(w: _Words) -> RequestAction:
    from simulator.onboard.angles import RangeOfMotion

    low_deg, high_deg = (quantity(w.found[end].strip(), unit=UNITS["_deg"]) for end in ("x", "y"))
    return _request(w, "set range", range=RangeOfMotion(min_deg=low_deg, max_deg=high_deg))


def _tune(w: _Words) -> TuneAction:
    from simulator.onboard.tuning import Tuning, parsed

    value = parsed(w.found["path"], w.found["value"])
    Tuning().value(w.found["path"])
    return TuneAction(at_s=w.at_s, path=w.found["path"], value=value)


_FOR = r"(?: for (?P<for>.+))?"
VERBS: tuple[Verb, ...] = (
    Verb(
        who=("person",),
        pattern=rf"say (?P<what>wake word|speech){_FOR}",
        example="say wake word",
        make=_say,
        extras=("for",),
    ),
    Verb(who=("person",), pattern=rf"talk{_FOR}", example="talk for 3 s", make=_say, extras=("for",)),
    Verb(
        who=("person",),
        pattern=rf"walk to {_POINT}(?: at (?P<speed>.+))?",
        example="walk, to: [4.0, 1.8]",
        make=_walk,
        extras=("speed",),
    ),
    Verb(
        who=("person",),
        pattern=r"turn (?P<head>head )?to (?P<aim>.+)",
        example="turn to device",
        make=lambda w: Turn(at_s=w.at_s, who=w.who, to=w.aim(), head_only=bool(w.found.get("head"))),
    ),
    Verb(
        who=("person",),
        pattern=r"turn (?P<head>head )?(?P<aim>away)",
        example="turn away",
        make=lambda w: Turn(at_s=w.at_s, who=w.who, to="away", head_only=bool(w.found.get("head"))),
    ),
    Verb(
        who=("person",),
        pattern="sit down",
        example="sit down",
        make=lambda w: Posture(at_s=w.at_s, who=w.who, posture="sitting"),
    ),
    Verb(
        who=("person",),
        pattern="stand up",
        example="stand up",
        make=lambda w: Posture(at_s=w.at_s, who=w.who, posture="standing"),
    ),
    Verb(who=("person",), pattern="enter", example="enter", make=lambda w: Enter(at_s=w.at_s, who=w.who, do="enter")),
    Verb(who=("person",), pattern="leave", example="leave", make=lambda w: Enter(at_s=w.at_s, who=w.who, do="leave")),
    Verb(
        who=("source", "thing"),
        pattern="(?:go|switch) (?P<on>on|off)",
        example="go on",
        make=lambda w: Switch(at_s=w.at_s, what=w.who, on=w.found["on"] == "on"),
    ),
    Verb(
        who=("thing", "person"),
        pattern=rf"(?:move|is moved) to {_POINT}",
        example="move, to: [1.0, 0.5]",
        make=lambda w: MoveThing(at_s=w.at_s, what=w.who, to=w.point()),
    ),
    Verb(
        who=("device",),
        pattern="close shutter",
        example="close shutter",
        make=lambda w: ShutterAction(at_s=w.at_s, closed=True),
    ),
    Verb(
        who=("device",),
        pattern="open shutter",
        example="open shutter",
        make=lambda w: ShutterAction(at_s=w.at_s, closed=False),
    ),
    Verb(
        who=("device",),
        pattern=rf"lose (?P<what>microphones|camera|motor){_FOR}",
        example="lose camera for 3 s",
        make=lambda w: FailAction(at_s=w.at_s, what=w.found["what"], for_s=w.number("for", "_s")),
        extras=("for",),
    ),
    Verb(
        who=("hand",),
        pattern=rf"(?P<gesture>turn) screen to (?P<angle>[^f]+?){_FOR}",
        example="turn screen to 30 °",
        make=_hand,
        extras=("for", "force", "profile"),
    ),
    Verb(
        who=("hand",),
        pattern=rf"(?P<gesture>hold|press|scroll|tap)(?: screen)?{_FOR}",
        example="hold screen for 2 s",
        make=_hand,
        extras=("for", "force", "profile"),
    ),
    Verb(
        who=("light", "room"),  # type: ignore[arg-type]
        pattern="(?:turn |light )?(?P<light>day|evening|lamp|dim|dark)",
        example="light dim",
        make=lambda w: LightAction(at_s=w.at_s, light=w.found["light"]),
    ),
    Verb(
        who=("designer",),
        pattern=r"set (?P<path>[\w.]+) to (?P<value>.+)",
        example="set zones.dead_half_width_deg to 20",
        make=_tune,
    ),
    Verb(
        who=("asker",),
        pattern="turn (?P<how>to|by) (?P<angle>.+)",
        example="turn to 30 °",
        make=_turn_to,
        extras=("rate", "lease"),
    ),
    Verb(
        who=("asker",),
        pattern="turn at (?P<rate>.+)",
        example="turn at 20 °/s",
        make=lambda w: _request(w, "turn at", rate_dps=w.number("rate", "_dps"), lease_s=w.number("lease", "_s")),
        extras=("lease",),
    ),
    Verb(who=("asker",), pattern="go to cent(?:re|er)", example="go to centre", make=_bare("go to centre")),
    Verb(who=("asker",), pattern="play (?P<name>.+)", example="play nod", make=_named("play"), extras=("lease",)),
    Verb(who=("asker",), pattern="stop", example="stop", make=_bare("stop")),
    Verb(
        who=("asker",),
        pattern="set mode (?P<name>.+)",
        example="set mode recipe",
        make=_named("set mode"),
        extras=("lease",),
    ),
    Verb(
        who=("asker",), pattern="set policy (?P<name>.+)", example="set policy do not move", make=_named("set policy")
    ),
    Verb(who=("asker",), pattern=rf"set range to {_POINT}", example="set range, to: [-60 °, 60 °]", make=_set_range),
    Verb(
        who=("asker",),
        pattern="start set-up(?: (?P<name>.+))?",
        example="start set-up",
        make=lambda w: _request(w, "start set-up", name=w.found.get("name") or ""),
    ),
    Verb(
        who=("asker",),
        pattern="set back drive (?P<name>on|off)",
        example="set back drive off",
        make=_named("set back drive"),
    ),
    Verb(who=("asker",), pattern="acquire", example="acquire", make=_bare("acquire"), extras=("lease",)),
    Verb(who=("asker",), pattern="release", example="release", make=_bare("release")),
    Verb(who=("asker",), pattern="set framing (?P<name>.+)", example="set framing left", make=_named("set framing")),
    Verb(
        who=("asker",),
        pattern="set region (?P<angle>.+) wide (?P<width>.+)",
        example="set region 20 ° wide 60 °",
        make=lambda w: _request(
            w, "set region", angle_deg=w.number("angle", "_deg"), width_deg=w.number("width", "_deg")
        ),
    ),
    Verb(who=("asker",), pattern="select person (?P<name>.+)", example="select person 1", make=_named("select person")),
)


def kind_of(who: str, *, people: set[str], sources: set[str], things: set[str]) -> tuple[str, ...]:
    """What somebody or something in a timeline is; empty when unknown."""
    if who in ASKERS:
        return ("asker",)
    if who in ("device", "hand", "room", "light", "designer"):
        return (who,)
    kinds = (("person", people), ("source", sources), ("thing", things))
    return tuple(kind for kind, names in kinds if who in names)


def read(does: str, *, who: str, kinds: tuple[str, ...], at_s: float, extras: dict[str, object]) -> AnyAction:
    """The action that the words mean; raises PhraseError."""
    mine = [verb for verb in VERBS if set(verb.who) & set(kinds)]
    # `does: walk, to: [4.0, 1.8]` says the same as `does: walk to [4.0, 1.8]`, and needs no quotes in a flow mapping.
    extras, written = dict(extras), does
    if "to" in extras:
        to = extras.pop("to")
        does += f" to [{to[0]}, {to[1]}]" if isinstance(to, list) and len(to) == 2 else f" to {to}"
    for verb in mine:
        match = re.fullmatch(verb.pattern, " ".join(does.split()))
        if match is None:
            continue
        for key in extras:
            if key not in verb.extras:
                raise PhraseError(
                    Mistake(
                        code=ProblemCode.UNKNOWN_VERB_KEY,
                        value=key,
                        name=does,
                        meant=similar(key, verb.extras),
                        allowed=verb.extras,
                    )
                )
        found = {name: text for name, text in match.groupdict().items() if text is not None}
        return verb.make(_Words(at_s=at_s, who=who, found=found, extras=extras))
    examples = tuple(verb.example for verb in mine)
    raise PhraseError(
        Mistake(
            code=ProblemCode.UNKNOWN_VERB,
            value=does,
            written=written,
            name=who,
            meant=similar(does, examples),
            allowed=examples,
        )
    )
