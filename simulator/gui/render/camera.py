"""What the device sees: the few hundred numbers kept of a picture, the people found in it, and the zone edges over it.

The picture itself is deleted on the device, so the kept numbers are the honest view; a synthetic picture can be laid under it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from simulator.gui.look.theme import SMALL_PX, Theme, font
from simulator.gui.render import text
from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box, ObjectSighting, PersonSighting, Seeing, VisionReport
from simulator.onboard.tuning import MID_M, Tuning
from simulator.workbench import zone_edges
from simulator.workbench.run_data import RunMoment

# The layout of VisionReport.points, as simulator/onboard/vision/points.py writes it.
SLOTS, SLOT_NUMBERS, COLUMNS, ROWS, CELL_NUMBERS = 8, 15, 8, 5, 8
COLOUR_LEVELS = 4.0
EDGE_LEVELS = 7.0
ZONES_PX = 22.0  # the row with the names of the zones
CORNER_PX = 6.0


@dataclass(frozen=True, slots=True)
class CameraScene:
    """All that one drawing of the device's view needs."""

    facts: CameraFacts
    tuning: Tuning
    moment: RunMoment | None
    picture: QImage | None = None  # the synthetic picture; None shows the kept numbers
    picture_at_s: float | None = None  # of when it is, where that is not this moment
    no_picture: str = ""  # why there is none
    names: tuple[tuple[float, str], ...] = ()  # azimuth and name of the people who are really there, for labels
    hot: str = ""  # the edge under the mouse


def picture_area(area: QRectF, facts: CameraFacts) -> QRectF:
    """The largest rectangle of the camera's shape inside an area."""
    wide = min(area.width(), area.height() * facts.columns / facts.rows)
    high = wide * facts.rows / facts.columns
    return QRectF(area.center().x() - wide / 2, area.center().y() - high / 2, wide, high)


def column_px(bearing_deg: float, area: QRectF, facts: CameraFacts) -> float:
    """Where a bearing lies in the picture; the screen's left is the picture's left."""
    share = math.tan(math.radians(bearing_deg)) / math.tan(math.radians(facts.half_fov_deg))
    return area.center().x() - share * area.width() / 2


def bearing_at(x_px: float, area: QRectF, facts: CameraFacts) -> float:
    """The bearing of a column of the picture."""
    share = (area.center().x() - x_px) / (area.width() / 2)
    return math.degrees(math.atan(share * math.tan(math.radians(facts.half_fov_deg))))


def subject_distance_m(moment: RunMoment | None) -> float:
    """The distance for which zone edges are drawn: of the person who matters now, else the middle one."""
    if moment and moment.tracks and moment.decision and moment.decision.subject_id is not None:
        for track in moment.tracks.tracks:
            if track.track_id == moment.decision.subject_id and track.distance_m is not None:
                return track.distance_m
    return MID_M


def draw_camera(painter: QPainter, area: QRectF, scene: CameraScene, theme: Theme) -> None:
    """The device's view at one moment."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = picture_area(area, scene.facts)
    clip = QPainterPath()
    clip.addRoundedRect(box, CORNER_PX, CORNER_PX)
    painter.save()
    painter.setClipPath(clip)
    painter.fillRect(box, theme.colour("picture"))
    vision = scene.moment.vision if scene.moment else None
    if vision is None or vision.seeing is not Seeing.SEEING:
        _nothing(painter, box, theme, vision)
    else:
        modelled = scene.picture is None and vision.points is None
        if scene.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, scene.picture)
            if scene.picture_at_s is not None:
                _older(painter, box, theme, scene.picture_at_s)
        elif vision.points is not None and len(vision.points) == SLOTS * SLOT_NUMBERS + COLUMNS * ROWS * CELL_NUMBERS:
            _grid(painter, box, vision.points)
        _zones(painter, box, scene, theme)
        taken = [QRectF(box.left(), box.top(), box.width(), 15)] if modelled else []
        for person in vision.people:
            _sighting(painter, box, scene, theme, person, taken)
        for thing in vision.objects:
            _thing(painter, box, thing, taken)
        if scene.picture is None and vision.points is not None:
            _face_points(painter, box, vision.points)
        _edges(painter, box, scene, theme)
        if modelled:
            _modelled(painter, box, theme)
    if scene.no_picture and scene.picture is None:
        text.bubble(painter, theme, box.center(), scene.no_picture, inside=box, border="changed")
    painter.restore()


def _older(painter: QPainter, box: QRectF, theme: Theme, at_s: float) -> None:
    """A picture of another moment is hatched, and says of which."""
    painter.fillRect(box, theme.colour("picture", 0.45))
    painter.fillRect(box, QBrush(theme.colour("changed", 0.5), Qt.BrushStyle.BDiagPattern))
    corner = QPointF(box.left(), box.top() + 18)
    text.bubble(painter, theme, corner, f"picture of {at_s:.2f} s", inside=box, border="changed")


def edge_bars(area: QRectF, scene: CameraScene) -> dict[tuple[zone_edges.Edge, int], float]:
    """The columns of the zone edges, by edge and side (+1 is left)."""
    box = picture_area(area, scene.facts)
    distance_m = subject_distance_m(scene.moment)
    return {
        (edge, side): column_px(side * zone_edges.curve(scene.tuning, edge).at(distance_m), box, scene.facts)
        for edge in zone_edges.EDGES
        for side in (1, -1)
    }


# --- parts --------------------------------------------------------------------------------------------------------------


def _nothing(painter: QPainter, box: QRectF, theme: Theme, vision: VisionReport | None) -> None:
    painter.setPen(theme.pen("faint", width=1.0, alpha=0.35))
    step = 14.0
    for index in range(int((box.width() + box.height()) / step) + 1):
        painter.drawLine(
            QPointF(box.left() + index * step, box.top()),
            QPointF(box.left() + index * step - box.height(), box.bottom()),
        )
    closed = vision is not None and vision.seeing is Seeing.SHUTTER_CLOSED
    words = "The shutter is closed: the device sees nothing" if closed else "No picture yet"
    painter.setFont(font(12, 500))
    wide = text.width_px(words, size_px=12, weight=500) + 24
    label = QRectF(box.center().x() - wide / 2, box.center().y() - 15, wide, 30)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("picture", 0.92))
    painter.drawRoundedRect(label, 6, 6)
    painter.setPen(QColor("#e8ebf1"))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)


def _modelled(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """With modelled senses there is no picture to keep numbers of: only who was found is known."""
    words = "modelled senses: no picture is taken"
    wide = text.width_px(words, size_px=10)
    painter.fillRect(QRectF(box.left(), box.top(), wide + 12, 15), theme.colour("picture", 0.85))
    text.plain(painter, theme, QPointF(box.left() + 6, box.top() + 11), words, colour="faint", size_px=10)


def _grid(painter: QPainter, box: QRectF, points: NDArray[np.uint8]) -> None:
    """40 cells: mean colour as a soft tile, edges as short strokes along the four directions, longer where stronger."""
    cells = points[SLOTS * SLOT_NUMBERS :].reshape(ROWS, COLUMNS, CELL_NUMBERS)
    wide, high = box.width() / COLUMNS, box.height() / ROWS
    painter.setPen(Qt.PenStyle.NoPen)
    for row in range(ROWS):
        for column in range(COLUMNS):
            red, green, blue = (int(40 + 120 * level / COLOUR_LEVELS) for level in cells[row, column, 5:].tolist())
            painter.setBrush(QColor(red, green, blue, 105))
            tile = QRectF(box.left() + column * wide, box.top() + row * high, wide, high)
            painter.drawRoundedRect(tile.adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
    for row in range(ROWS):
        for column in range(COLUMNS):
            middle = QPointF(box.left() + (column + 0.5) * wide, box.top() + (row + 0.5) * high)
            energy = float(cells[row, column, 4]) / EDGE_LEVELS
            for k, share in enumerate(cells[row, column, :4].tolist()):
                length = 0.55 * min(wide, high) * energy * share / EDGE_LEVELS
                if length < 1.0:
                    continue
                # an edge runs across its gradient
                turn = math.pi * (k + 0.5) / 4 + math.pi / 2
                way = QPointF(math.cos(turn) * length, math.sin(turn) * length)
                painter.setPen(QColor(232, 235, 241, int(70 + 120 * energy)))
                painter.drawLine(middle - way, middle + way)


def _face_points(painter: QPainter, box: QRectF, points: NDArray[np.uint8]) -> None:
    """Five coarse points of each face: they say where it looks, not whose it is."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    for slot in points[: SLOTS * SLOT_NUMBERS].reshape(SLOTS, SLOT_NUMBERS).astype(float):
        if slot[4] == 0 or not slot[5:].any():
            continue
        left, top, wide, high = slot[0] / 255, slot[1] / 255, slot[2] / 255, slot[3] / 255
        for x, y in slot[5:].reshape(5, 2) / 8:
            painter.drawEllipse(
                QPointF(box.left() + (left + x * wide) * box.width(), box.top() + (top + y * high) * box.height()),
                1.8,
                1.8,
            )


def _zones(painter: QPainter, box: QRectF, scene: CameraScene, theme: Theme) -> None:
    bars = edge_bars(box, scene)
    dead_left, dead_right = bars["dead", 1], bars["dead", -1]
    hold_left, hold_right = bars["holding", 1], bars["holding", -1]
    for name, first, last in (
        ("motion", box.left(), hold_left), ("hold", hold_left, dead_left), ("dead", dead_left, dead_right),
        ("hold", dead_right, hold_right), ("motion", hold_right, box.right()),
    ):  # fmt: skip
        if last - first > 0.5:
            painter.fillRect(QRectF(first, box.top(), last - first, box.height()), theme.colour(name, 0.17))
    if scene.picture is not None:  # the words stand on whatever the picture shows
        painter.fillRect(
            QRectF(box.left(), box.bottom() - ZONES_PX, box.width(), ZONES_PX), theme.colour("picture", 0.62)
        )
    painter.setFont(font(10, 600))
    for name, word, first, last in (
        ("motion", "Motion", box.left(), hold_left), ("hold", "Holding", hold_left, dead_left), ("dead", "Dead", dead_left, dead_right),
        ("hold", "Holding", dead_right, hold_right), ("motion", "Motion", hold_right, box.right()),
    ):  # fmt: skip
        if last - first > text.width_px(word, size_px=10, weight=600) + 4:
            painter.setPen(QColor(theme.colours[name]).lighter(130))
            painter.drawText(QRectF(first, box.bottom() - 20, last - first, 16), Qt.AlignmentFlag.AlignCenter, word)


def _edges(painter: QPainter, box: QRectF, scene: CameraScene, theme: Theme) -> None:
    for (edge, side), x in edge_bars(box, scene).items():
        hot = scene.hot == edge
        colour = "dead" if edge == "dead" else "hold"
        painter.setPen(theme.pen(colour, width=2.6 if hot else 1.6))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        grip = QRectF(x - 4.5, box.bottom() - 46, 9, 22)
        painter.setBrush(theme.colour("card"))
        painter.setPen(theme.pen(colour, width=2.0))
        painter.drawRoundedRect(grip, 3, 3)
        if hot and side == -1:
            distance_m = subject_distance_m(scene.moment)
            value = zone_edges.curve(scene.tuning, edge).at(distance_m)
            label = f"{'Dead zone' if edge == 'dead' else 'Holding zone'} at {theme.lengths.words(distance_m)}   {value:.1f}°"
            text.bubble(painter, theme, QPointF(x, box.bottom() - 64), label, inside=box, border=colour)


def _sighting(
    painter: QPainter, box: QRectF, scene: CameraScene, theme: Theme, person: PersonSighting, taken: list[QRectF]
) -> None:
    moment = scene.moment
    frame = _frame(box, person.box)
    talking = False
    if moment and moment.tracks and moment.tracks.talker_id is not None:
        talking = any(
            track.track_id == moment.tracks.talker_id and abs(track.azimuth_deg - person.azimuth_deg) < 6.0
            for track in moment.tracks.tracks
        )
    pen = theme.pen(
        "voice" if talking else "text",
        width=2.0 if talking else 1.4,
        style=Qt.PenStyle.SolidLine if person.confirmed else Qt.PenStyle.DashLine,
    )
    pen.setColor(QColor("#c9bdff") if talking else QColor("#e8ebf1"))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 4, 4)
    name = min(scene.names, key=lambda one: abs(one[0] - person.azimuth_deg), default=(999.0, ""))
    who = name[1] if abs(name[0] - person.azimuth_deg) < 8.0 else "person"
    words = f"{who}  {person.score:.2f}"
    if talking:
        words += " · talking"
    elif person.engagement >= scene.tuning.attention.engaged_threshold:
        words += " · engaged"
    if talking:
        _name(painter, box, frame, words, taken, ink="#101216", paper=QColor("#a793ff"))
    else:
        _name(painter, box, frame, words, taken, ink="#e8ebf1", paper=QColor(20, 23, 28, 215))


def _thing(painter: QPainter, box: QRectF, thing: ObjectSighting, taken: list[QRectF]) -> None:
    """What is no person: fainter, dotted, with its kind."""
    frame = _frame(box, thing.box)
    painter.setPen(QPen(QColor(232, 235, 241, 150), 1.2, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 4, 4)
    _name(painter, box, frame, thing.label, taken, ink="#b9c0cc", paper=QColor(20, 23, 28, 170))


def _frame(box: QRectF, share: Box) -> QRectF:
    return QRectF(
        box.left() + share.x * box.width(),
        box.top() + share.y * box.height(),
        share.width * box.width(),
        share.height * box.height(),
    )


def _name(
    painter: QPainter, box: QRectF, frame: QRectF, words: str, taken: list[QRectF], *, ink: str, paper: QColor
) -> None:
    """A label over a frame, inside the picture and over no other label; left out where there is no room."""
    label = free_label(box, frame, text.width_px(words, weight=500) + 12, taken)
    if label is None:
        return
    taken.append(label)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(paper)
    painter.drawRoundedRect(label, 4, 4)
    painter.setFont(font(SMALL_PX, 500))
    painter.setPen(QColor(ink))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)


def free_label(box: QRectF, frame: QRectF, wide: float, taken: list[QRectF]) -> QRectF | None:
    """Where a label lies: over its frame, else below the labels that are there; None under the names of the zones."""
    label = QRectF(frame.left(), frame.top() - 19, wide, 18)
    label.moveLeft(min(max(label.left(), box.left() + 3), box.right() - wide - 3))
    label.moveTop(max(label.top(), box.top() + 3))
    while other := next((one for one in taken if one.intersects(label)), None):
        label.moveTop(other.bottom() + 1)
    return label if label.bottom() < box.bottom() - ZONES_PX else None
