"""The timeline: who talked, what happened, what was decided and why, checks, and the curves of yaw and speed.

`draw_lanes` is the part that stands still while the playhead moves, so a view keeps its picture; `draw_cursor` is the rest.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from simulator.gui.look.theme import SMALL_PX, Theme, font
from simulator.gui.render import text
from simulator.gui.render.timeline_axis import (
    DECISION_PX,
    RIGHT_PX,
    RULER_PX,
    Curve,
    TimeAxis,
    TimelineScene,
    curve_points,
    layout,
)
from simulator.gui.render.timeline_checks import check_boxes, draw_checks
from simulator.gui.render.timeline_parts import (
    KIND_COLOURS,
    draw_decisions,
    draw_events,
    draw_labels,
    draw_ruler,
    draw_seam,
    draw_speed,
    draw_voices,
    draw_yaw,
    ruler_marks,
)
from simulator.onboard.messages import TICK_S

__all__ = [
    "DECISION_PX", "KIND_COLOURS", "RULER_PX", "Curve", "TimeAxis", "TimelineScene", "check_boxes", "curve_points", "draw_cursor",
    "draw_lanes", "layout",
]  # fmt: skip


def draw_lanes(painter: QPainter, area: QRectF, scene: TimelineScene, theme: Theme) -> None:
    """Everything but the playhead."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    axis, lanes = TimeAxis(area, scene.first_s, scene.last_s), layout(area, scene)
    draw_ruler(painter, area, axis, scene, theme)
    draw_labels(painter, area, lanes, scene, theme)
    painter.save()
    painter.setClipRect(QRectF(axis.left - 1, area.top(), axis.right - axis.left + RIGHT_PX, area.height()))
    for box, spans in zip(lanes.voices, scene.voices, strict=False):
        draw_voices(painter, box, axis, spans, theme)
    if lanes.events.height() > 0:
        draw_events(painter, lanes.events, axis, scene, theme)
    draw_decisions(painter, lanes.decisions, axis, scene.decisions, theme)
    if lanes.other is not None:
        draw_decisions(painter, lanes.other, axis, scene.other_decisions, theme)
    if lanes.checks is not None:
        draw_checks(painter, lanes.checks, axis, scene.checks, theme)
    if lanes.other_checks is not None:
        draw_checks(painter, lanes.other_checks, axis, scene.other_checks, theme)
    draw_yaw(painter, lanes.yaw, axis, scene, theme)
    if lanes.speed.height() > 10:
        draw_speed(painter, lanes.speed, axis, scene, theme)
    draw_seam(painter, area, lanes, axis, scene, theme)
    painter.restore()


def draw_cursor(painter: QPainter, area: QRectF, scene: TimelineScene, theme: Theme, tick: float) -> None:
    """The playhead, with its time in a tab on the ruler."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    axis = TimeAxis(area, scene.first_s, scene.last_s)
    x = axis.x(tick)
    if not axis.left - 2 <= x <= axis.right + 2:
        return
    painter.setPen(theme.pen("text", width=1.5))
    painter.drawLine(QPointF(x, area.top() + RULER_PX - 4), QPointF(x, area.bottom() - 2))
    words = f"{tick * TICK_S:.2f}"
    wide = max(44.0, text.width_px(words, weight=600) + 14)
    tab = QRectF(min(max(x - wide / 2, axis.left - wide / 2), area.right() - wide - 1), area.top() + 1, wide, 17)
    for mark_x, said in ruler_marks(axis):  # a time of the ruler half under the tab would read as another
        half = text.width_px(said) / 2 + 1
        under = QRectF(mark_x - half, area.top() + 2, 2 * half, 15)
        if under.intersects(tab):
            painter.fillRect(under, theme.colour("card"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(tab, 4, 4)
    painter.setFont(font(SMALL_PX, 600))
    painter.setPen(theme.colour("inverse"))
    painter.drawText(tab, Qt.AlignmentFlag.AlignCenter, words)
