"""Nothing is clipped: every word of every workspace fits its widget, at three sizes and with the longest scene name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import PAGES, ROOT, SCENE
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget

# The last is the least that the window takes: a screen of 1920x1080 at 200 %, less bars.
SIZES = ((1280, 720), (1366, 768), (1920, 1080), (940, 490))
SLACK_PX = 1


def longest_name() -> str:
    paths = (ROOT / "scenes").rglob("*.scene.yaml")
    return max((path.name.removesuffix(".scene.yaml") for path in paths), key=len)


def open_copy(session, folder: Path, name: str) -> None:
    path = folder / f"{name}.scene.yaml"
    shutil.copy(SCENE, path)
    session.open_scene(path, play=False)


def in_scroll_area(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def clipped(window: QWidget) -> list[str]:
    """Words that do not fit, and widgets that stick out of the window."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        name = (
            f"{type(widget).__name__} {getattr(widget, 'text', lambda: '')()!r}"
            if hasattr(widget, "text") and callable(widget.text)
            else type(widget).__name__
        )
        if isinstance(widget, QAbstractButton) and widget.text():
            if (
                widget.width() < widget.minimumSizeHint().width() - SLACK_PX
                or widget.height() < widget.fontMetrics().height()
            ):
                found.append(f"{name}: {widget.width()} of {widget.minimumSizeHint().width()} px")
        elif isinstance(widget, QLabel) and widget.text():
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            wide = 0 if widget.wordWrap() else widget.sizeHint().width()
            if widget.width() < wide - SLACK_PX or widget.height() < needed - SLACK_PX:
                found.append(f"{name}: {widget.width()} x {widget.height()} of {wide} x {needed} px")
        if isinstance(widget, QLabel | QAbstractButton) and not in_scroll_area(widget):
            box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
            if not window.rect().contains(box):
                found.append(f"{name}: outside of the window at {box.getRect()}")
        if isinstance(widget, QAbstractScrollArea) and widget.horizontalScrollBar().maximum() > 0:
            inside = getattr(widget, "widget", lambda: None)()
            if inside is not None:
                found.append(f"{name}: {inside.width()} px inside {widget.viewport().width()} px")
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_clipped(window, session, tmp_path, name, size):
    open_copy(session, tmp_path, longest_name())
    window.resize(*size)
    window.show_workspace(name)
    for _ in range(3):
        QApplication.processEvents()
    assert not clipped(window)


@pytest.mark.parametrize("name", PAGES)
def test_without_a_run_every_workspace_says_something(qapp, window, session, name):
    session.run.cut(0)
    session.run_changed.emit()
    session.moment_changed.emit()
    window.show_workspace(name)
    QApplication.processEvents()
    assert not clipped(window)
    picture = window.workspace(name).grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
    }
    assert len(colours) > 10
