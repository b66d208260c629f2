"""Scenes to begin with: six templates, and a place in the user's folder for what is made of them."""

from __future__ import annotations

from pathlib import Path

from simulator.world.assets import ASSETS

TEMPLATES = ASSETS / "templates"
SUFFIX = ".scene.yaml"


def templates() -> list[Path]:
    """In the order in which they are offered."""
    return sorted(TEMPLATES.glob(f"*{SUFFIX}"))


def title(path: Path) -> str:
    """A scene's file as a person calls it."""
    stem = path.name.removesuffix(SUFFIX)
    number, _, rest = stem.partition("-")
    return (rest if number.isdigit() and rest else stem).replace("-", " ").replace("_", " ")


def with_suffix(path: Path) -> Path:
    """The path with the ending that every scene has, whatever of it was typed."""
    name = path.name
    for ending in (SUFFIX, ".scene.yml", ".yaml", ".yml", ".scene"):
        if name.endswith(ending):
            name = name.removesuffix(ending)
            break
    return path.with_name(name + SUFFIX)


def begin(template: Path, folder: Path) -> Path:
    """A new file like a template, under a name that is free."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = title(template).replace(" ", "-")
    free = (folder / f"{stem}{number}{SUFFIX}" for number in ["", *(f"-{count}" for count in range(2, 1000))])
    path = next(one for one in free if not one.exists())
    path.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    return path
