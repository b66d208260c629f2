"""Where the window opens: within the screen that is there, and as it was left when that still fits."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from simulator.gui.shell.settings import RememberedWindow

WISHED = QSize(1600, 1000)
LEAST = QSize(940, 490)  # a screen of 1920x1080 at 200 % has 960x540 of these, less the title and a bar of the desktop
TITLE_PX, FRAME_PX = 36, 4  # of a window manager's frame, which is not known before the window is shown


def opening(screens: list[QRect], left_at: QRect | None) -> tuple[QRect, bool]:
    """Where to open, and whether to fill the screen; `screens` are the free parts of all screens, the main one first."""
    screen = next((one for one in screens if left_at is not None and one.contains(left_at.center())), screens[0])
    room = screen.adjusted(FRAME_PX, TITLE_PX, -FRAME_PX, -FRAME_PX)
    if left_at is not None:
        size = left_at.size().boundedTo(room.size())
        x = min(max(left_at.x(), room.left()), room.right() + 1 - size.width())
        y = min(max(left_at.y(), room.top()), room.bottom() + 1 - size.height())
        return QRect(x, y, size.width(), size.height()), False
    size = WISHED.boundedTo(room.size())
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(room.center())
    return place, size != WISHED


def put(window: QMainWindow, remembered: RememberedWindow) -> None:
    """Give the window its place; to be called before it is shown."""
    screens = [QGuiApplication.primaryScreen().availableGeometry()]
    screens += [one.availableGeometry() for one in QGuiApplication.screens()]
    kept = remembered.place
    place, fill = opening(screens, QRect(*kept) if kept is not None else None)
    window.setMinimumSize(LEAST.boundedTo(place.size()))
    window.setGeometry(place)
    if fill or remembered.maximized:
        window.showMaximized()


def keep(window: QMainWindow, remembered: RememberedWindow) -> None:
    """Note where the window is left."""
    remembered.maximized = window.isMaximized()
    at = window.normalGeometry() if window.isMaximized() or window.isFullScreen() else window.geometry()
    if at.isValid():
        remembered.place = (at.x(), at.y(), at.width(), at.height())
