"""JSON Schemas of messages, made from their classes, so that viewers name, group and plot every field of a recording.

Only what viewers read is used: objects with `properties`, arrays with `items`, and one plain `type` a field, without references or
alternatives (Lichtblick's reader gives up on anything else). A field that is None is left out of the JSON, so it is simply not
required. Where one of several messages may stand, their fields are put together and `type` says which it is.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import types
import typing
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

import numpy as np

Json: TypeAlias = dict[str, Any]  # an object as JSON has it
Schema: TypeAlias = Json

# What the end of a name says, longest first; for angles counter-clockwise is positive.
UNITS = {
    "_dps2": "°/s²", "_dps": "°/s", "_deg": "°", "_nm": "N·m", "_n": "N", "_m": "m", "_per_s": "1/s", "_s": "s", "_db": "dB",
    "_hz": "Hz", "_ticks": "ticks of 10 ms", "tick": "tick of 10 ms",
}  # fmt: skip
COMMENTED = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)
CLASS = re.compile(r"^class (\w+)\b", re.MULTILINE)
PLAIN = {bool: "boolean", int: "integer", float: "number", str: "string"}


def schema_of(kind: object) -> Schema:
    """The schema of a message, or of a field of it; empty where no viewer could read one (lists of lists, free forms)."""
    kind, _ = _without_none(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _object(kind)
    origin = get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _one_of_several(get_args(kind))
    if origin is tuple:
        return _array(schema_of(get_args(kind)[0]))
    if origin is np.ndarray:
        number = get_args(get_args(kind)[1])[0]
        return _array({"type": "integer" if issubclass(number, np.integer) else "number"})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [one.value for one in kind]}
    return {"type": PLAIN[kind]} if kind in PLAIN else {}


def record(properties: dict[str, Schema], *, description: str, required: tuple[str, ...] = ()) -> Schema:
    """An object of named parts."""
    made: Schema = {"type": "object", "description": description, "properties": properties}
    return made | ({"required": list(required)} if required else {})


def short(schema: Schema) -> Schema:
    """The schema as a recording holds it, not compressed: names, types and units, without sentences and lists of words."""
    made: Schema = {"type": schema["type"]}
    if "unit" in schema:
        made["description"] = schema["unit"]
    if "items" in schema:
        made["items"] = short(schema["items"])
    if "properties" in schema:
        made["properties"] = {name: short(part) for name, part in schema["properties"].items()}
    return made


def unit_of(name: str) -> str:
    """The unit that a field's name ends in; empty where it has none."""
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")


def _object(kind: type) -> Schema:
    hints = typing.get_type_hints(kind)
    comments = _comments(kind.__module__).get(kind.__name__, {})
    properties, required = {}, []
    for item in dataclasses.fields(kind):
        schema = schema_of(hints[item.name])
        if not schema:
            continue
        if (unit := unit_of(item.name)) and schema["type"] in ("number", "integer", "array"):
            schema = schema | {"unit": unit}
        if comment := comments.get(item.name):
            schema = schema | {"description": comment}
        properties[item.name] = schema
        if not _without_none(hints[item.name])[1]:
            required.append(item.name)
    return record(properties, description=(kind.__doc__ or "").split("\n")[0], required=tuple(required))


def _one_of_several(kinds: tuple[type, ...]) -> Schema:
    names = [kind.__name__ for kind in kinds]
    properties: dict[str, Schema] = {"type": {"type": "string", "enum": names}}
    differ = set()
    for kind in kinds:
        for name, schema in _object(kind)["properties"].items():
            known = properties.setdefault(name, schema)
            if known["type"] != schema["type"]:
                differ.add(name)
            elif known.get("enum") != schema.get("enum"):
                properties[name] = {"type": known["type"]}
    for name in differ:
        del properties[name]
    return record(properties, description="One of several; `type` says which.", required=("type",))


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items} if items and items["type"] != "array" else {}


def _without_none(kind: object) -> tuple[object, bool]:
    """The type without None, and whether None was in it."""
    if get_origin(kind) not in (typing.Union, types.UnionType):
        return kind, False
    rest = tuple(part for part in get_args(kind) if part is not type(None))
    return (rest[0] if len(rest) == 1 else typing.Union[rest]), len(rest) < len(get_args(kind))  # noqa: UP007


@cache
def _comments(module: str) -> dict[str, dict[str, str]]:
    """What stands beside each field in the source, by class; empty where there is no source."""
    try:
        source = inspect.getsource(sys.modules[module])
    except OSError:
        return {}
    starts = list(CLASS.finditer(source))
    ends = [match.start() for match in starts[1:]] + [len(source)]
    return {
        match[1]: dict(COMMENTED.findall(source[match.start() : end])) for match, end in zip(starts, ends, strict=True)
    }
