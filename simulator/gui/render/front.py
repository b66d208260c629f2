"""Draws what was tried as points over service and disturbance, with the named front and what ships among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.lab.search.explored import Explored, Named
from simulator.lab.search.objectives import Objectives

LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 46.0, 14.0, 26.0, 34.0
DOT_PX, NAMED_PX = 3.0, 5.5
# A few points far off must not squeeze all others into a corner: the picture ends where this share of them lies.
SHOWN_PERCENT = 95.0
ROOM = 0.06  # beside the outermost points, as a share of the span
TICKS = 4


@dataclass(frozen=True, slots=True)
class FrontScene:
    """What is drawn."""

    found: Explored
    chosen: str = ""  # the name of a point
    hovered: str = ""


class FrontFrame:
    """From objectives to pixels: both are better when smaller, so the good corner is the lower left."""

    def __init__(self, found: Explored, area: QRectF) -> None:
        self.plot = area.adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -FOOT_PX)
        values = np.array(_shown(found) or [(0.0, 0.0), (1.0, 1.0)])
        certain = [one.train for one in found.points] + ([found.shipped] if found.shipped is not None else [])
        self.spans = [_span(values[:, k], [one[k] for one in certain]) for k in (0, 1)]

    def at(self, value: Objectives) -> QPointF:
        """Where a point is drawn; at the edge when it lies beyond."""
        shares = [
            min(max((one - low) / (high - low), 0.0), 1.0) for one, (low, high) in zip(value, self.spans, strict=True)
        ]
        return QPointF(
            self.plot.left() + shares[0] * self.plot.width(), self.plot.bottom() - shares[1] * self.plot.height()
        )


def _shown(found: Explored) -> list[Objectives]:
    held_out = [one.held_out for one in found.points if one.held_out is not None]
    return [trial.train for trial in found.trials if trial.train is not None] + held_out


def _span(values: np.ndarray, certain: list[float]) -> tuple[float, float]:
    low, high = float(values.min()), float(np.percentile(values, SHOWN_PERCENT))
    low, high = min([low, *certain]), max([high, *certain])
    room = ROOM * ((high - low) or 1.0)
    return low - room, high + room


def draw_front(painter: QPainter, area: QRectF, scene: FrontScene, theme: Theme) -> None:
    """The whole picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = FrontFrame(scene.found, area)
    empty = not scene.found.trials and scene.found.shipped is None
    _axes(painter, frame, theme, numbers=not empty)
    if empty:
        text.plain(painter, theme, frame.plot.center(), "Nothing tried yet", colour="faint", align="middle")
        return
    marks = marks_of(scene.found)
    for trial in scene.found.trials:
        if trial.train is not None:
            _mark(painter, frame.at(trial.train), marks[trial.adviser], theme, colour="dim", size_px=DOT_PX)
    _legend(painter, area, marks, theme)
    _named(painter, frame, scene, theme)
    if scene.found.shipped is not None:
        at = frame.at(scene.found.shipped)
        painter.setPen(theme.pen("changed", width=2.0))
        painter.drawLine(at + QPointF(-6, 0), at + QPointF(6, 0))
        painter.drawLine(at + QPointF(0, -6), at + QPointF(0, 6))
        _label(painter, theme, at + QPointF(9, 14), "as it ships", colour="changed")


def marks_of(found: Explored) -> dict[str, str]:
    """A shape for each adviser."""
    advisers = dict.fromkeys(trial.adviser for trial in found.trials)
    shapes = ("circle", "triangle", "square", "diamond")
    return {name: shapes[place % len(shapes)] for place, name in enumerate(advisers)}


def nearest(found: Explored, area: QRectF, at: QPointF, *, within_px: float = 14.0) -> str:
    """The named point under the mouse; empty where there is none."""
    frame = FrontFrame(found, area)
    near = [((frame.at(one.train) - at).manhattanLength(), one.name) for one in found.points]
    return min(near, default=(within_px, ""))[1] if near and min(near)[0] < within_px else ""


def _axes(painter: QPainter, frame: FrontFrame, theme: Theme, *, numbers: bool) -> None:
    plot = frame.plot
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in range(TICKS + 1):
        share = k / TICKS
        x, y = plot.left() + share * plot.width(), plot.bottom() - share * plot.height()
        painter.setPen(theme.pen("grid"))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if not numbers:
            continue
        values = [low + share * (high - low) for low, high in frame.spans]
        text.plain(painter, theme, QPointF(x, plot.bottom() + 14), f"{values[0]:.1f}", align="middle")
        text.plain(painter, theme, QPointF(plot.left() - 6, y + 4), f"{values[1]:.1f}", align="right")
    middle = QPointF(plot.center().x(), plot.bottom() + 29)
    text.plain(painter, theme, middle, "service: degrees beside, and waiting   (less is better)", align="middle")
    text.plain(painter, theme, QPointF(6, 15), "disturbance (less is better)")


def _legend(painter: QPainter, area: QRectF, marks: dict[str, str], theme: Theme) -> None:
    x = area.right() - RIGHT_PX
    for name, shape in reversed(marks.items()):
        x -= text.width_px(name)
        text.plain(painter, theme, QPointF(x, 15), name)
        _mark(painter, QPointF(x - 9, 11), shape, theme, colour="dim", size_px=DOT_PX)
        x -= 24


def _named(painter: QPainter, frame: FrontFrame, scene: FrontScene, theme: Theme) -> None:
    points = scene.found.points
    painter.setPen(theme.pen("text", alpha=0.5))
    for one, other in pairwise(points):
        painter.drawLine(frame.at(one.train), frame.at(other.train))
    boxes: list[QRectF] = []
    for one in sorted(points, key=lambda one: one.name not in (scene.chosen, scene.hovered)):
        at = frame.at(one.train)
        if one.name == scene.chosen and one.held_out is not None:
            _to_held_out(painter, frame, one, theme)
        painter.setPen(theme.pen("card"))
        painter.setBrush(theme.colour("focus" if one.name == scene.chosen else "text"))
        painter.drawEllipse(at, NAMED_PX, NAMED_PX)
        box = QRectF(at.x() + 9, at.y() - 15, text.width_px(one.name, weight=600), 14)
        if box.right() > frame.plot.right():
            box.moveRight(at.x() - 9)
        if any(box.intersects(other) for other in boxes):
            continue  # its name is in the table, and under the mouse
        boxes.append(box)
        _label(painter, theme, QPointF(box.left(), at.y() - 5), one.name)


def _to_held_out(painter: QPainter, frame: FrontFrame, one: Named, theme: Theme) -> None:
    """Where the point went on scenes that nothing was tuned on."""
    assert one.held_out is not None
    end = frame.at(one.held_out)
    painter.setPen(theme.pen("focus", style=Qt.PenStyle.DashLine))
    painter.drawLine(frame.at(one.train), end)
    painter.setBrush(theme.colour("card"))
    painter.setPen(theme.pen("focus", width=1.6))
    painter.drawEllipse(end, NAMED_PX, NAMED_PX)
    _label(painter, theme, end + QPointF(-text.width_px("held out", weight=600) / 2, -10), "held out", colour="focus")


def _label(painter: QPainter, theme: Theme, at: QPointF, words: str, *, colour: str = "text") -> None:
    """A name that covers the points behind it a little, so that it can be read among them."""
    wide = text.width_px(words, weight=600)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("card", 0.75))
    painter.drawRoundedRect(QRectF(at.x() - 2, at.y() - 10, wide + 4, 13), 3, 3)
    text.plain(painter, theme, at, words, colour=colour, weight=600)


def _mark(painter: QPainter, at: QPointF, shape: str, theme: Theme, *, colour: str, size_px: float) -> None:
    painter.setPen(theme.pen(colour, width=1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    r = size_px
    match shape:
        case "circle":
            painter.drawEllipse(at, r, r)
        case "square":
            painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r))
        case "triangle":
            painter.drawPolygon(QPolygonF([at + QPointF(0, -r - 1), at + QPointF(r, r), at + QPointF(-r, r)]))
        case _:
            painter.drawPolygon(
                QPolygonF([at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)])
            )
