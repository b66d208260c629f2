"""The tables of Compare: knobs and outcomes of two runs, and two sets of knobs over all scenes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.render import text
from simulator.gui.views.canvas import Canvas, Look
from simulator.workbench.compared import Row, SceneRow

ROW_PX = 22.0
LEAST_ROWS = 2


class Table(Canvas):
    """Rows of words with a value for A, a value for B, and the difference."""

    def __init__(self, look: Look, name: str, heads: tuple[str, str, str, str]) -> None:
        super().__init__(look, name)
        self._heads = heads
        self.rows: list[Row] = []
        self.empty_words = "No difference"
        self.setMinimumHeight(int(LEAST_ROWS * ROW_PX))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        if list(rows) != self.rows:
            self.rows = list(rows)
            self.setAccessibleDescription("; ".join(f"{words}: A {a}, B {b} {end}" for words, a, b, end, _ in rows))
            self.setToolTip("\n".join(f"{words}   {a}   {b}   {end}" for words, a, b, end, _ in rows))
            self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the table; the last column takes what it needs, the first what is left."""
        theme, wide = self.look.theme, float(self.width())
        last = max((text.width_px(row[3], weight=500) for row in self.rows), default=0.0)
        last = max(last, text.width_px(self._heads[3])) + 14
        value = max((text.width_px(words) for row in self.rows for words in (row[1], row[2])), default=30.0) + 12
        ends = (wide - last - value, wide - last, wide - 6)
        columns = ((4.0, "left"), *((x, "right") for x in ends))
        for (x, align), words in zip(columns, self._heads, strict=True):
            text.plain(painter, theme, QPointF(x, 14), words, align=align)
        painter.setPen(theme.pen("line"))
        painter.drawLine(QPointF(0, ROW_PX - 2), QPointF(wide, ROW_PX - 2))
        for row, (words, a, b, difference, colour) in enumerate(self.rows):
            y = ROW_PX * (row + 1) + 15
            if y > self.height():
                break
            painter.setFont(font(SMALL_PX))
            room = int(max(40.0, ends[0] - value - 4))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            text.plain(painter, theme, QPointF(4, y), shown, colour="text")
            text.plain(painter, theme, QPointF(ends[0], y), a, colour="text", align="right")
            text.plain(painter, theme, QPointF(ends[1], y), b, colour="text", align="right")
            text.plain(painter, theme, QPointF(ends[2], y), difference, colour=colour, align="right", weight=500)
        if not self.rows:
            text.plain(painter, theme, QPointF(4, ROW_PX + 15), self.empty_words, colour="faint")


class ScenesTable(QTreeWidget):
    """Every scene with what was gained, what broke and which margin moved most; Enter or a click opens both runs."""

    asked = Signal(str)  # the path of a scene

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName("All scenes with A and B")
        self.setColumnCount(4)
        self.setHeaderLabels(["Scene", "Gained", "Broke", "Margin A → B"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFont(font(SMALL_PX))
        self.header().setFont(font(SMALL_PX))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(40)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, wide in ((1, 66), (2, 66), (3, 92)):
            self.setColumnWidth(place, wide)
        self.setMinimumHeight(int(LEAST_ROWS * ROW_PX))
        self.itemActivated.connect(self._go)
        self.itemClicked.connect(self._go)

    def show_rows(self, rows: Sequence[SceneRow]) -> None:
        """Show other rows."""
        self.clear()
        for row in rows:
            item = QTreeWidgetItem([row.scene, row.gained, row.broke, row.margin])
            item.setData(0, Qt.ItemDataRole.UserRole, row.path)
            for place, words in enumerate((row.scene, row.gained, row.broke, row.margin)):
                item.setToolTip(place, words)
            if row.broke:
                item.setForeground(2, QColor(self._look.theme.colours["bad"]))
            if row.gained:
                item.setForeground(1, QColor(self._look.theme.colours["ok"]))
            self.addTopLevelItem(item)

    def _go(self, item: QTreeWidgetItem) -> None:
        path = item.data(0, Qt.ItemDataRole.UserRole)
        if path:
            self.asked.emit(path)
