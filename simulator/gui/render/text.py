"""Small pieces of text on drawings: labels with a quiet background, and values written as people write them."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from simulator.gui.look.theme import SMALL_PX, Theme, font

PADDING_PX = 5.0


@lru_cache(maxsize=8192)
def width_px(text: str, *, size_px: int = SMALL_PX, weight: int = 400) -> float:
    """How wide a text is."""
    return _metrics(size_px, weight).horizontalAdvance(text)


@cache
def _metrics(size_px: int, weight: int) -> QFontMetricsF:
    return QFontMetricsF(font(size_px, weight))


def plain(
    painter: QPainter,
    theme: Theme,
    at: QPointF,
    text: str,
    *,
    colour: str = "dim",
    size_px: int = SMALL_PX,
    weight: int = 400,
    align: str = "left",
) -> QRectF:
    """Text with its baseline's left, middle or right end at a point; returns where it is."""
    painter.setFont(font(size_px, weight))
    wide = width_px(text, size_px=size_px, weight=weight)
    left = at.x() - {"left": 0.0, "middle": wide / 2, "right": wide}[align]
    painter.setPen(theme.colour(colour))
    painter.drawText(QPointF(left, at.y()), text)
    return QRectF(left, at.y() - size_px, wide, size_px + 3)


def bubble(
    painter: QPainter,
    theme: Theme,
    anchor: QPointF,
    text: str,
    *,
    inside: QRectF,
    border: str = "strong",
    colour: str = "text",
    weight: int = 500,
    gap_px: float = 12.0,
) -> QRectF:
    """A value in a box beside a point; it flips to the other side rather than leave the drawing."""
    wide, high = width_px(text, weight=weight) + 2 * PADDING_PX + 4, 22.0
    box = QRectF(anchor.x() + gap_px, anchor.y() - high / 2, wide, high)
    if box.right() > inside.right() - 4:
        box.moveRight(anchor.x() - gap_px)
    box.moveTop(min(max(box.top(), inside.top() + 4), inside.bottom() - high - 4))
    box.moveLeft(max(box.left(), inside.left() + 4))
    painter.setPen(theme.pen(border))
    painter.setBrush(theme.colour("raised", 0.96))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(font(SMALL_PX, weight))
    painter.setPen(theme.colour(colour))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box


def number(value: float, unit: str = "", *, step: float = 0.1) -> str:
    """A value with as many decimals as its step has, and its unit."""
    decimals = max(0, min(4, len(f"{step:.4f}".rstrip("0").split(".")[1])))
    gap = "" if unit in ("°", "%") else "\u2009"
    return f"{value:.{decimals}f}".replace("-", "−") + (gap + unit if unit else "")


def signed(value: float, decimals: int) -> str:
    """A number with its sign; what is shown as nothing has none."""
    words = f"{value:+.{decimals}f}"
    return words.replace("-", "−") if words.strip("+-0.") else words[1:]


def degrees(value: float, decimals: int = 0) -> str:
    """A signed angle."""
    return f"{signed(value, decimals)}°"


def seconds(tick: int) -> str:
    """A point in time as minutes, seconds and hundredths."""
    return f"{tick // 6000:02d}:{tick % 6000 // 100:02d}.{tick % 100:02d}"
