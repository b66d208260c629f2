"""What is to be explored: feels and knobs with their range, scenes to tune on and to hold out, and how much to try."""

from __future__ import annotations

from importlib.util import find_spec

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHeaderView,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
)

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, button, label
from simulator.workbench.explore_goal import FIRST_FEELS, THIS_SCENE, Budget, Direction, directions

TRIALS, WALKS = (10, 20, 40, 60, 100, 200), (0, 4, 10)
USUAL = Budget()
LIST_PX = 110
ROW = QSize(0, 20)
OBJECTIVES = (
    "Service against disturbance, both better when smaller.\n\n"
    "Service: mean degrees of the caller outside a fixed middle, and 2 for each second until a call is answered.\n"
    "Disturbance: degrees turned, moves, false turns, speed near people, things tipped."
)


class SetupCard(Card):
    """The choices; it starts nothing itself."""

    started = Signal()
    cancelled = Signal()
    opening = Signal()

    def __init__(self, folders: list[str]) -> None:
        super().__init__("Explore")
        goal = label("Service against disturbance", "dim", size_px=SMALL_PX)
        goal.setToolTip(OBJECTIVES)
        self.add(goal)
        self.directions: dict[str, Direction] = {one.name: one for one in directions()}
        self.list = self._list()
        self.add(self.list, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        offers = [THIS_SCENE, "20 homes", *folders]
        self.tune_on = _scenes("Tune on", [THIS_SCENE, *offers[1:]], "20 homes")
        self.hold_out = _scenes("Hold out", ["20 homes", *folders], "20 homes")
        self.trials = _numbers("Points to try", TRIALS, USUAL.trials)
        self.walks = _numbers("Walks for what matters", WALKS, USUAL.walks)
        self.trials.setToolTip("Random points, and as many of each adviser that is installed")
        self.walks.setToolTip("Walks of Morris over all ticked rows; 0 leaves the bars out")
        for line, (words, part) in enumerate(
            (("Tune on", self.tune_on), ("Hold out", self.hold_out), ("Points", self.trials), ("Walks", self.walks))
        ):
            grid.addWidget(label(words, "dim", size_px=SMALL_PX), line, 0)
            grid.addWidget(part, line, 1)
        self.column.addLayout(grid)
        self.words = label("", "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.words.hide()
        self.add(self.words)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far the exploring is")
        self.progress.hide()
        self.add(self.progress)
        self.go = button(
            "Start", self._go, kind="main", tip="In the background; the same choices go on where they were left"
        )
        self.add(self.go)
        self.open_button = button(
            "Open results…", self.opening.emit, tip="What swivel tune or swivel sweep wrote: explored.json"
        )  # fmt: skip
        self.add(self.open_button)
        self.running = False

    def axes(self) -> list[tuple[Direction, float, float]]:
        """The ticked rows with their ranges."""
        rows = [self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount())]
        return [
            (self.directions[item.data(0, Qt.ItemDataRole.UserRole)], float(item.text(1)), float(item.text(2)))
            for item in rows
            if item is not None and item.checkState(0) == Qt.CheckState.Checked
        ]

    def budget(self) -> Budget:
        """How much is tried: chance always, and the advisers that are installed."""
        advisers = ("random", "tpe", "nsga2") if find_spec("optuna") is not None else ("random",)
        return Budget(trials=int(self.trials.currentText()), walks=int(self.walks.currentText()), advisers=advisers)

    def say(self, words: str, kind: str = "dim") -> None:
        """A line under the choices."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
        if self.words.objectName() != kind:
            self.words.setObjectName(kind)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)

    def show_running(self, running: bool) -> None:
        """Choices rest while it computes."""
        self.running = running
        self.go.setText("Cancel" if running else "Start")
        self.go.setEnabled(True)
        self.progress.setVisible(running)
        for part in (self.list, self.tune_on, self.hold_out, self.trials, self.walks):
            part.setEnabled(not running)

    def _go(self) -> None:
        (self.cancelled if self.running else self.started).emit()

    def _list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName("Feels and knobs to try")
        made.setColumnCount(3)
        made.setHeaderLabels(["Try", "from", "to"])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setFont(font(SMALL_PX))
        made.header().setFont(font(SMALL_PX))
        made.header().setStretchLastSection(False)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            made.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            made.setColumnWidth(column, 46)
        made.header().setMinimumSectionSize(40)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setMinimumHeight(LIST_PX)
        made.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        for one in self.directions.values():
            made.addTopLevelItem(_row(one))
        made.itemDoubleClicked.connect(lambda item, column: made.editItem(item, column) if column else None)
        made.itemChanged.connect(self._bounded)
        return made

    def _bounded(self, item: QTreeWidgetItem, column: int) -> None:
        """A range stays within what the knob can be; what is no number goes back."""
        if column == 0:
            return
        one = self.directions[item.data(0, Qt.ItemDataRole.UserRole)]
        try:
            value = min(max(float(item.text(column)), one.bounds[0]), one.bounds[1])
        except ValueError:
            value = one.usual[column - 1]
        if item.text(column) != f"{value:g}":
            item.setText(column, f"{value:g}")


def _row(one: Direction) -> QTreeWidgetItem:
    made = QTreeWidgetItem([one.title, *(f"{end:g}" for end in one.usual)])
    made.setData(0, Qt.ItemDataRole.UserRole, one.name)
    made.setSizeHint(0, ROW)
    made.setFlags(made.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
    ticked = one.name in FIRST_FEELS
    made.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
    low, high = one.bounds
    unit = f" {one.unit}" if one.unit else ""
    knobs = f"{len(one.turns)} knobs as one. " if one.is_feel else ""
    made.setToolTip(0, f"{one.title}. {knobs}{one.sentence}")
    for column in (1, 2):
        made.setToolTip(column, f"Double-click to change: {low:g} to {high:g}{unit}")
    return made


def _scenes(name: str, offers: list[str], first: str) -> QComboBox:
    made = QComboBox()
    made.setEditable(True)
    made.setFont(font(SMALL_PX))
    made.addItems(offers)
    made.setCurrentText(first)
    made.setAccessibleName(name)
    line = made.lineEdit()
    assert line is not None
    line.setAccessibleName(name)
    made.setToolTip("Folders of scenes and numbers of random homes, with commas: wake, follow, 20 homes")
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(12)
    return made


def _numbers(name: str, offers: tuple[int, ...], first: int) -> QComboBox:
    made = QComboBox()
    made.setFont(font(SMALL_PX))
    made.addItems([str(one) for one in offers])
    made.setCurrentText(str(first))
    made.setAccessibleName(name)
    return made
