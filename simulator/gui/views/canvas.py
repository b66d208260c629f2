"""What all drawn views share: the fence around events, the theme in use, and pictures kept of parts that stand still."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.painting import painting
from simulator.gui.look.theme import Theme, theme


class Look(QObject):
    """The theme in use, and the unit of lengths."""

    changed = Signal()

    def __init__(self, name: str = "dark", parent: QObject | None = None, *, unit: str = "m") -> None:
        super().__init__(parent)
        self.theme: Theme = theme(name, unit)

    def set(self, name: str) -> None:
        """Change the theme of everything."""
        self._take(theme(name, self.theme.lengths.unit))

    def set_unit(self, unit: str) -> None:
        """Write lengths in metres (m) or feet (ft)."""
        self._take(theme(self.theme.name, unit))

    def _take(self, wanted: Theme) -> None:
        if wanted is not self.theme:
            self.theme = wanted
            self.changed.emit()


class Canvas(QWidget):
    """A drawn view."""

    covers = False  # whether `draw` paints every pixel itself

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._kept: dict[str, tuple[Hashable, QPixmap]] = {}
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        look.changed.connect(self.update)

    @property
    def area(self) -> QRectF:
        """The whole drawing."""
        return QRectF(self.rect())

    def draw(self, painter: QPainter) -> None:
        """Draw the view; each view has its own."""
        raise NotImplementedError

    @fenced
    def paintEvent(self, event: QPaintEvent) -> None:
        """Clear, draw, and mark the view that has the keyboard."""
        with painting(self) as painter:
            if not self.covers:
                painter.fillRect(event.rect(), self.look.theme.colour("card"))
            self.draw(painter)
            if self.hasFocus() and self.focusPolicy() & Qt.FocusPolicy.TabFocus and self._by_keyboard:
                painter.setPen(self.look.theme.pen("focus"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.area.adjusted(0.5, 0.5, -1.5, -1.5), 5, 5)

    _by_keyboard = False

    @fenced
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a frame only when the keyboard brought the focus here."""
        self._by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()
        super().focusInEvent(event)

    def kept(self, name: str, key: Hashable, draw: Callable[[QPainter], None], *, opaque: bool = False) -> QPixmap:
        """A picture of a part, drawn again only when its key changes."""
        ratio = self.devicePixelRatioF()
        whole = (key, self.width(), self.height(), ratio, self.look.theme.name, self.look.theme.lengths.unit)
        found = self._kept.get(name)
        if found is not None and found[0] == whole:
            return found[1]
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.look.theme.colour("card") if opaque else Qt.GlobalColor.transparent)
        with painting(picture) as painter:
            draw(painter)
        self._kept[name] = (whole, picture)
        return picture
