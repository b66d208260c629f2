"""The process of the eyes and its pipe. One that is given back waits for the next run: to start one takes a second and a half."""

from __future__ import annotations

import atexit
import subprocess
import sys

from simulator.runtime.children import environment
from simulator.runtime.orders.eyes_pipe import (
    EyesFailed,
    EyesOrder,
    EyesReply,
    LookAtPicture,
    LookAtRoom,
    OpenEyes,
    TellState,
)
from simulator.runtime.pickle_pipe import Ended, PicklePipe

END_S = 5.0
ANSWERED = (OpenEyes, LookAtRoom, LookAtPicture, TellState)
_waiting: list[EyesWorker] = []


class EyesWorker:
    """One process, and how many of its replies are still to come."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator.runtime.eyes_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._pipe = PicklePipe(read=self.process.stdout.fileno(), write=self.process.stdin.fileno())
        self._owed = self._not_ours = 0
        self._failed = False

    def send(self, order: EyesOrder) -> None:
        """Give an order; raises Ended."""
        self._pipe.send(order)
        self._owed += isinstance(order, ANSWERED)

    def arrived(self) -> bool:
        """Whether there is something to receive; never waits."""
        return self._pipe.arrived()

    def receive(self) -> EyesReply | EyesFailed:
        """The next reply to whoever has the process now; waits for it. Raises Ended."""
        while True:
            reply = self._pipe.receive()
            self._owed -= 1
            self._failed = isinstance(reply, EyesFailed)
            if self._failed or not self._not_ours:
                return reply  # type: ignore[return-value]
            self._not_ours -= 1

    def give_back(self) -> None:
        """Wait for the next run, or end, if one waits already."""
        if not self._failed and self.process.poll() is None and not _waiting:
            self._not_ours = self._owed
            _waiting.append(self)
        else:
            self.end()

    def end(self) -> None:
        """End the process."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        stdout.close()


def taken(order: OpenEyes) -> EyesWorker:
    """A process for this room: the one that waits, or a new one."""
    if _waiting:
        worker = _waiting.pop()
        try:
            worker.send(order)
        except Ended:
            worker.end()
        else:
            return worker
    worker = EyesWorker()
    worker.send(order)
    return worker


@atexit.register
def end_waiting() -> None:
    """End the process that waits, if one does."""
    while _waiting:
        _waiting.pop().end()
