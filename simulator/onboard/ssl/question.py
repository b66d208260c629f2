"""What a direction finder is asked: a stretch of sound, and what is known of the place it was heard in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import RangeOfMotion, wrap_all_deg
from simulator.onboard.ssl.evidence import Evidence

F64 = NDArray[np.float64]
# A talker may stand a little outside the arc that the screen can point along.
RANGE_SLACK_DEG: Final = 6.0
# A range wider than this is an island: its ends say nothing about walls.
NO_EDGE_DEG: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All directions are azimuths of the array's own frame, which stood still meanwhile."""

    evidence: Evidence
    allowed: NDArray[np.bool_]  # (azimuth,): the directions of the ring that the screen may turn to
    arc_deg: tuple[float, float] | None  # the ends of the range of motion; None: unknown, or all the way round
    range_known: bool


def question(evidence: Evidence, *, range_of_motion: RangeOfMotion | None, yaw_deg: float) -> Question:
    """Ask about a stretch that was heard at a yaw."""
    return Question(
        evidence=evidence,
        allowed=allowed_azimuths(evidence.plain.azimuths_deg, range_of_motion, yaw_deg=yaw_deg),
        arc_deg=arc_edges_deg(range_of_motion, yaw_deg=yaw_deg),
        range_known=range_of_motion is not None,
    )


def allowed_azimuths(azimuths_deg: F64, range_of_motion: RangeOfMotion | None, *, yaw_deg: float) -> NDArray[np.bool_]:
    """Which directions of the array's frame the customer allowed the screen to turn to."""
    if range_of_motion is None:
        return np.ones(len(azimuths_deg), np.bool_)
    half_width_deg = 0.5 * range_of_motion.width_deg + RANGE_SLACK_DEG
    from_centre = wrap_all_deg(azimuths_deg + yaw_deg - range_of_motion.centre_deg)
    return np.asarray(np.abs(from_centre) <= half_width_deg)


def arc_edges_deg(range_of_motion: RangeOfMotion | None, *, yaw_deg: float) -> tuple[float, float] | None:
    """The two ends of the range in the array's frame; none while it is unknown or goes all the way round."""
    if range_of_motion is None or range_of_motion.width_deg >= NO_EDGE_DEG:
        return None
    return range_of_motion.min_deg - yaw_deg, range_of_motion.max_deg - yaw_deg
