"""Two small views: the direction of sound, and zone widths over distance with knots that can be dragged."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import camera, polar, widths_curve
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.workbench import zone_edges

GRAB_PX = 11.0


class PolarView(Canvas):
    """The direction of sound at the playhead."""

    covers = True

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Direction of sound", parent)
        self.session = session
        self.setMinimumSize(160, 80)
        session.moment_changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Draw the view."""
        moment = self.session.moment
        people = moment.truth.people if moment and moment.truth else ()
        scene = polar.PolarScene(
            moment=moment,
            range=self.session.spec.device.range,
            true_azimuths_deg=tuple((person.azimuth_deg, person.name) for person in people if person.talking),
        )
        key = (
            round(moment.yaw_deg, 1) if moment else None, moment.sound.tick if moment and moment.sound else None, self.session.run.serial,
            tuple((round(azimuth), name) for azimuth, name in scene.true_azimuths_deg), id(scene.range),
        )  # fmt: skip
        picture = self.kept(
            "view", key, lambda inner: polar.draw_polar(inner, self.area, scene, self.look.theme), opaque=True
        )
        painter.drawPixmap(0, 0, picture)


class WidthView(Canvas):
    """Zone widths over distance."""

    covers = True

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Zone widths over distance", parent)
        self.session = session
        self.hot: tuple[zone_edges.Edge, int] | None = None
        self.drag: tuple[zone_edges.Edge, int] | None = None
        self.setFixedHeight(132)
        session.moment_changed.connect(self.update)
        session.document_changed.connect(lambda _: self.update())

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(240, 132)

    def draw(self, painter: QPainter) -> None:
        """Draw the view."""
        moment = self.session.moment
        distance_m, who = None, ""
        if moment and moment.decision and moment.decision.subject_id is not None:
            distance_m = camera.subject_distance_m(moment)
            bearing = moment.decision.subject_bearing_deg
            if moment.truth and bearing is not None:
                near = min(
                    moment.truth.people, key=lambda one: abs(one.azimuth_deg - moment.yaw_deg - bearing), default=None
                )
                who = near.name if near else ""
        scene = widths_curve.WidthScene(
            tuning=self.session.tuning,
            preset=self.session.document.base,
            distance_m=distance_m,
            who=who,
            hot=self.drag or self.hot,
        )
        knots = tuple(
            zone_edges.knot_widths_deg(tuning, edge)
            for tuning in (scene.tuning, scene.preset)
            for edge in zone_edges.EDGES
        )
        key = (knots, round(distance_m, 1) if distance_m is not None else None, who, scene.hot)
        picture = self.kept(
            "view", key, lambda inner: widths_curve.draw_widths(inner, self.area, scene, self.look.theme), opaque=True
        )
        painter.drawPixmap(0, 0, picture)

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a knot."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.drag = self.knot_at(event.position())

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the knot up and down."""
        if self.drag is None:
            hot = self.knot_at(event.position())
            if hot != self.hot:
                self.hot = hot
                self.setCursor(Qt.CursorShape.SizeVerCursor) if hot else self.unsetCursor()
                self.update()
            return
        edge, knot = self.drag
        wanted = widths_curve.width_at(self.area, event.position().y())
        self.session.turn(
            zone_edges.dragged(self.session.tuning, edge, distance_m=zone_edges.KNOTS_M[knot], to_deg=wanted),
            gesture=f"knot {edge} {knot}",
        )

    @fenced
    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let go: the full run follows."""
        if self.drag is not None:
            self.drag = None
            self.session.release()

    def knot_at(self, at: QPointF) -> tuple[zone_edges.Edge, int] | None:
        """The knot at a place."""
        points = widths_curve.knots(self.area, self.session.tuning)
        near = min(points.items(), key=lambda item: math.hypot(item[1].x() - at.x(), item[1].y() - at.y()))
        return near[0] if math.hypot(near[1].x() - at.x(), near[1].y() - at.y()) < GRAB_PX else None
