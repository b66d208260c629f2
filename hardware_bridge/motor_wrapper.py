"""A motor that passes everything on to another: what stands before a motor says only what it does otherwise."""

from __future__ import annotations

from hardware_bridge.ports import Capabilities, Motor
from simulator.onboard.messages import MotorCommand, MotorState


class PassingOn:
    """As the motor behind it."""

    def __init__(self, motor: Motor) -> None:
        self.motor = motor

    @property
    def capabilities(self) -> Capabilities:
        """What this motor can do."""
        return self.motor.capabilities

    def enable(self) -> None:
        """Switch the torque on."""
        self.motor.enable()

    def command(self, command: MotorCommand) -> MotorCommand:
        """Pass on one set point."""
        return self.motor.command(command)

    def state(self, tick: int) -> MotorState:
        """What the motor's sensors say now."""
        return self.motor.state(tick)

    def quick_stop(self) -> None:
        """Stop as hard as allowed and hold."""
        self.motor.quick_stop()

    def free(self) -> None:
        """Switch the torque off."""
        self.motor.free()

    def reset(self) -> None:
        """Leave a fault or a quick stop."""
        self.motor.reset()

    def close(self) -> None:
        """Free the motor."""
        self.motor.close()
