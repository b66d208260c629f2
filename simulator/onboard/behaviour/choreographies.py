"""Named movements an app may play: a few turns relative to where the screen is, as data.

The names are those of the makers' smart motion extension. Before one is played its whole way is checked against the
range of motion; it is refused, not bent, when it does not fit.
"""

from __future__ import annotations

import math

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import Beat

# Bounds of a choreography that a client brings itself: it must be over before a turn is given up.
MOST_BEATS, LONGEST_DWELL_S = 64, 10.0
CHOREOGRAPHIES: dict[str, tuple[Beat, ...]] = {
    "ScreenImpactCenter": (
        Beat(offset_deg=5.0, rate_dps=60.0),
        Beat(offset_deg=-3.0, rate_dps=60.0),
        Beat(offset_deg=0.0, rate_dps=30.0),
    ),
    "ClockwiseMediumSweep": (
        Beat(offset_deg=-45.0, rate_dps=45.0, dwell_s=0.4),
        Beat(offset_deg=0.0, rate_dps=45.0),
    ),
    "CounterClockwiseSlowSweep": (
        Beat(offset_deg=45.0, rate_dps=20.0, dwell_s=0.6),
        Beat(offset_deg=0.0, rate_dps=20.0),
    ),
    "MixedExpressiveShakes": (
        Beat(offset_deg=8.0, rate_dps=60.0),
        Beat(offset_deg=-8.0, rate_dps=60.0),
        Beat(offset_deg=5.0, rate_dps=50.0),
        Beat(offset_deg=-5.0, rate_dps=50.0),
        Beat(offset_deg=0.0, rate_dps=30.0),
    ),
}


def playable(beats: tuple[Beat, ...]) -> bool:
    """Whether the numbers of a choreography make sense."""
    return 0 < len(beats) <= MOST_BEATS and all(
        math.isfinite(beat.offset_deg)
        and math.isfinite(beat.rate_dps)
        and beat.rate_dps > 0.0
        and 0.0 <= beat.dwell_s <= LONGEST_DWELL_S
        for beat in beats
    )


def first_outside_deg(beats: tuple[Beat, ...], *, from_yaw_deg: float, arc: RangeOfMotion) -> float | None:
    """The first yaw on the way that lies outside the range; None when the whole way fits."""
    yaws = (from_yaw_deg + beat.offset_deg for beat in beats)
    return next((yaw_deg for yaw_deg in yaws if not arc.contains_yaw(yaw_deg, slack_deg=0.01)), None)
