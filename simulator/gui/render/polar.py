"""The direction of sound as the ears believe it: a map around the device, candidates, the beam, and the range of motion.

Drawn from above like the room, with the base's forward direction up; left is positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import SOUND_MAP_STEP_DEG
from simulator.workbench.run_data import RunMoment

RINGS = 3
LABELS_DEG = (0, 45, 90, 135, 180, -135, -90, -45)


@dataclass(frozen=True, slots=True)
class PolarScene:
    """All that one drawing of the sound needs."""

    moment: RunMoment | None
    range: RangeOfMotion | None
    true_azimuths_deg: tuple[tuple[float, str], ...] = ()  # who really talks


def draw_polar(painter: QPainter, area: QRectF, scene: PolarScene, theme: Theme) -> None:
    """The sound at one moment."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = max(30.0, min((area.height() - 40) / 2, (area.width() - 84) / 2))
    centre = QPointF(area.center().x(), area.center().y() + 1)
    circle = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    _outside_range(painter, circle, scene.range, theme)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.pen("line"))
    for ring in range(1, RINGS + 1):
        painter.drawEllipse(centre, radius * ring / RINGS, radius * ring / RINGS)
    for label_deg in LABELS_DEG:
        tip = _at(centre, radius + 5, label_deg)
        painter.drawLine(_at(centre, radius - 3, label_deg), _at(centre, radius, label_deg))
        align = "middle" if label_deg in (0, 180) else "right" if label_deg > 0 else "left"
        drop = {0: -1.0, 180: 11.0}.get(label_deg, 4.0)
        text.plain(
            painter,
            theme,
            tip + QPointF(0, drop),
            text.degrees(label_deg) if label_deg != 180 else "180°",
            colour="faint",
            align=align,
            size_px=10,
        )
    sound = scene.moment.sound if scene.moment else None
    if scene.moment is not None:
        _screen(painter, centre, radius, scene.moment.yaw_deg, theme)
    if sound is None:
        return
    if sound.sound_map is not None:
        peak = max(float(sound.sound_map.max()), 0.08)
        shape = QPainterPath()
        for index, share in enumerate(sound.sound_map.tolist()):
            length = radius * (0.06 + 0.92 * math.sqrt(share / peak))
            point = _at(centre, length, -180.0 + index * SOUND_MAP_STEP_DEG)
            shape.lineTo(point) if index else shape.moveTo(point)
        shape.closeSubpath()
        fade = 0.45 if sound.frozen else 1.0
        painter.setPen(theme.pen("voice", width=1.8, alpha=fade))
        painter.setBrush(theme.colour("voice", 0.22 * fade))
        painter.drawPath(shape)
    if sound.beam_azimuth_deg is not None:
        painter.setPen(theme.pen("dim", width=1.2, style=Qt.PenStyle.DashLine))
        painter.drawLine(centre, _at(centre, radius, sound.beam_azimuth_deg))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for azimuth_deg, _ in scene.true_azimuths_deg:
        tip = _at(centre, radius + 1, azimuth_deg)
        painter.setPen(theme.pen("text", width=1.4))
        painter.drawEllipse(tip, 5.5, 5.5)
    _candidates(painter, area, centre, radius, scene, theme)


def _candidates(
    painter: QPainter, area: QRectF, centre: QPointF, radius: float, scene: PolarScene, theme: Theme
) -> None:
    sound = scene.moment.sound if scene.moment else None
    if sound is None:
        return
    for candidate in sound.candidates:
        outside = scene.range is not None and not scene.range.contains_azimuth(candidate.azimuth_deg)
        echo = candidate.direct < 0.5
        tip = _at(centre, radius * (0.25 + 0.68 * min(1.0, candidate.weight)), candidate.azimuth_deg)
        painter.setPen(theme.pen("card", width=1.2))
        painter.setBrush(theme.colour("dim" if echo or outside else "text"))
        painter.drawEllipse(tip, 4.2, 4.2)
        kind = "echo" if echo else "talker"
        words = f"{text.degrees(candidate.azimuth_deg)} {kind}" + (", out of range" if outside else "")
        left = candidate.azimuth_deg > 0
        anchor = _at(centre, radius * 0.99, candidate.azimuth_deg)
        wide = text.width_px(words)
        x = anchor.x() - 10 - wide if left else anchor.x() + 10
        x = min(max(x, area.left() + 4), area.right() - wide - 4)
        back = QRectF(x - 4, anchor.y() - 21, wide + 8, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("card", 0.85))
        painter.drawRoundedRect(back, 4, 4)
        text.plain(painter, theme, QPointF(x, anchor.y() - 8), words, colour="dim" if echo or outside else "text")


def _outside_range(painter: QPainter, circle: QRectF, range_of_motion: RangeOfMotion | None, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("faint", 0.16))
    if range_of_motion is None:
        painter.drawEllipse(circle)
        return
    rest_deg = 360.0 - range_of_motion.width_deg
    if rest_deg > 0.5:
        painter.drawPie(circle, round((90 + range_of_motion.max_deg) * 16), round(rest_deg * 16))


def _screen(painter: QPainter, centre: QPointF, radius: float, yaw_deg: float, theme: Theme) -> None:
    painter.save()
    painter.translate(centre)
    painter.rotate(-yaw_deg)
    painter.setPen(theme.pen("dim", width=1.2))
    painter.drawLine(QPointF(0, -radius), QPointF(0, -radius + 8))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(QRectF(-9, -4.5, 18, 4), 1.5, 1.5)
    painter.restore()


def _at(centre: QPointF, length: float, azimuth_deg: float) -> QPointF:
    turn = math.radians(90.0 + azimuth_deg)
    return QPointF(centre.x() + length * math.cos(turn), centre.y() - length * math.sin(turn))
