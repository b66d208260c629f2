"""A line of a list in the Scenario workspace: a sentence to be read, and the file's own words as soon as one edits it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

from simulator.gui.look.fence import fenced
from simulator.gui.look.painting import painting
from simulator.gui.look.theme import SMALL_PX, font

INSIDE_PX = 8


class EntryLine(QLineEdit):
    """Holds an entry as it is written; shows its sentence, shortened where there is no room, while nobody edits."""

    entered = Signal()  # the keyboard is here

    def __init__(self, written: str, sentence: str) -> None:
        super().__init__(written)
        self.sentence = sentence
        self.setFont(font(SMALL_PX))
        self.setCursorPosition(0)
        self.setToolTip(f"{sentence or written}\nPress to edit; an emptied line is taken away")

    @fenced
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say so."""
        super().focusInEvent(event)
        self.entered.emit()

    @fenced
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sentence where the text would stand."""
        if self.hasFocus() or self.isModified() or not self.sentence:
            super().paintEvent(event)
            return
        with painting(self) as painter:
            option = QStyleOptionFrame()
            self.initStyleOption(option)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
            inside = self.rect().adjusted(INSIDE_PX, 0, -INSIDE_PX, 0)
            painter.setPen(self.palette().text().color())
            shown = self.fontMetrics().elidedText(self.sentence, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
