"""What the window remembers between sessions: theme, layout, recent scenes, autosaves. All in one folder of the user's."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from pydantic import JsonValue, TypeAdapter
from PySide6.QtCore import QDateTime, QStandardPaths, QTimeZone

VERSIONS_KEPT = 30
RECENT_KEPT = 12


@dataclass(slots=True)
class RememberedWindow:
    """How the window was left."""

    theme: str = "dark"
    recent: list[str] = field(default_factory=list)  # scenes, the newest first
    seen_tour: bool = False
    splitters: dict[str, list[int]] = field(default_factory=dict)  # the sizes of their parts in pixels
    place: tuple[int, int, int, int] | None = None  # x, y, width and height of the window on the screen
    maximized: bool = False
    sound: bool = True
    workspace: str = "tune"
    keys: dict[str, list[str]] = field(default_factory=dict)  # of commands that a person has given others
    calm: bool = False  # nothing moves by itself
    lengths: str = "m"  # how lengths are shown: m or ft
    follow_system: bool = False  # dark or light as the desktop is


_REMEMBERED: TypeAdapter[RememberedWindow] = TypeAdapter(RememberedWindow)


class Settings:
    """The user's folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _folder()
        self._path = self.folder / "window.json"
        self.values, self.first_start = RememberedWindow(), False
        try:
            self.values = _REMEMBERED.validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            self.first_start = True

    def save(self) -> None:
        """Write everything; a full disk is no reason to stop working."""
        try:
            _write(self._path, _REMEMBERED.dump_json(self.values, indent=2))
        except OSError:
            return

    def remember(self, path: Path) -> None:
        """Put a scene at the head of the recent ones."""
        text = str(path.resolve())
        self.values.recent = [text, *(one for one in self.values.recent if one != text)][:RECENT_KEPT]
        self.save()

    def autosave(self, scene: Path, data: Mapping[str, JsonValue]) -> Path:
        """Keep a version of the work on a scene; old ones make room."""
        place = self._versions(scene)
        now = QDateTime.currentDateTimeUtc()
        stamps = (now.addMSecs(later).toString("yyyyMMdd-HHmmss-zzz") for later in range(1000))
        path = next(one for stamp in stamps if not (one := place / f"{stamp}.json").exists())
        _write(path, orjson.dumps({"scene": str(scene), **data}, option=orjson.OPT_INDENT_2))
        for old in sorted(place.glob("*.json"))[:-VERSIONS_KEPT]:
            old.unlink(missing_ok=True)
        return path

    def versions(self, scene: Path) -> list[tuple[str, Path]]:
        """The kept versions of a scene, newest first, with their local time in words."""
        found = []
        for path in sorted(self._versions(scene).glob("*.json"), reverse=True):
            moment = QDateTime.fromString(path.stem, "yyyyMMdd-HHmmss-zzz")
            moment.setTimeZone(QTimeZone.utc())
            found.append((moment.toLocalTime().toString("d MMM, HH:mm:ss"), path))
        return found

    @staticmethod
    def read(path: Path) -> dict[str, JsonValue]:
        """A kept version; empty when the file is damaged."""
        try:
            data: dict[str, JsonValue] = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return {}
        return data

    def _versions(self, scene: Path) -> Path:
        key = hashlib.sha256(str(scene.resolve()).encode()).hexdigest()[:16]
        return self.folder / "versions" / key


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _folder() -> Path:
    chosen = os.environ.get("SWIVEL_HOME")
    if chosen:
        return Path(chosen)
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)) / "swivel"
