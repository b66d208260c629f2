"""Setting a motor up: a process that shows what it finds, asks before it writes or turns, and waits for a person's answer.

It runs `swivel bridge setup` or `swivel bridge calibrate`; nobody else may hold the motor meanwhile.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hardware_bridge.program_reports import (
    BuiltInSaved,
    Noted,
    ProgramReport,
    QuestionAsked,
    RegisterRead,
    RegisterWritten,
    ServoReady,
)
from simulator.gui.processes.report_process import COMMAND_LINE, ReportProcess


class SettingUp(QObject):
    """One motor that is being set up, or none."""

    changed = Signal()
    ended = Signal(str)  # the name under which the motor is opened from now on

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.url = ""
        self.about = ""  # "setup" or "calibrate"; empty when nothing is shown
        self.registers: list[RegisterRead] = []
        self.written: dict[str, RegisterWritten] = {}
        self.question: QuestionAsked | None = None
        self.said: list[str] = []
        self.done = False  # it came to its end, and nothing grave is left
        self._process: ReportProcess | None = None

    @property
    def running(self) -> bool:
        """Whether a program has the motor now."""
        return self._process is not None

    def set_up(self, url: str, *, new_id: int | None, new_baud: int | None) -> None:
        """Read the memory of a servo, mend it, and give it a number and a speed."""
        options = [] if new_id is None else ["--id", str(new_id)]
        options += [] if new_baud is None else ["--baud", str(new_baud)]
        self._start("setup", url, options)

    def calibrate(self, url: str) -> None:
        """Let a person show which way is left, where the front is and where the cable ends."""
        self._start("calibrate", url, [])

    def answer(self, line: str) -> None:
        """Answer the question."""
        if self._process is not None and self.question is not None:
            self.question = None
            self._process.answer(line)
            self.changed.emit()

    def cancel(self) -> None:
        """Leave off; the motor is freed."""
        if self._process is not None:
            self.said.append("Cancelled.")
            self.question = None
            self._process.cancel()
            self.changed.emit()

    def leave(self) -> None:
        """Nothing is shown any more."""
        self.about = ""
        self.changed.emit()

    def stop(self) -> None:
        """End it at once and tell nobody."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        self.question = None

    def _start(self, about: str, url: str, options: list[str]) -> None:
        self.stop()
        self.about, self.url, self.done = about, url, False
        self.registers, self.written, self.said = [], {}, []
        self._process = ReportProcess([*COMMAND_LINE, "bridge", about, url, *options], self)
        self._process.reported.connect(self._reported)
        self._process.ended.connect(self._ended)
        self.changed.emit()

    def _reported(self, report: ProgramReport) -> None:
        match report:
            case RegisterRead():
                self.registers.append(report)
            case RegisterWritten():
                self.written[report.name] = report
                self.said.append(report.sentence)
            case QuestionAsked():
                self.question = report
            case ServoReady():
                self.url = report.name
                self.said.append(report.sentence)
            case BuiltInSaved() | Noted():
                self.said.append(report.sentence)
        self.changed.emit()

    def _ended(self, code: int, problem: str) -> None:
        self.stop()
        self.done = code == 0
        if problem and not self.done:
            self.said.append(problem)
        self.changed.emit()
        self.ended.emit(self.url)
