"""The window's icons: our own line drawings, tinted with the theme's colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from simulator.gui.look.theme import theme
from simulator.world.assets import ASSETS

SIZE_PX = 16
# Drawn larger once; Qt scales down for the screen, so that 200 % displays stay sharp.
OVERSAMPLING = 3


@cache
def icon(name: str, theme_name: str, colour: str = "text") -> QIcon:
    """A drawing of assets/icons in one of the theme's colours, paler while disabled."""
    look = theme(theme_name)
    made = QIcon(_tinted(name, look.colours[colour]))
    made.addPixmap(_tinted(name, look.colours["faint"]), QIcon.Mode.Disabled)
    return made


def _tinted(name: str, colour: str) -> QPixmap:
    drawing = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("#000", colour)
    picture = QPixmap(SIZE_PX * OVERSAMPLING, SIZE_PX * OVERSAMPLING)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(OVERSAMPLING)
    return picture
