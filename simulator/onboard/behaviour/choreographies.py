"""Named movements an app may play: a few turns relative to where the screen is, as data.

The names are those of the makers' smart motion extension. Before one is played its whole way is checked against the
range of motion; it is refused, not bent, when it does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.angles import RangeOfMotion


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One turn of a choreography."""

    offset_deg: float  # from where it began
    rate_dps: float
    dwell_s: float = 0.0


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


def fits(name: str, *, from_yaw_deg: float, arc: RangeOfMotion) -> bool:
    """Whether the whole way stays inside the range."""
    return all(arc.contains_yaw(from_yaw_deg + beat.offset_deg, slack_deg=0.01) for beat in CHOREOGRAPHIES[name])
