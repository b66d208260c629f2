"""What the device sees, as a view whose zone edges can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.pictures import Picture, Wanted
from simulator.gui.render import camera
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S
from simulator.workbench import zone_edges
from simulator.world.camera.customer_place import Standpoint

GRAB_PX = 8.0
FRAME_TICKS = 12  # the longest time between two frames of the camera, and a little


class DeviceCameraView(Canvas):
    """The device's view at the playhead."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "What the device sees", parent)
        self.session = session
        self.synthetic = False
        self.hot = ""
        self.drag: zone_edges.Edge | None = None
        self._picture: Picture | None = None
        self._asked: tuple[tuple[int, int], int] | None = None
        self._no_picture = ""  # why there is none
        self.setMinimumSize(200, 80)
        session.moment_changed.connect(self._moved)
        session.pictures.arrived.connect(self._take_picture)
        session.pictures.failed.connect(self._failed)
        session.document_changed.connect(self._document)

    def show_synthetic(self, on: bool) -> None:
        """Lay the synthetic picture under the drawing, or show only what the device keeps."""
        self.synthetic, self._picture, self._asked, self._no_picture = on, None, None, ""
        self._moved()

    def scene(self) -> camera.CameraScene:
        """What is to be drawn now."""
        moment = self.session.moment
        truth = moment.truth if moment else None
        return camera.CameraScene(
            facts=self.session.facts.camera,
            tuning=self.session.tuning,
            moment=moment,
            picture=self._current() if self.synthetic else None,
            no_picture=self._no_picture if self.synthetic else "",
            picture_at_s=self._older_s(),
            names=tuple((person.azimuth_deg, person.name) for person in truth.people) if truth else (),
            hot=self.drag or self.hot,
        )

    def draw(self, painter: QPainter) -> None:
        """The view, drawn again only when the device saw or decided something else."""
        scene, moment = self.scene(), self.session.moment
        reports = (moment.vision, moment.tracks, moment.decision) if moment else ()
        key = (
            tuple(report.tick for report in reports if report is not None), self.session.run.version if not reports else 0,
            self.session.run.serial, id(scene.picture), scene.picture_at_s, scene.no_picture,
            scene.hot, tuple(name for _, name in scene.names),
            tuple(zone_edges.knot_widths_deg(scene.tuning, edge) for edge in zone_edges.EDGES),
        )  # fmt: skip
        picture = self.kept(
            "view", key, lambda inner: camera.draw_camera(inner, self.area, scene, self.look.theme), opaque=True
        )
        painter.drawPixmap(0, 0, picture)

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a zone edge."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.drag = self.edge_at(event.position())

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the edge of the zone at the distance of the person who matters."""
        if self.drag is None:
            hot = self.edge_at(event.position()) or ""
            if hot != self.hot:
                self.hot = hot
                self.setCursor(Qt.CursorShape.SizeHorCursor) if hot else self.unsetCursor()
                self.update()
            return
        scene = self.scene()
        box = camera.picture_area(self.area, scene.facts)
        bearing_deg = abs(camera.bearing_at(event.position().x(), box, scene.facts))
        distance_m = camera.subject_distance_m(scene.moment)
        self.session.turn(
            zone_edges.dragged(self.session.tuning, self.drag, distance_m=distance_m, to_deg=bearing_deg),
            gesture=f"bar {self.drag}",
        )

    @fenced
    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let go: the full run follows."""
        if self.drag is not None:
            self.drag = None
            self.session.release()
            self.update()

    @fenced
    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what could not be asked for while nobody looked."""
        super().showEvent(event)
        self._moved()

    @fenced
    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        if self.drag is None and self.hot:
            self.hot = ""
            self.update()

    def edge_at(self, at: QPointF) -> zone_edges.Edge | None:
        """The zone edge at a place."""
        bars = camera.edge_bars(self.area, self.scene())
        near = min(bars.items(), key=lambda item: abs(item[1] - at.x()))
        return near[0][0] if abs(near[1] - at.x()) < GRAB_PX else None

    def _document(self, part: str) -> None:
        if part in ("all", "text", "whole"):  # a picture of the old room says nothing about the new one
            self.show_synthetic(self.synthetic)
        self.update()

    def _current(self) -> QImage | None:
        """The picture, unless it is of another run: another scene, or other settings."""
        picture = self._picture
        return picture.image if picture is not None and picture.take == self.session.run.take else None

    def _older_s(self) -> float | None:
        """When the picture was taken, if that is more than a frame away from the playhead."""
        picture = self._picture
        if picture is None or self._current() is None or abs(picture.tick - self._seen_tick()) <= FRAME_TICKS:
            return None
        return picture.tick * TICK_S

    def _seen_tick(self) -> int:
        """When the device took the frame that its boxes are of."""
        moment = self.session.moment
        return moment.vision.tick if moment and moment.vision else self.session.tick

    def _moved(self) -> None:
        session = self.session
        if self.synthetic and self.isVisible() and len(session.run):
            take, tick = session.run.take, self._seen_tick()
            if (take, tick) != self._asked:
                self._asked = take, tick
                session.pictures.want(
                    Wanted(
                        client="camera", spec=session.spec, facts=session.facts, seed=session.seed, run=session.run,
                        take=take, tick=tick, drawn="device", place=Standpoint(),
                    )
                )  # fmt: skip
        self.update()

    def _take_picture(self, client: str, picture: Picture) -> None:
        if client == "camera":
            self._picture, self._no_picture = picture, ""
            self.update()

    def _failed(self, client: str, why: str) -> None:
        if client == "camera":
            self._no_picture = why
            self.update()
