"""A window beside the work that plots what one chooses of the run."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.basics import chip, label
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.plot_view import FIRST, PlotView
from simulator.workbench.signals import SIGNALS

SIZE = (860, 520)


class PlotPanel(QWidget):
    """The choice over the plot, and under it what lies between the cursors."""

    def __init__(self, parent: QWidget, session: SessionModel, look: Look) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("Plot")
        self.plot = PlotView(session, look)
        self.words = label("", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(6)
        for signal in SIGNALS:
            row.addWidget(chip(signal.name, signal.name in FIRST, partial(self.plot.choose, signal.name)))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        column.addWidget(self.words)
        self.plot.measured.connect(self._tell)
        self._tell()
        self.resize(*SIZE)

    def _tell(self) -> None:
        self.words.setText(self.plot.words())
