"""Offers what may stand next while an entry is typed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from simulator.gui.session_model import SessionModel
from simulator.workbench.entry_completion import completions


class EntryCompleter(QCompleter):
    """Completes the word under the cursor, not the whole line."""

    def __init__(self, session: SessionModel, section: str, line: QLineEdit) -> None:
        super().__init__(line)
        self._session, self._section, self._line = session, section, line
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line.setCompleter(self)

    def splitPath(self, path: str) -> list[str]:
        """Fill the list for what is typed so far."""
        place = self._line.cursorPosition()
        self._words.setStringList(completions(path[:place], self._section, self._session.spec)[1])
        return [""]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The line with the chosen word in it."""
        text, place = self._line.text(), self._line.cursorPosition()
        start, _ = completions(text[:place], self._section, self._session.spec)
        return text[:start] + str(index.data()) + text[place:]
