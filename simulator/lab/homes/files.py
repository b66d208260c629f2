"""Random homes on disk: each a scene file of its own, so that it can be run, opened and edited like one that a person wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from simulator.scene.homes.home import home_name, home_text


def write_homes(folder: Path, seeds: Iterable[int], *, hard: float, story: str = "") -> list[Path]:
    """Write the homes of these seeds below a folder; raises HomeSeedError for a story or a hardness that there is not."""
    place = folder / f"homes-{hard:g}" / "scenes"
    place.mkdir(parents=True, exist_ok=True)
    found = []
    for seed in seeds:
        path = place / f"{home_name(seed)}{f'-{story}' if story else ''}.scene.yaml"
        text = home_text(seed, hard=hard, story=story)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        found.append(path)
    return found
