"""Fits a mode to lessons beside the window: `swivel teach --json`, whose one object comes back typed."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from simulator.gui.processes.child_environment import complained, end_without_a_word, environment, printed
from simulator.gui.processes.report_process import COMMAND_LINE
from simulator.workbench.teaching import TeachingError, learned_of


class Fitting(QObject):
    """One fit at a time, or none."""

    ended = Signal(object, str)  # a Learned or None, and what went wrong

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._process is not None

    def start(self, lessons: Path, *, among: Path, out: Path) -> None:
        """Begin."""
        self.stop()
        process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.finished.connect(self._finished)
        self._process = process
        words = ["teach", str(lessons), "--json", "--out", str(out), "--among", str(among)]
        process.start(sys.executable, [*COMMAND_LINE, *words])

    def stop(self) -> None:
        """End it without a word."""
        process, self._process = self._process, None
        end_without_a_word(process)

    def _finished(self, code: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        said, problem = printed(process), complained(process).strip().splitlines()
        process.deleteLater()
        if code:
            self.ended.emit(None, problem[-1] if problem else f"swivel teach ended with code {code}")
            return
        try:
            self.ended.emit(learned_of(said), "")
        except TeachingError as error:
            self.ended.emit(None, str(error))
