"""Lists beside a run: its checks with verdicts, its decisions, and how long it was still for which reason."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import Theme, font
from simulator.gui.render import text
from simulator.gui.render.timeline import KIND_COLOURS
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S, HoldReason
from simulator.workbench import run_spans

ROW_PX = 21.0
DOT_PX = 4.0


class KeepsColour(QStyledItemDelegate):
    """A chosen line keeps the colour that says whether it failed."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Take the line's own colour for its text also while it is chosen."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if colour is not None:
            palette = QPalette(option.palette)
            palette.setBrush(QPalette.ColorRole.HighlightedText, colour)
            option.palette = palette


class CheckList(QListWidget):
    """The checks of the run; Enter or a click goes to the moment that decided one."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session, self._look = session, look
        self.setFont(font())
        self.setWordWrap(True)
        self.setItemDelegate(KeepsColour(self))
        self.setAccessibleName("Checks of this run")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._go)
        self.itemClicked.connect(self._go)
        session.run_changed.connect(self._fill)
        look.changed.connect(lambda: self._fill(always=True))
        self._shown: list[run_spans.CheckMark] = []
        self._fill()

    def _fill(self, *, always: bool = False) -> None:
        if self._session.checks == self._shown and not always:
            return
        self._shown = list(self._session.checks)
        self.clear()
        for mark in self._shown:
            sign = {True: "✓", False: "×", None: "–"}[mark.passed]
            item = QListWidgetItem(f"{sign}  {mark.text}")
            item.setToolTip(mark.detail)
            colour = {True: "ok", False: "bad", None: "faint"}[mark.passed]
            item.setForeground(QColor(self._look.theme.colours[colour if mark.passed is not True else "text"]))
            self.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        mark = self._shown[self.row(item)]
        self._session.seek(mark.first + (mark.last - mark.first) // 9)


class DecisionList(Canvas):
    """The decisions around the playhead, the current one marked; a click goes there."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Decisions", parent)
        self._session = session
        self._version = (-1, -1)
        self._spans: list[run_spans.Span] = []
        self._first = 0
        self.setMinimumHeight(int(3 * ROW_PX))
        session.moment_changed.connect(self.update)
        session.run_changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Draw as many as fit, the current one in the middle."""
        run, theme = self._session.run, self.look.theme
        if (run.serial, run.version) != self._version:
            self._version, self._spans = (run.serial, run.version), run_spans.decisions(run)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = max(1, int(self.height() // ROW_PX))
        now = next((place for place, span in enumerate(self._spans) if span.first <= self._session.tick < span.last), 0)
        self._first = max(0, min(now - room // 2, len(self._spans) - room))
        for row, span in enumerate(self._spans[self._first : self._first + room]):
            y = row * ROW_PX
            if self._first + row == now:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("raised"))
                painter.drawRoundedRect(QRectF(0, y, self.width(), ROW_PX), 4, 4)
            _dot(painter, theme, QPointF(10, y + ROW_PX / 2), span.kind)
            base = y + 14.5
            text.plain(painter, theme, QPointF(22, base), f"{span.first * TICK_S:6.2f} s", colour="dim")
            painter.setFont(font(11))
            words = painter.fontMetrics().elidedText(span.text, Qt.TextElideMode.ElideRight, int(self.width() - 138))
            text.plain(painter, theme, QPointF(78, base), words, colour="text")
            text.plain(
                painter, theme, QPointF(self.width() - 6, base), f"{span.seconds:.1f} s", colour="dim", align="right"
            )

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the decision under the mouse."""
        place = self._first + int(event.position().y() // ROW_PX)
        if 0 <= place < len(self._spans):
            self._session.seek(self._spans[place].first)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go to the decision before or after."""
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down) or not self._spans:
            super().keyPressEvent(event)
            return
        now = next((place for place, span in enumerate(self._spans) if span.first <= self._session.tick < span.last), 0)
        place = now + (1 if event.key() == Qt.Key.Key_Down else -1)
        self._session.seek(self._spans[min(max(place, 0), len(self._spans) - 1)].first)


class StillnessBudget(Canvas):
    """How the time of the run was spent: turning, or still for which reason."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Stillness budget", parent)
        self._session = session
        self.setMinimumHeight(int(3 * ROW_PX))
        session.run_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for six reasons."""
        return QSize(240, int(6 * ROW_PX))

    def draw(self, painter: QPainter) -> None:
        """One bar a reason."""
        theme = self.look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spent = run_spans.stillness(self._session.run)
        whole = sum(spent.values()) or 1.0
        kinds = {hold.value: run_spans.kind_of(hold) for hold in HoldReason} | {"turning": "turn"}
        left = 128.0
        for row, (name, seconds) in enumerate(list(spent.items())[: int(self.height() // ROW_PX)]):
            y = row * ROW_PX
            text.plain(painter, theme, QPointF(4, y + 14), name, colour="text")
            wide = (self.width() - left - 62) * seconds / whole
            painter.setPen(Qt.PenStyle.NoPen)
            kind = kinds[name]
            painter.setBrush(theme.colour("turning") if kind == "turn" else theme.colour(KIND_COLOURS[kind], 0.7))
            painter.drawRoundedRect(QRectF(left, y + 5, max(2.0, wide), 11), 3, 3)
            text.plain(
                painter, theme, QPointF(self.width() - 6, y + 14), f"{seconds:.1f} s", colour="dim", align="right"
            )


def _dot(painter: QPainter, theme: Theme, at: QPointF, kind: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("turning") if kind == "turn" else theme.colour(KIND_COLOURS[kind]))
    if kind == "turn":
        painter.drawRect(QRectF(at.x() - DOT_PX, at.y() - DOT_PX, 2 * DOT_PX, 2 * DOT_PX))
    else:
        painter.drawEllipse(at, DOT_PX, DOT_PX)
