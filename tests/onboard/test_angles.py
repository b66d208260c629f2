import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.angles import (
    RangeOfMotion,
    azimuth_deg,
    bearing_deg,
    difference_deg,
    distance_deg,
    positive_all_deg,
    positive_deg,
    wrap_all_deg,
    wrap_deg,
)

ROOT = Path(__file__).resolve().parents[2]

any_angle = st.floats(-1e6, 1e6)
ranges = st.tuples(st.floats(-400, 400), st.floats(0, 360)).map(
    lambda ends: RangeOfMotion(min_deg=ends[0], max_deg=ends[0] + ends[1])
)


@given(any_angle)
def test_a_wrapped_angle_is_in_the_half_open_turn_and_points_the_same_way(angle):
    wrapped = wrap_deg(angle)
    assert -180 < wrapped <= 180
    assert math.isclose(math.cos(math.radians(wrapped)), math.cos(math.radians(angle)), abs_tol=1e-6)
    assert wrap_deg(wrapped) == wrapped


@pytest.mark.parametrize(
    ("angle", "expected"), [(180, 180), (-180, 180), (540, 180), (-540, 180), (0, 0), (-0.0, 0), (359, -1)]
)
def test_the_edges_of_the_turn(angle, expected):
    assert wrap_deg(angle) == expected


@given(st.lists(st.one_of(any_angle, st.integers(-6, 6).map(lambda turns: 90.0 * turns)), max_size=20))
def test_an_array_of_angles_is_turned_as_each_of_them(angles):
    wrapped = wrap_all_deg(angles)
    assert all(-180 < angle <= 180 for angle in wrapped)
    assert all(distance_deg(one, angle) < 1e-6 for one, angle in zip(wrapped, angles, strict=True))
    assert list(wrap_all_deg([180.0, -180.0, 540.0])) == [180.0, 180.0, 180.0]
    assert list(positive_all_deg(angles)) == [positive_deg(angle) for angle in angles]
    assert all(distance_deg(positive_deg(angle), angle) < 1e-6 for angle in angles)


def test_only_angles_knows_that_a_circle_has_360_degrees():
    by_hand = re.compile(r"(% ?|fmod\(.*, ?|mod\(.*, ?)(360|FULL_TURN_DEG)")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in ("simulator", "hardware_bridge", "benchmarks", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != ROOT / "simulator/onboard/angles.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if by_hand.search(line)
    ]
    assert found == [], "wrap_deg, wrap_all_deg, positive_deg, positive_all_deg are in simulator/onboard/angles.py"


def test_what_is_no_number_stays_no_number():
    assert math.isnan(wrap_deg(math.nan))
    assert math.isnan(wrap_deg(math.inf))


@given(any_angle, any_angle)
def test_bearing_and_azimuth_are_inverse(azimuth, yaw):
    seen = bearing_deg(azimuth_deg=azimuth, yaw_deg=yaw)
    assert distance_deg(azimuth_deg(bearing_deg=seen, yaw_deg=yaw), azimuth) < 1e-6


@given(any_angle, any_angle)
def test_difference_is_the_short_way_and_antisymmetric(a, b):
    assert abs(difference_deg(a, b)) <= 180
    if distance_deg(a, b) < 179.999:
        assert math.isclose(difference_deg(a, b), -difference_deg(b, a), abs_tol=1e-6)


@given(ranges, any_angle, st.floats(0, 1), st.floats(0, 1))
def test_the_way_between_two_yaws_never_leaves_the_range(arc, azimuth, start_share, along):
    start = arc.min_deg + start_share * arc.width_deg
    goal = arc.yaw_towards_deg(azimuth, from_yaw_deg=start)
    assert arc.contains_yaw(goal)
    assert arc.contains_yaw(start + along * (goal - start), slack_deg=1e-9)


@given(ranges, any_angle, st.floats(0, 1))
def test_a_goal_points_at_the_azimuth_whenever_the_range_allows(arc, azimuth, start_share):
    start = arc.min_deg + start_share * arc.width_deg
    goal = arc.yaw_towards_deg(azimuth, from_yaw_deg=start)
    assert distance_deg(goal, azimuth) <= arc.outside_by_deg(azimuth) + 1e-6


@given(ranges, any_angle, st.floats(0, 1))
def test_no_other_allowed_yaw_points_better(arc, azimuth, share):
    goal = arc.yaw_towards_deg(azimuth, from_yaw_deg=arc.centre_deg)
    other = arc.min_deg + share * arc.width_deg
    assert distance_deg(goal, azimuth) <= distance_deg(other, azimuth) + 1e-6


def test_of_two_yaws_that_point_there_the_nearer_wins():
    arc = RangeOfMotion(min_deg=-180, max_deg=180)
    assert arc.yaw_towards_deg(180.0, from_yaw_deg=170.0) == pytest.approx(180)
    assert arc.yaw_towards_deg(180.0, from_yaw_deg=-170.0) == pytest.approx(-180)


def test_a_talker_across_the_stop_is_reached_the_long_way():
    arc = RangeOfMotion(min_deg=-170, max_deg=170)
    assert arc.yaw_towards_deg(-165, from_yaw_deg=165) == pytest.approx(-165)


@given(ranges, any_angle)
def test_inside_and_outside_agree(arc, azimuth):
    assert arc.contains_azimuth(azimuth) == (arc.outside_by_deg(azimuth) == 0)


@pytest.mark.parametrize("ends", [(10, 0), (0, 361), (math.nan, 10), (0, math.inf)])
def test_an_impossible_range_is_refused(ends):
    with pytest.raises(ValueError, match="range of motion"):
        RangeOfMotion(min_deg=ends[0], max_deg=ends[1])


def test_an_azimuth_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="azimuth"):
        RangeOfMotion(min_deg=-10, max_deg=10).yaw_towards_deg(math.nan, from_yaw_deg=0)
