"""Sets of knobs under a name: shipped ones, and those that a person keeps. A file holds only what differs from the defaults."""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from simulator.onboard.tuning import Tuning, TuningError, Value
from simulator.workbench.document import OWN
from simulator.world.assets import ASSETS

SHIPPED = ASSETS / "presets"
LARGEST_BYTES = 1 << 20  # all knobs there are take six kilobytes


class Presets:
    """All presets that there are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: list[str] | None = None
        self._read: dict[str, dict[str, Value]] = {}

    def names(self) -> list[str]:
        """Their names, shipped ones first."""
        if self._names is None:
            self._names = [path.stem for place in (SHIPPED, self._folder) for path in sorted(place.glob("*.json"))]
        return self._names

    def settings(self, name: str, base: Tuning) -> dict[str, Value]:
        """The knobs of a preset, as differences from the scene's own; raises TuningError for a file that does not fit."""
        if name == OWN:
            return {}
        if name not in self._read:
            self._read[name] = self._file(name)
        wanted = Tuning().patched(self._read[name])
        return {knob: theirs for knob, (_, theirs) in base.differences(wanted).items()}

    def save(self, name: str, values: dict[str, Value], *, about: str = "") -> Path:
        """Keep knobs under a name, with a sentence that says where they come from."""
        clean = cleaned(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{clean}.json"
        self._forget(clean)
        path.write_bytes(orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        if about:
            self._about(clean).write_text(about + "\n", encoding="utf-8")
        return path

    def own(self, name: str) -> bool:
        """Whether it is kept by a person, and so may be renamed and deleted."""
        return (self._folder / f"{name}.json").exists()

    def about(self, name: str) -> str:
        """Where its knobs come from."""
        try:
            return self._about(name).read_text(encoding="utf-8").strip()
        except OSError:
            return "" if self.own(name) else "Ships with Swivel"

    def delete(self, name: str) -> None:
        """Take one's own preset away."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)
        self._about(name).unlink(missing_ok=True)
        self._forget(name)

    def rename(self, name: str, to: str) -> str:
        """Give one's own preset another name; returns the name that it got. One that is taken is refused."""
        clean = cleaned(to)
        if clean != name:
            if clean in self.names() or clean == OWN:
                raise TuningError(f"there is a preset {clean} already")
            (self._folder / f"{name}.json").rename(self._folder / f"{clean}.json")
            if self._about(name).exists():
                self._about(name).rename(self._about(clean))
            self._forget(name)
        return clean

    def _about(self, name: str) -> Path:
        return self._folder / f"{name}.about.txt"

    def _forget(self, name: str) -> None:
        self._names = None
        self._read.pop(name, None)

    def _file(self, name: str) -> dict[str, Value]:
        for place in (self._folder, SHIPPED):
            path = place / f"{name}.json"
            if path.exists():
                return read_preset(path)
        raise TuningError(f"unknown preset {name}; there are {', '.join(self.names()) or 'none'}")


def cleaned(name: str) -> str:
    """A name that can be a file's."""
    return re.sub(r"[^\w \-.]", "", name).strip() or "preset"


def read_preset(path: Path) -> dict[str, Value]:
    """The knobs in a file; raises TuningError for one that is no preset, or whose knobs do not fit."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TuningError(f"{path}: not a preset file: larger than {LARGEST_BYTES} bytes")
        values = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise TuningError(f"{path}: not a preset file: {error}") from None
    if not isinstance(values, dict) or not all(isinstance(value, str | int | float) for value in values.values()):
        raise TuningError(f"{path}: not a preset file: it must hold knobs with a value each")
    try:
        Tuning().patched(values)
    except TuningError as error:
        raise TuningError(f"{path}: {error!s:.300}") from None
    return values
