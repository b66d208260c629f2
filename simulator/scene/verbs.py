"""What a verb of the timeline is, and how its words are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulator.scene.errors import MistakeError
from simulator.scene.units import UNITS, quantity
from simulator.world.spec import AnyAction

Who = Literal[
    "person", "source", "thing", "device", "hand", "room", "asker", "designer",
    "ears", "eyes", "fusion", "planner", "motion", "motor",
]  # fmt: skip
POINT = r"\[\s*(?P<x>[^,\]]+),(?P<y>[^\]]+)\]"


class PhraseError(MistakeError):
    """Words that no verb matches; the text says which would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that can be done."""

    who: tuple[Who, ...]
    pattern: str  # regular expression over the words after `does:`
    example: str
    make: Callable[[Words], AnyAction]
    also: tuple[str, ...] = ()  # further examples, where one pattern has several words
    extras: tuple[str, ...] = ()  # further keys of the entry that this verb understands


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a verb is made from."""

    at_s: float
    who: str
    found: dict[str, str]
    extras: dict[str, object]

    def number(self, name: str, suffix: str) -> float | None:
        """A quantity from the words or from a further key; None when not given."""
        value = self.found.get(name) or self.extras.get(name)
        return None if value is None else quantity(value, unit=UNITS[suffix])

    def needed(self, name: str, suffix: str) -> float:
        """A quantity that the words always have."""
        return quantity(self.found[name], unit=UNITS[suffix])

    def point(self) -> tuple[float, float]:
        """A place on the floor."""
        return (
            quantity(self.found["x"].strip(), unit=UNITS["_m"]),
            quantity(self.found["y"].strip(), unit=UNITS["_m"]),
        )

    def aim(self) -> str | float:
        """A direction, or whoever is looked at."""
        word = self.found["aim"].strip()
        return quantity(word, unit=UNITS["_deg"]) if word[:1] in "-+.0123456789" else word
