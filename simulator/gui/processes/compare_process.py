"""Runs all scenes with two sets of knobs in the background, in a process of its own, and gathers what changed."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from hardware_bridge.json_messages import LineReader
from simulator.gui.processes.child_environment import end_without_a_word, environment, printed
from simulator.onboard.tuning import Value
from simulator.runtime.orders.compare_pipe import (
    COMPARE_ORDERS,
    COMPARE_REPORTS,
    CompareReport,
    CompareSettings,
)


class AllScenes(QObject):
    """One background comparison."""

    progressed = Signal(int)  # scenes done
    finished = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._process: QProcess | None = None
        self._reader = LineReader(COMPARE_REPORTS)
        self.results: list[CompareReport] = []

    @property
    def running(self) -> bool:
        """Whether a comparison is under way."""
        return self._process is not None

    def start(self, a: dict[str, Value], b: dict[str, Value]) -> int:
        """Begin; returns how many scenes there are."""
        self.cancel()
        self.results, self._reader = [], LineReader(COMPARE_REPORTS)
        process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        self._process = process
        process.start(sys.executable, ["-m", "simulator.lab.qa.two_settings", str(self._folder)])
        process.write(COMPARE_ORDERS.to_json(CompareSettings(a=a, b=b)) + b"\n")
        return len(list(self._folder.rglob("*.scene.yaml")))

    def cancel(self) -> None:
        """Stop; what was found so far stays in `results`."""
        process, self._process = self._process, None
        end_without_a_word(process)

    def _read(self) -> None:
        if self._process is None:
            return
        self.results += self._reader.feed(printed(self._process))
        self.progressed.emit(len(self.results))

    def _ended(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.finished.emit()
