"""Short messages over the window: what went wrong and what to do, or that something is done. Never a dialog in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from simulator.gui.look.theme import font
from simulator.gui.panels.basics import IconButton, button, parent_of
from simulator.gui.views.canvas import Look

STAYS_MS = {"info": 4000, "warning": 7000, "error": 15000}
HIGH_PX = 30  # over the line of the status, which is all that it covers
MARKS = {"info": "✓", "warning": "!", "error": "×"}


class Banner(QFrame):
    """One message at a time, the latest."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 1, 6, 1)
        row.setSpacing(10)
        self.mark = QLabel()
        self.mark.setFont(font(14, 700))
        self.text = QLabel()
        self.text.setFont(font())
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = IconButton(look, "close", "Close the message", self.hide)
        row.addWidget(self.mark)
        row.addWidget(self.text, 1)
        self.more = button("Show details", self._unfold, kind="chip", tip="The whole message")
        row.addWidget(self.more)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.kind, self._words, self._open = "info", "", False
        self.hide()

    def tell(self, kind: str, words: str) -> None:
        """Show a message."""
        self.kind = kind
        self.mark.setText(MARKS[kind])
        self.mark.setObjectName({"info": "ok", "warning": "changed", "error": "bad"}[kind])
        self.mark.style().unpolish(self.mark)
        self.mark.style().polish(self.mark)
        self._words = words
        self._open = False
        self.setAccessibleName(words)
        self.place()
        self.show()
        self.raise_()
        self._timer.stop()
        if STAYS_MS[kind]:
            self._timer.start(STAYS_MS[kind])

    def place(self) -> None:
        """Over the status line; a long message is shortened until somebody asks for all of it."""
        parent = parent_of(self)
        metrics = self.text.fontMetrics()
        most = parent.width() - 24
        line = self._words.splitlines()[0] if self._words else ""
        fits = "\n" not in self._words and metrics.horizontalAdvance(line) + 90 <= most
        self.more.setVisible(not fits and not self._open)
        self.text.setWordWrap(self._open)
        room = most - 90 - (0 if fits else self.more.sizeHint().width() + 16)
        self.text.setText(self._words if self._open else metrics.elidedText(line, Qt.TextElideMode.ElideRight, room))
        wide = most if not fits else min(most, metrics.horizontalAdvance(line) + 90)
        self.setFixedWidth(wide)
        self.setFixedHeight(max(HIGH_PX, self._row.totalHeightForWidth(wide)) if self._open else HIGH_PX)
        self.move(12, parent.height() - self.height())

    @property
    def words(self) -> str:
        """The whole message."""
        return self._words

    def _unfold(self) -> None:
        self._open = True
        self._timer.stop()  # somebody reads it
        self.place()
