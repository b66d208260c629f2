"""What one picture says about one person, before the filter: the message between the parts of the eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import Box
from simulator.onboard.vision.head import HeadPose

BODY_FACE_DEG = 9.0  # a body this near to a face, at 1.5 m, is the same person
OTHER_DISTANCE = 1.7  # unless one is this many times as far away as the other


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
    look: tuple[float, float] | None = None  # of a body: how far beside it the close-up was aimed, and its focal length


def same_person(one: Observation, other: Observation) -> bool:
    """Whether two observations of one picture are of the same person.

    Two faces are when one lies in the other's box; a body and a face are when they are under about the same azimuth.
    """
    if one.kind == other.kind == "face":
        return _inside(one.box, other.box) or _inside(other.box, one.box)
    near, far = sorted((one.distance_m, other.distance_m))
    reach = max(4.0, BODY_FACE_DEG * 1.5 / max(near, 0.5)) if far < OTHER_DISTANCE * near else 4.0
    return distance_deg(one.azimuth_deg, other.azimuth_deg) < reach


def _inside(one: Box, other: Box) -> bool:
    """Whether the middle of a box lies in another, with a quarter to spare."""
    x, y = one.x + 0.5 * one.width, one.y + 0.5 * one.height
    return (
        other.x - 0.25 * other.width <= x <= other.x + 1.25 * other.width
        and other.y - 0.25 * other.height <= y <= other.y + 1.25 * other.height
    )
