"""Turning angles: the only place that knows that a circle has 360 degrees.

Three words are kept apart everywhere. *Azimuth* is where something is, relative to the base, wrapped to (-180, 180].
*Bearing* is where it is relative to the screen. *Yaw* is where the screen points relative to the base; it is bounded by
the range of motion and never wrapped, because a cable or a wall makes +170 and -190 different places to stand.
Degrees, counter-clockwise positive seen from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FULL_TURN_DEG: Final = 360.0
HALF_TURN_DEG: Final = 180.0


def wrap_deg(angle_deg: float) -> float:
    """Bring any angle into (-180, 180]; not-a-number stays not-a-number.

    >>> wrap_deg(190.0), wrap_deg(-180.0), wrap_deg(720.0)
    (-170.0, 180.0, 0.0)
    """
    if -HALF_TURN_DEG < angle_deg <= HALF_TURN_DEG:
        return angle_deg
    if not math.isfinite(angle_deg):
        return math.nan
    wrapped = math.fmod(angle_deg, FULL_TURN_DEG)
    if wrapped > HALF_TURN_DEG:
        wrapped -= FULL_TURN_DEG
    elif wrapped <= -HALF_TURN_DEG:
        wrapped += FULL_TURN_DEG
    return wrapped


def wrap_all_deg(angles_deg: ArrayLike) -> NDArray[np.float64]:
    """Bring all angles of an array into (-180, 180]."""
    wrapped = (np.asarray(angles_deg, dtype=np.float64) + HALF_TURN_DEG) % FULL_TURN_DEG - HALF_TURN_DEG
    return np.where(wrapped == -HALF_TURN_DEG, HALF_TURN_DEG, wrapped)


def positive_deg(angle_deg: float) -> float:
    """Bring any angle into [0, 360), as a compass counts."""
    return angle_deg % FULL_TURN_DEG


def positive_all_deg(angles_deg: ArrayLike) -> NDArray[np.float64]:
    """Bring all angles of an array into [0, 360)."""
    return np.asarray(angles_deg, dtype=np.float64) % FULL_TURN_DEG


def difference_deg(a_deg: float, b_deg: float) -> float:
    """The signed turn from b to a, the short way round.

    >>> difference_deg(170.0, -170.0)  # 20° to the right, not 340° to the left
    -20.0
    """
    return wrap_deg(a_deg - b_deg)


def distance_deg(a_deg: float, b_deg: float) -> float:
    """How far apart two directions are, 0 to 180."""
    return abs(wrap_deg(a_deg - b_deg))


def bearing_deg(*, azimuth_deg: float, yaw_deg: float) -> float:
    """Where a direction of the room appears as seen from the screen."""
    return wrap_deg(azimuth_deg - yaw_deg)


def azimuth_deg(*, bearing_deg: float, yaw_deg: float) -> float:
    """Where in the room something is that the screen sees under a bearing."""
    return wrap_deg(bearing_deg + yaw_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeOfMotion:
    """The arc the screen may use, as the customer set it up: min_deg to max_deg of yaw, at most one full turn.

    >>> arc = RangeOfMotion(min_deg=-120.0, max_deg=120.0)
    >>> arc.clamp_yaw_deg(170.0)
    120.0
    >>> arc.contains_azimuth(-170.0), arc.outside_by_deg(-170.0)
    (False, 50.0)
    """

    min_deg: float
    max_deg: float

    def __post_init__(self) -> None:
        """Refuse an arc that is empty, unbounded or wider than a full turn."""
        if not (math.isfinite(self.min_deg) and math.isfinite(self.max_deg)):
            raise ValueError(f"range of motion {self.min_deg} to {self.max_deg}: both ends must be numbers")
        if not self.min_deg <= self.max_deg <= self.min_deg + FULL_TURN_DEG:
            raise ValueError(
                f"range of motion {self.min_deg:g} to {self.max_deg:g}: "
                "the end must be at or after the start and at most 360° from it"
            )

    @property
    def width_deg(self) -> float:
        """Width of the arc."""
        return self.max_deg - self.min_deg

    @property
    def centre_deg(self) -> float:
        """The yaw in the middle of the arc."""
        return 0.5 * (self.min_deg + self.max_deg)

    def clamp_yaw_deg(self, yaw_deg: float) -> float:
        """The nearest yaw inside the range."""
        return min(max(yaw_deg, self.min_deg), self.max_deg)

    def contains_yaw(self, yaw_deg: float, *, slack_deg: float = 0.0) -> bool:
        """Whether the screen may point there."""
        return self.min_deg - slack_deg <= yaw_deg <= self.max_deg + slack_deg

    def contains_azimuth(self, azimuth_deg: float, *, slack_deg: float = 0.0) -> bool:
        """Whether some allowed yaw points at this direction of the room."""
        return self.outside_by_deg(azimuth_deg) <= slack_deg

    def outside_by_deg(self, azimuth_deg: float) -> float:
        """How far a direction lies outside the arc; 0 inside."""
        half_width_deg = 0.5 * self.width_deg
        return max(0.0, distance_deg(azimuth_deg, self.centre_deg) - half_width_deg)

    def yaw_towards_deg(self, azimuth_deg: float, *, from_yaw_deg: float) -> float:
        """The yaw inside the range that points best at an azimuth.

        Where two yaws point there (a range of nearly a full turn), the one nearer to where the screen is now wins. The
        straight way between two yaws inside an interval stays inside it, so no turn ever crosses the stop.
        """
        if not math.isfinite(azimuth_deg):
            raise ValueError(f"azimuth {azimuth_deg}: must be a number")
        near_deg = self.centre_deg + difference_deg(azimuth_deg, self.centre_deg)
        candidates = [self.clamp_yaw_deg(near_deg + turns * FULL_TURN_DEG) for turns in (-1, 0, 1)]
        return min(
            candidates,
            key=lambda yaw_deg: (
                round(distance_deg(yaw_deg, azimuth_deg), 9),
                round(abs(yaw_deg - from_yaw_deg), 9),
                yaw_deg,
            ),
        )
