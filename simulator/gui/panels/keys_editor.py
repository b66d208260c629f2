"""Gives commands other keys: a line each, where one presses the key; one that is taken is refused with the name of who has it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.workbench.command_list import Commands, WindowCommand, score

WIDE_PX, HIGH_PX, KEY_PX = 620, 640, 150
LEAST_SCORE = 500


class KeysEditor(QWidget):
    """All commands with their first key."""

    def __init__(
        self, parent: QWidget, commands: Commands, given: dict[str, list[str]], changed: Callable[[], object]
    ) -> None:
        """`given` is changed in place."""
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("Change keys")
        self._commands, self._given, self._changed = commands, given, changed
        self.edits: dict[str, QKeySequenceEdit] = {}
        self.wanted = QLineEdit()
        self.wanted.setPlaceholderText("Find a command")
        self.wanted.setAccessibleName("Find a command")
        self.wanted.textChanged.connect(self._filter)
        self.says = label("Press in a line, then the new key. Backspace takes the key away.", "dim", size_px=SMALL_PX)
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName("Commands and keys")
        self.table.setHorizontalHeaderLabels(["Command", "Key"])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setFont(font(SMALL_PX))
        self.table.setColumnWidth(1, KEY_PX)
        self.back = button("All keys as they were", self._reset)
        column = QVBoxLayout(self)
        column.addWidget(self.wanted)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(self.says, 1)
        row.addWidget(self.back)
        column.addLayout(row)
        for command in commands:
            self._add(command)
        self.resize(WIDE_PX, HIGH_PX)

    def give(self, name: str, key: str) -> bool:
        """Give a command a key, or none; says whether it is free."""
        holder = next((one for one in self._commands if one.name != name and key and key in one.keys), None)
        if holder is not None:
            self.says.setText(f"{key} belongs to “{holder.title}”; give that another key first")
            return False
        self._given[name] = [key, *self._commands[name].keys[1:]] if key else []
        if tuple(self._given[name]) == self._commands.own_keys(name):
            del self._given[name]
        self.says.setText(f"“{self._commands[name].title}” is {key or 'without a key'} now")
        self._changed()
        return True

    def _add(self, command: WindowCommand) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        item = QTableWidgetItem(command.title)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.table.setItem(row, 0, item)
        edit = self.edits[command.name] = QKeySequenceEdit()
        edit.setMaximumSequenceLength(1)
        edit.setAccessibleName(f"Key of {command.title}")
        for line in edit.findChildren(QLineEdit):
            line.setAccessibleName(f"Key of {command.title}")
        self._show(command.name)
        edit.editingFinished.connect(lambda: self._edited(command.name))
        self.table.setCellWidget(row, 1, edit)

    def _show(self, name: str) -> None:
        keys = self._commands[name].keys
        self.edits[name].setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())

    def _edited(self, name: str) -> None:
        keys = self._commands[name].keys
        key = self.edits[name].keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if key != (keys[0] if keys else "") and not self.give(name, key):
            self._show(name)

    def _filter(self, query: str) -> None:
        for row, command in enumerate(self._commands):
            self.table.setRowHidden(row, bool(query) and score(query, command.title) < LEAST_SCORE)

    def _reset(self) -> None:
        self._given.clear()
        self._changed()
        for name in self.edits:
            self._show(name)
        self.says.setText("Every command has its own keys again")
