"""Typing and keys: a field keeps Ctrl+Z only while there is typing to take back, Escape and a click elsewhere leave it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from simulator.gui.look.fence import fenced

UNDO = frozenset({"Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"})


class FocusKeeper(QObject):
    """Watches the one field that has the keyboard."""

    def __init__(self, parent: QObject, leave: Callable[[], object]) -> None:
        """`leave` gives the keyboard to what the person looks at."""
        super().__init__(parent)
        self._leave = leave
        self._field: QLineEdit | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _: QWidget | None, new: QWidget | None) -> None:
        if self._field is not None:
            self._field.removeEventFilter(self)
            self._field.destroyed.disconnect(self._gone)
        self._field = new if isinstance(new, QLineEdit) and not _floats(new) else None
        if self._field is not None:
            self._field.installEventFilter(self)
            self._field.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._field = None

    @fenced
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand on what the field has no use for."""
        field = self._field
        if field is None or watched is not field or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and QKeySequence(event.keyCombination()).toString() in UNDO:
            if not has_typing(field):
                event.ignore()
                return True
        elif event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            if field.isClearButtonEnabled() and field.text():
                field.clear()
            else:
                self._leave()
            return True
        return False


def _floats(field: QLineEdit) -> bool:
    """Whether a field belongs to what lies over the window: that sees to its own keys."""
    over = field.parentWidget()
    return over is not None and over.objectName() == "notice"


def has_typing(field: QLineEdit) -> bool:
    """Whether something has been typed that is not taken over yet."""
    return field.isModified() and bool(field.text()) and field.isUndoAvailable()
