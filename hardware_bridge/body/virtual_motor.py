"""A motor made of nothing but the plant: fits the motor's door like a real one."""

from __future__ import annotations

from dataclasses import replace

from hardware_bridge.body.plant import Plant
from hardware_bridge.ports import Capabilities
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorState


class VirtualMotor:
    """The motor's door over a plant. Whoever owns the plant's world moves its time on."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._stopped = False  # after a quick stop, until `reset`

    @property
    def capabilities(self) -> Capabilities:
        """What this motor can do."""
        facts = self.plant.facts
        return Capabilities(
            name="virtual",
            max_rate_dps=facts.max_rate_dps,
            max_accel_dps2=facts.max_accel_dps2,
            yaw_step_deg=360.0 / facts.encoder_counts,
            deadman="device",
            deadman_step_ms=10.0,
        )

    def enable(self) -> None:
        """Switch the torque on; the goal becomes the measured position."""
        if not self._stopped:
            self.plant.drive.enable()

    def command(self, command: MotorCommand) -> MotorCommand:
        """Take one set point; after a quick stop only a stop or free gets through."""
        if self._stopped and command.kind in (CommandKind.MOVE, CommandKind.HOLD):
            command = replace(command, kind=CommandKind.STOP)
        taken = limited(command, facts=self.plant.facts)
        self.plant.drive.command(taken)
        return taken

    def state(self, tick: int) -> MotorState:
        """What the encoder and the current say now."""
        drive = self.plant.drive
        return MotorState(
            tick=tick,
            yaw_deg=drive.yaw_deg,
            rate_dps=drive.rate_dps,
            torque_nm=drive.measured_torque_nm(),
            mode=drive.mode,
            fault=drive.fault,
        )

    def quick_stop(self) -> None:
        """Stop with the safety deceleration and hold; needs `reset` to move again."""
        self._stopped = True
        self.plant.drive.stop()

    def free(self) -> None:
        """Switch the torque off."""
        self.plant.drive.switch_off()

    def reset(self) -> None:
        """Leave a fault or a quick stop; torque stays off until `enable`."""
        self._stopped = False
        self.plant.drive.clear()

    def close(self) -> None:
        """Switch the torque off."""
        self.free()


def limited(command: MotorCommand, *, facts: MotorFacts) -> MotorCommand:
    """The command as a motor with these limits takes it; the same object while it is within them."""
    most_dps, most_nm = facts.max_rate_dps, facts.torque_limit_nm
    if -most_dps <= command.rate_dps <= most_dps and 0.0 <= command.torque_limit_nm <= most_nm:
        return command
    rate_dps = min(max(command.rate_dps, -most_dps), most_dps)
    torque_nm = min(max(command.torque_limit_nm, 0.0), most_nm)
    return replace(command, rate_dps=rate_dps, torque_limit_nm=torque_nm)
