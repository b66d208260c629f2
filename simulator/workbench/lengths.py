"""Lengths as a person wants to read and type them, in metres or in feet; files, messages and sentences of the device stay in metres."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from simulator.scene.units import UNITS, UnitError, quantity

LENGTH = UNITS["_m"]
WRITTEN_DECIMALS = 3  # what is typed in feet is kept in the file to the millimetre
_IN_WORDS = re.compile(r"\b\d+(?:\.\d+)?[ \u2009]?m(?![\w/²])(?! *s\b)")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:\s*(?:mm|cm|m|ft)\b)?")


@dataclass(frozen=True, slots=True)
class Lengths:
    """One way of showing lengths."""

    unit: str
    metres: float  # in one of it
    grid_m: float  # between two lines of the floor
    bar: int  # of it are as long as the bar that shows the scale
    axis: tuple[int, ...]  # of it are written under a drawing over the distance

    def value(self, metres: float) -> float:
        """A length as a number of this unit."""
        return metres / self.metres

    def words(self, metres: float, *, decimals: int = 1, short: bool = False) -> str:
        """A length with its unit; `short` leaves out zeros at its end."""
        number = f"{self.value(metres):.{decimals}f}"
        if short and "." in number:
            number = number.rstrip("0").rstrip(".")
        return f"{number} {self.unit}".replace("-", "−")

    def shown(self, written: str) -> str:
        """A length or a place of a scene file, `2.5 m` or `[1, 0.1]`, in this unit."""
        return written if self is METRES else _NUMBER.sub(self._shown, written)

    def in_words(self, sentence: str) -> str:
        """A sentence with the lengths in it in this unit."""
        return sentence if self is METRES else _IN_WORDS.sub(self._shown_short, sentence)

    def kept(self, typed: str, *, before: str = "") -> str:
        """What was typed in this unit, as the file keeps it: in metres.

        A number that still reads as the one of the file `before` stays that, and what is no length stays as it was typed.
        """
        if self is METRES:
            return typed
        same = {self._shown(found): found[0] for found in _NUMBER.finditer(before)}
        bare = typed.lstrip().startswith("[")  # places are bare numbers in a file

        def one(found: re.Match[str]) -> str:
            said = found[0] if found[0][-1].isalpha() else f"{found[0]} {self.unit}"
            return same.get(found[0]) or _converted(
                said, lambda metres: f"{round(metres, WRITTEN_DECIMALS):g}{'' if bare else f' {METRES.unit}'}"
            )

        return _NUMBER.sub(one, typed)

    def _shown(self, found: re.Match[str]) -> str:
        return _converted(found[0], lambda metres: self.words(metres, decimals=2, short=True).replace("−", "-"))

    def _shown_short(self, found: re.Match[str]) -> str:
        return _converted(found[0], lambda metres: self.words(metres, short=True))


METRES = Lengths("m", 1.0, 0.5, 1, (1, 2, 3))
FEET = Lengths("ft", 0.3048, 0.6096, 3, (3, 6, 9))
UNITS_OF_LENGTH = {one.unit: one for one in (METRES, FEET)}


def _converted(said: str, words: Callable[[float], str]) -> str:
    try:
        return words(quantity(said, unit=LENGTH))
    except UnitError:
        return said
