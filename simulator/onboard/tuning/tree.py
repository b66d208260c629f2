"""The whole tree of knobs, and each of them as its consumers need it: by path, in the order of the tuning panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import AfterValidator, ValidationError

from simulator.onboard.tuning.declare import OUTSIDE_NAME, Knobs, Named, Value
from simulator.onboard.tuning.people import AttentionKnobs, AwayKnobs, CallKnobs, RecipeKnobs
from simulator.onboard.tuning.senses import SoundKnobs, VisionKnobs
from simulator.onboard.tuning.turning import BumpKnobs, MotionKnobs, PatienceKnobs, ZoneKnobs


class TuningError(ValueError):
    """A knob that does not exist, or a value outside its bounds; the text says path, value and what is allowed."""


class Tuning(Knobs):
    """All knobs of the device.

    >>> eager = Tuning().patched({"patience.settle_s": 0.7})
    >>> eager.changed(), eager.zones == Tuning().zones
    ({'patience.settle_s': 0.7}, True)
    >>> eager.patched({"patience.settle_s": 99.0})
    Traceback (most recent call last):
    ...
    simulator.onboard.tuning.tree.TuningError: patience.settle_s = 99.0: must be a number from 0 to 10 s
    """

    zones: ZoneKnobs = ZoneKnobs()
    patience: PatienceKnobs = PatienceKnobs()
    motion: MotionKnobs = MotionKnobs()
    attention: AttentionKnobs = AttentionKnobs()
    bump: BumpKnobs = BumpKnobs()
    call: CallKnobs = CallKnobs()
    recipe: RecipeKnobs = RecipeKnobs()
    away: AwayKnobs = AwayKnobs()
    sound: SoundKnobs = SoundKnobs()
    vision: VisionKnobs = VisionKnobs()

    def value(self, path: str) -> Value:
        """The value at a dotted path."""
        leaf = leaf_at(path)
        found: Value = getattr(getattr(self, leaf.group), leaf.name)
        return found

    def patched(self, changes: Mapping[str, Value]) -> Tuning:
        """A new tree with some values replaced, all of it validated."""
        if not changes:
            return self
        tree = self.model_dump()
        for path, value in changes.items():
            leaf = leaf_at(path)
            tree[leaf.group][leaf.name] = value
        try:
            return Tuning.model_validate(tree)
        except ValidationError as error:
            raise TuningError("; ".join(_sentence(problem) for problem in error.errors())) from None

    def differences(self, other: Tuning) -> dict[str, tuple[Value, Value]]:
        """What the other tree has different: path to (mine, other's)."""
        return {
            leaf.path: (self.value(leaf.path), other.value(leaf.path))
            for leaf in leaves()
            if self.value(leaf.path) != other.value(leaf.path)
        }

    def changed(self) -> dict[str, Value]:
        """The values that are not the default."""
        return {path: mine for path, (mine, _) in self.differences(Tuning()).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One knob, as its consumers need it."""

    path: str
    group: str
    name: str
    kind: Literal["number", "whole", "switch", "choice"]
    default: Value
    low: float | None  # None unless a number
    high: float | None  # None unless a number
    step: float
    unit: str
    tier: str
    label: str
    sentence: str
    choices: tuple[str, ...] = ()
    also_outside: bool = False  # PACKAGE/NAME of an installed package is a choice too

    @property
    def allowed(self) -> str:
        """The choices, as a sentence lists them."""
        return ", ".join(self.choices) + (", or PACKAGE/NAME of an installed one" if self.also_outside else "")


@cache
def leaves() -> tuple[Leaf, ...]:
    """All knobs in the order of the tuning panel."""
    return tuple(_walk())


@cache
def _by_path() -> dict[str, Leaf]:
    return {leaf.path: leaf for leaf in leaves()}


def leaf_at(path: str) -> Leaf:
    """The knob at a dotted path."""
    try:
        return _by_path()[path]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(path, _by_path(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise TuningError(f"{path}: there is no such knob{hint}") from None


def parsed(path: str, text: str) -> Value:
    """Read a typed value for a knob: a number (its unit may follow), on/off, or one of the choices.

    >>> parsed("patience.settle_s", "0.7 s"), parsed("sound.wall_model", "off"), parsed("vision.confirm_of_5", "4")
    (0.7, False, 4)
    """
    leaf = leaf_at(path)
    text = text.strip()
    if leaf.kind == "switch":
        if text.lower() in ("on", "true", "yes", "1"):
            return True
        if text.lower() in ("off", "false", "no", "0"):
            return False
        raise TuningError(f"{path} = {text}: must be on or off")
    if leaf.kind == "choice":
        if text in leaf.choices or (leaf.also_outside and re.fullmatch(OUTSIDE_NAME, text)):
            return text
        raise TuningError(f"{path} = {text}: must be one of {leaf.allowed}")
    number = text.removesuffix(leaf.unit).strip() if leaf.unit else text
    try:
        value = float(number)
    except ValueError:
        raise TuningError(f"{path} = {text}: must be a number in {leaf.unit or 'its unit'}") from None
    if leaf.kind == "whole":
        if value != int(value):
            raise TuningError(f"{path} = {text}: must be a whole number")
        return int(value)
    return value


def group_sentence(group: str) -> str:
    """What a group of knobs is about."""
    model = Tuning.model_fields[group].annotation
    return (model.__doc__ or "").strip() if model is not None else ""


def _walk() -> Iterator[Leaf]:
    for group, group_field in Tuning.model_fields.items():
        model = group_field.annotation
        assert isinstance(model, type)
        assert issubclass(model, Knobs)
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            bounds = {type(item).__name__: item for item in field.metadata}
            kind: Literal["number", "whole", "switch", "choice"] = "number"
            named = next((item.func for item in field.metadata if isinstance(item, AfterValidator)), None)
            choices = named.ships if isinstance(named, Named) else get_args(field.annotation)
            if choices:
                kind = "choice"
            elif field.annotation is bool:
                kind = "switch"
            elif field.annotation is int:
                kind = "whole"
            yield Leaf(
                path=f"{group}.{name}",
                group=group,
                name=name,
                kind=kind,
                default=field.default,
                low=float(bounds["Ge"].ge) if "Ge" in bounds else None,
                high=float(bounds["Le"].le) if "Le" in bounds else None,
                step=float(extra["step"]),  # type: ignore[arg-type]
                unit=str(extra["unit"]),
                tier=str(extra["tier"]),
                label=str(extra["label"]),
                sentence=field.description or "",
                choices=choices,
                also_outside=isinstance(named, Named),
            )


def _sentence(problem: Any) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    leaf = _by_path().get(path)
    if leaf is None:
        return str(problem["ctx"]["error"]) if problem["type"] == "value_error" else f"{path}: {problem['msg']}"
    if leaf.kind == "choice":
        return f"{path} = {problem['input']}: must be one of {leaf.allowed}"
    if leaf.low is not None and leaf.high is not None:
        return f"{path} = {problem['input']}: must be a number from {leaf.low:g} to {leaf.high:g} {leaf.unit}".rstrip()
    return f"{path} = {problem['input']}: {problem['msg']}"
