"""A taught mode as files: a preset for the window and `--preset`, and one that scenes name with `mode:`; both say where they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.onboard.tuning import Tuning, Value
from simulator.workbench.teach.fit import Fit
from simulator.workbench.teach.ways import settings

NAME = r"[a-z][a-z0-9-]{0,39}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtMode:
    """A mode and what it was taught from."""

    name: str
    changes: dict[str, Value]
    lessons: tuple[str, ...]  # the runs
    before_deg: float
    after_deg: float


def taught_mode(name: str, found: Fit, lessons: Sequence[str]) -> TaughtMode:
    """The mode that a fit came to; raises ValueError for a name that cannot be a file's."""
    check_name(name)
    return TaughtMode(
        name=name,
        changes=settings(found.point, Tuning()).changed(),
        lessons=tuple(lessons),
        before_deg=round(found.before_deg, 2),
        after_deg=round(found.after_deg, 2),
    )


def check_name(name: str) -> None:
    """Raise ValueError for a name that cannot be a file's."""
    if not re.fullmatch(NAME, name):
        raise ValueError(f"mode {name!r}: must be lower-case letters, digits and -, at most 40, as in cooking")


def write(mode: TaughtMode, folder: Path) -> tuple[Path, Path]:
    """Write both files; returns the preset and the file for scenes."""
    folder.mkdir(parents=True, exist_ok=True)
    preset, scene_file = folder / f"{mode.name}.json", folder / f"{mode.name}.yaml"
    preset.write_text(json.dumps(mode.changes, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    lines = [
        f"# A taught mode, from lessons in {', '.join(mode.lessons) or 'no run'}.\n",
        f"# Mean distance to what was shown: {mode.before_deg:g}° before, {mode.after_deg:g}° after.\n",
        "scene: 1\n",
        *(["tuning:\n"] if mode.changes else []),
        *(f"  {path}: {value}\n" for path, value in sorted(mode.changes.items())),
    ]
    scene_file.write_text("".join(lines), encoding="utf-8")
    return preset, scene_file
