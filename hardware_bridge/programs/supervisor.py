"""The supervisor as a process: 100 times a second, a local socket to the apps, and a log of everything including every byte.

Usage: python -m hardware_bridge.programs.supervisor MOTOR SOCKET [--log FILE] [--range MIN MAX] [--for-one-app] [--json-lines]
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import ProgramFailed, ProgramReport, SupervisorListening, Tell, as_json_line
from hardware_bridge.rigs.motor_by_name import identity_of, open_motor, parse_url, travel_of
from hardware_bridge.supervisor.app_socket import AppSocket
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import SAID, TOLD, Hello
from hardware_bridge.supervisor.real_time import take_priority
from hardware_bridge.supervisor.sent_log import SentLog
from hardware_bridge.supervisor.session_log import SessionLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S

NOBODY_CAME_TICKS = 3000  # whoever wanted it has died before it was ready
REST_TICKS = 60  # the longest stop takes a third of this


class Loop:
    """The supervisor's hundredths of a second."""

    def __init__(self, core: SupervisorCore, app: AppSocket, log: SessionLog) -> None:
        self._core, self._app, self._log = core, app, log
        self._tick = 0
        self._due_s = time.monotonic()  # noqa: TID251 - a real process on a real clock

    def tick(self) -> None:
        """One. A tick that comes late is taken late; none is made up for, because the past cannot be steered."""
        tick, log = self._tick, self._log
        inputs = self._app.receive()
        for given in inputs:
            log.message("input", tick, SAID.to_json(given))
        report = self._core.tick(tick, inputs)
        log.message("report", tick, TOLD.to_json(report))
        log.ticked(tick)
        self._app.send(report)
        self._wait()

    def _wait(self) -> None:
        now_s = time.monotonic()  # noqa: TID251
        late = max(0, int((now_s - self._due_s) / TICK_S))
        self._tick += 1 + late
        self._due_s += (1 + late) * TICK_S
        time.sleep(max(0.0, self._due_s - time.monotonic()))  # noqa: TID251

    def note_defect(self, words: str) -> None:
        """Write into the log what went wrong in this program."""
        self._log.note("error", tick=self._tick, words=words)

    @property
    def is_over(self) -> bool:
        """Whether the one app has gone and the screen stands, or none has come."""
        if self._app.had_apps:
            return self._app.empty and self._core.at_rest
        return self._tick > NOBODY_CAME_TICKS

    def rest(self) -> None:
        """Brake, and stay until the screen stands: a motor that is freed in a turn would coast.

        Whatever else is broken, an app, the log or a line of this program, the brake does not wait for it.
        """
        with suppress(Exception):
            self._core.stop()
        for _ in range(REST_TICKS):
            if self._core.at_rest:
                return
            try:
                self.tick()
            except Exception:
                with suppress(Exception):
                    self._core.tick(self._tick, [])
                self._wait()


def supervise(
    motor: str, *, socket: Path, log: Path | None, travel: RangeOfMotion, tell: Tell, for_one_app: bool = False
) -> int:
    """Hold a motor behind its guard until interrupted, or until the one app has gone; returns an exit code."""
    try:
        session_log = SessionLog(log)
    except OSError as error:
        tell(ProgramFailed(text=f"{log}: {error.strerror or error}"))
        return 1
    try:
        opened = open_motor(motor, travel=travel, log=session_log.byte)
    except (PortError, OSError) as error:
        tell(ProgramFailed(text=str(error)))
        return 1
    travel = travel_of(opened, wanted=travel)
    greeting = Hello(
        device=identity_of(opened) or motor,
        capabilities=opened.capabilities,
        range_deg=(travel.min_deg, travel.max_deg),
    )
    try:
        app = AppSocket(str(socket), greeting)
    except (PortError, OSError) as error:
        opened.close()
        tell(ProgramFailed(text=str(error)))
        return 1
    session_log.note(
        "start", motor=motor, range=[travel.min_deg, travel.max_deg], capabilities=asdict(opened.capabilities)
    )
    door = SentLog(opened, note=lambda command: session_log.note("door", command=asdict(command)))
    core = SupervisorCore(GuardedMotor(door, MotorFacts(), travel))
    goes_on = _until_asked()
    if parse_url(motor).scheme != "emulated":
        take_priority()
    try:
        tell(SupervisorListening(motor=motor, socket=socket))
        return _hold(Loop(core, app, session_log), goes_on, tell=tell, for_one_app=for_one_app)
    finally:
        try:
            core.close()
        finally:
            app.close()
            session_log.close()


def _hold(loop: Loop, goes_on: Callable[[], bool], *, tell: Tell, for_one_app: bool) -> int:
    """Tick until it is over; whatever ends it, the screen comes to rest first."""
    try:
        while goes_on() and not (for_one_app and loop.is_over):
            loop.tick()
    except Exception as error:  # a defect of this program: brake, then say it
        loop.rest()
        loop.note_defect(traceback.format_exc(limit=-6))
        tell(
            ProgramFailed(text=f"the supervisor failed: {type(error).__name__}: {error}; the screen was stopped first")
        )
        return 1
    except BaseException:
        loop.rest()
        raise
    loop.rest()
    return 0


def _until_asked() -> Callable[[], bool]:
    """True until somebody ends this process politely; a terminal that is closed counts."""
    asked: list[int] = []
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda which, _: asked.append(which))
    return lambda: not asked


def main(arguments: list[str]) -> int:
    """Start the supervisor; returns an exit code."""
    parser = argparse.ArgumentParser(prog="swivel-supervisor", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("motor", help="for example dynamixel:/dev/ttyUSB0?id=1")
    parser.add_argument("socket", type=Path, help="path of the local socket")
    parser.add_argument("--log", type=Path, metavar="FILE", help="log everything, including every byte on the wire")
    parser.add_argument("--range", nargs=2, type=float, metavar=("MIN", "MAX"), default=(-150.0, 150.0))
    parser.add_argument("--for-one-app", action="store_true", help="end when the app has gone and the screen stands")
    parser.add_argument("--json-lines", action="store_true", help="report on standard output, for another program")
    options = parser.parse_args(arguments)
    travel = RangeOfMotion(min_deg=options.range[0], max_deg=options.range[1])
    tell = _tell_program if options.json_lines else _tell_person
    return supervise(
        options.motor, socket=options.socket, log=options.log, travel=travel, tell=tell, for_one_app=options.for_one_app
    )


def _tell_program(report: ProgramReport) -> None:
    sys.stdout.write(as_json_line(report) + "\n")
    sys.stdout.flush()


def _tell_person(report: ProgramReport) -> None:
    sys.stderr.write(f"supervisor: {report.sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
