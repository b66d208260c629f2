"""Zone edges as the window draws and drags them: widths over distance, and which knob a dragged edge turns."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from simulator.onboard.tuning import FAR_M, MID_M, NEAR_M, Tuning, leaf_at
from simulator.onboard.zones.widths import WidthCurve

Edge = Literal["dead", "holding"]
EDGES: tuple[Edge, ...] = ("dead", "holding")
KNOTS_M = (NEAR_M, MID_M, FAR_M)
# A holding zone narrower than this could not be stood in; onboard/tuning/turning.py refuses it.
LEAST_GAP_DEG = 2.0
_NAMES = ("near_", "", "far_")


def knob_path(edge: Edge, knot: int) -> str:
    """The knob behind one knot of an edge."""
    return f"zones.{edge}_{_NAMES[knot]}half_width_deg"


def knot_widths_deg(tuning: Tuning, edge: Edge) -> tuple[float, float, float]:
    """The widths of an edge at its three knots."""
    zones = tuning.zones
    if edge == "dead":
        return zones.dead_near_half_width_deg, zones.dead_half_width_deg, zones.dead_far_half_width_deg
    return zones.holding_near_half_width_deg, zones.holding_half_width_deg, zones.holding_far_half_width_deg


def curve(tuning: Tuning, edge: Edge) -> WidthCurve:
    """The edge as a curve over distance."""
    return _curve(knot_widths_deg(tuning, edge))


def nearest_knot(distance_m: float) -> int:
    """The knot that a drag at a distance moves."""
    return min(range(3), key=lambda knot: abs(KNOTS_M[knot] - distance_m))


def dragged(tuning: Tuning, edge: Edge, *, distance_m: float, to_deg: float) -> dict[str, float]:
    """The knob value that brings an edge at a distance to an angle: the nearest knot moves, the others stay.

    The value is kept inside the knob's bounds, on its step, and clear of the other edge.
    """
    knot = nearest_knot(distance_m)
    path = knob_path(edge, knot)
    leaf = leaf_at(path)
    low, high = leaf.low or 0.0, leaf.high or 180.0
    other = float(tuning.value(knob_path("holding" if edge == "dead" else "dead", knot)))
    if edge == "dead":
        high = min(high, other - LEAST_GAP_DEG)
    else:
        low = max(low, other + LEAST_GAP_DEG)
    widths = list(knot_widths_deg(tuning, edge))
    below, above = low, high
    for _ in range(12):  # the width rises with its knot, so halving finds it to a hundredth of a degree
        widths[knot] = 0.5 * (below + above)
        if _curve((widths[0], widths[1], widths[2])).at(distance_m) < to_deg:
            below = widths[knot]
        else:
            above = widths[knot]
    stepped = round(0.5 * (below + above) / leaf.step) * leaf.step
    return {path: min(max(stepped, low), high)}


@lru_cache(maxsize=64)
def _curve(widths: tuple[float, float, float]) -> WidthCurve:
    near, mid, far = widths
    return WidthCurve(near_deg=near, mid_deg=mid, far_deg=far)
