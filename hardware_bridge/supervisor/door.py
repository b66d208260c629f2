"""Somebody at the motor's door who writes down what the guard lets through: what a replay is compared with."""

from __future__ import annotations

from collections.abc import Callable

from hardware_bridge.ports import Capabilities, Motor
from simulator.onboard.messages import MotorCommand, MotorState


class DoorLog:
    """A motor with somebody at its door who writes down every command that the guard lets through."""

    def __init__(self, motor: Motor, *, note: Callable[[MotorCommand], None]) -> None:
        self._motor = motor
        self._note = note

    @property
    def capabilities(self) -> Capabilities:
        """As the motor."""
        return self._motor.capabilities

    def enable(self) -> None:
        """As the motor."""
        self._motor.enable()

    def command(self, command: MotorCommand) -> MotorCommand:
        """Write down, then pass on."""
        self._note(command)
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
