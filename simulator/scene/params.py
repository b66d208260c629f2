"""Parameters of a scene: `$loudness` anywhere in the file stands for a value that a sweep may change within a range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
from simulator.scene.tree import Node, Scalar
from simulator.scene.units import UNITS, UnitError, quantity

_USE = re.compile(r"\$([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter."""

    name: str
    default: Scalar
    low: float | None  # None unless a number with a range
    high: float | None
    unit: str  # as written in the file, "" for a bare number or a word
    choices: tuple[Scalar, ...] = ()
    value: Scalar = None

    def written(self, value: float) -> Scalar:
        """A number as the file would say it."""
        return f"{value:.12g} {self.unit}" if self.unit else value


def read_params(builder: Builder, node: Node | None, *, given: Mapping[str, Any]) -> dict[str, Param]:
    """The params block, with values that a sweep or a command line gives."""
    found: dict[str, Param] = {}
    for name, item in ((builder.mapping(node, "params") or {}) if node is not None else {}).items():
        param = _read(builder, item, f"params.{name}", name)
        if param is not None:
            found[name] = param
    for name, value in given.items():
        if name not in found:
            at = node or Node(value=None, place=_start(builder))
            builder.problem(at.place, f"params.{name}", Mistake(code=ProblemCode.UNKNOWN_PARAM, allowed=tuple(found)))
            continue
        param = found[name]
        written = param.written(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        found[name] = Param(
            name=name, default=param.default, low=param.low, high=param.high, unit=param.unit,
            choices=param.choices, value=written,
        )  # fmt: skip
        _check(builder, found[name], node.value[name] if node and isinstance(node.value, dict) else None)
    return found


def _start(builder: Builder) -> Any:
    from simulator.scene.errors import Place

    return builder.problems[0].place if builder.problems else Place(file="scene", line=1, column=1)


def _read(builder: Builder, node: Node, path: str, name: str) -> Param | None:
    entries = node.value if isinstance(node.value, dict) else {"default": node}
    for key, item in entries.items():
        if key not in ("default", "range", "choices"):
            builder.unknown(item, f"{path}.{key}", key, allowed=("default", "range", "choices"))
            return None
    if "default" not in entries or isinstance(entries["default"].value, dict | list):
        builder.problem(node.place, path, Mistake(code=ProblemCode.PARAM_WITHOUT_DEFAULT))
        return None
    default = entries["default"].value
    assert not isinstance(default, dict | list)
    low = high = None
    unit = ""
    if "range" in entries:
        ends = builder.items(entries["range"], f"{path}.range") or []
        numbers = [_number(end.plain()) for end in [*ends, entries["default"]]]
        if len(ends) != 2 or None in numbers or len({n[1] for n in numbers if n}) != 1:
            builder.problem(entries["range"].place, f"{path}.range", Mistake(code=ProblemCode.BAD_PARAM_RANGE))
            return None
        (low, unit), (high, _), _ = (n for n in numbers if n)
    choices: tuple[Scalar, ...] = ()
    if "choices" in entries:
        choices = tuple(item.plain() for item in builder.items(entries["choices"], f"{path}.choices") or [])
    param = Param(name=name, default=default, low=low, high=high, unit=unit, choices=choices, value=default)
    return param if _check(builder, param, entries["default"]) else None


def _check(builder: Builder, param: Param, node: Node | None) -> bool:
    why = None
    if param.choices and param.value not in param.choices:
        why = Mistake(
            code=ProblemCode.NOT_A_CHOICE,
            value=str(param.value),
            allowed=tuple(str(choice) for choice in param.choices),
        )
    if param.low is not None and param.high is not None:
        number = _number(param.value)
        if number is None or number[1] != param.unit or not param.low <= number[0] <= param.high:
            why = Mistake(
                code=ProblemCode.OUT_OF_BOUNDS,
                value=str(param.value),
                number=number[0] if number else None,
                low=param.low,
                high=param.high,
                unit=param.unit,
            )
    if why is not None and node is not None:
        builder.problem(node.place, f"params.{param.name}", why)
    return why is None


def _number(value: Any) -> tuple[float, str] | None:
    """A number and the unit it was written in."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value), ""
    match = re.fullmatch(r"\s*(\S*?\d\.?)\s*([^\s\d.].*)?", str(value))
    if match is None:
        return None
    for unit in UNITS.values():
        if match[2] in unit.factors:
            try:
                return quantity(value, unit=unit) / unit.factors[match[2]], match[2]
            except UnitError:
                return None
    return None


def substitute(builder: Builder, node: Node, params: Mapping[str, Param], path: str) -> Node:
    """The same tree with every $name replaced."""
    value = node.value
    if isinstance(value, dict):
        made: Any = {
            key: substitute(builder, item, params, f"{path}.{key}" if path else key) for key, item in value.items()
        }
    elif isinstance(value, list):
        made = [substitute(builder, item, params, f"{path}.{at}") for at, item in enumerate(value)]
    elif isinstance(value, str) and "$" in value:
        made = _replaced(builder, node, value, params, path)
    else:
        return node
    return Node(value=made, place=node.place, key_place=node.key_place)


def _replaced(builder: Builder, node: Node, text: str, params: Mapping[str, Param], path: str) -> Scalar:
    whole = _USE.fullmatch(text.strip())
    if whole and whole[1] in params:
        return params[whole[1]].value

    def one(match: re.Match[str]) -> str:
        if match[1] not in params:
            meant = similar(match[1], params)
            mistake = Mistake(code=ProblemCode.UNKNOWN_PARAM, value=f"${match[1]}", meant=f"${meant}" if meant else "")
            builder.problem(node.place, path, mistake)
            return "0"
        return str(params[match[1]].value)

    return _USE.sub(one, text)
