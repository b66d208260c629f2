"""Which part a failed run of QA is blamed on: one line under the gates, as the run's result says."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.basics import label
from simulator.lab.why.blame_result import Blame


class BlameLine(QWidget):
    """Hidden while nothing is known."""

    def __init__(self) -> None:
        super().__init__()
        self.culprits = label("", "title", weight=600)
        self.words = label("", "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addWidget(self.culprits)
        column.addWidget(self.words)
        self.setAccessibleName("Blame")
        self.hide()

    def show_blame(self, found: Blame | None) -> None:
        """Show what was found, or hide."""
        self.setVisible(found is not None)
        if found is not None:
            self.culprits.setText(f"To blame: {' and '.join(found.culprits) or 'nobody'}")
            self.words.setText(found.text)
