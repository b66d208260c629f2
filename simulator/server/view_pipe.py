"""Between the server and the process that draws the room for people: which picture, and the picture."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.json_messages import MessageSet
from simulator.runtime.onlooker import Moment
from simulator.runtime.orders.run_messages import Body
from simulator.server.pipe import OpenRoom
from simulator.world.camera.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRoom:
    """Begin: which room it is."""

    room: OpenRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Draw one moment of it, from somewhere."""

    view: View
    who: str  # whose eyes
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The picture as JPEG."""

    body: Body = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFailed:
    """There will be no pictures; one line."""

    text: str


ViewOrder = DrawRoom | Draw
ViewReport = Drawn | ViewFailed
VIEW_ORDERS: MessageSet[ViewOrder] = MessageSet(ViewOrder)
VIEW_REPORTS: MessageSet[ViewReport] = MessageSet(ViewReport)
