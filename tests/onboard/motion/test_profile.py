"""The way to a goal keeps its limits, replans without a jolt, stays inside the range and never asks for waypoints."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.messages import TICK_S
from simulator.onboard.motion import profile
from simulator.onboard.motion.profile import (
    Limits,
    Plan,
    SetPoint,
    brakes_from,
    plan_to,
    speed_to_stop_within,
    stop_plan,
)
from simulator.onboard.state import copied

SOFT = Limits(rate_dps=60.0, accel_dps2=180.0, jerk_dps3=1800.0)


def _points(plan: Plan) -> list[SetPoint]:
    ticks = range(plan.start_tick, plan.start_tick + int(plan.duration_s / TICK_S) + 3)
    return [plan.at(tick) for tick in ticks]


@given(
    start=st.floats(-170, 170),
    goal=st.floats(-170, 170),
    rate=st.floats(5, 180),
    accel=st.floats(20, 360),
    jerk=st.floats(200, 7200),
)
def test_a_turn_from_rest_keeps_its_limits_and_arrives(
    start: float, goal: float, rate: float, accel: float, jerk: float
) -> None:
    limits = Limits(rate_dps=rate, accel_dps2=accel, jerk_dps3=jerk)
    points = _points(Plan(SetPoint(start, 0.0, 0.0), goal_deg=goal, limits=limits, tick=7))
    assert max(abs(p.rate_dps) for p in points) <= rate + 1e-6
    assert max(abs(p.accel_dps2) for p in points) <= accel + 1e-6
    jolts = [abs(b.accel_dps2 - a.accel_dps2) for a, b in pairwise(points[:-3])]
    assert max(jolts, default=0.0) <= jerk * TICK_S + 1e-6
    assert points[-1] == SetPoint(goal, 0.0, 0.0)


@given(
    goal=st.floats(-80, 80),
    second=st.floats(-80, 80),
    after=st.integers(1, 150),
)
def test_replanning_in_flight_goes_on_from_the_set_point_and_stays_in_the_range(
    goal: float, second: float, after: int
) -> None:
    first = Plan(SetPoint(0.0, 0.0, 0.0), goal_deg=goal, limits=SOFT, tick=0)
    before = first.at(after)
    plan = plan_to(before, goal_deg=second, limits=SOFT, stop_decel_dps2=1080.0, span_deg=(-80.0, 80.0), tick=after + 1)
    now = plan.at(after + 1)
    assert abs(now.rate_dps - before.rate_dps) <= 180.0 * TICK_S + 1e-6
    assert abs(now.accel_dps2 - before.accel_dps2) <= 1800.0 * TICK_S + 1e-6
    assert all(-80.02 <= point.yaw_deg <= 80.02 for point in _points(plan))


@pytest.mark.parametrize("goal_deg", [70.0, -70.0])
def test_a_turn_slows_down_with_a_share_of_its_acceleration_also_when_planned_anew_from_harder_braking(
    goal_deg: float,
) -> None:
    limits = replace(SOFT, brake_share=0.75)
    side = 1.0 if goal_deg > 0.0 else -1.0
    points = _points(Plan(SetPoint(0.0, 0.0, 0.0), goal_deg=goal_deg, limits=limits, tick=0))
    pushes = [side * point.accel_dps2 for point in points]
    assert max(pushes) == pytest.approx(180.0, abs=0.1)
    assert min(pushes) == pytest.approx(-135.0, abs=0.1)
    assert points[-1] == SetPoint(goal_deg, 0.0, 0.0)
    harder = _points(Plan(SetPoint(0.0, side * 50.0, side * -180.0), goal_deg=goal_deg, limits=limits, tick=0))
    assert harder[-1] == SetPoint(goal_deg, 0.0, 0.0)
    assert max(abs(point.accel_dps2) for point in harder) <= 180.0 + 1e-6


def test_a_hard_stop_is_taken_when_the_soft_one_would_leave_the_range() -> None:
    fast = SetPoint(70.0, 60.0, 0.0)
    slack = Limits(rate_dps=60.0, accel_dps2=60.0, jerk_dps3=600.0)
    plan = plan_to(fast, goal_deg=75.0, limits=slack, stop_decel_dps2=1080.0, span_deg=(-80.0, 80.0), tick=0)
    assert max(point.yaw_deg for point in _points(plan)) < 80.0
    assert _points(plan)[-1].rate_dps == 0.0, "first to rest; the turn to the goal comes after"


def test_a_stop_from_full_speed_ends_in_230_ms_and_begins_at_once() -> None:
    limits = Limits(rate_dps=180.0, accel_dps2=1080.0, jerk_dps3=profile.STOP_JERK_DPS3)
    plan = Plan(SetPoint(0.0, 180.0, 0.0), goal_deg=None, limits=limits, tick=0)
    assert plan.duration_s <= 0.230
    assert plan.at(0).accel_dps2 < 0.0
    assert plan.at(0).rate_dps < 180.0


def test_the_speed_is_chosen_so_that_a_stop_is_short() -> None:
    assert speed_to_stop_within(15.0, decel_dps2=1080.0) == pytest.approx(180.0)
    assert speed_to_stop_within(0.0, decel_dps2=1080.0) == 0.0


def test_copies_share_a_plan() -> None:
    plan = Plan(SetPoint(0.0, 0.0, 0.0), goal_deg=10.0, limits=SOFT, tick=0)
    assert copied([plan])[0] is plan


def test_waypoints_are_never_given_to_ruckig(repository_sources: list[tuple[str, str]]) -> None:
    """With waypoints the library would ask a server on the internet."""
    users = [path for path, text in repository_sources if "ruckig" in text.lower()]
    assert "simulator/onboard/motion/profile.py" in users
    assert [path for path, text in repository_sources if "intermediate_positions" in text] == []


@pytest.mark.parametrize("goal_deg", [90.0, -90.0])
def test_round_numbers_at_which_the_solver_finds_nothing_are_planned_from_a_hair_beside(goal_deg: float) -> None:
    side = 1.0 if goal_deg > 0.0 else -1.0
    start = SetPoint(62.29999999999999 * side, 51.0 * side, -180.0 * side)
    limits = Limits(rate_dps=60.0, accel_dps2=180.0, jerk_dps3=1800.0)
    plan = Plan(start, goal_deg=goal_deg, limits=limits, tick=0)
    assert abs(plan.at(0).yaw_deg - start.yaw_deg) < 60.0 * TICK_S
    assert plan.at(round(plan.duration_s / TICK_S) + 1) == SetPoint(goal_deg, 0.0, 0.0)


def test_a_turn_can_be_planned_from_all_round_numbers() -> None:
    limits = Limits(rate_dps=60.0, accel_dps2=180.0, jerk_dps3=1800.0)
    for tenths in range(-600, 601, 15):
        for accel_dps2 in (-180.0, -90.0, 0.0, 90.0, 180.0):
            for way_deg in (0.0, 5.0, 27.7, 27.70000000000001, 60.0):
                start = SetPoint(90.0 - way_deg, tenths / 10.0, accel_dps2)
                assert Plan(start, goal_deg=90.0, limits=limits, tick=0).goal_deg == 90.0


def test_a_safety_stop_begins_where_the_screen_is_when_that_is_far_behind() -> None:
    point = SetPoint(20.0, 165.0, 0.0)
    assert brakes_from(point, yaw_deg=17.0, rate_dps=160.0) == point
    late = brakes_from(point, yaw_deg=-25.0, rate_dps=154.0)
    assert late == SetPoint(-25.0, 154.0, 0.0)
    stop = stop_plan(late, rate_dps=165.0, stop_decel_dps2=1080.0, tick=0)
    assert stop.at(25).rate_dps == pytest.approx(0.0, abs=1e-6)
    assert -25.0 < stop.at(25).yaw_deg < -5.0
