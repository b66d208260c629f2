"""Writes down what the guard lets through to the motor: what a replay is compared with."""

from __future__ import annotations

from collections.abc import Callable

from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import Motor
from simulator.onboard.messages import MotorCommand


class SentLog(PassingOn):
    """A motor wrapper that notes every command it passes on."""

    def __init__(self, motor: Motor, *, note: Callable[[MotorCommand], None]) -> None:
        super().__init__(motor)
        self._note = note

    def command(self, command: MotorCommand) -> MotorCommand:
        """Note, then pass on."""
        self._note(command)
        return self.motor.command(command)
