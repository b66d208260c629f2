"""Turns the tree of a scene file into the models of world/spec.py and keeps where each value stood.

A file's key is the model's field without its unit: `width: 4 m` fills `width_m`. Limits, choices and defaults are those of
the model, so they are declared once; what pydantic refuses is told with the line and column of the value.
"""

from __future__ import annotations

import re
import types
import typing
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from simulator.onboard.angles import RangeOfMotion
from simulator.scene.errors import Place, Problem
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.tree import Node
from simulator.scene.units import UNITS, Unit, UnitError, quantity, short_name, unit_of
from simulator.world.spec import Point

Model = TypeVar("Model", bound=BaseModel)
_METRES = UNITS["_m"]
_DEGREES = UNITS["_deg"]
_NAME = re.compile(r"[^\W\d]\w*(-\w+)*")
# Words that mean something else in a timeline or a check.
_WORLD = ("device", "screen", "hand", "room", "light", "app", "remote", "call", "away", "follow", "designer")
_SIGNALS = ("somebody", "nobody", "everybody", "reflection", "request", "target", "zone", "yaw", "speed")
_GRAMMAR = ("and", "or", "not", "in", "is", "of", "for", "to", "at", "end", "the")
RESERVED = frozenset({*_WORLD, *_SIGNALS, *_GRAMMAR})


class Builder:
    """Collects problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, place: Place, path: str, mistake: Mistake) -> None:
        """Note one mistake."""
        self.problems.append(Problem(place=place, path=path, mistake=mistake))

    def mapping(self, node: Node, path: str) -> dict[str, Node] | None:
        """The entries of a node that must be a mapping; an empty one counts as a mapping without entries."""
        if isinstance(node.value, dict):
            return node.value
        if node.value is None:
            return {}
        self.problem(node.place, path, Mistake(code=ProblemCode.NOT_A_MAPPING))
        return None

    def items(self, node: Node, path: str) -> list[Node] | None:
        """The entries of a node that must be a list."""
        if isinstance(node.value, list):
            return node.value
        if node.value is None:
            return []
        self.problem(node.place, path, Mistake(code=ProblemCode.NOT_A_LIST))
        return None

    def text(self, node: Node, path: str) -> str | None:
        """The value of a node that must be text."""
        if isinstance(node.value, str) and node.value.strip():
            if any(unicodedata.category(letter) == "Cc" for letter in node.value.strip()):
                shown = node.value.strip().encode("unicode_escape").decode("ascii")[:60]
                self.problem(node.place, path, Mistake(code=ProblemCode.CONTROL_CHARACTER, value=shown))
                return None
            return node.value.strip()
        self.problem(node.place, path, Mistake(code=ProblemCode.NOT_TEXT))
        return None

    def quantity(self, node: Node, path: str, *, suffix: str) -> float | None:
        """The value of a node that must be a quantity of one kind."""
        try:
            return quantity(node.plain() if not isinstance(node.value, dict | list) else None, unit=UNITS[suffix])
        except UnitError as error:
            self.problem(node.place, path, error.mistake)
            return None

    def unknown(self, node: Node, path: str, key: str, *, allowed: Iterable[str]) -> None:
        """Note a key that is not there."""
        words = tuple(allowed)
        mistake = Mistake(code=ProblemCode.UNKNOWN_KEY, value=key, meant=similar(key, words), allowed=words)
        self.problem(node.where, path, mistake)

    def name(self, node: Node, path: str, name: str) -> bool:
        """Whether a name for a person or a thing can be used in sentences."""
        if not _NAME.fullmatch(name) or len(name) > 40:
            self.problem(node.where, path, Mistake(code=ProblemCode.BAD_NAME, value=name))
            return False
        if name in RESERVED:
            self.problem(node.where, path, Mistake(code=ProblemCode.RESERVED_NAME, value=name))
            return False
        return True

    def model(
        self,
        model: type[Model],
        node: Node,
        path: str,
        *,
        given: Mapping[str, Any] | None = None,
        sugar: Mapping[str, Callable[[Node, str], dict[str, Any] | None]] | None = None,
    ) -> Model | None:
        """Fill one model; `given` are fields already known, `sugar` reads keys that stand for other fields."""
        entries = self.mapping(node, path)
        if entries is None:
            return None
        sugar = sugar or {}
        values: dict[str, Any] = dict(given or {})
        hidden = set(values) | {name for name in model.model_fields if name in ("do",)}
        fields = {short_name(name): name for name in model.model_fields if name not in hidden}
        nodes: dict[str, Node] = {}
        before = len(self.problems)
        told: set[str] = set()  # fields whose value could not be read at all, which was told already
        for key, child in entries.items():
            below = f"{path}.{key}" if path else key
            if key in sugar:
                for name, value in (sugar[key](child, below) or {}).items():
                    values[name], nodes[name] = value, child
            elif key in fields:
                name = fields[key]
                nodes[name] = child
                value = self._value(model.model_fields[name], name, child, below)
                if value is _BAD:
                    told.add(name)
                else:
                    values[name] = value
            else:
                shown = [key for key in fields if not (sugar and key in _REPLACED)]
                self.unknown(child, below, key, allowed=[*sugar, *shown])
        try:
            made = model.model_validate(values)
            return made if len(self.problems) == before else None
        except ValidationError as error:
            for found in error.errors():
                name = str(found["loc"][0]) if found["loc"] else ""
                if name in told:
                    continue
                at = nodes.get(name, node)
                below = f"{path}.{short_name(name)}" if path else short_name(name)
                mistake = refused(found, model.model_fields.get(name), name, written=_written(at))
                self.problem(at.place, below if name else path, mistake)
            return None

    def point(self, node: Node, path: str) -> Point | None:
        """Two lengths: [x, y]."""
        items = node.value
        if not isinstance(items, list) or len(items) != 2:
            self.problem(node.place, path, Mistake(code=ProblemCode.NOT_A_POINT))
            return None
        x_m, y_m = (self.quantity(item, path, suffix="_m") for item in items)
        return None if x_m is None or y_m is None else (x_m, y_m)

    def arc(self, node: Node, path: str) -> RangeOfMotion | None:
        """Two angles: [from, to]."""
        items = node.value
        if not isinstance(items, list) or len(items) != 2:
            self.problem(node.place, path, Mistake(code=ProblemCode.NOT_AN_ARC))
            return None
        low_deg, high_deg = (self.quantity(item, path, suffix="_deg") for item in items)
        if low_deg is None or high_deg is None:
            return None
        try:
            return RangeOfMotion(min_deg=low_deg, max_deg=high_deg)
        except ValueError as error:
            self.problem(node.place, path, Mistake(code=ProblemCode.REFUSED, detail=str(error)))
            return None

    def _value(self, field: FieldInfo, name: str, node: Node, path: str) -> Any:
        kind = field.annotation
        arms = get_args(kind) if get_origin(kind) in (types.UnionType, typing.Union) else (kind,)
        if node.value is None and type(None) in arms:
            return None
        if RangeOfMotion in arms:
            return None if node.value == "none" else self._or_bad(self.arc(node, path))
        if Point in arms:
            return self._or_bad(self.point(node, path))
        if get_origin(kind) is tuple and get_args(kind)[0] == Point:
            points = [self.point(item, f"{path}.{at}") for at, item in enumerate(self.items(node, path) or [])]
            return _BAD if None in points else points
        if get_origin(kind) is dict:
            part = get_args(kind)[1]
            inner = self.mapping(node, path)
            made = {key: self._wall(part, item, f"{path}.{key}") for key, item in (inner or {}).items()}
            return _BAD if inner is None or None in made.values() else made
        unit = unit_of(name)
        if unit is not None:
            return self._or_bad(self.quantity(node, path, suffix=unit.suffix))
        if set(arms) == {str, float}:  # a direction of the room, or whom to face
            if isinstance(node.value, int | float) or (
                isinstance(node.value, str) and node.value[:1] in "-+.0123456789"
            ):
                return self._or_bad(self.quantity(node, path, suffix=_DEGREES.suffix))
            return self._or_bad(self.text(node, path))
        if isinstance(node.value, dict | list):
            self.problem(node.place, path, Mistake(code=ProblemCode.NOT_A_SINGLE_VALUE))
            return _BAD
        return node.value

    def _wall(self, part: type[BaseModel], node: Node, path: str) -> BaseModel | None:
        """A wall may be given by its material alone."""
        if isinstance(node.value, str):
            node = Node(value={"material": Node(value=node.value, place=node.place)}, place=node.place)
        return self.model(part, node, path)

    @staticmethod
    def _or_bad(value: Any) -> Any:
        return _BAD if value is None else value


_BAD = object()
_BOUNDED = frozenset({"greater_than_equal", "less_than_equal", "greater_than", "less_than"})
_REPLACED = frozenset({"x", "y"})


def refused(found: ErrorDetails, field: FieldInfo | None, name: str, *, written: str = "") -> Mistake:
    """What pydantic refused, with what is allowed; `written` is how the file says it."""
    value, kind = found.get("input"), found["type"]
    if kind == "missing":
        return Mistake(code=ProblemCode.KEY_MISSING, name=short_name(name))
    if kind == "literal_error" and field is not None:
        words = tuple(_choices(field))
        return Mistake(code=ProblemCode.NOT_A_CHOICE, value=str(value), meant=similar(str(value), words), allowed=words)
    if kind in _BOUNDED and field is not None and isinstance(value, int | float):
        return _outside(value, field, unit_of(name), written=written)
    if kind == "value_error":
        return Mistake(code=ProblemCode.REFUSED, detail=str(found["ctx"]["error"]))
    shown = f"{value!r:.60}" if not isinstance(value, dict) else ""
    for start, what in (("bool", "true or false"), ("string", "text")):
        if kind.startswith(start):
            return Mistake(code=ProblemCode.WRONG_KIND, value=shown, name=what)
    return Mistake(code=ProblemCode.REFUSED, value=shown, detail=found["msg"])


def _outside(value: float, field: FieldInfo, unit: Unit | None, *, written: str) -> Mistake:
    limits = {type(item).__name__: item for item in field.metadata}
    symbol = unit.symbol if unit else ""
    low_open, high_open = "Ge" not in limits, "Le" not in limits
    low = getattr(limits.get("Gt" if low_open else "Ge"), "gt" if low_open else "ge", None)
    high = getattr(limits.get("Lt" if high_open else "Le"), "lt" if high_open else "le", None)
    return Mistake(
        code=ProblemCode.OUT_OF_BOUNDS, value=f"{value:g} {symbol}".rstrip(), written=written, number=value, low=low, high=high,
        low_open=low_open, high_open=high_open, unit=symbol,
    )  # fmt: skip


def _written(node: Node) -> str:
    return "" if isinstance(node.value, dict | list) else str(node.value)


def _choices(field: FieldInfo) -> list[str]:
    kinds = [field.annotation, *get_args(field.annotation)]
    return [str(word) for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]


def keys_of(node: Node | None) -> list[str]:
    """The keys of a mapping; none where there is no mapping."""
    return list(node.value) if node is not None and isinstance(node.value, dict) else []
