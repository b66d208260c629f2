"""A session of the supervisor, decided a second time from its log alone."""

from __future__ import annotations

from pathlib import Path

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.log_reader import Door, Said, Start, Told, entries
from hardware_bridge.supervisor.messages import Input, Report
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
    start: Start | None = None
    inputs: dict[int, list[Input]] = {}
    session: Session = []
    decided: list[MotorCommand] = []
    for entry in entries(path):
        match entry:
            case Start():
                start = entry
            case Said():
                inputs.setdefault(entry.tick, []).append(entry.message)
            case Door():
                decided.append(entry.command)
            case Told():
                session.append((entry.tick, inputs.get(entry.tick, []), entry.message))
    if start is None or not session:
        raise PortError(f"log {path} holds no session")
    low_deg, high_deg = start.range
    if low_deg >= high_deg:
        raise PortError(f"log {path}: range {low_deg:g} to {high_deg:g}: must rise")
    travel = RangeOfMotion(min_deg=low_deg, max_deg=high_deg)
    try:
        again = replay(session, capabilities=start.capabilities, range=travel)
    except (ValueError, ArithmeticError) as error:  # what no motor can have said
        raise PortError(f"log {path} cannot be decided again: {str(error).splitlines()[0]:.200}") from None
    # The supervisor may have been ended between a decision and its report.
    return sum(mine == theirs for mine, theirs in zip(again, decided, strict=False)), len(session)
