"""Rewrites a module for mypyc: what Python does while it runs is written out, so that a C compiler sees it.

A message or dataclass becomes a plain class with its `__init__`, comparison and way through pickle in words, since what `@message` and
`@dataclass` make while the program runs stays interpreted: 1,000 ns for a message of six fields, 31 ns for a compiled `__init__`. Named
constants become `Final`. The sources stay the reference: this runs on a copy of them (`python -m tools.fast`).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

HEAD = """
from typing import TYPE_CHECKING as _CHECKING, Any as _Any, ClassVar as _ClassVar, Final as _Final
from simulator.onboard.described import described as _described, interpreted as _interpreted, state_of as _state_of
if _CHECKING:
    from mypy_extensions import mypyc_attr
"""
OPEN = "@mypyc_attr(allow_interpreted_subclasses=True)"  # its `__new__` leaves `__init__` alone: copies and pickle need that
LEFT = {"Protocol", "Enum", "StrEnum", "IntEnum", "NamedTuple", "TypedDict", "BaseModel", "Facts", "Exception"}
STATE = [
    "    def __getstate__(self) -> _Any:",
    "        return _state_of(self)",
    "    def __setstate__(self, state: _Any) -> None:",
    "        for name, value in state.items():",
    "            setattr(self, name, value)",
]
CONSTANT = re.compile(r"^(_?[A-Z][A-Z0-9_]*) = ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a message: its type and default as they are written."""

    name: str
    kind: str
    default: str = ""
    factory: str = ""


@dataclass(slots=True)
class Edits:
    """New text for old lines, counted from 1."""

    gone: set[int] = field(default_factory=set)
    after: dict[int, list[str]] = field(default_factory=dict)
    changed: dict[int, str] = field(default_factory=dict)
    end: list[str] = field(default_factory=list)

    def drop(self, node: ast.stmt | ast.expr) -> None:
        """Leave out the lines of a statement."""
        self.gone.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def native(text: str) -> str:
    """The module as mypyc compiles it best."""
    tree, lines, edits = ast.parse(text), text.split("\n"), Edits()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            _class(node, edits)
        elif isinstance(node, ast.Assign):
            _constant(node, lines, edits)
    future = [
        node.end_lineno or 0 for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    doc = tree.body[0].end_lineno or 0
    edits.after.setdefault(future[0] if future else doc, []).append(HEAD)
    made: list[str] = []
    for number, line in enumerate(lines, 1):
        if number not in edits.gone:
            made.append(edits.changed.get(number, line))
        made += edits.after.get(number, ())
    return "\n".join([*made, *edits.end, ""])


def _constant(node: ast.Assign, lines: list[str], edits: Edits) -> None:
    """`A = 1` and `A, B = 1, 2`: known at once instead of looked up by name."""
    target, first = node.targets[0], lines[node.lineno - 1]
    if isinstance(target, ast.Name) and CONSTANT.match(first) and "TypeVar" not in first:
        edits.changed[node.lineno] = CONSTANT.sub(r"\1: _Final = ", first)
    elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        names, values = target.elts, node.value.elts
        if all(isinstance(name, ast.Name) and name.id.isupper() for name in names) and len(names) == len(values):
            edits.drop(node)
            pairs = zip(names, values, strict=True)
            edits.after.setdefault(node.end_lineno or node.lineno, []).extend(
                f"{ast.unparse(name)}: _Final = {ast.unparse(value)}" for name, value in pairs
            )


def _class(node: ast.ClassDef, edits: Edits) -> None:
    deco = next((one for one in node.decorator_list if _name(one) in ("message", "dataclass")), None)
    if deco is None:
        _plain(node, edits)
        return
    given = {key.arg: ast.unparse(key.value) for key in deco.keywords} if isinstance(deco, ast.Call) else {}
    edits.drop(deco)
    at = deco.end_lineno or deco.lineno
    text = ast.unparse(node)
    if node.bases or "object.__setattr__" in text or "init=False" in text:
        edits.gone.difference_update(range(deco.lineno, at + 1))
        edits.after.setdefault(at, []).append("@_interpreted")
        return
    message = _name(deco) == "message"
    frozen = message or given.get("frozen") == "True"
    keywords = message or given.get("kw_only") == "True"
    fields = []
    for one in node.body:
        if (
            isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and "ClassVar" not in ast.unparse(one.annotation)
        ):
            edits.drop(one)
            fields.append(_field_of(one))
    if not frozen:
        edits.after.setdefault(at, []).append(OPEN)
    own = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
    body = _body(node.name, fields, frozen=frozen, keywords=keywords, checked="__post_init__" in own)
    last = max(one.end_lineno or 0 for one in node.body if one.end_lineno in edits.gone or one is node.body[0])
    edits.after.setdefault(last, []).extend(body)
    if frozen:
        parameters = ", ".join(f"{one.name}: {one.kind}" for one in fields)
        values = ", ".join(f"{one.name}={one.name}" for one in fields)
        edits.end += [f"def _made_{node.name}({parameters}) -> {node.name}:", f"    return {node.name}({values})"]
    rows = ", ".join(
        f"({one.name!r}, {one.kind!r}"
        + (f", None, {one.factory}" if one.factory else f", {one.default}" if one.default else "")
        + ")"
        for one in fields
    )
    edits.end.append(f"_described({node.name}, [{rows}], frozen={frozen}, kw_only={keywords})")


def _plain(node: ast.ClassDef, edits: Edits) -> None:
    """What changes: made empty and then filled when it is copied or unpickled, and other packages may derive from it."""
    if node.decorator_list or any(
        ast.unparse(base).split("[")[0] in LEFT or "Error" in ast.unparse(base) for base in node.bases
    ):
        return
    edits.after.setdefault(node.lineno - 1, []).append(OPEN)
    if node.name == "Remembers":
        edits.after.setdefault(node.end_lineno or 0, []).extend(STATE)


def _name(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _field_of(node: ast.AnnAssign) -> Field:
    name, kind = ast.unparse(node.target), ast.unparse(node.annotation)
    if node.value is None:
        return Field(name=name, kind=kind)
    if isinstance(node.value, ast.Call) and _name(node.value) == "field":
        given = {key.arg: ast.unparse(key.value) for key in node.value.keywords}
        return Field(name=name, kind=kind, default=given.get("default", ""), factory=given.get("default_factory", ""))
    return Field(name=name, kind=kind, default=ast.unparse(node.value))


def _body(name: str, fields: list[Field], *, frozen: bool, keywords: bool, checked: bool) -> list[str]:
    """What a dataclass would be given while the program runs."""
    parameters, lines = [], []
    for one in fields:
        kind = f"_Final[{one.kind}]" if frozen else one.kind
        if one.factory:
            parameters.append(f"{one.name}: {one.kind} | None = None")
            lines.append(f"self.{one.name}: {kind} = {one.factory}() if {one.name} is None else {one.name}")
        else:
            parameters.append(f"{one.name}: {one.kind}" + (f" = {one.default}" if one.default else ""))
            lines.append(f"self.{one.name}: {kind} = {one.name}")
    if checked:
        lines.append("self.__post_init__()")
    same = " and ".join(f"self.{one.name} == other.{one.name}" for one in fields) or "True"
    shown = ", ".join(f"{one.name}={{self.{one.name}!r}}" for one in fields)
    values = "".join(f"self.{one.name}, " for one in fields)
    pairs = ", ".join(f"{one.name!r}: self.{one.name}" for one in fields)
    star = "*, " if keywords and fields else ""
    made = [
        "__dataclass_fields__: _ClassVar[_Any]",
        f"def __init__(self, {star}{', '.join(parameters)}) -> None:",
        *(f"    {line}" for line in lines or ["pass"]),
        "def __eq__(self, other: object) -> bool:",
        f"    return isinstance(other, {name}) and {same}",
        "def __plain__(self) -> dict[str, object]:",
        f"    return {{{pairs}}}",
        "def __repr__(self) -> str:",
        f'    return f"{name}({shown})"',
    ]
    if frozen:
        made += [
            "def __hash__(self) -> int:",
            f"    return hash(({values}))",
            "def __reduce__(self) -> _Any:",
            f"    return _made_{name}, ({values})",
        ]
    return [f"    {line}" for line in made]
