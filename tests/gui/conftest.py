"""Fixtures for tests of the window: one application, a fresh user folder, and nothing left over after a test."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))

import pytest
import synthetic
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from simulator.gui.look import fence
from simulator.gui.look.theme import font, load_fonts
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Look
from simulator.gui.window import WORKSPACES, MainWindow
from simulator.workbench.run_data import RunData, run_data_of

ROOT = Path(__file__).resolve().parents[2]
SCENE = ROOT / "scenes" / "living-kitchen.scene.yaml"
# Compare has an engine of its own, for the other run.
PAGES = [pytest.param(name, marks=[pytest.mark.process] if name == "compare" else []) for name, _ in WORKSPACES]


@pytest.fixture(scope="session")
def qapp(qapp_args, qapp_cls, pytestconfig):
    app = QApplication.instance() or QApplication(["swivel"])
    app.setStyle("Fusion")
    QLocale.setDefault(QLocale.c())
    load_fonts()
    app.setFont(font())
    return app


@pytest.fixture(autouse=True, scope="module")
def _old_things_are_not_looked_through():
    """The search for circles after each test, which ends its widgets, leaves out what was there before the module."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def clean(qapp, made_up):
    fence.caught.clear()
    yield
    if left := QApplication.topLevelWidgets():
        for widget in left:
            widget.close()
            widget.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        del left, widget
        gc.collect()
    assert not fence.caught, f"a fenced event failed: {fence.caught[0]!r}"


@pytest.fixture(scope="session")
def made_up() -> RunData:
    return run_data_of(*synthetic.run())


@pytest.fixture
def run(made_up) -> RunData:
    return made_up.copy()


@pytest.fixture
def session(qapp, run) -> SessionModel:
    """The living kitchen is open, the made-up run is there, and no engine runs."""
    made = SessionModel()
    made.open_scene(SCENE, play=False)
    made.shown.run, made.shown.complete = run, True
    made.engine.state = "done"
    yield made
    made.close()


@pytest.fixture
def look(qapp) -> Look:
    return Look("dark")


@pytest.fixture
def window(qapp, tmp_path, session, look) -> MainWindow:
    made = MainWindow(settings=Settings(tmp_path / "home"), session=session, look=look, samples=ROOT / "scenes")
    made.resize(1366, 768)
    made.show()
    session.document_changed.emit("all")
    session.run_changed.emit()
    session.seek(830)
    QApplication.processEvents()
    yield made
    made.close()


def drag(widget: QWidget, first: QPointF | QPoint, last: QPointF | QPoint) -> None:
    """Press, move in two steps, let go."""
    start, end = QPointF(first).toPoint(), QPointF(last).toPoint()
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    move(widget, QPoint((start.x() + end.x()) // 2, (start.y() + end.y()) // 2))
    move(widget, end)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def move(widget: QWidget, at: QPoint) -> None:
    """Move the mouse with the left button held: QTest sends no button with its moves."""
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        widget.mapToGlobal(QPointF(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
