"""Any numbers of the run over time, a lane each: two cursors that are measured between, and a y axis that can be zoomed."""

from __future__ import annotations

import math

import numpy as np
from PySide6 import QtCore
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S
from simulator.workbench.signals import SIGNALS, Numbers, Signal, between

LEFT_PX, HEAD_PX, GAP_PX, FOOT_PX = 64.0, 18.0, 8.0, 18.0
ZOOM = 1.25
LEAST_SPAN = 1e-3
FIRST = ("Yaw", "Speed")


class PlotView(Canvas):
    """The lanes that are chosen."""

    covers = True
    measured = QtCore.Signal()  # the words are other ones

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Plot", parent)
        self._session = session
        self.chosen: list[Signal] = [one for one in SIGNALS if one.name in FIRST]
        self.cursors: list[int] = []  # ticks; a left click sets the first, Shift or a right click the second
        self._zoomed: dict[str, tuple[float, float]] = {}
        self.setMinimumSize(320, 160)
        for signal in (session.moment_changed, session.run_changed):
            signal.connect(self.update)
        session.run_changed.connect(self.measured)

    def choose(self, name: str, on: bool) -> None:
        """Show a number, or leave it out."""
        names = {one.name for one in self.chosen} - {name} | ({name} if on else set())
        self.chosen = [one for one in SIGNALS if one.name in names]
        self.measured.emit()
        self.update()

    def words(self) -> str:
        """What lies between the cursors."""
        if len(self.cursors) < 2:
            return "Click sets a cursor, Shift and click the second; the wheel zooms a lane, a double click shows all of it"
        first, second = self.cursors
        parts = [f"Δt {(second - first) * TICK_S:+.2f} s"]
        for signal in self.chosen:
            found = between(signal.of(self._session.run), first, second)
            if found is not None:
                parts.append(f"{signal.name} {found.second - found.first:+.2f} {signal.unit}")
        return "   ·   ".join(parts)

    def draw(self, painter: QPainter) -> None:
        """A lane each, the cursors and the playhead over them."""
        theme, run = self.look.theme, self._session.run
        painter.fillRect(self.area, theme.colour("card"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not len(run) or not self.chosen:
            words = "Choose a number to plot" if len(run) else "Nothing has run yet"
            text.plain(painter, theme, self.area.center(), words, align="middle")
            return
        for row, signal in enumerate(self.chosen):
            self._lane(painter, self._box(row), signal, signal.of(run))
        bottom = self.height() - FOOT_PX
        marks = [(self._session.tick, "text", "")]
        marks += [(tick, "changed", f"{tick * TICK_S:.2f} s") for tick in self.cursors]
        for tick, colour, words in marks:
            x = self._x(tick)
            painter.setPen(theme.pen(colour, width=1.2))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            text.plain(painter, theme, QPointF(x, self.height() - 4), words, colour=colour, align="middle")

    # --- mouse --------------------------------------------------------------------------------------------------------

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set a cursor."""
        tick = self._tick(event.position().x())
        second = event.button() == Qt.MouseButton.RightButton or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.cursors = [self.cursors[0], tick] if second and self.cursors else [tick, *self.cursors[1:]]
        self.setToolTip(self.words())
        self.measured.emit()
        self.update()

    @fenced
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of a lane again, and go to that moment."""
        signal = self._at(event.position().y())
        if signal is not None:
            self._zoomed.pop(signal.name, None)
        self._session.seek(self._tick(event.position().x()))

    @fenced
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the y axis of the lane about the mouse."""
        signal = self._at(event.position().y())
        if signal is None:
            return
        box = self._box(self.chosen.index(signal))
        low, high = self.span(signal, signal.of(self._session.run))
        share = (box.bottom() - event.position().y()) / box.height()
        factor = ZOOM ** (-event.angleDelta().y() / 120)
        about = low + share * (high - low)
        self._zoomed[signal.name] = (about - factor * (about - low), about + factor * (high - about))
        self.update()

    def span(self, signal: Signal, values: Numbers) -> tuple[float, float]:
        """Least and most of a lane's axis."""
        if signal.name in self._zoomed:
            return self._zoomed[signal.name]
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        margin = max(0.06 * (high - low), LEAST_SPAN)
        return low - margin, high + margin

    # --- inside -------------------------------------------------------------------------------------------------------

    def _lane(self, painter: QPainter, box: QRectF, signal: Signal, values: Numbers) -> None:
        theme = self.look.theme
        low, high = self.span(signal, values)
        painter.fillRect(box, theme.colour("raised", 0.35))
        text.plain(
            painter, theme, QPointF(box.left() + 4, box.top() - 4), f"{signal.name}, {signal.unit}", colour="text"
        )
        for value, y in ((high, box.top() + 10), (low, box.bottom())):
            text.plain(painter, theme, QPointF(box.left() - 6, y), f"{value:.4g}", colour="faint", align="right")
        step = max(1, len(values) // max(1, int(2 * box.width())))
        points: list[QPointF] = []
        painter.save()
        painter.setClipRect(box)
        painter.setPen(theme.pen("text", width=1.3))
        for tick in range(0, len(values), step):
            value = float(values[tick])
            if math.isfinite(value):
                points.append(QPointF(self._x(tick), box.bottom() - (value - low) / (high - low) * box.height()))
            elif points:
                painter.drawPolyline(QPolygonF(points))
                points = []
        painter.drawPolyline(QPolygonF(points))
        painter.restore()

    def _box(self, row: int) -> QRectF:
        high = (self.height() - FOOT_PX) / max(1, len(self.chosen))
        return QRectF(LEFT_PX, row * high + HEAD_PX, self.width() - LEFT_PX - 10, max(10.0, high - HEAD_PX - GAP_PX))

    def _at(self, y: float) -> Signal | None:
        rows = range(len(self.chosen))
        return next((self.chosen[row] for row in rows if self._box(row).top() <= y <= self._box(row).bottom()), None)

    def _x(self, tick: int) -> float:
        return LEFT_PX + (self.width() - LEFT_PX - 10) * tick / max(1, self._session.duration_ticks)

    def _tick(self, x: float) -> int:
        share = (x - LEFT_PX) / (self.width() - LEFT_PX - 10)
        return max(0, min(round(share * self._session.duration_ticks), len(self._session.run) - 1))
