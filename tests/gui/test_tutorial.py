"""The designer's tutorial, followed in the window by mouse and keys with its own scene: each step shows what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import drag
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.render import room
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.window import MainWindow
from simulator.gui.workspaces.tune import TuneWorkspace
from simulator.onboard.messages import TICKS_PER_S
from simulator.world.assets import SCENES

pytestmark = [pytest.mark.process, pytest.mark.long]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "designer.md"
DEAD, SETTLE = "zones.dead_half_width_deg", "patience.settle_s"
PATIENCE_MS = 90_000


@pytest.fixture
def window(qapp, qtbot, tmp_path, look):
    """What `swivel gui scenes/sample.scene.yaml` opens; modelled senses, so that its two runs cost a second."""
    session = SessionModel(mode="feature")
    session.start()
    made = MainWindow(settings=Settings(tmp_path / "home"), session=session, look=look, samples=SCENES)
    made.resize(1366, 768)
    made.show()
    made.open(SCENES / "sample.scene.yaml")
    session.play(False)
    qtbot.waitUntil(lambda: computed(session), timeout=PATIENCE_MS)
    QApplication.processEvents()
    yield made
    made.close()


def computed(session: SessionModel) -> bool:
    return session.shown.complete and not session.shown.old


def key(window: MainWindow, name: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, name, modifier)
    QApplication.processEvents()


def click(button) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def longer(window: MainWindow, tune: TuneWorkspace) -> None:
    """Look for Settle time in the list, and press its slider further right."""
    before = window.session.tuning.value(SETTLE)
    tune.panel.search.setFocus()
    QTest.keyClicks(window.focusWidget(), "Settle time")
    row = tune.panel.rows[SETTLE]
    QApplication.processEvents()
    assert row.isVisible()
    QTest.mouseClick(
        row.slider, Qt.MouseButton.LeftButton, pos=QPoint(row.slider.width() * 3 // 4, row.slider.height() // 2)
    )
    assert window.session.tuning.value(SETTLE) > before
    tune.panel.search.clear()


def test_a_designer_gets_from_watching_to_keeping(window, qtbot, tmp_path):
    session, tune = window.session, window.workspace("tune")
    told = dict(
        re.findall(r"^## (\d)\. [^\n]+\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
    assert sorted(told) == list("12345")

    assert "Press the space bar" in told["1"]
    key(window, Qt.Key.Key_Space)
    assert session.head.playing
    key(window, Qt.Key.Key_Space)
    assert not session.head.playing
    wake = next(one for one in session.run.happenings if one.kind == "wake word")
    assert wake.tick == pytest.approx(2 * TICKS_PER_S, abs=1.5 * TICKS_PER_S)

    assert "Drag the time line to 6 s" in told["2"]
    line = tune.timeline.view
    at = QPoint(round(line._axis().x(600)), 6)
    drag(line, at - QPoint(120, 0), at)
    assert session.tick == pytest.approx(600, abs=10)
    assert "in the holding zone, and has been there for" in tune.why_bar.words

    assert "Drag a blue dot of the dead zone outward, in the room" in told["3"]
    view = tune.room.view
    start = room.handle_points(view.frame(), view.scene())["dead", 1, -1]
    before = session.tuning.value(DEAD)
    drag(view, start, start + QPointF(10, 14))
    wider = session.tuning.value(DEAD)
    assert wider > before
    assert tune.panel.rows[DEAD].edit.text() == f"{wider:g}°"
    qtbot.waitUntil(lambda: computed(session), timeout=PATIENCE_MS)
    assert "find **Settle time** in\nthe list on the right and make it longer" in told["3"]
    longer(window, tune)
    assert "undone with Ctrl+Z" in told["3"]
    key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (session.tuning.value(SETTLE), session.tuning.value(DEAD)) == (1.5, wider)

    assert "Press **B** at the top" in told["4"]
    click(window.top.slots.buttons["B"])
    assert session.tuning.value(DEAD) == before
    longer(window, tune)
    assert "open **Compare**" in told["4"]
    click(window.top.tabs.buttons["compare"])
    compare = window.workspace("compare")
    assert compare.isVisible()
    qtbot.waitUntil(lambda: computed(session) and computed(compare.other), timeout=PATIENCE_MS)
    session.seek(600)
    QApplication.processEvents()
    assert compare.view_a.isVisible()
    assert compare.view_b.isVisible()
    assert compare.other.tick == session.tick == 600
    assert {row[0] for row in compare.settings.rows} == {tune.panel.rows[path].leaf.label for path in (DEAD, SETTLE)}

    click(window.top.tabs.buttons["tune"])
    click(window.top.slots.buttons["A"])
    assert "**Save as…** over the list of knobs" in told["5"]
    assert tune.panel.presets.keep.text() == "Save as…"
    click(tune.panel.presets.keep)
    QTest.keyClicks(window.focusWidget(), "Calm kitchen")
    key(window, Qt.Key.Key_Return)
    assert tune.panel.presets.choice.currentText() == "Calm kitchen"
    kept = tmp_path / "home" / "presets" / "Calm kitchen.json"
    assert "a small text file" in told["5"]
    assert json.loads(kept.read_text())[DEAD] == wider
