"""Replay: where QA opens a recording or a results file and finds the reason."""

from __future__ import annotations

from os.path import commonprefix
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, button, label
from simulator.gui.panels.lists import CheckList, DecisionList, StillnessBudget
from simulator.gui.panels.why import GateTable, WhyBar
from simulator.gui.studio import Studio
from simulator.gui.views.canvas import Look
from simulator.gui.workspaces.tune import RoomCard, TimelineCard, splitter
from simulator.onboard.messages import TICK_S
from simulator.runtime.header import Header
from simulator.runtime.orders.engine_pipe import RecordingOpened
from simulator.workbench import lanes
from simulator.workbench.command_list import Commands
from simulator.workbench.qa_results import QaCase, ResultsError, read_results


class ReplayWorkspace(QWidget):
    """Results, room, timeline, gates."""

    def __init__(self, studio: Studio, look: Look, commands: Commands) -> None:
        super().__init__()
        self._studio, self._commands = studio, commands
        self._results: list[QaCase] = []
        left = Card("Results")
        self.source = label(
            "Open a recording (.mcap) or results (results.jsonl, JUnit .xml): drop one here, or Ctrl+O",
            "dim",
            size_px=SMALL_PX,
        )
        self.source.setWordWrap(True)
        left.add(self.source)
        self.results = QListWidget()
        self.results.setFont(font())
        self.results.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setAccessibleName("Results")
        self.results.itemActivated.connect(self._open_result)
        self.results.itemClicked.connect(self._open_result)
        left.add(self.results, 3)
        left.add(label("Checks of this run", "title", weight=600))
        self.checks = CheckList(studio, look)
        left.add(self.checks, 2)
        self.open_button = left.add(button("Open…", lambda: commands.run("scene.open")))
        self.room = RoomCard(studio, look, title="Room")
        self.why = Card(margins=(2, 1, 2, 1))
        self.why.add(WhyBar(studio, look))
        self.timeline = TimelineCard(studio, look, commands)
        right = Card("Why, gate by gate")
        right.add(GateTable(studio, look), 3)
        right.column.addSpacing(4)
        right.add(label("Decisions", "title", weight=600))
        right.add(DecisionList(studio, look), 2)
        right.column.addSpacing(4)
        right.add(label("How the time was spent", "title", weight=600))
        right.add(StillnessBudget(studio, look), 1)
        self.difference = label("", "dim", size_px=SMALL_PX)
        self.difference.setWordWrap(True)
        right.add(self.difference)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.again = button("Run again", self._again, kind="main", tip="Run the same again and compare tick by tick")
        self.jump = button("First difference", self._jump, tip="Go to the first tick at which the two runs differ")
        row.addWidget(self.again, 1)
        row.addWidget(self.jump, 1)
        right.column.addLayout(row)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(
            button("Copy command", lambda: commands.run("export.link"), tip="Copy the command that runs this again"), 1
        )
        row.addWidget(
            button("Export report", lambda: commands.run("export.pdf"), tip="Room, timeline and reasons as PDF"), 1
        )
        right.column.addLayout(row)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.why)
        column.addWidget(self.timeline, 1)
        top = splitter(Qt.Orientation.Horizontal, self.room, right, shares=(5, 3))
        centre = splitter(Qt.Orientation.Vertical, top, middle, shares=(6, 4))
        whole = splitter(Qt.Orientation.Horizontal, left, centre, shares=(1, 5))
        self.splitters = {"replay.top": top, "replay.centre": centre, "replay.whole": whole}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)
        studio.opened_recording.connect(self._opened)
        studio.take_changed.connect(self._compare)
        self._compare()

    def open(self, path: Path) -> None:
        """Open a recording or a results file."""
        if path.suffix in (".xml", ".jsonl"):
            try:
                self._results = read_results(path)
            except ResultsError as error:
                self._studio.notice.emit("error", str(error))
                return
            failed = sum(not result.passed for result in self._results)
            self.source.setText(f"{path.name}: {failed} of {len(self._results)} failed")
            self.results.clear()
            ordered = sorted(self._results, key=lambda one: one.passed)
            for result, words in zip(ordered, _telling([one.name for one in ordered]), strict=True):
                item = QListWidgetItem(f"{'✓' if result.passed else '×'}  {words}")
                item.setToolTip(f"{result.name}\n{result.message}".strip())
                item.setData(Qt.ItemDataRole.UserRole, result)
                self.results.addItem(item)
            return
        self._studio.open_recording(path)

    def _open_result(self, item: QListWidgetItem) -> None:
        result: QaCase | None = item.data(Qt.ItemDataRole.UserRole)
        if result is None:
            return
        if result.recording is None:
            self._studio.notice.emit("warning", f"{result.name}: its recording is not there. {result.message}".strip())
        else:
            self._studio.open_recording(result.recording)

    def _opened(self, report: RecordingOpened, header: Header) -> None:
        self.source.setText(f"{report.path.name}: scene {header.scene_name}, seed {header.seed}, {header.mode} senses")

    def _again(self) -> None:
        self._studio.run_again()

    def _jump(self) -> None:
        if self.timeline.view.divergence_tick is not None:
            self._studio.seek(self.timeline.view.divergence_tick)

    def _compare(self) -> None:
        studio = self._studio
        tick, words = None, ""
        if studio.before is not None and len(studio.take) and len(studio.take) >= len(studio.before):
            tick = lanes.first_difference(studio.take, studio.before)
            if tick is None:
                words = "The two runs are the same, tick for tick."
            else:
                words = f"The runs first differ at {tick * TICK_S:.2f} s."
        self.timeline.view.divergence_tick = tick
        self.difference.setText(words)
        self.difference.setVisible(bool(words))
        self.jump.setEnabled(tick is not None)
        self.again.setEnabled(len(studio.take) > 0)


def _telling(names: list[str]) -> list[str]:
    """Names of results without what all of them share: their folder and their seed say nothing then."""
    start = commonprefix(names).rfind("/") + 1  # noqa: RUF071  (cut at its last slash)
    seeds = {name[name.rfind(" [seed ") :] if " [seed " in name else "" for name in names}
    end = seeds.pop() if len(seeds) == 1 else ""
    return [name[start:].removesuffix(end).replace(".scene.yaml", "") for name in names]
