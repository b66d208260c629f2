"""The last seconds of the virtual device before the playhead: yaw wanted and measured, speed, force at the edge."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from simulator.gui.render import text
from simulator.gui.render.lines import polyline
from simulator.gui.render.timeline import TimeAxis, curve_points
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S, TICKS_PER_S

WINDOW_S = 10.0
LEFT_PX, RIGHT_PX = 54.0, 10.0


class Scope(Canvas):
    """The last seconds before the playhead: yaw wanted and measured, speed, force at the edge."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__(look, "Yaw wanted and measured, speed, force")
        self._session = session
        self.setMinimumSize(260, 140)
        session.moment_changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Three curves under one another."""
        run, theme = self._session.run, self.look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(run) < 2:
            text.plain(painter, theme, self.area.center(), "Nothing has run yet", colour="faint", align="middle")
            return
        last = max(self._session.tick, round(WINDOW_S * TICKS_PER_S))
        first = last - round(WINDOW_S * TICKS_PER_S)
        part = run.rows[first : self._session.tick + 1]
        high = (self.height() - 34) / 3
        lag = part["wanted_yaw_deg"] - part["yaw_deg"]
        worst = float(np.abs(lag).max()) if len(lag) else 0.0
        rows = (
            (
                "Yaw, wanted (dashed) and true",
                "°",
                [part["yaw_deg"], part["wanted_yaw_deg"]],
                10.0,
                f"largest lag {worst:.2f}°",
            ),
            ("Speed", "°/s", [part["rate_dps"]], 20.0, ""),
            ("Force at the edge", "N", [part["force_n"]], 2.0, ""),
        )
        axis = TimeAxis(
            QRectF(LEFT_PX - 96, 0, self.width() - LEFT_PX + 96, self.height()), first * TICK_S, last * TICK_S
        )
        for place, (name, unit, curves, least, remark) in enumerate(rows):
            box = QRectF(axis.left, place * (high + 8) + 18, axis.right - axis.left, high - 22)
            low, top = min(float(one.min()) for one in curves), max(float(one.max()) for one in curves)
            middle, half = (low + top) / 2, max(least, (top - low) * 0.6)
            text.plain(painter, theme, QPointF(box.left(), box.top() - 5), name, colour="text", weight=500)
            if text.width_px(name, weight=500) + text.width_px(remark) + 12 < box.width():
                text.plain(painter, theme, QPointF(box.right(), box.top() - 5), remark, align="right")
            for level in (middle - half, middle, middle + half):
                y = box.center().y() - (level - middle) / half * box.height() / 2
                painter.setPen(theme.pen("line"))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                text.plain(
                    painter,
                    theme,
                    QPointF(box.left() - 6, y + 4),
                    text.number(level, unit, step=1.0 if half > 5 else 0.1),
                    colour="faint",
                    align="right",
                    size_px=10,
                )
            for number, values in enumerate(curves):
                xs, ys = curve_points(values, first, axis)
                pen = (
                    theme.pen("text", width=1.8)
                    if number == 0
                    else theme.pen("changed", width=1.4, style=Qt.PenStyle.DashLine)
                )
                painter.setPen(pen)
                painter.drawPolyline(polyline(xs, box.center().y() - (ys - middle) / half * box.height() / 2))
