"""The room seen from above, at one moment: what is true, what the device believes, and where its zones lie.

A pure drawing: the same function fills the window, a PNG, a PDF and each frame of a film. The floor, walls and furniture do not move
and are drawn once into a picture by the view (`draw_ground`); so are the zones while the screen rests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.gui.render.room_frame import (
    RoomFrame,
    RoomOptions,
    RoomScene,
    bearing_of,
    floor_path,
    handle_points,
)
from simulator.gui.render.room_parts import (
    draw_beliefs,
    draw_device,
    draw_ghost,
    draw_names,
    draw_person,
    draw_source,
    draw_thing,
    draw_trails,
    waiting,
)
from simulator.gui.render.room_sound import draw_paths
from simulator.gui.render.room_zones import draw_handles, draw_zones
from simulator.workbench.floor_plan import sound_paths
from simulator.world.spec import WorldSpec
from simulator.world.truth import ThingTruth

__all__ = [
    "RoomFrame", "RoomOptions", "RoomScene", "bearing_of", "draw_ground", "draw_room", "draw_zones", "floor_path", "handle_points",
]  # fmt: skip


def draw_ground(
    painter: QPainter,
    frame: RoomFrame,
    spec: WorldSpec,
    theme: Theme,
    things: Sequence[ThingTruth],
    *,
    grid: bool,
    chosen: str = "",
) -> None:
    """Floor, grid, walls and furniture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = floor_path(frame, spec)
    painter.fillPath(shape, theme.colour("floor"))
    if grid:
        painter.save()
        painter.setClipPath(shape)
        painter.setPen(theme.pen("grid"))
        box = shape.boundingRect()
        origin, step = frame.to_px(0.0, 0.0), theme.lengths.grid_m * frame.scale
        for index in range(
            math.ceil((box.left() - origin.x()) / step), math.floor((box.right() - origin.x()) / step) + 1
        ):
            x = round(origin.x() + index * step) + 0.5
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for index in range(
            math.ceil((box.top() - origin.y()) / step), math.floor((box.bottom() - origin.y()) / step) + 1
        ):
            y = round(origin.y() + index * step) + 0.5
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.restore()
    now = {thing.name: thing for thing in things}
    for thing in spec.things:
        draw_thing(painter, frame, theme, thing, now.get(thing.name), chosen=thing.name == chosen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.pen("wall", width=3.0))
    painter.drawPath(shape)


def draw_room(
    painter: QPainter,
    frame: RoomFrame,
    scene: RoomScene,
    theme: Theme,
    *,
    ground: bool = True,
    zones: bool = True,
    handles: bool = True,
) -> None:
    """The room at one moment; without ground, zones or handles when those are drawn elsewhere."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    moment = scene.moment
    truth = moment.truth if moment else None
    if ground:
        draw_ground(
            painter,
            frame,
            scene.spec,
            theme,
            truth.things if truth else (),
            grid=scene.options.grid,
            chosen=scene.chosen,
        )
    _draw_under(painter, frame, scene, theme, zones=zones)
    _draw_sources_and_people(painter, frame, scene, theme)
    draw_device(painter, frame, scene, theme)
    if truth and scene.options.names:
        draw_names(painter, frame, scene, theme, truth)
    if handles and scene.options.zones:
        draw_handles(painter, frame, scene, theme)
    _scale_bar(painter, frame, theme)


def _draw_under(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme, *, zones: bool) -> None:
    """Whatever lies on the floor under people and device."""
    moment = scene.moment
    truth = moment.truth if moment else None
    painter.save()
    painter.setClipPath(floor_path(frame, scene.spec))
    if zones and scene.options.zones:
        draw_zones(painter, frame, scene, theme)
    if scene.ghost_yaw_deg is not None:
        draw_ghost(painter, frame, scene, theme)
    if truth and scene.options.paths:
        draw_paths(painter, frame, truth, truth.paths or sound_paths(scene.spec, truth), theme)
    if scene.options.trails:
        draw_trails(painter, frame, scene, theme)
    if moment and scene.options.beliefs:
        draw_beliefs(painter, frame, scene, theme, moment)
    painter.restore()


def _draw_sources_and_people(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """Where they are now; before the first tick, where the scene puts them."""
    truth = scene.moment.truth if scene.moment else None
    if truth:
        for source in truth.sources:
            draw_source(
                painter,
                frame,
                theme,
                source.x_m,
                source.y_m,
                source.name,
                on=source.on,
                chosen=source.name == scene.chosen,
            )
        for person in truth.people:
            draw_person(painter, frame, theme, person, chosen=person.name == scene.chosen)
    else:
        for spec in scene.spec.sources:
            draw_source(painter, frame, theme, *spec.at, spec.name, on=spec.on, chosen=spec.name == scene.chosen)
        for who in scene.spec.people:
            draw_person(painter, frame, theme, waiting(scene.spec, who.name), chosen=who.name == scene.chosen)


def _scale_bar(painter: QPainter, frame: RoomFrame, theme: Theme) -> None:
    """A metre or three feet, beside the room and never across its wall."""
    lengths = theme.lengths
    right, y = frame.area.right() - 14, frame.area.bottom() - 7
    left = right - lengths.bar * lengths.metres * frame.scale
    painter.setPen(theme.pen("faint", width=1.2))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.drawLine(QPointF(left, y - 3), QPointF(left, y + 3))
    painter.drawLine(QPointF(right, y - 3), QPointF(right, y + 3))
    text.plain(painter, theme, QPointF(left - 6, y + 4), f"{lengths.bar} {lengths.unit}", colour="faint", align="right")
