"""One move under the glass: a turn alone, over and over, while its knobs are turned; beside it what somebody near and far sees."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.gui.render import text
from simulator.gui.render.move import draw_move, lanes
from simulator.gui.session_model import SessionModel
from simulator.gui.study.device_seen import draw
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S
from simulator.onboard.tuning import Tuning
from simulator.workbench.one_move import OneMove, one_move, turn_at

FRAME_MS = 16
FIRST_DEG, MOST_DEG = 60, 300
PAUSE_S = 0.6  # between two rounds
SEEN_FROM_M = (0.7, 3.0)
SEEN_SHARE, LEAST_SEEN_PX = 0.28, 150


class MoveCanvas(Canvas):
    """The curves, and the display that turns."""

    covers = True

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__(look, "One move: angle, speed, acceleration and jerk")
        self._session = session
        self.by_deg = float(FIRST_DEG)
        self.at_s = 0.0
        self._made: dict[tuple[object, ...], OneMove] = {}
        self.setMinimumSize(220, 70)

    def turned(self, tuning: Tuning) -> OneMove:
        """The move with some knobs; the last few are kept."""
        key = (id(self._session.facts), tuning.motion, self.by_deg)
        if key not in self._made:
            self._made[key] = one_move(self._session.facts, tuning, by_deg=self.by_deg)
            if len(self._made) > 4:
                del self._made[next(iter(self._made))]
        return self._made[key]

    @property
    def now(self) -> OneMove:
        """With the knobs as they are."""
        return self.turned(self._session.tuning)

    def before(self) -> OneMove | None:
        """With the scene's own knobs, where those are others."""
        own = self._session.document.base
        return self.turned(own) if own.motion != self._session.tuning.motion else None

    def draw(self, painter: QPainter) -> None:
        """Curves left, views right."""
        theme, now = self.look.theme, self.now
        painter.fillRect(self.area, theme.colour("card"))
        seen_px = SEEN_SHARE * self.width() if self.width() * SEEN_SHARE >= LEAST_SEEN_PX else 0.0
        motion = self._session.tuning.motion
        limits = (motion.max_rate_dps, motion.max_accel_dps2, motion.max_jerk_dps3)
        shown = lanes(now, self.before(), self._session.facts, limits)
        curves = QRectF(0, 0, self.width() - seen_px, self.height())
        draw_move(painter, curves, theme, shown, at_s=min(self.at_s, now.duration_s), marks=now)
        tick = min(int(self.at_s / TICK_S), len(now.yaw_deg) - 1)
        for row, away_m in enumerate(SEEN_FROM_M if seen_px else ()):
            high = self.height() / len(SEEN_FROM_M)
            box = QRectF(curves.right() + 6, row * high, seen_px - 6, high - 6)
            painter.save()
            painter.setClipRect(box)
            yaw_deg = float(now.yaw_deg[tick])
            draw(painter, box, yaw_deg=yaw_deg, viewer_deg=now.by_deg, viewer_m=away_m, listening=self.at_s > 0.2)
            painter.restore()
            text.plain(painter, theme, box.topLeft() + QPointF(8, 16), f"from {away_m:g} m")


class MoveView(QWidget):
    """The canvas with its angle and figures."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session = session
        self.canvas = MoveCanvas(session, look)
        self.angle = QSpinBox()
        self.angle.setRange(-MOST_DEG, MOST_DEG)
        self.angle.setSuffix("°")
        self.angle.setValue(FIRST_DEG)
        self.angle.setFont(font(SMALL_PX))
        self.angle.setAccessibleName("Angle of the move")
        self.angle.valueChanged.connect(self._turn_by)
        self.this_turn = button(
            "This turn", self.take_turn, kind="chip", tip="The turn at the playhead, or the next one"
        )
        self.figures = label("", "dim", size_px=SMALL_PX)
        self.figures.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(label("Turn by", size_px=SMALL_PX))
        row.addWidget(self.angle)
        row.addWidget(self.this_turn)
        row.addWidget(self.figures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._frame)
        session.document_changed.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        """The figures of the move with the knobs as they are."""
        if not self.isVisible():
            return
        now, before = self.canvas.now, self.canvas.before()
        faces = f"{now.faces_s:.2f} s" if now.faces_s is not None else "never"
        rate = max(abs(float(now.rate_dps.max())), abs(float(now.rate_dps.min())))
        words = (
            f"faces after {faces}  ·  at rest after {now.rests_s:.2f} s  ·  overshoot {now.overshoot_deg:.1f}°"
            f"  ·  peak {rate:.0f} °/s"
        )
        if before is not None and before.faces_s is not None and now.faces_s is not None:
            words += f"  ·  dashed: the scene's own, {before.faces_s:.2f} s and {before.rests_s:.2f} s"
        self.figures.setText(words)
        self.canvas.update()

    def take_turn(self) -> None:
        """The angle of the turn at the playhead."""
        by_deg = turn_at(self._session.run, self._session.tick)
        if by_deg is None or abs(by_deg) < 1.0:
            self._session.notice.emit("info", "The screen does not turn from here on")
        else:
            self.angle.setValue(math.floor(by_deg + 0.5))

    @fenced
    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        super().showEvent(event)
        self._clock.start()
        self._timer.start()
        self.refresh()

    @fenced
    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def _turn_by(self, by_deg: int) -> None:
        if by_deg:
            self.canvas.by_deg = float(by_deg)
            self.refresh()

    def _frame(self) -> None:
        canvas = self.canvas
        canvas.at_s += min(0.1, self._clock.restart() / 1000)
        if canvas.at_s > canvas.now.duration_s + PAUSE_S:
            canvas.at_s = 0.0
        canvas.update()
