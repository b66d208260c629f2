"""The named points with what they came to on both sets of scenes, and the runs of the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.views.canvas import Look
from simulator.lab.search.explored import Explored, Named
from simulator.workbench.explore_rows import SHIPPED, RunRow, point_rows, run_rows

POINT_HEADS = ("Point", "Service", "held out", "Disturb.", "held out", "Fixed : broken", "On others")
POINT_WIDTHS = (78, 54, 56, 56, 56, 84, 100)
RUN_HEADS = ("Scene", "as it ships", "this point", "")
RUN_WIDTHS = (116, 68, 62, 40)
LEAST_PX = 96
ROW = QSize(0, 20)


class PointsTable(QTreeWidget):
    """What ships, and the front from eager to calm; a click or the arrow keys choose one."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        _dress(self, "Named points", POINT_HEADS, POINT_WIDTHS)
        self.currentItemChanged.connect(self._go)

    def show_found(self, found: Explored, name: str) -> None:
        """Other points, or another one chosen."""
        self.blockSignals(True)
        self.clear()
        for row in point_rows(found):
            cells = [
                row.name, row.service, row.service_held_out, row.disturbance, row.disturbance_held_out, row.changed,
                row.verdict,
            ]  # fmt: skip
            item = QTreeWidgetItem(cells)
            item.setData(0, Qt.ItemDataRole.UserRole, row.name)
            item.setSizeHint(0, ROW)
            for column in range(1, 6):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setForeground(6, QColor(self._look.theme.colours[row.colour]))
            by = f"Found by {row.adviser}. " if row.adviser else ""
            item.setToolTip(0, by + row.tip if row.tip else "The settings that ship")
            for column in range(1, 7):
                item.setToolTip(column, row.tip)
            if row.name == SHIPPED:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addTopLevelItem(item)
            if row.name == name:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def _go(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(0, Qt.ItemDataRole.UserRole) != SHIPPED:
            self.chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))


class RunsTable(QTreeWidget):
    """The runs of a point, what it breaks first; Enter or a double click opens one."""

    asked = Signal(object)  # a RunRow

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[RunRow] = []
        _dress(self, "Runs of the point", RUN_HEADS, RUN_WIDTHS)
        self.itemActivated.connect(lambda item, _: self.asked.emit(self.rows[self.indexOfTopLevelItem(item)]))

    def show_runs(self, one: Named | None) -> None:
        """The runs of another point."""
        self.rows = run_rows(one) if one is not None else []
        self.clear()
        several = len({row.seed for row in self.rows}) > 1
        for row in self.rows:
            seed = f" · seed {row.seed}" if several else ""
            item = QTreeWidgetItem([f"{row.scene}{seed}", row.shipped, row.point, row.change or row.where])
            item.setSizeHint(0, ROW)
            tip = f"{row.path}, seed {row.seed}, {row.where}. Enter opens it: A as it ships, B with this point"
            for column in range(4):
                item.setToolTip(column, tip)
            if row.change:
                colour = "bad" if row.change == "broken" else "ok"
                item.setForeground(3, QColor(self._look.theme.colours[colour]))
            self.addTopLevelItem(item)


def _dress(table: QTreeWidget, name: str, heads: tuple[str, ...], widths: tuple[int, ...]) -> None:
    table.setAccessibleName(name)
    table.setColumnCount(len(heads))
    table.setHeaderLabels(list(heads))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setFont(font(SMALL_PX))
    table.header().setFont(font(SMALL_PX))
    table.header().setStretchLastSection(True)
    table.header().setMinimumSectionSize(36)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for column, wide in enumerate(widths):
        table.setColumnWidth(column, wide)
    table.setMinimumSize(sum(widths), LEAST_PX)
