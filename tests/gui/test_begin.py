"""Beginning with nothing: templates, the gallery, drafts with mistakes, paths that are drawn, and originals that are left alone."""

from __future__ import annotations

import shutil

import pytest
from conftest import ROOT, SCENE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.shell.command_actions import save_scene
from simulator.runtime.run import run_scene
from simulator.scene.judge import judge
from simulator.scene.loader import load, loads
from simulator.workbench import new_scene, scene_edits
from simulator.workbench.entry_completion import completions


def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    QApplication.processEvents()


# --- without pixels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", new_scene.templates(), ids=lambda path: path.name)
def test_every_template_passes_its_own_checks(path):
    scene = load(path)
    log = run_scene(scene, mode="feature")
    assert scene.claim
    assert [one.detail for one in judge(scene.expect, log.columns()) if one.verdict != "pass"] == []


def test_there_are_six_templates_with_names_that_a_person_reads():
    assert len(new_scene.templates()) == 6
    assert new_scene.title(new_scene.templates()[0]) == "one person"


@pytest.mark.parametrize("typed", ["guest", "guest.yaml", "guest.scene", "guest.scene.yaml"])
def test_a_scene_gets_its_ending_whatever_was_typed(tmp_path, typed):
    assert new_scene.with_suffix(tmp_path / typed).name == "guest.scene.yaml"


def test_two_new_scenes_do_not_overwrite_each_other(tmp_path):
    first, second = (new_scene.begin(new_scene.templates()[0], tmp_path) for _ in range(2))
    assert (first.name, second.name) == ("one-person.scene.yaml", "one-person-2.scene.yaml")


def test_a_drawn_walk_comes_after_what_they_do_and_the_scene_grows_with_it():
    path = new_scene.templates()[0]
    text, scene = path.read_text(), load(path)
    for place in ((4.0, 2.0), (1.0, 3.0), (4.0, 3.0)):
        text = scene_edits.with_walk(text, scene.spec, "ana", place)
        scene = loads(text, path=path, root=path.parent)
    walks = scene_edits.walks(text)
    assert [place for _, _, place in walks] == [(4.0, 2.0), (1.0, 3.0), (4.0, 3.0)]
    starts = [scene_edits.at_seconds(one) for one in scene_edits.SceneText(text).get(["timeline"])]
    assert starts == sorted(starts)
    assert scene.spec.duration_s >= starts[-1] + 3.0 / 0.8


def test_a_renamed_person_keeps_what_they_do_and_what_is_checked_of_them():
    path = new_scene.templates()[2]
    text = scene_edits.renamed(path.read_text(), "people", "ana", "guest")
    scene = loads(text, path=path, root=path.parent)
    assert "ana" not in text.replace("faces-ana", "")
    assert sorted(person.name for person in scene.spec.people) == ["ben", "guest"]
    assert "guest says wake word" in text


def test_a_twin_stands_beside_its_original():
    path = new_scene.templates()[3]
    text = scene_edits.duplicated(path.read_text(), "sounds", "radio", taken={"radio", "ana"})
    scene = loads(text, path=path, root=path.parent)
    assert [source.name for source in scene.spec.sources] == ["radio", "radio2"]
    assert scene.spec.sources[1].at == (4.9, 1.6)


def test_entries_are_completed_from_the_words_of_scenes():
    spec = load(new_scene.templates()[2]).spec
    typed = "at: 2.0 s, who: b"
    start, words = completions(typed, "timeline", spec)
    assert typed[:start] + words[0] == "at: 2.0 s, who: ben"
    start, words = completions("at: 2.0 s, who: ben, does: wa", "timeline", spec)
    assert any(one.startswith("walk") for one in words)
    start, words = completions("never: ben in", "expect", spec)
    assert "ben in dead zone" in words
    assert completions("ne", "expect", spec)[1] == ["never: "]


# --- in the window ----------------------------------------------------------------------------------------------------


def test_ctrl_n_offers_templates_and_enter_opens_one_in_scenario(window, session):
    window.commands.run("scene.new")
    assert window.gallery.isVisible()
    assert window.gallery.list.count() == 6
    press(window.gallery.search, Qt.Key.Key_Return)
    assert not window.gallery.isVisible()
    assert window.current == "scenario"
    assert session.document.path.name == "one-person.scene.yaml"
    assert session.document.path.parent == window.settings.folder / "scenes"


def test_the_gallery_has_every_scene_with_picture_claim_and_tags_and_finds_by_them(window, qtbot):
    window.commands.run("scene.browse")
    gallery = window.gallery
    scenes = len(list((ROOT / "scenes").rglob("*.scene.yaml")))
    assert gallery.list.count() >= scenes + 6
    place = next(row for row in range(gallery.list.count()) if gallery.list.item(row).text() == "living kitchen")
    gallery._waiting = [place]
    empty = gallery.list.item(place).icon().cacheKey()
    gallery._load_one()
    assert gallery.list.item(place).icon().cacheKey() != empty
    assert load(SCENE).claim in gallery.list.item(place).toolTip()
    gallery.search.setText("busy kitchen whoever")
    shown = [row for row in range(gallery.list.count()) if not gallery.list.item(row).isHidden()]
    assert shown == [place]
    press(gallery.search, Qt.Key.Key_Escape)
    assert not gallery.isVisible()


def test_save_as_leaves_the_original_alone(window, session, tmp_path):
    original = tmp_path / "original.scene.yaml"
    shutil.copy(SCENE, original)
    window.open(original)
    session.document.set_text(original.read_text() + "# mine\n", words="Edit")
    window.autosave()
    save_scene(window, new_scene.with_suffix(tmp_path / "guest"))
    assert (tmp_path / "guest.scene.yaml").exists()
    assert window.open(original)
    assert session.document.text == original.read_text()
    assert not session.document.edited


def test_revert_shows_the_file_and_keeps_what_was_done_among_the_versions(window, session, tmp_path):
    path = tmp_path / "mine.scene.yaml"
    shutil.copy(SCENE, path)
    window.open(path)
    session.document.set_text(path.read_text() + "# mine\n", words="Edit")
    session.turn({"patience.settle_s": 3.0})
    window.commands.run("scene.revert")
    assert session.document.text == path.read_text()
    assert session.document.state.settings["A"] == {}
    window.commands.run("scene.versions")
    offers = window.gallery.offers
    assert [one.group for one in offers] == ["as the file", "edited, 1 knobs changed"]
    offers[1].open()
    assert session.document.text.endswith("# mine\n")


def test_a_scene_with_mistakes_opens_in_the_editor_and_becomes_a_scene_when_it_is_mended(window, session, tmp_path):
    path = tmp_path / "bad.scene.yaml"
    good = (ROOT / "scenes" / "sample.scene.yaml").read_text()
    path.write_text(good.replace("does: walk", "does: wolk"))
    assert not window.open(path)
    window.resize(1366, 768)
    assert window.current == "scenario"
    panel = window.workspace("scenario").text
    assert panel.title.text() == "bad.scene.yaml · 1 mistake"
    assert panel.edit.extraSelections(), "the line is marked"
    assert session.document.path != path, "what was open stays until the file is a scene"
    panel.edit.setPlainText(good)
    panel.run()
    assert session.document.path == path
    assert session.document.edited
    assert panel.title.text() == "Scene file"
    window.commands.run("scene.save")
    assert path.read_text() == good


def test_a_path_is_drawn_with_presses_in_the_room(window, session, tmp_path):
    window.resize(1366, 768)
    path = new_scene.begin(new_scene.templates()[0], tmp_path)
    window.open(path)
    window.show_workspace("scenario")
    QApplication.processEvents()
    scenario = window.workspace("scenario")
    view = scenario.view
    scenario.drawn.setChecked(True)
    for place in ((3.5, 2.5), (1.5, 3.0)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.frame().to_px(*place).toPoint())
    ends = [place for _, _, place in scene_edits.walks(session.document.text)]
    assert len(ends) == 2
    assert ends[0] == pytest.approx((3.5, 2.5), abs=0.06)
    assert session.document.undo_text == "ana walks"


def test_ctrl_d_duplicates_and_the_form_renames(window, session, tmp_path):
    path = new_scene.begin(new_scene.templates()[3], tmp_path)
    window.open(path)
    window.show_workspace("scenario")
    view = window.workspace("scenario").view
    view.choose("radio")
    press(view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen == "radio2"
    view.rename("radio2", "jukebox")
    assert [one.name for one in session.spec.sources] == ["radio", "jukebox"]
