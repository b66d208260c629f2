"""The window's end of the pipe to the engine process: starts it, sends orders, hands on what it tells, and notices when it dies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from simulator.gui.processes.line_process import KILLED_MS, environment
from simulator.runtime.pipe import PipeError, Unpacker, pack

GOODBYE_MS = 150


class EngineLink(QObject):
    """One engine process."""

    arrived = Signal(object, object)  # header, body
    died = Signal(str)  # why, in plain words

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        name: str = "The engine",
        arguments: Sequence[str] = ("-m", "simulator.runtime.engine"),
    ) -> None:
        super().__init__(parent)
        self._name, self._arguments = name, list(arguments)
        self._process: QProcess | None = None
        self._unpacker = Unpacker()
        self._last_words = b""

    @property
    def pid(self) -> int:
        """The engine's process id; 0 while it does not run."""
        return self._process.processId() if self._process is not None else 0

    def start(self) -> None:
        """Start the engine; orders may be sent at once."""
        process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._listen)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self._unpacker, self._last_words, self._process = Unpacker(), b"", process
        process.start(sys.executable, self._arguments)

    def send(self, order: dict[str, Any], body: bytes = b"") -> None:
        """Send one order; without an engine it is dropped, since a restart tells everything anew."""
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(pack(order, body))

    def stop(self) -> None:
        """Hang up; the engine ends by itself, and is killed only when it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not process.waitForFinished(GOODBYE_MS):
            process.kill()
            process.waitForFinished(KILLED_MS)
        process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            for header, body in self._unpacker.feed(self._process.readAllStandardOutput().data()):
                self.arrived.emit(header, body)
        except PipeError as error:
            self._last_words = str(error).encode()
            self._process.kill()

    def _listen(self) -> None:
        if self._process is not None:
            self._last_words = (self._last_words + self._process.readAllStandardError().data())[-4000:]

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        lines = [line for line in self._last_words.decode(errors="replace").splitlines() if line.strip()]
        said = f": {lines[-1].strip()}" if lines else ""
        how = "was killed" if status == QProcess.ExitStatus.CrashExit else f"ended with code {code}"
        self._gone(f"{self._name} {how}{said}")

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._gone(f"{self._name} could not be started")

    def _gone(self, why: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.deleteLater()
            self.died.emit(why)
