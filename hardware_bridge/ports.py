"""The four small doors between the stack and a body: ears, eyes, motor, shutter. Virtual and real things fit the same doors.

A rig is the four together. `actuate` returns the command that was really sent: the guard may have changed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import CameraFrame, MicBlock, MotorCommand, MotorState, SensorFrame, Shutter


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a motor can really do; the window greys out what it lacks and the supervisor caps its speed by it."""

    name: str
    max_rate_dps: float
    max_accel_dps2: float
    yaw_step_deg: float  # of the encoder
    rate_step_dps: float = 0.0  # quantisation of a commanded speed; 0 when continuous
    accel_step_dps2: float = 0.0
    has_current: bool = True
    has_torque_limit: bool = True
    has_profile: bool = False  # makes its own ramps
    back_drivable: bool = True
    deadman: Literal["device", "host", "none"] = "host"
    deadman_step_ms: float = 0.0


class PortError(Exception):
    """A device that is not there, does not answer or refuses; the text says which and what to do, in plain words."""


class Motor(Protocol):
    """The motor that turns the screen. It powers up with its torque off and moves only after `enable`."""

    @property
    def capabilities(self) -> Capabilities:
        """What this motor can do."""

    def enable(self) -> None:
        """Switch the torque on; the goal becomes the measured position."""

    def command(self, command: MotorCommand) -> MotorCommand:
        """Pass on one set point; returns it as the motor took it (clipped, quantised)."""

    def state(self, tick: int) -> MotorState:
        """What the motor's sensors say now."""

    def quick_stop(self) -> None:
        """Stop as hard as allowed and hold; needs `reset` to move again."""

    def free(self) -> None:
        """Switch the torque off."""

    def reset(self) -> None:
        """Leave a fault or a quick stop; torque stays off until `enable`."""

    def close(self) -> None:
        """Free the motor and give back the wire."""


class Microphones(Protocol):
    """The microphone array."""

    def block(self, tick: int) -> MicBlock | None:
        """The samples of this tick; None while the microphones are lost."""


class Camera(Protocol):
    """The camera."""

    def frame(self, tick: int) -> CameraFrame | None:
        """A picture taken now; None while there is none to be had."""


class ShutterSwitch(Protocol):
    """The switch that feels the camera's cover."""

    def position(self, tick: int) -> Shutter:
        """Open or closed."""


class Rig(Protocol):
    """A body: senses a tick, then acts a tick."""

    def sense(self, tick: int, *, frame_wanted: bool) -> SensorFrame:
        """Everything sensed in this tick; a picture only when one is wanted."""

    def actuate(self, command: MotorCommand) -> tuple[MotorCommand, str]:
        """Send a command through the guard; returns what was sent and what the guard says of it ("" for nothing)."""

    def set_range(self, range_of_motion: RangeOfMotion | None) -> None:
        """Tell the guard the range that a set-up ended with; None: nothing may move."""

    def close(self) -> None:
        """Stop and give back everything."""
