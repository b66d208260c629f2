"""The supervisor as a process: 100 times a second, a local socket to the app, and a log of everything including every byte.

Usage: python -m hardware_bridge.programs.supervisor MOTOR SOCKET [--log FILE] [--range MIN MAX] [--json-lines]
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import PortError
from hardware_bridge.programs.reports import ProgramFailed, ProgramReport, SupervisorListening, Tell, as_json_line
from hardware_bridge.rigs.motor_by_name import identity_of, open_motor
from hardware_bridge.supervisor.core import Hello, Input, Report, SupervisorCore, input_from_json, to_json
from hardware_bridge.supervisor.local_socket import local_socket
from hardware_bridge.supervisor.sent_log import SentLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S

LONGEST_LINE = 65_536


class SessionLog:
    """A file of JSON lines: inputs, reports and bytes, in the order in which they happened."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = path.open("w", encoding="utf-8", buffering=1 << 16) if path else None

    def note(self, kind: str, **values: Any) -> None:
        """Write one line."""
        if self._file:
            self._file.write(json.dumps({"kind": kind, **values}) + "\n")

    def byte(self, now_s: float, direction: str, data: bytes) -> None:
        """Write the bytes of one message on the wire."""
        self.note("bytes", t=round(now_s, 6), way=direction, hex=data.hex())

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


class AppSocket:
    """The one app that is connected, if any; a second one waits until the first has gone."""

    def __init__(self, path: str, greeting: Hello) -> None:
        Path(path).unlink(missing_ok=True)
        self._path = path
        self._greeting = json.dumps(to_json(greeting)).encode() + b"\n"
        self._listener = local_socket()
        # Nobody but the user who started the supervisor may turn the screen.
        before = os.umask(0o177)
        try:
            self._listener.bind(path)
        finally:
            os.umask(before)
        self._listener.listen(1)
        self._listener.setblocking(False)
        self._app: socket.socket | None = None
        self._buffer = b""

    def receive(self) -> list[Input]:
        """What the app has said since the last call; a torn or foolish line ends the connection."""
        if self._app is None:
            self._accept()
        if self._app is None:
            return []
        try:
            data = self._app.recv(LONGEST_LINE)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return []
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        try:
            if len(self._buffer) > LONGEST_LINE:
                raise ValueError("line too long")
            return [input_from_json(json.loads(line)) for line in lines if line]
        except ValueError:
            self._hang_up()
            return []

    def send(self, report: Report) -> None:
        """Tell the app; one that does not read is left behind, never waited for."""
        if self._app is None:
            return
        try:
            self._app.send(json.dumps(to_json(report)).encode() + b"\n")
        except BlockingIOError:
            return
        except OSError:
            self._hang_up()

    def wait(self, until_s: float) -> None:
        """Sleep until the next tick."""
        time.sleep(max(0.0, until_s - time.monotonic()))  # noqa: TID251 - a real process on a real clock

    def close(self) -> None:
        """Remove the socket."""
        self._hang_up()
        self._listener.close()
        Path(self._path).unlink(missing_ok=True)

    def _accept(self) -> None:
        if select.select([self._listener], [], [], 0.0)[0]:
            self._app, _ = self._listener.accept()
            self._app.setblocking(False)
            try:
                self._app.send(self._greeting)
            except OSError:  # it only knocked
                self._hang_up()

    def _hang_up(self) -> None:
        if self._app is not None:
            self._app.close()
        self._app, self._buffer = None, b""


def run(core: SupervisorCore, app: AppSocket, log: SessionLog, *, goes_on: list[bool]) -> None:
    """The loop.  A tick that comes late is taken late; none is made up for, because the past cannot be steered."""
    tick = 0
    due_s = time.monotonic()  # noqa: TID251
    while goes_on[0]:
        inputs = app.receive()
        for given in inputs:
            log.note("input", tick=tick, message=to_json(given))
        report = core.tick(tick, inputs)
        log.note("report", tick=tick, message=to_json(report))
        app.send(report)
        now_s = time.monotonic()  # noqa: TID251
        late = max(0, int((now_s - due_s) / TICK_S))
        tick += 1 + late
        due_s += (1 + late) * TICK_S
        app.wait(due_s)


def supervise(motor: str, *, socket: Path, log: Path | None, travel: RangeOfMotion, tell: Tell) -> int:
    """Hold a motor behind its guard until interrupted; returns an exit code."""
    session_log = SessionLog(log)
    try:
        opened = open_motor(motor, travel=travel, log=session_log.byte)
        greeting = Hello(
            device=identity_of(opened) or motor,
            capabilities=opened.capabilities,
            range_deg=(travel.min_deg, travel.max_deg),
        )
        app = AppSocket(str(socket), greeting)
    except (PortError, OSError) as error:
        tell(ProgramFailed(text=str(error)))
        return 1
    session_log.note(
        "start", motor=motor, range=[travel.min_deg, travel.max_deg], capabilities=asdict(opened.capabilities)
    )
    door = SentLog(opened, note=lambda command: session_log.note("door", command=asdict(command)))
    core = SupervisorCore(GuardedMotor(door, MotorFacts(), travel))
    goes_on = [True]

    def end(*_: object) -> None:
        goes_on[0] = False

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        tell(SupervisorListening(motor=motor, socket=socket))
        run(core, app, session_log, goes_on=goes_on)
    finally:
        core.close()
        app.close()
        session_log.close()
    return 0


def main(arguments: list[str]) -> int:
    """Start the supervisor; returns an exit code."""
    parser = argparse.ArgumentParser(prog="swivel-supervisor", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("motor", help="for example dynamixel:/dev/ttyUSB0?id=1")
    parser.add_argument("socket", type=Path, help="path of the local socket")
    parser.add_argument("--log", type=Path, metavar="FILE", help="log everything, including every byte on the wire")
    parser.add_argument("--range", nargs=2, type=float, metavar=("MIN", "MAX"), default=(-150.0, 150.0))
    parser.add_argument("--json-lines", action="store_true", help="report on standard output, for another program")
    options = parser.parse_args(arguments)
    travel = RangeOfMotion(min_deg=options.range[0], max_deg=options.range[1])
    tell = _tell_program if options.json_lines else _tell_person
    return supervise(options.motor, socket=options.socket, log=options.log, travel=travel, tell=tell)


def _tell_program(report: ProgramReport) -> None:
    sys.stdout.write(as_json_line(report) + "\n")
    sys.stdout.flush()


def _tell_person(report: ProgramReport) -> None:
    sys.stderr.write(f"supervisor: {report.sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
