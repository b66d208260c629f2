"""The first start of an installed Swivel: fetches the third-party weights before the window opens, and shows how far it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout

from simulator.gui.processes.child_environment import KILLED_MS, complained, environment

SETUP = ("-u", "-c", "from simulator.cli.main import main; raise SystemExit(main(['setup']))")
WIDTH_PX = 460


class FirstStart(QDialog):
    """Closes by itself when everything is there; otherwise says why not, and the window opens all the same."""

    def __init__(self, arguments: Sequence[str] = SETUP) -> None:
        super().__init__()
        self.setWindowTitle("Swivel: first start")
        self.setMinimumWidth(WIDTH_PX)
        self.said = QLabel("Fetching the models of the eyes, once.")
        self.said.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)  # busy: how long it takes is the network's affair
        self.go_on = QPushButton("Go on without")
        self.go_on.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        for part in (self.said, self._bar, self.go_on):
            column.addWidget(part)
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.readyReadStandardError.connect(self._listen)
        self._process.finished.connect(self._finished)
        self._process.start(sys.executable, list(arguments))

    def done(self, result: int) -> None:
        """Leave off, whatever is still under way."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(KILLED_MS)
        super().done(result)

    def _listen(self) -> None:
        lines = [line.strip() for line in complained(self._process).splitlines() if line.strip()]
        if lines:
            self.said.setText(lines[-1].removeprefix("swivel: "))

    def _finished(self, code: int) -> None:
        self._listen()
        if code == 0:
            self.accept()
            return
        self._bar.hide()
        self.said.setText(
            f"Not all models of the eyes could be fetched. {self.said.text()}\n\n"
            "The window opens without them; swivel setup fetches them later."
        )
        self.go_on.setText("Open the window")
