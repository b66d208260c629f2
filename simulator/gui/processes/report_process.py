"""A program that the window starts and that reports: an emulated motor, the supervisor, a search for motors, a set-up, a match, a film."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal

from hardware_bridge.json_messages import LineReader, MessageError
from hardware_bridge.program_reports import PROGRAM_REPORTS, ProgramFailed, ProgramReport
from simulator.gui.customer.film_reports import FilmReport
from simulator.gui.processes.child_environment import KILLED_MS, complained, environment, printed
from simulator.lab.study.display_reports import DisplayReport

# On Linux the system ends a program whose window has died, however that died.
_MORTAL = "import sys, ctypes; sys.platform == 'linux' and ctypes.CDLL(None).prctl(1, 15); "
COMMAND_LINE = ("-u", "-c", _MORTAL + "from simulator.cli.main import main; sys.exit(main())")
SUPERVISOR = (
    "-u",
    "-c",
    _MORTAL + "from hardware_bridge.programs.supervisor import main; sys.exit(main(sys.argv[1:]))",
)
ON_DISPLAY = ("-u", "-c", _MORTAL + "from simulator.lab.study.on_display import main; sys.exit(main(sys.argv[1:]))")
GOODBYE_MS = 1500


class ReportProcess(QObject):
    """One program, and what it reports."""

    reported = Signal(object)  # one of its messages
    ended = Signal(int, str)  # exit code, and what went wrong

    def __init__(
        self,
        arguments: Sequence[str],
        parent: QObject | None = None,
        *,
        reader: LineReader[ProgramReport] | LineReader[FilmReport] | LineReader[DisplayReport] | None = None,
    ) -> None:
        super().__init__(parent)
        self._problem = ""
        self._reader = LineReader(PROGRAM_REPORTS) if reader is None else reader
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._listen)
        self._process.finished.connect(self._finished)
        self._process.start(sys.executable, [*arguments, "--json-lines"])

    @property
    def pid(self) -> int:
        """Its process id; 0 when it has ended."""
        return self._process.processId()

    def answer(self, line: str) -> None:
        """Give it the line that it waits for."""
        self._process.write(f"{line}\n".encode())

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
        try:
            reports = self._reader.feed(printed(self._process))
        except MessageError as error:
            self._problem = str(error)
            self._process.kill()
            return
        for report in reports:
            if isinstance(report, ProgramFailed):
                self._problem = report.text
            self.reported.emit(report)

    def _listen(self) -> None:
        words = complained(self._process).strip()
        if words:
            self._problem = words.splitlines()[-1]

    def _finished(self, code: int) -> None:
        self._read()
        self.ended.emit(code, self._problem)
