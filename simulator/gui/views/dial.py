"""The screen from above: where the real one points, where the virtual one would, what was asked, and how far it may turn."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from simulator.gui.device_session import DeviceSession
from simulator.gui.render import text
from simulator.gui.views.canvas import Canvas, Look

ALARM_DEG = 4.0


class Dial(Canvas):
    """A half circle with two needles."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        super().__init__(look, "Where the screen points")
        self._device = device
        self.setMinimumSize(200, 128)
        device.told.connect(self.update)
        device.changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Arc, needles, numbers."""
        theme, device = self.look.theme, self._device
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = device.rows(1)
        low, high = device.range_deg
        middle = QPointF(self.width() / 2, self.height() - 34)
        radius = min(self.width() / 2 - 30, self.height() - 52)
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(theme.pen("strong", width=1.5))
        painter.drawArc(box, round((90 + low) * 16), round((high - low) * 16))
        for level in range(-90, 91, 30):
            inside = low <= level <= high
            painter.setPen(theme.pen("strong" if inside else "line"))
            painter.drawLine(_at(middle, radius - 5, level), _at(middle, radius, level))
            if level % 90 == 0:
                where = _at(middle, radius + (8 if level == 0 else 0), level) + QPointF(0, 0 if level == 0 else 16)
                text.plain(painter, theme, where, text.degrees(level), colour="faint", size_px=10, align="middle")
        if len(rows) == 0 or not device.connected:
            words = "No real device" if device.state == "off" else "Connecting…"
            text.plain(painter, theme, middle + QPointF(0, -radius / 2), words, colour="faint", align="middle")
            return
        row = rows[-1]
        if math.isfinite(row["virtual_deg"]):
            painter.setPen(theme.pen("changed", width=2.0, style=Qt.PenStyle.DashLine))
            painter.drawLine(middle, _at(middle, radius - 8, float(row["virtual_deg"])))
        alarm = bool(device.now.alarm)
        painter.setPen(theme.pen("bad" if alarm else "text", width=3.0))
        real_deg = float(row["real_deg"])
        painter.drawLine(middle, _at(middle, radius - 8, real_deg))
        across = QPointF(math.cos(math.radians(real_deg)) * 15, -math.sin(math.radians(real_deg)) * 15)
        painter.setPen(theme.pen("bad" if alarm else "text", width=5.0))
        painter.drawLine(middle - across, middle + across)
        words = told(real_deg, float(row["rate_dps"]), float(row["torque_nm"]), live=not device.now.fault)
        text.plain(painter, theme, QPointF(self.width() / 2, self.height() - 6), words, align="middle")


def told(yaw_deg: float, rate_dps: float, torque_nm: float, *, live: bool) -> str:
    """What the motor says of itself; of one in fault only where it was last, for nobody knows how fast it is now."""
    if not live:
        return f"last at {text.signed(yaw_deg, 1)}°"
    return f"{text.signed(yaw_deg, 1)}°   {text.signed(rate_dps, 0)} °/s   {text.signed(torque_nm, 2)} N m"


def _at(middle: QPointF, radius: float, yaw_deg: float) -> QPointF:
    """A place on the circle: straight ahead is up, left is positive."""
    angle = math.radians(yaw_deg)
    return middle + QPointF(-math.sin(angle) * radius, -math.cos(angle) * radius)
