"""The window's end of the pipe to a process that runs a loop: starts it, sends orders, hands on its reports, and notices when it dies."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QProcess, Signal

from hardware_bridge.json_messages import MessageSet
from simulator.gui.processes.child_environment import KILLED_MS, complained, environment, printed
from simulator.runtime.pipe import PipeError, Unpacker, pack

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from simulator.runtime.orders.engine_pipe import EngineOrder, EngineReport

GOODBYE_MS = 150

Order = TypeVar("Order", bound="DataclassInstance")
Report = TypeVar("Report", bound="DataclassInstance")


class PipeProcess(QObject, Generic[Order, Report]):
    """One process."""

    arrived = Signal(object)  # a report
    died = Signal(str)  # why, in plain words

    def __init__(
        self,
        messages: Callable[[], tuple[MessageSet[Order], MessageSet[Report]]],
        *,
        name: str,
        arguments: Sequence[str],
        parent: QObject | None = None,
    ) -> None:
        """`messages` gives what may be sent and what comes back; it is asked for when the first of them passes."""
        super().__init__(parent)
        self._messages = messages
        self._name, self._arguments = name, list(arguments)
        self._process: QProcess | None = None
        self._unpacker: Unpacker[Report] | None = None
        self._last_words = ""

    @property
    def pid(self) -> int:
        """Its process id; 0 while it does not run."""
        return self._process.processId() if self._process is not None else 0

    def start(self) -> None:
        """Start it; orders may be sent at once."""
        process = QProcess(self)
        process.setProcessEnvironment(environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._listen)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self._unpacker, self._last_words, self._process = None, "", process
        process.start(sys.executable, self._arguments)

    def send(self, order: Order) -> None:
        """Send one order; without a process it is dropped, since a restart sends everything again."""
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(pack(self._messages()[0], order))

    def stop(self, *, within_ms: int = GOODBYE_MS) -> None:
        """Hang up; the process ends by itself, and is killed only when it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not process.waitForFinished(within_ms):
            process.kill()
            process.waitForFinished(KILLED_MS)
        process.deleteLater()

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        if self._unpacker is None:
            self._unpacker = Unpacker(self._messages()[1])
        for report in self._unpacker.feed(printed(process)):
            if self._process is not process:  # a report before this one has ended it
                return
            if isinstance(report, PipeError):  # it is not the program that it should be
                self._last_words = str(report)
                process.kill()
                return
            self.arrived.emit(report)

    def _listen(self) -> None:
        if self._process is not None:
            self._last_words = (self._last_words + complained(self._process))[-4000:]

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        lines = [line for line in self._last_words.splitlines() if line.strip()]
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


class EngineProcess(PipeProcess["EngineOrder", "EngineReport"]):
    """The engine; it can be started before the window has loaded what its messages are made of."""

    def __init__(self, parent: QObject | None = None) -> None:
        arguments = ("-m", "simulator.runtime.engine")
        super().__init__(_engine_messages, name="The engine", arguments=arguments, parent=parent)


def _engine_messages() -> tuple[MessageSet[EngineOrder], MessageSet[EngineReport]]:
    from simulator.runtime.orders.engine_pipe import ENGINE_ORDERS, ENGINE_REPORTS

    return ENGINE_ORDERS, ENGINE_REPORTS
