"""Loads a scene file: what the room holds, what happens, which knobs are turned, and what must come of it.

All mistakes are found in one go and told as `file:line:column: path: what is wrong and what is allowed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Tuning, Value
from simulator.scene.check_reader import CheckReader
from simulator.scene.checks import Check
from simulator.scene.cross_check import CrossCheck
from simulator.scene.errors import Place, SceneError
from simulator.scene.include import Includer, Library, scene_root, shown_root
from simulator.scene.knob_reader import KnobReader
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder, keys_of
from simulator.scene.params import Param, read_params, substitute
from simulator.scene.room_reader import RoomReader
from simulator.scene.signals import Names
from simulator.scene.tree import MAX_BYTES, Node, read_tree
from simulator.world.spec import WorldSpec

VERSION = 1
MODES = ("full", "audio", "feature")
KEYS = (
    "scene", "name", "claim", "tags", "use", "mode", "params", "duration", "room", "device", "facts", "people", "sounds",
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


class _Loader:
    def __init__(self, path: Path, library: Library, params: Mapping[str, Any]) -> None:
        self._path, self._library, self._given = path, library, params
        self._b = Builder()

    def load(self, content: str | bytes) -> Scene:
        file = str(self._path)
        tree = read_tree(content, file=file)
        self._version(tree, file)
        entries = Includer(self._b, self._library, prefix=shown_root(self._path)).merged(tree)
        params = read_params(self._b, entries.pop("params", None), given=self._given)
        entries = {key: substitute(self._b, node, params, key) for key, node in entries.items()}
        for key, node in entries.items():
            if key not in KEYS:
                self._b.unknown(node, key, key, allowed=[key for key in KEYS if key != "scene"])
        room = RoomReader(self._b, entries)
        spec = room.read()
        knobs = KnobReader(self._b)
        facts, tuning = knobs.facts(entries.get("facts")), knobs.tuning(entries.get("tuning"))
        meta = self._meta(entries)
        if spec is not None:
            edge_radius_m = (facts or DeviceFacts()).motor.edge_radius_m
            CrossCheck(self._b, spec, entries, file=file, edge_radius_m=edge_radius_m).check(tuning)
        checks = self._checks(entries, room, spec)
        if self._b.problems or spec is None or facts is None or tuning is None:
            raise SceneError(self._b.problems)
        text = content if isinstance(content, str) else content.decode()
        return Scene(
            path=self._path, text=text, spec=spec, facts=facts, tuning=tuning, expect=checks, params=params,
            files=self._library.used, **meta,
        )  # fmt: skip

    def preset(self, content: bytes) -> dict[str, Value]:
        """The knobs of a preset."""
        changes, _ = KnobReader(self._b).knobs(read_tree(content, file=str(self._path)))
        if self._b.problems:
            raise SceneError(self._b.problems)
        return changes

    def _version(self, tree: Node, file: str) -> None:
        start = Place(file=file, line=1, column=1)
        if not isinstance(tree.value, dict):
            self._b.problem(tree.place, "", Mistake(code=ProblemCode.NOT_A_SCENE, high=VERSION))
            raise SceneError(self._b.problems)
        node = tree.value.get("scene")
        if node is None:
            self._b.problem(start, "scene", Mistake(code=ProblemCode.NO_VERSION, high=VERSION))
        elif node.value != VERSION or isinstance(node.value, bool):
            newer = isinstance(node.value, int | float) and node.value > VERSION
            code = ProblemCode.NEWER_VERSION if newer else ProblemCode.UNKNOWN_VERSION
            self._b.problem(node.place, "scene", Mistake(code=code, value=f"{node.plain()!r:.40}", high=VERSION))
        if self._b.problems:
            raise SceneError(self._b.problems)

    def _checks(self, entries: dict[str, Node], room: RoomReader, spec: WorldSpec | None) -> tuple[Check, ...]:
        if "expect" not in entries:
            return ()
        names = Names(
            people=tuple(keys_of(entries.get("people"))),
            sources=tuple(keys_of(entries.get("sounds"))),
            things=tuple(keys_of(entries.get("things"))),
            customers=tuple(one.name for one in spec.people if one.reacts == "customer") if spec is not None else (),
        )
        timeline = entries["timeline"].value if "timeline" in entries else []
        complete = isinstance(timeline, list) and len(timeline) == len(room.actions)
        reader = CheckReader(self._b, names=names, actions=room.actions, duration_s=room.duration_s, complete=complete)
        checks = reader.read(entries["expect"])
        if checks and all(check.may_fail for check in checks):
            self._b.problem(entries["expect"].place, "expect", Mistake(code=ProblemCode.NOTHING_COUNTS))
        return checks

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
                        mistake = Mistake(
                            code=ProblemCode.NOT_A_CHOICE, value=word, meant=similar(word, MODES), allowed=MODES
                        )
                        b.problem(entries[key].place, key, mistake)
        if "seeds" in entries:
            seeds = entries["seeds"].plain()
            whole = isinstance(seeds, int) and not isinstance(seeds, bool) and 1 <= seeds <= MAX_SEEDS
            if not whole and seeds != "auto":
                mistake = Mistake(code=ProblemCode.NOT_A_SEED_COUNT, value=f"{seeds!r:.40}", low=1, high=MAX_SEEDS)
                b.problem(entries["seeds"].place, "seeds", mistake)
            made["seeds"] = seeds
        if "pass_rate" in entries:
            rate = entries["pass_rate"].plain()
            if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0.5 <= rate <= 1:
                mistake = Mistake(code=ProblemCode.NOT_A_SHARE, value=f"{rate!r:.40}", low=0.5, high=1.0)
                b.problem(entries["pass_rate"].place, "pass_rate", mistake)
            made["pass_rate"] = rate
        return made
