"""Who and what is in the room: people with names, facing and voice, sounds, things, the device, and what the device believes."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPolygonF

from simulator.gui.look.theme import Theme
from simulator.gui.render import text
from simulator.gui.render.room_frame import RoomFrame, RoomScene, at_polar
from simulator.onboard.angles import wrap_deg
from simulator.workbench.floor_plan import ROUND_KINDS, outline
from simulator.workbench.run_data import RunMoment
from simulator.world.spec import ThingSpec, WorldSpec
from simulator.world.truth import PersonTruth, ThingTruth, TruthFrame

SHOULDERS_M, CHEST_M, HEAD_M = 0.23, 0.13, 0.10
SCREEN_M, BASE_M = 0.14, 0.085


def draw_thing(
    painter: QPainter, frame: RoomFrame, theme: Theme, thing: ThingSpec, truth: ThingTruth | None, *, chosen: bool
) -> None:
    """One thing, where it stands now."""
    middle = frame.to_px(*((truth.x_m, truth.y_m) if truth else thing.at))
    alpha = 0.55 if thing.bottom_m > 1.8 or thing.height_m < 0.5 else 1.0
    tipped = truth is not None and truth.tipped
    painter.setPen(
        theme.pen("focus" if chosen else "bad" if tipped else "furniture_edge", width=2.0 if chosen else 1.0)
    )
    painter.setBrush(theme.colour("furniture", alpha))
    if thing.kind in ROUND_KINDS:
        painter.drawEllipse(
            middle, max(3.0, thing.size[0] / 2 * frame.scale), max(3.0, thing.size[1] / 2 * frame.scale)
        )
    else:
        painter.drawPolygon(QPolygonF([frame.to_px(*corner) for corner in outline(thing, truth)]))
    wide, deep = thing.size[0] * frame.scale, thing.size[1] * frame.scale
    if wide > text.width_px(thing.name) + 10 and deep > 16:
        place = frame.to_px(*thing.at)
        text.plain(painter, theme, QPointF(place.x(), place.y() + 4), thing.name, colour="faint", align="middle")


def draw_person(painter: QPainter, frame: RoomFrame, theme: Theme, person: PersonTruth, *, chosen: bool) -> None:
    """One person: shoulders, head, nose, and rings while talking."""
    painter.save()
    painter.translate(frame.to_px(person.x_m, person.y_m))
    scale = max(frame.scale, 42.0)  # people stay big enough to grab in a small window
    if person.talking:
        for ring, alpha in ((0.36, 0.16), (0.29, 0.22)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("voice", alpha))
            painter.drawEllipse(QPointF(0, 0), ring * scale, ring * scale)
    if chosen:
        painter.setPen(theme.pen("focus", width=2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0, 0), 0.31 * scale, 0.31 * scale)
    painter.save()
    painter.rotate(90 - person.body_deg)
    painter.setPen(theme.pen("card", width=1.0))
    painter.setBrush(theme.colour("voice" if person.talking else "dim"))
    painter.drawEllipse(QPointF(0, 0), SHOULDERS_M * scale, CHEST_M * scale)
    painter.restore()
    painter.rotate(90 - person.head_deg)
    nose = QPainterPath(QPointF(-0.055 * scale, -0.075 * scale))
    nose.lineTo(0, -0.165 * scale)
    nose.lineTo(0.055 * scale, -0.075 * scale)
    nose.closeSubpath()
    painter.setPen(theme.pen("card", width=1.0))
    painter.setBrush(theme.colour("text"))
    painter.drawPath(nose)
    painter.drawEllipse(QPointF(0, 0), HEAD_M * scale, HEAD_M * scale)
    painter.restore()


def draw_source(
    painter: QPainter, frame: RoomFrame, theme: Theme, x_m: float, y_m: float, name: str, *, on: bool, chosen: bool
) -> None:
    """One thing that sounds, with rings while it does."""
    at = frame.to_px(x_m, y_m)
    if on:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ring, alpha in ((13, 0.5), (19, 0.25)):
            painter.setPen(theme.pen("voice", width=1.3, alpha=alpha))
            painter.drawEllipse(at, ring, ring)
    painter.setPen(theme.pen("focus" if chosen else "card", width=2.0 if chosen else 1.0))
    painter.setBrush(theme.colour("voice" if on else "dim"))
    painter.drawRoundedRect(QRectF(at.x() - 7, at.y() - 7, 14, 14), 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("card"))
    painter.drawEllipse(at, 3, 3)
    text.plain(painter, theme, at + QPointF(0, 24), name, align="middle")


def draw_device(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """Base, screen, and the speed of the turn as an arc that runs ahead of the screen by a quarter of a second."""
    place = scene.spec.device
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    rate_dps = scene.moment.rate_dps if scene.moment else 0.0
    closed = scene.moment.shutter_closed if scene.moment else place.shutter == "closed"
    centre = frame.to_px(place.x_m, place.y_m)
    scale = max(frame.scale, 70.0)
    forward = place.heading_deg + yaw_deg
    if abs(rate_dps) > 1.0:
        radius = 0.30 * scale
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(theme.pen("text", width=3.0, alpha=0.85))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(box, round(forward * 16), round(0.25 * rate_dps * 16))
    painter.save()
    painter.translate(centre)
    painter.setPen(theme.pen("card", width=1.0))
    painter.setBrush(theme.colour("dim"))
    painter.drawEllipse(QPointF(0, 0), BASE_M * scale * 1.5, BASE_M * scale * 1.5)
    painter.rotate(90 - forward)
    painter.setPen(theme.pen("card", width=1.2))
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(QRectF(-SCREEN_M * 1.5 * scale, -0.11 * scale, 3.0 * SCREEN_M * scale, 0.075 * scale), 2, 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("bad" if closed else "inverse"))
    painter.drawEllipse(QPointF(0, -0.072 * scale), 0.022 * scale, 0.022 * scale)
    painter.restore()


def draw_names(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme, truth: TruthFrame) -> None:
    """Names with distance and bearing, moved apart where they would meet."""
    taken: list[QRectF] = []
    yaw_deg = scene.moment.yaw_deg if scene.moment else 0.0
    for person in truth.people:
        at = frame.to_px(person.x_m, person.y_m)
        detail = f"{theme.lengths.words(person.distance_m)} · {text.degrees(wrap_deg(person.azimuth_deg - yaw_deg))}"
        box = _free_place(at, 0.25 * max(frame.scale, 42.0) + 5, (person.name, detail), taken, frame.area)
        lines = (person.name, detail)
        if box is None:  # crowded: the name alone
            lines = (person.name, "")
            box = _free_place(at, 0.25 * frame.scale + 4, lines, taken, frame.area)
        if box is None:
            continue
        taken.append(box)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("floor", 0.72))
        painter.drawRoundedRect(box.adjusted(-4, -2, 4, 2), 4, 4)
        text.plain(painter, theme, QPointF(box.left(), box.top() + 11), lines[0], colour="text", weight=600)
        text.plain(painter, theme, QPointF(box.left(), box.top() + 25), lines[1], colour="dim")


def _free_place(at: QPointF, offset: float, lines: tuple[str, str], taken: list[QRectF], area: QRectF) -> QRectF | None:
    """Beside, below or above somebody, inside the drawing and over nobody else's label; None when there is no such place."""
    wide = max(text.width_px(lines[0], weight=600), text.width_px(lines[1]))
    high = 28.0 if lines[1] else 14.0
    inside = area.adjusted(4, 2, -4, -2)
    for x, y in (
        (at.x() + offset, at.y() - high / 2),
        (at.x() - offset - wide, at.y() - high / 2),
        (at.x() - wide / 2, at.y() + offset),
        (at.x() - wide / 2, at.y() - offset - high),
        (at.x() + offset, at.y() + high / 2),
        (at.x() + offset, at.y() - 1.5 * high),
    ):
        box = QRectF(x, y, wide, high)
        if inside.contains(box) and not any(box.adjusted(-5, -2, 5, 2).intersects(other) for other in taken):
            return box
    return None


def draw_ghost(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """Where the screen of the other run points."""
    place, half_fov = scene.spec.device, scene.facts.camera.half_fov_deg
    forward = place.heading_deg + (scene.ghost_yaw_deg or 0.0)
    reach_m = scene.facts.reliable_distance_m
    painter.setPen(theme.pen("text", width=1.3, alpha=0.7, style=Qt.PenStyle.DashLine))
    for offset in (-half_fov, 0.0, half_fov):
        far_m = min(reach_m, scene.sight.reach_m(forward + offset)) * (1.0 if offset else 0.92)
        tip = at_polar(frame, place.x_m, place.y_m, forward + offset, far_m)
        painter.drawLine(at_polar(frame, place.x_m, place.y_m, forward + offset, 0.2), tip)
        if not offset:
            text.plain(painter, theme, tip + QPointF(4, 4), scene.ghost_name, colour="text", weight=600)


def draw_trails(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme) -> None:
    """Where people came from, fading."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for points in scene.trails.values():
        if len(points) < 2:
            continue
        mapped = [frame.to_px(*point) for point in points]
        fade = QLinearGradient(mapped[0], mapped[-1])
        fade.setColorAt(0.0, theme.colour("text", 0.0))
        fade.setColorAt(1.0, theme.colour("text", 0.4))
        pen = theme.pen("text", width=2.0)
        pen.setBrush(fade)
        painter.setPen(pen)
        painter.drawPolyline(mapped)


def draw_beliefs(painter: QPainter, frame: RoomFrame, scene: RoomScene, theme: Theme, moment: RunMoment) -> None:
    """What the stack believes: tracks as small diamonds with their uncertainty, the direction of sound as a broad tick."""
    place = scene.spec.device
    reach_m = scene.facts.reliable_distance_m
    for track in moment.tracks.tracks if moment.tracks else ():
        room_deg = place.heading_deg + track.azimuth_deg
        distance_m = track.distance_m if track.distance_m is not None else reach_m * 0.97
        at = at_polar(frame, place.x_m, place.y_m, room_deg, distance_m)
        radius = distance_m * frame.scale
        centre = frame.to_px(place.x_m, place.y_m)
        spread = min(25.0, 2 * track.sigma_deg)
        painter.setPen(theme.pen("text", width=1.5, alpha=0.25 + 0.3 * track.in_view))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawArc(box, round((room_deg - spread) * 16), round(2 * spread * 16))
        main = moment.decision is not None and moment.decision.subject_id == track.track_id
        painter.setBrush(theme.colour("text", 0.9) if main else theme.colour("floor", 0.9))
        painter.setPen(theme.pen("text", width=1.4, alpha=0.9))
        painter.drawPolygon(
            QPolygonF([at + QPointF(0, -5), at + QPointF(5, 0), at + QPointF(0, 5), at + QPointF(-5, 0)])
        )
    sound = moment.sound
    if sound and sound.azimuth_deg is not None:
        room_deg = place.heading_deg + sound.azimuth_deg
        painter.setPen(theme.pen("voice", width=4.0, alpha=0.4 + 0.6 * sound.confidence))
        painter.drawLine(
            at_polar(frame, place.x_m, place.y_m, room_deg, 0.3), at_polar(frame, place.x_m, place.y_m, room_deg, 0.48)
        )


def waiting(spec: WorldSpec, name: str) -> PersonTruth:
    """A person as the scene places them, before anything ran."""
    person = next(one for one in spec.people if one.name == name)
    toward = math.degrees(math.atan2(spec.device.y_m - person.at[1], spec.device.x_m - person.at[0]))
    facing = float(person.faces) if not isinstance(person.faces, str) else toward
    return PersonTruth(
        name=name, x_m=person.at[0], y_m=person.at[1], mouth_height_m=1.5, azimuth_deg=0.0, distance_m=0.0,
        body_deg=facing, head_deg=facing, facing_deg=0.0, talking=False, says="", posture=person.posture,
    )  # fmt: skip
