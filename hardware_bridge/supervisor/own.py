"""A supervisor of one's own: started for one motor, ended with whoever started it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hardware_bridge.json_messages import MessageError
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import PROGRAM_REPORTS, ProgramFailed, SupervisorListening
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.steady import SteadyMotor
from simulator.onboard.angles import RangeOfMotion

ROOT = Path(__file__).resolve().parents[2]
ENDING_S = 5.0


class OwnSupervisor(SteadyMotor):
    """A motor by the clock whose beat goes on while this process is busy with a picture."""

    def __init__(self, motor: str, *, travel: RangeOfMotion) -> None:
        """Raises PortError in the supervisor's words when the motor is not there."""
        self._folder = tempfile.mkdtemp(prefix="swivel-motor-")
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = _started(motor, Path(self._folder) / "s", travel=travel)
            super().__init__(SupervisedMotor(str(Path(self._folder) / "s")))
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Hang up; the supervisor brakes the screen, gives the motor back and ends."""
        super().quick_stop()
        super().close()
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is not None:
            try:
                process.wait(ENDING_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _started(motor: str, socket: Path, *, travel: RangeOfMotion) -> subprocess.Popen[bytes]:
    """The process, once it listens."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen(
        [
            sys.executable, "-m", "hardware_bridge.programs.supervisor", motor, str(socket), "--json-lines",
            "--for-one-app", "--range", f"{travel.min_deg:g}", f"{travel.max_deg:g}",
        ],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        told = PROGRAM_REPORTS.from_json(line)
    except MessageError:
        told = ProgramFailed(text=f"its supervisor ended with code {process.wait(ENDING_S)}")
    if isinstance(told, SupervisorListening):
        return process
    process.wait(ENDING_S)
    process.stdout.close()
    raise PortError(told.sentence)
