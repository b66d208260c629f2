"""Draws the display as a person in the room sees it: panel, neck and base in true perspective, the same way for every setting.

The eye looks at the middle of the panel and is always as near as fills the picture, so that a turn looks the same from
everywhere in the room; what changes is the angle from which the panel is seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPen, QPolygonF, QTransform

from simulator.gui.look.theme import FAMILY

# A smart display of ten inches: metres.
PANEL_WIDTH_M, PANEL_HEIGHT_M, PANEL_DEPTH_M = 0.25, 0.17, 0.012
PANEL_MIDDLE_M, TILT_DEG = 0.15, 8.0
AXIS_TO_PANEL_M = 0.045  # the panel hangs before the axis about which it turns
BASE_RADIUS_M, BASE_HEIGHT_M = 0.085, 0.075
EYE_ABOVE_M, LEAST_AWAY_M = 0.30, 0.8
FIELD_DEG = 17.0
BACK, TABLE, BODY, GLASS, LIGHT = "#27313b", "#3a4652", "#c9ced4", "#0e141a", "#59b8ff"
Point = tuple[float, float, float]


def draw(
    painter: QPainter, area: QRectF, *, yaw_deg: float, viewer_deg: float, viewer_m: float, listening: bool
) -> None:
    """Draw the display into an area; angles are relative to the base, as everywhere."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(area, QColor(BACK))
    eye = _Eye(area, away_m=max(viewer_m, LEAST_AWAY_M))
    _table(painter, area, eye)
    turned_deg = yaw_deg - viewer_deg  # 0: the panel faces the viewer
    parts = [(_panel_depth(turned_deg), _draw_panel), (0.0, _draw_base)]
    for _, part in sorted(parts, key=lambda found: found[0]):  # the farther one first
        part(painter, eye, turned_deg, listening)


class _Eye:
    """Projects points around the device onto the picture. x to the viewer's right, y towards the viewer, z up."""

    def __init__(self, area: QRectF, *, away_m: float) -> None:
        # From far away people see the same thing smaller; here they come nearer without changing the perspective much.
        self._away_m = math.hypot(away_m, EYE_ABOVE_M)
        self._down = math.atan2(EYE_ABOVE_M, away_m)
        self._middle = area.center()
        self._scale = area.height() / (2.0 * math.tan(math.radians(FIELD_DEG / 2.0))) * self._away_m / 1.4

    def __call__(self, point: Point) -> QPointF:
        x, y, z = point[0], point[1], point[2] - PANEL_MIDDLE_M
        near = y * math.cos(self._down) + z * math.sin(self._down)
        up = z * math.cos(self._down) - y * math.sin(self._down)
        scale = self._scale / (self._away_m - near)
        return QPointF(self._middle.x() + x * scale, self._middle.y() - up * scale)

    def outline(self, points: Sequence[Point]) -> QPolygonF:
        """Several points as one outline."""
        return QPolygonF([self(point) for point in points])


def _panel_depth(turned_deg: float) -> float:
    return AXIS_TO_PANEL_M * math.cos(math.radians(turned_deg))


def _on_panel(turned_deg: float, across_m: float, up_m: float, out_m: float) -> Point:
    """A point of the panel: across to its left as the viewer sees it, up along the glass, out of the glass."""
    tilt, turn = math.radians(TILT_DEG), math.radians(turned_deg)
    out = AXIS_TO_PANEL_M + out_m * math.cos(tilt) - up_m * math.sin(tilt)
    up = PANEL_MIDDLE_M + up_m * math.cos(tilt) + out_m * math.sin(tilt)
    # Counter-clockwise from above is to the viewer's right when the device looks at the viewer.
    return (across_m * math.cos(turn) + out * math.sin(turn), out * math.cos(turn) - across_m * math.sin(turn), up)


def _corners(turned_deg: float, *, out_m: float, inset_m: float = 0.0) -> list[Point]:
    wide, high = PANEL_WIDTH_M / 2 - inset_m, PANEL_HEIGHT_M / 2 - inset_m
    return [_on_panel(turned_deg, x, z, out_m) for x, z in ((-wide, high), (wide, high), (wide, -high), (-wide, -high))]


def _draw_panel(painter: QPainter, eye: _Eye, turned_deg: float, listening: bool) -> None:
    front, back = _corners(turned_deg, out_m=0.0), _corners(turned_deg, out_m=-PANEL_DEPTH_M)
    facing = math.cos(math.radians(turned_deg)) > 0.0
    painter.setPen(QPen(QColor("#8d959d"), 1.0))
    painter.setBrush(QColor("#aab1b8"))
    painter.drawPolygon(eye.outline(back if facing else front))
    for k in range(4):
        painter.drawPolygon(eye.outline([front[k], front[(k + 1) % 4], back[(k + 1) % 4], back[k]]))
    if not facing:
        painter.setBrush(QColor(BODY))
        painter.drawPolygon(eye.outline(back))
        return
    painter.setBrush(QColor("#14191e"))
    painter.drawPolygon(eye.outline(front))
    _draw_glass(painter, eye, turned_deg)
    if listening:
        bar = [
            _on_panel(turned_deg, x, z, 0.0)
            for x, z in ((-0.10, -0.078), (0.10, -0.078), (0.10, -0.0815), (-0.10, -0.0815))
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT))
        painter.drawPolygon(eye.outline(bar))


def _draw_glass(painter: QPainter, eye: _Eye, turned_deg: float) -> None:
    """A clock on the glass, so that people see where front and middle are."""
    glass = QRectF(0, 0, 460, 300)
    inside = eye.outline(_corners(turned_deg, out_m=0.0005, inset_m=0.008))
    transform = QTransform()
    flat = QPolygonF([glass.topLeft(), glass.topRight(), glass.bottomRight(), glass.bottomLeft()])
    if not QTransform.quadToQuad(flat, inside, transform):
        return
    painter.save()
    painter.setTransform(transform, True)
    shade = QLinearGradient(glass.topLeft(), glass.bottomRight())
    shade.setColorAt(0.0, QColor("#24425f"))
    shade.setColorAt(1.0, QColor(GLASS))
    painter.fillRect(glass, shade)
    painter.setPen(QColor("#f2f6fa"))
    for size, text, line in (
        (86, "10:24", glass.adjusted(0, 40, 0, -110)),
        (26, "Tuesday", glass.adjusted(0, 150, 0, -40)),
    ):
        font = QFont(FAMILY)
        font.setPixelSize(size)
        painter.setFont(font)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _draw_base(painter: QPainter, eye: _Eye, _turned_deg: float, _listening: bool) -> None:
    around = [math.radians(angle) for angle in range(0, 360, 6)]
    rings = [
        [(BASE_RADIUS_M * math.cos(a), BASE_RADIUS_M * math.sin(a), z) for a in around] for z in (0.0, BASE_HEIGHT_M)
    ]
    low, high = (eye.outline(ring) for ring in rings)
    shade = QLinearGradient(low.boundingRect().topLeft(), low.boundingRect().topRight())
    for place, colour in ((0.0, "#8f979f"), (0.35, "#d7dbe0"), (1.0, "#858d95")):
        shade.setColorAt(place, QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    top, foot = high.boundingRect(), low.boundingRect()
    wall = (
        QPointF(top.left(), top.center().y()),
        QPointF(top.right(), top.center().y()),
        QPointF(foot.right(), foot.center().y()),
        QPointF(foot.left(), foot.center().y()),
    )
    painter.drawPolygon(QPolygonF(wall))
    painter.drawPolygon(low)
    painter.setBrush(QColor("#e3e6ea"))
    painter.drawPolygon(high)


def _table(painter: QPainter, area: QRectF, eye: _Eye) -> None:
    edge = eye((0.0, -0.35, 0.0)).y()
    top = QRectF(area.left(), edge, area.width(), area.bottom() - edge)
    shade = QLinearGradient(top.topLeft(), top.bottomLeft())
    shade.setColorAt(0.0, QColor(TABLE))
    shade.setColorAt(1.0, QColor("#566472"))
    painter.fillRect(top, shade)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 60))
    foot = eye((0.0, 0.0, 0.0))
    wide = abs(eye((BASE_RADIUS_M * 1.25, 0.0, 0.0)).x() - foot.x())
    painter.drawEllipse(foot, wide, wide * 0.25)
