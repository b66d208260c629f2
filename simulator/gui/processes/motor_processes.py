"""The processes between the window and a motor, started and ended in their order.

The one that runs the scene and the virtual twin (runtime/live.py) speaks to the supervisor with the guard, and the supervisor to the
motor; where there is no hardware, that is an emulated motor behind a pseudo terminal, a third process.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from hardware_bridge.program_reports import EmulatorListening, ProgramReport, SupervisorListening
from simulator.gui.processes.engine_process import PipeProcess
from simulator.gui.processes.report_process import COMMAND_LINE, SUPERVISOR, ReportProcess
from simulator.runtime.orders.live_pipe import LIVE_ORDERS, LIVE_REPORTS, LiveOrder, LiveReport


class MotorConnection(QObject):
    """The way to one motor."""

    waits = Signal(str)  # for what, in words
    arrived = Signal(object)  # a LiveReport
    lost = Signal(str)  # why, in plain words

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wire = ""  # the name under which the motor itself, and not its emulator, is opened
        self._range_deg = (-90.0, 90.0)
        self._emulator: ReportProcess | None = None
        self._supervisor: ReportProcess | None = None
        self._live: PipeProcess[LiveOrder, LiveReport] | None = None
        self._place = ""

    @property
    def supervisor_pid(self) -> int:
        """The supervisor's process; 0 when there is none."""
        return self._supervisor.pid if self._supervisor is not None else 0

    def open(self, url: str, *, range_deg: tuple[float, float]) -> None:
        """Connect to a motor by its name; `emulate:KIND` starts an emulated one behind a port of its own first."""
        self.close()
        self._range_deg = range_deg
        kind, _, name = url.partition(":")
        if kind != "emulate":
            self.wire = url
            self.supervise()
            return
        self.waits.emit("starting the emulated motor")
        self._emulator = ReportProcess([*COMMAND_LINE, "emulate", name], self)
        self._emulator.reported.connect(self._emulator_reported)
        self._emulator.ended.connect(lambda _, said: self.lost.emit(f"the emulated motor ended: {said}"))

    def supervise(self) -> None:
        """Let a supervisor open the motor, and the device's loop speak to it."""
        self.step_aside()
        self.waits.emit("starting the supervisor")
        self._place = tempfile.mkdtemp(prefix="swivel-")
        low_deg, high_deg = self._range_deg
        self._supervisor = ReportProcess(
            [*SUPERVISOR, self.wire, str(self._socket), "--range", f"{low_deg:g}", f"{high_deg:g}"], self
        )
        self._supervisor.reported.connect(self._supervisor_reported)
        self._supervisor.ended.connect(lambda _, said: self.lost.emit(said))

    def step_aside(self) -> None:
        """End the loop and the supervisor; the motor is free for somebody else, an emulated one stays."""
        if self._live is not None:
            self._live.stop()
            self._live.deleteLater()
        if self._supervisor is not None:
            self._supervisor.stop()
        self._live = self._supervisor = None
        if self._place:
            shutil.rmtree(self._place, ignore_errors=True)
            self._place = ""

    def close(self) -> None:
        """End everything."""
        self.step_aside()
        if self._emulator is not None:
            self._emulator.stop()
            self._emulator = None

    def send(self, order: LiveOrder) -> None:
        """Give the device's loop an order; without one it is dropped."""
        if self._live is not None:
            self._live.send(order)

    @property
    def _socket(self) -> Path:
        return Path(self._place) / "motor.sock"

    def _emulator_reported(self, report: ProgramReport) -> None:
        if isinstance(report, EmulatorListening) and self._supervisor is None:
            self.wire = report.name
            self.supervise()

    def _supervisor_reported(self, report: ProgramReport) -> None:
        if not isinstance(report, SupervisorListening) or self._live is not None:
            return
        self.waits.emit("waiting for the first report")
        self._live = PipeProcess(
            lambda: (LIVE_ORDERS, LIVE_REPORTS),
            name="The device's loop",
            arguments=("-m", "simulator.runtime.live", str(self._socket)),
            parent=self,
        )
        self._live.arrived.connect(self.arrived)
        self._live.died.connect(self.lost)
        self._live.start()
