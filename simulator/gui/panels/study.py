"""The panel of a feel study: asks one person after the other, says what was found so far, and keeps the preset that came out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import button, label
from simulator.gui.processes.report_process import COMMAND_LINE, ReportProcess
from simulator.lab.study.findings import findings
from simulator.lab.study.outcome import outcome_of
from simulator.lab.study.page import as_text, write_report
from simulator.lab.study.plan import StudyError, StudyPlan, load_plan
from simulator.lab.study.record import StudyRecord
from simulator.lab.study.template import write_new
from simulator.onboard.tuning import Value
from simulator.runtime.exit_codes import ExitCode

WIDTH_PX, HEIGHT_PX = 520, 480
FILES = "Studies (*.study.yaml)"
NOTHING = (
    "Which motion do people like? A study shows two settings after each other, blind, and counts what people prefer."
)
Keep = Callable[[str, dict[str, Value], str], object]  # under a name, with a sentence that says where they come from


class StudyPanel(QWidget):
    """A small window beside the big one."""

    def __init__(self, *, folder: Path, keep: Keep, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._folder, self._keep = folder, keep
        self.plan: StudyPlan | None = None
        self._process: ReportProcess | None = None
        self.setWindowTitle("Feel study")
        self.setAccessibleName("Feel study")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.name = label("No study is open", "title", weight=600)
        self.words = label(NOTHING, "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.new = button("New study…", self._ask_new, tip="Writes a file to begin with, which you edit")
        self.open = button("Open a study…", self._ask_open)
        self.rig = QLineEdit()
        self.rig.setPlaceholderText("hybrid:dynamixel:/dev/ttyUSB0, or empty: drawn")
        self.rig.setAccessibleName("Real display to be watched")
        self.begin = button("Ask one person", self.ask_person, kind="main", tip="Full screen; once for each person")
        self.report = button("Open the report", self._open_report)
        self.keep = button("Keep as a preset", self.keep_preset, tip="What is preferred, with where it comes from")
        self.found = QPlainTextEdit()
        self.found.setReadOnly(True)
        self.found.setFont(font(SMALL_PX))
        self.found.setAccessibleName("What was found so far")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self.words)
        column.addLayout(_row(self.new, self.open))
        column.addWidget(label("Show it on this display", "dim", size_px=SMALL_PX))
        column.addWidget(self.rig)
        column.addLayout(_row(self.begin))
        column.addWidget(label("Found so far", "dim", size_px=SMALL_PX))
        column.addWidget(self.found, 1)
        column.addLayout(_row(self.report, self.keep))
        self.refresh()

    def write_new(self, path: Path) -> None:
        """Write a study to begin with, and open it; one that is there is not overwritten."""
        ending = ".study.yaml"
        path = path if path.name.endswith(ending) else path.with_name(path.name + ending)
        try:
            write_new(path)
        except StudyError as error:
            self.words.setText(str(error))
            return
        except OSError as error:
            self.words.setText(f"{path}: cannot be written: {error.strerror or error}")
            return
        self.take(path)

    def take(self, path: Path) -> bool:
        """Open a study; of one with mistakes these are told, and it stays as it was."""
        try:
            self.plan = load_plan(path)
        except StudyError as error:
            self.words.setText(str(error))
            return False
        self._folder = path.parent
        self.words.setText(f"{path}\nEdit it with any editor; it is read again before each person.")
        self.refresh()
        return True

    def ask_person(self) -> None:
        """Lead one person through it, in a program of its own."""
        if self.plan is None or self._process is not None or not self.take(self.plan.path):
            return
        rig = self.rig.text().strip()
        words = ["study", "run", str(self.plan.path), *(["--rig", rig] if rig else [])]
        self._process = ReportProcess([*COMMAND_LINE, *words], self)
        self._process.ended.connect(self._asked)
        self.refresh()

    def keep_preset(self) -> None:
        """Keep what is preferred or suggested among the presets."""
        if self.plan is None:
            return
        outcome = outcome_of(self.plan, findings(self.plan, StudyRecord(self.plan.path).sessions()))
        if outcome is not None:
            self._keep(self.plan.name, dict(outcome.knobs), outcome.about)
            self.words.setText(f"Kept as the preset {self.plan.name}: {outcome.about}")

    def refresh(self) -> None:
        """Show what is so now."""
        plan, asking = self.plan, self._process is not None
        self.begin.setText("A person is being asked…" if asking else "Ask one person")
        for one in (self.new, self.open, self.rig):
            one.setEnabled(not asking)
        self.begin.setEnabled(plan is not None and not asking)
        self.report.setEnabled(False)
        self.keep.setEnabled(False)
        if plan is None:
            return
        self.name.setText(plan.name)
        try:
            sessions = StudyRecord(plan.path).sessions()
        except StudyError as error:
            self.words.setText(str(error))
            return
        found = findings(plan, sessions)
        self.found.setPlainText(as_text(plan, found) if sessions else "Nobody was asked yet.")
        self.report.setEnabled(bool(sessions))
        self.keep.setEnabled(outcome_of(plan, found) is not None)

    def shut(self) -> None:
        """The window closes: so does the person's."""
        if self._process is not None:
            self._process.stop()

    def _asked(self, code: int, problem: str) -> None:
        assert self._process is not None
        self._process.deleteLater()
        self._process = None
        match code:
            case ExitCode.PASSED:
                self.words.setText("That person is through.")
            case ExitCode.CANCELLED:
                self.words.setText("That person left before the end.")
            case _:
                self.words.setText(f"The study ended: {problem or f'exit code {code}'}")
        self.refresh()

    def _ask_new(self) -> None:
        ask_file(self, "New study", folder=self._folder, filters=FILES, then=self.write_new, save_as="feel.study.yaml")

    def _ask_open(self) -> None:
        ask_file(self, "Open a study", folder=self._folder, filters=FILES, then=self.take)

    def _open_report(self) -> None:
        assert self.plan is not None
        target = write_report(self.plan, findings(self.plan, StudyRecord(self.plan.path).sessions()))
        QDesktopServices.openUrl(QUrl.fromLocalFile(target))


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part, 1)
    return row
