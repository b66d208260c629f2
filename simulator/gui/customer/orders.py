"""Between the window and the process that draws pictures for people: what to draw, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hardware_bridge.json_messages import MessageSet
from simulator.runtime.onlooker import Moment
from simulator.runtime.orders.run_messages import Body
from simulator.world.camera.customer_place import Standpoint

ROOMS = 2  # open at a time: two runs that are compared may be of two scenes
# `device` is what the device's own camera sees; the others are places of people (world/camera/customer.py).
Drawn = Literal["device", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom:
    """Have another room in one of the places for rooms."""

    room: int
    spec: str  # the room and the device as JSON
    facts: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawMoment:
    """Draw one moment of a room that is open."""

    number: int
    room: int
    drawn: Drawn
    moment: Moment
    place: Standpoint = field(default_factory=Standpoint)


PictureOrder = OpenRoom | DrawMoment


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentDrawn:
    """A picture, three bytes a pixel."""

    number: int
    rows: int
    columns: int
    body: Body = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingFailed:
    """A picture that cannot be drawn, and why."""

    number: int
    text: str


PictureReport = MomentDrawn | DrawingFailed

PICTURE_ORDERS: MessageSet[PictureOrder] = MessageSet(PictureOrder)
PICTURE_REPORTS: MessageSet[PictureReport] = MessageSet(PictureReport)
