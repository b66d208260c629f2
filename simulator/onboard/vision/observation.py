"""What one picture says about one person, before the filter: the message between the parts of the eyes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.onboard.angles import difference_deg, distance_deg, wrap_deg
from simulator.onboard.messages import Box
from simulator.onboard.vision.head import HeadPose

BODY_FACE_DEG: Final = 9.0  # a body this near to a face, at 1.5 m, is the same person
SPARE: Final = 0.1  # more would take whoever passes in front of somebody for them
OTHER_DISTANCE: Final = 1.7  # unless one is this many times as far away as the other


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
    foot_deg: float | None = None  # elevation of the lower end of somebody seen from head to foot
    sought: int | None = None  # the sighting that was looked for, and that this is, however roughly the place agrees
    look: tuple[float, float] | None = None  # of a body: how far beside it the close-up was aimed, and its focal length


def blended(one: Observation, other: Observation) -> Observation:
    """Two looks at the same body as one: each counts by how sure it is of the place."""
    azimuth_var, other_azimuth_var = one.azimuth_sigma_deg**2, other.azimuth_sigma_deg**2
    distance_var, other_distance_var = one.distance_sigma_m**2, other.distance_sigma_m**2
    aside = azimuth_var / (azimuth_var + other_azimuth_var)
    along = distance_var / (distance_var + other_distance_var)
    return replace(
        one,
        azimuth_deg=wrap_deg(one.azimuth_deg + aside * difference_deg(other.azimuth_deg, one.azimuth_deg)),
        distance_m=one.distance_m + along * (other.distance_m - one.distance_m),
        azimuth_sigma_deg=math.sqrt(aside * other_azimuth_var),
        distance_sigma_m=math.sqrt(along * other_distance_var),
    )


def same_person(one: Observation, other: Observation) -> bool:
    """Whether two observations of one picture are of the same person.

    Two faces are when one lies in the other's box; a body and a face are when they are under about the same azimuth.
    """
    if one.kind == other.kind == "face":
        return _inside(one.box, other.box) or _inside(other.box, one.box)
    return same_place((one.azimuth_deg, one.distance_m), (other.azimuth_deg, other.distance_m))


def same_place(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two places (azimuth in degrees, distance in metres) may be the face and the body of one person."""
    near, far = sorted((one[1], other[1]))
    reach = max(4.0, BODY_FACE_DEG * 1.5 / max(near, 0.5)) if far < OTHER_DISTANCE * near else 4.0
    return distance_deg(one[0], other[0]) < reach


def _inside(one: Box, other: Box) -> bool:
    """Whether the middle of a box lies in another, with a tenth to spare: two looks at one face agree better than that."""
    x, y = one.x + 0.5 * one.width, one.y + 0.5 * one.height
    return (
        other.x - SPARE * other.width <= x <= other.x + (1 + SPARE) * other.width
        and other.y - SPARE * other.height <= y <= other.y + (1 + SPARE) * other.height
    )
