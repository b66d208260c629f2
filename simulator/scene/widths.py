"""Zone widths at many distances at once, for judging a whole run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.tuning import FAR_M, MID_M, NEAR_M, ZoneKnobs

Numbers = NDArray[np.float64]


def half_widths_deg(distance_m: Numbers, *, knobs: ZoneKnobs) -> tuple[Numbers, Numbers]:
    """Half widths of the dead and the holding zone for people at these distances."""
    knots_m = (NEAR_M, MID_M, FAR_M)
    dead = (knobs.dead_near_half_width_deg, knobs.dead_half_width_deg, knobs.dead_far_half_width_deg)
    holding = (knobs.holding_near_half_width_deg, knobs.holding_half_width_deg, knobs.holding_far_half_width_deg)
    return np.interp(distance_m, knots_m, dead), np.interp(distance_m, knots_m, holding)
