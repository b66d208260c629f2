"""Households have habits, guests and a day on which furniture is moved; each visit is a scene that loads."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.cli.main import main
from simulator.onboard.tuning import Tuning
from simulator.scene.homes.household import BADLY_SET, household
from simulator.scene.homes.seeds import HomeSeedError
from simulator.scene.loader import loads


def test_a_visit_is_the_same_scene_each_time_and_somebody_in_it_reacts():
    first, again = (household(3).visits(days=2) for _ in range(2))
    assert first == again
    for visit in first:
        scene = loads(visit.text, path="visit.scene.yaml")
        assert [person.name for person in scene.spec.people if person.reacts == "customer"] == [visit.who]


def test_visits_come_in_the_order_of_time_and_more_days_change_none():
    week = household(5).visits(days=7)
    assert [visit.hours for visit in week] == sorted(visit.hours for visit in week)
    assert household(5).visits(days=3) == [visit for visit in week if visit.day < 3]


def test_habits_hold_until_the_furniture_is_moved():
    made = household(8, moved_day=4)
    assert made.spots_on(3) == made.spots
    assert made.spots_on(4) == made.later_spots != made.spots
    assert all(abs(sum(shares) - 1.0) < 1e-9 for shares in made.habits.values())
    unmoved = {visit.hours: visit for visit in household(8).visits(days=4)}
    assert {visit.hours: visit for visit in made.visits(days=4)} == unmoved


def test_about_half_of_the_homes_are_badly_set_up_each_in_one_way_that_the_knobs_allow():
    ways = Counter(tuple(household(seed).settings) for seed in range(60))
    assert 0.3 <= 1 - ways[()] / 60 <= 0.8
    for _, settings in BADLY_SET:
        Tuning().patched(settings)
    assert all(household(seed, badly_set=True).settings for seed in range(10))
    assert not any(household(seed, badly_set=False).settings for seed in range(10))


def test_guests_and_second_questions_happen():
    visits = [visit for seed in range(12) for visit in household(seed).visits(days=4)]
    innocent = Counter(word for visit in visits for word in visit.innocent)
    assert innocent["second question"] > 10
    assert innocent["shown to a guest"] > 2


def test_a_household_is_written_as_scenes(tmp_path, capsys):
    assert main(["household", "4", "--days", "2", "--visits", "2", "--out", str(tmp_path)]) == 0
    assert len(list((tmp_path / "scenes").glob("*.scene.yaml"))) == 4
    assert main(["household", "200004", "--out", str(tmp_path)]) == 2
    assert "is for tests" in capsys.readouterr().err


def test_a_seed_outside_of_all_ranges_is_refused():
    with pytest.raises(HomeSeedError):
        household(-1)
