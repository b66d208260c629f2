"""Commands for the room around a virtual device, so that an app's own test can act out people. A real device refuses them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simulator.server.messages.base import ApiMessage, Scope

Id = Annotated[str, Field(min_length=1, max_length=64, description="Chosen by the client; every answer carries it.")]
Who = Annotated[str, Field(min_length=1, max_length=64, description="A person's name, as in hello's people.")]
Metres = Annotated[float, Field(ge=-50, le=50, description="Metres on the floor plan of the room.")]


class WorldSay(ApiMessage):
    """A person says the wake word, or speaks."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["World.Say"] = "World.Say"
    id: Id
    who: Who
    what: Literal["wake word", "speech"] = "wake word"
    for_ms: Annotated[int, Field(ge=100, le=60_000)] | None = None


class WorldWalk(ApiMessage):
    """A person walks to a place."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["World.Walk"] = "World.Walk"
    id: Id
    who: Who
    x: Metres
    y: Metres
    speed: Annotated[float, Field(gt=0, le=4, description="Metres per second.")] = 1.0


class WorldTurn(ApiMessage):
    """A person turns to the device, or away from it."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["World.Turn"] = "World.Turn"
    id: Id
    who: Who
    to: Literal["device", "away"] = "device"


class WorldMoveShutter(ApiMessage):
    """Somebody opens or closes the camera's cover."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["World.MoveShutter"] = "World.MoveShutter"
    id: Id
    closed: bool


class PushScreen(ApiMessage):
    """A hand turns the screen, or holds it."""

    needs: ClassVar[Scope] = Scope.APP
    moves: ClassVar[bool] = False
    type: Literal["World.Push"] = "World.Push"
    id: Id
    gesture: Literal["turn", "hold"] = "turn"
    to: Annotated[float, Field(ge=-180, le=180, description="Degrees; for turn.")] = 0.0
    for_ms: Annotated[int, Field(ge=100, le=60_000)] = 1_000
