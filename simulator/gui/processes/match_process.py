"""A match of the virtual motor to the real one: a process that turns the motor through a programme, and how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from hardware_bridge.program_reports import MatchProgress, MotorMatched, ProgramReport
from simulator.gui.processes.report_process import COMMAND_LINE, ReportProcess

LEFT_OFF = 130  # the exit code after an interrupt


class MotorMatching(QObject):
    """One match at a time, or none."""

    changed = Signal()
    ended = Signal(object, str)  # the profile's path, or None; what went wrong, empty when nothing did

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words, self.share = "", 0.0
        self._process: ReportProcess | None = None
        self._path = Path()
        self._left_off = False

    @property
    def running(self) -> bool:
        """Whether a match is under way."""
        return self._process is not None

    def start(self, url: str, path: Path) -> None:
        """Let the motor run its programme and fit the virtual one to it; nobody else may hold the motor meanwhile."""
        self.stop()
        self._path, self._left_off = path, False
        self.words, self.share = "starting", 0.0
        self._process = ReportProcess([*COMMAND_LINE, "bridge", "match", url, "--out", str(self._unasked)], self)
        self._process.reported.connect(self._reported)
        self._process.ended.connect(self._ended)
        self.changed.emit()

    def cancel(self) -> None:
        """Cancel the match; the screen is freed."""
        if self._process is not None:
            self.words, self._left_off = "Cancelling…", True
            self._process.cancel()
            self.changed.emit()

    def stop(self) -> None:
        """End it at once and tell nobody: the window closes."""
        if self._process is not None:
            self._process.stop()
            self._process = None
            self._unasked.unlink(missing_ok=True)

    @property
    def _unasked(self) -> Path:
        """Where the profile waits until it is certain that it is still wanted; an older one stays as it is until then."""
        return self._path.with_suffix(".part")

    def _reported(self, report: ProgramReport) -> None:
        if self._left_off:
            return
        if isinstance(report, MatchProgress):
            self.words, self.share = report.words, report.share
        elif isinstance(report, MotorMatched):
            self.words = report.sentence
        self.changed.emit()

    def _ended(self, code: int, said: str) -> None:
        # Whoever cancels may come too early for the process to answer in order, or so late that all is done: nothing is saved.
        left_off = self._left_off or code == LEFT_OFF
        saved = code == 0 and not left_off
        if saved:
            self._unasked.replace(self._path)
        self.stop()
        if saved:
            self.share = 1.0
        else:
            self.words = "Cancelled. Nothing was saved." if left_off else said
        self.changed.emit()
        self.ended.emit(self._path if saved else None, "" if saved or left_off else said)
