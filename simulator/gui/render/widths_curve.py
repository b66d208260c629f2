"""Zone widths over distance as two curves with three knots each, and a line where the person who matters stands now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.gui.render.lines import polyline
from simulator.onboard.tuning import Tuning
from simulator.workbench import zone_edges

FIRST_M, LAST_M, TOP_DEG = 0.3, 3.6, 56.0
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 26.0, 8.0, 14.0, 18.0
STEPS = 40
EDGE_COLOURS: tuple[tuple[zone_edges.Edge, str], ...] = (("holding", "hold"), ("dead", "dead"))


@dataclass(frozen=True, slots=True)
class WidthScene:
    """All that one drawing of the widths needs."""

    tuning: Tuning
    preset: Tuning
    distance_m: float | None = None  # of the person who matters; None when nobody does
    who: str = ""
    hot: tuple[str, int] | None = None


def plot_area(area: QRectF) -> QRectF:
    """Where the curves are, inside their labels."""
    return area.adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)


def point(area: QRectF, distance_m: float, width_deg: float) -> QPointF:
    """Where a width at a distance lies."""
    plot = plot_area(area)
    x = plot.left() + (distance_m - FIRST_M) / (LAST_M - FIRST_M) * plot.width()
    return QPointF(x, plot.bottom() - width_deg / TOP_DEG * plot.height())


def width_at(area: QRectF, y_px: float) -> float:
    """The width that a height in the drawing stands for."""
    plot = plot_area(area)
    return (plot.bottom() - y_px) / plot.height() * TOP_DEG


def draw_widths(painter: QPainter, area: QRectF, scene: WidthScene, theme: Theme) -> None:
    """The two curves."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot = plot_area(area)
    for level in (0, 20, 40):
        y = point(area, FIRST_M, level).y()
        painter.setPen(theme.pen("line"))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        text.plain(
            painter, theme, QPointF(plot.left() - 5, y + 4), f"{level}°", colour="faint", align="right", size_px=10
        )
    for mark in theme.lengths.axis:
        at, words = (
            QPointF(point(area, mark * theme.lengths.metres, 0).x(), plot.bottom() + 14),
            f"{mark} {theme.lengths.unit}",
        )
        text.plain(painter, theme, at, words, colour="faint", align="middle", size_px=10)
    for edge, colour in EDGE_COLOURS:
        line = _line(area, scene.tuning, edge)
        under = QPainterPath(line)
        under.lineTo(plot.right(), plot.bottom())
        under.lineTo(plot.left(), plot.bottom())
        under.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(colour, 0.14))
        painter.drawPath(under)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if zone_edges.knot_widths_deg(scene.tuning, edge) != zone_edges.knot_widths_deg(scene.preset, edge):
            painter.setPen(theme.pen(colour, width=1.1, alpha=0.7, style=Qt.PenStyle.DashLine))
            painter.drawPath(_line(area, scene.preset, edge))
        painter.setPen(theme.pen(colour, width=1.9))
        painter.drawPath(line)
    if scene.distance_m is not None:
        x = point(area, min(max(scene.distance_m, FIRST_M), LAST_M), 0).x()
        painter.setPen(theme.pen("text", width=1.2, style=Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, plot.top() - 2), QPointF(x, plot.bottom()))
        label = f"{scene.who} {theme.lengths.words(scene.distance_m)}".strip()
        fits_right = x + 6 + text.width_px(label) < plot.right()
        text.plain(
            painter,
            theme,
            QPointF(x + (5 if fits_right else -5), plot.top() + 6),
            label,
            colour="text",
            align="left" if fits_right else "right",
        )
    for (edge, knot), at in knots(area, scene.tuning).items():
        hot = scene.hot == (edge, knot)
        painter.setPen(theme.pen("dead" if edge == "dead" else "hold", width=2.0))
        painter.setBrush(theme.colour("card"))
        painter.drawEllipse(at, 5.5 if hot else 3.8, 5.5 if hot else 3.8)
        if hot:
            value = zone_edges.knot_widths_deg(scene.tuning, edge)[knot]
            text.bubble(painter, theme, at, f"{value:.1f}°", inside=area, gap_px=9)


def knots(area: QRectF, tuning: Tuning) -> dict[tuple[zone_edges.Edge, int], QPointF]:
    """Where the knots lie."""
    return {
        (edge, knot): point(area, distance_m, width_deg)
        for edge in zone_edges.EDGES
        for knot, (distance_m, width_deg) in enumerate(
            zip(zone_edges.KNOTS_M, zone_edges.knot_widths_deg(tuning, edge), strict=True)
        )
    }


def _line(area: QRectF, tuning: Tuning, edge: zone_edges.Edge) -> QPainterPath:
    curve, made, plot = zone_edges.curve(tuning, edge), QPainterPath(), plot_area(area)
    share = np.arange(STEPS + 1) / STEPS
    half = np.array([curve.at(FIRST_M + (LAST_M - FIRST_M) * one) for one in share.tolist()])
    made.addPolygon(polyline(plot.left() + share * plot.width(), plot.bottom() - half / TOP_DEG * plot.height()))
    return made
