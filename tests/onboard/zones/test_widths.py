"""Zone edges over distance: smooth, monotone between the knots, constant outside."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.tuning import FAR_M, MID_M, NEAR_M, Tuning
from simulator.onboard.zones.widths import WidthCurve, dead_curve, holding_curve

WIDTHS = st.floats(2.0, 45.0)


@given(near=WIDTHS, mid=WIDTHS, far=WIDTHS)
def test_the_curve_meets_its_knots_and_is_flat_outside(near: float, mid: float, far: float) -> None:
    curve = WidthCurve(near_deg=near, mid_deg=mid, far_deg=far)
    assert curve.at(NEAR_M) == near
    assert math.isclose(curve.at(MID_M), mid, abs_tol=1e-9)
    assert curve.at(FAR_M) == far
    assert curve.at(0.0) == curve.at(-3.0) == near
    assert curve.at(50.0) == far
    assert curve.at(None) == curve.at(math.nan) == mid


@given(near=WIDTHS, mid=WIDTHS, far=WIDTHS)
def test_between_two_knots_the_width_never_swings_past_either(near: float, mid: float, far: float) -> None:
    curve = WidthCurve(near_deg=near, mid_deg=mid, far_deg=far)
    for low_m, high_m, a, b in ((NEAR_M, MID_M, near, mid), (MID_M, FAR_M, mid, far)):
        values = [curve.at(low_m + (high_m - low_m) * k / 60) for k in range(61)]
        assert min(values) >= min(a, b) - 1e-9
        assert max(values) <= max(a, b) + 1e-9
        steps = [y - x for x, y in pairwise(values)]
        assert all(step * (b - a) >= -1e-9 for step in steps)


@given(near=WIDTHS, mid=WIDTHS, far=WIDTHS)
def test_the_curve_has_no_corner(near: float, mid: float, far: float) -> None:
    curve = WidthCurve(near_deg=near, mid_deg=mid, far_deg=far)
    h = 1e-4
    steepest = 3.0 * 45.0 / (MID_M - NEAR_M)
    for knot_m in (NEAR_M, MID_M, FAR_M):
        left = (curve.at(knot_m) - curve.at(knot_m - h)) / h
        right = (curve.at(knot_m + h) - curve.at(knot_m)) / h
        assert abs(left - right) < 20.0 * steepest * h / (MID_M - NEAR_M)


def test_the_defaults_keep_the_holding_zone_outside_the_dead_zone_everywhere() -> None:
    dead, holding = dead_curve(Tuning()), holding_curve(Tuning())
    for k in range(80):
        assert holding.at(0.05 * k) > dead.at(0.05 * k) + 2.0
