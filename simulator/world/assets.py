"""Where the project's own files lie: beside the code in a checkout, installed beside the packages otherwise."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def folder(name: str) -> Path:
    """The folder `assets` or `scenes`."""
    beside = CHECKOUT / name
    if beside.is_dir():
        return beside
    installed = find_spec(f"swivel_{name}")
    places = list(installed.submodule_search_locations or ()) if installed is not None else []
    if not places:
        raise FileNotFoundError(2, "is missing from this installation of Swivel", str(beside))
    return Path(places[0])


ASSETS = folder("assets")
SCENES = folder("scenes")


@cache
def voice_names() -> tuple[str, ...]:
    """The voices that people of a scene can have."""
    return tuple(sorted(place.name for place in (ASSETS / "voices").iterdir() if place.is_dir()))
