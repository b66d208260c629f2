"""What is done in the background, how far it is, and the button that ends it; it covers the status line only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from simulator.gui.panels.basics import button, label

WIDE_PX, HIGH_PX = 420, 34


class ProgressNotice(QFrame):
    """One task."""

    def __init__(self, parent: QWidget, name: str, cancel: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._name = name
        self.words = label(name)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.cancel = button("Cancel", cancel, kind="chip")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 6, 2)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self._place()
        self.show()

    def say(self, words: str) -> None:
        """What it waits for."""
        self.words.setText(f"{self._name}: {words}")
        self._place()

    def show_share(self, share: float) -> None:
        """How far it is, from 0 to 1."""
        self.words.setText(self._name)
        self.bar.setValue(round(100 * share))
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setFixedSize(min(WIDE_PX, parent.width() - 24), HIGH_PX)
            self.move(parent.width() - self.width() - 12, parent.height() - self.height() - 6)
            self.raise_()
