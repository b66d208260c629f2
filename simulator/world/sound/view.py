"""What the sound field is told each tick: plain frozen data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]


class Directivity(StrEnum):
    """How a source sends its sound around itself."""

    OMNI = "omni"
    MOUTH = "mouth"
    LOUDSPEAKER = "loudspeaker"
    SUBCARDIOID = "subcardioid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """One source during one tick; `samples` is what a microphone 1 m in front of it would hear in free air."""

    name: str
    position_m: Point
    facing_deg: float = 0.0  # direction of the room it faces, counter-clockwise from +x
    directivity: Directivity = Directivity.OMNI
    samples: NDArray[np.float32] | None = None  # 160 of them; None while silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """An upright block that sound must bend around: furniture, a person's body."""

    name: str
    x_m: float
    y_m: float
    width_m: float  # along its own x
    depth_m: float  # along its own y
    heading_deg: float = 0.0
    low_m: float = 0.0
    high_m: float = 1.0
    wearer: str = ""  # the source that belongs to it and is never shadowed by it


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundView:
    """Everything the field needs to know about one tick."""

    tick: int
    yaw_deg: float  # true yaw of the array
    rate_dps: float  # true speed of the motor, for its noise
    sources: tuple[SourceNow, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    own_loudspeaker: NDArray[np.float32] | None = None  # what the device itself plays; None while silent
