"""What an app may send. `needs` is the scope of the token, `moves` whether another app's lease stands in the way."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, TypeAdapter

from simulator.server.messages.base import Angle, ApiMessage, Scope, Speed
from simulator.server.messages.world import PushScreen, WorldMoveShutter, WorldSay, WorldTurn, WorldWalk

Id = Annotated[str, Field(min_length=1, max_length=64, description="Chosen by the client; every answer carries it.")]
WakeWordResponse = Literal["turnToWakeWord", "followOnWakeWord", "doNotMoveOnWakeWord"]


class AcquireMotion(ApiMessage):
    """Keep the screen between turns: no other app moves it until the lease ends; a call, a hand and safety still do."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["AcquireMotion"] = "AcquireMotion"
    id: Id
    lease_ms: Annotated[int, Field(ge=200, le=60_000)] = 5_000


class ReleaseMotion(ApiMessage):
    """Give the screen back, with the turn under way."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["ReleaseMotion"] = "ReleaseMotion"
    id: Id


class TurnTo(ApiMessage):
    """Turn the screen to an angle, or by an angle."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["TurnTo"] = "TurnTo"
    id: Id
    angle: Angle
    relative: bool = False
    max_speed: Speed | None = None
    style: Annotated[Literal["normal", "calm"], Field(description="calm: at most 30°/s.")] = "normal"


class TurnAt(ApiMessage):
    """Turn at a speed, left positive, for a moment: send it again before its time is over to keep turning."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["TurnAt"] = "TurnAt"
    id: Id
    rate: Annotated[float, Field(ge=-180, le=180, description="Degrees per second, left positive, not 0.")]
    ttl_ms: Annotated[int, Field(ge=20, le=500, description="Time to live: the turn ends by then by itself.")] = 500


class GoToCenter(ApiMessage):
    """Turn to the middle of the range of motion."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["GoToCenter"] = "GoToCenter"
    id: Id
    max_speed: Speed | None = None


class StopMotion(ApiMessage):
    """Stop at once and stay until somebody asks again; allowed to everybody, and it ends everything that was asked for."""

    needs: ClassVar[Scope] = Scope.WATCH
    moves: ClassVar[bool] = False
    type: Literal["StopMotion"] = "StopMotion"
    id: Id


class TurnToPrimaryUser(ApiMessage):
    """Turn once to the person who matters most."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["TurnToPrimaryUser"] = "TurnToPrimaryUser"
    id: Id
    max_speed: Speed | None = None


class FollowPrimaryUser(ApiMessage):
    """Keep the person who matters most in view, until something else is asked for."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["FollowPrimaryUser"] = "FollowPrimaryUser"
    id: Id


class SelectPerson(ApiMessage):
    """Frame one person in a call; without a number, whoever matters most."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["SelectPerson"] = "SelectPerson"
    id: Id
    person: Annotated[int, Field(ge=0, description="As in the state's people.")] | None = None


class AttendLocation(ApiMessage):
    """Turn to a direction of the room, as a counter or a door."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["AttendLocation"] = "AttendLocation"
    id: Id
    azimuth: Annotated[float, Field(ge=-180, le=180, description="Degrees from the base's straight on, left positive.")]
    max_speed: Speed | None = None


class Beat(ApiMessage):
    """One turn of a choreography."""

    offset: Annotated[float, Field(ge=-360, le=360, description="Degrees from where it began.")]
    speed: Speed
    dwell_ms: Annotated[int, Field(ge=0, le=10_000)] = 0


class PlayNamedChoreo(ApiMessage):
    """Play a choreography that the device knows; refused whole when its way does not fit into the range."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["PlayNamedChoreo"] = "PlayNamedChoreo"
    id: Id
    name: Annotated[str, Field(min_length=1, max_length=64)]
    intensity: Annotated[float, Field(ge=0.1, le=1, description="Share of the angles.")] = 1.0


class PlayChoreo(ApiMessage):
    """Play a choreography of the app's own, as from a file; its whole way is checked before it begins."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["PlayChoreo"] = "PlayChoreo"
    id: Id
    beats: Annotated[list[Beat], Field(min_length=1, max_length=64)]


class SetWakeWordResponse(ApiMessage):
    """Say what a wake word does to the screen."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["SetWakeWordResponse"] = "SetWakeWordResponse"
    id: Id
    wake_word_response: WakeWordResponse


class SetMode(ApiMessage):
    """Be there for something else: the framing commands work in a call, the patrol in away."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["SetMode"] = "SetMode"
    id: Id
    mode: Literal["idle", "follow", "recipe", "call", "away"]


class SetFramingMode(ApiMessage):
    """Say where in the picture of a call the people are put."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["SetFramingMode"] = "SetFramingMode"
    id: Id
    framing_mode: Literal["automatic", "center", "left", "right"]


class SetRegionOfInterest(ApiMessage):
    """Frame a fixed region in a call; without a direction, people again."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = True
    type: Literal["SetRegionOfInterest"] = "SetRegionOfInterest"
    id: Id
    azimuth: Annotated[float, Field(ge=-180, le=180)] | None = None
    width: Annotated[float, Field(ge=5, le=120, description="Degrees.")] = 40.0


class StartSetup(ApiMessage):
    """Find the range of motion step by step."""

    needs: ClassVar[Scope] = Scope.SETUP
    moves: ClassVar[bool] = False
    type: Literal["StartSetup"] = "StartSetup"
    id: Id
    placement: Literal["wall", "corner", "free", "hand"] = "wall"


class SetRangeOfMotion(ApiMessage):
    """Set the range of motion."""

    needs: ClassVar[Scope] = Scope.SETUP
    moves: ClassVar[bool] = False
    type: Literal["SetRangeOfMotion"] = "SetRangeOfMotion"
    id: Id
    min: Annotated[float, Field(ge=-180, le=180)]
    max: Annotated[float, Field(ge=-180, le=180)]


class SetBackDrive(ApiMessage):
    """Say how the motor answers a hand that turns the screen."""

    needs: ClassVar[Scope] = Scope.SETUP
    moves: ClassVar[bool] = False
    type: Literal["SetBackDrive"] = "SetBackDrive"
    id: Id
    back_drive: Literal["auto", "off", "free"]


class Subscribe(ApiMessage):
    """Get the state so many times a second, and the events, from a number on if wanted. Not over POST."""

    needs: ClassVar[Scope] = Scope.WATCH
    moves: ClassVar[bool] = False
    type: Literal["Subscribe"] = "Subscribe"
    id: Id
    rate_hz: Annotated[float, Field(ge=0, le=20)] = 10.0
    events: bool = True
    since: (
        Annotated[int, Field(ge=0, description="Replay the events after this number; the last 1000 are kept.")] | None
    ) = None


Turning = TurnTo | TurnAt | GoToCenter | TurnToPrimaryUser | AttendLocation | PlayNamedChoreo | PlayChoreo
WorldCommand = WorldSay | WorldWalk | WorldTurn | WorldMoveShutter | PushScreen
Command = (
    AcquireMotion
    | ReleaseMotion
    | Turning
    | StopMotion
    | FollowPrimaryUser
    | SelectPerson
    | SetWakeWordResponse
    | SetMode
    | SetFramingMode
    | SetRegionOfInterest
    | StartSetup
    | SetRangeOfMotion
    | SetBackDrive
    | Subscribe
    | WorldCommand
)
COMMANDS: tuple[type[ApiMessage], ...] = get_args(Command)
_ADAPTER: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


def read_command(text: str | bytes) -> Command:
    """The command that this JSON holds; raises pydantic's ValidationError."""
    return _ADAPTER.validate_json(text)
