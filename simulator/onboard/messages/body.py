"""The body: what the motor's sensors and the touch panel say, what the set-up taught, and what the motor is asked to do."""

from __future__ import annotations

from enum import StrEnum

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.message import message


class Contact(StrEnum):
    """What the body feels."""

    NONE = "none"
    TOUCH = "touch"
    HAND = "hand"
    BUMP = "bump"
    STALL = "stall"


class CommandKind(StrEnum):
    """What the motor is asked to do this tick."""

    HOLD = "hold"
    MOVE = "move"
    STOP = "stop"
    FREE = "free"


class MotorMode(StrEnum):
    """What the motor's own electronics is doing."""

    OFF = "off"
    HOLDING = "holding"
    MOVING = "moving"
    STOPPING = "stopping"
    FREE = "free"
    FAULT = "fault"


@message
class MotorState:
    """What the motor's sensors say."""

    tick: int
    yaw_deg: float
    rate_dps: float
    torque_nm: float  # measured from the current
    mode: MotorMode
    fault: str = ""  # in plain words; empty while healthy


@message
class Touch:
    """The touch panel: whether a finger is on the glass, where (0..1, from the upper left), and how fast it slides."""

    down: bool = False
    x: float = 0.5
    y: float = 0.5
    speed_per_s: float = 0.0  # in screen widths per second


@message
class KnownWall:
    """A wall that the set-up step found near the device."""

    azimuth_deg: float  # of the nearest point of the wall
    distance_m: float


@message
class Setup:
    """What the set-up step taught the device about its place."""

    range: RangeOfMotion | None = None  # None until the customer has set it: the screen then never moves
    walls: tuple[KnownWall, ...] = ()


@message
class MotorCommand:
    """The set point for one tick. `seq` rises by one each tick; a repeated one is stale."""

    tick: int
    seq: int
    kind: CommandKind
    yaw_deg: float = 0.0
    rate_dps: float = 0.0
    accel_dps2: float = 0.0
    torque_limit_nm: float = 1.0


@message
class BodyReport:
    """What the motion stage feels through the motor and remembers of it."""

    tick: int
    contact: Contact = Contact.NONE
    external_torque_nm: float = 0.0
    blocked_left: bool = False
    blocked_right: bool = False
    blocked_tick: int = 0  # of the last contact that blocked a side
    manual_until_tick: int = 0  # after a hand let go, its direction is respected until then
    moving: bool = False
    goal_yaw_deg: float | None = None  # of the move under way; None at rest


@message
class MotionReport:
    """The motion stage's answer: the command, and what the body feels."""

    command: MotorCommand
    body: BodyReport
