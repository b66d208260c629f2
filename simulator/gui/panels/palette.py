"""The command palette: everything that can be done, and every knob, bookmark, person and scene, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import BODY_PX, font
from simulator.gui.panels.basics import parent_of
from simulator.workbench.command_list import score

SHOWN = 60


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing to find."""

    title: str
    detail: str
    keys: str
    run: Callable[[], object]
    enabled: bool = True


class Palette(QFrame):
    """A list over the window that filters as one types."""

    def __init__(self, parent: QWidget, entries: Callable[[], list[PaletteEntry]]) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._entries = entries
        self._found: list[PaletteEntry] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        self.search = QLineEdit()
        self.search.setFont(font(BODY_PX + 2))
        self.search.setPlaceholderText("Search commands, knobs, people, bookmarks, scenes")
        self.search.setAccessibleName("Search everything")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFont(font())
        self.list.setAccessibleName("Found")
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _: self._run())
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.hide()

    def open(self) -> None:
        """Show it in the upper middle of the window, empty."""
        parent = parent_of(self)
        wide, high = min(620, parent.width() - 40), min(440, parent.height() - 100)
        self.setGeometry((parent.width() - wide) // 2, 56, wide, high)
        self._all = self._entries()
        self.search.clear()
        self._filter("")
        self.show()
        self.raise_()
        self.search.setFocus()

    def _filter(self, query: str) -> None:
        graded = [
            (
                score(query, f"{entry.title} {entry.detail}")
                + (150 if query and score(query, entry.title) > 500 else 0),
                -place,
                entry,
            )
            for place, entry in enumerate(self._all)
        ]
        self._found = [entry for grade, _, entry in sorted(graded, key=lambda one: one[:2], reverse=True) if grade > 0][
            :SHOWN
        ]
        self.list.clear()
        for entry in self._found:
            item = QListWidgetItem(f"{entry.title}      {entry.keys}" if entry.keys else entry.title)
            item.setToolTip(entry.detail)
            if not entry.enabled:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found) and self._found[row].enabled:
            self.hide()
            self._found[row].run()

    @fenced
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys walk the list, Enter runs, Escape closes; a click elsewhere closes too."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}[
                    Qt.Key(key)
                ]
                count = max(1, self.list.count())
                row = self.list.currentRow() + step
                self.list.setCurrentRow(row % count if abs(step) == 1 else min(max(row, 0), count - 1))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if key == Qt.Key.Key_Escape:
                self.hide()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return bool(super().eventFilter(watched, event))
