"""What a scene file's mistakes look like: all of them at once, each with file, line, column and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in a file; lines and columns count from one, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As editors and terminals make it clickable."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake."""

    place: Place
    path: str  # where in the scene, such as people.anna.at; empty for the file as a whole
    text: str  # what is wrong and what is allowed

    def __str__(self) -> str:
        """One line."""
        return f"{self.place}: {self.path}: {self.text}" if self.path else f"{self.place}: {self.text}"


class SceneError(ValueError):
    """A scene file that cannot be used; the text lists every problem, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        ordered = sorted(set(problems), key=lambda p: (p.place.file, p.place.line, p.place.column, p.path, p.text))
        self.problems = tuple(ordered)
        super().__init__("\n".join(map(str, self.problems)))


def near(word: str, allowed: Iterable[str]) -> str:
    """The end of a sentence that offers the most similar word, or nothing."""
    found = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence."""
    return ", ".join(words) or "nothing"
