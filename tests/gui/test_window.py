"""The window as a whole: workspaces, names for screen readers, palette, tour, autosave, errors, export."""

from __future__ import annotations

import csv
import shutil

import pytest
from conftest import PAGES, ROOT, SCENE, drag
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

from simulator.gui.render.timeline import KIND_COLOURS
from simulator.gui.shell.export import export
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Canvas
from simulator.lab.why.hold_words import HoldGroup
from simulator.runtime.recorder import Recorder
from simulator.runtime.run import run_scene
from simulator.scene.loader import loads
from simulator.workbench.document import Bookmark

BARE = """scene: 1
claim: Somebody calls.
duration: 1 s
room: {width: 3.6 m, depth: 3.4 m, height: 2.4 m, style: plain}
device: {at: [0.5, 0.5], height: 0.6 m, heading: 60 °}
people: {anna: {at: [2.0, 1.4]}}
tuning: {motion.max_rate_dps: 20}
timeline: [{at: 0.2 s, who: anna, does: say wake word}]
expect: [{never: device turning}]
"""


@pytest.mark.parametrize("name", PAGES)
def test_each_workspace_opens_in_both_themes_and_names_everything(window, look, name):
    window.show_workspace(name)
    QApplication.processEvents()
    look.set("light")
    QApplication.processEvents()
    page = window.workspace(name)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSlider, QListWidget, QPlainTextEdit, Canvas)
    nameless = []
    for widget in page.findChildren(QWidget):
        if isinstance(widget, kinds) and not widget.objectName().startswith("qt_"):
            found = QAccessible.queryAccessibleInterface(widget)
            if not (found and found.text(QAccessible.Text.Name)):
                nameless.append(type(widget).__name__)
    assert not nameless


def test_every_group_of_hold_reasons_has_a_colour():
    assert set(KIND_COLOURS) == set(HoldGroup)


def test_the_palette_finds_commands_knobs_bookmarks_and_scenes(window, session):
    session.document.set_bookmarks([Bookmark(300, "before dinner")], words="x")
    box = window.palette_box
    for typed, wanted in (
        ("undo", "Undo"),
        ("settle t", "Knob: Settle time"),
        ("dinner", "Bookmark: before dinner"),
        ("living", "Scene: living kitchen"),
    ):
        box.open()
        QTest.keyClicks(box.search, typed)
        assert box._found[0].title.startswith(wanted), typed
    box.open()
    QTest.keyClicks(box.search, "dinner")
    QTest.keyClick(box.search, Qt.Key.Key_Return)
    assert session.tick == 300
    assert box.isHidden()
    box.open()
    QTest.keyClick(box.search, Qt.Key.Key_Escape)
    assert box.isHidden()


def test_the_tour_has_five_steps_and_can_be_skipped(window, session):
    window.start_tour()
    assert window.tour.count.text() == "1 of 5"
    for _ in range(4):
        window.tour.forward()
    assert window.tour.next.text() == "Start"
    window.tour.forward()
    assert window.tour.isHidden()
    assert window.settings.values.seen_tour
    window.start_tour()
    window.tour.skip.click()
    assert window.tour.isHidden()


def test_work_is_kept_without_being_asked_and_comes_back_with_its_history(window, session):
    session.turn({"patience.settle_s": 3.3})
    session.release()
    window.autosave()
    session.turn({"patience.settle_s": 4.4})
    window.commands.run("scene.versions")
    window.gallery.offers[0].open()
    assert session.tuning.value("patience.settle_s") == 3.3
    assert session.document.undo_text == "Set Settle time: 1.5 → 3.3 s"
    window.commands.run("edit.undo")
    assert session.tuning.value("patience.settle_s") == 1.5


def test_old_versions_make_room(tmp_path):
    settings = Settings(tmp_path)
    for index in range(35):
        settings.autosave(SCENE, {"state": {"n": index}})
        QTest.qWait(2)
    kept = settings.versions(SCENE)
    assert len(kept) == 30
    assert settings.read(kept[0][1])["state"]["n"] == 34


def test_saving_with_knobs_writes_them_into_the_scene_and_nothing_else(window, session, tmp_path):
    path = tmp_path / "mine.scene.yaml"
    shutil.copy(SCENE, path)
    before = path.read_text()
    session.open_scene(path, play=False)
    session.turn({"patience.settle_s": 2.0})
    window.commands.run("scene.save_knobs")
    after = path.read_text()
    assert after.startswith(before)
    assert after[len(before) :].split() == ["tuning:", "patience.settle_s:", "2.0"]
    assert session.tuning.value("patience.settle_s") == 2.0
    assert not session.document.edited
    assert session.document.undo_text == "Save the knobs into the scene"
    window.commands.run("edit.undo")
    assert session.document.text == before
    assert session.document.state.settings["A"] == {"patience.settle_s": 2.0}
    assert session.document.undo_text.startswith("Set Settle time")


def test_work_goes_on_where_it_was_left_unless_the_file_has_changed(window, session, tmp_path):
    path = tmp_path / "mine.scene.yaml"
    shutil.copy(SCENE, path)
    window.open(path)
    session.turn({"patience.settle_s": 2.7})
    session.release()
    window.autosave()
    window.open(ROOT / "scenes" / "sample.scene.yaml")
    window.open(path)
    assert session.tuning.value("patience.settle_s") == 2.7
    assert session.document.undo_text == "Set Settle time: 1.5 → 2.7 s"
    path.write_text(path.read_text() + "# changed elsewhere\n")
    window.open(path)
    assert session.tuning.value("patience.settle_s") == 1.5


def test_a_broken_scene_is_told_with_its_line_and_the_open_one_stays(window, session, tmp_path):
    bad = tmp_path / "bad.scene.yaml"
    bad.write_text("scene: 1\npeople:\n  ana: {at: [1, x]}\n")
    assert not window.open(bad)
    assert "bad.scene.yaml:3:" in window.banner.words
    assert session.document.path == SCENE
    assert not window.open(tmp_path / "not-there.scene.yaml")
    assert "cannot be read" in window.banner.words


def test_a_scene_is_dropped_onto_the_window(window, session):
    other = ROOT / "scenes" / "sample.scene.yaml"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    window.dropEvent(event)
    assert session.document.path == other
    assert window.settings.values.recent[0] == str(other.resolve())


def test_what_one_sees_is_exported(window, session, tmp_path):
    for ending in ("png", "pdf", "csv"):
        export(window, tmp_path / f"run.{ending}")
        assert window.banner.kind == "info", window.banner.words
    picture = QImage(str(tmp_path / "run.png"))
    assert picture.width() == window.stack.currentWidget().width()
    assert (tmp_path / "run.pdf").read_bytes().startswith(b"%PDF")
    rows = list(csv.reader((tmp_path / "run.csv").read_text().splitlines()))
    assert len(rows) == len(session.run) + 2
    assert rows[-1][-1] == "shutter closed"
    export(window, tmp_path / "no" / "such.png")
    assert window.banner.kind == "error"
    export(window, tmp_path / "run.docx")
    assert "must be png" in window.banner.words


@pytest.mark.process
@pytest.mark.long
def test_a_film_says_how_far_it_is_and_of_which_run(window, session, tmp_path, qtbot, monkeypatch):
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    recording, out = tmp_path / "run.mcap", tmp_path / "run.mp4"
    log = run_scene(loads(BARE), mode="feature")
    with Recorder(recording, log.header) as recorder:
        for trace, truth in zip(log.traces, log.truths, strict=True):
            recorder.write(trace, truth, ())
        recorder.close(trace_hash=log.trace_hash)
    asked = []
    monkeypatch.setattr(session, "record", lambda path: asked.append(path) or True)
    session.document.set_loop((20, 60))
    export(window, out)
    film = window.film
    assert film.running
    export(window, tmp_path / "other.mp4")
    assert "is being made already" in window.banner.words
    shutil.copy(recording, asked[0])
    shares = []
    monkeypatch.setattr(film._notice, "show_share", shares.append)
    session.recorded.emit(str(asked[0]), "")
    assert "Recorded" not in window.banner.words, "nobody asked for that recording"
    qtbot.waitUntil(lambda: not film.running, timeout=90_000)
    assert window.banner.words == "Exported run.mp4"
    assert out.stat().st_size > 2000
    assert shares == pytest.approx([k / 8 for k in range(1, 9)])
    assert not asked[0].exists()


def test_a_film_that_is_cancelled_leaves_nothing(window, session, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(session, "record", lambda path: asked.append(path) or False)
    export(window, tmp_path / "run.mp4")
    notice = window.film._notice
    assert "waits for the run" in notice.words.text()
    notice.cancel.click()
    assert not window.film.running
    session.recorded.emit(str(asked[0]), "")
    assert "Recorded" not in window.banner.words
    assert list(tmp_path.glob("*.mp4")) == []


def test_the_layout_is_kept_and_reset(window):
    tune = window.workspace("tune")
    split = tune.splitters["tune.whole"]
    first = split.sizes()
    split.setSizes([700, 500])
    split.splitterMoved.emit(700, 1)
    assert window.settings.values.splitters["tune.whole"] == split.sizes()
    window.reset_layout()
    assert not window.settings.values.splitters
    assert split.sizes() == first


# --- scenario ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def scenario(window, session, tmp_path):
    path = tmp_path / "kitchen.scene.yaml"
    shutil.copy(SCENE, path)
    session.open_scene(path, play=False)
    window.show_workspace("scenario")
    QApplication.processEvents()
    return window.workspace("scenario")


def test_a_person_is_dragged_and_one_line_of_the_text_changes(window, scenario, session):
    view, before = scenario.view, session.document.text.splitlines()
    at = view.frame().to_px(3.1, 2.1)
    drag(view, at, view.frame().to_px(2.4, 2.9))
    after = session.document.text.splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].startswith("  ana: {at: [2.4, 2.9]")
    assert session.spec.people[0].at == (2.4, 2.9)
    assert scenario.inspector.title.text() == "ana · person"
    assert "ana: {at: [2.4, 2.9]" in scenario.text.edit.toPlainText()
    window.commands.run("edit.undo")
    assert session.document.text.splitlines() == before


def test_the_end_of_a_walk_is_dragged(scenario, session):
    view = scenario.view
    drag(view, view.frame().to_px(4.7, 1.7), view.frame().to_px(4.2, 2.6))
    assert any("to: [4.2, 2.6]" in line for line in session.document.text.splitlines())


def test_things_are_added_nudged_and_taken_away(scenario, session):
    view = scenario.view
    scenario.kinds["person"].click()
    assert view.chosen == "person"
    x_m = session.spec.people[-1].at[0]
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.spec.people[-1].at[0] == pytest.approx(x_m + 0.1)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert [person.name for person in session.spec.people] == ["ana", "ben", "cleo"]


def test_the_inspector_tells_what_is_wrong_under_the_value(scenario, session):
    scenario.view.choose("ana")
    field = scenario.inspector.fields["loudness"]
    field.setText("900")
    field.setModified(True)
    field.editingFinished.emit()
    problem = scenario.inspector.errors["loudness"]
    assert not problem.isHidden()
    assert "85" in problem.text()
    field.setText("70")
    field.setModified(True)
    field.editingFinished.emit()
    assert problem.isHidden()
    assert session.spec.people[0].loudness_db == 70


def test_text_that_is_no_scene_is_marked_and_changes_nothing(scenario, session):
    good = session.document.text
    scenario.text.edit.setPlainText(good.replace("does: talk for 3 s", "does: sing"))
    scenario.text.run()
    assert not scenario.text.problems.isHidden()
    assert session.document.text == good
    scenario.text.edit.setPlainText(
        good.replace("duration: 34 s", "duration: 30 s # shorter").replace(
            "- {at: 30.0 s, who: device", "- {at: 29.0 s, who: device"
        )
    )
    scenario.text.run()
    assert scenario.text.problems.isHidden()
    assert session.spec.duration_s == 30


def test_events_are_edited_added_and_taken_away(scenario, session):
    count = len(session.spec.actions)
    scenario.events._add()
    assert len(session.spec.actions) == count + 1
    line = scenario.events.lines[-1]
    line.setText("")
    line.setModified(True)
    line.editingFinished.emit()
    assert len(session.spec.actions) == count


def test_this_moment_becomes_a_scene(window, scenario, session, made_up):
    session.shown.run = made_up.copy()
    session.seek(1500)
    scenario.from_moment()
    assert session.document.path.name == "kitchen-from-15.0s.scene.yaml"
    assert session.spec.duration_s == pytest.approx(19.0)
    assert min(action.at_s for action in session.spec.actions) == pytest.approx(3.0)
