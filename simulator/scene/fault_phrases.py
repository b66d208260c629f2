"""The verbs of faults: `{at: 2 s, who: ears, does: mishear by 35 °, for: 5 s}`.

Each line names the fault of world/faults that the words stand for, and the unit of its number. A motor that is built otherwise than
its facts say is so from the start to the end.
"""

from __future__ import annotations

import re

from simulator.scene.units import UNITS, quantity
from simulator.scene.verbs import Verb, Who, Words
from simulator.world.faults.kinds import FAULTS
from simulator.world.spec import FaultAction

# part, kind of world/faults, words with the unit of the number in braces, an example of the number.
_ROWS: tuple[tuple[Who, str, str, str], ...] = (
    ("ears", "bias", "mishear by {_deg}", "35 °"),
    ("ears", "mirror", "hear mirrored", ""),
    ("ears", "front for back", "hear front for back", ""),
    ("ears", "scatter", "hear scattered by {_deg}", "40 °"),
    ("ears", "one direction", "hear everything from {_deg}", "-55 °"),
    ("ears", "wrong person", "hear the wrong person", ""),
    ("ears", "late", "report late by {_s}", "1.5 s"),
    ("ears", "miss wake words", "miss {share} of wake words", "100 %"),
    ("ears", "deaf", "go deaf", ""),
    ("ears", "unsure", "be only {share} as sure", "25 %"),
    ("ears", "ambiguous", "find everything ambiguous", ""),
    ("ears", "false wake words", "hear a false wake word every {_s}", "3 s"),
    ("eyes", "bias", "see shifted by {_deg}", "25 °"),
    ("eyes", "mirror", "see mirrored", ""),
    ("eyes", "scatter", "see scattered by {_deg}", "18 °"),
    ("eyes", "miss people", "miss {share} of people", "90 %"),
    ("eyes", "blind", "go blind", ""),
    ("eyes", "narrow", "see only within {_deg}", "12 °"),
    ("eyes", "nobody engaged", "see nobody engaged", ""),
    ("eyes", "everybody engaged", "see everybody engaged", ""),
    ("eyes", "farther", "see everybody at {share} of the distance", "250 %"),
    ("eyes", "posters", "take everybody for a poster", ""),
    ("eyes", "unconfirmed", "confirm nobody", ""),
    ("eyes", "late", "report late by {_s}", "0.6 s"),
    ("eyes", "frozen", "freeze", ""),
    ("eyes", "ghost", "see a ghost at {_deg}", "40 °"),
    ("eyes", "no picture", "get no picture", ""),
    ("fusion", "bias", "shift tracks by {_deg}", "30 °"),
    ("fusion", "mirror", "mirror tracks", ""),
    ("fusion", "not alive", "take nobody for alive", ""),
    ("fusion", "never seen", "forget who was seen", ""),
    ("fusion", "weak addressing", "be only {share} as sure who is meant", "70 %"),
    ("fusion", "new ids", "rename everybody every {_s}", "0.6 s"),
    ("fusion", "no tracks", "lose everybody", ""),
    ("fusion", "always in doubt", "doubt every wake word", ""),
    ("fusion", "forget the wake word", "forget the wake word", ""),
    ("fusion", "late", "report late by {_s}", "1.5 s"),
    ("fusion", "frozen", "freeze", ""),
    ("fusion", "wrong caller", "take somebody else for the caller", ""),
    ("fusion", "nobody addressed", "find nobody addressed", ""),
    ("fusion", "ghost", "invent a talker at {_deg}", "-62 °"),
    ("planner", "bias", "shift goals by {_deg}", "30 °"),
    ("planner", "mirror", "mirror goals", ""),
    ("planner", "scatter", "scatter goals by {_deg}", "14 °"),
    ("planner", "part of the way", "go only {share} of the way", "50 %"),
    ("planner", "never turn", "never turn", ""),
    ("planner", "lazy", "ignore goals within {_deg}", "55 °"),
    ("planner", "late", "decide late by {_s}", "2 s"),
    ("planner", "give up", "give up on the way", ""),
    ("planner", "once only", "turn once only", ""),
    ("planner", "restless", "swing by {_deg}", "25 °"),
    ("planner", "wrong side", "want the wrong side", ""),
    ("planner", "idle", "want nothing", ""),
    ("motion", "bias", "aim beside by {_deg}", "25 °"),
    ("motion", "mirror", "mirror set points", ""),
    ("motion", "scale", "turn {share} of the way", "50 %"),
    ("motion", "late", "command late by {_s}", "1.5 s"),
    ("motion", "crawl", "crawl at {_dps}", "5 °/s"),
    ("motion", "stuck", "stay stuck", ""),
    ("motion", "stick on the way", "stick on the way", ""),
    ("motion", "wobble", "wobble by {_deg}", "18 °"),
    ("motion", "let go", "let go", ""),
    ("motion", "only stop", "only stop", ""),
    ("motion", "weak", "push with {_nm}", "0.03 N m"),
    ("motor", "stiction", "break loose at {_nm}", "1.2 N m"),
    ("motor", "friction", "rub with {_nm}", "0.8 N m"),
    ("motor", "grease", "be greased with {_nm}", "3 N m"),
    ("motor", "play", "have play of {_deg}", "25 °"),
    ("motor", "soft", "be soft at {_nm}", "0.05 N m"),
    ("motor", "encoder offset", "read {_deg} beside", "30 °"),
    ("motor", "encoder scale", "read {share} of the angle", "80 %"),
    ("motor", "encoder frozen", "read one angle", ""),
    ("motor", "late", "obey late by {_s}", "1.5 s"),
    ("motor", "slow", "turn at most {_dps}", "6 °/s"),
    ("motor", "dead", "stand still", ""),
    ("motor", "weak", "push with {_nm}", "0.02 N m"),
    ("motor", "wrong way", "turn the wrong way", ""),
    ("motor", "now and then", "work now and then", ""),
)
_NUMBER = re.compile(r"\{(\w+)\}")


def _verb(part: Who, kind: str, words: str, example: str) -> Verb:
    number = _NUMBER.search(words)
    pattern = _NUMBER.sub("(?P<amount>.+?)", words)
    unit = number[1] if number else ""
    built = FAULTS[part][kind].at == "facts"

    def make(w: Words) -> FaultAction:
        for_s = w.number("for", "_s")
        if built and (w.at_s != 0.0 or for_s is not None):
            raise ValueError(f"at {w.at_s:g} s: how a motor is built holds from 0 s to the end")
        amount = 0.0
        if unit:
            amount = share(w.found["amount"]) if unit == "share" else quantity(w.found["amount"], unit=UNITS[unit])
        return FaultAction(at_s=w.at_s, part=part, kind=kind, amount=amount, for_s=for_s)

    return Verb(
        who=(part,),
        pattern=pattern if built else rf"{pattern}(?: for (?P<for>.+))?",
        example=_NUMBER.sub(example, words),
        make=make,
        extras=() if built else ("for",),
    )


def share(text: str) -> float:
    """A percentage as a share."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", text.strip())
    if found is None:
        raise ValueError(f"{text}: must be a share, as 50 %")
    return float(found[1]) / 100.0


FAULT_VERBS: tuple[Verb, ...] = tuple(_verb(*row) for row in _ROWS)
PARTS: tuple[str, ...] = tuple(FAULTS)
