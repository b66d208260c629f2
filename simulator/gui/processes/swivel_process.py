"""A command of Swivel that the window runs beside itself: new baselines, reports. What it prints is shown to people, never read."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal

from simulator.gui.processes.child_environment import KILLED_MS, complained, environment, printed
from simulator.gui.processes.report_process import COMMAND_LINE


class SwivelProcess(QObject):
    """One command."""

    ended = Signal(int, str)  # exit code, and what it printed last

    def __init__(self, words: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.finished.connect(self._finished)
        self._process.start(sys.executable, [*COMMAND_LINE, *words])

    def stop(self) -> None:
        """End it without a word."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(KILLED_MS)
        self.deleteLater()

    def _finished(self, code: int) -> None:
        said = printed(self._process).decode(errors="replace") if code == 0 else complained(self._process)
        lines = [line for line in said.splitlines() if line.strip()]
        self.ended.emit(code, lines[-1].strip() if lines else "")
