"""What the window says is so: undo where one looks, pictures of this moment, sentences that fit the picture, notices that leave."""

from __future__ import annotations

import shutil

import pytest
from conftest import ROOT, SCENE
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.panels.why import folded_gates, why
from simulator.gui.pictures import Picture
from simulator.gui.render.camera import free_label
from simulator.gui.views.dial import told
from simulator.lab.why.why_sentences import sentence
from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate, HoldReason, Zone, ZoneDecision
from simulator.runtime.orders.engine_pipe import OrderFailed, ResumeEngine
from simulator.workbench.who_is_hidden import hidden_talker
from simulator.world.camera.customer_place import Standpoint

SETTLE = "patience.settle_s"


def keys(widget, words: str) -> None:
    QTest.keyClicks(widget, words)
    QApplication.processEvents()


def undo(window) -> None:
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()


# --- undo and focus ---------------------------------------------------------------------------------------------------


def test_undo_goes_to_the_slot_that_it_changes(window, session):
    session.document.slot = "B"
    session.document.take_settings({SETTLE: 3.0}, name="Eager", text="Take preset Eager")
    session.document.slot = "A"
    window.commands.run("edit.undo")
    assert session.document.slot == "B"
    assert window.top.slots.buttons["B"].isChecked()
    assert window.banner.words == "Undone in B: Take preset Eager"
    assert session.document.state.settings["B"] == {}
    assert session.document.state.preset["B"] == "Scene's own", "no preset is named whose knobs are gone"


def test_undo_in_an_emptied_search_takes_back_the_knob(window, session, qtbot):
    window.activateWindow()
    session.turn({SETTLE: 3.0})
    session.release()
    search = window.tune.panel.search
    search.setFocus()
    keys(search, "speed")
    undo(window)
    assert session.tuning.value(SETTLE) == 3.0, "there was typing to take back"
    search.clear()
    search.setFocus()
    undo(window)
    assert search.text() == ""
    assert session.tuning.value(SETTLE) == 1.5


def test_escape_clears_the_search_and_then_leaves_it(window):
    search = window.tune.panel.search
    window.activateWindow()
    search.setFocus()
    keys(search, "speed")
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert search.hasFocus()
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert not search.hasFocus()
    assert window.tune.timeline.view.hasFocus()


def test_a_click_on_the_room_takes_the_keyboard_from_a_field(window):
    window.activateWindow()
    window.tune.panel.search.setFocus()
    QTest.mouseClick(window.tune.room.view, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert not window.tune.panel.search.hasFocus()


# --- pictures ---------------------------------------------------------------------------------------------------------


def picture(session) -> Picture:
    tick = session.moment.vision.tick
    image = QImage(2, 2, QImage.Format.Format_RGB888)
    return Picture(image=image, tick=tick, take=session.run.take, place=Standpoint())


@pytest.fixture
def camera(window, session, monkeypatch):
    monkeypatch.setattr(session.pictures, "want", lambda wanted: None)
    view = window.tune.camera.view
    view.show_synthetic(True)
    session.pictures.arrived.emit("camera", picture(session))
    return view


def test_a_picture_of_this_moment_is_shown_plain_and_an_older_one_with_its_time(camera, session):
    assert camera.scene().picture is not None
    assert camera.scene().picture_at_s is None
    at_s = session.moment.vision.tick / 100
    session.seek(session.tick + 400)
    assert camera.scene().picture_at_s == pytest.approx(at_s)


def test_no_picture_outlives_its_scene_its_run_or_its_settings(camera, session):
    session.run.cut(len(session.run) - 1)
    assert camera.scene().picture is None, "from some tick on other knobs are in use"
    session.pictures.arrived.emit("camera", picture(session))
    assert camera.scene().picture is not None
    session.shown.run = session.run.copy()
    assert camera.scene().picture is None, "it is of another run"
    session.pictures.arrived.emit("camera", picture(session))
    session.open_scene(ROOT / "scenes" / "sample.scene.yaml", play=False)
    assert camera.scene().picture is None


def test_a_picture_that_cannot_be_drawn_is_told_in_its_place(camera, session):
    session.shown.run = session.run.copy()
    session.pictures.failed.emit("camera", "no OpenGL here")
    assert camera.scene().no_picture == "no OpenGL here"


# --- sentences --------------------------------------------------------------------------------------------------------


def decision(**changes) -> ZoneDecision:
    values = {"zone": Zone.DEAD, "hold": HoldReason.IN_DEAD_ZONE, "subject_id": 1, "dead_half_width_deg": 11.0}
    return ZoneDecision(**{"tick": 0, "goal_yaw_deg": None, **values, **changes})


def test_a_person_over_the_edge_is_not_said_to_be_inside():
    inside = sentence(decision(subject_bearing_deg=9.0), names={1: "ana"})
    assert inside == "Still: Ana is 9° from centre, inside the dead zone (±11°)."
    over = sentence(decision(subject_bearing_deg=12.0), names={1: "ana"})
    assert "inside" not in over
    assert "just over the edge of the dead zone (±11°), but not far enough to leave it" in over


def test_somebody_who_is_out_of_view_is_not_called_nobody():
    late = Gate(name=GateName.LATELY, value=4.3, threshold=1.5, margin=-2.8, passed=False, unit="s")
    words = sentence(decision(hold=HoldReason.NOBODY_THERE, subject_bearing_deg=90.0, gates=(late,)), names={1: "ana"})
    assert words == "Still: Ana was last seen or heard 4.3 s ago, and is looked after for 1.5 s."


def test_the_column_that_hides_the_talker_is_named(session, run):
    moment = run.moment(830)
    device, column = session.spec.device, next(thing for thing in session.spec.things if thing.kind == "column")
    behind = (2 * column.at[0] - device.x_m, 2 * column.at[1] - device.y_m)
    people = [one for one in moment.truth.people if not one.talking]
    talker = next(one for one in moment.truth.people if one.talking)
    moved = replace_fields(talker, x_m=behind[0], y_m=behind[1])
    truth = replace_fields(moment.truth, people=(*people, moved), things=())
    assert hidden_talker(session.spec, truth) == (talker.name, column.name)
    nobody = decision(hold=HoldReason.NOBODY_THERE, subject_id=None, subject_bearing_deg=None, zone=None)
    seen = replace_fields(moment, decision=nobody, truth=truth)
    assert (
        why(seen, session.spec) == f"Still: cannot see who spoke: the {column.name} hides {talker.name.capitalize()}."
    )
    assert hidden_talker(session.spec, moment.truth) is None


def replace_fields(one, **changes):
    import dataclasses

    return dataclasses.replace(one, **changes) if dataclasses.is_dataclass(one) else one.model_copy(update=changes)


def test_an_ampersand_is_shown(window):
    window.tune.panel.fill_rest()
    assert "Bump && push" in window.tune.panel.groups["bump"].head.text()


# --- opening what is wrong --------------------------------------------------------------------------------------------


def test_a_recording_that_cannot_be_read_leaves_everything_as_it_was(window, session):
    ticks, name, checks = len(session.run), session.label.scene, list(session.checks)
    sent = []
    session.engine._send = sent.append
    session.engine.state = "running"
    session.engine.holds_run = True
    window.open(ROOT / "nothing.mcap")
    session.engine.take(OrderFailed(job=session.engine.job, text="nothing.mcap: not a recording"))
    assert (len(session.run), session.label.scene, session.checks) == (ticks, name, checks)
    assert session.engine.state == "running"
    assert session.engine.holds_run
    assert isinstance(sent[-1], ResumeEngine), "what was under way goes on"
    assert window.banner.words == "nothing.mcap: not a recording"


def test_a_picture_opened_as_a_scene_is_told_in_words_and_the_notice_leaves_with_the_next_success(window, tmp_path):
    bad = tmp_path / "photo.scene.yaml"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert not window.open(bad)
    assert window.banner.words == "photo.scene.yaml is not a text file, so it cannot be a scene"
    good = tmp_path / "good.scene.yaml"
    shutil.copy(SCENE, good)
    assert window.open(good)
    assert not window.banner.isVisible()


def test_a_notice_covers_only_the_status_line_and_long_ones_can_be_unfolded(window):
    long = "Something went wrong with a thing: " + "and with another, " * 30
    for kind in ("info", "warning", "error"):
        window.banner.tell(kind, long)
        QApplication.processEvents()
        status = QRect(window.status.mapTo(window._middle, QPoint(0, 0)), window.status.size())
        assert window.banner.geometry().top() >= status.top() - 8
        assert window.banner._timer.isActive(), "every notice leaves by itself"
    assert window.banner.more.isVisible()
    window.banner.more.click()
    assert window.banner.text.text() == long
    assert not window.banner._timer.isActive()


# --- the tour ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (960, 540)], ids=str)
def test_every_step_of_the_tour_fits_and_lies_beside_what_it_explains(window, size):
    window.resize(*size)
    QApplication.processEvents()
    window.start_tour()
    tour = window.tour
    for step in range(5):
        QApplication.processEvents()
        assert window._middle.rect().contains(tour.geometry())
        assert tour.words.height() >= tour.words.heightForWidth(tour.words.width()), "no line is cut"
        target = tour._hints[step].target()
        if target.isVisible() and size[0] > 1000:
            at = QRect(target.mapTo(window._middle, QPoint(0, 0)), target.size())
            shared = at.intersected(tour.geometry())
            assert shared.width() * shared.height() <= 0.35 * at.width() * at.height(), tour.title.text()
        tour.forward()
    assert not tour.isVisible()


def test_the_tour_obeys_escape_and_stays_with_its_workspace(window):
    window.start_tour()
    window.show_workspace("scenario")
    assert not window.tour.isVisible()
    window.show_workspace("tune")
    assert window.tour.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.tour.isVisible()
    assert window.settings.values.seen_tour


def test_a_picture_is_asked_for_when_the_view_comes_into_sight(window, session, monkeypatch):
    asked = []
    monkeypatch.setattr(session.pictures, "want", asked.append)
    window.show_workspace("scenario")
    window.tune.camera.show_kind("picture")
    assert not asked
    window.show_workspace("tune")
    assert [one.drawn for one in asked] == ["device"]


def test_the_gate_that_stops_it_has_the_first_row_and_passed_ones_are_folded():
    def gate(name, passed):
        return Gate(name=name, value=1.0, threshold=2.0, margin=-1.0, unit="°", passed=passed)

    passed = [
        gate(name, passed=True)
        for name in (GateName.HEALTHY, GateName.SHUTTER_OPEN, GateName.RANGE_SET, GateName.HANDS_OFF)
    ]
    stops = gate(GateName.SETTLED, passed=False)
    assert folded_gates([*passed, stops], room=3) == ([stops, *passed[:1]], "… 3 passed")
    assert folded_gates([*passed, stops], room=5) == ([stops, *passed], "")


def test_a_motor_in_fault_is_not_said_to_turn():
    assert told(29.4, 29.0, 0.1, live=True) == "+29.4°   +29 °/s   +0.10 N m"
    assert told(29.4, 29.0, 0.1, live=False) == "last at +29.4°"


def test_labels_of_people_who_stand_together_do_not_cover_each_other():
    box, taken = QRectF(0, 0, 300, 200), []
    for x in (40.0, 44.0, 48.0):
        label = free_label(box, QRectF(x, 60, 30, 60), 80.0, taken)
        assert not any(label.intersects(other) for other in taken)
        taken.append(label)
    assert free_label(box, QRectF(40, 185, 30, 10), 80.0, [QRectF(0, 160, 300, 18)]) is None
