"""Loads a scene file: what the room holds, what happens, which knobs are turned, and what must come of it.

All mistakes are found in one go and told as `file:line:column: path: what is wrong and what is allowed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaf_at, parsed
from simulator.scene import phrases
from simulator.scene.build import RESERVED, Builder
from simulator.scene.check_reader import CheckReader
from simulator.scene.checks import Check
from simulator.scene.errors import Place, SceneError, near
from simulator.scene.include import Includer, Library, scene_root
from simulator.scene.params import Param, read_params, substitute
from simulator.scene.signals import Names
from simulator.scene.tree import MAX_BYTES, Node, read_tree
from simulator.scene.units import UnitError
from simulator.world.mirrors import wall_lines
from simulator.world.spec import (
    AnyAction,
    DevicePlace,
    PersonSpec,
    Point,
    RoomSpec,
    SourceSpec,
    ThingSpec,
    TuneAction,
    WorldSpec,
)

VERSION = 1
MODES = ("full", "audio", "feature")
KEYS = (
    "scene", "name", "claim", "tags", "use", "params", "duration", "room", "device", "facts", "people", "sounds",
    "things", "timeline", "tuning", "expect", "seeds", "pass_rate", "modes",
)  # fmt: skip
MAX_SEEDS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One scene."""

    name: str
    claim: str
    path: Path
    text: str
    spec: WorldSpec
    facts: DeviceFacts
    tuning: Tuning
    expect: tuple[Check, ...] = ()
    tags: tuple[str, ...] = ()
    seeds: int | Literal["auto"] = 1
    pass_rate: float = 1.0  # share of seeds that must pass
    modes: tuple[str, ...] = MODES
    params: Mapping[str, Param] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # the texts of the files it uses, by their name in `use:`

    @property
    def digest(self) -> str:
        """A fingerprint of everything that shapes a run of this scene."""
        parts = [self.spec.model_dump_json(), self.facts.model_dump_json(), self.tuning.model_dump_json()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def load(path: Path | str, *, params: Mapping[str, Any] | None = None) -> Scene:
    """Load a scene file; raises SceneError with all mistakes, or OSError when it cannot be read."""
    path = Path(path)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return _Loader(path, Library(root=scene_root(path)), params or {}).load(content)


def loads(
    text: str,
    *,
    path: Path | str = "scene.yaml",
    files: Mapping[str, str] | None = None,
    root: Path | None = None,
    params: Mapping[str, Any] | None = None,
) -> Scene:
    """Load a scene from its text: from an editor (with `root`, the scene folder) or a recording (with `files`)."""
    return _Loader(Path(path), Library(root=root, texts=files), params or {}).load(text)


def load_preset(path: Path) -> dict[str, Value]:
    """A file of knobs, written like the `tuning:` part of a scene."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return _Loader(path, Library(), {}).preset(content)


def load_preset(path: Path | str) -> dict[str, Value]:
    """The knobs that a preset file turns: `preset: 1` and a tuning block as in a scene; raises SceneError or OSError."""
    path = Path(path)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return _Loader(path, Library(), {}).load_preset(content)


class _Loader:
    def __init__(self, path: Path, library: Library, params: Mapping[str, Any]) -> None:
        self._path, self._library, self._given = path, library, params
        self._b = Builder()
        self._actions: tuple[AnyAction, ...] = ()
        self._duration_s = 20.0

    def load(self, content: str | bytes) -> Scene:
        file = str(self._path)
        tree = read_tree(content, file=file)
        self._version(tree, file)
        depth = len(self._path.parent.parts)
        prefix = "" if depth == 0 else f"{_root_shown(self._path)}/"
        entries = Includer(self._b, self._library, prefix=prefix).merged(tree)
        params = read_params(self._b, entries.pop("params", None), given=self._given)
        entries = {key: substitute(self._b, node, params, key) for key, node in entries.items()}
        for key, node in entries.items():
            if key not in KEYS:
                self._b.unknown(node, key, key, allowed=[key for key in KEYS if key != "scene"])
        spec = self._spec(entries, tree)
        facts = self._facts(entries.get("facts"))
        tuning = self._tuning(entries.get("tuning"))
        meta = self._meta(entries)
        checks: tuple[Check, ...] = ()
        if spec is not None:
            self._cross_check(spec, entries, tuning)
        if "expect" in entries:
            timeline = entries["timeline"].value if "timeline" in entries else []
            checks = CheckReader(
                self._b,
                names=Names(
                    **{
                        field: tuple(_keys(entries.get(key)))
                        for key, field in (("people", "people"), ("sounds", "sources"), ("things", "things"))
                    }
                ),
                actions=self._actions,
                duration_s=self._duration_s,
                complete=isinstance(timeline, list) and len(timeline) == len(self._actions),
            ).read(entries["expect"])
        if self._b.problems or spec is None or facts is None or tuning is None:
            raise SceneError(self._b.problems)
        text = content if isinstance(content, str) else content.decode()
        return Scene(
            path=self._path, text=text, spec=spec, facts=facts, tuning=tuning, expect=checks, params=params,
            files=self._library.used, **meta,
        )  # fmt: skip

    def preset(self, content: bytes) -> dict[str, Value]:
        """The knobs of a preset."""
        changes = self.knobs(read_tree(content, file=str(self._path)))
        if self._b.problems:
            raise SceneError(self._b.problems)
        return changes or {}

    def load_preset(self, content: bytes) -> dict[str, Value]:
        file = str(self._path)
        tree = read_tree(content, file=file)
        entries = self._version(tree, file, what="preset")
        for key, node in entries.items():
            if key not in ("preset", "name", "tuning"):
                self._b.unknown(node, key, key, allowed=("name", "tuning"))
        changes, _ = self._knobs(entries.get("tuning"))
        if self._b.problems:
            raise SceneError(self._b.problems)
        return changes

    def _version(self, tree: Node, file: str, *, what: str = "scene") -> dict[str, Node]:
        start = Place(file=file, line=1, column=1)
        if not isinstance(tree.value, dict):
            self._b.problem(tree.place, "", f"a {what} is a mapping that begins with {what}: {VERSION}")
            raise SceneError(self._b.problems)
        node = tree.value.get(what)
        if node is None:
            self._b.problem(start, what, f"the version is missing; a {what} begins with {what}: {VERSION}")
        elif node.value != VERSION or isinstance(node.value, bool):
            newer = isinstance(node.value, int | float) and node.value > VERSION
            why = "this file is from a newer Swivel" if newer else "there is no such version"
            self._b.problem(node.place, what, f"{node.plain()!r:.40}: {why}; this one reads {what}: {VERSION}")
        if self._b.problems:
            raise SceneError(self._b.problems)
        return tree.value

    # --- the room -----------------------------------------------------------------------------------------------------

    def _spec(self, entries: dict[str, Node], tree: Node) -> WorldSpec | None:
        b = self._b
        room = b.model(RoomSpec, entries["room"], "room") if "room" in entries else RoomSpec()
        device = self._device(entries.get("device"))
        people = self._named(PersonSpec, entries.get("people"), "people")
        sources = self._named(SourceSpec, entries.get("sounds"), "sounds")
        things = self._named(ThingSpec, entries.get("things"), "things")
        self._unique(entries)
        if "duration" in entries:
            given_s = b.quantity(entries["duration"], "duration", suffix="_s")
            if given_s is not None and not 0 < given_s <= 3600:
                text = f"{given_s:g} s: must be more than 0 s and at most 3600 s"
                b.problem(entries["duration"].place, "duration", text)
            elif given_s is not None:
                self._duration_s = given_s
        self._actions = self._timeline(entries, self._duration_s)
        if room is None or device is None:
            return None
        return WorldSpec(
            room=room, device=device, people=people, sources=sources, things=things, actions=self._actions,
            duration_s=self._duration_s,
        )  # fmt: skip

    def _device(self, node: Node | None) -> DevicePlace | None:
        if node is None:
            return DevicePlace()

        def at(child: Node, path: str) -> dict[str, Any] | None:
            point = self._b.point(child, path)
            return None if point is None else {"x_m": point[0], "y_m": point[1]}

        return self._b.model(DevicePlace, node, "device", sugar={"at": at})

    def _named(self, model: type[Any], node: Node | None, path: str) -> tuple[Any, ...]:
        found = []
        for name, item in ((self._b.mapping(node, path) or {}) if node is not None else {}).items():
            below = f"{path}.{name}"
            if self._b.name(item, below, name):
                made = self._b.model(model, item, below, given={"name": name})
                if made is not None:
                    found.append(made)
        return tuple(found)

    def _unique(self, entries: dict[str, Node]) -> None:
        seen: dict[str, str] = {}
        for section in ("people", "sounds", "things"):
            node = entries.get(section)
            for name, item in (node.value if node is not None and isinstance(node.value, dict) else {}).items():
                if name in seen:
                    self._b.problem(
                        item.where, f"{section}.{name}", f"{name} is also one of {seen[name]}; each name once"
                    )
                seen.setdefault(name, section)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _timeline(self, entries: dict[str, Node], duration_s: float) -> tuple[AnyAction, ...]:
        node = entries.get("timeline")
        if node is None:
            return ()
        names = {section: set(_keys(entries.get(section))) for section in ("people", "sounds", "things")}
        actions = []
        for at, item in enumerate(self._b.items(node, "timeline") or []):
            action = self._action(item, f"timeline.{at}", names, duration_s)
            if action is not None:
                actions.append(action)
        return tuple(actions)

    def _action(self, node: Node, path: str, names: dict[str, set[str]], duration_s: float) -> AnyAction | None:
        b = self._b
        entries = b.mapping(node, path)
        if entries is None:
            return None
        missing = [key for key in ("at", "who", "does") if key not in entries]
        if missing:
            for key in missing:
                b.problem(
                    node.place, path, f"{key} is missing; an entry is {{at: 2 s, who: anna, does: say wake word}}"
                )
            return None
        at_s = b.quantity(entries["at"], f"{path}.at", suffix="_s")
        who, does = b.text(entries["who"], f"{path}.who"), b.text(entries["does"], f"{path}.does")
        if at_s is None or who is None or does is None:
            return None
        if not 0 <= at_s <= duration_s:
            b.problem(
                entries["at"].place,
                f"{path}.at",
                f"{at_s:g} s: must be from 0 s to the scene's end at {duration_s:g} s",
            )
        kinds = phrases.kind_of(who, people=names["people"], sources=names["sounds"], things=names["things"])
        if not kinds:
            everyone = sorted(set().union(*names.values()))
            options = [
                *(name for name in everyone if name not in RESERVED),
                "device",
                "hand",
                "room",
                "designer",
                *phrases.ASKERS,
            ]
            b.problem(
                entries["who"].place,
                f"{path}.who",
                f"{who}: nobody of this name{near(who, options)}; there are {', '.join(options)}",
            )
            return None
        extras: dict[str, object] = {
            key: child.plain() for key, child in entries.items() if key not in ("at", "who", "does")
        }
        try:
            return phrases.read(does, who=who, kinds=kinds, at_s=at_s, extras=extras)
        except (phrases.PhraseError, UnitError, TuningError) as error:
            b.problem(entries["does"].place, f"{path}.does", str(error))
        except ValidationError as error:
            said = "; ".join(str(problem["msg"]) for problem in error.errors())
            b.problem(entries["does"].place, f"{path}.does", f"{does}: {said}")
        except ValueError as error:  # an arc or a request that contradicts itself
            b.problem(entries["does"].place, f"{path}.does", str(error))
        return None

    # --- knobs and facts ----------------------------------------------------------------------------------------------

    def _facts(self, node: Node | None) -> DeviceFacts | None:
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

    def _tuning(self, node: Node | None) -> Tuning | None:
        changes, places = self._knobs(node)
        try:
            return Tuning().patched(changes)
        except TuningError as error:  # two knobs that do not go together
            said = str(error)
            place = next((place for knob, place in places.items() if knob in said), next(iter(places.values())))
            self._b.problem(place, "tuning", said)
            return None

    def _knobs(self, node: Node | None) -> tuple[dict[str, Value], dict[str, Place]]:
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

    # --- the scene about itself ---------------------------------------------------------------------------------------

    def _meta(self, entries: dict[str, Node]) -> dict[str, Any]:
        b = self._b
        stem = self._path.name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".scene")
        made: dict[str, Any] = {"name": stem, "claim": ""}
        for key in ("name", "claim"):
            if key in entries:
                made[key] = b.text(entries[key], key) or ""
        for key in ("tags", "modes"):
            if key in entries:
                words = [b.text(item, f"{key}.{at}") or "" for at, item in enumerate(b.items(entries[key], key) or [])]
                made[key] = tuple(words)
                for word in words if key == "modes" else ():
                    if word and word not in MODES:
                        b.problem(entries[key].place, key, f"{word}: must be one of {', '.join(MODES)}")
        if "seeds" in entries:
            seeds = entries["seeds"].plain()
            whole = isinstance(seeds, int) and not isinstance(seeds, bool) and 1 <= seeds <= MAX_SEEDS
            if not whole and seeds != "auto":
                b.problem(
                    entries["seeds"].place,
                    "seeds",
                    f"{seeds!r:.40}: must be auto or a whole number from 1 to {MAX_SEEDS}",
                )
            made["seeds"] = seeds
        if "pass_rate" in entries:
            rate = entries["pass_rate"].plain()
            if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0.5 <= rate <= 1:
                b.problem(entries["pass_rate"].place, "pass_rate", f"{rate!r:.40}: must be a share from 0.5 to 1")
            made["pass_rate"] = rate
        return made

    # --- what only the whole can tell -----------------------------------------------------------------------------------

    def _cross_check(self, spec: WorldSpec, entries: dict[str, Node], tuning: Tuning | None) -> None:
        b = self._b
        lines = wall_lines(spec.room)
        walls = {name for name, _, _ in lines} | {"floor", "ceiling"}
        for name in spec.room.walls:
            if name not in walls:
                b.problem(
                    entries["room"].place,
                    f"room.walls.{name}",
                    f"there is no wall {name}; there are {', '.join(sorted(walls))}",
                )
        plan = [start for _, start, _ in lines]
        if spec.room.corners and len(spec.room.corners) < 3:
            b.problem(entries["room"].place, "room.corners", "a floor plan needs at least three corners")
            return
        shown = (
            f"x 0 to {spec.room.width_m:g} m, y 0 to {spec.room.depth_m:g} m"
            if not spec.room.corners
            else "the floor plan"
        )
        spots: list[tuple[str, str, Point]] = [("people", person.name, person.at) for person in spec.people]
        spots += [("sounds", source.name, source.at) for source in spec.sources]
        for section, name, at in spots:
            if not _inside(at, plan):
                self._outside(entries, (section, name, "at"), f"{_shown(at)} is outside the room ({shown})")
        if not _inside((spec.device.x_m, spec.device.y_m), plan):
            self._outside(entries, ("device", "at"), f"the device stands outside the room ({shown})")
        people = {person.name for person in spec.people}
        for person in spec.people:
            if isinstance(person.faces, str) and person.faces not in people | {"device", "away"}:
                options = [*sorted(people), "device", "away"]
                text = f"{person.faces}: must be device, away, a person or an angle{near(person.faces, options)}"
                self._outside(entries, ("people", person.name, "faces"), text)
        timeline = entries["timeline"].value if "timeline" in entries else []
        if isinstance(timeline, list) and len(timeline) == len(spec.actions):
            for at, (action, node) in enumerate(zip(spec.actions, timeline, strict=True)):
                path = f"timeline.{at}.does"
                place = node.value["does"].place if isinstance(node.value, dict) else node.place
                if action.do in ("walk", "move") and not _inside(action.to, plan):
                    b.problem(place, path, f"{_shown(action.to)} is outside the room ({shown})")
                if action.do == "turn" and isinstance(action.to, str) and action.to not in people | {"device", "away"}:
                    b.problem(
                        place, path, f"{action.to}: must be device, away, a person or an angle{near(action.to, people)}"
                    )
                if isinstance(action, TuneAction) and tuning is not None:
                    try:
                        tuning = tuning.patched({action.path: action.value})
                    except TuningError as error:
                        b.problem(place, path, str(error))

    def _outside(self, entries: dict[str, Node], trail: tuple[str, ...], text: str) -> None:
        node = entries.get(trail[0])
        for step in trail[1:]:
            inner = node.value if node is not None else None
            if isinstance(inner, dict) and step in inner:
                node = inner[step]
        place = node.place if node is not None else Place(file=str(self._path), line=1, column=1)
        self._b.problem(place, ".".join(trail), text)


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
        return value
    Tuning().patched({leaf.path: value})
    return value


def _keys(node: Node | None) -> list[str]:
    return list(node.value) if node is not None and isinstance(node.value, dict) else []


def _root_shown(path: Path) -> str:
    """The scene folder as the caller wrote it, so that errors in used files can be clicked."""
    shown = path.parent
    for folder in (shown, *shown.parents):
        if folder.name == "scenes":
            return str(folder)
    absolute = scene_root(path)
    return str(absolute) if absolute.name == "scenes" else str(shown)


def _inside(at: Point, plan: list[Point]) -> bool:
    """Whether a spot lies in the floor plan (even-odd rule); on a wall counts as inside."""
    x, y = at
    odd = False
    for (ax, ay), (bx, by) in zip(plan, [*plan[1:], plan[0]], strict=True):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        within = min(ax, bx) - 1e-9 <= x <= max(ax, bx) + 1e-9 and min(ay, by) - 1e-9 <= y <= max(ay, by) + 1e-9
        if abs(cross) < 1e-9 and within:
            return True
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def _shown(at: Point) -> str:
    return f"[{at[0]:g}, {at[1]:g}]"
