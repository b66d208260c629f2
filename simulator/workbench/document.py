"""What a person works on: a scene's text, two sets of knobs (A and B), what was done to the run live, bookmarks and loop.

Plain data without Qt. Every change goes through `History`, so that it can be undone, is named, and survives a restart.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import JsonValue, TypeAdapter

from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.tuning import Tuning, Value, leaf_at
from simulator.runtime.orders.run_messages import Command
from simulator.scene.include import scene_root
from simulator.scene.loader import Scene, loads
from simulator.workbench.history import History, UndoStep

Slot = Literal["A", "B"]
SLOTS: tuple[Slot, ...] = ("A", "B")
OWN = "Scene's own"


class Bookmark(NamedTuple):
    """A moment with a name."""

    tick: int
    name: str


@dataclass(slots=True)
class DocumentState:
    """Everything that is saved and undone."""

    text: str = ""
    settings: dict[str, dict[str, Value]] = field(default_factory=lambda: {"A": {}, "B": {}})
    preset: dict[str, str] = field(default_factory=lambda: {"A": OWN, "B": OWN})
    commands: list[Command] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    loop: tuple[int, int] | None = None  # first and last tick; None plays the whole scene

    @staticmethod
    def fresh(text: str) -> dict[str, JsonValue]:
        """A file on which nothing was done, as it is kept among the versions."""
        state: JsonValue = _STATE.dump_python(DocumentState(text=text), mode="json")
        return {"state": state, "history": None, "file": fingerprint(text)}


@dataclass(frozen=True, slots=True)
class TextAndSettings:
    """A scene's text together with both sets of knobs."""

    text: str
    settings: dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class NamedKnobs:
    """A set of knobs with the name of the preset that it came from."""

    name: str
    knobs: dict[str, Value]


_STATE: TypeAdapter[DocumentState] = TypeAdapter(DocumentState)
# What a step of the history holds of each part.
_TEXT: TypeAdapter[str] = TypeAdapter(str)
_SETTINGS: TypeAdapter[dict[str, Value]] = TypeAdapter(dict[str, Value])
_WHOLE: TypeAdapter[TextAndSettings] = TypeAdapter(TextAndSettings)
_PRESET: TypeAdapter[NamedKnobs] = TypeAdapter(NamedKnobs)
_LOOP: TypeAdapter[tuple[int, int] | None] = TypeAdapter(tuple[int, int] | None)
_COMMANDS: TypeAdapter[list[Command]] = TypeAdapter(list[Command])
_BOOKMARKS: TypeAdapter[list[Bookmark]] = TypeAdapter(list[Bookmark])


def fingerprint(text: str) -> str:
    """Tells whether a file is still the one that work was kept on."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Document:
    """One open scene."""

    def __init__(self) -> None:
        self.path = Path("scene.yaml")
        self.state = DocumentState()
        self.scene: Scene | None = None
        self.slot: Slot = "A"
        self.saved_text = ""
        self.history = History(self._apply)
        self.on_change: list[Callable[[str], object]] = []  # called with the part that changed

    @property
    def text(self) -> str:
        """The scene as it is written now."""
        return self.state.text

    @property
    def loop(self) -> tuple[int, int] | None:
        """First and last tick of the part that is played; None for the whole scene."""
        return self.state.loop

    @property
    def bookmarks(self) -> list[Bookmark]:
        """Moments with names."""
        return self.state.bookmarks

    @property
    def undo_text(self) -> str:
        """What undo would take back; empty when there is nothing."""
        return self.history.undo_text

    @property
    def redo_text(self) -> str:
        """What redo would do; empty when there is nothing."""
        return self.history.redo_text

    @property
    def edited(self) -> bool:
        """Whether the scene's text differs from its file."""
        return self.state.text != self.saved_text

    @property
    def changes_words(self) -> str:
        """How the work differs from its file; empty when it does not."""
        changed = len(self.state.settings[self.slot]) if self.scene is not None else 0
        knobs = f"{changed} knob{'s' if changed != 1 else ''} changed" if changed else ""
        return " · ".join(filter(None, ("edited" if self.scene is not None and self.edited else "", knobs)))

    @property
    def base(self) -> Tuning:
        """The knobs as the scene file sets them: what a tick on a slider marks."""
        return self.scene.tuning if self.scene else Tuning()

    def tuning(self, slot: Slot | None = None) -> Tuning:
        """The knobs of a slot."""
        return self.base.patched(self.state.settings[slot or self.slot])

    @property
    def duration_ticks(self) -> int:
        """How long the scene is."""
        return round(self.scene.spec.duration_s * TICKS_PER_S) if self.scene else 0

    def open(self, path: Path, text: str, *, kept: Mapping[str, JsonValue] | None = None) -> None:
        """Begin a document, with the work that was kept on this very file; raises SceneError when it cannot be."""
        scene = loads(text, path=path, root=scene_root(path))
        self.path, self.scene, self.saved_text = path, scene, text
        self.state = DocumentState(text=text)
        self.slot = "A"
        self.history.clear()
        if kept is not None and kept.get("file") == fingerprint(text):
            try:
                self.restore(kept)
            except (
                ValueError,
                TypeError,
                KeyError,
            ):  # kept by another version of this program: the file itself is whole
                self.state = DocumentState(text=text)
                self.history.clear()
        self._tell("all")

    def open_run(self, path: Path, text: str, *, tuning: Tuning, by_hand: Iterable[Command]) -> None:
        """Begin with what a recording holds: its scene, its knobs as they were at the end, and what was done by hand."""
        self.scene, self.path, self.saved_text = loads(text, path=path, root=scene_root(path)), path, text
        self.state = DocumentState(text=text, commands=list(by_hand))
        self.state.settings["A"] = {knob: theirs for knob, (_, theirs) in self.scene.tuning.differences(tuning).items()}
        self.slot = "A"
        self.history.clear()
        self._tell("all")

    def restore(self, data: Mapping[str, JsonValue]) -> None:
        """Take over an autosaved state and its history."""
        state = _STATE.validate_python(data["state"])
        scene = loads(state.text, path=self.path, root=scene_root(self.path))
        self.state, self.scene = state, scene
        self.history.load(data.get("history"))
        self._tell("all")

    def repro_command(self, *, seed: int, mode: str) -> str:
        """The command line that runs this scene with these knobs."""
        return f"swivel run {self.path} --seed {seed} --mode {mode}{self._knob_options()}"

    def moment_command(self, tick: int) -> str:
        """The command line that opens the window at a moment, with these knobs."""
        return f"swivel gui {shlex.quote(str(self.path))} --at {tick * TICK_S:.2f}{self._knob_options()}"

    def _knob_options(self) -> str:
        return "".join(f" --set {path}={value}" for path, value in sorted(self.state.settings[self.slot].items()))

    def to_data(self) -> dict[str, JsonValue]:
        """As plain data for the autosave."""
        return {
            "state": _STATE.dump_python(self.state, mode="json"),
            "history": self.history.to_data(),
            "file": fingerprint(self.saved_text),
        }

    # --- changes ------------------------------------------------------------------------------------------------------

    def set_knobs(self, changes: Mapping[str, Value], *, gesture: str = "") -> None:
        """Turn knobs of the active slot; raises TuningError when the values do not fit together."""
        base, before = self.base, self.state.settings[self.slot]
        now = self.tuning()
        now.patched(changes)
        after = {path: value for path, value in {**before, **changes}.items() if base.value(path) != value}
        if after == before:
            return
        start = self.history.start_of(gesture)
        was = now if start is None else base.patched(_SETTINGS.validate_python(start))
        self._do(self._words(was, changes), f"settings.{self.slot}", dict(before), after, gesture)

    def take_settings(self, values: dict[str, Value], *, name: str, text: str) -> None:
        """Replace all knobs of the active slot, as a preset does."""
        self.base.patched(values)
        kept = {path: value for path, value in values.items() if self.base.value(path) != value}
        before = {"name": self.state.preset[self.slot], "knobs": dict(self.state.settings[self.slot])}
        self._do(text, f"settings_preset.{self.slot}", before, {"name": name, "knobs": kept})

    def copy_slot(self, source: Slot, target: Slot) -> None:
        """Give one slot the knobs of the other."""
        values = dict(self.state.settings[source])
        self._do(f"Copy {source} to {target}", f"settings.{target}", dict(self.state.settings[target]), values)

    def take_saved(self, text: str) -> None:
        """The text as it was written, with the active knobs in it: they are the scene's own from now on. Undo takes them out again."""
        if text != self.state.text:
            before = {
                "text": self.state.text,
                "settings": {slot: dict(values) for slot, values in self.state.settings.items()},
            }
            kept = loads(text, path=self.path, root=scene_root(self.path)).tuning
            other: Slot = "B" if self.slot == "A" else "A"
            theirs = {path: value for path, (_, value) in kept.differences(self.tuning(other)).items()}
            settings = {self.slot: {}, other: theirs if self.state.settings[other] else {}}
            self._do("Save the knobs into the scene", "whole", before, {"text": text, "settings": settings})

    def set_text(self, text: str, *, words: str, gesture: str = "") -> None:
        """Change the scene; raises SceneError and changes nothing when the text is not a scene."""
        loads(text, path=self.path, root=scene_root(self.path))
        self._do(words, "text", self.state.text, text, gesture)

    def set_commands(self, commands: list[Command], *, words: str) -> None:
        """Change what was done to the run live."""
        before, after = (_COMMANDS.dump_python(one, mode="json") for one in (self.state.commands, commands))
        self._do(words, "commands", before, after)

    def set_bookmarks(self, bookmarks: list[Bookmark], *, words: str) -> None:
        """Change the bookmarks."""
        before, after = ([list(mark) for mark in one] for one in (self.state.bookmarks, sorted(bookmarks)))
        self._do(words, "bookmarks", before, after)

    def set_loop(self, loop: tuple[int, int] | None, *, gesture: str = "") -> None:
        """Play only a part over and over, or the whole."""
        words = "Play the whole scene" if loop is None else f"Loop {loop[0] / 100:.1f}–{loop[1] / 100:.1f} s"
        before, after = (None if one is None else list(one) for one in (self.state.loop, loop))
        self._do(words, "loop", before, after, gesture)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _do(self, text: str, part: str, before: object, after: object, gesture: str = "") -> None:
        self.history.do(UndoStep(text=text, part=part, before=before, after=after, mark=gesture))

    def _apply(self, part: str, value: object) -> None:
        name, _, slot = part.partition(".")
        match name:
            case "text":
                text = _TEXT.validate_python(value)
                self.scene = loads(text, path=self.path, root=scene_root(self.path))
                self.state.text = text
            case "whole":
                both = _WHOLE.validate_python(value)
                self.scene = loads(both.text, path=self.path, root=scene_root(self.path))
                self.state.text, self.state.settings = both.text, both.settings
            case "settings":
                self.state.settings[slot] = _SETTINGS.validate_python(value)
            case "settings_preset":
                preset = _PRESET.validate_python(value)
                self.state.preset[slot], self.state.settings[slot] = preset.name, preset.knobs
            case "commands":
                self.state.commands = _COMMANDS.validate_python(value)
            case "bookmarks":
                self.state.bookmarks = _BOOKMARKS.validate_python(value)
            case "loop":
                self.state.loop = _LOOP.validate_python(value)
            case _:
                raise ValueError(f"a document has no part {part!r}")
        self._tell(part)

    def _tell(self, part: str) -> None:
        for listener in self.on_change:
            listener(part)

    def _words(self, now: Tuning, changes: Mapping[str, Value]) -> str:
        if len(changes) > 1:
            return f"Set {len(changes)} knobs"
        (path, value), leaf = next(iter(changes.items())), leaf_at(next(iter(changes)))
        if isinstance(value, bool | str):
            return f"Set {leaf.label} to {('on' if value else 'off') if isinstance(value, bool) else value}"
        return f"Set {leaf.label}: {now.value(path):g} → {value:g} {leaf.unit}".rstrip()
