"""Things that are dragged in the room come into line with others, and what is in the way is told."""

from __future__ import annotations

import shutil

import pytest
from conftest import SCENE, drag
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.workbench.clipboard import pasted
from simulator.workbench.placing import Landing, in_the_way, landing, others_of
from simulator.world.spec import PersonSpec, RoomSpec, ThingSpec, WorldSpec


def room(**more) -> WorldSpec:
    return WorldSpec(room=RoomSpec(width_m=4.0, depth_m=3.0), **more)


def test_what_is_nearly_in_line_comes_into_line():
    others = [(1.0, 2.0), (3.0, 0.5)]
    assert landing((1.05, 1.2), others) == Landing((1.0, 1.2), 1.0, None)
    assert landing((2.95, 2.05), others) == Landing((3.0, 2.0), 3.0, 2.0)
    assert landing((2.0, 1.2), others) == Landing((2.0, 1.2))
    assert landing((1.05, 1.2), []) == Landing((1.05, 1.2))


def test_everything_but_itself_gives_lines():
    spec = room(people=(PersonSpec(name="ana", at=(1.0, 1.0)), PersonSpec(name="ben", at=(2.0, 2.0))))
    assert others_of(spec, "ana") == [(2.5, 0.4), (2.0, 2.0)]
    assert others_of(spec, "device") == [(1.0, 1.0), (2.0, 2.0)]


def test_a_person_inside_a_cabinet_is_told_and_one_at_a_table_is_not():
    def spec(height_m: float) -> WorldSpec:
        thing = ThingSpec(name="box", kind="cabinet", at=(2.0, 1.5), size=(1.0, 1.0), height_m=height_m)
        return room(things=(thing,), people=(PersonSpec(name="ana", at=(2.1, 1.6)),))

    assert in_the_way(spec(2.0), "ana") == "ana stands inside box"
    assert in_the_way(spec(0.75), "ana") == ""


@pytest.fixture
def view(window, session, tmp_path):
    path = tmp_path / "kitchen.scene.yaml"
    shutil.copy(SCENE, path)
    session.open_scene(path, play=False)
    window.show_workspace("scenario")
    QApplication.processEvents()
    return window.workspace("scenario").view


def test_a_drag_ends_in_line_and_says_what_is_in_the_way(window, view, session):
    frame = view.frame()
    drag(view, frame.to_px(3.1, 2.1), frame.to_px(1.35, 2.9))  # ben stands at 1.3
    assert session.spec.people[0].at == (1.3, 2.9)
    drag(view, frame.to_px(1.3, 2.9), frame.to_px(0.35, 1.1))
    assert window.banner.words == "ana stands inside larder"
    drag(view, frame.to_px(2.6, 3.5), frame.to_px(0.2, 3.0))
    assert "reaches 0.5 m into a wall" in window.banner.words


def test_ctrl_c_and_ctrl_v_bring_a_thing_into_another_scene(view, session):
    view.setFocus()
    view.choose("ben")
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    twin = next(one for one in session.spec.people if one.name == "ben2")
    assert (twin.at, twin.voice) == ((1.3, 2.5), "voice-2")
    assert view.chosen == "ben2"
    session.open_scene(SCENE.parent / "sample.scene.yaml", play=False)
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "ben" in {one.name for one in session.spec.people}


@pytest.mark.parametrize("words", ["", "hello", "people: 3", "people: {a: 1}", "room: {a: {}}", "[1", "x" * 30_000])
def test_what_is_no_thing_of_a_scene_is_not_pasted(words):
    assert pasted(SCENE.read_text(), words, taken=set()) is None


def test_what_is_no_longer_there_is_let_go_by_an_arrow_key(view, session):
    view.add("television", (2.0, 1.5))
    assert view.chosen
    session.document.history.undo()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.chosen == ""
