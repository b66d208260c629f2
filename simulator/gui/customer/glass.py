"""What is on the device's glass: a clock, a recipe, a call with its crop, an alert; the light bar shows listening and where.

Drawn six pixels a millimetre with the window's own typeface; only drawn again when something on it changed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
)

from simulator.gui.look.theme import load_fonts
from simulator.runtime.onlooker import Glass
from simulator.world.camera.view import Light

PX_PER_M = 6000
BEZEL_PX, BAR_PX = 54, 20
STEPS = ("Warm the oil in a pan", "Onions, five minutes", "Tomatoes, simmer")
HILLS = ("#b9c2b4", "#93a79a", "#6d8a86", "#4b6d72", "#335560")


class GlassPainter:
    """Paints the glass of one device; keeps the last picture while nothing changes."""

    def __init__(self, glass_m: tuple[float, float]) -> None:
        self._app = QGuiApplication.instance() or QGuiApplication([])
        load_fonts()
        self._size = (round(glass_m[0] * PX_PER_M), round(glass_m[1] * PX_PER_M))
        self._last: tuple[Glass, NDArray[np.uint8]] | None = None

    def picture(self, glass: Glass) -> NDArray[np.uint8]:
        """(rows, columns, 3)."""
        if self._last is None or self._last[0] != glass:
            self._last = (glass, self._paint(glass))
        return self._last[1]

    def _paint(self, glass: Glass) -> NDArray[np.uint8]:
        wide, tall = self._size
        image = QImage(wide, tall, QImage.Format.Format_RGB888)
        image.fill(QColor(12, 12, 14))
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        area = QRectF(BEZEL_PX, BEZEL_PX + 8, wide - 2 * BEZEL_PX, tall - 2 * BEZEL_PX - 16)
        clip = QPainterPath()
        clip.addRoundedRect(area, 20, 20)
        painter.setClipPath(clip)
        _CONTENTS[glass.content](painter, area, glass)
        if glass.listening:
            _light_bar(painter, area, glass.beam_deg)
        painter.setClipping(False)
        _lens(painter, wide, glass.shutter_closed)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(tall, image.bytesPerLine())
        return rows[:, : 3 * wide].reshape(tall, wide, 3).copy()


def _text(p: QPainter, box: QRectF, words: str, px: float, colour: QColor, *, bold: bool = False) -> None:
    face = QFont("Inter")
    face.setPixelSize(max(1, round(px)))
    face.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Medium)
    p.setFont(face)
    p.setPen(colour)
    p.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _line(area: QRectF, x: float, y: float, px: float) -> QRectF:
    """A line of text at shares of the area."""
    left = area.x() + x * area.width()
    return QRectF(left, area.y() + y * area.height(), area.right() - left, 1.4 * px)


def _recipe(p: QPainter, area: QRectF, glass: Glass) -> None:
    day = glass.light == "day"
    paper, ink, soft, warm = (
        (QColor(250, 247, 241), QColor(36, 38, 40), QColor(122, 120, 116), QColor(190, 88, 54))
        if day
        else (QColor(24, 25, 28), QColor(240, 238, 232), QColor(150, 148, 144), QColor(236, 150, 100))
    )
    p.fillRect(area, paper)
    unit = min(area.width() / 1400, area.height() / 900)
    upright = area.height() > area.width()
    side = (
        QRectF(area.x(), area.y(), area.width(), 0.36 * area.height())
        if upright
        else QRectF(area.x(), area.y(), 0.37 * area.width(), area.height())
    )
    p.fillRect(side, QColor(214, 196, 172) if day else QColor(92, 80, 68))
    p.setPen(Qt.PenStyle.NoPen)
    for radius, colour in (
        (214, QColor(246, 244, 238)),
        (186, QColor(228, 224, 214)),
        (174, QColor(205, 84, 48)),
        (120, QColor(214, 98, 58)),
    ):
        p.setBrush(colour)
        p.drawEllipse(side.center(), radius * unit, radius * unit)
    x, top = (0.06, 0.40) if upright else (0.41, 0.06)
    _text(p, _line(area, x, top, 84 * unit), "Tomato soup", 84 * unit, ink, bold=True)
    _text(p, _line(area, x, top + 0.12, 36 * unit), "Step 2 of 3  ·  25 min", 36 * unit, soft)
    for k, step in enumerate(STEPS):
        y = top + 0.21 + 0.13 * k
        now = k == 1
        if now:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(warm.red(), warm.green(), warm.blue(), 36))
            row = _line(area, x - 0.02, y - 0.02, 50 * unit)
            p.drawRoundedRect(QRectF(row.x(), row.y(), row.width() - 0.03 * area.width(), 0.11 * area.height()), 22, 22)
        _text(p, _line(area, x, y, 50 * unit), f"{k + 1}   {step}", 50 * unit, ink if now else soft, bold=now)
    pill = _line(area, x, top + 0.66 if not upright else 0.88, 46 * unit)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(warm)
    p.drawRoundedRect(QRectF(pill.x(), pill.y(), 330 * unit, 92 * unit), 46 * unit, 46 * unit)
    _text(
        p,
        QRectF(pill.x() + 46 * unit, pill.y(), 300 * unit, 92 * unit),
        "4:12 left",
        46 * unit,
        QColor(255, 250, 244),
        bold=True,
    )


def _hills(p: QPainter, area: QRectF, light: Light) -> None:
    dim = 1.0 if light == "day" else 0.38
    sky = QLinearGradient(area.topLeft(), area.bottomLeft())
    sky.setColorAt(0, QColor(round(242 * dim), round(222 * dim), round(194 * dim)))
    sky.setColorAt(1, QColor(round(245 * dim), round(237 * dim), round(224 * dim)))
    p.fillRect(area, sky)
    p.setPen(Qt.PenStyle.NoPen)
    for k, colour in enumerate(HILLS):
        ridge = QPainterPath(QPointF(area.left(), area.bottom()))
        for j in range(61):
            share = j / 60
            wave = 0.05 * math.sin(2 * math.pi * (0.9 * share + 0.31 * k)) + 0.02 * math.sin(
                2 * math.pi * (2.3 * share + k)
            )
            ridge.lineTo(area.left() + share * area.width(), area.top() + (0.44 + 0.11 * k + wave) * area.height())
        ridge.lineTo(area.bottomRight())
        tone = QColor(colour)
        p.setBrush(QColor(round(tone.red() * dim), round(tone.green() * dim), round(tone.blue() * dim)))
        p.drawPath(ridge)


def _clock(p: QPainter, area: QRectF, glass: Glass) -> None:
    day = glass.light == "day"
    _hills(p, area, glass.light)
    unit = min(area.width() / 1400, area.height() / 900)
    white = QColor(255, 255, 255)
    _text(p, _line(area, 0.05, 0.54, 220 * unit), "8:10" if day else "22:40", 220 * unit, white, bold=True)
    under = "Monday, 30 November  ·  14°, clear" if day else "Monday, 30 November  ·  Alarm 7:00"
    _text(p, _line(area, 0.055, 0.86, 42 * unit), under, 42 * unit, white)


def _photo(p: QPainter, area: QRectF, glass: Glass) -> None:
    _hills(p, area, glass.light)


def _call(p: QPainter, area: QRectF, glass: Glass) -> None:
    """The other party large; below it how the own picture is cropped."""
    p.fillRect(area, QColor(58, 74, 92))
    unit = min(area.width() / 1400, area.height() / 900)
    p.setPen(Qt.PenStyle.NoPen)
    middle = area.center()
    p.setBrush(QColor(86, 104, 124))
    p.drawEllipse(QPointF(middle.x(), area.bottom() + 60 * unit), 330 * unit, 330 * unit)
    p.setBrush(QColor(222, 184, 160))
    p.drawEllipse(QPointF(middle.x(), middle.y() - 30 * unit), 150 * unit, 185 * unit)
    p.setBrush(QColor(64, 46, 38))
    p.drawChord(QRectF(middle.x() - 158 * unit, middle.y() - 228 * unit, 316 * unit, 300 * unit), 10 * 16, 160 * 16)
    own = QRectF(area.right() - 360 * unit, area.bottom() - 240 * unit, 320 * unit, 180 * unit)
    p.setBrush(QColor(28, 34, 42))
    p.drawRoundedRect(own, 14, 14)
    if glass.crop is not None:
        crop = glass.crop
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(130, 240, 255), 5))
        p.drawRect(
            QRectF(
                own.x() + crop.x * own.width(),
                own.y() + crop.y * own.height(),
                crop.width * own.width(),
                crop.height * own.height(),
            )
        )
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(200, 60, 50))
    p.drawEllipse(QPointF(middle.x(), area.bottom() - 90 * unit), 56 * unit, 56 * unit)
    _text(p, _line(area, 0.04, 0.04, 60 * unit), "Maria", 60 * unit, QColor(255, 255, 255), bold=True)


def _alert(p: QPainter, area: QRectF, glass: Glass) -> None:
    p.fillRect(area, QColor(120, 32, 30))
    unit = min(area.width() / 1400, area.height() / 900)
    white = QColor(255, 244, 240)
    _text(p, _line(area, 0.06, 0.30, 110 * unit), "Somebody is here", 110 * unit, white, bold=True)
    _text(p, _line(area, 0.06, 0.50, 50 * unit), "A message was sent to you", 50 * unit, white)


_CONTENTS = {"clock": _clock, "recipe": _recipe, "photo": _photo, "call": _call, "alert": _alert}


def _light_bar(p: QPainter, area: QRectF, beam_deg: float | None) -> None:
    """Blue while it listens, brightest towards whom it listens to; left of the device is right of who looks at it."""
    bar = QRectF(area.x(), area.bottom() - BAR_PX, area.width(), BAR_PX)
    p.fillRect(bar, QColor(24, 72, 190))
    share = 0.0 if beam_deg is None else max(-1.0, min(1.0, beam_deg / 60.0))
    at = QPointF(area.center().x() + share * area.width() / 2, bar.center().y())
    glow = QRadialGradient(at, 260)
    glow.setColorAt(0, QColor(130, 240, 255))
    glow.setColorAt(1, QColor(130, 240, 255, 0))
    p.fillRect(bar, glow)


def _lens(p: QPainter, wide: int, closed: bool) -> None:
    p.setPen(QPen(QColor(44, 46, 52), 4))
    p.setBrush(QColor(22, 24, 34))
    p.drawEllipse(QPointF(wide / 2, 30), 17, 17)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(200, 60, 50) if closed else QColor(70, 84, 140))
    p.drawEllipse(
        QPointF(wide / 2 - (0 if closed else 4), 30 if closed else 26), 17 if closed else 6, 17 if closed else 6
    )
    p.setBrush(QColor(200, 60, 50) if closed else QColor(60, 62, 66))
    p.drawRoundedRect(QRectF(wide / 2 + 60 + (26 if closed else 0), 23, 26, 14), 7, 7)
