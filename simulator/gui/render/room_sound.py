"""The ways that sound takes: direct sound solid, echoes dashed and bent at the wall, with the mirror image they seem to come from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from simulator.gui.look.theme import Theme
from simulator.gui.render.room_frame import RoomFrame
from simulator.world.truth import SoundPath, TruthFrame

LOUDEST_PATHS = 7
IMAGE_M = (0.18, 0.13)  # half axes of a mirror image, about a person's shoulders


def draw_paths(
    painter: QPainter, frame: RoomFrame, truth: TruthFrame, paths: Sequence[SoundPath], theme: Theme
) -> None:
    """Direct sound solid; echoes dashed, bent at the wall, with the mirror image they seem to come from drawn faintly."""
    people = {person.name: (person.x_m, person.y_m) for person in truth.people}
    people |= {source.name: (source.x_m, source.y_m) for source in truth.sources}
    loud = sorted(paths, key=lambda path: -path.gain_db)
    for source in people:
        mine = [path for path in loud if path.source == source and path.order <= 1][:LOUDEST_PATHS]
        strongest = max((path.gain_db for path in mine), default=0.0)
        for path in reversed(mine):
            _path(
                painter,
                frame,
                theme,
                path,
                people[source],
                frame.device_m,
                strength=10 ** ((path.gain_db - strongest) / 20),
            )


def _path(
    painter: QPainter,
    frame: RoomFrame,
    theme: Theme,
    path: SoundPath,
    source_m: tuple[float, float],
    device_m: tuple[float, float],
    *,
    strength: float,
) -> None:
    start, end = frame.to_px(*source_m), frame.to_px(*device_m)
    blocked = bool(path.blocked_by)
    if path.order == 0:
        painter.setPen(
            theme.pen(
                "voice",
                width=2.2,
                alpha=0.35 if blocked else 0.95,
                style=Qt.PenStyle.DotLine if blocked else Qt.PenStyle.SolidLine,
            )
        )
        painter.drawLine(start, end)
        return
    image = frame.to_px(path.image_m[0], path.image_m[1])
    bend = _bend(source_m, device_m, (path.image_m[0], path.image_m[1]))
    alpha = 0.15 + 0.6 * min(1.0, strength)
    painter.setPen(theme.pen("voice", width=1.2, alpha=alpha, style=Qt.PenStyle.DashLine))
    if bend is None:
        painter.drawLine(start, end)
        return
    corner = frame.to_px(*bend)
    painter.drawLine(start, corner)
    painter.drawLine(corner, end)
    painter.setPen(theme.pen("voice", width=1.0, alpha=0.22, style=Qt.PenStyle.DotLine))
    painter.save()
    painter.setClipping(False)
    painter.setClipRect(frame.area)
    painter.drawLine(corner, image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.pen("voice", width=1.2, alpha=0.45))
    painter.drawEllipse(image, IMAGE_M[0] * frame.scale, IMAGE_M[1] * frame.scale)
    painter.restore()


def _bend(
    source: tuple[float, float], device: tuple[float, float], image: tuple[float, float]
) -> tuple[float, float] | None:
    """Where the sound meets the wall: the wall is the middle plane between a source and its mirror image."""
    nx, ny = image[0] - source[0], image[1] - source[1]
    if math.hypot(nx, ny) < 1e-6:
        return None
    mx, my = (image[0] + source[0]) / 2, (image[1] + source[1]) / 2
    dx, dy = device[0] - image[0], device[1] - image[1]
    slope = dx * nx + dy * ny
    if abs(slope) < 1e-9:
        return None
    share = ((mx - image[0]) * nx + (my - image[1]) * ny) / slope
    if not 0.0 < share < 1.0:
        return None
    return image[0] + share * dx, image[1] + share * dy
