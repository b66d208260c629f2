"""Beside a real display: says which of the two motions it makes now; the rater looks at the display."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from hardware_bridge.json_messages import LineReader
from simulator.gui.processes.report_process import ON_DISPLAY, ReportProcess
from simulator.lab.study.asking import Shown
from simulator.lab.study.display_reports import (
    DISPLAY_REPORTS,
    DisplayGaveUp,
    DisplayReport,
    MotionBegins,
    ReturnsToStart,
)
from simulator.lab.study.on_display import PairOnDisplay


class DisplayView(QWidget):
    """Has a program show each pair on the display."""

    ended = Signal()
    gave_up = Signal(str)

    def __init__(self, *, rig: str, seed: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rig, self._seed = rig, seed
        self._process: ReportProcess | None = None
        self._problem = ""
        self.words = QLabel("")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setObjectName("title")
        self.words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.words)
        self.setMinimumSize(480, 270)
        self.setAccessibleName("Which of the two motions the display makes")

    @property
    def playing(self) -> bool:
        """Whether the display still shows the pair."""
        return self._process is not None

    def make(self, shown: Shown) -> Iterator[float]:
        """There is nothing to be drawn."""
        del shown
        return iter(())

    def show_pair(self, shown: Shown) -> None:
        """Have both motions made."""
        pair = PairOnDisplay.of(shown.moment, (shown.first, shown.second), rig=self._rig, seed=self._seed)
        self._problem = ""
        self.words.setText("The display is being woken up.")
        self._process = ReportProcess([*ON_DISPLAY, pair.as_text()], self, reader=LineReader(DISPLAY_REPORTS))
        self._process.reported.connect(self._said)
        self._process.ended.connect(self._ended)

    def stop(self) -> None:
        """Leave off; the motor is braked by its guard."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _said(self, report: DisplayReport) -> None:
        match report:
            case ReturnsToStart(place=place):
                self.words.setText("The display turns back." if place else "The display turns to its start.")
            case MotionBegins(place=place):
                self.words.setText(f"{place + 1}\n\nPlease watch the display.")
            case DisplayGaveUp(text=text):
                self._problem = text

    def _ended(self, code: int, problem: str) -> None:
        assert self._process is not None
        self._process.deleteLater()
        self._process = None
        if code == 0:
            self.words.setText("")
            self.ended.emit()
        else:
            self.gave_up.emit(self._problem or problem or f"the program that turns it ended with code {code}")
