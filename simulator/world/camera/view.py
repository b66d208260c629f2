"""The state of the world at the moment a picture is taken, and the truth that goes with that picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.world.truth import SeenTruth

Light = Literal["day", "evening", "lamp", "dim", "dark"]
View = Literal["eye", "third", "above"]  # of people: from somebody's eyes, from a corner, from the ceiling


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person at that moment; directions are of the room."""

    name: str
    look: str
    x_m: float
    y_m: float
    body_deg: float
    head_deg: float
    head_pitch_deg: float = 0.0  # up positive
    posture: Literal["standing", "sitting"] = "standing"
    stride_rad: float | None = None  # phase of the steps, two steps a turn; None while not walking
    mouth_open: float = 0.0  # 0 closed, 1 wide


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingView:
    """One thing at that moment; what it is comes from the world's description, by name."""

    name: str
    x_m: float
    y_m: float
    angle_deg: float = 0.0
    tipped: bool = False
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView:
    """Everything that a picture depends on."""

    tick: int
    yaw_deg: float  # true yaw of the screen, at mid exposure
    rate_dps: float  # true yaw rate: what blurs the picture and slants a rolling shutter
    light: Light = "day"
    people: tuple[PersonView, ...] = ()
    things: tuple[ThingView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTruth:
    """What is really in one picture."""

    tick: int
    seen: tuple[SeenTruth, ...]
    drawn_by: Literal["gl", "sprites"]
    blur_px: float = 0.0  # length of the smear in the middle of the picture
