"""What one picture says about one person, before the filter: the message between the parts of the eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.onboard.messages import Box
from simulator.onboard.vision.head import HeadPose


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One detected person in one picture."""

    kind: Literal["face", "body"]
    azimuth_deg: float
    distance_m: float
    elevation_deg: float  # of the face over the lens
    azimuth_sigma_deg: float
    distance_sigma_m: float
    score: float
    box: Box
    head: HeadPose | None = None  # None without a usable face
    points: tuple[tuple[float, float], ...] = ()  # of the face, as shares of its box
