"""Reads the knobs and the fixed facts of a scene: the tuning and facts blocks, and presets."""

from __future__ import annotations

from contextlib import suppress

from pydantic import ValidationError

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaf_at, leaves, parsed
from simulator.scene.errors import MistakeError, Place
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
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
            self._b.problem(
                self._clash(changes, places), "tuning", Mistake(code=ProblemCode.KNOBS_CLASH, detail=str(error))
            )
            return None

    @staticmethod
    def _clash(changes: dict[str, Value], places: dict[str, Place]) -> Place:
        """Where the knob stands without which the others go together; the first one when no single knob is to blame."""
        for path, place in places.items():
            with suppress(TuningError):
                Tuning().patched({other: value for other, value in changes.items() if other != path})
                return place
        return next(iter(places.values()))

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
                except TuningError:
                    meant = similar(path, [leaf.path for leaf in leaves()])
                    mistake = Mistake(code=ProblemCode.UNKNOWN_KNOB, value=path, meant=meant)
                    self._b.problem(child.where, f"tuning.{path}", mistake)
                    continue
                try:
                    changes[path] = _knob(leaf, child.plain())
                    places[path] = child.place
                except MistakeError as error:
                    self._b.problem(child.place, f"tuning.{path}", error.mistake)
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
                mistake = (
                    Mistake(code=ProblemCode.UNKNOWN_FACT)
                    if problem["type"] == "extra_forbidden"
                    else Mistake(code=ProblemCode.REFUSED, detail=problem["msg"])
                )
                self._b.problem(place, path, mistake)
            return None


def _knob(leaf: Leaf, value: object) -> Value:
    """A knob's value from a file, within its own bounds; raises MistakeError."""
    try:
        if isinstance(value, str):
            value = parsed(leaf.path, value)
        if not isinstance(value, bool | int | float | str):
            raise TuningError(f"{leaf.path}: must be a value, in {leaf.unit or 'its own words'}")
        if leaf.low is None or leaf.high is None:
            Tuning().patched({leaf.path: value})
            return value
    except TuningError as error:
        raise MistakeError(Mistake(code=ProblemCode.BAD_KNOB_VALUE, detail=str(error))) from None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not leaf.low <= float(value) <= leaf.high:
        mistake = Mistake(
            code=ProblemCode.KNOB_OUT_OF_BOUNDS, name=leaf.path, value=str(value),
            number=float(value) if number else None, low=leaf.low, high=leaf.high,
            unit=leaf.unit,
        )  # fmt: skip
        raise MistakeError(mistake)
    return value
