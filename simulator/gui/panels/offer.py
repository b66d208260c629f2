"""A scene that somebody can begin with, as the gallery shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.scene.loader import Scene


@dataclass(frozen=True, slots=True)
class Offer:
    """One scene that can be opened."""

    title: str
    group: str
    read: Callable[[], Scene]  # raises SceneError or OSError
    open: Callable[[], object]
    detail: str = ""
