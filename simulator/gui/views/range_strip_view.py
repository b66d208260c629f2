"""Under a slider: what its whole range would do in this scene, three bars a place: turns a minute, time out of view, time to face."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.range_sketches import RangeSketches
from simulator.gui.views.canvas import Canvas, Look
from simulator.lab.qa.knob_guard_table import GUARDS
from simulator.lab.service import PATIENCE_S
from simulator.workbench.new_scene import title
from simulator.workbench.range_strip import StripPoint, is_flat, not_sketched, point_words, words

HIGH_PX = 14
BAR_PX, GAP_PX = 6.0, 1.0
LEAST_S = 1.0  # a second out of view is not drawn as high as a minute
NOT_SKETCHED = "Shown by a whole run only, not in a sketch: ears, eyes and touch are not asked again"


def guards_of(paths: frozenset[str]) -> list[str]:
    """The scenes, by their paths, that fail when one of these knobs is pushed to an end: there one sees what it does."""
    return sorted({scene for (path, _), scene in GUARDS.items() if path in paths})


class RangeStrip(Canvas):
    """The bars of one slider."""

    def __init__(self, look: Look, sketches: RangeSketches, name: str, *, inset_px: float) -> None:
        super().__init__(look, "What the range would do")
        self.name, self._sketches, self._inset_px = name, sketches, inset_px
        self.setFixedHeight(HIGH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(160, HIGH_PX)

    def refresh(self) -> None:
        """There is more to show."""
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """What the range does, in words."""
        slider = self._sketches.range(self.name)
        scenes = [title(Path(one)) for one in guards_of(slider.paths)]
        if not_sketched(slider):
            return NOT_SKETCHED + (f". Seen in: {', '.join(scenes[:3])}" if scenes else "")
        return words(self._sketches.points(self.name), scenes)

    def draw(self, painter: QPainter) -> None:
        """Bars under their places of the slider, hatched when they are of another run or of other knobs."""
        theme, points = self.look.theme, self._sketches.points(self.name)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not_sketched(self._sketches.range(self.name)):
            self._say(painter, self.words())
            return
        if len(points) > 1 and is_flat(points) and not self._sketches.is_at_work(self.name):
            self._say(painter, self.words())
            return
        stale = self._sketches.is_stale(self.name)
        painter.setPen(Qt.PenStyle.NoPen)
        most = max((one.turns_per_min for one in points), default=0.0)
        most_out_s = max(LEAST_S, *(one.out_of_view_s or 0.0 for one in points)) if points else LEAST_S
        for one in points:
            heights = (
                one.turns_per_min / most if most else 0.0,
                (one.out_of_view_s or 0.0) / most_out_s,
                1.0 if one.calls > one.faced else (one.face_s or 0.0) / PATIENCE_S,
            )
            for place, (height, colour) in enumerate(zip(heights, ("focus", "bad", "voice"), strict=True)):
                box = self._bar(one.share, place, min(1.0, height))
                brush = theme.colour(colour, 0.35 if stale else 0.75)
                painter.setBrush(QBrush(brush, Qt.BrushStyle.BDiagPattern) if stale else brush)
                painter.drawRect(box)

    def _bar(self, share: float, place: int, height: float) -> QRectF:
        whole = 3 * BAR_PX + 2 * GAP_PX
        middle = self._inset_px + share * (self.width() - 2 * self._inset_px)
        x = min(max(middle - whole / 2, 0.0), self.width() - whole) + place * (BAR_PX + GAP_PX)
        high = max(1.0, height * (HIGH_PX - 3))
        return QRectF(x, HIGH_PX - 1 - high, BAR_PX, high)

    def _say(self, painter: QPainter, said: str) -> None:
        painter.setFont(font(SMALL_PX - 1))
        painter.setPen(self.look.theme.colour("faint"))
        room = int(self.width() - 2 * self._inset_px)
        shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(self._inset_px, HIGH_PX - 4), shown)

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the place under the mouse, and the whole range."""
        points, at = self._sketches.points(self.name), event.position().x()
        near = min(points, key=lambda one: abs(self._bar(one.share, 1, 0).center().x() - at), default=None)
        QToolTip.showText(event.globalPosition().toPoint(), self.tip(near), self)

    def tip(self, near: StripPoint | None) -> str:
        """What is told of a place."""
        said = self.words()
        if near is None or not_sketched(self._sketches.range(self.name)) or is_flat(self._sketches.points(self.name)):
            return said or "Not sketched yet"
        old = "Of another run or other knobs. " if self._sketches.is_stale(self.name) else ""
        here = f"At {round(100 * near.share)} % of the range: {point_words(near)}"
        return f"{old}{here}\nLow to high: {said}\nBars: turns a minute, time out of view, time to face"
