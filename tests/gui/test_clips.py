"""Clips on the timeline are moved and stretched with the mouse; mistakes offer their fix."""

from __future__ import annotations

import shutil

import pytest
from conftest import SCENE, drag
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from simulator.gui.render import timeline
from simulator.runtime.orders.run_messages import Ticks
from simulator.scene.errors import SceneError
from simulator.scene.loader import loads
from simulator.workbench import clips, scene_fixes
from simulator.workbench.entry_phrases import happening


@pytest.fixture
def scenario(window, session, made_up, tmp_path):
    path = tmp_path / "kitchen.scene.yaml"
    shutil.copy(SCENE, path)
    session.open_scene(path, play=False)
    session.shown.run, session.engine.state = made_up.copy(), "done"
    window.show_workspace("scenario")
    QApplication.processEvents()
    return window.workspace("scenario")


def x_of(view, at_s: float) -> float:
    return view._axis().x(at_s * 100)


def lane(view, place: int):
    return timeline.layout(view.area, view.scene()).voices[place]


def line_of(session, words: str) -> str:
    return next(line for line in session.document.text.splitlines() if words in line).strip()


def test_a_talk_is_moved_and_undone_by_name(scenario, session):
    view, before = scenario.timeline.view, session.document.text
    y = lane(view, 0).center().y()
    drag(view, QPointF(x_of(view, 4.0), y), QPointF(x_of(view, 8.0), y))
    assert line_of(session, "talk for 3 s").startswith("- {at: 7.0 s, who: ana")
    assert session.document.undo_text == "Move ana: talk to 7.0 s"
    assert sum(a != b for a, b in zip(before.splitlines(), session.document.text.splitlines(), strict=True)) == 1
    session.document.history.undo()
    assert session.document.text == before


def test_a_talk_is_stretched_at_its_end(scenario, session):
    view = scenario.timeline.view
    y = lane(view, 1).center().y()
    assert view.clip_at(QPointF(x_of(view, 17.5), y))[1] == "stretch"
    drag(view, QPointF(x_of(view, 17.5), y), QPointF(x_of(view, 19.2), y))
    assert line_of(session, "who: ben, does: talk") == "- {at: 14.5 s, who: ben, does: talk for 4.7 s}"
    assert session.document.undo_text == "Stretch ben: talk to 4.7 s"


def test_an_event_is_moved_and_snaps_to_the_playhead(scenario, session):
    view = scenario.timeline.view
    session.seek(750)
    y = timeline.layout(view.area, view.scene()).events.center().y()
    drag(view, QPointF(x_of(view, 6.0), y), QPointF(x_of(view, 7.5) + 3, y))
    assert line_of(session, "to: [3.5, 2.2]").startswith("- {at: 7.5 s, who: ana, does: walk")


def test_a_click_on_a_clip_only_moves_the_playhead(scenario, session):
    view, before = scenario.timeline.view, session.document.text
    at = QPointF(x_of(view, 4.0), lane(view, 0).center().y())
    drag(view, at, at)
    assert session.document.text == before
    assert abs(session.tick - 400) <= 15  # events nearby attract the playhead


def test_clips_know_what_can_be_stretched():
    text = SCENE.read_text().replace("does: talk for 3 s}", "does: talk, for: 3 s}", 1)
    found = {(clip.who, clip.does): clip for clip in clips.clips(text)}
    assert found["ana", "talk"].for_s == 3.0
    assert found["ana", "say wake word"].for_s is None
    assert "does: talk, for: 5.0 s" in clips.stretched(text, found["ana", "talk"], 5.0)
    assert clips.snapped(1.234, [], reach_s=0.1) == 1.2
    assert clips.snapped(1.234, [1.27], reach_s=0.1) == 1.27


def problem_of(old: str, new: str):
    text = SCENE.read_text().replace(old, new, 1)
    with pytest.raises(SceneError) as caught:
        loads(text, path=SCENE, root=SCENE.parent)
    return text, caught.value.problems[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("faces: device}", "fases: device}", "Use faces"),
        ("who: ben, does: say", "who: bne, does: say", "Use ben"),
        ("width: 5.6 m", "width: 56 m", "Use 20 m"),
        ("loudness: 38 dB", "loudness: 4 dB", "Use 20 dB"),
        ("does: talk for 3 s", "does: tallk for 3 s", "Use talk for 3 s"),
        ("kind: music", "kind: musik", "Use music"),
        ("who: cleo, does", "who: dora, does", "Add dora"),
    ],
)
def test_known_mistakes_are_mended_with_one_click(old, new, words):
    text, problem = problem_of(old, new)
    fix = scene_fixes.fix_of(problem)
    assert fix.words == words
    mended = scene_fixes.mended(text, problem, fix, place=(3.0, 2.0))
    after = []
    try:
        loads(mended, path=SCENE, root=SCENE.parent)
    except SceneError as error:
        after = [one.text for one in error.problems]
    assert problem.text not in after


def test_the_editor_offers_the_fix_and_takes_it(scenario, session):
    text = session.document.text
    scenario.text.edit.setPlainText(text.replace("kind: music", "kind: musik"))
    scenario.text.run()
    assert "Use music" in scenario.text.problems.text()
    scenario.text.problems.linkActivated.emit("0")
    assert scenario.text.problems.isHidden()
    assert scenario.text.edit.toPlainText() == text


def test_the_form_offers_the_nearest_bound(scenario, session):
    scenario.view.choose("ana")
    inspector = scenario.inspector
    field = inspector.fields["loudness"]
    field.setText("900 dB")
    field.setModified(True)
    field.editingFinished.emit()
    assert "Use 85 dB" in inspector.errors["loudness"].text()
    inspector.errors["loudness"].linkActivated.emit("fix")
    assert session.spec.people[0].loudness_db == 85


def test_a_line_of_the_timeline_offers_the_name_that_was_meant(scenario, session):
    events = scenario.events
    line = events.lines[4]
    line.setText(line.text().replace("ben", "bne"))
    line.setModified(True)
    line.editingFinished.emit()
    assert "Use ben" in events.problems[4].text()
    events.problems[4].linkActivated.emit("fix")
    assert "who: ben" in events.lines[4].text()
    assert not events.problems


def test_entries_are_read_as_sentences_and_edited_as_written(scenario, session):
    lines = scenario.events.lines
    assert lines[0].sentence == "1.5 s   Ana says wake word"
    assert lines[0].text() == "at: 1.5 s, who: ana, does: say wake word"
    assert lines[2].sentence == "6.0 s   Ana walks to 3.5, 2.2, speed 0.7 m/s"
    assert scenario.checks.lines[-1].sentence == "Never yaw speed > 180 deg/s."
    assert happening({"at": "2 s", "who": "device", "does": "close shutter"}) == "2 s   Device closes shutter"
    assert happening({"at": "2 s", "who": "ana", "does": "carry glass"}) == "2 s   Ana carries glass"
    assert happening({"every": "2 s"}) == ""
    line = lines[0]
    read = line.grab().toImage()
    line.setModified(True)
    assert line.grab().toImage() != read


def test_what_is_simpler_than_it_could_be_is_told_once(session):
    told = []
    session.notice.connect(lambda kind, text: told.append((kind, text)))
    note = "no OpenGL here; drawing simple sprites instead"
    batch = Ticks(job=session.engine.job, first=len(session.run), count=0, notes=(note,))
    session._arrived(batch)
    session._arrived(batch)
    assert told == [("warning", "No OpenGL here; drawing simple sprites instead")]
