"""Random homes on disk: each a scene file of its own, so that it can be run, opened and edited like one that a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from simulator.scene.homes.home import home_name, home_text
from simulator.scene.homes.household import Visit


def write_homes(folder: Path, seeds: Iterable[int], *, hard: float, story: str = "") -> list[Path]:
    """Write the homes of these seeds below a folder; raises HomeSeedError for a story or a hardness that there is not."""
    place = folder / f"homes-{hard:g}" / "scenes"
    place.mkdir(parents=True, exist_ok=True)
    found = []
    for seed in seeds:
        path = place / f"{home_name(seed)}{f'-{story}' if story else ''}.scene.yaml"
        text = home_text(seed, hard=hard, story=story)
        _write(path, text)
        found.append(path)
    return found


def write_household(folder: Path, visits: Sequence[Visit]) -> list[Path]:
    """Write the visits of a household below a folder, in order of time; two in one minute get a number."""
    place = folder / "scenes"
    place.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    for visit in visits:
        name = f"day-{visit.day + 1:02d}-{visit.minute // 60:02d}{visit.minute % 60:02d}"
        path = place / f"{name}.scene.yaml"
        if path in found:
            path = place / f"{name}-{found.count(path) + 1}.scene.yaml"
        _write(path, visit.text)
        found.append(path)
    return found


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
