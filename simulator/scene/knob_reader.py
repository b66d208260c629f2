"""Reads the knobs and the fixed facts of a scene: the tuning and facts blocks, and presets."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaf_at, parsed
from simulator.scene.build import Builder
from simulator.scene.errors import Place
from simulator.scene.tree import Node


class KnobReader:
    """Knobs and facts."""

    def __init__(self, builder: Builder) -> None:
        self._b = builder

    def tuning(self, node: Node | None) -> Tuning | None:
        """The whole tree of knobs; None when it contradicts itself."""
        changes, places = self.knobs(node)
        try:
            return Tuning().patched(changes)
        except TuningError as error:  # two knobs that do not go together
            said = str(error)
            place = next((place for knob, place in places.items() if knob in said), next(iter(places.values())))
            self._b.problem(place, "tuning", said)
            return None

    def knobs(self, node: Node | None) -> tuple[dict[str, Value], dict[str, Place]]:
        """Each knob's value and place; what is wrong with a knob by itself is told here."""
        changes: dict[str, Value] = {}
        places: dict[str, Place] = {}
        for key, item in ((self._b.mapping(node, "tuning") or {}) if node is not None else {}).items():
            nested = item.value if isinstance(item.value, dict) else None
            group = {key: item} if nested is None else {f"{key}.{name}": child for name, child in nested.items()}
            for path, child in group.items():
                try:
                    leaf = leaf_at(path)
                except TuningError as error:
                    self._b.problem(child.where, f"tuning.{path}", str(error))
                    continue
                try:
                    changes[path] = _knob(leaf, child.plain())
                    places[path] = child.place
                except TuningError as error:
                    self._b.problem(child.place, f"tuning.{path}", str(error))
        return changes, places

    def facts(self, node: Node | None) -> DeviceFacts | None:
        """The device that was built; None when it could not be."""
        if node is None:
            return DeviceFacts()
        try:
            return DeviceFacts.model_validate(node.plain())
        except ValidationError as error:
            for problem in error.errors():
                at, path = node, "facts"
                for step in problem["loc"]:
                    inner = at.value
                    if isinstance(inner, dict) and step in inner:
                        at = inner[str(step)]
                    elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
                        at = inner[step]
                    path += f".{step}"
                place = at.where if problem["type"] == "extra_forbidden" else at.place
                said = "there is no such fact" if problem["type"] == "extra_forbidden" else problem["msg"]
                self._b.problem(place, path, str(said))
            return None


def _knob(leaf: Leaf, value: Any) -> Value:
    """A knob's value from a file, within its own bounds."""
    if isinstance(value, str):
        value = parsed(leaf.path, value)
    if value is None or isinstance(value, dict | list):
        raise TuningError(f"{leaf.path}: must be a value, in {leaf.unit or 'its own words'}")
    if leaf.low is not None and leaf.high is not None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not leaf.low <= value <= leaf.high:
            raise TuningError(
                f"{leaf.path} = {value}: must be a number from {leaf.low:g} to {leaf.high:g} {leaf.unit}".rstrip()
            )
    else:
        Tuning().patched({leaf.path: value})
    checked: Value = value
    return checked
