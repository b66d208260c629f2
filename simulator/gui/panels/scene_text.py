"""The scene's text beside the room: what is typed here is drawn there, and the other way round; no comment is ever lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, label
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.scene.errors import Problem, SceneError
from simulator.workbench.scene_fixes import fix_of, mended, with_link

TYPING_MS = 450
SHOWN_PROBLEMS = 3
_KEY = re.compile(r"([A-Za-z_][\w -]*)(?=\s*:)")
_COMMENT = re.compile(r"(^|\s)#.*$")


class SceneTextPanel(Card):
    """An editor for the file."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__("Scene file")
        self._session, self._look = session, look
        self.edit = QPlainTextEdit()
        self.edit.setFont(font(SMALL_PX))
        self.edit.setAccessibleName("Text of the scene file")
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setTabChangesFocus(True)
        self._colours = _Colours(self.edit, look)
        self.add(self.edit, 1)
        self.problems: QLabel = label("", "bad", size_px=SMALL_PX)
        self.problems.setWordWrap(True)
        self.problems.setTextFormat(Qt.TextFormat.RichText)
        self.problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.problems.linkActivated.connect(self.mend)
        self._problems: list[Problem] = []
        self._draft: Path | None = None  # a file with mistakes, which is no scene yet
        self.problems.hide()
        self.add(self.problems)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.run)
        self.edit.textChanged.connect(self._typing)
        self._from_outside = False
        session.document_changed.connect(
            lambda part: self.refresh() if part in ("text", "whole", "all", "saved") else None
        )
        self.refresh()

    def show_draft(self, path: Path, text: str, problems: Sequence[Problem]) -> None:
        """Show a file with mistakes; it becomes the open scene as soon as it is one."""
        self._from_outside = True
        self.edit.setPlainText(text)
        self._from_outside = False
        self._draft = path
        self._show(list(problems))
        self.reveal(problems[0].place.line if problems else 1)
        self.edit.setFocus()

    def refresh(self) -> None:
        """Show the document's text, the cursor where it was."""
        self._draft = None
        text = self._session.document.text
        if text == self.edit.toPlainText():
            return
        self._from_outside = True
        place, scroll = self.edit.textCursor().position(), self.edit.verticalScrollBar().value()
        self.edit.setPlainText(text)
        cursor = self.edit.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.edit.setTextCursor(cursor)
        self.edit.verticalScrollBar().setValue(scroll)
        self._from_outside = False
        self._show([])

    def run(self) -> None:
        """Take over what was typed, if it is a scene."""
        text = self.edit.toPlainText()
        if self._draft is not None:
            self._try_draft(self._draft, text)
            return
        if text == self._session.document.text:
            self._show([])
            return
        try:
            self._session.document.set_text(text, words="Edit the scene file", gesture="typing")
        except SceneError as error:
            self._show(list(error.problems))
            return
        self._show([])

    def _try_draft(self, path: Path, text: str) -> None:
        try:
            self._session.open_text(path, text)
        except SceneError as error:
            self._show(list(error.problems))
            return
        self._draft = None
        self._show([])
        self._session.notice.emit("info", f"{path.name} is a scene now; Ctrl+S writes it")

    def reveal(self, line: int) -> None:
        """Bring a line into view."""
        cursor = QTextCursor(self.edit.document().findBlockByNumber(max(0, line - 1)))
        self.edit.setTextCursor(cursor)
        self.edit.centerCursor()

    def _typing(self) -> None:
        if not self._from_outside:
            self._timer.start()

    def mend(self, link: str) -> None:
        """Do what the link under a problem offers."""
        problem = self._problems[int(link)]
        fix = fix_of(problem)
        if fix is None:
            return
        device = self._session.spec.device
        place = (round(device.x_m + 0.3, 2), round(device.y_m + 1.6, 2))
        self.edit.setPlainText(mended(self.edit.toPlainText(), problem, fix, place=place))
        self._timer.stop()
        self.run()

    def _show(self, problems: list[Problem]) -> None:
        count = f"{len(problems)} mistake{'s' if len(problems) != 1 else ''}" if problems else ""
        self.title.setText(" · ".join(filter(None, (self._draft.name if self._draft else "Scene file", count))))
        self._problems = problems[:SHOWN_PROBLEMS]
        colour = self._look.theme.colours["focus"]
        lines = [
            with_link(f"line {one.place.line}: {one.path}: {one.text}", fix_of(one), colour, name=str(place))
            for place, one in enumerate(self._problems)
        ]
        self.problems.setText("<br>".join(lines))
        self.problems.setVisible(bool(problems))
        marks = []
        for line in (one.place.line for one in problems):
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(self._look.theme.colour("bad", 0.2))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.cursor = QTextCursor(self.edit.document().findBlockByNumber(max(0, line - 1)))
            marks.append(mark)
        self.edit.setExtraSelections(marks)


class _Colours(QSyntaxHighlighter):
    """Keys and comments quieter than values."""

    def __init__(self, edit: QPlainTextEdit, look: Look) -> None:
        super().__init__(edit.document())
        self._look = look
        look.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        key, comment = QTextCharFormat(), QTextCharFormat()
        key.setForeground(QColor(self._look.theme.colours["dim"]))
        comment.setForeground(QColor(self._look.theme.colours["faint"]))
        for found in _KEY.finditer(text):
            self.setFormat(found.start(), found.end() - found.start(), key)
        remark = _COMMENT.search(text)
        if remark:
            self.setFormat(remark.start(), len(text) - remark.start(), comment)
