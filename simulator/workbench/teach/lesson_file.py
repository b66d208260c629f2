"""Reads a file of lessons: the name of the mode, and for each lesson a scene and where the screen was pushed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.scene.errors import SceneError
from simulator.scene.tree import read_tree
from simulator.scene.units import UNITS, quantity
from simulator.workbench.teach.taught import check_name

MOST_LESSONS, MOST_PUSHES = 8, 2000


class LessonFileError(ValueError):
    """Lessons that cannot be used; the text says where and what is allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LessonEntry(_Strict):
    """One lesson as it is written."""

    run: str = ""  # a scene, beside the file or inside a folder called scenes
    seed: Annotated[int, Field(ge=0)] = 0
    screen: Annotated[list[tuple[str | float, str | float]], Field(max_length=MOST_PUSHES)] = []
    say: Literal["", "calmer", "livelier"] = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.say) == bool(self.run):
            raise ValueError(
                "a lesson is either a run with where the screen should have been, or says calmer or livelier"
            )
        if self.run and len(self.screen) < 2:
            raise ValueError("screen: at least two pushes, as [[2 s, 0 °], [9 s, 25 °]]")
        return self

    @property
    def pushes(self) -> list[tuple[float, float]]:
        """Seconds and degrees; raises UnitError."""
        return [
            (quantity(time, unit=UNITS["_s"]), quantity(yaw, unit=UNITS["_deg"])) for time, yaw in self.screen
        ]  # fmt: skip


class _File(_Strict):
    teach: Literal[1]
    mode: str
    lessons: Annotated[list[LessonEntry], Field(min_length=1, max_length=MOST_LESSONS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """A mode and its lessons."""

    mode: str
    entries: tuple[LessonEntry, ...]


def read_lessons(path: Path) -> Lessons:
    """Read a file of lessons; raises LessonFileError and OSError."""
    try:
        read = _File.model_validate(read_tree(path.read_bytes(), file=str(path)).plain())
        check_name(read.mode)
        for entry in read.lessons:
            _ = entry.pushes
    except SceneError as error:
        raise LessonFileError(str(error)) from None
    except ValidationError as error:
        raise LessonFileError("\n".join(_mistake(problem, path) for problem in error.errors())) from None
    except ValueError as error:
        raise LessonFileError(f"{path}: {error}") from None
    return Lessons(mode=read.mode, entries=tuple(read.lessons))


def _mistake(problem: Any, path: Path) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"{path}: {where}: {str(problem['msg']).removeprefix('Value error, ')}"
