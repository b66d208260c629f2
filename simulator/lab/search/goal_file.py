"""Reads the goal of a tuning: the axes, the scenes to tune on, those held out to test on, and how much to try."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from simulator.lab.search.axes import Axis
from simulator.lab.search.plan import Homes, SweepPlan
from simulator.lab.search.plan_file import AxisEntry, HomesEntry, PlanFileError, Strict, axes_of, homes_of, mistakes
from simulator.runtime.header import Senses
from simulator.scene.errors import SceneError
from simulator.scene.tree import read_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is to be tuned, and on what."""

    axes: tuple[Axis, ...]
    train: SweepPlan  # its scenes, homes, seeds and mode; its design is not asked
    held_out: SweepPlan
    advisers: tuple[str, ...]
    trials: int  # of each adviser
    draw: int
    walks: int = 0  # of Morris over the same axes, for what matters; 0 leaves it out


class _HeldOut(Strict):
    scenes: list[str] = []
    homes: HomesEntry | None = None


class _Goal(Strict):
    tune: Literal[1]
    axes: Annotated[list[AxisEntry], Field(min_length=1, max_length=40)]
    scenes: list[str] = []
    homes: HomesEntry | None = None
    held_out: _HeldOut
    seeds: Annotated[int, Field(ge=1, le=1000)] = 1
    mode: Literal["full", "audio", "feature"] = "feature"
    advisers: Annotated[list[Literal["random", "tpe", "nsga2"]], Field(min_length=1)] = ["random", "tpe", "nsga2"]
    trials: Annotated[int, Field(ge=2, le=10_000)] = 60
    draw: Annotated[int, Field(ge=0)] = 0
    walks: Annotated[int, Field(ge=0, le=1000)] = 0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.scenes and self.homes is None:
            raise ValueError("name scenes or homes to tune on")
        if not self.held_out.scenes and self.held_out.homes is None:
            raise ValueError("held_out: name scenes or homes that nothing is tuned on")
        if "random" not in self.advisers:
            raise ValueError("advisers: random must be among them: it is what the others have to beat")
        return self


def read_goal(path: Path) -> Goal:
    """Read a goal; raises PlanFileError and OSError."""
    return goal_of(path.read_bytes(), file=str(path))


def goal_of(content: bytes | str, *, file: str = "goal.yaml") -> Goal:
    """A goal from its text; raises PlanFileError."""
    try:
        tree = read_tree(content, file=file)
        read = _Goal.model_validate(tree.plain())
    except SceneError as error:
        raise PlanFileError(str(error)) from None
    except ValidationError as error:
        raise PlanFileError("\n".join(mistakes(error, tree))) from None
    problems: list[str] = []
    axes = tuple(axes_of(read.axes, tree, problems))
    if problems:
        raise PlanFileError("\n".join(problems))

    def part(scenes: list[str], homes: Homes | None) -> SweepPlan:
        return SweepPlan(axes=axes, scenes=tuple(scenes), homes=homes, seeds=read.seeds, mode=_mode(read))

    return Goal(
        axes=axes, train=part(read.scenes, homes_of(read.homes)),
        held_out=part(read.held_out.scenes, homes_of(read.held_out.homes)),
        advisers=tuple(dict.fromkeys(read.advisers)), trials=read.trials, draw=read.draw, walks=read.walks,
    )  # fmt: skip


def _mode(read: _Goal) -> Senses:
    return read.mode
