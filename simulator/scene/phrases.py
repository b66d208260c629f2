"""The verbs of a timeline: `{at: 2 s, who: anna, does: say wake word}` to an action of the world, and back again.

Each verb is one row: a pattern of words, who may do it, and how to make the action from the words.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.scene.fault_phrases import FAULT_VERBS, PARTS
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.request_phrases import ASKERS, REQUEST_VERBS
from simulator.scene.verbs import POINT, PhraseError, Verb, Words
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
    TuneAction,
    Turn,
    Walk,
)


def _say(w: Words) -> Say:
    what: Any = "wake word" if w.found.get("what") == "wake word" else "speech"
    return Say(at_s=w.at_s, who=w.who, what=what, for_s=w.number("for", "_s"))


def _walk(w: Words) -> Walk:
    speed_mps = w.number("speed", "_mps")
    return Walk(at_s=w.at_s, who=w.who, to=w.point(), **({} if speed_mps is None else {"speed_mps": speed_mps}))


def _hand(w: Words) -> HandAction:
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


def _tune(w: Words) -> TuneAction:
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
        also=("say speech for 4 s",),
        make=_say,
        extras=("for",),
    ),
    Verb(who=("person",), pattern=rf"talk{_FOR}", example="talk for 3 s", make=_say, extras=("for",)),
    Verb(
        who=("person",),
        pattern=rf"walk to {POINT}(?: at (?P<speed>.+))?",
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
        pattern=rf"(?:move|is moved) to {POINT}",
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
        also=("press screen for 1 s", "scroll for 3 s", "tap"),
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
    *REQUEST_VERBS,
    *FAULT_VERBS,
)


def kind_of(who: str, *, people: set[str], sources: set[str], things: set[str]) -> tuple[str, ...]:
    """What somebody or something in a timeline is; empty when unknown."""
    if who in ASKERS:
        return ("asker",)
    if who in ("device", "hand", "room", "light", "designer"):
        return (who,)
    kinds = (("person", people), ("source", sources), ("thing", things))
    found = tuple(kind for kind, names in kinds if who in names)
    return found or ((who,) if who in PARTS else ())


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
        return verb.make(Words(at_s=at_s, who=who, found=found, extras=extras))
    examples = tuple(example for verb in mine for example in (verb.example, *verb.also))
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
