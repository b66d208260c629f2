"""The lanes of the timeline, one function each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from simulator.gui.look.theme import SMALL_PX, Theme, font
from simulator.gui.render import text
from simulator.gui.render.lines import polyline
from simulator.gui.render.timeline_axis import (
    DECISION_PX,
    GUTTER_PX,
    RIGHT_PX,
    RULER_PX,
    Curve,
    Lanes,
    TimeAxis,
    TimelineScene,
    curve_points,
    speed_top_dps,
)
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.workbench.run_spans import Span

STEPS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)
UNNAMED, COMMENT_LETTERS = "at ", 28  # how a bookmark without words begins; how much of a comment is shown
KIND_COLOURS = {"calm": "dead", "waiting": "hold", "blocked": "bad", "idle": "faint"}


def draw_ruler(painter: QPainter, area: QRectF, axis: TimeAxis, scene: TimelineScene, theme: Theme) -> None:
    """Time, the loop, bookmarks, and what is not yet computed."""
    if scene.loop is not None:
        first, last = axis.x(scene.loop[0]), axis.x(scene.loop[1])
        painter.fillRect(QRectF(first, area.top() + 3, last - first, RULER_PX - 8), theme.colour("focus", 0.22))
        painter.fillRect(
            QRectF(first, area.top() + RULER_PX, last - first, area.height() - RULER_PX), theme.colour("focus", 0.05)
        )
        painter.setPen(theme.pen("focus", width=2.0))
        for x in (first, last):
            painter.drawLine(QPointF(x, area.top() + 3), QPointF(x, area.top() + RULER_PX - 5))
    for x, words in ruler_marks(axis):
        painter.fillRect(
            QRectF(x - 0.5, area.top() + RULER_PX - 3, 1, area.height() - RULER_PX + 1), theme.colour("line", 0.8)
        )
        if x + text.width_px(words) / 2 < area.right() - 1:
            text.plain(painter, theme, QPointF(x, area.top() + 13), words, colour="dim", align="middle")
    done = axis.x(len(scene.run))
    if scene.duration_ticks > len(scene.run) and done < axis.right:
        painter.fillRect(
            QRectF(
                max(done, axis.left), area.top() + RULER_PX, axis.right - max(done, axis.left), area.height() - RULER_PX
            ),
            theme.colour("bg", 0.45),
        )
    for tick, name in scene.bookmarks:
        x = axis.x(tick)
        if not name.startswith(UNNAMED) and axis.left <= x <= axis.right:
            words = name if len(name) <= COMMENT_LETTERS else name[: COMMENT_LETTERS - 1] + "…"
            box = QRectF(x, area.top() - 2, 15 + text.width_px(words), RULER_PX - 3)
            painter.fillRect(box, theme.colour("card"))  # over the times that it would stand on
            text.plain(painter, theme, QPointF(x + 11, area.top() + 10), words, colour="changed")
        flag = QPolygonF([QPointF(x, area.top() + 4), QPointF(x + 8, area.top() + 7), QPointF(x, area.top() + 10)])
        painter.setPen(theme.pen("changed", width=1.4))
        painter.drawLine(QPointF(x, area.top() + 4), QPointF(x, area.top() + RULER_PX))
        painter.setBrush(theme.colour("changed"))
        painter.drawPolygon(flag)


def ruler_marks(axis: TimeAxis) -> list[tuple[float, str]]:
    """Where the ruler says which time."""
    step_s = next((step for step in STEPS_S if step * axis.px_per_s >= 58), 600)
    places = range(math.ceil(axis.first_s / step_s), math.floor(axis.last_s / step_s) + 1)
    return [(round(axis.x(place * step_s * TICKS_PER_S)) + 0.5, _clock(place * step_s, step_s)) for place in places]


def _clock(at_s: float, step_s: float) -> str:
    if step_s < 1:
        return f"{at_s:.2f} s" if step_s < 0.1 else f"{at_s:.1f} s"
    return f"{int(at_s) // 60}:{int(at_s) % 60:02d}" if at_s >= 60 else f"{at_s:.0f} s"


def draw_labels(painter: QPainter, area: QRectF, boxes: Lanes, scene: TimelineScene, theme: Theme) -> None:
    """The names of the lanes and of the curves."""
    x, room = area.left() + 10, GUTTER_PX - 18
    rows: list[tuple[QRectF, str, str, int]] = [
        (box, name, "dim", 400) for box, name in zip(boxes.voices, scene.people, strict=False)
    ]
    if boxes.events.height() > 0:
        rows.append((boxes.events, "Events", "dim", 400))
    rows.append((boxes.decisions, f"Decision {scene.names[0]}" if scene.other_decisions else "Decision", "text", 500))
    if boxes.other is not None:
        rows.append((boxes.other, f"Decision {scene.names[1]}", "text", 500))
    if boxes.checks is not None:
        rows.append((boxes.checks, f"Checks {scene.names[0]}" if scene.other_checks else "Checks", "text", 500))
    if boxes.other_checks is not None:
        rows.append((boxes.other_checks, f"Checks {scene.names[1]}", "text", 500))
    for box, name, colour, weight in rows:
        shown = name if text.width_px(name, weight=weight) <= room else _shortened(name, room, weight)
        middle = min(box.center().y(), box.top() + DECISION_PX / 2)
        text.plain(painter, theme, QPointF(x, middle + 4), shown, colour=colour, weight=weight)
    text.plain(painter, theme, QPointF(x, boxes.yaw.top() + 9), "Yaw", colour="text", weight=500)
    y = boxes.yaw.top() + 24
    for curve in scene.curves:
        if y + 4 > boxes.yaw.bottom():
            break
        painter.setPen(_curve_pen(curve, theme))
        painter.drawLine(QPointF(x, y - 4), QPointF(x + 14, y - 4))
        text.plain(painter, theme, QPointF(x + 19, y), _shortened(curve.name, room - 40, 400), colour="dim", size_px=10)
        y += 14
    if boxes.speed.height() > 10:
        text.plain(painter, theme, QPointF(x, boxes.speed.center().y() + 4), "Speed", colour="dim")
        end, at = f"{speed_top_dps(scene):.0f}", QPointF(boxes.speed.left() - 6, boxes.speed.top() + 9)
        text.plain(painter, theme, at, end, colour="faint", size_px=10, align="right")


def _shortened(name: str, room: float, weight: int) -> str:
    if text.width_px(name, weight=weight) <= room:
        return name
    while name and text.width_px(name + "…", weight=weight) > room:
        name = name[:-1]
    return name + "…"


def draw_voices(painter: QPainter, box: QRectF, axis: TimeAxis, spans: Sequence[Span], theme: Theme) -> None:
    """When one person talked."""
    for span in spans:
        left, right = max(axis.x(span.first), axis.left - 4), min(axis.x(span.last), axis.right + 4)
        if right < axis.left or left > axis.right:
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("voice", 0.38))
        painter.drawRoundedRect(QRectF(left, box.top() + 1, max(2.0, right - left), box.height() - 2), 3, 3)
        ink = theme.colour("voice", 0.9)
        count = int((right - left - 4) / 4)
        for index in range(min(count, 600)):
            high = (0.25 + 0.75 * abs(math.sin(1.7 * index) * math.sin(0.41 * index + 1))) * (box.height() / 2 - 3)
            x = left + 4 + index * 4
            painter.fillRect(QRectF(round(x), box.center().y() - high, 1, 2 * high), ink)


def draw_events(painter: QPainter, box: QRectF, axis: TimeAxis, scene: TimelineScene, theme: Theme) -> None:
    """What happened, with words as far as there is room."""
    shown = [one for one in scene.happenings if one.kind != "mind"]
    places = [axis.x(one.tick) for one in shown]
    for index, one in enumerate(shown):
        x = places[index]
        if index and x - places[index - 1] < 1.5 and one.kind == "room":
            continue  # too dense to be told apart
        if not axis.left - 1 <= x <= axis.right + 1:
            continue
        bad = one.kind == "guard" or any(word in one.text for word in ("closed", "lost", "tipped", "hits", "fault"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bad" if bad else "text"))
        middle = QPointF(x, box.center().y())
        size = 5.0
        if one.kind == "room":
            painter.drawPolygon(
                QPolygonF(
                    [
                        middle + QPointF(0, -size),
                        middle + QPointF(size, 0),
                        middle + QPointF(0, size),
                        middle + QPointF(-size, 0),
                    ]
                )
            )
        else:
            painter.drawEllipse(middle, 4, 4)
        room = (places[index + 1] - 8 if index + 1 < len(places) else axis.right + RIGHT_PX) - (x + 9)
        words = _shortened(one.text, room, 400) if room > 26 else ""
        if len(words) > 2:
            text.plain(painter, theme, QPointF(x + 9, box.center().y() + 4), words, colour="bad" if bad else "text")


def draw_decisions(painter: QPainter, box: QRectF, axis: TimeAxis, spans: Sequence[Span], theme: Theme) -> None:
    """Turns and the reasons to be still."""
    for span in spans:
        left, right = max(axis.x(span.first), axis.left), min(axis.x(span.last), axis.right)
        if right <= axis.left or left >= axis.right or right - left < 0.3:
            continue
        block = QRectF(left + 0.5, box.top(), max(1.0, right - left - 1), box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        if span.kind == "turn":
            painter.setBrush(theme.colour("turning"))  # a neutral: the playhead and what fails are to be louder
        else:
            painter.setBrush(theme.colour(KIND_COLOURS[span.kind], 0.5 if span.kind == "calm" else 0.32))
        painter.drawRoundedRect(block, 3, 3)
        if span.kind == "blocked":
            painter.setBrush(QBrush(theme.colour("bad", 0.55), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(block, 3, 3)
        words = span.text if text.width_px(span.text) + 10 < block.width() else span.short
        if text.width_px(words) + 10 >= block.width():
            words = "→" if span.kind == "turn" and block.width() > 16 else ""
        if words:
            painter.setFont(font(SMALL_PX, 500 if span.kind == "turn" else 400))
            painter.setPen(theme.colour("text"))
            painter.drawText(
                block.adjusted(5, 0, -3, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words
            )


def draw_yaw(painter: QPainter, box: QRectF, axis: TimeAxis, scene: TimelineScene, theme: Theme) -> None:
    """The yaw of this run and of those it is compared with."""
    low, high = _yaw_window(scene)
    scale = box.height() / (high - low)

    def y(yaw_deg: float) -> float:
        return box.bottom() - (yaw_deg - low) * scale

    step = next(step for step in (10, 15, 30, 45, 90, 180, 360) if step * scale >= 22 or step == 360)
    for level in range(math.ceil(low / step) * step, math.floor(high / step) * step + 1, step):
        painter.fillRect(
            QRectF(axis.left, round(y(level)), axis.right - axis.left, 1),
            theme.colour("line", 1.0 if level == 0 else 0.6),
        )
        painter.save()
        painter.setClipping(False)
        text.plain(
            painter,
            theme,
            QPointF(axis.left - 6, y(level) + 4),
            text.degrees(level),
            colour="faint",
            align="right",
            size_px=10,
        )
        painter.restore()
    for curve in sorted(scene.curves, key=lambda one: one.style == "solid"):
        xs, values = curve_points(curve.yaw_deg, curve.first_tick, axis)
        if len(xs) == 0:
            continue
        ys = np.clip(box.bottom() - (values - low) * scale, box.top(), box.bottom())
        painter.setPen(_curve_pen(curve, theme))
        painter.drawPolyline(polyline(xs, ys))
        if curve.style == "dashed" and len(xs) > 20:
            end = QPointF(min(float(xs[-1]), axis.right) - 3, max(float(ys[-1]) - 5, box.top() + 9))
            text.plain(painter, theme, end, curve.name, colour="text", weight=600, size_px=10, align="right")
    if scene.divergence_tick is not None:
        x = axis.x(scene.divergence_tick)
        painter.setPen(theme.pen("bad", width=1.6, style=Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, box.top() - 40), QPointF(x, box.bottom()))
        text.bubble(
            painter,
            theme,
            QPointF(x - 6, box.top() + 10),
            f"first difference {scene.divergence_tick * TICK_S:.2f} s",
            inside=box,
            border="bad",
        )


def draw_seam(
    painter: QPainter, area: QRectF, lanes: Lanes, axis: TimeAxis, scene: TimelineScene, theme: Theme
) -> None:
    """Where the knobs of a what-if begin to hold; what was before them lies in grey."""
    if scene.seam is None:
        return
    tick, name = scene.seam
    x = min(max(axis.x(tick), axis.left), axis.right)
    top = area.top() + RULER_PX
    painter.fillRect(QRectF(axis.left, top, x - axis.left, area.bottom() - top), theme.colour("card", 0.55))
    painter.setPen(theme.pen("changed", width=2.0))
    painter.drawLine(QPointF(x, top), QPointF(x, area.bottom()))
    words = f"{name}: other knobs from here"
    text.bubble(painter, theme, QPointF(x - 6, lanes.yaw.top() + 10), words, inside=lanes.yaw, border="changed")


def _yaw_window(scene: TimelineScene) -> tuple[float, float]:
    low, high = -30.0, 30.0
    for curve in scene.curves:
        if len(curve.yaw_deg):
            low, high = min(low, float(np.nanmin(curve.yaw_deg))), max(high, float(np.nanmax(curve.yaw_deg)))
    margin = 0.08 * (high - low)
    return max(low - margin, scene.yaw_limits_deg[0] - 8), min(high + margin, scene.yaw_limits_deg[1] + 8)


def _curve_pen(curve: Curve, theme: Theme) -> QPen:
    if curve.style == "dashed":
        return theme.pen("text", width=1.4, alpha=0.85, style=Qt.PenStyle.DashLine)
    if curve.style == "dotted":
        return theme.pen("changed", width=1.3, alpha=0.8, style=Qt.PenStyle.DotLine)
    if curve.style == "faint":
        return theme.pen("faint", width=1.3)
    return theme.pen("text", width=2.0)


def draw_speed(painter: QPainter, box: QRectF, axis: TimeAxis, scene: TimelineScene, theme: Theme) -> None:
    """The speed's size as a filled curve on an axis that stands still, with the knob of the top speed as a line."""
    xs, values = curve_points(np.abs(scene.run.column("rate_dps")), 0, axis)
    painter.setPen(theme.pen("line"))
    painter.drawLine(QPointF(axis.left, box.bottom()), QPointF(axis.right, box.bottom()))
    if len(xs) == 0:
        return
    top = speed_top_dps(scene)
    if scene.top_rate_dps is not None:
        y = box.bottom() - scene.top_rate_dps / top * (box.height() - 4)
        painter.setPen(theme.pen("faint", width=1.0, alpha=0.7, style=Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(axis.left, y), QPointF(axis.right, y))
    ys = box.bottom() - values / top * (box.height() - 4)
    shape = polyline(np.concatenate([xs[:1], xs, xs[-1:]]), np.concatenate([[box.bottom()], ys, [box.bottom()]]))
    fill = QColor(theme.colour("dim", 0.35))
    painter.setPen(theme.pen("dim", width=1.0))
    painter.setBrush(fill)
    painter.drawPolygon(shape)
    for curve in scene.rates:
        others_x, others = curve_points(np.abs(curve.yaw_deg), curve.first_tick, axis)
        if len(others_x):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(_curve_pen(curve, theme))
            painter.drawPolyline(polyline(others_x, box.bottom() - np.minimum(others / top, 1.0) * (box.height() - 4)))
    peak, place = float(values.max()), int(values.argmax())
    if peak > 1.0:
        after = np.flatnonzero(values[place:] < 0.5 * peak)  # beside the turn, not over it
        x = float(xs[place + int(after[0])] if len(after) else xs[-1]) + 5
        words, y = f"{peak:.0f} °/s", box.bottom() - max(peak / top * (box.height() - 4) - 8, 4)
        if x + text.width_px(words) < axis.right:
            text.plain(painter, theme, QPointF(x, y), words, colour="dim", size_px=10)
