"""The six sliders by feel over the raw knobs, and under the one that is used what its whole range would do in this scene."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.basics import label
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.lab.qa.knob_guard_table import GUARDS
from simulator.onboard.tuning import Tuning, TuningError
from simulator.workbench.feel_sliders import FEELS, Feel, is_pure, knobs_at, place_of
from simulator.workbench.feel_strip import PLACES, StripPoint, sketch, words
from simulator.workbench.new_scene import title

STRIP_PX = 26


class Strip(Canvas):
    """A bar a place: how often the screen would turn."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "What the range would do")
        self.points: list[StripPoint] = []
        self.setFixedHeight(STRIP_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(200, STRIP_PX)

    def draw(self, painter: QPainter) -> None:
        """Bars under their places of the slider."""
        most = max((point.travelled_deg for point in self.points), default=0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = self.width() / len(PLACES)
        for point in self.points:
            high = (STRIP_PX - 6) * (point.travelled_deg / most if most else 0.0)
            x = point.place / 100 * (self.width() - wide)
            painter.setBrush(self.look.theme.colour("focus", 0.55))
            painter.drawRoundedRect(QRectF(x + 3, STRIP_PX - 2 - high, wide - 6, max(1.0, high)), 2, 2)


class FeelPanel(QWidget):
    """All six."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session = session
        self._work: Iterator[StripPoint] | None = None
        self.sliders: dict[str, QSlider] = {}
        self._names: dict[str, QLabel] = {}
        self._feel = FEELS[0]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 6)
        column.setSpacing(3)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        for row, feel in enumerate(FEELS):
            name = self._names[feel.name] = label(feel.title)
            slider = self.sliders[feel.name] = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, 100)
            slider.setAccessibleName(feel.title)
            for widget in (name, slider):
                widget.setToolTip(f"{feel.sentence}\n{', '.join(way.path for way in feel.ways)}")
            slider.valueChanged.connect(lambda place, feel=feel: self._turned(feel, place))
            slider.sliderReleased.connect(session.release)
            grid.addWidget(name, row, 0)
            grid.addWidget(slider, row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self.strip = Strip(look)
        self.says = label("", "dim", size_px=SMALL_PX)
        self.says.setWordWrap(True)
        column.addWidget(self.strip)
        column.addWidget(self.says)
        self.strip.hide()
        self.says.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._sketch_one)
        session.document_changed.connect(lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Stand where the knobs are; a feel whose knobs were set one by one is marked."""
        tuning = self._session.tuning
        for feel in FEELS:
            slider = self.sliders[feel.name]
            if not slider.isSliderDown():
                slider.blockSignals(True)
                slider.setValue(round(place_of(feel, tuning)))
                slider.blockSignals(False)
            mixed = "" if is_pure(feel, tuning) else " *"
            if self._names[feel.name].text() != feel.title + mixed:
                self._names[feel.name].setText(feel.title + mixed)

    def _turned(self, feel: Feel, place: int) -> None:
        try:
            self._session.turn(knobs_at(feel, place), gesture=f"feel {feel.name}")
        except TuningError as error:
            self._session.notice.emit("warning", str(error))
            self.refresh()
            return
        self.show_range(feel)

    def show_range(self, feel: Feel) -> None:
        """Sketch what the whole range of a feel would do, a place at a time."""
        session = self._session
        if len(session.run) < 2:
            return
        self._feel, self.strip.points = feel, []
        standing = Tuning().patched(session.shown.settings)
        self._work = sketch(session.run, session.spec, session.facts, now=standing, wanted=session.tuning, feel=feel)
        self.strip.show()
        self.says.show()
        self.says.setText("…")
        self._timer.start()

    def _sketch_one(self) -> None:
        point = next(self._work, None) if self._work is not None else None
        if point is not None:
            self.strip.points.append(point)
            self.strip.update()
            return
        self._timer.stop()
        paths = {way.path for way in self._feel.ways}
        scenes = sorted({title(Path(scene)) for (path, _), scene in GUARDS.items() if path in paths})
        self.says.setText(f"{self._feel.title}: {words(self.strip.points, scenes)}")
