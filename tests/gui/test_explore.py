"""The workspace Explore: results of the command line open, a point goes into a slot, a run opens, and a tuning runs beside the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, SCENE
from explored_example import SCENES, example
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.render.front import FrontFrame
from simulator.lab.search.explored import Explored, explored_bytes, read_explored
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE

PATIENCE_MS = 90_000


def opened(window, folder: Path, found: Explored):
    path = folder / EXPLORED_FILE
    path.write_bytes(explored_bytes(found))
    assert window.open(path)
    QApplication.processEvents()
    return window.workspace("explore")


def test_results_of_the_command_line_open_with_front_bars_and_table(window, tmp_path):
    page = opened(window, tmp_path, example())
    assert window.current == "explore"
    names = [page.points.topLevelItem(row).text(0) for row in range(page.points.topLevelItemCount())]
    assert names == ["as it ships", "eager", "lively", "even", "gentle", "calm"]
    verdicts = [page.points.topLevelItem(row).text(6) for row in range(1, 6)]
    assert verdicts.count("generalises") == 3
    assert verdicts.count("does not generalise") == 2
    assert "none did better than chance" in page.words.text()
    assert page.whom.text() == "for this set of 20 scenes"
    assert page.bars.accessibleDescription().startswith("Calmness: 4.1 (3.3 to 5.3)")
    page.figures.buttons["disturbance"].click()
    assert page.bars.accessibleDescription().startswith("Speed: 6")


def test_nothing_is_said_to_generalise_before_it_was_tested(window, tmp_path):
    page = opened(window, tmp_path, example(complete=False))
    verdicts = {page.points.topLevelItem(row).text(6) for row in range(1, 6)}
    assert verdicts == {"not tested yet"}
    assert "generalise" not in page.words.text()
    assert page.words.text().startswith(
        "65 points on 20 scenes; 2 clash with a scene or crashed; 20 held out; not finished."
    )


def test_a_damaged_file_is_told_and_what_was_open_stays(window, tmp_path):
    page = opened(window, tmp_path, example())
    (tmp_path / EXPLORED_FILE).write_text('{"explored": 2}')
    page.open(tmp_path / EXPLORED_FILE)
    assert "not written by swivel tune or swivel sweep" in window.banner.words
    assert len(page.found.points) == 5


def test_a_click_on_the_front_chooses_and_one_more_puts_the_point_into_a_slot(window, session, tmp_path):
    page = opened(window, tmp_path, example())
    assert not page.takes["B"].isEnabled()
    at = FrontFrame(page.found, page.front.area).at(page.found.points[3].train)
    QTest.mouseClick(page.front, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert page.chosen == "gentle"
    assert page.points.currentItem().text(0) == "gentle"
    page.takes["B"].click()
    assert session.document.slot == "B"
    assert session.document.state.settings["B"] == page.found.points[3].changes
    assert session.document.state.settings["A"] == {}
    window.commands.run("edit.undo")
    assert session.document.state.settings["B"] == {}
    QTest.keyClick(page.front, Qt.Key.Key_Left)
    assert page.chosen == "even"


def test_what_a_point_breaks_comes_first_and_opens_beside_what_ships(window, session, tmp_path, monkeypatch):
    page = opened(window, tmp_path, example())
    page.choose("calm")
    first = page.runs.topLevelItem(0)
    assert [first.text(column) for column in range(4)] == ["follow/at-a-stroll", "passes", "fails", "broken"]
    shown = []
    monkeypatch.setattr(page._commands, "run", shown.append)  # Compare has an engine of its own
    page.runs.itemActivated.emit(first, 0)
    assert session.document.path == ROOT / SCENES[1]
    assert session.seed == 3
    assert session.document.state.settings["A"] == {}
    assert session.document.state.settings["B"]["motion.max_rate_dps"] == 20.0
    assert shown == ["view.compare"]


def test_choices_that_cannot_be_explored_are_said_where_they_are_made(window):
    window.show_workspace("explore")
    page = window.workspace("explore")
    for words, problem in (
        ("zzz", "zzz: there is no such folder of scenes"),
        ("", "name folders of scenes, or a number of homes"),
        ("9999 homes", "at most 2000"),
    ):
        page.setup.tune_on.setCurrentText(words)
        page.setup.go.click()
        assert problem in page.setup.words.text()
        assert not page.exploring.running
    item = page.setup.list.topLevelItem(0)
    item.setText(2, "1000")
    assert item.text(2) == "100", "a range stays within its bounds"
    item.setText(1, "much")
    assert item.text(1) == "15"


@pytest.mark.process
@pytest.mark.long
def test_a_tuning_beside_the_window_is_cancelled_goes_on_and_fills_the_page(window, qtbot, monkeypatch):
    window.show_workspace("explore")
    page = window.workspace("explore")
    scene = str(ROOT / "scenes" / "wake" / "from-the-left.scene.yaml")
    page.setup.tune_on.setCurrentText(scene)
    page.setup.hold_out.setCurrentText(str(SCENE))
    page.setup.trials.setCurrentText("10")
    page.setup.walks.setCurrentText("0")
    monkeypatch.setattr(
        "simulator.gui.panels.explore_setup.find_spec", lambda name: None
    )  # chance alone: it is enough here
    with qtbot.waitSignal(page.exploring.grew, timeout=PATIENCE_MS):
        page.setup.go.click()
    assert page.setup.go.text() == "Cancel"
    with qtbot.waitSignal(page.exploring.ended, timeout=PATIENCE_MS):
        page.setup.go.click()
    assert page.setup.words.text() == "Left off. What was tried is kept: Start goes on from there."
    assert not page.found.complete
    with qtbot.waitSignal(page.exploring.ended, timeout=PATIENCE_MS):
        page.setup.go.click()
    assert page.setup.words.text().startswith("Done.")
    assert page.found.complete
    assert page.found == read_explored(page.file)
    assert len(page.found.trials) == 10
    assert page.bars.empty_words == "Not asked: no walks"
    assert (page.file.parent / "goal.yaml").exists(), "the same can be done at the command line"
