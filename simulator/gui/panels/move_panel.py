"""One move alone, over and over: its angle, its figures, and the clock that plays it."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.move_view import FIRST_DEG, MoveCanvas

FRAME_MS, MOST_DEG = 16, 300
PAUSE_S = 0.6  # between two rounds


class MovePanel(QWidget):
    """The canvas with its angle and figures."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session = session
        self.canvas = MoveCanvas(session, look)
        self.angle = QSpinBox()
        self.angle.setRange(-MOST_DEG, MOST_DEG)
        self.angle.setSuffix("°")
        self.angle.setValue(FIRST_DEG)
        self.angle.setFont(font(SMALL_PX))
        self.angle.setAccessibleName("Angle of the move")
        self.angle.valueChanged.connect(self._turn_by)
        self.this_turn = button(
            "This turn", self.take_turn, kind="chip", tip="The turn at the playhead, or the next one"
        )
        self.figures = label("", "dim", size_px=SMALL_PX)
        self.figures.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(label("Turn by", size_px=SMALL_PX))
        row.addWidget(self.angle)
        row.addWidget(self.this_turn)
        row.addWidget(self.figures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self._calm = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._frame)
        session.document_changed.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        """The figures of the move with the knobs as they are."""
        if not self.isVisible():
            return
        now, before = self.canvas.now, self.canvas.before()
        faces = f"{now.faces_s:.2f} s" if now.faces_s is not None else "never"
        rate = max(abs(float(now.rate_dps.max())), abs(float(now.rate_dps.min())))
        words = (
            f"faces after {faces}  ·  at rest after {now.rests_s:.2f} s  ·  overshoot {now.overshoot_deg:.1f}°"
            f"  ·  peak {rate:.0f} °/s"
        )
        if before is not None and before.faces_s is not None and now.faces_s is not None:
            words += f"  ·  dashed: the scene's own, {before.faces_s:.2f} s and {before.rests_s:.2f} s"
        self.figures.setText(words)
        self.canvas.update()

    def set_calm(self, calm: bool) -> None:
        """Stand still at the end of the move, or play it over and over."""
        self._calm = calm
        self.canvas.at_s = self.canvas.now.duration_s if calm else 0.0
        self.canvas.update()
        if calm:
            self._timer.stop()
        elif self.isVisible():
            self._clock.start()
            self._timer.start()

    def take_turn(self) -> None:
        """The angle of the turn at the playhead."""
        from simulator.workbench.one_move import turn_at

        by_deg = turn_at(self._session.run, self._session.tick)
        if by_deg is None or abs(by_deg) < 1.0:
            self._session.notice.emit("info", "The screen does not turn from here on")
        else:
            self.angle.setValue(math.floor(by_deg + 0.5))

    @fenced
    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        super().showEvent(event)
        self._clock.start()
        if not self._calm:
            self._timer.start()
        self.refresh()

    @fenced
    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def _turn_by(self, by_deg: int) -> None:
        if by_deg:
            self.canvas.by_deg = float(by_deg)
            self.refresh()

    def _frame(self) -> None:
        canvas = self.canvas
        canvas.at_s += min(0.1, self._clock.restart() / 1000)
        if canvas.at_s > canvas.now.duration_s + PAUSE_S:
            canvas.at_s = 0.0
        canvas.update()
