"""The look: one table of named colours that drives palette, style sheet, painters and plots alike.

Hue carries meaning only for the three zones; A and B, changed and blocked are also told by shape, line or word. The zone
colours keep a CIE76 distance of 36 or more from each other for normal, deuteranopic and protanopic eyes (tests/gui/test_theme.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QPen

from simulator.workbench.lengths import METRES, UNITS_OF_LENGTH, Lengths
from simulator.world.assets import ASSETS

FAMILY = "Inter"
# Sizes in pixels so that every platform lays out alike.
SMALL_PX, BODY_PX, TITLE_PX = 11, 12, 13


@dataclass(frozen=True)
class Theme:
    """Named colours, how to draw with them, and the unit in which drawings write lengths."""

    name: str
    colours: dict[str, str] = field(hash=False)
    lengths: Lengths = METRES

    @property
    def dark(self) -> bool:
        """Whether this is the dark one."""
        return self.name == "dark"

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """One colour by its name, with an opacity of 0 to 1; a shared one, not to be changed."""
        return _colour(self, name, alpha)

    def pen(
        self, name: str, *, width: float = 1.0, alpha: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> QPen:
        """A round-ended pen."""
        return QPen(_pen(self, name, width, alpha, style))

    def palette(self) -> QPalette:
        """The same colours for Qt's own widgets."""
        role = QPalette.ColorRole
        made = QPalette()
        for target, name in (
            (role.Window, "bg"), (role.WindowText, "text"), (role.Base, "sunken"), (role.AlternateBase, "raised"),
            (role.Text, "text"), (role.Button, "raised"), (role.ButtonText, "text"), (role.BrightText, "bad"),
            (role.ToolTipBase, "raised"), (role.ToolTipText, "text"), (role.PlaceholderText, "faint"),
            (role.Highlight, "text"), (role.HighlightedText, "inverse"), (role.Link, "focus"), (role.Mid, "line"),
            (role.Dark, "line"), (role.Light, "raised"),
        ):  # fmt: skip
            made.setColor(target, self.colour(name))
        for target in (role.WindowText, role.Text, role.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, target, self.colour("faint"))
        return made


# Colours and pens are asked for thousands of times a second, always the same few dozen.
@lru_cache(maxsize=1024)
def _colour(look: Theme, name: str, alpha: float) -> QColor:
    made = QColor(look.colours[name])
    if alpha < 1.0:
        made.setAlphaF(alpha)
    return made


@lru_cache(maxsize=1024)
def _pen(look: Theme, name: str, width: float, alpha: float, style: Qt.PenStyle) -> QPen:
    made = QPen(_colour(look, name, alpha), width, style)
    made.setCapStyle(Qt.PenCapStyle.RoundCap if style == Qt.PenStyle.SolidLine else Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return made


@cache
def theme(name: str, unit: str = METRES.unit) -> Theme:
    """The theme of that name, dark or light, with lengths in metres or feet."""
    if unit != METRES.unit:
        return replace(theme(name), lengths=UNITS_OF_LENGTH[unit])
    colours = json.loads((ASSETS / "themes" / f"{name}.json").read_text(encoding="utf-8"))
    return Theme(name=name, colours=colours)


def load_fonts() -> None:
    """Make the bundled typeface known, so that the window looks the same on every machine."""
    for weight in ("Regular", "Medium", "SemiBold"):
        path = ASSETS / "fonts" / f"Inter-{weight}.ttf"
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(f"{path}: the bundled font cannot be read")


@cache
def font(size_px: int = BODY_PX, weight: int = 400) -> QFont:
    """The typeface with digits of one width, so that running numbers do not dance."""
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight(min(weight, 600)))
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
