"""Replay: where QA opens a recording or a results file and finds the reason."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.baseline import BaselineBar
from simulator.gui.panels.basics import Card, button, label
from simulator.gui.panels.blame import BlameLine
from simulator.gui.panels.cause import CausePanel
from simulator.gui.panels.fold import Fold
from simulator.gui.panels.lists import CheckList, DecisionList, StillnessBudget
from simulator.gui.panels.results import ResultsPanel
from simulator.gui.panels.why import GateTable, WhyBar
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.workspaces.workspace import RoomCard, TimelineCard, Workspace, splitter, titled
from simulator.onboard.messages import TICK_S
from simulator.runtime.header import Header
from simulator.runtime.orders.engine_pipe import RecordingOpened
from simulator.workbench import run_spans
from simulator.workbench.command_list import Commands
from simulator.workbench.qa_results import QaCase

LOW_PX = 520


class ReplayWorkspace(Workspace):
    """Results, room, timeline, gates."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands, self._look = session, commands, look
        self._to_failure = False  # the recording that is being opened failed: go to where
        self._scene = ""  # how the run of QA called the scene of the recording that is being opened
        left, right = self._results_card(look), self._reasons_card(look)
        self.room = RoomCard(session, look)
        self.why = Card(margins=(2, 1, 2, 1))
        self.why.add(WhyBar(session, look))
        self.timeline = TimelineCard(session, look, commands)
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
        session.opened_recording.connect(self._opened)
        session.run_changed.connect(self._compare)
        session.run_changed.connect(self._stand_at_failure)
        self._compare()

    def _results_card(self, look: Look) -> Card:
        session, commands = self._session, self._commands
        left = Card("Results")
        self.results = ResultsPanel(session, look)
        self.results.picked.connect(self._open_result)
        left.add(self.results, 3)
        left.add(label("Checks of this run", "title", weight=600))
        self.checks = CheckList(session, look)
        left.add(self.checks, 2)
        self.baseline = BaselineBar(session)
        self.baseline.accepted.connect(lambda _: self.results.accepted())
        left.add(self.baseline)
        self.open_button = left.add(button("Open…", lambda: commands.run("scene.open")))
        return left

    def _reasons_card(self, look: Look) -> Card:
        session, commands = self._session, self._commands
        right = Card()
        parts = (
            ("Gates", titled("Why, gate by gate", GateTable(session, look))),
            ("Decisions", titled("Decisions", DecisionList(session, look))),
            ("Time", titled("How the time was spent", StillnessBudget(session, look))),
        )
        reasons = splitter(Qt.Orientation.Vertical, *(part for _, part in parts), shares=(3, 2, 1))
        self.fold = Fold(reasons, parts)
        right.add(self.fold, 1)
        self.blame = BlameLine()
        right.add(self.blame)
        self.cause = CausePanel(session, look)
        right.add(self.cause)
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
        self._low_row = row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(
            button("Copy command", lambda: commands.run("export.link"), tip="Copy the command that runs this again"), 1
        )
        row.addWidget(
            button("Export report", lambda: commands.run("export.pdf"), tip="Room, timeline and reasons as PDF"), 1
        )
        right.column.addLayout(row)
        return right

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low window the gates need the room of what the palette does as well."""
        super().resizeEvent(event)
        for place in range(self._low_row.count()):
            item = self._low_row.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(event.size().height() >= LOW_PX)

    def open(self, path: Path) -> None:
        """Open a recording or a results file."""
        if path.suffix in (".xml", ".jsonl"):
            self.results.open(path)
            return
        self.blame.show_blame(None)
        self._session.open_recording(path)

    def _open_result(self, result: QaCase) -> None:
        self.blame.show_blame(None if result.passed else result.blame)
        if result.recording is None:
            self._session.notice.emit("warning", f"{result.name}: its recording is not there. {result.message}".strip())
        else:
            self._scene = result.scene
            self._session.open_recording(result.recording)

    def _opened(self, report: RecordingOpened, header: Header) -> None:
        self.results.source.setText(
            f"{report.path.name}: scene {header.scene_name}, seed {header.seed}, {header.mode} senses"
        )

        self._to_failure = True
        self.cause.show_run(header, report.path, scene=self._scene)
        self._scene = ""

    def _stand_at_failure(self) -> None:
        """The first moment at which a check failed, as soon as the whole recording is there."""
        if not self._to_failure or not self._session.shown.complete:
            return
        self._to_failure = False
        failed = [mark for mark in self._session.checks if mark.passed is False]
        if failed:
            first = min(failed, key=lambda mark: mark.first)
            self._session.seek(first.first + (first.last - first.first) // 9)

    def _again(self) -> None:
        self._session.run_again()

    def shut(self) -> None:
        """End a run for a baseline."""
        self.baseline.stop()

    def _jump(self) -> None:
        if self.timeline.view.divergence_tick is not None:
            self._session.seek(self.timeline.view.divergence_tick)

    def _compare(self) -> None:
        session = self._session
        tick, words = None, ""
        if session.before is not None and len(session.run) and len(session.run) >= len(session.before):
            tick = run_spans.first_difference(session.run, session.before)
            if tick is None:
                words = "The two runs are the same, tick for tick."
            else:
                words = f"The runs first differ at {tick * TICK_S:.2f} s."
        self.timeline.view.divergence_tick = tick
        self.difference.setText(words)
        self.difference.setVisible(bool(words))
        self.jump.setEnabled(tick is not None)
        self.again.setEnabled(len(session.run) > 0)
