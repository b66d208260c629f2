"""The window opens within the screen, comes back as it was left, and reflows instead of overlapping."""

from __future__ import annotations

import pytest
from conftest import PAGES
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QWidget

from simulator.gui.shell import window_place
from simulator.gui.shell.settings import RememberedWindow, Settings
from simulator.gui.views.canvas import Canvas

LAPTOP, LARGE = QRect(0, 0, 1366, 741), QRect(0, 27, 1920, 1053)
BARS = QSize(0, 46 + 24)  # above and below the workspaces


@pytest.mark.parametrize("screen", [LAPTOP, LARGE, QRect(0, 0, 960, 540), QRect(0, 0, 1280, 720)])
def test_the_first_start_opens_within_the_screen(screen):
    place, fill = window_place.opening([screen], None)
    assert screen.contains(place)
    assert place.top() - screen.top() >= 24, "the title bar needs its room"
    assert fill == (screen is not LARGE)


def test_it_opens_where_it_was_left():
    left = QRect(100, 90, 1200, 800)
    assert window_place.opening([LARGE], left) == (left, False)


@pytest.mark.parametrize(
    "left", [QRect(2500, 100, 1600, 1000), QRect(-900, -300, 1600, 1000), QRect(900, 700, 800, 600)]
)
def test_a_place_on_a_screen_that_is_gone_is_moved_onto_one_that_is_there(left):
    place, _ = window_place.opening([LAPTOP], left)
    assert LAPTOP.contains(place)


def test_a_second_screen_keeps_its_window():
    second, left = QRect(1920, 0, 1920, 1080), QRect(2400, 100, 1200, 800)
    assert window_place.opening([LARGE, second], left)[0] == left


def test_place_size_and_workspace_are_kept_over_a_restart(window):
    window.setGeometry(20, 30, 1000, 600)
    window.show_workspace("scenario")
    QApplication.processEvents()
    window.close()
    again = Settings(window.settings.folder).values
    assert again.place == (20, 30, 1000, 600)
    assert again.workspace == "scenario"


def test_settings_of_an_earlier_version_still_open(tmp_path):
    (tmp_path / "window.json").write_text('{"theme": "light", "recent": [], "seen_tour": true, "splitters": {}}')
    settings = Settings(tmp_path)
    assert settings.values == RememberedWindow(theme="light", seen_tour=True)
    assert not settings.first_start


@pytest.mark.parametrize("name", PAGES)
def test_a_workspace_needs_no_more_than_the_smallest_window_has(window, name):
    window.show_workspace(name)
    window.resize(window_place.LEAST)
    QApplication.processEvents()
    least = window.workspace(name).minimumSizeHint()
    room = window_place.LEAST - BARS
    assert least.width() <= room.width()
    assert least.height() <= room.height()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (960, 540), (940, 490)], ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_no_drawing_is_squeezed_or_covered(window, name, size):
    window.resize(*size)
    window.show_workspace(name)
    for _ in range(3):
        QApplication.processEvents()
    page = window.workspace(name)
    drawn = [one for one in page.findChildren(Canvas) if one.isVisible()]
    assert drawn
    for one in drawn:
        least = one.minimumSizeHint().expandedTo(one.minimumSize())
        assert one.size().expandedTo(least) == one.size(), one.accessibleName()
    for parent in [page, *page.findChildren(QWidget)]:
        if parent.layout() is None or not parent.isVisible():
            continue
        items = [parent.layout().itemAt(place) for place in range(parent.layout().count())]
        boxes = [item.geometry() for item in items if not item.isEmpty()]
        for place, box in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert not box.intersects(other), f"{parent.accessibleName() or type(parent).__name__}: {box} {other}"


def test_parts_without_room_are_folded_under_names_and_come_back(window):
    tune = window.tune
    window.resize(1600, 1000)
    QApplication.processEvents()
    assert not tune.fold.folded
    assert tune.camera.isVisible()
    assert tune.sound.isVisible()
    assert tune.room.isVisible()
    window.resize(960, 540)
    QApplication.processEvents()
    assert tune.fold.folded
    assert tune.room.isVisible()
    assert not tune.camera.isVisible()
    tune.fold.names.buttons["Sound"].click()
    QApplication.processEvents()
    assert tune.sound.isVisible()
    assert not tune.room.isVisible()
    window.resize(1600, 1000)
    QApplication.processEvents()
    assert tune.camera.isVisible()
    assert tune.sound.isVisible()
    assert tune.room.isVisible()
