"""Somebody at the motor's door who writes down what the guard lets through: what a replay is compared with."""

from __future__ import annotations

from collections.abc import Callable

from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import Motor
from simulator.onboard.messages import MotorCommand


class DoorLog(PassingOn):
    """A motor with somebody at its door who writes down every command that the guard lets through."""

    def __init__(self, motor: Motor, *, note: Callable[[MotorCommand], None]) -> None:
        super().__init__(motor)
        self._note = note

    def command(self, command: MotorCommand) -> MotorCommand:
        """Write down, then pass on."""
        self._note(command)
        return self.motor.command(command)
