"""Where a room lies in a drawing, and all that one drawing of it needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

from simulator.gui.render.lines import polyline
from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Tuning
from simulator.workbench import zone_edges
from simulator.workbench.floor_plan import Sight, corners
from simulator.workbench.run_data import RunMoment
from simulator.world.spec import WorldSpec

MARGIN_PX = 18.0


@dataclass(frozen=True, slots=True)
class RoomOptions:
    """What of the room is shown."""

    zones: bool = True
    paths: bool = True
    beliefs: bool = True
    trails: bool = True
    grid: bool = True
    names: bool = True


@dataclass(frozen=True, slots=True)
class RoomScene:
    """All that one drawing of the room needs."""

    spec: WorldSpec
    facts: DeviceFacts
    tuning: Tuning
    moment: RunMoment | None
    sight: Sight
    ghost_yaw_deg: float | None = None  # where the other run's screen points; None without one
    ghost_name: str = "B"
    trails: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    hot: tuple[str, int] | None = None  # the zone handle under the mouse: edge and knot
    chosen: str = ""  # the thing that is selected
    options: RoomOptions = RoomOptions()


class RoomFrame:
    """Where the room lies in the drawing: metres to pixels and back."""

    def __init__(self, spec: WorldSpec, area: QRectF) -> None:
        points = corners(spec.room)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        wide, deep = max(xs) - min(xs), max(ys) - min(ys)
        inner = area.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        self.scale = max(8.0, min(inner.width() / wide, inner.height() / deep))
        self.area = area
        self.device_m = (spec.device.x_m, spec.device.y_m)
        self.matrix = QTransform()
        self.matrix.translate(inner.center().x(), inner.center().y())
        self.matrix.scale(self.scale, -self.scale)
        self.matrix.translate(-(max(xs) + min(xs)) / 2, -(max(ys) + min(ys)) / 2)
        self._left, self._top = self.matrix.dx(), self.matrix.dy()
        self._back = self.matrix.inverted()[0]

    def to_px(self, x_m: float, y_m: float) -> QPointF:
        """A place of the room in the drawing."""
        return QPointF(self._left + self.scale * x_m, self._top - self.scale * y_m)

    def around(
        self, x_m: float, y_m: float, room_deg: NDArray[np.float64], distance_m: NDArray[np.float64]
    ) -> QPolygonF:
        """A place of the room and the places around it, all at once."""
        turn = np.radians(room_deg)
        xs = x_m + np.concatenate([[0.0], distance_m * np.cos(turn)])
        ys = y_m + np.concatenate([[0.0], distance_m * np.sin(turn)])
        return polyline(self._left + self.scale * xs, self._top - self.scale * ys)

    def to_m(self, at: QPointF) -> tuple[float, float]:
        """A place of the drawing in the room."""
        mapped = self._back.map(at)
        return mapped.x(), mapped.y()


def floor_path(frame: RoomFrame, spec: WorldSpec) -> QPainterPath:
    """The room's floor as a shape."""
    shape = QPainterPath()
    shape.addPolygon(QPolygonF([frame.to_px(*corner) for corner in corners(spec.room)]))
    shape.closeSubpath()
    return shape


def handle_points(frame: RoomFrame, scene: RoomScene) -> dict[tuple[zone_edges.Edge, int, int], QPointF]:
    """Where the zone handles are: by edge, knot and side (+1 is the screen's left)."""
    yaw_deg = scene.moment.yaw_deg if scene.moment else scene.spec.device.start_yaw_deg
    place = scene.spec.device
    found: dict[tuple[zone_edges.Edge, int, int], QPointF] = {}
    for edge in zone_edges.EDGES:
        for knot, (distance_m, width_deg) in enumerate(
            zip(zone_edges.KNOTS_M, zone_edges.knot_widths_deg(scene.tuning, edge), strict=True)
        ):
            for side in (1, -1):
                room_deg = place.heading_deg + yaw_deg + side * width_deg
                found[edge, knot, side] = at_polar(frame, place.x_m, place.y_m, room_deg, distance_m)
    return found


def bearing_of(scene: RoomScene, x_m: float, y_m: float) -> tuple[float, float]:
    """Bearing and distance of a place as seen from the screen."""
    place = scene.spec.device
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    room_deg = math.degrees(math.atan2(y_m - place.y_m, x_m - place.x_m))
    return wrap_deg(room_deg - place.heading_deg - yaw_deg), math.hypot(x_m - place.x_m, y_m - place.y_m)


def at_polar(frame: RoomFrame, x_m: float, y_m: float, room_deg: float, distance_m: float) -> QPointF:
    """The place a distance away in a direction of the room."""
    turn = math.radians(room_deg)
    return frame.to_px(x_m + distance_m * math.cos(turn), y_m + distance_m * math.sin(turn))
