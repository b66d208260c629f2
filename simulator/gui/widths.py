"""Zone edges as the window draws and drags them: widths over distance, and which knob a dragged edge turns."""

from __future__ import annotations

from typing import Literal

from simulator.onboard.tuning import FAR_M, MID_M, NEAR_M, Tuning, leaf_at

Edge = Literal["dead", "holding"]
KNOTS_M = (NEAR_M, MID_M, FAR_M)
_NAMES = ("near_", "", "far_")


def knob_path(edge: Edge, knot: int) -> str:
    """The knob behind one knot of an edge."""
    return f"zones.{edge}_{_NAMES[knot]}half_width_deg"


def knot_widths_deg(tuning: Tuning, edge: Edge) -> tuple[float, float, float]:
    """The widths of an edge at its three knots."""
    near, mid, far = (float(tuning.value(knob_path(edge, knot))) for knot in range(3))
    return near, mid, far


def half_width_deg(tuning: Tuning, edge: Edge, distance_m: float) -> float:
    """The half width of a zone at a distance."""
    first, share = _between(distance_m)
    widths = knot_widths_deg(tuning, edge)
    return widths[first] + share * (widths[first + 1] - widths[first])


def dragged(tuning: Tuning, edge: Edge, *, distance_m: float, to_deg: float) -> dict[str, float]:
    """The knob value that brings an edge at a distance to an angle: the nearest knot moves, the others stay.

    The value is kept inside the knob's bounds, on its step, and at least 2° from the other edge.
    """
    first, share = _between(distance_m)
    knot, weight = (first + 1, share) if share >= 0.5 else (first, 1.0 - share)
    path = knob_path(edge, knot)
    leaf = leaf_at(path)
    now = float(tuning.value(path))
    wanted = now + (to_deg - half_width_deg(tuning, edge, distance_m)) / weight
    low, high = leaf.low or 0.0, leaf.high or 180.0
    other = float(tuning.value(knob_path("holding" if edge == "dead" else "dead", knot)))
    if edge == "dead":
        high = min(high, other - 2.0)
    else:
        low = max(low, other + 2.0)
    return {path: min(max(round(wanted / leaf.step) * leaf.step, low), high)}


def _between(distance_m: float) -> tuple[int, float]:
    """The knot before a distance and the smooth share of the way to the next."""
    distance_m = min(max(distance_m, NEAR_M), FAR_M)
    first = 0 if distance_m < MID_M else 1
    share = (distance_m - KNOTS_M[first]) / (KNOTS_M[first + 1] - KNOTS_M[first])
    return first, share * share * (3.0 - 2.0 * share)
