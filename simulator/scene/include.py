"""`use:` puts other files of the scene folder under a scene: homes, devices, shared checks. Nothing outside can be reached.

The scene wins over what it uses, entry by entry; timelines and checks add up. Each value keeps the place it was written at.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

from simulator.scene.errors import SceneError
from simulator.scene.mistakes import Mistake, ProblemCode
from simulator.scene.model_builder import Builder
from simulator.scene.tree import MAX_BYTES, Node, read_tree

MAX_INCLUDES = 16
MAX_INCLUDE_DEPTH = 4
# What a scene says of itself alone; an include may not.
OWN_KEYS = frozenset({"name", "claim", "tags", "seeds", "pass_rate", "modes", "duration"})
# Entries of these are found one level down and replaced one by one.
_MERGED = frozenset({"room", "device", "facts", "people", "sounds", "things", "params", "tuning"})
_NAMED = frozenset({"people", "sounds", "things", "params"})
_ADDED = frozenset({"timeline", "expect"})
# Where the modes lie that people have taught: `mode: cooking` uses taught/cooking.yaml.
TAUGHT = "taught"


def scene_root(path: Path) -> Path:
    """The folder that `use:` paths start from: the nearest folder above that is called scenes, else the scene's own."""
    here = path.absolute().parent
    return next((folder for folder in (here, *here.parents) if folder.name == "scenes"), here)


def shown_root(path: Path) -> str:
    """The scene folder as the caller wrote it, so that errors in used files can be clicked; "" for the current folder."""
    for folder in (path.parent, *path.parent.parents):
        if folder.name == "scenes":
            return f"{folder}/"
    absolute = scene_root(path)
    if absolute.name == "scenes":
        return f"{absolute}/"
    return f"{path.parent}/" if path.parent.parts else ""


class Library:
    """Where the used files come from: a folder, or texts that are already at hand (those of a recording)."""

    def __init__(self, *, root: Path | None = None, texts: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._texts = dict(texts or {})
        self.used: dict[str, str] = {}

    def refuse(self, name: str) -> str:
        """Why a name may not be used; empty when it may."""
        pure = PurePosixPath(name)
        if not name or "\\" in name or "\0" in name or ":" in name or name.startswith("~"):
            return "must be a plain path inside the scene folder, such as homes/kitchen-wall.yaml"
        if pure.is_absolute() or ".." in pure.parts or "." in name.split("/") or "" in name.split("/"):
            return "must stay inside the scene folder: no /, .. or . parts"
        if pure.suffix not in (".yaml", ".yml"):
            return "must end in .yaml"
        return ""

    def text(self, name: str) -> str | bytes:
        """The content of a used file; raises OSError with a plain reason."""
        if name in self._texts:
            self.used[name] = self._texts[name]
            return self._texts[name]
        if self._root is None:
            raise FileNotFoundError("there is no such file beside this scene")
        root = self._root.resolve()
        path = root.joinpath(*PurePosixPath(name).parts)
        step = root
        for part in PurePosixPath(name).parts:
            step = step / part
            if step.is_symlink():
                raise PermissionError("links are not followed")
        if not path.is_file() or not path.resolve().is_relative_to(root):
            raise FileNotFoundError("there is no such file in the scene folder" + self._offer(root))
        # Windows and macOS would open Homes/Kitchen.yaml for homes/kitchen.yaml; then the scene fails elsewhere.
        if path.name not in {entry.name for entry in path.parent.iterdir()}:
            raise FileNotFoundError("the file is there under another spelling of capitals")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        self.used[name] = content.decode("utf-8", "replace")
        return content

    @staticmethod
    def _offer(root: Path) -> str:
        found = sorted(
            p.relative_to(root).as_posix()
            for folder in ("homes", "devices", TAUGHT)
            for p in root.glob(f"{folder}/*.yaml")
        )
        return f"; there are {', '.join(found[:12])}" if found else ""


class Includer:
    """Lays a scene over everything it uses."""

    def __init__(self, builder: Builder, library: Library, *, prefix: str) -> None:
        self._builder, self._library, self._prefix = builder, library, prefix
        self._count = 0

    def merged(self, node: Node, *, trail: tuple[str, ...] = ()) -> dict[str, Node]:
        """The entries of a file over those of the files it uses."""
        entries = dict(self._builder.mapping(node, "") or {})
        use = self._with_mode(entries.pop("use", None), entries.pop("mode", None))
        if trail:
            for key in sorted(OWN_KEYS & set(entries)):
                self._builder.problem(entries[key].where, key, Mistake(code=ProblemCode.NOT_IN_A_USED_FILE))
                del entries[key]
        if use is None:
            return entries
        under: dict[str, Node] = {}
        for at, item in enumerate(self._builder.items(use, "use") or []):
            name = self._builder.text(item, f"use.{at}")
            if name is not None:
                under = _over(self._used(name, item, f"use.{at}", trail), under)
        return _over(entries, under)

    def _with_mode(self, use: Node | None, mode: Node | None) -> Node | None:
        """The used files, with that of a taught mode over them."""
        name = None if mode is None else self._builder.text(mode, "mode")
        if mode is None or name is None:
            return use
        file = Node(value=f"{TAUGHT}/{name}.yaml", place=mode.place)
        files = [] if use is None else self._builder.items(use, "use") or []
        return Node(value=[*files, file], place=mode.place if use is None else use.place)

    def _used(self, name: str, node: Node, path: str, trail: tuple[str, ...]) -> dict[str, Node]:
        why = self._library.refuse(name)
        self._count += 1
        if not why and name in trail:
            why = f"uses itself: {' > '.join([*trail, name])}"
        if not why and len(trail) >= MAX_INCLUDE_DEPTH:
            why = f"files may use files only {MAX_INCLUDE_DEPTH} deep"
        if not why and self._count > MAX_INCLUDES:
            why = f"at most {MAX_INCLUDES} files may be used"
        if not why:
            try:
                text = self._library.text(name)
            except OSError as error:
                why = error.strerror or str(error)
        if why:
            self._builder.problem(node.place, path, Mistake(code=ProblemCode.BAD_USE, value=name[:80], detail=why))
            return {}
        try:
            tree = _used_tree(text, self._prefix + name)
        except SceneError as error:
            self._builder.problems.extend(error.problems)
            return {}
        return self.merged(tree, trail=(*trail, name))


@lru_cache(maxsize=64)
def _used_tree(text: str | bytes, file: str) -> Node:
    """A used file, read once: a few homes are used by two hundred scenes. Nothing changes a tree once it is read."""
    return read_tree(text, file=file)


def _over(top: dict[str, Node], under: dict[str, Node]) -> dict[str, Node]:
    made = dict(under)
    for key, node in top.items():
        below = under.get(key)
        if below is None:
            made[key] = node
        elif key in _MERGED and isinstance(node.value, dict) and isinstance(below.value, dict):
            entries = _entries_over(node.value, below.value, named=key in _NAMED)
            made[key] = Node(value=entries, place=node.place, key_place=node.key_place)
        elif key in _ADDED and isinstance(node.value, list) and isinstance(below.value, list):
            made[key] = Node(value=[*below.value, *node.value], place=node.place, key_place=node.key_place)
        else:
            made[key] = node
    return made


def _entries_over(top: dict[str, Node], under: dict[str, Node], *, named: bool) -> dict[str, Node]:
    made = dict(under)
    for key, node in top.items():
        below = made.get(key)
        if named and node.value == "none":  # `vase: none` takes away what the home had put there
            made.pop(key, None)
            if below is None:
                made[key] = node
        elif below is not None and isinstance(node.value, dict) and isinstance(below.value, dict):
            made[key] = Node(value={**below.value, **node.value}, place=node.place, key_place=node.key_place)
        else:
            made[key] = node
    return made
