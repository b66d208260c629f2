"""What was explored as a drawing: the front, where a click or the arrow keys choose a point, and the bars of what matters."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import font
from simulator.gui.render import text
from simulator.gui.render.front import FrontScene, draw_front, nearest
from simulator.gui.views.canvas import Canvas, Look
from simulator.lab.search.explored import Explored, FigureMatters

ROW_PX, BAR_PX = 22.0, 8.0
LEAST_ROWS = 4


class FrontView(Canvas):
    """All points that were tried."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Points that were tried")
        self.found = Explored(made_by="tune", train_scenes=0)
        self.name = self._hovered = ""
        self.setMinimumSize(300, 170)

    def show_found(self, found: Explored, name: str) -> None:
        """Other points, or another one chosen."""
        self.found, self.name = found, name
        self.setAccessibleDescription(
            "; ".join(f"{one.name}: service {one.train[0]:.2f}, disturbance {one.train[1]:.2f}" for one in found.points)
        )
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the front."""
        draw_front(painter, self.area, FrontScene(self.found, self.name, self._hovered), self.look.theme)

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the point under the mouse."""
        hovered = nearest(self.found, self.area, event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setToolTip(hovered)
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
            self.update()

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the mouse."""
        if name := nearest(self.found, self.area, event.position()):
            self.chosen.emit(name)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left towards eager, right towards calm."""
        names = [one.name for one in self.found.points]
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None or not names:
            super().keyPressEvent(event)
            return
        place = names.index(self.name) + by if self.name in names else 0
        self.chosen.emit(names[min(max(place, 0), len(names) - 1)])


class BarsView(Canvas):
    """How much each axis does to one figure, with the interval as a line through the end of its bar."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "What matters")
        self._shown: FigureMatters | None = None
        self.empty_words = "Not asked"
        self.setMinimumSize(220, int(LEAST_ROWS * ROW_PX))

    def show_matters(self, shown: FigureMatters | None, *, empty: str) -> None:
        """Other bars."""
        self._shown, self.empty_words = shown, empty
        rows = shown.axes if shown is not None else ()
        words = "\n".join(f"{row.axis}: {row.effect:.2g} ({row.low:.2g} to {row.high:.2g})" for row in rows)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the bars, what matters most first; those without room are in the tooltip."""
        theme, shown = self.look.theme, self._shown
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown is None or not shown.axes:
            text.plain(painter, theme, QPointF(4, 15), self.empty_words, colour="faint")
            return
        names_px = min(max(text.width_px(row.axis) for row in shown.axes) + 12, 0.42 * self.width())
        value_px = 38.0
        span = max(row.high for row in shown.axes) or 1.0
        wide = max(self.width() - names_px - value_px - 8, 20.0)
        for place, row in enumerate(shown.axes):
            y = place * ROW_PX
            if y + ROW_PX > self.height():
                break
            painter.setFont(font(11))
            name = painter.fontMetrics().elidedText(row.axis, Qt.TextElideMode.ElideRight, int(names_px - 10))
            text.plain(painter, theme, QPointF(4, y + 15), name, colour="text")
            bar = QRectF(names_px, y + (ROW_PX - BAR_PX) / 2, max(wide * row.effect / span, 1.0), BAR_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("strong"))
            painter.drawRoundedRect(bar, 2, 2)
            low, high = (names_px + wide * end / span for end in (row.low, row.high))
            painter.setPen(theme.pen("text", width=1.4))
            middle = bar.center().y()
            painter.drawLine(QPointF(low, middle), QPointF(high, middle))
            for x in (low, high):
                painter.drawLine(QPointF(x, middle - 3), QPointF(x, middle + 3))
            text.plain(painter, theme, QPointF(self.width() - 4, y + 15), f"{row.effect:.2g}", align="right")
