"""Six sliders by feel: each place is a valid set of knobs, more is more, and the strip says what the range does in this scene."""

from __future__ import annotations

import pytest
from conftest import SCENE
from PySide6.QtWidgets import QApplication

from simulator.onboard.tuning import Tuning, leaf_at
from simulator.workbench.feel_sliders import FEELS, coarseness, is_pure, knobs_at, place_of
from simulator.workbench.range_strip import StripPoint, words


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
    qtbot.waitUntil(lambda: not window.tune.panel.sketches.busy, timeout=60_000)
    QApplication.processEvents()
    points = window.tune.panel.sketches.points("calmness")
    assert len(points) == 7
    assert panel.says.text().startswith("Calmness: ")
    assert " turns a minute" in panel.says.text()
    assert points[0].turns_per_min > points[-1].turns_per_min


def test_a_range_without_effect_names_scenes_that_would_show_one():
    same = [StripPoint(share=share, turns_per_min=4.0, travelled_deg=90.0) for share in (0.0, 0.5, 1.0)]
    assert words(same, ["a", "b"]) == "No difference here; a, b would show one"
    assert words(same, []) == "No difference here"


def test_a_knobs_tooltip_says_where_it_is_seen(window):
    tip = window.tune.panel.rows["attention.max_distance_m"].name.toolTip()
    assert "seen in the scenes: " in tip
    assert "too far away to be served" in tip


# --- strips under raw knobs --------------------------------------------------------------------------------------------

DEAD, RATE, FACE = "zones.dead_half_width_deg", "motion.max_rate_dps", "vision.facing_yaw_deg"


def done(panel, qtbot):
    qtbot.waitUntil(lambda: not panel.sketches.busy, timeout=60_000)


def test_who_comes_to_a_knob_sees_its_whole_range(window, session, qtbot):
    panel = window.tune.panel
    panel.sketches.cancel()
    row = panel.rows[RATE]
    row.touched.emit(RATE)
    assert panel.sketches.busy
    done(panel, qtbot)
    points = panel.sketches.points(RATE)
    assert len(points) == 7
    assert [one.share for one in points] == sorted(one.share for one in points)
    assert " → " in row.strip.words()
    assert row.strip.accessibleDescription() == row.strip.words()
    assert "turns a minute" in row.strip.tip(points[0])


def test_a_strip_of_other_knobs_or_another_run_is_stale_and_one_of_its_own_knob_is_not(window, session, qtbot):
    panel = window.tune.panel
    panel.sketches.ask([DEAD, RATE], first=True)
    done(panel, qtbot)
    assert not panel.sketches.is_stale(DEAD)
    session.document.set_knobs({DEAD: 14.0})
    assert not panel.sketches.is_stale(DEAD), "its own range does not depend on where it stands"
    assert panel.sketches.is_stale(RATE)
    assert panel.rows[RATE].strip.tip(panel.sketches.points(RATE)[0]).startswith("Of another run or other knobs.")
    session.shown.run = session.run.copy()
    assert panel.sketches.is_stale(DEAD)


def test_a_turned_knob_ends_the_sketches_of_the_others(window, session, qtbot):
    panel = window.tune.panel
    panel.sketches.cancel()
    panel.sketches.ask([RATE])
    panel.sketches.work()
    assert panel.sketches.is_at_work(RATE)
    session.document.set_knobs({DEAD: 14.0})
    panel.sketches.work()
    assert not panel.sketches.is_at_work(RATE)
    panel.sketches.ask([RATE])
    session.shown.complete = False
    panel.sketches.work()
    assert not panel.sketches.busy
    assert panel.sketches.points(RATE) == []


def test_what_a_sketch_cannot_know_is_said_with_the_scenes_that_show_it(window):
    strip = window.tune.panel.rows[FACE].strip
    window.tune.panel.sketches.ask([FACE], first=True)
    assert window.tune.panel.sketches.points(FACE) == []
    assert strip.words().startswith("Shown by a whole run only")
    assert "a look aside is none" in strip.words()


def test_rows_in_view_are_sketched_when_all_is_still_and_not_while_it_plays(window, session, qtbot):
    panel = window.tune.panel
    session.play(True)
    panel.sketch_shown()
    assert not panel.sketches.busy
    session.play(False)  # half a second later the ranges in view are sketched
    qtbot.waitUntil(lambda: panel.sketches.busy, timeout=10_000)
    done(panel, qtbot)
    assert panel.sketches.points(DEAD)
    assert not panel.sketches.points("away.dwell_s"), "nobody sees it"


def test_a_scene_that_shows_a_knob_opens_from_the_knob(window, session):
    window.tune.panel.rows[FACE].scene_wanted.emit("guards/a-look-aside-is-none.scene.yaml")
    assert session.document.path.name == "a-look-aside-is-none.scene.yaml"
