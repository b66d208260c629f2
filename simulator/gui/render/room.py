"""The room seen from above, at one moment: what is true, what the device believes, and where its zones lie.

A pure drawing: the same function fills the window, a PNG, a PDF and each frame of a film. The floor, walls and furniture do not move
and are drawn once into a picture by the view (`draw_ground`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPolygonF, QTransform

from simulator.gui import widths
from simulator.gui.geometry import ROUND_KINDS, Sight, corners, outline, sound_paths
from simulator.gui.render import text
from simulator.gui.take import Moment
from simulator.gui.theme import Theme
from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Shutter
from simulator.onboard.tuning import Tuning
from simulator.world.spec import ThingSpec, WorldSpec
from simulator.world.truth import PersonTruth, SoundPath, ThingTruth, TruthFrame

MARGIN_PX = 18.0
SHOULDERS_M, CHEST_M, HEAD_M = 0.23, 0.13, 0.10
SCREEN_M, BASE_M = 0.14, 0.085
WEDGE_STEPS = 14
ZONE_ALPHA = {"dead": 0.30, "hold": 0.17, "motion": 0.19}
LOUDEST_PATHS = 7


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
    moment: Moment | None
    sight: Sight
    ghost_yaw_deg: float | None = None  # where the other run's screen points; None without one
    ghost_name: str = "B"
    trails: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    hot: tuple[str, int] | None = None  # the zone handle under the mouse: edge and knot
    chosen: str = ""  # the thing that is selected
    options: RoomOptions = RoomOptions()


class Frame:
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
        self._back = self.matrix.inverted()[0]

    def to_px(self, x_m: float, y_m: float) -> QPointF:
        """A place of the room in the drawing."""
        return self.matrix.map(QPointF(x_m, y_m))

    def to_m(self, at: QPointF) -> tuple[float, float]:
        """A place of the drawing in the room."""
        mapped = self._back.map(at)
        return mapped.x(), mapped.y()


def draw_ground(
    painter: QPainter, frame: Frame, spec: WorldSpec, theme: Theme, things: Sequence[ThingTruth], *, grid: bool, chosen: str = ""
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
        origin, step = frame.to_px(0.0, 0.0), 0.5 * frame.scale
        for index in range(math.ceil((box.left() - origin.x()) / step), math.floor((box.right() - origin.x()) / step) + 1):
            x = round(origin.x() + index * step) + 0.5
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for index in range(math.ceil((box.top() - origin.y()) / step), math.floor((box.bottom() - origin.y()) / step) + 1):
            y = round(origin.y() + index * step) + 0.5
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.restore()
    now = {thing.name: thing for thing in things}
    for thing in spec.things:
        _thing(painter, frame, theme, thing, now.get(thing.name), chosen=thing.name == chosen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.pen("wall", width=3.0))
    painter.drawPath(shape)


def draw_zones(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
    """Range of motion and the three zones; a view keeps the picture of them while the screen rests."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _range(painter, frame, scene, theme)
    _zones(painter, frame, scene, theme)


def draw_room(
    painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme, *, ground: bool = True, zones: bool = True
) -> None:
    """The room at one moment; without ground or zones when those are already there."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    moment = scene.moment
    truth = moment.truth if moment else None
    if ground:
        draw_ground(
            painter, frame, scene.spec, theme, truth.things if truth else (), grid=scene.options.grid, chosen=scene.chosen
        )
    painter.save()
    painter.setClipPath(floor_path(frame, scene.spec))
    if zones and scene.options.zones:
        draw_zones(painter, frame, scene, theme)
    if scene.ghost_yaw_deg is not None:
        _ghost(painter, frame, scene, theme)
    if truth and scene.options.paths:
        _paths(painter, frame, truth, truth.paths or sound_paths(scene.spec, truth), theme)
    if scene.options.trails:
        _trails(painter, frame, scene, theme)
    if moment and scene.options.beliefs:
        _beliefs(painter, frame, scene, theme, moment)
    painter.restore()
    if truth:
        for source in truth.sources:
            _source(painter, frame, theme, source.x_m, source.y_m, source.name, on=source.on, chosen=source.name == scene.chosen)
        for person in truth.people:
            _person(painter, frame, theme, person, chosen=person.name == scene.chosen)
    else:
        for spec in scene.spec.sources:
            _source(painter, frame, theme, *spec.at, spec.name, on=spec.on, chosen=spec.name == scene.chosen)
        for who in scene.spec.people:
            _person(painter, frame, theme, _waiting(scene.spec, who.name), chosen=who.name == scene.chosen)
    _device(painter, frame, scene, theme)
    if truth and scene.options.names:
        _names(painter, frame, scene, theme, truth)
    if scene.options.zones:
        _handles(painter, frame, scene, theme)
    _scale_bar(painter, frame, theme)


def floor_path(frame: Frame, spec: WorldSpec) -> QPainterPath:
    """The room's floor as a shape."""
    shape = QPainterPath()
    shape.addPolygon(QPolygonF([frame.to_px(*corner) for corner in corners(spec.room)]))
    shape.closeSubpath()
    return shape


def handle_points(frame: Frame, scene: RoomScene) -> dict[tuple[widths.Edge, int, int], QPointF]:
    """Where the zone handles are: by edge, knot and side (+1 is the screen's left)."""
    yaw_deg = scene.moment.yaw_deg if scene.moment else scene.spec.device.start_yaw_deg
    place = scene.spec.device
    found: dict[tuple[widths.Edge, int, int], QPointF] = {}
    for edge in widths.EDGES:
        for knot, (distance_m, width_deg) in enumerate(
            zip(widths.KNOTS_M, widths.knot_widths_deg(scene.tuning, edge), strict=True)
        ):
            for side in (1, -1):
                room_deg = place.heading_deg + yaw_deg + side * width_deg
                found[edge, knot, side] = _polar(frame, place.x_m, place.y_m, room_deg, distance_m)
    return found


def bearing_of(scene: RoomScene, x_m: float, y_m: float) -> tuple[float, float]:
    """Bearing and distance of a place as seen from the screen."""
    place = scene.spec.device
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    room_deg = math.degrees(math.atan2(y_m - place.y_m, x_m - place.x_m))
    return wrap_deg(room_deg - place.heading_deg - yaw_deg), math.hypot(x_m - place.x_m, y_m - place.y_m)


# --- parts --------------------------------------------------------------------------------------------------------------


def _polar(frame: Frame, x_m: float, y_m: float, room_deg: float, distance_m: float) -> QPointF:
    turn = math.radians(room_deg)
    return frame.to_px(x_m + distance_m * math.cos(turn), y_m + distance_m * math.sin(turn))


def _thing(
    painter: QPainter, frame: Frame, theme: Theme, thing: ThingSpec, truth: ThingTruth | None, *, chosen: bool
) -> None:
    middle = frame.to_px(*((truth.x_m, truth.y_m) if truth else thing.at))
    alpha = 0.55 if thing.bottom_m > 1.8 or thing.height_m < 0.5 else 1.0
    tipped = truth is not None and truth.tipped
    painter.setPen(theme.pen("focus" if chosen else "bad" if tipped else "furniture_edge", width=2.0 if chosen else 1.0))
    painter.setBrush(theme.colour("furniture", alpha))
    if thing.kind in ROUND_KINDS:
        painter.drawEllipse(middle, max(3.0, thing.size[0] / 2 * frame.scale), max(3.0, thing.size[1] / 2 * frame.scale))
    else:
        painter.drawPolygon(QPolygonF([frame.to_px(*corner) for corner in outline(thing, truth)]))
    wide, deep = thing.size[0] * frame.scale, thing.size[1] * frame.scale
    if wide > text.width_px(thing.name) + 10 and deep > 16:
        place = frame.to_px(*thing.at)
        text.plain(painter, theme, QPointF(place.x(), place.y() + 4), thing.name, colour="faint", align="middle")


def _range(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
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
        tip = _polar(frame, place.x_m, place.y_m, place.heading_deg + end_deg, reach_m)
        painter.drawLine(_polar(frame, place.x_m, place.y_m, place.heading_deg + end_deg, 0.3), tip)


def _zones(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
    place, half_fov = scene.spec.device, scene.facts.camera.half_fov_deg
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    forward = place.heading_deg + yaw_deg
    reach_m = scene.facts.reliable_distance_m
    closed = bool(scene.moment and scene.moment.vision and scene.moment.vision.seeing == "shutter closed")
    seen = _fan(frame, scene, forward - half_fov, forward + half_fov, reach_m)
    fade = 0.35 if closed else 1.0
    dead, held = (_band(frame, scene, edge, forward, reach_m) for edge in widths.EDGES)
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
            _polar(frame, place.x_m, place.y_m, room_deg, 0.2),
            _polar(frame, place.x_m, place.y_m, room_deg, min(reach_m, scene.sight.reach_m(room_deg))),
        )


def _fan(frame: Frame, scene: RoomScene, first_deg: float, last_deg: float, reach_m: float) -> QPainterPath:
    place = scene.spec.device
    angles, reach = scene.sight.fan(first_deg, last_deg)
    shape = QPainterPath(frame.to_px(place.x_m, place.y_m))
    for angle, far in zip(angles.tolist(), reach.tolist(), strict=True):
        shape.lineTo(_polar(frame, place.x_m, place.y_m, angle, min(far, reach_m)))
    shape.closeSubpath()
    return shape


def _band(frame: Frame, scene: RoomScene, edge: widths.Edge, forward_deg: float, reach_m: float) -> QPainterPath:
    """A zone as a tongue: its edges bend because widths depend on distance."""
    place, curve = scene.spec.device, widths.curve(scene.tuning, edge)
    shape = QPainterPath(frame.to_px(place.x_m, place.y_m))
    distances = [0.15 + (reach_m - 0.15) * step / WEDGE_STEPS for step in range(WEDGE_STEPS + 1)]
    for distance_m in distances:
        shape.lineTo(_polar(frame, place.x_m, place.y_m, forward_deg + curve.at(distance_m), distance_m))
    far_deg = curve.at(reach_m)
    for step in range(1, WEDGE_STEPS):
        shape.lineTo(
            _polar(frame, place.x_m, place.y_m, forward_deg + far_deg * (1 - 2 * step / WEDGE_STEPS), reach_m + 0.02)
        )
    for distance_m in reversed(distances):
        shape.lineTo(_polar(frame, place.x_m, place.y_m, forward_deg - curve.at(distance_m), distance_m))
    shape.closeSubpath()
    return shape


def _ghost(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
    place, half_fov = scene.spec.device, scene.facts.camera.half_fov_deg
    forward = place.heading_deg + (scene.ghost_yaw_deg or 0.0)
    reach_m = scene.facts.reliable_distance_m
    painter.setPen(theme.pen("text", width=1.3, alpha=0.7, style=Qt.PenStyle.DashLine))
    for offset in (-half_fov, 0.0, half_fov):
        far_m = min(reach_m, scene.sight.reach_m(forward + offset)) * (1.0 if offset else 0.92)
        tip = _polar(frame, place.x_m, place.y_m, forward + offset, far_m)
        painter.drawLine(_polar(frame, place.x_m, place.y_m, forward + offset, 0.2), tip)
        if not offset:
            text.plain(painter, theme, tip + QPointF(4, 4), scene.ghost_name, colour="text", weight=600)


def _paths(painter: QPainter, frame: Frame, truth: TruthFrame, paths: Sequence[SoundPath], theme: Theme) -> None:
    """Direct sound solid; echoes dashed, bent at the wall, with the mirror image they seem to come from drawn faintly."""
    people = {person.name: (person.x_m, person.y_m) for person in truth.people}
    people |= {source.name: (source.x_m, source.y_m) for source in truth.sources}
    loud = sorted(paths, key=lambda path: -path.gain_db)
    for source in people:
        mine = [path for path in loud if path.source == source and path.order <= 1][:LOUDEST_PATHS]
        strongest = max((path.gain_db for path in mine), default=0.0)
        for path in reversed(mine):
            _path(painter, frame, theme, path, people[source], frame.device_m, strength=10 ** ((path.gain_db - strongest) / 20))


def _path(
    painter: QPainter,
    frame: Frame,
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
        painter.setPen(theme.pen("voice", width=2.2, alpha=0.35 if blocked else 0.95, style=Qt.PenStyle.DotLine if blocked else Qt.PenStyle.SolidLine))
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
    painter.drawEllipse(image, SHOULDERS_M * frame.scale * 0.8, CHEST_M * frame.scale)
    painter.restore()


def _bend(source: tuple[float, float], device: tuple[float, float], image: tuple[float, float]) -> tuple[float, float] | None:
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


def _trails(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
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


def _beliefs(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme, moment: Moment) -> None:
    """What the stack believes: tracks as small diamonds with their uncertainty, the direction of sound as a broad tick."""
    place = scene.spec.device
    reach_m = scene.facts.reliable_distance_m
    for track in moment.tracks.tracks if moment.tracks else ():
        room_deg = place.heading_deg + track.azimuth_deg
        distance_m = track.distance_m if track.distance_m is not None else reach_m * 0.97
        at = _polar(frame, place.x_m, place.y_m, room_deg, distance_m)
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
        painter.drawPolygon(QPolygonF([at + QPointF(0, -5), at + QPointF(5, 0), at + QPointF(0, 5), at + QPointF(-5, 0)]))
    sound = moment.sound
    if sound and sound.azimuth_deg is not None:
        room_deg = place.heading_deg + sound.azimuth_deg
        painter.setPen(theme.pen("voice", width=4.0, alpha=0.4 + 0.6 * sound.confidence))
        painter.drawLine(
            _polar(frame, place.x_m, place.y_m, room_deg, 0.3), _polar(frame, place.x_m, place.y_m, room_deg, 0.48)
        )


def _waiting(spec: WorldSpec, name: str) -> PersonTruth:
    """A person as the scene places them, before anything ran."""
    person = next(one for one in spec.people if one.name == name)
    toward = math.degrees(math.atan2(spec.device.y_m - person.at[1], spec.device.x_m - person.at[0]))
    facing = float(person.faces) if not isinstance(person.faces, str) else toward
    return PersonTruth(
        name=name, x_m=person.at[0], y_m=person.at[1], mouth_height_m=1.5, azimuth_deg=0.0, distance_m=0.0,
        body_deg=facing, head_deg=facing, facing_deg=0.0, talking=False, says="", posture=person.posture,
    )  # fmt: skip


def _person(painter: QPainter, frame: Frame, theme: Theme, person: PersonTruth, *, chosen: bool) -> None:
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


def _source(
    painter: QPainter, frame: Frame, theme: Theme, x_m: float, y_m: float, name: str, *, on: bool, chosen: bool
) -> None:
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


def _device(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
    """Base, screen, and the speed of the turn as an arc that runs ahead of the screen by a quarter of a second."""
    place = scene.spec.device
    yaw_deg = scene.moment.yaw_deg if scene.moment else place.start_yaw_deg
    rate_dps = scene.moment.rate_dps if scene.moment else 0.0
    closed = (scene.moment.vision.seeing == "shutter closed") if scene.moment and scene.moment.vision else place.shutter == Shutter.CLOSED
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


def _names(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme, truth: TruthFrame) -> None:
    taken: list[QRectF] = []
    yaw_deg = scene.moment.yaw_deg if scene.moment else 0.0
    for person in truth.people:
        at = frame.to_px(person.x_m, person.y_m)
        offset = 0.25 * max(frame.scale, 42.0) + 5
        detail = f"{person.distance_m:.1f} m · {text.degrees(wrap_deg(person.azimuth_deg - yaw_deg))}"
        wide = max(text.width_px(person.name, weight=600), text.width_px(detail))
        box = QRectF(at.x() + offset, at.y() - 14, wide, 28)
        if box.right() > frame.area.right() - 4:
            box.moveRight(at.x() - offset)
        while any(box.intersects(other) for other in taken):
            box.translate(0, 30)
        taken.append(box)
        back = box.adjusted(-4, -2, 4, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("floor", 0.72))
        painter.drawRoundedRect(back, 4, 4)
        text.plain(painter, theme, QPointF(box.left(), box.top() + 11), person.name, colour="text", weight=600)
        text.plain(painter, theme, QPointF(box.left(), box.top() + 25), detail, colour="dim")


def _handles(painter: QPainter, frame: Frame, scene: RoomScene, theme: Theme) -> None:
    points = handle_points(frame, scene)
    names = {"dead": "Calm middle", "holding": "Waiting edge"}
    for (edge, knot, side), at in points.items():
        hot = scene.hot == (edge, knot)
        colour = "dead" if edge == "dead" else "hold"
        radius = (7.5 if hot else 5.5) if knot == 1 else (6.5 if hot else 3.8)
        painter.setPen(theme.pen(colour, width=2.2))
        painter.setBrush(theme.colour("card"))
        painter.drawEllipse(at, radius, radius)
        if hot and side == -1:
            width_deg = widths.knot_widths_deg(scene.tuning, edge)[knot]
            label = f"{names[edge]} at {widths.KNOTS_M[knot]:g} m   {width_deg:.1f}°"
            text.bubble(painter, theme, at, label, inside=frame.area, border=colour)


def _scale_bar(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """One metre, beside the room and never across its wall."""
    right, y = frame.area.right() - 14, frame.area.bottom() - 7
    left = right - frame.scale
    painter.setPen(theme.pen("faint", width=1.2))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.drawLine(QPointF(left, y - 3), QPointF(left, y + 3))
    painter.drawLine(QPointF(right, y - 3), QPointF(right, y + 3))
    text.plain(painter, theme, QPointF(left - 6, y + 4), "1 m · 3.3 ft", colour="faint", align="right")
