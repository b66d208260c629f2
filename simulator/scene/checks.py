"""The checks of a scene's `expect` block: shapes of promise, each of which can say itself in an English sentence.

{after: EVENT, within: 2 s, then: CONDITION, for: 1 s}     an answer comes in time, and lasts
{after: EVENT, within: 25 s, then: EVENT}                  one event follows another in time
{after: EVENT, always: CONDITION, for: 5 s}                something holds for a while after an event; also never
{after: EVENT, until: EVENT, never: CONDITION}             from one event to the next; also always, at most, at least
{always: CONDITION}   {never: CONDITION}                   throughout, or between `from` and `until`
{while: CONDITION, always: CONDITION, grace: 0.3 s}        whenever one holds, so does the other; also never
{at end: CONDITION}                                        in the last moment
{at most: 3 moves, per: 60 s}                              never more often, in any stretch of time
{at least: 1 alert}                                        at least so often; both also after, for, from, until

With `may fail: true` a promise is judged and told, and does not count: what nobody can keep while a part is faulty.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.scene.conditions import Condition, people_in
from simulator.scene.errors import Place
from simulator.scene.event_words import plural


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "pass"
    FAIL = "fail"
    NOT_EXERCISED = "not exercised"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEvent:
    """Something that begins at a moment: a named happening, a condition that becomes true, or a time."""

    text: str
    name: str = ""
    condition: Condition | None = None
    at_s: float | None = None

    @property
    def who(self) -> str:
        """The one it is about: the first word of a happening, or the name in a condition."""
        if self.condition is not None:
            return next(iter(people_in(self.condition)), "")
        return self.name.split(" ")[0] if " " in self.name else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBase:
    """What all checks share."""

    id: str
    place: Place
    source: str  # the check as one line of text
    may_fail: bool = False  # it is told how it ended, and the verdict over all does not ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(CheckBase):
    """After an event, within a time, a condition comes true and stays so for a time."""

    after: CheckEvent
    within_s: float
    then: Condition
    for_s: float = 0.0

    @property
    def sentence(self) -> str:
        """In English."""
        lasting = f" and stays so for {self.for_s:g} s" if self.for_s else ""
        return f"After {self.after.text}, within {self.within_s:g} s, {self.then.text}{lasting}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed(CheckBase):
    """What checks share that ask only in a part of the scene."""

    from_s: float = 0.0
    until_s: float | None = None  # None: to the end
    after: CheckEvent | None = None
    for_s: float | None = None  # None: to the end
    until: CheckEvent | None = None  # the window after an event ends with the next one of these

    @property
    def when(self) -> list[str]:
        """The window in words."""
        parts = []
        if self.after is not None:
            parts.append(f"after {self.after.text}" + (f", for {self.for_s:g} s" if self.for_s is not None else ""))
        if self.until is not None:
            parts.append(f"until {self.until.text}")
        if self.from_s or self.until_s is not None:
            end = "the end" if self.until_s is None else f"{self.until_s:g} s"
            parts.append(f"from {self.from_s:g} s to {end}")
        return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughout(Windowed):
    """A condition holds, or its opposite does: always, in a window, while another holds, or for a time after an event."""

    holds: Condition
    never: bool = False
    while_: Condition | None = None
    grace_s: float = 0.0

    @property
    def sentence(self) -> str:
        """In English."""
        how = "never" if self.never else "always"
        parts = self.when
        if self.while_ is not None:
            parts.append(f"while {self.while_.text}")
        if self.grace_s:
            parts.append(f"from {self.grace_s:g} s on")
        text = ", ".join([*parts, f"{how} {self.holds.text}"]) + "."
        return text[0].upper() + text[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtEnd(CheckBase):
    """A condition holds in the last moment."""

    holds: Condition

    @property
    def sentence(self) -> str:
        """In English."""
        return f"At the end, {self.holds.text}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Windowed):
    """An event happens at most, or at least, so often: in the whole scene, or in each window."""

    event: CheckEvent
    count: int
    most: bool
    per_s: float | None = None  # None: over the whole scene

    @property
    def sentence(self) -> str:
        """In English."""
        how = "at most" if self.most else "at least"
        stretch = f" in any {self.per_s:g} s" if self.per_s is not None else ""
        text = ", ".join([*self.when, f"{how} {self.count} {plural(self.event.text, self.count)}{stretch}"]) + "."
        return text[0].upper() + text[1:]


Check = Response | Throughout | AtEnd | Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended in one run: the verdict, the worst moment of it, and by how much."""

    id: str
    verdict: Verdict
    sentence: str
    detail: str  # what was found, in words
    margin: float | None  # worst one in its unit, negative when failed; None where nothing can be measured
    unit: str
    at_s: float | None  # of the worst moment; None when never exercised
    who: str
    judged: int  # how many times the check was put to the test
    place: Place
    may_fail: bool = False
