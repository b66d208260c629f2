"""Teaching in the window: the slider pushes, the ghost and the curve show it, and a fit is felt, taken back and kept."""

from __future__ import annotations

import shutil

import pytest
from conftest import ROOT
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_layout import clipped

from simulator.gui.render.room_frame import at_polar

PATIENCE_MS = 120_000


@pytest.fixture
def bar(window, session, tmp_path):
    """A copy of the kitchen in a scene folder of its own, so that nothing is written into the library."""
    folder = tmp_path / "scenes" / "lessons"
    folder.mkdir(parents=True)
    for name in ("steps-aside", "steps-close-by"):
        shutil.copy(ROOT / "scenes" / "lessons" / f"{name}.scene.yaml", folder)
    for name in ("homes", "checks"):
        shutil.copytree(ROOT / "scenes" / name, folder.parent / name)
    shutil.copy(ROOT / "scenes" / "sample.scene.yaml", folder.parent)
    run, complete = session.run.copy(), True
    session.open_scene(folder.parent / "sample.scene.yaml", play=False)
    session.shown.run, session.shown.complete = run, complete
    session.run_changed.emit()
    window.commands.run("tuning.teach")
    QApplication.processEvents()
    return window.tune.teach


def test_the_slider_pushes_and_room_and_timeline_show_it(bar, window, session):
    assert bar.isVisible()
    assert not bar.gives.isEnabled()
    session.seek(300)
    bar.yaw.setValue(2 * 10)
    session.seek(700)
    QTest.keyClick(bar.yaw, Qt.Key.Key_Up)
    assert [tick for tick, _ in bar.teaching.pushes] == [300, 700]
    session.seek(500)
    assert bar.degrees.text() == f"{bar.teaching.yaw_at(500):.0f}°"
    scene = window.tune.room.view.scene()
    assert scene.ghost_yaw_deg == bar.teaching.yaw_at(500)
    assert scene.ghost_name == "should be"
    assert "should be" in [curve.name for curve in window.tune.timeline.view.scene().curves]
    bar.gives.click()
    assert bar.gives.text() == "Give lesson 2"
    assert bar.fits.isEnabled()
    bar.back.click()
    assert not bar.teaching.given
    window.commands.run("tuning.teach")
    assert bar.isHidden()
    assert window.tune.room.view.scene().ghost_name != "should be"


def test_the_screen_is_dragged_in_the_room_to_where_the_mouse_is(bar, window, session):
    view = window.tune.room.view
    session.seek(400)
    place = session.spec.device
    at = at_polar(view.frame(), place.x_m, place.y_m, place.heading_deg + 25.0, 1.5)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    ((tick, yaw_deg),) = bar.teaching.pushes
    assert tick == 400
    assert yaw_deg == pytest.approx(25.0, abs=2.0)
    assert bar.yaw.value() == round(2 * yaw_deg)
    view.pushed.emit(179.0)
    assert bar.teaching.pushes == [(400, bar.yaw.maximum() / 2)], "never beyond the range of motion"
    assert session.document.state.settings["A"] == {}, "no zone edge is dragged meanwhile"


@pytest.mark.parametrize("size", [(1280, 720), (940, 490)], ids=str)
def test_nothing_of_it_is_clipped(bar, window, size):
    window.resize(*size)
    for _ in range(3):
        QApplication.processEvents()
    assert not clipped(window)


@pytest.mark.process
@pytest.mark.long
def test_a_word_is_fitted_felt_in_a_slot_taken_back_and_kept_for_scenes(bar, window, session, qtbot):
    with qtbot.waitSignal(bar.fitting.ended, timeout=PATIENCE_MS):
        bar.say("calmer")
    assert bar.learned is not None, bar.words.text()
    assert "fastest" in bar.words.text()
    assert bar.learned.after.top_speed_dps < bar.learned.before.top_speed_dps
    bar.takes[1].click()
    document = session.document
    assert document.slot == "B"
    assert document.state.settings["B"]["motion.max_rate_dps"] < 60.0
    assert document.state.preset["B"] == "cooking"
    window.commands.run("edit.undo")
    assert document.state.settings["B"] == {}
    bar.keeps.click()
    assert (document.path.parent / "taught" / "cooking.yaml").exists()
    assert "cooking" in window.presets.names()
    assert window.presets.about("cooking").startswith("Taught, from lessons in")
