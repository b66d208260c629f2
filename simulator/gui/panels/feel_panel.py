"""The six sliders by feel over the raw knobs, and under the one that is used what its whole range would do in this scene."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.basics import label
from simulator.gui.range_sketches import RangeSketches
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.range_strip_view import RangeStrip
from simulator.onboard.tuning import TuningError
from simulator.workbench.feel_sliders import FEELS, Feel, is_pure, knobs_at, place_of

INSET_PX = 6.0


class FeelPanel(QWidget):
    """All six."""

    def __init__(self, session: SessionModel, look: Look, sketches: RangeSketches) -> None:
        super().__init__()
        self._session, self._sketches = session, sketches
        self.sliders: dict[str, QSlider] = {}
        self._names: dict[str, QLabel] = {}
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
        self.strip = RangeStrip(look, sketches, FEELS[0].name, inset_px=INSET_PX)
        self.says = label("", "dim", size_px=SMALL_PX)
        self.says.setWordWrap(True)
        column.addWidget(self.strip)
        column.addWidget(self.says)
        self.strip.hide()
        self.says.hide()
        sketches.sketched.connect(self._sketched)
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
        if not self._sketches.possible:
            return
        self.strip.name = feel.name
        self.strip.show()
        self.says.show()
        self._sketches.ask([feel.name], first=True)
        self._sketched(feel.name)

    def _sketched(self, name: str) -> None:
        if name == self.strip.name and not self.strip.isHidden():
            self.strip.refresh()
            titles = {feel.name: feel.title for feel in FEELS}
            said = "…" if self._sketches.is_at_work(name) else self.strip.words()
            self.says.setText(f"{titles[name]}: {said}")
