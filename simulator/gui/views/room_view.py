"""The room as a view: zone edges that can be dragged in place, and names that follow the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import room
from simulator.gui.render.room_zones import draw_handles
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import MID_M
from simulator.workbench import zone_edges
from simulator.workbench.run_data import RunData

if TYPE_CHECKING:
    from simulator.workbench.teaching import Teaching

GRAB_PX = 13.0
TRAIL_S, TRAIL_STEP = 3.0, 15


class RoomView(Canvas):
    """The room of one run at the playhead."""

    covers = True

    hovered = Signal(str)
    pushed = Signal(float)  # while a mode is taught: the yaw at which the screen should have stood

    def __init__(
        self, session: SessionModel, look: Look, parent: QWidget | None = None, *, name: str = "Room, seen from above"
    ) -> None:
        super().__init__(look, name, parent)
        self.session = session
        self.options = room.RoomOptions()
        self.hot: tuple[zone_edges.Edge, int] | None = None
        self.drag: tuple[zone_edges.Edge, int] | None = None
        self.chosen = ""
        self.flip_to: SessionModel | None = None  # shown instead while the mouse is held down on the view
        self._flipped = False
        self._instead: SessionModel | None = None  # shown instead, as long as a key is held
        self.other: RunData | None = None  # a run whose screen is drawn as a ghost
        self.teaching: Teaching | None = None  # where the screen should have been is drawn as a ghost
        self.setMinimumSize(220, 100)
        for signal in (session.moment_changed, session.ghost_changed):
            signal.connect(self.update)
        session.document_changed.connect(lambda _: self.update())

    def show_other(self, session: SessionModel | None) -> None:
        """Show another session's room in the place of this one's, or this one's again."""
        self._instead = session
        self.update()

    def scene(self) -> room.RoomScene:
        """What is to be drawn now."""
        session = self._instead or (self.flip_to if self._flipped and self.flip_to is not None else self.session)
        return room.RoomScene(
            spec=session.spec,
            facts=session.facts,
            tuning=session.tuning,
            moment=session.moment,
            sight=session.sight,
            ghost_yaw_deg=self._ghost_yaw_deg(),
            ghost_name="should be"
            if self.teaching is not None
            else "before"
            if self.other is None and session.forecast.predicted is None
            else "B"
            if self.other
            else "sketch",
            trails=self._trails() if self.options.trails else {},
            hot=self.hot,
            chosen=self.chosen,
            options=self.options,
        )

    def frame(self) -> room.RoomFrame:
        """Where the room lies in the view."""
        return room.RoomFrame(self.session.spec, self.area)

    def draw(self, painter: QPainter) -> None:
        """Ground and zones from their kept pictures, the rest again."""
        scene, frame, theme = self.scene(), self.frame(), self.look.theme
        truth = scene.moment.truth if scene.moment else None
        things = truth.things if truth else ()
        where = tuple((thing.x_m, thing.y_m, thing.angle_deg, thing.tipped) for thing in things)
        ground = self.kept(
            "ground",
            (id(scene.spec), where, self.options.grid, self.chosen),
            lambda inner: room.draw_ground(
                inner, frame, scene.spec, theme, things, grid=self.options.grid, chosen=self.chosen
            ),
            opaque=True,
        )
        painter.drawPixmap(0, 0, ground)
        if self.options.zones:
            yaw_deg = scene.moment.yaw_deg if scene.moment else scene.spec.device.start_yaw_deg
            closed = scene.moment.vision.seeing if scene.moment and scene.moment.vision else ""
            knots = tuple(zone_edges.knot_widths_deg(scene.tuning, edge) for edge in zone_edges.EDGES)
            zones = self.kept(
                "zones",
                (id(scene.spec), where, round(yaw_deg, 2), closed, knots),
                lambda inner: self._clipped_zones(inner, frame, scene),
            )
            painter.drawPixmap(0, 0, zones)
        if self.session.head.playing:
            room.draw_room(painter, frame, scene, theme, ground=False, zones=False)
            return
        # While the playhead rests only zones and handles change, as knobs are turned.
        run, self._shown_moment = self.session.run, scene.moment  # held, so that its id stays its own
        key = (id(scene.moment), run.version, run.serial, id(scene.spec), scene.ghost_yaw_deg, self.chosen)
        rest = self.kept(
            "rest",
            (*key, self.options, self._flipped, self._instead is None),
            lambda inner: room.draw_room(inner, frame, scene, theme, ground=False, zones=False, handles=False),
        )
        painter.drawPixmap(0, 0, rest)
        if self.options.zones:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_handles(painter, frame, scene, theme)

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a zone edge; while a mode is taught, turn the screen towards here."""
        if self.flip_to is not None:
            self._flipped = True
            self.update()
        elif self.teaching is not None:
            self._push(event)
        elif event.button() == Qt.MouseButton.LeftButton and self.options.zones:
            self.drag = self.handle_at(event.position())
            if self.drag:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the edge, or show what could be dragged."""
        if self.teaching is not None:
            self._push(event)
            return
        if self.drag is None:
            self._point_at(self.handle_at(event.position()) if self.options.zones else None)
            return
        edge, knot = self.drag
        bearing_deg, _ = room.bearing_of(self.scene(), *self.frame().to_m(event.position()))
        self.session.turn(
            zone_edges.dragged(self.session.tuning, edge, distance_m=zone_edges.KNOTS_M[knot], to_deg=abs(bearing_deg)),
            gesture=f"edge {edge} {knot}",
        )

    @fenced
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the full run follows."""
        if self._flipped:
            self._flipped = False
            self.update()
        if self.drag is not None:
            self.drag = None
            self.unsetCursor()
            self._point_at(self.handle_at(event.position()))
            self.session.release()

    @fenced
    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        if self.drag is None:
            self._point_at(None)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose an edge with Enter and move it with the arrow keys."""
        order = [(edge, knot) for edge in zone_edges.EDGES for knot in (1, 0, 2)]
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            place = order.index(self.hot) + 1 if self.hot in order else 0
            self._point_at(order[place % len(order)])
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.hot:
            edge, knot = self.hot
            path = zone_edges.knob_path(edge, knot)
            step = 0.5 if event.key() == Qt.Key.Key_Up else -0.5
            now = float(self.session.tuning.value(path))
            self.session.turn(
                zone_edges.dragged(self.session.tuning, edge, distance_m=zone_edges.KNOTS_M[knot], to_deg=now + step),
                gesture=f"keys {path}",
            )
        else:
            super().keyPressEvent(event)

    def _push(self, event: QMouseEvent) -> None:
        """The screen should have looked where the mouse is held."""
        if event.buttons() & Qt.MouseButton.LeftButton and self.session.moment is not None:
            bearing_deg, _ = room.bearing_of(self.scene(), *self.frame().to_m(event.position()))
            self.pushed.emit(wrap_deg(bearing_deg + self.session.moment.yaw_deg))

    def handle_at(self, at: QPointF) -> tuple[zone_edges.Edge, int] | None:
        """The zone handle at a place; the middle ones are taken first."""
        best: tuple[float, tuple[zone_edges.Edge, int]] | None = None
        for (edge, knot, _), point in room.handle_points(self.frame(), self.scene()).items():
            away = math.hypot(point.x() - at.x(), point.y() - at.y()) - (
                2.0 if zone_edges.KNOTS_M[knot] == MID_M else 0.0
            )
            if away < GRAB_PX and (best is None or away < best[0]):
                best = (away, (edge, knot))
        return best[1] if best else None

    def _point_at(self, handle: tuple[zone_edges.Edge, int] | None) -> None:
        if handle != self.hot:
            self.hot = handle
            self.setCursor(Qt.CursorShape.OpenHandCursor) if handle else self.unsetCursor()
            self.update()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _clipped_zones(self, painter: QPainter, frame: room.RoomFrame, scene: room.RoomScene) -> None:
        painter.setClipRect(room.floor_path(frame, scene.spec).boundingRect())
        room.draw_zones(painter, frame, scene, self.look.theme)

    def _ghost_yaw_deg(self) -> float | None:
        session, tick = self.session, self.session.tick
        if self.teaching is not None:
            return self.teaching.yaw_at(tick)
        if self.other is not None:
            return float(self.other.rows["yaw_deg"][tick]) if tick < len(self.other) else None
        if session.forecast.predicted is not None:
            first, foreseen_deg = session.forecast.predicted
            return float(foreseen_deg[tick - first]) if first <= tick < first + len(foreseen_deg) else None
        if session.before is not None and tick < len(session.before) and tick < len(session.run):
            yaw_deg = float(session.before.rows["yaw_deg"][tick])
            return yaw_deg if abs(yaw_deg - float(session.run.rows["yaw_deg"][tick])) > 1.0 else None
        return None

    def _trails(self) -> dict[str, list[tuple[float, float]]]:
        run, tick = self.session.run, self.session.tick
        trails: dict[str, list[tuple[float, float]]] = {}
        for at in range(max(0, tick - round(TRAIL_S * TICKS_PER_S)) // TRAIL_STEP * TRAIL_STEP, tick + 1, TRAIL_STEP):
            truth = run.message("truth", at)
            for person in truth.people if truth else ():
                points = trails.setdefault(person.name, [])
                if not points or math.hypot(points[-1][0] - person.x_m, points[-1][1] - person.y_m) > 0.02:
                    points.append((person.x_m, person.y_m))
        return trails
