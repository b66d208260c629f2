"""Zone widths at many distances at once, for judging a whole run; the curve itself is the device's own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.widths import WidthCurve, dead_curve, holding_curve

Numbers = NDArray[np.float64]


def half_widths_deg(distance_m: Numbers, *, tuning: Tuning) -> tuple[Numbers, Numbers]:
    """Half widths of the dead and the holding zone for somebody at these distances."""
    # A millimetre of distance moves an edge by less than 0.02 deg, and people stand still most of the time.
    steps_mm, back = np.unique(np.round(np.nan_to_num(distance_m, nan=0.0) * 1000.0), return_inverse=True)

    def widths(curve: WidthCurve) -> Numbers:
        return np.array([curve.at(step / 1000.0) for step in steps_mm.tolist()])[back]

    return widths(dead_curve(tuning)), widths(holding_curve(tuning))
