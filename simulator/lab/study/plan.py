"""What a study asks: a file `*.study.yaml` names settings (or knobs with their ends), moments of scenes, question and consent.

Every mistake of a file is told at once, each with line and column and what is allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from simulator.onboard.tuning import Tuning, TuningError, Value, leaf_at
from simulator.scene.loader import load, load_preset
from simulator.scene.tree import Node, read_tree
from simulator.scene.units import UNITS, UnitError, quantity
from simulator.world.assets import ASSETS, SCENES

SLIDERS = ("natural", "startling", "attentive", "distracting", "patient")
MOST_SETTINGS, MOST_KNOBS, MOST_PAIRS = 8, 4, 60
KEYS = (
    "study",
    "name",
    "question",
    "consent",
    "seed",
    "settings",
    "knobs",
    "planted",
    "moments",
    "pairs",
    "warm_ups",
    "sliders",
    "view",
)
# A display in its home, drawn as from where the nearest person stands, or nothing but the turning screen.
View = Literal["room", "screen"]
VIEWS: tuple[View, ...] = get_args(View)
SHORTEST_MOMENT_S, LONGEST_MOMENT_S = 1.0, 30.0


class StudyError(ValueError):
    """A study that cannot be used; the text lists every mistake, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A part of a scene that raters see."""

    name: str
    scene: Path
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Knobs under a name; raters never see the name."""

    name: str
    knobs: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A knob that pairs tune, with the ends between which they look."""

    knob: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """One study. It compares `settings`, or it tunes `axes` by pairs; never both."""

    path: Path
    name: str
    question: str
    consent: str
    seed: int
    settings: tuple[Setting, ...]
    axes: tuple[Axis, ...]
    planted: Setting | None
    moments: tuple[Moment, ...]
    pairs: int
    warm_ups: int
    sliders: tuple[str, ...] = SLIDERS
    view: View = "screen"

    @property
    def consent_hash(self) -> str:
        """Which consent text a rater agreed to."""
        return hashlib.sha256(self.consent.encode()).hexdigest()[:16]

    @property
    def shown(self) -> tuple[Setting, ...]:
        """All settings that trials name by number: the compared ones, then the planted one."""
        return self.settings if self.planted is None else (*self.settings, self.planted)

    @property
    def planted_number(self) -> int | None:
        """The number of the planted setting among `shown`."""
        return None if self.planted is None else len(self.settings)

    def between(self, shares: tuple[float, ...]) -> Setting:
        """The setting at these shares of each axis, rounded to what its slider can hold."""
        knobs: dict[str, Value] = {}
        for axis, share in zip(self.axes, shares, strict=True):
            step = leaf_at(axis.knob).step or 1e-3
            knobs[axis.knob] = round(round((axis.low + share * (axis.high - axis.low)) / step) * step, 6)
        return Setting(name=", ".join(f"{knob}={value:g}" for knob, value in knobs.items()), knobs=knobs)


def beside(path: Path, ending: str) -> Path:
    """The file of a study with another ending: answers, tables and report stand beside it."""
    return path.with_name(f"{_stem(path)}.{ending}")


def _stem(path: Path) -> str:
    """The name of a study's file up to the first dot."""
    return path.name.split(".")[0]


def load_plan(path: Path) -> StudyPlan:
    """Read a study; raises StudyError with every mistake."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StudyError(f"{path}: {error.strerror}") from None
    reader = _Reader(path=path)
    top = reader.mapping(read_tree(text, file=str(path)), "study")
    plan = reader.plan(top)
    if reader.mistakes:
        raise StudyError("\n".join(reader.mistakes))
    return plan


@dataclass(slots=True, kw_only=True)
class _Reader:
    path: Path
    mistakes: list[str] = field(default_factory=list)

    def plan(self, top: Mapping[str, Node]) -> StudyPlan:
        for key, node in top.items():
            if key not in KEYS:
                self.wrong(node, key, f"is not known; allowed are {', '.join(KEYS)}")
        settings = tuple(self.setting(name, node) for name, node in self.part(top, "settings").items())
        axes = tuple(self.axis(knob, node) for knob, node in self.part(top, "knobs").items())
        moments = tuple(self.moment(name, node) for name, node in self.part(top, "moments").items())
        if bool(settings) == bool(axes):
            self.mistakes.append(f"{self.path}: needs either settings (to compare) or knobs (to tune by pairs)")
        if settings and not 2 <= len(settings) <= MOST_SETTINGS:
            self.mistakes.append(f"{self.path}: settings: {len(settings)}; must be 2 to {MOST_SETTINGS}")
        if len(axes) > MOST_KNOBS:
            self.mistakes.append(f"{self.path}: knobs: {len(axes)}; must be 1 to {MOST_KNOBS}")
        if not moments:
            self.mistakes.append(f"{self.path}: moments: none; a rater must see something")
        planted = self.setting("planted", top["planted"]) if "planted" in top else None
        return StudyPlan(
            path=self.path,
            name=self.text(top, "name", _stem(self.path)),
            question=self.text(top, "question", "Which motion feels more natural?"),
            consent=self.text(top, "consent", ""),
            seed=self.whole(top, "seed", 0, high=2**31),
            settings=settings,
            axes=axes,
            planted=planted,
            moments=moments,
            pairs=self.whole(top, "pairs", 12, low=1, high=MOST_PAIRS),
            warm_ups=self.whole(top, "warm_ups", 2, high=5),
            sliders=self.words(top, "sliders", SLIDERS),
            view=self.view(top),
        )

    def view(self, top: Mapping[str, Node]) -> View:
        named = top["view"].value if "view" in top else "screen"
        found = next((view for view in VIEWS if view == named), None)
        if found is None:
            self.wrong(top["view"], "view", f"{named!r}: must be {' or '.join(VIEWS)}")
        return found or "screen"

    def setting(self, name: str, node: Node) -> Setting:
        knobs: dict[str, Value] = {}
        for key, part in self.mapping(node, f"settings.{name}").items():
            try:
                if key == "preset":
                    knobs |= load_preset(self._preset(str(part.value)))
                else:
                    Tuning().patched({key: part.plain()})
                    knobs[key] = part.plain()
            except (TuningError, OSError) as error:
                self.wrong(part, f"settings.{name}.{key}", str(error))
        return Setting(name=name, knobs=knobs)

    def axis(self, knob: str, node: Node) -> Axis:
        ends = node.plain()
        try:
            leaf = leaf_at(knob)
            if leaf.low is None or leaf.high is None:
                raise TuningError(f"{knob}: must be a number to be tuned by pairs")
            if not (isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, int | float) for end in ends)):
                raise TuningError(f"{knob}: must be two numbers, as [{leaf.low:g}, {leaf.high:g}]")
            low, high = map(float, ends)
            if not leaf.low <= low < high <= leaf.high:
                raise TuningError(f"{knob}: [{low:g}, {high:g}] must rise and lie within {leaf.low:g} to {leaf.high:g}")
        except TuningError as error:
            self.wrong(node, f"knobs.{knob}", str(error))
            low, high = 0.0, 1.0
        return Axis(knob=knob, low=low, high=high)

    def moment(self, name: str, node: Node) -> Moment:
        parts = self.mapping(node, f"moments.{name}")
        scene = self._scene(str(parts["scene"].value)) if "scene" in parts else None
        times = {key: self.time(parts[key], f"moments.{name}.{key}") for key in ("from", "to") if key in parts}
        from_s = times.get("from", 0.0)
        to_s = times.get("to", from_s + LONGEST_MOMENT_S)
        if scene is None or not scene.is_file():
            self.wrong(node, f"moments.{name}.scene", "must name a scene file that is there")
            scene = SCENES
        else:
            to_s = min(to_s, load(scene).spec.duration_s)
        if not SHORTEST_MOMENT_S <= to_s - from_s <= LONGEST_MOMENT_S:
            bounds = f"{SHORTEST_MOMENT_S:g} to {LONGEST_MOMENT_S:g} s of its scene"
            self.wrong(node, f"moments.{name}", f"{from_s:g} to {to_s:g} s: must be {bounds}")
        return Moment(name=name, scene=scene, from_s=from_s, to_s=to_s)

    def time(self, node: Node, path: str) -> float:
        try:
            return quantity(node.value, unit=UNITS["_s"])
        except UnitError as error:
            self.wrong(node, path, str(error))
            return 0.0

    def part(self, top: Mapping[str, Node], key: str) -> Mapping[str, Node]:
        return self.mapping(top[key], key) if key in top else {}

    def mapping(self, node: Node, path: str) -> Mapping[str, Node]:
        if isinstance(node.value, dict):
            return node.value
        self.wrong(node, path, "must be a list of names with a value each")
        return {}

    def text(self, top: Mapping[str, Node], key: str, default: str) -> str:
        return str(top[key].value).strip() if key in top else default

    def words(self, top: Mapping[str, Node], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if key not in top:
            return default
        value = top[key].plain()
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        self.wrong(top[key], key, f"must be a list of words, as {list(default)}")
        return default

    def whole(self, top: Mapping[str, Node], key: str, default: int, *, low: int = 0, high: int) -> int:
        value = top[key].value if key in top else default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(top[key], key, f"{value!r}: must be a whole number from {low} to {high}")
        return default

    def wrong(self, node: Node, path: str, text: str) -> None:
        self.mistakes.append(f"{node.where}: {path}: {text}")

    def _scene(self, name: str) -> Path:
        beside = self.path.parent / name
        return beside if beside.exists() else SCENES / name

    def _preset(self, name: str) -> Path:
        beside = self.path.parent / name
        return beside if beside.is_file() else ASSETS / "presets" / f"{name}.json"
