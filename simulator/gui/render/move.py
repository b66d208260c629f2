"""Draws one move: angle, speed, acceleration and jerk over time on axes that never rescale, and the move before it dashed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S
from simulator.onboard.tuning import leaf_at
from simulator.workbench.one_move import LEAD_TICKS, OneMove

LEFT_PX, GAP_PX, FOOT_PX, TOP_PX = 74.0, 8.0, 18.0, 4.0
LEAST_S = 2.0  # of the time axis: it grows in whole steps, so that it stands still while a slider moves


@dataclass(frozen=True, slots=True)
class Lane:
    """One curve with its axis."""

    name: str
    unit: str
    now: NDArray[np.float64]
    before: NDArray[np.float64] | None
    low: float
    high: float
    limit: float | None = None  # a line: what the knob allows


def lanes(move: OneMove, before: OneMove | None, facts: DeviceFacts, limits: tuple[float, float, float]) -> list[Lane]:
    """The four curves; `limits` are the knobs of speed, acceleration and jerk."""
    motor, sign = facts.motor, 1.0 if move.by_deg >= 0 else -1.0
    most_jerk = float(leaf_at("motion.max_jerk_dps3").high or limits[2])

    def of(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        return sign * getattr(move, name), None if before is None else sign * getattr(before, name)

    far = abs(move.by_deg)
    return [
        Lane("Angle", "°", *of("yaw_deg"), 0.0, 1.15 * far, far),
        Lane("Speed", "°/s", *of("rate_dps"), 0.0, motor.max_rate_dps, limits[0]),
        Lane("Accel.", "°/s²", *of("accel_dps2"), -motor.max_accel_dps2, motor.max_accel_dps2, limits[1]),
        Lane("Jerk", "°/s³", *of("jerk_dps3"), -most_jerk, most_jerk, limits[2]),
    ]


def draw_move(painter: QPainter, area: QRectF, theme: Theme, shown: list[Lane], *, at_s: float, marks: OneMove) -> None:
    """All lanes, one under the other, with the moment that is played."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    longest = max(len(lane.now) for lane in shown) * TICK_S
    whole_s = LEAST_S * max(1, int(np.ceil(longest / LEAST_S)))
    high = (area.height() - FOOT_PX - TOP_PX) / len(shown)
    plot = QRectF(area.left() + LEFT_PX, area.top() + TOP_PX, area.width() - LEFT_PX - 8, high * len(shown))
    for row, lane in enumerate(shown):
        box = QRectF(plot.left(), plot.top() + row * high, plot.width(), high - GAP_PX)
        _lane(painter, theme, box, lane, whole_s=whole_s)
    for seconds, words in ((marks.faces_s, "faces"), (marks.rests_s, "rests")):
        if seconds is not None:
            x = plot.left() + plot.width() * (seconds + LEAD_TICKS * TICK_S) / whole_s
            painter.setPen(theme.pen("ok", alpha=0.8, style=Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() - GAP_PX))
            align = "right" if words == "faces" else "left"
            text.plain(
                painter, theme, QPointF(x + (4 if align == "left" else -4), area.bottom() - 5), words, align=align
            )
    x = plot.left() + plot.width() * at_s / whole_s
    painter.setPen(theme.pen("text", alpha=0.6))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() - GAP_PX))
    words = f"{whole_s - LEAD_TICKS * TICK_S:.1f} s"
    text.plain(painter, theme, QPointF(plot.right(), area.bottom() - 5), words, colour="faint", align="right")


def _lane(painter: QPainter, theme: Theme, box: QRectF, lane: Lane, *, whole_s: float) -> None:
    def y(value: float) -> float:
        share = (min(max(value, lane.low), lane.high) - lane.low) / (lane.high - lane.low)
        return box.bottom() - share * box.height()

    painter.fillRect(box, theme.colour("raised", 0.35))
    text.plain(painter, theme, QPointF(box.left() - LEFT_PX + 6, box.top() + 11), lane.name, colour="text")
    top = f"{lane.high:.0f} {lane.unit}"
    text.plain(painter, theme, QPointF(box.left() - 5, box.top() + 24), top, colour="faint", align="right")
    for value in (lane.limit, None if lane.limit is None or lane.low >= 0 else -lane.limit):
        if value is not None and lane.low < value < lane.high:
            painter.setPen(theme.pen("changed", alpha=0.5, style=Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(box.left(), y(value)), QPointF(box.right(), y(value)))
    painter.setPen(theme.pen("strong", alpha=0.5))
    painter.drawLine(QPointF(box.left(), y(0.0)), QPointF(box.right(), y(0.0)))
    painter.save()
    painter.setClipRect(box)
    for values, pen in (
        (lane.before, theme.pen("dim", alpha=0.7, style=Qt.PenStyle.DashLine)),
        (lane.now, _solid(theme)),
    ):
        if values is not None:
            step = box.width() * TICK_S / whole_s
            points = [QPointF(box.left() + tick * step, y(float(value))) for tick, value in enumerate(values)]
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _solid(theme: Theme) -> QPen:
    return theme.pen("text", width=1.6)
