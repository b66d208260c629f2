"""The Tune workspace as a designer uses it: mouse, keyboard, typed values, undo."""

from __future__ import annotations

import pytest
from conftest import drag, move
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.render import camera, room, widths_curve
from simulator.gui.render.timeline import TimeAxis, layout
from simulator.onboard.tuning import leaves
from simulator.workbench import zone_edges

EDGE = "zones.holding_half_width_deg"


@pytest.fixture
def tune(window):
    return window.workspace("tune")


def handle(view, edge, knot, side):
    return room.handle_points(view.frame(), view.scene())[edge, knot, side]


def test_a_zone_edge_dragged_in_the_room_moves_all_views_and_is_one_step(window, tune, session):
    view = tune.room.view
    start = handle(view, "holding", 1, -1)
    bars = camera.edge_bars(tune.camera.view.area, tune.camera.view.scene())
    drag(view, start, start + QPointF(14, 26))
    value = session.tuning.value(EDGE)
    assert value > 30.0
    row = tune.panel.rows[EDGE]
    assert row.edit.text() == f"{value:g}°"
    assert row.changed
    assert camera.edge_bars(tune.camera.view.area, tune.camera.view.scene()) != bars
    assert tune.panel.changed.text() == "1 changed"
    assert session.document.undo_text.startswith("Set Holding zone at 1.5 m: 28 → ")
    window.commands.run("edit.undo")
    assert session.tuning.value(EDGE) == 28.0
    assert not session.document.undo_text
    window.commands.run("edit.redo")
    assert session.tuning.value(EDGE) == value


def test_a_zone_edge_dragged_in_the_camera_view(tune, session):
    view = tune.camera.view
    x = camera.edge_bars(view.area, view.scene())["dead", -1]
    drag(view, QPointF(x, view.height() / 2), QPointF(x + 25, view.height() / 2))
    knots = zone_edges.knot_widths_deg(session.tuning, "dead")
    assert knots != (18.0, 12.0, 9.0)
    assert sum(a != b for a, b in zip(knots, (18.0, 12.0, 9.0), strict=True)) == 1


def test_a_knot_dragged_on_the_curve(tune, session):
    view = tune.panel.widths
    at = widths_curve.knots(view.area, session.tuning)["holding", 2]
    drag(view, at, at - QPointF(0, 18))
    assert session.tuning.value("zones.holding_far_half_width_deg") > 24.0


def test_an_edge_is_moved_with_the_keyboard(tune, session):
    view = tune.room.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.hot == ("dead", 1)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert session.tuning.value("zones.dead_half_width_deg") == 12.5


def test_the_future_redraws_while_an_edge_is_dragged(tune, session, qtbot):
    view = tune.room.view
    start = handle(view, "dead", 1, -1)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start.toPoint())
    move(view, (start + QPointF(18, 14)).toPoint())
    session.foresee()
    first, yaw_deg = session.forecast.predicted
    assert first == 0, "the whole run is sketched, not only what comes after the playhead"
    assert len(yaw_deg) == len(session.run)
    assert any(curve.name == "sketch" for curve in tune.timeline.view.scene().curves)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=(start + QPointF(18, 14)).toPoint())
    assert session.shown.old, "until the new run is there, the old one stays whole"
    assert len(session.run) == 2400


def test_every_knob_has_a_row_with_its_sentence(tune):
    assert set(tune.panel.rows) == {leaf.path for leaf in leaves()}
    for leaf in leaves():
        assert leaf.sentence in tune.panel.rows[leaf.path].name.toolTip()


def test_the_slider_turns_the_knob_with_mouse_keys_and_double_click(tune, session):
    row = tune.panel.rows["patience.settle_s"]
    slider = row.slider
    tune.panel.reveal("patience.settle_s")
    drag(slider, QPoint(slider.width() // 4, 9), QPoint(slider.width() // 2, 9))
    assert session.tuning.value("patience.settle_s") == pytest.approx(5.0, abs=0.15)
    slider.setFocus()
    now = session.tuning.value("patience.settle_s")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert session.tuning.value("patience.settle_s") == pytest.approx(now + 0.1)
    QTest.keyClick(slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert session.tuning.value("patience.settle_s") == pytest.approx(now + 1.1)
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert session.tuning.value("patience.settle_s") == 1.5


def test_values_are_typed_and_wrong_ones_are_told(window, tune, session):
    row = tune.panel.rows["attention.max_distance_m"]
    tune.panel.reveal("attention.max_distance_m")
    row.edit.setFocus()
    row.edit.selectAll()
    QTest.keyClicks(row.edit, "10ft")
    QTest.keyClick(row.edit, Qt.Key.Key_Return)
    assert session.tuning.value("attention.max_distance_m") == pytest.approx(3.048)
    row.edit.selectAll()
    QTest.keyClicks(row.edit, "99")
    QTest.keyClick(row.edit, Qt.Key.Key_Return)
    assert session.tuning.value("attention.max_distance_m") == pytest.approx(3.048)
    assert row.edit.objectName() == "wrong"
    assert "outside 1 to 8 m" in window.banner.words


def test_every_value_is_wide_enough_to_be_read(tune):
    for row in tune.panel.rows.values():
        if row.edit is not None:
            assert row.edit.fontMetrics().horizontalAdvance(row.edit.text()) + 10 <= row.edit.width(), row.leaf.path


def test_a_value_that_breaks_a_rule_between_knobs_is_refused(window, tune, session):
    tune.panel._turned("zones.dead_half_width_deg", 30.0, "")
    assert session.tuning.value("zones.dead_half_width_deg") == 12.0
    assert "at least 2° more" in window.banner.words


def test_search_and_only_changed_narrow_the_list(tune, session):
    panel = tune.panel
    panel.search.setText("settle")
    shown = {path for path, row in panel.rows.items() if not row.isHidden()}
    assert "patience.settle_s" in shown
    assert "motion.max_rate_dps" not in shown
    panel.search.clear()
    session.turn({"motion.max_rate_dps": 90.0})
    panel.only.setChecked(True)
    assert [path for path, row in panel.rows.items() if not row.isHidden()] == ["motion.max_rate_dps"]
    panel.only.setChecked(False)
    panel.expert.setChecked(True)
    assert panel.rows["sound.low_hz"].name.text == "sound.low_hz"
    assert not panel.rows["sound.low_hz"].isHidden()


def test_presets_are_taken_kept_and_left_behind(tune, session):
    panel = tune.panel
    panel.presets.take("Calmer")
    assert session.tuning.value("patience.settle_s") == 2.2
    assert panel.presets.choice.currentText() == "Calmer"
    session.turn({"patience.settle_s": 2.5})
    assert panel.presets.choice.currentText() == "Calmer (modified)"
    panel.presets.naming.setText("Grandma")
    panel.presets._named()
    assert "Grandma" in [panel.presets.choice.itemText(i) for i in range(panel.presets.choice.count())]
    panel._back()
    assert not session.document.state.settings["A"]


def test_a_and_b_hold_knobs_of_their_own_and_flip_while_held(window, tune, session):
    session.turn({EDGE: 33.0})
    window.commands.run("tuning.slot_b")
    assert session.tuning.value(EDGE) == 28.0
    window.flip(True)
    assert session.tuning.value(EDGE) == 33.0
    window.flip(False)
    assert session.tuning.value(EDGE) == 28.0
    window.commands.run("tuning.copy_to_b")
    assert session.tuning.value(EDGE) == 33.0


def test_scrubbing_never_starts_or_stops_the_playing(window, tune, session):
    view = tune.timeline.view
    axis = TimeAxis(view.area, *view.shown_s)
    for playing in (False, True):
        session.head.playing = playing
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(axis.x(1500)), 150))
        assert abs(session.tick - 1500) < 12
        assert session.head.playing is playing
    session.head.playing = False
    window.commands.run("time.forward")
    assert session.tick in range(1489, 1514)
    window.commands.run("time.start")
    assert session.tick == 0
    window.commands.run("time.end")
    assert session.tick == len(session.run) - 1


def test_play_loops_over_a_stretch(window, tune, session):
    session.document.set_loop((400, 600))
    session.seek(598)
    session.head.playing = True
    session._since_frame.start()
    QTest.qWait(60)
    session._frame()
    assert 400 <= session.head.at < 600
    window.commands.run("time.loop")
    assert session.document.loop is None


def test_the_timeline_zooms_pans_and_fits(tune, session):
    view = tune.timeline.view
    whole = view.shown_s
    view.zoom(0.25, around_s=8.0)
    first, last = view.shown_s
    assert last - first == pytest.approx(0.25 * (whole[1] - whole[0]))
    assert first < 8.0 < last
    view.fit()
    assert view.shown_s == whole


def test_hovering_tells_what_is_too_short_for_words(tune, session):
    view = tune.timeline.view
    boxes = layout(view.area, view.scene())
    axis = TimeAxis(view.area, *view.shown_s)
    words = view.words_at(QPointF(axis.x(2250), boxes.decisions.center().y()))
    assert words.startswith("still: shutter closed")
    assert "wake word" in view.words_at(QPointF(axis.x(100), boxes.events.center().y()))


def test_bookmarks_are_set_found_and_taken_away(window, tune, session):
    session.seek(777)
    window.commands.run("time.bookmark")
    assert session.document.bookmarks == [(777, "at 7.77 s")]
    session.seek(700)
    window.commands.run("time.next_bookmark")
    assert session.tick == 777
    window.commands.run("time.bookmark")
    assert session.document.bookmarks == []


def test_the_playhead_is_typed(tune, session):
    edit = tune.timeline.transport.time
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "0:12.5")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert session.tick == 1250


def test_the_why_line_follows_the_playhead(tune, session):
    session.seek(2300)
    QApplication.processEvents()
    assert "shutter" in tune.why_bar.words
    session.seek(830)
    assert "inside the dead zone" in tune.why_bar.words


def test_one_move_goes_on_while_its_knobs_are_turned(window, tune, session):
    tune.room.show_kind("move")
    view = tune.room.rooms._views["move"]
    view.angle.setValue(90)
    QApplication.processEvents()
    before = view.figures.text()
    assert before.startswith("faces after 1.")
    session.turn({"motion.max_rate_dps": 30.0})
    QApplication.processEvents()
    assert view.figures.text() != before
    assert "peak 30 °/s" in view.figures.text()
    assert "dashed: the scene's own" in view.figures.text()
    drawn = view.canvas.grab().toImage()
    view.canvas.at_s = 1.5
    assert view.canvas.grab().toImage() != drawn, "the display turns"
    session.seek(0)
    view.this_turn.click()
    assert view.angle.value() != 90


def test_a_preset_says_what_it_would_change_and_gives_some_of_its_knobs(window, tune, session):
    bar = tune.panel.presets
    place = bar.choice.findText("Eager")
    bar.choice.before()  # as when the list unfolds
    told = bar.choice.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert told.startswith("Ships with Swivel\n")
    changes = bar.changes("Eager")
    assert changes
    assert all(line in told for _, line in changes[:10])
    bar.show_parts("Eager")
    path, line = changes[0]
    assert " → " in line
    assert bar.parts.count() == len(changes)
    bar.parts.item(0).setCheckState(Qt.CheckState.Checked)
    bar.take_parts.click()
    assert set(session.document.state.settings["A"]) == {path}
    assert not bar.parts.isVisible()


def test_ones_own_preset_is_kept_with_its_origin_renamed_and_deleted(window, tune, session):
    bar = tune.panel.presets
    session.turn({"motion.max_rate_dps": 42.0})
    bar.naming.setText("Mine")
    bar._named()
    assert "in living-kitchen" in bar.words("Mine")
    bar._ask_rename("Mine")
    bar.naming.setText("Eager")
    bar._named()
    assert "there is a preset Eager already" in window.banner.words
    bar._ask_rename("Mine")
    bar.naming.setText("Yours")
    bar._named()
    assert bar.choice.currentText() == "Yours"
    assert "in living-kitchen" in bar.words("Yours")
    bar.fill_menu()
    bar._delete("Yours")
    assert bar.choice.findText("Yours") < 0
    assert bar.choice.currentText().startswith("Scene's own")
    assert session.tuning.value("motion.max_rate_dps") == 42.0
