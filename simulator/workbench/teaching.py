"""Lessons as they are given in the window: where the screen should have been in the run that is open, lesson after lesson, for one mode.

They become a file as `swivel teach` reads it, so that the same can be taught at the command line; what that says comes back typed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Value
from simulator.workbench.teach.behaviour import Behaviour
from simulator.workbench.teach.taught import check_name

LEAST_SPAN_S = 1.0
# A push on a moment that is nearer than this to an earlier one takes its place.
SAME_TICKS = TICKS_PER_S // 5


class TeachingError(ValueError):
    """What was given is no lesson; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLesson:
    """A run with its pushes, or a word."""

    scene: Path | None = None
    seed: int = 0
    pushes: tuple[tuple[int, float], ...] = ()  # tick and degrees
    say: str = ""  # calmer or livelier

    @property
    def words(self) -> str:
        """In a list of lessons."""
        return (
            self.say
            or f"{self.scene.name.removesuffix('.scene.yaml') if self.scene else ''}, {len(self.pushes)} pushes"
        )


@dataclass(slots=True)
class Teaching:
    """The lessons of one mode, and the pushes of the next."""

    mode: str = "cooking"
    given: list[GivenLesson] = field(default_factory=list)
    pushes: list[tuple[int, float]] = field(default_factory=list)
    version: int = 0

    def push(self, tick: int, yaw_deg: float) -> None:
        """The screen should have been there at this moment."""
        kept = [one for one in self.pushes if abs(one[0] - tick) >= SAME_TICKS]
        self.pushes = sorted([*kept, (tick, round(yaw_deg, 1))])
        self.version += 1

    def take_back(self) -> str:
        """Undo the last push, or without any the last lesson; returns what was taken back."""
        self.version += 1
        if self.pushes:
            self.pushes = []
            return "The pushes of this lesson are taken back"
        return f"Lesson taken back: {self.given.pop().words}" if self.given else ""

    def give(self, scene: Path, *, seed: int) -> None:
        """The pushes are a lesson; raises TeachingError."""
        if len(self.pushes) < 2:
            raise TeachingError("push the screen at two moments at least: between them it goes straight")
        if (self.pushes[-1][0] - self.pushes[0][0]) / TICKS_PER_S < LEAST_SPAN_S:
            raise TeachingError(f"the pushes of a lesson must span {LEAST_SPAN_S:g} s")
        self.given.append(GivenLesson(scene=scene.resolve(), seed=seed, pushes=tuple(self.pushes)))
        self.pushes = []
        self.version += 1

    def say(self, word: str) -> None:
        """Calmer or livelier than what the lessons came to."""
        self.given.append(GivenLesson(say=word))
        self.version += 1

    def yaw_at(self, tick: int) -> float | None:
        """Where the screen should have been; None outside the pushes."""
        if not self.pushes or not self.pushes[0][0] <= tick <= self.pushes[-1][0]:
            return None
        ticks, yaws = zip(*self.pushes, strict=True)
        return float(np.interp(tick, ticks, yaws))

    def curve(self) -> tuple[int, NDArray[np.float32]] | None:
        """From its first tick on; None without pushes."""
        if not self.pushes:
            return None
        ticks, yaws = zip(*self.pushes, strict=True)
        every = np.arange(ticks[0], ticks[-1] + 1)
        return ticks[0], np.interp(every, ticks, yaws).astype(np.float32)

    def text(self) -> str:
        """The file of lessons; raises TeachingError."""
        if not self.given:
            raise TeachingError("give a lesson first, or say calmer or livelier")
        try:
            check_name(self.mode)
        except ValueError as error:
            raise TeachingError(str(error)) from None
        lines = ["teach: 1", f"mode: {self.mode}", "lessons:", *(f"  - {_entry(one)}" for one in self.given)]
        return "\n".join(lines) + "\n"


def _entry(one: GivenLesson) -> str:
    if one.say:
        return f"{{say: {one.say}}}"
    pushes = ", ".join(f"[{tick / TICKS_PER_S:.2f} s, {yaw:.1f} °]" for tick, yaw in one.pushes)
    return f"{{run: {json.dumps(str(one.scene))}, seed: {one.seed}, screen: [{pushes}]}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The lesson that would tell most."""

    run: str
    from_s: float
    until_s: float
    share: float
    yaws_deg: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the lessons came to, as `swivel teach --json` says it."""

    name: str
    changes: dict[str, Value]
    lessons: tuple[str, ...]
    before_deg: float
    after_deg: float
    before: Behaviour
    after: Behaviour
    rivals: int
    ask: Asked | None
    files: tuple[str, ...]

    @property
    def words(self) -> str:
        """What would be seen of it; knobs are not told, they are one way of many."""
        near = (
            f"{self.before_deg:.1f}° from what was shown as it ships, {self.after_deg:.1f}° as taught. "
            if self.lessons
            else ""
        )
        parts = [
            f"{label} {getattr(self.before, name):.0f} → {getattr(self.after, name):.0f} {unit}"
            for label, name, unit in (
                ("turns", "turns_per_min", "a minute"), ("turned", "turned_deg_per_min", "° a minute"),
                ("fastest", "top_speed_dps", "°/s"),
            )
        ]  # fmt: skip
        more = f" {self.rivals} other explanations fit as well." if self.rivals else ""
        return f"{near}{', '.join(parts)}.{more}"

    @property
    def asks(self) -> str:
        """The next lesson in words."""
        if self.ask is None:
            return "No other scene here would tell explanations apart."
        return f"Next lesson that would say most: {self.ask.run}, {self.ask.from_s:.0f} to {self.ask.until_s:.0f} s."


_LEARNED: TypeAdapter[Learned] = TypeAdapter(Learned)


def learned_of(said: bytes) -> Learned:
    """What the command said with --json; raises TeachingError."""
    try:
        return _LEARNED.validate_json(said)
    except ValidationError as error:
        raise TeachingError(f"swivel teach said something else: {error.errors()[0]['msg']}") from None
