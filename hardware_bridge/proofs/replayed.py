"""A session of the supervisor, decided a second time from its log alone."""

from __future__ import annotations

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import Capabilities, Motor
from hardware_bridge.supervisor.core import Input, Report, SupervisorCore
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import MotorCommand, MotorState

Session = list[tuple[int, list[Input], Report]]


class DoorLog:
    """A motor with somebody at its door who writes down every command that the guard lets through."""

    def __init__(self, motor: Motor) -> None:
        self._motor = motor
        self.commands: list[MotorCommand] = []

    @property
    def capabilities(self) -> Capabilities:
        """As the motor."""
        return self._motor.capabilities

    def enable(self) -> None:
        """As the motor."""
        self._motor.enable()

    def command(self, command: MotorCommand) -> MotorCommand:
        """Write down, then pass on."""
        self.commands.append(command)
        return self._motor.command(command)

    def state(self, tick: int) -> MotorState:
        """As the motor."""
        return self._motor.state(tick)

    def quick_stop(self) -> None:
        """As the motor."""
        self._motor.quick_stop()

    def free(self) -> None:
        """As the motor."""
        self._motor.free()

    def reset(self) -> None:
        """As the motor."""
        self._motor.reset()

    def close(self) -> None:
        """As the motor."""
        self._motor.close()


class _LoggedMotor:
    """Says what the log says that the motor said."""

    def __init__(self, session: Session, *, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._reports = {tick: report for tick, _, report in session}
        self._tick = session[0][0]

    def enable(self) -> None:
        """Nothing: the log knows what came of it."""

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
    door = DoorLog(_LoggedMotor(session, capabilities=capabilities))
    core = SupervisorCore(GuardedMotor(door, MotorFacts(), range))
    for tick, inputs, _ in session:
        core.tick(tick, inputs)
    return door.commands
