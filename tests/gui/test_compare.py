"""Compare with its two engines: what B breaks is seen, the key flips everything, a row of all scenes opens both runs."""

from __future__ import annotations

import pytest
from conftest import SCENE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Look
from simulator.gui.window import MainWindow
from simulator.workbench.compared import SceneRow

pytestmark = pytest.mark.process

PATIENCE_MS = 90_000


@pytest.fixture
def compare(qapp, qtbot, tmp_path):
    """The kitchen with B at a quarter of A's top speed, both runs computed."""
    session = SessionModel()
    session.start()
    window = MainWindow(settings=Settings(tmp_path), session=session, look=Look(), samples=SCENE.parent)
    window.resize(1366, 768)
    window.show()
    window.open(SCENE)
    session.play(False)
    session.document.state.settings["A"] = {"motion.max_rate_dps": 80.0}
    session.document.state.settings["B"] = {"motion.max_rate_dps": 20.0}
    session.commit_knobs()
    window.show_workspace("compare")
    made = window.workspace("compare")
    both = (session, made.other)
    qtbot.waitUntil(lambda: all(one.shown.complete and not one.shown.old for one in both), timeout=PATIENCE_MS)
    QApplication.processEvents()
    yield made
    window.close()


def test_what_b_breaks_is_seen_before_everything_else(compare):
    words, a, b, verdict, colour = compare.outcomes.rows[0]
    assert (words, a, colour) == ("Checks", "4 of 4", "bad")
    assert b == "2 of 4"
    assert verdict == "breaks 2"
    assert [row[3] for row in compare.outcomes.rows[1:3]] == ["broken", "broken"]
    assert compare.keep.text() == "Keep B (breaks 2)"
    assert compare.keep.objectName() != "main"


def test_b_has_lanes_of_its_own_for_checks_and_a_line_in_the_speed(compare):
    scene = compare.timeline.view.scene()
    assert [mark.passed for mark in scene.checks] == [True] * 4
    assert sum(mark.passed is True for mark in scene.other_checks) == 2
    assert len(scene.rates) == 1
    assert scene.names == ("A", "B")


def test_the_key_flips_room_lanes_curve_and_title_and_letting_go_flips_back(compare):
    window, view = compare.window(), compare.timeline.view
    compare._session.seek(1530)
    before = compare.view_a.scene().moment.yaw_deg
    solid = next(curve for curve in view.scene().curves if curve.style == "solid")
    QTest.keyPress(window, Qt.Key.Key_QuoteLeft)
    QApplication.processEvents()
    assert compare.view_a.scene().moment.yaw_deg != before
    flipped = next(curve for curve in view.scene().curves if curve.style == "solid")
    assert flipped.name == "run B"
    assert flipped.yaw_deg is not solid.yaw_deg
    assert compare.card_a.title.text().startswith("B")
    assert sum(mark.passed is True for mark in view.scene().checks) == 2
    assert window.top.slots.buttons["B"].isChecked()
    QTest.keyRelease(window, Qt.Key.Key_QuoteLeft)
    QApplication.processEvents()
    assert compare.view_a.scene().moment.yaw_deg == before
    assert compare.card_a.title.text().startswith("A")


def test_b_lies_where_it_was_aligned(compare):
    compare.align.setChecked(True)
    compare._follow()
    ticks = [
        next(one.tick for one in session.run.happenings if one.kind == "wake word")
        for session in (compare._session, compare.other)
    ]
    dashed = next(curve for curve in compare.timeline.view.scene().curves if curve.style == "dashed")
    assert dashed.first_tick == ticks[0] - ticks[1]


def test_a_row_of_all_scenes_opens_both_runs(compare, qtbot):
    path = SCENE.parent / "sample.scene.yaml"
    row = SceneRow("sample", str(path), "broke", "", "turns", "turns 1 → −1 s")
    compare.all_scenes.show_rows([row])
    item = compare.all_scenes.topLevelItem(0)
    compare.all_scenes.itemClicked.emit(item, 0)
    document = compare._session.document
    assert document.path == path
    assert document.tuning("A").value("motion.max_rate_dps") == 80.0
    assert document.tuning("B").value("motion.max_rate_dps") == 20.0
    qtbot.waitUntil(lambda: compare.other.shown.complete, timeout=PATIENCE_MS)
    assert compare.other.document.path == path


def test_the_sentence_is_of_the_playhead_also_after_coming_back(compare):
    window = compare.window()
    window.show_workspace("tune")
    compare._session.seek(900)
    window.show_workspace("compare")
    QApplication.processEvents()
    now = compare.words.text()
    compare._follow()
    assert compare.words.text() == now
