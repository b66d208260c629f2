"""A search for motors: a process that asks every port at every speed, how far it is, and what it has found."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hardware_bridge.program_reports import MotorFound, PortNotSearched, ProgramReport, SearchProgress
from simulator.gui.processes.report_process import COMMAND_LINE, ReportProcess


class MotorSearch(QObject):
    """One search at a time, or none."""

    changed = Signal()
    ended = Signal(list)  # the names of the motors that answered

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words, self.share = "", 0.0
        self._names: list[str] = []
        self._missed: list[str] = []
        self._process: ReportProcess | None = None

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._process is not None

    def start(self, port: str = "") -> None:
        """Look on one port, or on all that this machine has."""
        if self.running:
            return
        self._names, self._missed, self.words, self.share = [], [], "Looking…", 0.0
        self._process = ReportProcess([*COMMAND_LINE, "bridge", "scan", *([port] if port else [])], self)
        self._process.reported.connect(self._reported)
        self._process.ended.connect(self._ended)
        self.changed.emit()

    def cancel(self) -> None:
        """Look no farther; what was found stays."""
        if self._process is not None:
            self.stop()
            self._tell(f"Search cancelled: {self._count()}")

    def stop(self) -> None:
        """End it at once and tell nobody."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _reported(self, report: ProgramReport) -> None:
        match report:
            case SearchProgress():
                self.words, self.share = report.words, report.share
            case MotorFound():
                self._names.append(report.name)
            case PortNotSearched():
                self._missed.append(report.sentence)
        self.changed.emit()

    def _ended(self, code: int, said: str) -> None:
        self.stop()
        missed = "".join(f"\n{one}" for one in self._missed)
        self._tell((self._count() if code == 0 else said) + missed)

    def _count(self) -> str:
        return f"{len(self._names)} found"

    def _tell(self, words: str) -> None:
        self.words = words
        self.ended.emit(self._names)
        self.changed.emit()
