"""How wide the zones are at a distance: one smooth curve through the three knots a designer sets.

Monotone cubic interpolation (Fritsch and Carlson 1980): between two knots the width never swings past either of them,
the curve has no corner, and outside the knots it stays constant.
"""

from __future__ import annotations

import math

from simulator.onboard.state import Unchanging
from simulator.onboard.tuning import FAR_M, MID_M, NEAR_M, Tuning


class WidthCurve(Unchanging):
    """A half width in degrees over the distance in metres."""

    __slots__ = ("_far", "_mid", "_near", "_slope")

    def __init__(self, *, near_deg: float, mid_deg: float, far_deg: float) -> None:
        self._near, self._mid, self._far = near_deg, mid_deg, far_deg
        left = (mid_deg - near_deg) / (MID_M - NEAR_M)
        right = (far_deg - mid_deg) / (FAR_M - MID_M)
        # Flat at both ends, where it becomes constant; in the middle the harmonic mean, or flat at an extremum.
        self._slope = 2.0 * left * right / (left + right) if left * right > 0.0 else 0.0

    def at(self, distance_m: float | None) -> float:
        """The half width at a distance; at the middle knot while the distance is unknown."""
        if distance_m is None or not math.isfinite(distance_m):
            return self._mid
        if distance_m <= NEAR_M:
            return self._near
        if distance_m >= FAR_M:
            return self._far
        if distance_m <= MID_M:
            return _hermite(distance_m, NEAR_M, MID_M, self._near, self._mid, 0.0, self._slope)
        return _hermite(distance_m, MID_M, FAR_M, self._mid, self._far, self._slope, 0.0)


def dead_curve(tuning: Tuning, *, widen: float = 1.0) -> WidthCurve:
    """The edge of the dead zone."""
    zones = tuning.zones
    return WidthCurve(
        near_deg=zones.dead_near_half_width_deg * widen,
        mid_deg=zones.dead_half_width_deg * widen,
        far_deg=zones.dead_far_half_width_deg * widen,
    )


def holding_curve(tuning: Tuning, *, widen: float = 1.0) -> WidthCurve:
    """The outer edge of the holding zone."""
    zones = tuning.zones
    return WidthCurve(
        near_deg=zones.holding_near_half_width_deg * widen,
        mid_deg=zones.holding_half_width_deg * widen,
        far_deg=zones.holding_far_half_width_deg * widen,
    )


def _hermite(x: float, x0: float, x1: float, y0: float, y1: float, slope0: float, slope1: float) -> float:
    width = x1 - x0
    t = (x - x0) / width
    back = 1.0 - t
    return back * back * ((1.0 + 2.0 * t) * y0 + t * width * slope0) + t * t * (
        (3.0 - 2.0 * t) * y1 - back * width * slope1
    )
