"""Sets of knobs under a name: shipped ones, and those that a person keeps. A file holds only what differs from the defaults."""

from __future__ import annotations

import re
from pathlib import Path

import orjson

from simulator.gui.theme import ASSETS
from simulator.onboard.tuning import Tuning, TuningError, Value

SHIPPED = ASSETS / "presets"
OWN = "Scene's own"


class Presets:
    """All presets that there are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Their names, shipped ones first."""
        return [path.stem for place in (SHIPPED, self._folder) for path in sorted(place.glob("*.json"))]

    def settings(self, name: str, base: Tuning) -> dict[str, Value]:
        """The knobs of a preset, as differences from the scene's own; raises TuningError for a file that does not fit."""
        if name == OWN:
            return {}
        for place in (self._folder, SHIPPED):
            path = place / f"{name}.json"
            if path.exists():
                try:
                    wanted = Tuning().patched(orjson.loads(path.read_bytes()))
                except (orjson.JSONDecodeError, AttributeError, TypeError) as error:
                    raise TuningError(f"{path}: is no preset: {error}") from None
                return {knob: theirs for knob, (_, theirs) in base.differences(wanted).items()}
        raise TuningError(f"there is no preset {name}")

    def save(self, name: str, values: dict[str, Value]) -> Path:
        """Keep knobs under a name."""
        clean = re.sub(r"[^\w \-.]", "", name).strip() or "preset"
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{clean}.json"
        path.write_bytes(orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        return path
