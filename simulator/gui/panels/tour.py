"""Five hints on the window, one at a time, for the first start. Any key or click elsewhere goes on working."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label, parent_of

WIDE_PX, EDGE_PX, GAP_PX = 330, 8, 12


@dataclass(frozen=True, slots=True)
class Hint:
    """One step of the tour."""

    title: str
    words: str
    target: Callable[[], QWidget]


class Tour(QFrame):
    """A small card that points at one part of the window after another."""

    def __init__(self, parent: QWidget, hints: list[Hint], done: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._hints, self._done, self.place_ = hints, done, 0
        self.ended = False
        self.setFixedWidth(WIDE_PX)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        self.title = label("", "title", size_px=13, weight=600)
        self.words = QLabel()
        self.words.setFont(font())
        self.words.setWordWrap(True)
        self.count = label("", "faint", size_px=SMALL_PX)
        self.next = button("Next", self.forward, kind="main")
        self.skip = button("Skip the tour", self.finish)
        row = QHBoxLayout()
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.next)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addSpacing(4)
        column.addLayout(row)
        self._show()

    def forward(self) -> None:
        """The next hint, or the end."""
        self.place_ += 1
        if self.place_ >= len(self._hints):
            self.finish()
        else:
            self._show()

    def finish(self) -> None:
        """Never shown again unless asked for."""
        self.ended = True
        self.hide()
        self._done()

    def _show(self) -> None:
        hint = self._hints[self.place_]
        self.title.setText(hint.title)
        self.words.setText(hint.words)
        self.count.setText(f"{self.place_ + 1} of {len(self._hints)}")
        self.next.setText("Start" if self.place_ == len(self._hints) - 1 else "Next")
        self.skip.setVisible(self.place_ < len(self._hints) - 1)
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Beside what it explains; over its edge only where the window leaves no room beside it."""
        target, parent = self._hints[self.place_].target(), parent_of(self)
        room = parent.rect().adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        self.setFixedHeight(self._column.totalHeightForWidth(WIDE_PX))
        size = self.size()
        at = QRect(target.mapTo(parent, QPoint(0, 0)), target.size()) if parent.isAncestorOf(target) else room
        beside = (
            QPoint(at.right() + GAP_PX, at.top()),
            QPoint(at.left() - GAP_PX - size.width(), at.top()),
            QPoint(at.left(), at.bottom() + GAP_PX),
            QPoint(at.left(), at.top() - GAP_PX - size.height()),
        )
        free = next((one for one in beside if room.contains(QRect(one, size))), None)
        if free is None:  # at the end of the target that is farthest from its middle
            free = QPoint(at.right() - size.width() - GAP_PX, at.bottom() - size.height() - GAP_PX)
        x = min(max(room.left(), free.x()), room.right() - size.width())
        y = min(max(room.top(), free.y()), room.bottom() - size.height())
        self.move(x, y)
