"""Edits of a scene as people think of them: move, add, take away, rename a value. Each gives the new text; comments stay."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from simulator.scene.errors import SceneError
from simulator.scene.include import scene_root
from simulator.scene.loader import loads
from simulator.scene.saver import SceneText
from simulator.scene.units import UNITS, UnitError, quantity
from simulator.world.spec import PersonSpec, SourceSpec, ThingSpec, WorldSpec

SNAP_M = 0.05
WALK_MPS, AFTER_S, BESIDE_M = 0.8, 1.0, 0.5  # how a walk that is drawn begins and goes; where a twin stands
SECTIONS = ("people", "sounds", "things")
NEW: dict[str, tuple[str, str, dict[str, object]]] = {
    "person": ("people", "person", {"faces": "device"}),
    "radio": ("sounds", "radio", {"kind": "music"}),
    "television": ("sounds", "television", {"kind": "television"}),
    "wall": ("things", "wall", {"kind": "wall", "size": [1.0, 0.1], "height": "2.5 m"}),
    "cabinet": ("things", "cabinet", {"kind": "cabinet", "size": [0.6, 0.6], "height": "2.0 m"}),
    "table": ("things", "table", {"kind": "table", "size": [1.2, 0.8], "height": "0.75 m"}),
    "column": ("things", "column", {"kind": "column", "size": [0.3, 0.3], "height": "2.6 m"}),
    "glass": ("things", "glass", {"kind": "glass", "size": [0.07, 0.07], "bottom": "0.9 m", "height": "0.15 m", "fixed": False}),
}  # fmt: skip


def rounded(value_m: float) -> float:
    """A place on the grid of five centimetres."""
    return round(round(value_m / SNAP_M) * SNAP_M, 3)


def objects_of(spec: WorldSpec) -> list[PersonSpec | SourceSpec | ThingSpec]:
    """Everything that has a name and a place, the device aside."""
    return [*spec.people, *spec.sources, *spec.things]


def section_of(spec: WorldSpec, name: str) -> str:
    """Which block of the scene something is in; "device" for the device."""
    if name == "device":
        return "device"
    names = ([one.name for one in spec.people], [one.name for one in spec.sources], [one.name for one in spec.things])
    for section, known in zip(SECTIONS, names, strict=True):
        if name in known:
            return section
    return ""


def moved(text: str, path: Sequence[str | int], x_m: float, y_m: float) -> str:
    """Put something elsewhere."""
    edited = SceneText(text)
    edited.set(list(path), [rounded(x_m), rounded(y_m)])
    return edited.text


def added(text: str, kind: str, x_m: float, y_m: float, *, taken: set[str]) -> tuple[str, str]:
    """Add a thing of a kind at a place; gives the text and the new name."""
    section, stem, values = NEW[kind]
    name = next(f"{stem}{number}" for number in ["", *range(2, 1000)] if f"{stem}{number}" not in taken)
    edited = SceneText(text)
    edited.set([section, name], {"at": [rounded(x_m), rounded(y_m)], **values})
    return edited.text, name


def removed(text: str, section: str, name: str) -> str:
    """Take something away, with what it does on the timeline."""
    edited = SceneText(text)
    edited.remove([section, name])
    entries = edited.get(["timeline"]) or []
    for index in reversed(range(len(entries))):
        if entries[index].get("who") == name:
            edited.remove(["timeline", index])
    return edited.text


def with_value(text: str, path: Sequence[str | int], typed: str) -> str:
    """Set a value as it was typed; an empty one takes the entry away."""
    edited = SceneText(text)
    if not typed.strip():
        if edited.get(list(path)) is not None:
            edited.remove(list(path))
        return edited.text
    try:
        value = YAML(typ="safe", pure=True).load(typed)
    except YAMLError:
        value = typed
    edited.set(list(path), value)
    return edited.text


def with_entry(text: str, section: str, entry: Mapping[str, object]) -> str:
    """Add an entry to the end of the timeline or of the checks."""
    edited = SceneText(text)
    edited.append([section], entry)
    return edited.text


def with_walk(text: str, spec: WorldSpec, who: str, place: tuple[float, float], *, not_before_s: float = 0.0) -> str:
    """Let a person walk to a place once they have done with what they do, at the speed that a walk has; the scene grows with it."""
    edited = SceneText(text)
    now = next(person.at for person in spec.people if person.name == who)
    free_s = not_before_s
    for entry in edited.get(["timeline"]) or []:
        at_s = at_seconds(entry)
        if entry.get("who") != who or at_s is None:
            continue
        if entry.get("to") is not None:
            end = [quantity(value, unit=UNITS["_m"]) for value in entry["to"]]
            at_s += math.dist(now, end) / WALK_MPS
            now = (end[0], end[1])
        free_s = max(free_s, at_s + AFTER_S)
    to = [rounded(place[0]), rounded(place[1])]
    edited.append(
        ["timeline"], {"at": f"{free_s:.1f} s", "who": who, "does": "walk", "to": to, "speed": f"{WALK_MPS} m/s"}
    )
    arrives_s = free_s + math.dist(now, to) / WALK_MPS
    if arrives_s + AFTER_S > spec.duration_s:
        edited.set(["duration"], f"{math.ceil(arrives_s + 2 * AFTER_S)} s")
    return edited.text


def duplicated(text: str, section: str, name: str, *, taken: set[str]) -> str:
    """The same thing once more, half a metre beside it."""
    edited = SceneText(text)
    values = dict(edited.get([section, name]))
    stem = name.rstrip("0123456789")
    new = next(f"{stem}{number}" for number in range(2, 1000) if f"{stem}{number}" not in taken)
    x_m, y_m = (quantity(value, unit=UNITS["_m"]) for value in values["at"])
    edited.set([section, new], {**values, "at": [rounded(x_m + BESIDE_M), rounded(y_m)]})
    return edited.text


def renamed(text: str, section: str, name: str, new: str) -> str:
    """Another name for a person, a sound or a thing: in its block, in what it does and wherever somebody faces or checks it."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    edited = SceneText(text)
    values = dict(edited.get([section, name]))
    edited.remove([section, name])
    edited.set([section, new], values)
    for part in ("people", "timeline", "expect"):
        block = edited.get([part]) or {}
        keys: list[str | int] = list(block) if isinstance(block, Mapping) else list(range(len(block)))
        for key in keys:
            for field, value in dict(block[key]).items():
                if isinstance(value, str) and field not in ("id", "look", "voice") and word.search(value):
                    edited.set([part, key, field], word.sub(new, value))
    return edited.text


def without_entry(text: str, section: str, index: int) -> str:
    """Take an entry of the timeline or of the checks away."""
    edited = SceneText(text)
    edited.remove([section, index])
    return edited.text


def walks(text: str) -> list[tuple[int, str, tuple[float, float]]]:
    """The walks of a scene: place on the timeline, who, and where to."""
    found = []
    for index, entry in enumerate(SceneText(text).get(["timeline"]) or []):
        if str(entry.get("does", "")).startswith("walk") and entry.get("to") is not None:
            try:
                x, y = (quantity(value, unit=UNITS["_m"]) for value in entry["to"])
            except (UnitError, ValueError, TypeError):
                continue
            found.append((index, str(entry.get("who", "")), (x, y)))
    return found


def at_seconds(entry: Any) -> float | None:
    """When an entry of the timeline happens; None when it does not say."""
    try:
        return quantity(entry.get("at"), unit=UNITS["_s"])
    except (UnitError, TypeError, ValueError, AttributeError):
        return None


def from_moment(text: str, places: dict[str, tuple[float, float]], at_s: float, yaw_deg: float) -> str:
    """A scene that begins with a moment of another: people where they were, and only what came after."""
    edited = SceneText(text)
    for name, (x_m, y_m) in places.items():
        if edited.get(["people", name]) is not None:
            edited.set(["people", name, "at"], [rounded(x_m), rounded(y_m)])
    edited.set(["device", "start_yaw"], f"{yaw_deg:.1f} °")
    for index in reversed(range(len(edited.get(["timeline"]) or []))):
        entry = edited.get(["timeline", index])
        moment_s = at_seconds(entry)
        if moment_s is None:
            continue
        if moment_s < at_s:
            edited.remove(["timeline", index])
        else:
            edited.set(["timeline", index, "at"], f"{moment_s - at_s:.2f} s")
    duration = edited.get(["duration"])
    if duration is not None:
        whole_s = quantity(duration, unit=UNITS["_s"])
        edited.set(["duration"], f"{max(1.0, whole_s - at_s):.2f} s")
    return edited.text


def without_lost_checks(text: str, path: Path) -> str:
    """Take away checks of things that do not happen any more; raises SceneError for what else is wrong."""
    while True:
        try:
            loads(text, path=path, root=scene_root(path))
        except SceneError as error:
            lost = sorted(
                {int(found[1]) for problem in error.problems if (found := re.match(r"expect\.(\d+)", problem.path))}
            )
            if not lost:
                raise
            text = without_entry(text, "expect", lost[-1])
        else:
            return text


def key_of(field: str) -> str:
    """A field of the description as the file calls it: without its unit."""
    return re.sub(r"_(m|s|db|deg|kg|mps|n)$", "", field)
