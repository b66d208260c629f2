"""Device: what the motor is, what it does just now, and the engine behind it. Stop is always in sight."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from simulator.gui.commands import Commands
from simulator.gui.panels.basics import Card, Segments, button, label
from simulator.gui.render import text
from simulator.gui.render.timeline import TimeAxis, curve_points, polyline
from simulator.gui.studio import Studio
from simulator.gui.theme import BODY_PX, SMALL_PX
from simulator.gui.views.canvas import Canvas, Look
from simulator.gui.views.room_view import RoomView
from simulator.gui.workspaces.tune import TimelineCard, splitter
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.runtime.digest import HOLDS

WINDOW_S = 10.0
LEFT_PX, RIGHT_PX = 54.0, 10.0


class Scope(Canvas):
    """The last seconds before the playhead: yaw wanted and measured, speed, force at the edge."""

    def __init__(self, studio: Studio, look: Look) -> None:
        super().__init__(look, "Yaw wanted and measured, speed, force")
        self._studio = studio
        self.setMinimumSize(320, 260)
        studio.moment_changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Three curves under one another."""
        take, theme = self._studio.take, self.look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(take) < 2:
            text.plain(painter, theme, self.area.center(), "Nothing has run yet", colour="faint", align="middle")
            return
        last = max(self._studio.tick, round(WINDOW_S * TICKS_PER_S))
        first = last - round(WINDOW_S * TICKS_PER_S)
        part = take.rows[first : self._studio.tick + 1]
        high = (self.height() - 34) / 3
        lag = part["wanted_yaw_deg"] - part["yaw_deg"]
        worst = float(np.abs(lag).max()) if len(lag) else 0.0
        rows = (
            (
                "Yaw, wanted (dashed) and true",
                "°",
                [part["yaw_deg"], part["wanted_yaw_deg"]],
                10.0,
                f"largest lag {worst:.2f}°",
            ),
            ("Speed", "°/s", [part["rate_dps"]], 20.0, ""),
            ("Force at the edge", "N", [part["force_n"]], 2.0, ""),
        )
        axis = TimeAxis(
            QRectF(LEFT_PX - 96, 0, self.width() - LEFT_PX + 96, self.height()), first * TICK_S, last * TICK_S
        )
        for place, (name, unit, curves, least, remark) in enumerate(rows):
            box = QRectF(axis.left, place * (high + 8) + 18, axis.right - axis.left, high - 22)
            low, top = min(float(one.min()) for one in curves), max(float(one.max()) for one in curves)
            middle, half = (low + top) / 2, max(least, (top - low) * 0.6)
            text.plain(painter, theme, QPointF(box.left(), box.top() - 5), name, colour="text", weight=500)
            text.plain(painter, theme, QPointF(box.right(), box.top() - 5), remark, align="right")
            for level in (middle - half, middle, middle + half):
                y = box.center().y() - (level - middle) / half * box.height() / 2
                painter.setPen(theme.pen("line"))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                text.plain(
                    painter,
                    theme,
                    QPointF(box.left() - 6, y + 4),
                    text.number(level, unit, step=1.0 if half > 5 else 0.1),
                    colour="faint",
                    align="right",
                    size_px=10,
                )
            for number, values in enumerate(curves):
                xs, ys = curve_points(values, first, axis)
                pen = (
                    theme.pen("text", width=1.8)
                    if number == 0
                    else theme.pen("changed", width=1.4, style=Qt.PenStyle.DashLine)
                )
                painter.setPen(pen)
                painter.drawPolyline(polyline(xs, box.center().y() - (ys - middle) / half * box.height() / 2))


class DeviceWorkspace(QWidget):
    """Facts, scope, hands."""

    def __init__(self, studio: Studio, look: Look, commands: Commands) -> None:
        super().__init__()
        self._studio = studio
        facts = Card("Device")
        facts.setMinimumWidth(290)
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(4)
        facts.column.addLayout(self.grid)
        self.values: dict[str, object] = {}
        facts.add(label("The senses", "title", weight=600))
        self.senses = Segments((("feature", "Modelled"), ("audio", "Sound"), ("full", "Sound and picture")), tips={
            "feature": "Fast: errors of ears and eyes are modelled", "audio": "Sound is rendered, eyes are modelled",
            "full": "Sound and pictures are rendered: the whole stack runs",
        })  # fmt: skip
        self.senses.choose(studio.mode)
        self.senses.chosen.connect(studio.set_mode)
        facts.add(self.senses)
        facts.add(label("By hand, now", "title", weight=600))
        row = QHBoxLayout()
        row.setSpacing(6)
        for words, name in (
            ("← Turn", "device.push_left"),
            ("Turn →", "device.push_right"),
            ("Shutter", "device.shutter"),
        ):
            row.addWidget(button(words, lambda name=name: commands.run(name), tip=commands[name].title), 1)
        facts.column.addLayout(row)
        facts.column.addStretch(1)
        self.stop = button("Stop", self._stop, kind="danger", tip="Stop the playing and the engine at once")
        self.stop.setMinimumHeight(40)
        facts.add(self.stop)
        scope = Card("The last ten seconds")
        scope.add(Scope(studio, look), 1)
        room = Card("Room", margins=(10, 8, 10, 6))
        room.add(RoomView(studio, look), 1)
        self.timeline = TimelineCard(studio, look, commands)
        top = splitter(Qt.Orientation.Horizontal, facts, scope, room, shares=(2, 4, 3))
        whole = splitter(Qt.Orientation.Vertical, top, self.timeline, shares=(3, 2))
        self.splitters = {"device.top": top, "device.whole": whole}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)
        for signal in (studio.moment_changed, studio.engine_changed):
            signal.connect(self._refresh)
        self._refresh()

    def _stop(self) -> None:
        self._studio.play(False)
        self._studio.order({"do": "rest"})
        self._studio.notice.emit("warning", "Stopped: nothing runs until you play or turn a knob")

    def _refresh(self) -> None:
        studio = self._studio
        moment, motor, place = studio.moment, studio.facts.motor, studio.spec.device
        state = ""
        if moment is not None and len(studio.take):
            row = studio.take.rows[studio.tick]
            state = "turning" if row["state"] == 0 else f"still: {HOLDS[int(row['state']) - 1].value}"
        rows = {
            "Kind": studio.facts.name,
            "Connection": "virtual motor, no real device",
            "Range of motion": f"{place.range.min_deg:g}° to {place.range.max_deg:g}°" if place.range else "not set up",
            "Fastest": f"{motor.max_rate_dps:g} °/s, {motor.max_accel_dps2:g} °/s²",
            "Camera": f"{studio.facts.camera.hfov_deg:g}°, {studio.facts.camera.columns} × {studio.facts.camera.rows}",
            "Microphones": f"{len(studio.facts.microphones.positions_m)}, {studio.facts.microphones.response}",
            "Yaw": f"{moment.yaw_deg:+.2f}°" if moment else "",
            "Speed": f"{moment.rate_dps:+.1f} °/s" if moment else "",
            "Torque": f"{moment.motor.torque_nm:+.3f} N m" if moment and moment.motor else "",
            "Motor": str(moment.motor.mode) if moment and moment.motor else "",
            "Contact": str(moment.body.contact) if moment and moment.body else "",
            "Does": state,
            "Engine": f"{studio.engine_state}, process {studio.engine_pid}"
            if studio.engine_pid
            else studio.engine_state,
            "Engine speed": f"{studio.engine_x:.1f} × real time" if studio.engine_x else "",
        }
        for name, words in rows.items():
            if name not in self.values:
                line = self.grid.rowCount()
                self.grid.addWidget(label(name, "dim", size_px=SMALL_PX), line, 0)
                made = label("", size_px=BODY_PX)
                self.grid.addWidget(made, line, 1)
                self.values[name] = made
            made = self.values[name]  # type: ignore[assignment]
            if made.text() != words:
                made.setText(words)
        if studio.mode in self.senses.buttons:
            self.senses.choose(studio.mode)
