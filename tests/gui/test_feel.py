"""Six sliders by feel: each place is a valid set of knobs, more is more, and the strip says what the range does in this scene."""

from __future__ import annotations

import pytest
from conftest import SCENE
from PySide6.QtWidgets import QApplication

from simulator.onboard.tuning import Tuning, leaf_at
from simulator.workbench.feel_sliders import FEELS, coarseness, is_pure, knobs_at, place_of
from simulator.workbench.feel_strip import StripPoint, words


@pytest.mark.parametrize("feel", FEELS, ids=lambda feel: feel.name)
def test_every_place_is_a_valid_set_of_knobs_and_the_middle_is_how_it_ships(feel):
    shipped = Tuning()
    for place in range(0, 101, 5):
        turned = shipped.patched(knobs_at(feel, place))
        assert place_of(feel, turned) == pytest.approx(place, abs=coarseness(feel) + 0.1)
        assert is_pure(feel, turned)
    assert knobs_at(feel, 50) == {way.path: leaf_at(way.path).default for way in feel.ways}


@pytest.mark.parametrize("feel", FEELS, ids=lambda feel: feel.name)
def test_a_way_goes_on_in_one_direction(feel):
    for way in feel.ways:
        values = [float(knobs_at(feel, place)[way.path]) for place in range(0, 101, 10)]
        assert values == sorted(values, reverse=way.low > way.high)


def test_softer_is_less_jerk_and_faster_is_more_speed():
    by_name = {feel.name: feel for feel in FEELS}
    assert knobs_at(by_name["softness"], 100)["motion.max_jerk_dps3"] < 1800.0
    assert knobs_at(by_name["speed"], 100)["motion.max_rate_dps"] == 150.0


def test_a_knob_that_was_set_by_itself_marks_its_feel(window, session):
    panel = window.tune.panel.feel
    assert panel._names["patience"].text() == "Patience"
    session.turn({"patience.rest_after_move_s": 4.0})
    assert panel._names["patience"].text() == "Patience *"
    assert session.document.path == SCENE


def test_a_slider_turns_its_knobs_in_one_step_and_the_raw_ones_follow(window, session):
    panel = window.tune.panel.feel
    slider = panel.sliders["calmness"]
    slider.setSliderDown(True)
    for place in (60, 75, 80):
        slider.setValue(place)
    slider.setSliderDown(False)
    assert session.tuning.value("zones.dead_half_width_deg") == knobs_at(FEELS[0], 80)["zones.dead_half_width_deg"]
    row = window.tune.panel.rows["zones.dead_half_width_deg"]
    assert row.changed
    window.commands.run("edit.undo")
    assert session.document.state.settings["A"] == {}
    assert slider.value() == 50


def test_the_strip_says_what_the_range_does(window, session, qtbot):
    panel = window.tune.panel.feel
    panel.show_range(FEELS[0])
    qtbot.waitUntil(lambda: not panel._timer.isActive(), timeout=60_000)
    QApplication.processEvents()
    assert len(panel.strip.points) == 7
    assert panel.says.text().startswith("Calmness: From left to right")
    assert panel.strip.points[0].turns_per_min > panel.strip.points[-1].turns_per_min


def test_a_range_without_effect_names_scenes_that_would_show_one():
    same = [StripPoint(place, 4.0, 90.0) for place in (0.0, 50.0, 100.0)]
    assert words(same, ["a", "b"]) == "No difference in this scene; a, b would show one"
    assert words(same, []) == "No difference in this scene"


def test_a_knobs_tooltip_says_where_it_is_seen(window):
    tip = window.tune.panel.rows["attention.max_distance_m"].name.toolTip()
    assert "seen in the scenes: " in tip
    assert "too far away to be served" in tip
