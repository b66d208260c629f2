"""What a person chooses once for all scenes: colours, unit of length, motion, sound and keys; kept with the layout of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Segments, button, label
from simulator.gui.shell.window_protocol import Host
from simulator.workbench.lengths import UNITS_OF_LENGTH

SYSTEM = "system"
THEMES = ((SYSTEM, "As the system"), ("dark", "Dark"), ("light", "Light"))
LENGTHS = (("m", "Metres"), ("ft", "Feet"))
WIDE_PX = 460


def system_theme() -> str:
    """Dark or light, as the desktop is; dark where it does not say."""
    return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def choose_theme(window: Host, name: str) -> None:
    """Take dark or light, or go with the desktop."""
    window.settings.values.follow_system = name == SYSTEM
    window.look.set(system_theme() if name == SYSTEM else name)
    window.settings.save()


def choose_unit(window: Host, unit: str) -> None:
    """Show and read lengths in metres or feet."""
    window.settings.values.lengths = unit
    window.settings.save()
    window.look.set_unit(unit)


class Preferences(QWidget):
    """A small page beside the work; everything on it takes effect at once."""

    def __init__(self, window: Host, *, keys: Callable[[], object], calm: Callable[[], object]) -> None:
        super().__init__(window.stack, Qt.WindowType.Tool)
        self.setWindowTitle("Preferences")
        self.setAccessibleName("Preferences")
        values = window.settings.values
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 14, 16, 14)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.theme = Segments(THEMES)
        self.theme.choose(SYSTEM if values.follow_system else window.look.theme.name)
        self.theme.chosen.connect(lambda name: choose_theme(window, name))
        self._row("Colours", self.theme)
        self.lengths = Segments(LENGTHS)
        self.lengths.choose(values.lengths if values.lengths in UNITS_OF_LENGTH else "m")
        self.lengths.chosen.connect(lambda unit: choose_unit(window, unit))
        self._row("Lengths", self.lengths, "On the screen and in fields. Files, recordings and tables stay in metres.")
        self.calm = _switch("Nothing moves by itself", values.calm, calm)
        self._row("Reduced motion", self.calm)
        self.sound = _switch("The room and the motor are heard", values.sound, window.toggle_sound)
        self._row("Sound", self.sound)
        self._row("Keys", button("Change keys…", keys))
        self._row("Panels", button("Back to their first sizes", window.reset_layout))
        self.setMinimumWidth(WIDE_PX)

    def _row(self, name: str, widget: QWidget, words: str = "") -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(label(name, "dim"), row, 0)
        self._grid.addWidget(widget, row, 1, Qt.AlignmentFlag.AlignLeft)
        if words:
            said = label(words, "dim", size_px=SMALL_PX)
            said.setWordWrap(True)
            self._grid.addWidget(said, row + 1, 1)


def _switch(words: str, on: bool, toggled: Callable[[], object]) -> QCheckBox:
    made = QCheckBox(words)
    made.setFont(font())
    made.setChecked(on)
    made.setAccessibleName(words)
    made.clicked.connect(lambda: toggled())
    return made
