"""The small parts that every panel is made of: cards, chips, segments, labels that shorten themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.icons import icon
from simulator.gui.look.painting import painting
from simulator.gui.look.theme import BODY_PX, SMALL_PX, font
from simulator.gui.views.canvas import Look


def label(text: str = "", kind: str = "", *, size_px: int = BODY_PX, weight: int = 400) -> QLabel:
    """A text; `kind` is its role in the style sheet."""
    made = QLabel(text)
    made.setFont(font(size_px, weight))
    if kind:
        made.setObjectName(kind)
    return made


class Elided(QWidget):
    """One line of text that ends in … when there is no room, with the whole in its tooltip."""

    def __init__(
        self, look: Look, text: str = "", *, colour: str = "text", size_px: int = BODY_PX, weight: int = 400
    ) -> None:
        super().__init__()
        self._look, self._text, self._colour = look, text, colour
        self._font = font(size_px, weight)
        self.setFont(self._font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size_px + 6)
        look.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set(self, text: str, *, colour: str | None = None) -> None:
        """Change the text."""
        if text != self._text or (colour and colour != self._colour):
            self._text, self._colour = text, colour or self._colour
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 3, self.height())

    def minimumSizeHint(self) -> QSize:
        """It can do with little room."""
        return QSize(16, self.height())

    @fenced
    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the line."""
        with painting(self) as painter:
            painter.setFont(self._font)
            painter.setPen(self._look.theme.colour(self._colour))
            shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def button(text: str, run: Callable[[], object], *, kind: str = "", tip: str = "") -> QPushButton:
    """A push button."""
    made = QPushButton(text)
    made.setFont(font())
    if kind:
        made.setObjectName(kind)
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(text or tip)
    made.clicked.connect(lambda: run())
    return made


def chip(text: str, on: bool, toggled: Callable[[bool], object], *, tip: str = "") -> QPushButton:
    """A small toggle."""
    made = QPushButton(text)
    made.setObjectName("chip")
    made.setCheckable(True)
    made.setChecked(on)
    made.setFont(font(SMALL_PX, 500))
    made.setToolTip(tip)
    made.setAccessibleName(text)
    made.toggled.connect(lambda state: toggled(state))
    return made


class IconButton(QPushButton):
    """A button with a drawing instead of a word; the word is its tooltip and name."""

    def __init__(
        self,
        look: Look,
        drawing: str,
        tip: str,
        run: Callable[[], object] | None = None,
        *,
        colour: str = "text",
        checkable: bool = False,
    ) -> None:
        super().__init__()
        self._look, self._drawing, self._colour = look, drawing, colour
        self.setObjectName("icon")
        self.setCheckable(checkable)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFixedSize(28, 26)
        self.setIconSize(QSize(16, 16))
        if run is not None:
            self.clicked.connect(lambda: run())
        look.changed.connect(self._paint)
        self._paint()

    def set_drawing(self, drawing: str) -> None:
        """Change the drawing."""
        if drawing != self._drawing:
            self._drawing = drawing
            self._paint()

    def _paint(self) -> None:
        self.setIcon(icon(self._drawing, self._look.theme.name, self._colour))


class Segments(QFrame):
    """A few choices side by side, one of them on."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, tips: dict[str, str] | None = None) -> None:
        super().__init__()
        self.setObjectName("segmented")
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        for key, text in choices:
            made = QPushButton(text)
            made.setObjectName("segment")
            made.setCheckable(True)
            made.setAutoExclusive(True)
            made.setFont(font(BODY_PX, 500))
            made.setAccessibleName(text)
            made.setToolTip((tips or {}).get(key, ""))
            made.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            row.addWidget(made)
            self.buttons[key] = made

    def set_low(self) -> None:
        """As low as the chips beside it."""
        row = self.layout()
        assert row is not None
        row.setContentsMargins(2, 1, 2, 1)
        for one in self.buttons.values():
            one.setFont(font(SMALL_PX, 500))
            one.setStyleSheet("padding: 1px 7px;")

    def choose(self, key: str) -> None:
        """Show one as chosen, without telling anybody."""
        self.buttons[key].setChecked(True)


class Card(QFrame):
    """A titled panel with room for a few tools at the right of its title."""

    def __init__(
        self, title: str = "", tools: Sequence[QWidget] = (), *, margins: tuple[int, int, int, int] = (10, 8, 10, 10)
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(6)
        self.title = label(title, "title", weight=600)
        if title or tools:
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(self.title)
            row.addStretch(1)
            for tool in tools:
                row.addWidget(tool)
            self.head = row
            self.column.addLayout(row)

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Put a widget below what is there."""
        self.column.addWidget(widget, stretch)
        return widget


def parent_of(widget: QWidget) -> QWidget:
    """What a floating panel lies over."""
    parent = widget.parentWidget()
    assert parent is not None
    return parent


def rule() -> QFrame:
    """A thin line between groups."""
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made
