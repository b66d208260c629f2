"""Reads a plan of a sweep: YAML, every mistake at once, each with its place and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.lab.search.axes import Axis, column_of
from simulator.lab.search.expression import ExpressionError
from simulator.lab.search.plan import MOST_POINTS, Homes, SweepPlan
from simulator.onboard.tuning import Leaf, TuningError, Value, leaves
from simulator.scene.errors import Place, SceneError
from simulator.scene.homes.hardness import HARDEST
from simulator.scene.tree import Node, read_tree


class PlanFileError(ValueError):
    """A plan that cannot be used; the text lists every mistake, one a line."""


class Strict(BaseModel):
    """An entry of a plan: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class AxisEntry(Strict):
    """One axis as it is written."""

    name: str = ""
    knob: str = ""  # turned to the value itself
    scale: str = ""  # knobs by pattern, turned to their default times the value
    set: dict[str, str | float] = {}
    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")
    steps: Annotated[int, Field(ge=1, le=1000)] = 5
    values: list[bool | float | str] = []

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(map(bool, (self.knob, self.scale, self.set))) != 1:
            raise ValueError("an axis has one of: knob, scale, set")
        ranged = self.low is not None or self.high is not None
        if ranged == bool(self.values):
            raise ValueError("an axis has either from and to, or values")
        if ranged and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError("from must be below to")
        return self


class HomesEntry(Strict):
    """Random homes as they are written."""

    count: Annotated[int, Field(ge=1, le=10_000)]
    first: Annotated[int, Field(ge=0)] = 0
    hard: Annotated[float, Field(ge=0, le=HARDEST)] = 1.0


class _Plan(Strict):
    sweep: Literal[1]
    axes: Annotated[list[AxisEntry], Field(min_length=1, max_length=40)]
    design: Literal["grid", "random", "sobol", "morris"] = "grid"
    count: Annotated[int, Field(ge=1, le=MOST_POINTS)] = 16
    draw: Annotated[int, Field(ge=0)] = 0
    scenes: list[str] = []
    homes: HomesEntry | None = None
    seeds: Annotated[int, Field(ge=1, le=10_000)] = 1
    mode: Literal["full", "audio", "feature"] = "feature"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.scenes and self.homes is None:
            raise ValueError("name scenes or homes to run")
        if self.design == "sobol" and self.count & (self.count - 1):
            raise ValueError(f"count: {self.count}: a sobol design needs a power of two")
        return self


def read_plan(path: Path) -> SweepPlan:
    """Read a plan; raises PlanFileError and OSError."""
    return plan_of(path.read_bytes(), file=str(path))


def plan_of(content: bytes | str, *, file: str = "plan.yaml") -> SweepPlan:
    """A plan from its text; raises PlanFileError."""
    try:
        tree = read_tree(content, file=file)
    except SceneError as error:
        raise PlanFileError(str(error)) from None
    try:
        read = _Plan.model_validate(tree.plain())
    except ValidationError as error:
        raise PlanFileError("\n".join(mistakes(error, tree))) from None
    problems: list[str] = []
    axes = tuple(axes_of(read.axes, tree, problems))
    plan = SweepPlan(
        axes=axes, design=read.design, count=read.count, draw=read.draw, scenes=tuple(read.scenes), seeds=read.seeds,
        mode=read.mode, homes=homes_of(read.homes),
    )  # fmt: skip
    if not problems and plan.size > MOST_POINTS:
        problems.append(f"{tree.place}: {plan.size} points are more than {MOST_POINTS}")
    if problems:
        raise PlanFileError("\n".join(problems))
    return plan


def homes_of(entry: HomesEntry | None) -> Homes | None:
    """The homes that an entry asks for."""
    return None if entry is None else Homes(**entry.model_dump())


def axes_of(entries: Sequence[AxisEntry], tree: Node, problems: list[str]) -> Iterator[Axis]:
    """The axes that make sense; what is wrong with the others is added to the problems."""
    turned: dict[str, str] = {}
    names: set[str] = set()
    for number, axis in enumerate(entries):
        where = _place(tree, ("axes", number))
        name = axis.name or axis.knob or axis.scale or f"axis {number + 1}"
        if column_of(name) in names:
            problems.append(f"{where}: axes.{number}: there are two axes called {name}; give each its own name")
        names.add(column_of(name))
        try:
            made = _axis(axis, name)
        except (TuningError, ExpressionError) as error:
            problems.append(f"{where}: axes.{number}: {error}")
            continue
        for path in made.turns:
            if path in turned:
                problems.append(f"{where}: axes.{number}: {path} is turned by {turned[path]} as well")
            turned[path] = name
        yield made


def _axis(axis: AxisEntry, name: str) -> Axis:
    if axis.knob:
        turns = {_leaf(axis.knob).path: ""}
    elif axis.scale:
        turns = {leaf.path: "default * x" for leaf in _matching(axis.scale)}
    else:
        turns = {_leaf(path).path: str(text) for path, text in axis.set.items()}
    made = Axis(
        name=name, low=axis.low or 0.0, high=axis.high if axis.high is not None else 1.0, steps=axis.steps,
        values=tuple(axis.values), turns=turns,
    )  # fmt: skip
    for x in _ends(made):
        changed = made.changes(x)
        for path, value in changed.items():
            _check(_leaf(path), value)
    return made


def _ends(axis: Axis) -> tuple[Value, ...]:
    return axis.values or (axis.low, axis.high)


def _check(leaf: Leaf, value: Value) -> None:
    """Each end by itself: which knobs clash at a point is known for that point only."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if leaf.kind == "choice":
        good = value in leaf.choices
        allowed = ", ".join(map(str, leaf.choices))
    elif leaf.kind == "switch":
        good, allowed = isinstance(value, bool), "true or false"
    else:
        low, high = float(leaf.low or 0.0), float(leaf.high or 0.0)
        good = number and low <= float(value) <= high
        allowed = f"{low:g} to {high:g} {leaf.unit}".strip()
    if not good:
        raise TuningError(f"{leaf.path} = {value}: must be {allowed}")


def _leaf(path: str) -> Leaf:
    for leaf in leaves():
        if leaf.path == path:
            return leaf
    raise TuningError(f"{path}: there is no such knob; swivel knobs lists them")


def _matching(pattern: str) -> list[Leaf]:
    found = [leaf for leaf in leaves() if fnmatchcase(leaf.path, pattern) and leaf.kind not in ("choice", "switch")]
    if not found:
        raise TuningError(f"{pattern}: fits no knob that is a number; swivel knobs lists them")
    return found


def mistakes(error: ValidationError, tree: Node) -> Iterator[str]:
    """Every mistake as a line with its place."""
    for one in error.errors():
        where = ".".join(str(step) for step in one["loc"])
        text = one["msg"].removeprefix("Value error, ")
        yield f"{_place(tree, one['loc'])}: {f'{where}: ' if where else ''}{text[:1].lower()}{text[1:]}"


def _place(tree: Node, steps: tuple[Any, ...]) -> Place:
    """The place of the deepest value on the way that is there."""
    node = tree
    for step in steps:
        if isinstance(node.value, dict):
            below = node.value.get(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            below = node.value[step]
        else:
            below = None
        if below is None:
            break
        node = below
    return node.place
