"""What a person, an app or the cloud may ask of the device, one class each. Every request is answered; see answers.py.

`request_id` is unique among a client's open requests, and the answers carry it. The shutter is not here: it is a thing that a hand
moves, not a wish.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.message import message
from simulator.onboard.messages.modes import Mode, WakePolicy


class Scope(StrEnum):
    """What a client may ask for; each also allows what the ones before it do."""

    WATCH = "watch"
    APP = "app"
    SETUP = "setup"


class Asker(StrEnum):
    """For whom a client speaks, which decides the owner that its wishes belong to."""

    APP = "app"
    REMOTE = "remote"
    CALL = "call"
    AWAY = "away"


@message
class Client:
    """Who asks."""

    name: str = "app"
    asker: Asker = Asker.APP
    scope: Scope = Scope.APP


AN_APP: Final = Client()


class BackDrive(StrEnum):
    """How the motor answers a person who turns the screen."""

    AUTO = "auto"
    OFF = "off"
    FREE = "free"


class Placement(StrEnum):
    """Where the device stands, as told to set-up."""

    WALL = "wall"
    CORNER = "corner"
    FREE = "free"
    HAND = "hand"  # a hand shows the range


class FramingStyle(StrEnum):
    """Where in the picture of a call the people are put."""

    AUTOMATIC = "automatic"
    CENTRE = "centre"
    LEFT = "left"
    RIGHT = "right"


@message
class Beat:
    """One turn of a choreography."""

    offset_deg: float  # from where it began
    rate_dps: float
    dwell_s: float = 0.0


@message
class TurnTo:
    """Turn the screen to a yaw, or by an angle."""

    angle_deg: float
    relative: bool = False
    rate_dps: float | None = None  # None: as tuned
    request_id: str = ""
    client: Client = AN_APP


@message
class TurnAt:
    """Turn at a speed, left positive, for a while: ask again before it is over to keep turning."""

    rate_dps: float
    ttl_s: float = 0.5
    request_id: str = ""
    client: Client = AN_APP


@message
class GoToCentre:
    """Turn to the middle of the range of motion."""

    rate_dps: float | None = None  # None: as tuned
    request_id: str = ""
    client: Client = AN_APP


@message
class Play:
    """Play a choreography that the device knows."""

    name: str
    request_id: str = ""
    client: Client = AN_APP


@message
class PlayBeats:
    """Play a choreography of the client's own."""

    beats: tuple[Beat, ...]
    request_id: str = ""
    client: Client = AN_APP


@message
class Acquire:
    """Keep the screen between turns."""

    lease_s: float = 5.0
    request_id: str = ""
    client: Client = AN_APP


@message
class Release:
    """Give the screen back, with the turn under way."""

    request_id: str = ""
    client: Client = AN_APP


@message
class Stop:
    """Stop at once and stay until somebody asks again; ends what everybody asked for."""

    request_id: str = ""
    client: Client = AN_APP


@message
class SetMode:
    """Be there for something else."""

    mode: Mode
    request_id: str = ""
    client: Client = AN_APP


@message
class SetPolicy:
    """Say what a wake word does."""

    policy: WakePolicy
    request_id: str = ""
    client: Client = AN_APP


@message
class SetFraming:
    """Say where the people of a call are put."""

    style: FramingStyle
    request_id: str = ""
    client: Client = AN_APP


@message
class SetRegion:
    """Frame a fixed region in a call."""

    azimuth_deg: float | None  # None: frame people again
    width_deg: float = 40.0
    request_id: str = ""
    client: Client = AN_APP


@message
class SelectPerson:
    """Frame one person in a call."""

    track_id: int | None  # None: whoever matters most
    request_id: str = ""
    client: Client = AN_APP


@message
class SetRange:
    """Set the range of motion."""

    range: RangeOfMotion | None  # None: not set, the screen does not move
    request_id: str = ""
    client: Client = AN_APP


@message
class StartSetup:
    """Find the range of motion step by step."""

    placement: Placement = Placement.WALL
    request_id: str = ""
    client: Client = AN_APP


@message
class SetBackDrive:
    """Say how the motor answers a hand."""

    back_drive: BackDrive
    request_id: str = ""
    client: Client = AN_APP


Turning = TurnTo | TurnAt | GoToCentre | Play | PlayBeats
Request = (
    Turning
    | Acquire
    | Release
    | Stop
    | SetMode
    | SetPolicy
    | SetFraming
    | SetRegion
    | SelectPerson
    | SetRange
    | StartSetup
    | SetBackDrive
)
