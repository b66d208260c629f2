"""The app's end of the supervisor: fits the motor's door, but behind it there is only a socket."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from hardware_bridge.json_messages import MessageError
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.supervisor.local_socket import local_socket
from hardware_bridge.supervisor.messages import (
    LONGEST_NAME,
    SAID,
    TOLD,
    Heartbeat,
    Hello,
    Introduction,
    Order,
    Report,
    Said,
)
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode, MotorState

FIRST_REPORT_S = 2.0
LOST_AFTER_CALLS = 20


class SupervisedMotor:
    """A motor that a supervisor process drives; if the supervisor ends, this object reports a fault and the screen stays braked.

    It is switched on with the first command: whoever enables it may take longer to get ready than a guard waits for a planner.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._buffer = b""
        self._silent_calls = 0
        self._wants_torque = False
        self._asked_for_it = False
        self._taken = 0
        self.hung_up = False  # it is gone for good
        self.refused = ""  # why the last order that was refused was
        self._socket = local_socket()
        try:
            self._socket.connect(path)
            self._socket.settimeout(FIRST_REPORT_S)
            self.hello, self.report = self._first_words()
        except OSError as error:
            self._socket.close()
            raise PortError(f"no supervisor answers on {path}: {error.strerror or error}") from error
        except PortError:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        name = f"{Path(sys.argv[0]).name or 'python'}, process {os.getpid()}"
        self._send(Introduction(name=name[-LONGEST_NAME:]))

    @property
    def capabilities(self) -> Capabilities:
        """Those of the motor behind the supervisor."""
        return self.hello.capabilities

    def enable(self) -> None:
        """Want torque from the first command on."""
        self._wants_torque, self._asked_for_it = True, False

    def command(self, command: MotorCommand) -> MotorCommand:
        """Send a beat: the set point, and the proof that this planner lives."""
        if self._wants_torque:
            if not self._asked_for_it:
                self._asked_for_it = True
                self._send(Order(what="enable"))
            self._send(Heartbeat(command=command, planner_tick=command.tick, engaged=self.report.engaged))
        sent = self.report.sent
        return replace(sent, tick=command.tick, seq=command.seq) if self._wants_torque else _freed(command)

    def state(self, tick: int) -> MotorState:
        """What the supervisor told last."""
        self._receive()
        state = replace(self.report.state, tick=tick)
        if self._silent_calls > LOST_AFTER_CALLS:
            return replace(state, mode=MotorMode.FAULT, fault=f"the supervisor on {self._path} does not answer")
        return state

    def quick_stop(self) -> None:
        """Stop now."""
        self._send(Order(what="stop"))

    def free(self) -> None:
        """Torque off."""
        self._wants_torque = False
        self._send(Order(what="free"))

    def reset(self) -> None:
        """Leave a fault or a stop."""
        self._send(Order(what="reset"))

    @property
    def silent_calls(self) -> int:
        """How often its state was asked for since it last told one."""
        return self._silent_calls

    def fileno(self) -> int:
        """To wait for its next report."""
        return self._socket.fileno()

    def poll(self) -> int:
        """How many reports have come since the last call."""
        self._receive()
        taken, self._taken = self._taken, 0
        return taken

    def close(self) -> None:
        """Hang up; the supervisor then stops the motor by itself."""
        self._socket.close()

    def _send(self, message: Said) -> None:
        try:
            self._socket.send(SAID.to_json(message) + b"\n")
        except BlockingIOError:
            return  # a supervisor that does not read is told again with the next beat
        except OSError:
            self._lose()

    def _receive(self) -> None:
        self._silent_calls += 1
        try:
            while not self.hung_up and (data := self._socket.recv(65_536)):
                self._take(data)
            self._lose()
        except BlockingIOError:
            return
        except OSError:
            self._lose()

    def _lose(self) -> None:
        self.hung_up = True
        self._silent_calls = LOST_AFTER_CALLS + 1

    def _take(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            try:
                told = TOLD.from_json(line)
            except MessageError:  # whatever it is, it is no supervisor any more
                self._lose()
                return
            if not isinstance(told, Report):
                continue
            self.report = told
            self._silent_calls = 0
            self._taken += 1
            self.refused = self.report.refused or self.refused

    def _first_words(self) -> tuple[Hello, Report]:
        while self._buffer.count(b"\n") < 2:
            data = self._socket.recv(65_536)
            if not data:
                raise OSError("it hung up")
            self._buffer += data
        first, *lines, self._buffer = self._buffer.split(b"\n")
        try:
            hello, report = TOLD.from_json(first), TOLD.from_json(lines[-1])
        except MessageError as error:
            raise PortError(f"{self._path}: what answers is not a supervisor: {error}") from error
        if not isinstance(hello, Hello) or not isinstance(report, Report):
            raise PortError(f"{self._path}: what answers is not a supervisor: it does not say which device it drives")
        return hello, report


def _freed(command: MotorCommand) -> MotorCommand:
    return replace(command, kind=CommandKind.FREE, torque_limit_nm=0.0)
