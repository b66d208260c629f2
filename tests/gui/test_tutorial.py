"""The designer's tutorial, followed in the window with its own scene: each step shows what the page says."""

from __future__ import annotations

import pytest
from conftest import drag
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.render import room
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.window import MainWindow
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.workbench.run_data import run_data_of
from simulator.world.assets import SCENES

SAMPLE = SCENES / "sample.scene.yaml"
DEAD = "zones.dead_half_width_deg"


@pytest.fixture
def session(qapp):
    log = run_scene(load(SAMPLE), mode="feature")
    made = SessionModel()
    made.open_scene(SAMPLE, play=False)
    made.shown.run, made.shown.complete = run_data_of(log.traces, log.truths), True
    made.engine.state = "done"
    yield made
    made.close()


@pytest.fixture
def window(qapp, tmp_path, session, look):
    made = MainWindow(settings=Settings(tmp_path / "home"), session=session, look=look, samples=SCENES)
    made.resize(1366, 768)
    made.show()
    session.document_changed.emit("all")
    session.run_changed.emit()
    QApplication.processEvents()
    yield made
    made.close()


def test_a_designer_gets_from_watching_to_keeping(window, session):
    tune = window.workspace("tune")
    # 1. Watch it turn.
    window.commands.run("time.play")
    assert session.head.playing
    window.commands.run("time.play")
    # 2. Ask why.
    session.seek(600)
    QApplication.processEvents()
    assert "in the holding zone, and has been there for" in tune.why_bar.words
    # 3. Make it calmer: the same knob in room, curve and list; undone by name.
    view = tune.room.view
    start = room.handle_points(view.frame(), view.scene())["dead", 1, -1]
    before = session.tuning.value(DEAD)
    drag(view, start, start + QPointF(10, 14))
    wider = session.tuning.value(DEAD)
    assert wider > before
    assert tune.panel.rows[DEAD].edit.text() == f"{wider:g}°"
    slider = tune.panel.rows["patience.settle_s"].slider
    tune.panel.reveal("patience.settle_s")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert session.tuning.value("patience.settle_s") == pytest.approx(2.5)
    window.commands.run("edit.undo")
    assert session.tuning.value("patience.settle_s") == 1.5
    assert session.tuning.value(DEAD) == wider
    # 4. Compare: B has knobs of its own.
    window.commands.run("tuning.slot_b")
    assert session.tuning.value(DEAD) == before
    window.commands.run("tuning.slot_a")
    # 5. Keep it.
    tune.panel.naming.setText("Calm kitchen")
    tune.panel._save_preset()
    assert "Calm kitchen" in [tune.panel.preset.itemText(i) for i in range(tune.panel.preset.count())]
