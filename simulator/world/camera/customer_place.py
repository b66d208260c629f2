"""From where people see the room: without the renderer, so that the window can say it without loading one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.world.camera.view import View

# As a person of the scene, as nobody, on foot, or from a person's place but always at the display, as whoever is asked about it looks.
Place = View | Literal["walk", "watch"]
EYES_UP_WALKING_M = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """From where and how a picture is taken."""

    view: Place = "eye"
    who: str = ""  # whose eyes; empty for the first person
    pixels: tuple[int, int] = (960, 540)
    finer: int = 1  # draw everything so much larger and average: for stills and films
    eye: tuple[float, float, float] = (1.0, 1.0, EYES_UP_WALKING_M)  # of somebody who walks about: where
    direction_deg: float = 0.0  # and looks
    pitch_deg: float = 0.0
