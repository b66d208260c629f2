"""One move under the glass: a turn alone, over and over, while its knobs are turned; beside it what somebody near and far sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from simulator.gui.render import text
from simulator.gui.render.device_seen import draw
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S
from simulator.onboard.tuning import Tuning

if TYPE_CHECKING:
    from simulator.workbench.one_move import OneMove

FIRST_DEG = 60
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
            from simulator.workbench.one_move import one_move  # the motor and its stage: not before somebody looks

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
        from simulator.gui.render.move import draw_move, lanes

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
            text.plain(
                painter, theme, box.topLeft() + QPointF(8, 16), f"from {theme.lengths.words(away_m, short=True)}"
            )
