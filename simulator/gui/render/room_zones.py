"""The range of motion and the three zones, bent by distance and cut off by what stands in the way of sight."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.gui.render.room_frame import RoomFrame, RoomScene, at_polar, handle_points
from simulator.onboard.zones.widths import WidthCurve
from simulator.workbench import zone_edges

WEDGE_STEPS = 14
# The motion zone is the largest and means least that is wrong: it is outlined, and hardly filled.
ZONE_ALPHA = {"dead": 0.30, "hold": 0.17, "motion": 0.07}


def draw_zones(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """Range of motion and the three zones; a view keeps the picture of them while the screen rests."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _range(painter, frame, scene, theme)
    _zones(painter, frame, scene, theme)


def draw_handles(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """The rings by which zone edges are dragged, and the value of the one under the mouse."""
    points = handle_points(frame, scene)
    names = {"dead": "Dead zone", "holding": "Holding zone"}
    for (edge, knot, side), at in points.items():
        hot = scene.hot == (edge, knot)
        colour = "dead" if edge == "dead" else "hold"
        radius = (7.5 if hot else 5.5) if knot == 1 else (6.5 if hot else 3.8)
        painter.setPen(theme.pen(colour, width=2.2))
        painter.setBrush(theme.colour("card"))
        painter.drawEllipse(at, radius, radius)
        if hot and side == -1:
            width_deg = zone_edges.knot_widths_deg(scene.tuning, edge)[knot]
            away = theme.lengths.words(zone_edges.KNOTS_M[knot], short=True)
            label = f"{names[edge]} at {away}   {width_deg:.1f}°"
            text.bubble(painter, theme, at, label, inside=frame.area, border=colour)


def _range(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    place = scene.spec.device
    if place.range is None:
        return
    reach_m = scene.facts.reliable_distance_m * 1.04
    painter.setPen(theme.pen("faint", width=1.3, style=Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    centre = frame.to_px(place.x_m, place.y_m)
    radius = reach_m * frame.scale
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    start = place.heading_deg + place.range.min_deg
    painter.drawArc(box, round(start * 16), round(place.range.width_deg * 16))
    for end_deg in (place.range.min_deg, place.range.max_deg):
        tip = at_polar(frame, place.x_m, place.y_m, place.heading_deg + end_deg, reach_m)
        painter.drawLine(at_polar(frame, place.x_m, place.y_m, place.heading_deg + end_deg, 0.3), tip)


def _zones(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    place, half_fov = scene.spec.device, scene.facts.camera.half_fov_deg
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    forward = place.heading_deg + yaw_deg
    reach_m = scene.facts.reliable_distance_m
    closed = scene.moment is not None and scene.moment.shutter_closed
    seen = _fan(frame, scene, forward - half_fov, forward + half_fov, reach_m)
    fade = 0.35 if closed else 1.0
    dead, held = (_band(frame, scene, edge, forward, reach_m) for edge in zone_edges.EDGES)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    # Filled without smoothing, which is four times as fast: the edges are drawn over them, smoothly.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for name, path in (
        ("motion", seen.subtracted(held)), ("hold", held.subtracted(dead).intersected(seen)), ("dead", dead.intersected(seen)),
    ):  # fmt: skip
        painter.setBrush(theme.colour(name, ZONE_ALPHA[name] * fade))
        painter.drawPath(path)
    painter.setClipPath(seen, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, path in (("hold", held), ("dead", dead)):
        painter.setPen(theme.pen(name, width=1.8, alpha=0.95 * fade))
        painter.drawPath(path)
    painter.restore()
    painter.setPen(theme.pen("motion", width=1.6, alpha=0.9 * fade))
    for side in (1, -1):
        room_deg = forward + side * half_fov
        painter.drawLine(
            at_polar(frame, place.x_m, place.y_m, room_deg, 0.2),
            at_polar(frame, place.x_m, place.y_m, room_deg, min(reach_m, scene.sight.reach_m(room_deg))),
        )


def _fan(frame: RoomFrame, scene: RoomScene, first_deg: float, last_deg: float, reach_m: float) -> QPainterPath:
    place = scene.spec.device
    angles, reach = scene.sight.fan(first_deg, last_deg)
    return _shape(frame.around(place.x_m, place.y_m, angles, np.minimum(reach, reach_m)))


def _band(
    frame: RoomFrame, scene: RoomScene, edge: zone_edges.Edge, forward_deg: float, reach_m: float
) -> QPainterPath:
    """A zone as a tongue: its edges bend because widths depend on distance."""
    place = scene.spec.device
    bearings, distances = _outline(zone_edges.knot_widths_deg(scene.tuning, edge), reach_m)
    return _shape(frame.around(place.x_m, place.y_m, forward_deg + bearings, distances))


def _shape(polygon: QPolygonF) -> QPainterPath:
    made = QPainterPath()
    made.addPolygon(polygon)
    made.closeSubpath()
    return made


@lru_cache(maxsize=64)
def _outline(knots: tuple[float, float, float], reach_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A zone's edge as bearings and distances: out along its left, over the far end, back along its right."""
    curve = WidthCurve(near_deg=knots[0], mid_deg=knots[1], far_deg=knots[2])
    along = np.array([0.15 + (reach_m - 0.15) * step / WEDGE_STEPS for step in range(WEDGE_STEPS + 1)])
    half = np.array([curve.at(distance_m) for distance_m in along])
    over = half[-1] * (1 - 2 * np.arange(1, WEDGE_STEPS) / WEDGE_STEPS)
    return (
        np.concatenate([half, over, -half[::-1]]),
        np.concatenate([along, np.full(len(over), reach_m + 0.02), along[::-1]]),
    )
