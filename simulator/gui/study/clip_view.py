"""Plays the two clips of a pair one after the other, as a person in the room sees the display."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from simulator.gui.look.theme import FAMILY
from simulator.gui.render.device_seen import draw
from simulator.gui.study.clip_store import ClipStore
from simulator.lab.study.asking import Shown
from simulator.lab.study.clips import Clip

FRAME_MS = 16
TITLE_S, BETWEEN_S = 0.9, 0.5  # a title before each clip, and a breath after it


class ClipView(QWidget):
    """Shows "1", the first clip, "2", the second clip; then stands still."""

    ended = Signal()

    def __init__(self, store: ClipStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._clips: tuple[Clip, ...] = ()
        self._time_s = 0.0
        self._jpeg, self._picture = b"", QImage()  # the last one, decoded
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.setMinimumSize(480, 270)
        self.setAccessibleName("The two motions, one after the other")

    @property
    def playing(self) -> bool:
        """Whether a clip still runs."""
        return self._timer.isActive()

    @property
    def duration_s(self) -> float:
        """Both clips with their titles."""
        return sum(TITLE_S + clip.duration_s + BETWEEN_S for clip in self._clips)

    def play(self, first: Clip, second: Clip) -> None:
        """Show both from the beginning."""
        self._clips = (first, second)
        self._time_s = 0.0
        self._clock.start()
        self._timer.start()
        self.update()

    def make(self, shown: Shown) -> Iterator[float]:
        """Make what is not made yet of a pair; yields how much of it is done."""
        for place, setting in enumerate((shown.first, shown.second)):
            yield from ((place + share) / 2 for share in self._store.make(setting, shown.moment))

    def show_pair(self, shown: Shown) -> None:
        """Show both motions of a pair."""
        self.play(self._store(shown.first, shown.moment), self._store(shown.second, shown.moment))

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    def advance(self, seconds: float) -> None:
        """Go on by a time; what the timer does with the time that really went by."""
        self._time_s += seconds
        self.update()
        if self._time_s >= self.duration_s and self._timer.isActive():
            self._timer.stop()
            self.ended.emit()

    def _tick(self) -> None:
        self.advance(self._clock.restart() / 1000.0)

    def _now(self) -> tuple[int, float]:
        """Which clip, and how far into it; negative while its title is shown."""
        left = min(self._time_s, self.duration_s)
        for number, clip in enumerate(self._clips):
            length = TITLE_S + clip.duration_s + BETWEEN_S
            if left <= length or number == len(self._clips) - 1:
                return number, min(left - TITLE_S, clip.duration_s)
            left -= length
        return 0, 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the moment."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if not self._clips:
            painter.fillRect(area, QColor("#27313b"))
            return
        number, into_s = self._now()
        clip = self._clips[number]
        if clip.pictures:
            self._paint_picture(painter, area, clip.picture_at(max(into_s, 0.0)))
        else:
            yaw_deg, viewer_deg, viewer_m = clip.at(max(into_s, 0.0))
            listening = into_s >= 0 and clip.talking_at(into_s)
            draw(painter, area, yaw_deg=yaw_deg, viewer_deg=viewer_deg, viewer_m=viewer_m, listening=listening)
        if into_s < 0:
            painter.fillRect(area, QColor(20, 26, 32, 190))
        font = QFont(FAMILY)
        font.setPixelSize(round(min(area.width(), area.height()) * (0.2 if into_s < 0 else 0.07)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        place = area if into_s < 0 else area.adjusted(24, 16, -24, -16)
        flags = Qt.AlignmentFlag.AlignCenter if into_s < 0 else Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags, str(number + 1))

    def _paint_picture(self, painter: QPainter, area: QRectF, jpeg: bytes) -> None:
        """As large as there is room, whole."""
        if jpeg is not self._jpeg:
            self._jpeg, self._picture = jpeg, QImage.fromData(jpeg)
        size = self._picture.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0.0, 0.0, size.width(), size.height())
        place.moveCenter(area.center())
        painter.fillRect(area, QColor("#11161b"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._picture)
