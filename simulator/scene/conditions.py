"""The conditions of checks over a whole run: true or not at each tick, and by how much."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import wrap_all_deg
from simulator.scene.columns import Columns
from simulator.scene.event_words import GENERAL_EVENTS
from simulator.scene.signal import Signal

Truths = NDArray[np.bool_]
Numbers = NDArray[np.float64]

# Margins of different units are compared by these steps, each about one thing a person would notice.
SCALE = {"°": 10.0, "°/s": 20.0, "°/s²": 60.0, "N": 2.0, "N m": 0.2, "m": 0.5, "s": 0.5, "": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A condition over a run: true or not at each tick, and by how much in steps that can be compared."""

    ok: Truths
    slack: Numbers  # positive when true


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """By how much one comparison holds at one moment, in its own unit; negative when it does not hold."""

    value: float | None  # None for a flag or a word
    unit: str
    text: str  # the comparison as written
    now: str  # what the signal was
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A signal that is true or false."""

    signal: Signal
    who: str
    text: str

    def graded(self, c: Columns) -> Graded:
        """Over a run."""
        ok = self.signal.column(c, self.who).astype(bool)
        plain = np.where(ok, 1.0, -1.0)
        if self.signal.slack is None:
            return Graded(ok=ok, slack=plain)
        slack = self.signal.slack(c, self.who) / SCALE[self.signal.unit]
        return Graded(ok=ok, slack=np.where(np.isfinite(slack), slack, plain))

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick."""
        ok = bool(self.signal.column(c, self.who)[tick])
        value = None
        if self.signal.slack is not None:
            found = float(self.signal.slack(c, self.who)[tick])
            value = found if math.isfinite(found) else None
        by = "" if value is None else f" by {abs(value):.3g} {self.signal.unit}"
        now = "" if ok else f"not {self.text}{', off' if by else ''}{by}"
        return Margin(
            value=value, unit=self.signal.unit if value is not None else "", text=self.text, now=now, who=self.who
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A number within bounds; open ends are infinite."""

    signal: Signal
    who: str
    text: str
    low: float
    high: float
    strict: bool = False
    middle: float | None = None  # for "within … of": distance from here is what counts

    def _value(self, c: Columns) -> Numbers:
        value = np.asarray(self.signal.column(c, self.who), dtype=float)
        if self.middle is None:
            return value
        off = value - self.middle
        return np.abs(wrap_all_deg(off) if self.signal.circular else off)

    def graded(self, c: Columns) -> Graded:
        """Over a run; a signal without a value is outside every bound."""
        value = self._value(c)
        room = np.minimum(value - self.low, self.high - value)
        ok = room > 0 if self.strict else room >= 0
        scale = SCALE[self.signal.unit]
        return Graded(ok=ok, slack=np.where(np.isfinite(room), np.clip(room / scale, -1e6, 1e6), -1e6))

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick."""
        value = float(self._value(c)[tick])
        now = float(np.asarray(self.signal.column(c, self.who), dtype=float)[tick])
        room = min(value - self.low, self.high - value)
        shown = f"{now:.4g} {self.signal.unit}".strip() if math.isfinite(now) else "no value"
        return Margin(
            value=room if math.isfinite(room) else None, unit=self.signal.unit, text=self.text, now=shown, who=self.who
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """A signal that is one of some words."""

    signal: Signal
    who: str
    text: str
    word: str
    negated: bool = False

    def graded(self, c: Columns) -> Graded:
        """Over a run."""
        ok = np.asarray(self.signal.column(c, self.who) == self.word)
        ok = ~ok if self.negated else ok
        return Graded(ok=ok, slack=np.where(ok, 1.0, -1.0))

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick."""
        now = str(self.signal.column(c, self.who)[tick])
        return Margin(value=None, unit="", text=self.text, now=now, who=self.who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite."""

    inner: Condition
    text: str

    def graded(self, c: Columns) -> Graded:
        """Over a run."""
        inner = self.inner.graded(c)
        return Graded(ok=~inner.ok, slack=-inner.slack)

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick."""
        inner = self.inner.margin(c, tick)
        value = None if inner.value is None else -inner.value
        return Margin(value=value, unit=inner.unit, text=self.text, now=inner.now or inner.text, who=inner.who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """All of some conditions, or any of them."""

    parts: tuple[Condition, ...]
    every: bool
    text: str

    def graded(self, c: Columns) -> Graded:
        """Over a run."""
        grades = [part.graded(c) for part in self.parts]
        oks, slacks = np.array([g.ok for g in grades]), np.array([g.slack for g in grades])
        if self.every:
            return Graded(ok=np.asarray(oks.all(axis=0)), slack=slacks.min(axis=0))
        return Graded(ok=np.asarray(oks.any(axis=0)), slack=slacks.max(axis=0))

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick: of the part that decides."""
        grades = [part.graded(c) for part in self.parts]
        order = sorted(
            range(len(self.parts)),
            key=lambda k: (
                bool(grades[k].ok[tick]) == self.every,
                float(grades[k].slack[tick]) * (1 if self.every else -1),
            ),
        )
        return self.parts[order[0]].margin(c, tick)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happens:
    """True on the ticks on which an event comes."""

    text: str

    @property
    def who(self) -> str:
        """The one it is about: the first word of a happening of the timeline."""
        return self.text.split(" ")[0] if " " in self.text and self.text not in GENERAL_EVENTS else ""

    def graded(self, c: Columns) -> Graded:
        """Over a run."""
        ok = np.zeros(len(c), dtype=bool)
        ok[[tick for tick, name in c.events() if name == self.text and tick < len(c)]] = True
        return Graded(ok=ok, slack=np.where(ok, 1.0, -1.0))

    def margin(self, c: Columns, tick: int) -> Margin:
        """At one tick."""
        now = self.text if self.graded(c).ok[tick] else f"no {self.text}"
        return Margin(value=None, unit="", text=self.text, now=now, who=self.who)


Condition = Flag | Compare | Is | Not | Both | Happens


def people_in(condition: Condition) -> tuple[str, ...]:
    """The names that a condition speaks of."""
    if isinstance(condition, Both):
        return tuple(dict.fromkeys(name for part in condition.parts for name in people_in(part)))
    if isinstance(condition, Not):
        return people_in(condition.inner)
    return (condition.who,) if condition.who else ()
