"""A session of the supervisor, decided a second time from its log alone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import SAID, TOLD, Heartbeat, Input, Order, Report
from hardware_bridge.supervisor.sent_log import SentLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import MotorCommand, MotorState

Session = list[tuple[int, list[Input], Report]]


class _LoggedMotor:
    """Says what the log says that the motor said."""

    def __init__(self, session: Session, *, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._reports = {tick: report for tick, _, report in session}
        self._tick = session[0][0]

    def enable(self) -> None:
        """As it was then: yes, or no with a reason."""
        report = self._reports[self._tick]
        if report.refused and not report.engaged:
            raise PortError(report.refused)

    def command(self, command: MotorCommand) -> MotorCommand:
        """As it was taken then."""
        return self._reports[self._tick].sent

    def state(self, tick: int) -> MotorState:
        """As logged."""
        self._tick = tick
        return self._reports[tick].state

    def quick_stop(self) -> None:
        """Nothing."""

    def free(self) -> None:
        """Nothing."""

    def reset(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def replay(session: Session, *, capabilities: Capabilities, range: RangeOfMotion | None) -> list[MotorCommand]:
    """What the guard lets through now, tick by tick."""
    commands: list[MotorCommand] = []
    door = SentLog(_LoggedMotor(session, capabilities=capabilities), note=commands.append)
    core = SupervisorCore(GuardedMotor(door, MotorFacts(), range))
    for tick, inputs, _ in session:
        core.tick(tick, inputs)
    return commands


def replay_file(path: Path) -> tuple[int, int]:
    """Decide the session in a log of the supervisor again; returns how many decisions are the same, and of how many."""
    capabilities: Capabilities | None = None
    travel: RangeOfMotion | None = None
    inputs: dict[int, list[Input]] = {}
    session: Session = []
    decided: list[dict[str, Any]] = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = orjson.loads(line)
            match entry["kind"]:
                case "start":
                    capabilities = Capabilities(**entry["capabilities"])
                    travel = RangeOfMotion(min_deg=entry["range"][0], max_deg=entry["range"][1])
                case "input":
                    inputs.setdefault(entry["tick"], []).append(_input(entry["message"]))
                case "door":
                    decided.append(entry["command"])
                case "report":
                    tick = entry["tick"]
                    session.append((tick, inputs.get(tick, []), _report(entry["message"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortError(f"log {path} cannot be read: {error}") from error
    if capabilities is None or not session:
        raise PortError(f"log {path} holds no session")
    again = [asdict(command) for command in replay(session, capabilities=capabilities, range=travel)]
    # The supervisor may have been ended between a decision and its report.
    return sum(mine == theirs for mine, theirs in zip(again, decided, strict=False)), len(session)


def _input(values: dict[str, Any]) -> Input:
    message = SAID.from_json(orjson.dumps(values))
    if not isinstance(message, Heartbeat | Order):
        raise ValueError(f"input {values!r:.60}: neither a beat nor an order")
    return message


def _report(values: dict[str, Any]) -> Report:
    message = TOLD.from_json(orjson.dumps(values))
    if not isinstance(message, Report):
        raise ValueError(f"report {values!r:.60}: is none")
    return message
