"""The room as people see it at the playhead: from somebody's eyes, from a corner, from above, or walking about."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.pictures import Picture, Wanted
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICK_S
from simulator.world.camera.customer_place import EYES_UP_WALKING_M, Place, Standpoint

MOST_PX = 960  # wide: what can be drawn twenty times a second
STILL_MS = 250  # a picture that nothing changes for so long is drawn finer
OLD_TICKS = 12
STEP_M, TURN_DEG, DEG_PER_PX, MOST_PITCH_DEG = 0.12, 6.0, 0.25, 60.0
AHEAD, ASIDE = {"W": 1, "S": -1, "Up": 1, "Down": -1}, {"A": 1, "D": -1}
TURNS = {"Left": 1, "Right": -1}
_NUMBERS = itertools.count(1)


class CustomerView(Canvas):
    """One place in the room of one run."""

    covers = True
    asked_full = Signal()  # to fill the screen, or to leave it

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "The room as a customer sees it", parent)
        self.session = session
        self.place = Standpoint()
        self.picture: Picture | None = None
        self._client = f"customer {next(_NUMBERS)}"
        self._instead: SessionModel | None = None  # shown instead, as long as a key is held
        self._asked: tuple[object, ...] = ()
        self._failed = ""
        self._pressed: QPointF | None = None
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._finer)
        self.setMinimumSize(220, 100)
        session.moment_changed.connect(self._moved)
        session.document_changed.connect(
            self._changed
        )  # a method: it goes with this view, which may be closed before the session
        session.pictures.arrived.connect(self._take)
        session.pictures.failed.connect(self._not_drawn)

    def _changed(self, _part: str) -> None:
        self._moved()

    @property
    def shown(self) -> SessionModel:
        """Whose room it is."""
        return self._instead or self.session

    def show_other(self, session: SessionModel | None) -> None:
        """Show another session's room in the place of this one's, or this one's again."""
        self._instead = session
        self._moved()

    def look_from(self, view: Place, who: str = "") -> None:
        """Go somewhere else; a walk begins in the middle of the room and looks at the device."""
        if view == "walk":
            spec = self.shown.spec
            x, y = 0.5 * spec.room.width_m, 0.5 * spec.room.depth_m
            device = spec.device
            direction = math.degrees(math.atan2(device.y_m - y, device.x_m - x))
            self.place = Standpoint(view="walk", eye=(x, y, EYES_UP_WALKING_M), direction_deg=direction, pitch_deg=-8.0)
        else:
            self.place = Standpoint(view=view, who=who)
        self._moved()

    def draw(self, painter: QPainter) -> None:
        """The newest picture; one of another moment is hatched, and says of which."""
        theme, picture, run = self.look.theme, self.picture, self.shown.run
        painter.fillRect(self.area, theme.colour("picture"))
        if picture is None or picture.take != run.take:
            words = self._failed or ("Drawing the room…" if len(run) else "Nothing has run yet")
            text.plain(painter, theme, self.area.center(), words, colour="dim", align="middle")
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(_filled(self.area, picture), picture.image)
        if abs(picture.tick - self.shown.tick) > OLD_TICKS and not self.shown.head.playing:
            painter.fillRect(self.area, QBrush(theme.colour("changed", 0.5), Qt.BrushStyle.BDiagPattern))
            corner = QPointF(0, 18)
            words = f"picture of {picture.tick * TICK_S:.2f} s"
            text.bubble(painter, theme, corner, words, inside=self.area, border="changed")

    # --- pictures -----------------------------------------------------------------------------------------------------

    def _moved(self) -> None:
        """Ask for what is now under the playhead."""
        session, run = self.shown, self.shown.run
        if not self.isVisible() or not len(run):
            return
        wide = min(MOST_PX, round(self.width() * self.devicePixelRatioF()))
        place = replace(self.place, pixels=(max(64, wide), max(36, round(wide * self.height() / max(1, self.width())))))
        asked = (run.take, session.tick, place)
        if asked != self._asked:
            self._asked = asked
            self._want(place)
            if not session.head.playing:
                self._still.start()
        self.update()

    def _finer(self) -> None:
        if self._asked and not self.shown.head.playing and self.isVisible():
            place = self._asked[2]
            assert isinstance(place, Standpoint)
            self._want(replace(place, finer=2))

    def _want(self, place: Standpoint) -> None:
        session = self.shown
        session.pictures.want(
            Wanted(
                client=self._client, spec=session.spec, facts=session.facts, seed=session.seed, run=session.run,
                take=session.run.take, tick=session.tick, drawn="person", place=place,
            )
        )  # fmt: skip

    def _take(self, client: str, picture: Picture) -> None:
        if client == self._client:
            self.picture, self._failed = picture, ""
            self.update()

    def _not_drawn(self, client: str, why: str) -> None:
        if client == self._client:
            self.picture, self._failed = None, why
            self.update()

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    @fenced
    def event(self, event: QEvent) -> bool:
        """Whoever walks about has the keys of walking, which are commands elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._walks(event):
            event.accept()
            return True
        return super().event(event)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk and turn, or leave."""
        name = _name(event)
        if self._walks(event):
            turn = math.radians(self.place.direction_deg + (90.0 if name in ASIDE else 0.0))
            step_m = STEP_M * (AHEAD.get(name, 0) or ASIDE.get(name, 0))
            room, (x, y, z) = self.shown.spec.room, self.place.eye
            x = min(max(x + step_m * math.cos(turn), 0.0), room.width_m)
            y = min(max(y + step_m * math.sin(turn), 0.0), room.depth_m)
            self._turn(TURN_DEG * TURNS.get(name, 0), 0.0, eye=(x, y, z))
        elif event.key() == Qt.Key.Key_Escape and self.isWindow():
            self.asked_full.emit()
        else:
            super().keyPressEvent(event)

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to look around."""
        self._pressed = event.position() if self.place.view == "walk" else None

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look around."""
        if self._pressed is not None:
            by = event.position() - self._pressed
            self._pressed = event.position()
            self._turn(DEG_PER_PX * by.x(), DEG_PER_PX * by.y(), eye=self.place.eye)

    @fenced
    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Stay."""
        self._pressed = None

    @fenced
    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        """Fill the screen, or leave it."""
        self.asked_full.emit()

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """A picture of the new size."""
        super().resizeEvent(event)
        self._moved()

    @fenced
    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        super().showEvent(event)
        self._asked = ()
        self._moved()

    @fenced
    def hideEvent(self, event: QHideEvent) -> None:
        """Want nothing more."""
        super().hideEvent(event)
        self._still.stop()
        self.session.pictures.leave(self._client)

    def _walks(self, event: QKeyEvent) -> bool:
        name = _name(event)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return self.place.view == "walk" and plain and (name in AHEAD or name in ASIDE or name in TURNS)

    def _turn(self, by_deg: float, pitch_deg: float, *, eye: tuple[float, float, float]) -> None:
        pitch = min(max(self.place.pitch_deg + pitch_deg, -MOST_PITCH_DEG), MOST_PITCH_DEG)
        self.place = replace(
            self.place, eye=eye, direction_deg=wrap_deg(self.place.direction_deg + by_deg), pitch_deg=pitch
        )
        self._moved()


def _name(event: QKeyEvent) -> str:
    return Qt.Key(event.key()).name.removeprefix("Key_")


def _filled(area: QRectF, picture: Picture) -> QRectF:
    """The picture over the whole area, cut where the shapes differ, as while a window is resized."""
    wide, high = picture.image.width(), picture.image.height()
    scale = max(area.width() / wide, area.height() / high)
    return QRectF(
        area.center().x() - scale * wide / 2, area.center().y() - scale * high / 2, scale * wide, scale * high
    )
