"""What a scene file's mistakes look like: all of them at once, each with file, line, column and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.scene.mistakes import Mistake, ProblemCode


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
    """One mistake at its place."""

    place: Place
    path: str  # where in the scene, such as people.anna.at; empty for the file as a whole
    mistake: Mistake

    @property
    def code(self) -> ProblemCode:
        """The kind of mistake."""
        return self.mistake.code

    @property
    def text(self) -> str:
        """What is wrong and what is allowed."""
        return self.mistake.words

    def __str__(self) -> str:
        """One line."""
        return f"{self.place}: {self.path}: {self.text}" if self.path else f"{self.place}: {self.text}"


class SceneError(ValueError):
    """A scene file that cannot be used; the text lists every problem, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        ordered = sorted(set(problems), key=lambda p: (p.place.file, p.place.line, p.place.column, p.path, p.text))
        self.problems = tuple(ordered)
        super().__init__("\n".join(map(str, self.problems)))


class MistakeError(ValueError):
    """A mistake in a part of a file, raised by a reader that does not know where the part stands."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake
        super().__init__(mistake.words)
