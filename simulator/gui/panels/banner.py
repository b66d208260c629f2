"""Short messages over the window: what went wrong and what to do, or that something is done. Never a dialog in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from simulator.gui.look.theme import font
from simulator.gui.panels.basics import IconButton, parent_of
from simulator.gui.views.canvas import Look

STAYS_MS = {"info": 4000, "warning": 7000, "error": 0}  # an error stays until it is read
MARKS = {"info": "✓", "warning": "!", "error": "×"}


class Banner(QFrame):
    """One message at a time, the latest."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self.mark = QLabel()
        self.mark.setFont(font(14, 700))
        self.text = QLabel()
        self.text.setFont(font())
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = IconButton(look, "close", "Close the message", self.hide)
        row.addWidget(self.mark)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.kind = "info"
        self.hide()

    def tell(self, kind: str, words: str) -> None:
        """Show a message."""
        self.kind = kind
        self.mark.setText(MARKS[kind])
        self.mark.setObjectName({"info": "ok", "warning": "changed", "error": "bad"}[kind])
        self.mark.style().unpolish(self.mark)
        self.mark.style().polish(self.mark)
        self.text.setText(words)
        self.setAccessibleName(words)
        self.place()
        self.show()
        self.raise_()
        self._timer.stop()
        if STAYS_MS[kind]:
            self._timer.start(STAYS_MS[kind])

    def place(self) -> None:
        """Lower middle, over the timeline."""
        parent = parent_of(self)
        wide = min(
            max(360, self.text.fontMetrics().horizontalAdvance(self.text.text()) + 100), parent.width() - 80, 900
        )
        self.setFixedWidth(wide)
        self.setFixedHeight(max(44, self._row.heightForWidth(wide)))
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - 40)
