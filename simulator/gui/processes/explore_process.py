"""Tunes in the background, in a process of its own; what was found is in a file that grows, also when it is cancelled or killed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from hardware_bridge.json_messages import LineReader, MessageError
from simulator.gui.processes.child_environment import complained, end_without_a_word, environment, printed
from simulator.runtime.orders.explore_pipe import EXPLORE_REPORTS, ExploreFailed, ExploreGrew, ExploreProgress


class Exploring(QObject):
    """One tuning at a time, or none."""

    progressed = Signal(object)  # an ExploreProgress
    grew = Signal(str)  # the file with everything so far
    ended = Signal(str)  # what went wrong; empty when nothing did

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._reader = LineReader(EXPLORE_REPORTS)
        self._problem = ""
        self.cancelled = False

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process id; 0 when it has ended."""
        return self._process.processId() if self._process is not None else 0

    def start(self, goal: Path, out: Path) -> None:
        """Begin, or go on where the same goal was left."""
        self.stop()
        self._reader, self._problem, self.cancelled = LineReader(EXPLORE_REPORTS), "", False
        process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        self._process = process
        process.start(sys.executable, ["-m", "simulator.lab.search.explore", str(goal), str(out)])

    def cancel(self) -> None:
        """Ask it to leave off; what was found stays."""
        self.cancelled = True
        if self.pid:
            os.kill(self.pid, signal.SIGINT)

    def stop(self) -> None:
        """End it at once: the window closes. What had run is known to the next start."""
        process, self._process = self._process, None
        end_without_a_word(process)

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            reports = self._reader.feed(printed(self._process))
        except MessageError as error:
            self._problem = str(error)
            self._process.kill()
            return
        for report in reports:
            match report:
                case ExploreProgress():
                    self.progressed.emit(report)
                case ExploreGrew(file=file):
                    self.grew.emit(file)
                case ExploreFailed(text=text):
                    self._problem = text

    def _finished(self, code: int) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        said = complained(process).strip().splitlines()
        process.deleteLater()
        if code and not self._problem and not self.cancelled:
            self._problem = said[-1] if said else f"the process ended with code {code}"
        self.ended.emit(self._problem)
