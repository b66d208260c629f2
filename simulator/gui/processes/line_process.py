"""A helper process that speaks lines: an emulated motor, the supervisor, a search for motors, a match."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from simulator.runtime import children

# On Linux the system ends a helper whose window has died, however that died.
_MORTAL = "import sys, ctypes; sys.platform == 'linux' and ctypes.CDLL(None).prctl(1, 15); "
COMMAND_LINE = ("-u", "-c", _MORTAL + "from simulator.cli.main import main; sys.exit(main())")
SUPERVISOR = (
    "-u",
    "-c",
    _MORTAL + "from hardware_bridge.programs.supervisor import main; sys.exit(main(sys.argv[1:]))",
)
GOODBYE_MS = 1500
KILLED_MS = 5000  # a killed process ends for sure, on a busy machine not at once


def environment() -> QProcessEnvironment:
    """What all our processes are started with, as Qt wants it."""
    made = QProcessEnvironment()
    for name, value in children.environment().items():
        made.insert(name, value)
    return made


class Helper(QObject):
    """One process of ours."""

    line = Signal(str)
    ended = Signal(int, str)  # exit code, and what it said last

    def __init__(self, arguments: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self._held = b""
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._listen)
        self._process.finished.connect(self._finished)
        self._process.start(sys.executable, list(arguments))

    @property
    def pid(self) -> int:
        """Its process id; 0 when it has ended."""
        return self._process.processId()

    def cancel(self) -> None:
        """Ask it to leave off and clean up."""
        if self.pid:
            os.kill(self.pid, signal.SIGINT)

    def stop(self) -> None:
        """End it, and wait until it has: it gives back its motor first."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.terminate()
            if not self._process.waitForFinished(GOODBYE_MS):
                self._process.kill()
                self._process.waitForFinished(KILLED_MS)
        self.deleteLater()

    def _read(self) -> None:
        *lines, self._held = (self._held + self._process.readAllStandardOutput().data()).split(b"\n")
        for raw in lines:
            words = raw.decode(errors="replace").strip()
            if words:
                self._said = words
                self.line.emit(words)

    def _listen(self) -> None:
        words = self._process.readAllStandardError().data().decode(errors="replace").strip()
        if words:
            self._said = words.splitlines()[-1]

    def _finished(self, code: int) -> None:
        self._read()
        self.ended.emit(code, self._said)
