"""Finds signals in the text of a check: the longest phrase of the table that fits, with the names of the scene in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.scene.request_phrases import ASKERS
from simulator.scene.signal import Signal, Subject
from simulator.scene.signal_table import SIGNALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who and what a scene holds: what NAME may stand for."""

    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()  # the people who react

    def allowed(self, subject: Subject) -> tuple[str, ...]:
        """The names that fit a signal."""
        if subject == "person":
            return self.people
        if subject == "thing":
            return self.things
        if subject == "asker":
            return tuple(ASKERS)
        return (*self.people, *self.sources, *self.things)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSignal:
    """A signal found in a text."""

    signal: Signal
    who: str
    text: str
    end: int


def find(text: str, start: int, *, names: Names) -> FoundSignal | None:
    """The longest signal that the text names at this place."""
    best: FoundSignal | None = None
    for signal in SIGNALS:
        match = _compiled(signal.pattern).match(text, start)
        if match is None:
            continue
        who = match.groupdict().get("name") or ""
        if who and who not in names.allowed(signal.subject):
            continue
        if best is None or match.end() > best.end:
            best = FoundSignal(signal=signal, who=who, text=match[0], end=match.end())
    return best


def vocabulary(signal: Signal, *, names: Names) -> tuple[str, ...]:
    """The words that a word signal may be compared with."""
    return (*signal.words, *(names.allowed("anything") if signal.named else ()))


def phrases(names: Names) -> Sequence[str]:
    """Every way to name a signal in this scene, for suggestions."""
    said = []
    for signal in SIGNALS:
        if "NAME" in signal.pattern:
            said += [signal.pattern.replace("NAME", name) for name in names.allowed(signal.subject)]
        else:
            said.append(signal.pattern)
    return said


_cache: dict[str, re.Pattern[str]] = {
    signal.pattern: re.compile(
        r"\s+".join(r"(?P<name>\w[\w-]*)" if word == "NAME" else re.escape(word) for word in signal.pattern.split())
        + r"(?![\w-])"
    )
    for signal in SIGNALS
}


def _compiled(pattern: str) -> re.Pattern[str]:
    return _cache[pattern]
