"""The JSON Schema of scene files, made from the same declarations that the loader reads: completion and hints in any editor."""

from __future__ import annotations

import json
import types
import typing
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.onboard import facts
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import OUTSIDE_NAME, Leaf, leaves
from simulator.scene import phrases
from simulator.scene.check_reader import SHAPES
from simulator.scene.loader import MAX_SEEDS, MODES, VERSION
from simulator.scene.sentences import sentence
from simulator.scene.units import UNITS, Unit, short_name, unit_of
from simulator.world.spec import DevicePlace, PersonSpec, Point, RoomSpec, SourceSpec, ThingSpec

Json = dict[str, Any]
PARAM: Json = {"type": "string", "pattern": r"^\$[A-Za-z_]\w*$"}


def schema() -> Json:
    """The schema as plain data."""
    length, time = UNITS["_m"], UNITS["_s"]
    device = _model(DevicePlace, hidden=("x", "y"))
    device["properties"]["at"] = {**_pair(length), "description": "Where the device stands, [x, y]."}
    properties: Json = {
        "scene": {"const": VERSION, "description": "Version of the file format."},
        "name": {"type": "string", "description": "A short name; the file's name if missing."},
        "claim": {"type": "string", "description": "One sentence: what this scene claims about the device."},
        "tags": {"type": "array", "items": {"type": "string"}, "description": "Words to pick scenes by."},
        "use": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Files to build on, from the scene folder.",
        },
        "mode": {"type": "string", "description": "A taught mode: the knobs of taught/NAME.yaml in the scene folder."},
        "params": {"type": "object", "description": "Values to sweep: $name anywhere in the file stands for one."},
        "duration": {**_quantity(time), "description": "Length of the scene."},
        "room": _model(RoomSpec),
        "device": device,
        "facts": {**_facts(), "description": "What was built."},
        "people": _by_name(_model(PersonSpec, hidden=("name",)), "The people, by name."),
        "sounds": _by_name(_model(SourceSpec, hidden=("name",)), "Things that sound, by name."),
        "things": _by_name(_model(ThingSpec, hidden=("name",)), "Things that stand in the room, by name."),
        "timeline": _timeline(),
        "tuning": {
            "type": "object",
            "description": "Knobs by their dotted path.",
            "properties": {leaf.path: _knob(leaf) for leaf in leaves()},
        },
        "expect": _expect(),
        "seeds": {
            "anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_SEEDS}, {"const": "auto"}],
            "description": "How many seeds; auto goes on until the pass rate is known.",
        },
        "pass_rate": {"type": "number", "minimum": 0.5, "maximum": 1, "description": "Share of seeds that must pass."},
        "modes": {"type": "array", "items": {"enum": list(MODES)}, "description": "Modes it makes sense in."},
    }
    definitions = properties["facts"].pop("$defs", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Swivel scene",
        "type": "object",
        "required": ["scene"],
        "additionalProperties": False,
        "properties": properties,
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _model(model: type[BaseModel], *, hidden: tuple[str, ...] = ()) -> Json:
    properties = {}
    for name, field in model.model_fields.items():
        if short_name(name) not in hidden:
            properties[short_name(name)] = {**_field(field, name), **_described(model, name)}
    described = (model.__doc__ or "").strip().splitlines()[0]
    return {"type": "object", "additionalProperties": False, "description": described, "properties": properties}


def _facts() -> Json:
    made = DeviceFacts.model_json_schema(ref_template="#/$defs/{model}")
    for name, part in {"DeviceFacts": made, **made["$defs"]}.items():
        if "properties" in part and hasattr(facts, name):
            model = getattr(facts, name)
            part["properties"] = {
                field: dict(sorted({**its, **_described(model, field)}.items()))
                for field, its in part["properties"].items()
            }
    return made


def _described(model: type[BaseModel], name: str) -> Json:
    words = sentence(model, name)
    return {"description": words} if words else {}


def _field(field: FieldInfo, name: str) -> Json:
    kind = field.annotation
    arms = get_args(kind) if get_origin(kind) in (types.UnionType, typing.Union) else (kind,)
    unit = unit_of(name)
    if RangeOfMotion in arms:
        return {"anyOf": [_pair(UNITS["_deg"]), {"const": "none"}]}
    if Point in arms:
        return _pair(UNITS["_m"])
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _pair(UNITS["_m"])}
    if get_origin(kind) is dict:
        wall = _model(get_args(kind)[1])
        return {"type": "object", "additionalProperties": {"anyOf": [wall, wall["properties"]["material"]]}}
    if unit is not None:
        limits = {type(item).__name__: item for item in field.metadata}
        return _quantity(
            unit,
            low=getattr(limits.get("Ge"), "ge", None),
            high=getattr(limits.get("Le"), "le", None),
        )
    if set(arms) == {str, float}:
        return {"anyOf": [{"type": "string"}, {"type": "number"}]}
    words = [word for arm in (kind, *arms) if get_origin(arm) is Literal for word in get_args(arm)]
    if words:
        return {"anyOf": [{"enum": list(dict.fromkeys(words))}, PARAM]}
    if bool in arms:
        return {"anyOf": [{"type": "boolean"}, PARAM]}
    return {"type": "string"}


def _quantity(unit: Unit, *, low: float | None = None, high: float | None = None) -> Json:
    number: Json = {"type": "number"}
    if low is not None:
        number["minimum"] = low
    if high is not None:
        number["maximum"] = high
    return {"anyOf": [number, {"type": "string", "examples": [unit.example.split(" or ")[0]]}]}


def _pair(unit: Unit) -> Json:
    return {"type": "array", "items": _quantity(unit), "minItems": 2, "maxItems": 2}


def _by_name(item: Json, description: str) -> Json:
    return {"type": "object", "additionalProperties": item, "description": description}


def _knob(leaf: Leaf) -> Json:
    described = f"{leaf.label}. {leaf.sentence}"
    if leaf.kind == "choice":
        ships: Json = {"enum": list(leaf.choices)}
        if leaf.also_outside:
            return {"anyOf": [ships, {"type": "string", "pattern": f"^{OUTSIDE_NAME}$"}], "description": described}
        return {**ships, "description": described}
    if leaf.kind == "switch":
        return {"type": "boolean", "description": described}
    number: Json = {"type": "number", "minimum": leaf.low, "maximum": leaf.high}
    return {
        "anyOf": [number, {"type": "string"}],
        "description": f"{described} ({leaf.low:g} to {leaf.high:g} {leaf.unit})",
    }


def _timeline() -> Json:
    examples = list(
        dict.fromkeys(example.split(",")[0] for verb in phrases.VERBS for example in (verb.example, *verb.also))
    )
    extras = sorted({key for verb in phrases.VERBS for key in verb.extras})
    properties: Json = {
        "at": {**_quantity(UNITS["_s"]), "description": "When, from the start."},
        "who": {
            "type": "string",
            "description": "A name, or device, hand, room, designer, app, remote, call, away, or a faulty part.",
        },
        "does": {"type": "string", "examples": examples, "description": "What happens."},
        "to": {"description": "Where to: [x, y], or what to turn to."},
        **{key: {"description": f"See the verbs that take {key}."} for key in extras},
    }
    item = {
        "type": "object",
        "required": ["at", "who", "does"],
        "additionalProperties": False,
        "properties": properties,
    }
    return {"type": "array", "items": item, "description": "What happens, and when."}


def _expect() -> Json:
    keys = sorted(set().union(*(needed | may for needed, may in SHAPES.values())) | {"id"})
    times = {"within", "for", "grace", "from", "until", "per"}
    properties = {key: _quantity(UNITS["_s"]) if key in times else {"type": ["string", "number"]} for key in keys}
    properties["may fail"] = {"type": "boolean", "description": "Judged and told, but it does not count."}
    shapes = [{"required": sorted(needed)} for needed, _ in SHAPES.values()]
    item = {"type": "object", "additionalProperties": False, "properties": properties, "anyOf": shapes}
    return {"type": "array", "items": item, "description": "What must come of it."}
