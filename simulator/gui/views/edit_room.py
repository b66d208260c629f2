"""The room to be edited: people, things, sounds, the device and the corners of walks, all dragged in place."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import room, text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.room_view import RoomView
from simulator.onboard.messages import TICK_S
from simulator.scene.errors import SceneError
from simulator.scene.saver import EditError
from simulator.workbench import clipboard, placing, scene_edits
from simulator.workbench.floor_plan import Sight, inside, outline
from simulator.world.spec import WorldSpec

NEAR_PX = 16.0
NUDGE_M = 0.1


class EditRoom(RoomView):
    """The room as the scene sets it up."""

    chose = Signal(str)

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(session, look, parent, name="Room, to be edited")
        self.live = False  # whether the room is shown at the playhead instead of at the start
        self.measure: tuple[QPointF, QPointF] | None = None
        self.measuring = False
        self.drawing = False  # a press adds a walk of the chosen person
        self._held: tuple[str, int] | None = None  # name, and which walk (-1 for where it stands)
        self._preview: tuple[float, float] | None = None
        self._landing: placing.Landing | None = None  # of what is being dragged
        self._walks: list[tuple[int, str, tuple[float, float]]] = []
        self._walks_of = ""
        self._preview_spec: tuple[object, WorldSpec] | None = None

    def scene(self) -> room.RoomScene:
        """The room at its start, with what is being dragged where the mouse is."""
        shown = super().scene()
        if self.live:
            return shown
        spec = self._spec()
        return room.RoomScene(
            spec=spec,
            facts=shown.facts,
            tuning=shown.tuning,
            moment=None,
            sight=Sight(spec),
            hot=self.hot,
            chosen=self.chosen,
            options=self.options,
        )

    def frame(self) -> room.RoomFrame:
        """Where the room lies in the view."""
        return room.RoomFrame(self.session.spec, self.area)

    def draw(self, painter: QPainter) -> None:
        """The room, then the walks and the ruler."""
        super().draw(painter)
        if not self.live:
            self._draw_walks(painter)
        if self._held is not None and self._landing is not None:
            self._draw_guides(painter, self._landing)
        if self.measure is not None:
            self._draw_measure(painter)

    def choose(self, name: str) -> None:
        """Select something by its name."""
        if name != self.chosen:
            self.chosen = name
            self.chose.emit(name)
            self.update()

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the mouse and take hold of it."""
        if self.measuring:
            self.measure = (event.position(), event.position())
            return
        if self.drawing and self.walker() is not None:
            self.walk_to(self.frame().to_m(event.position()))
            return
        handle = self.handle_at(event.position())
        found = self.thing_at(event.position())
        if handle is not None and (found is None or found[0] == "device"):
            super().mousePressEvent(event)
            return
        self.choose(found[0] if found else "")
        self._held = found if not self.live else None
        self._preview = None

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it along."""
        if self.measuring and event.buttons() and self.measure is not None:
            self.measure = (self.measure[0], event.position())
            self.update()
        elif self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            x_m, y_m = self.frame().to_m(event.position())
            free = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            others = [] if free else placing.others_of(self.session.spec, self._held[0])
            place = (scene_edits.rounded(x_m), scene_edits.rounded(y_m))
            self._landing = placing.landing(place, others)
            self._preview = self._landing.place
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        elif self._held is None:
            super().mouseMoveEvent(event)
            if self.hot is None and not self.measuring:
                self.setCursor(Qt.CursorShape.PointingHandCursor) if self.thing_at(
                    event.position()
                ) else self.unsetCursor()

    @fenced
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put it down: the text changes in one line."""
        if self._held is not None:
            held, place = self._held, self._preview
            self._held, self._preview, self._landing = None, None, None
            self.unsetCursor()
            if place is not None:
                self.move_to(held[0], place, walk=held[1])
            return
        super().mouseReleaseEvent(event)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys nudge by 10 cm, Delete takes away, Ctrl+C and Ctrl+V copy and paste, Escape lets go."""
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        key = Qt.Key(event.key())
        if self.chosen and key in steps and self.hot is None:
            self._nudge(*steps[key])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen and self.chosen != "device":
            self.take_away(self.chosen)
        elif key == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.chosen:
            self.duplicate(self.chosen)
        elif event.matches(QKeySequence.StandardKey.Copy) and self.chosen:
            self.copy(self.chosen)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif key == Qt.Key.Key_Escape:
            self.choose("")
            self.measure = None
        else:
            super().keyPressEvent(event)

    def _nudge(self, right: int, up: int) -> None:
        at = self._place_of(self.chosen)
        if at is None:
            self.choose("")  # it was undone
            return
        x_m, y_m = at[0] + right * NUDGE_M, at[1] + up * NUDGE_M
        self.move_to(self.chosen, (x_m, y_m), gesture=f"nudge {self.chosen}")

    # --- edits --------------------------------------------------------------------------------------------------------

    def add(self, kind: str, place: tuple[float, float]) -> None:
        """Add a thing and choose it."""
        spec = self.session.spec
        taken = {one.name for one in scene_edits.objects_of(spec)}
        made = self._edit(lambda now: scene_edits.added(now, kind, *place, taken=taken)[0], f"Add {kind}")
        if made:
            new = {one.name for one in scene_edits.objects_of(self.session.spec)} - taken
            self.choose(next(iter(new), ""))

    def move_to(self, name: str, place: tuple[float, float], *, walk: int = -1, gesture: str = "") -> None:
        """Put something, or the end of one of its walks, elsewhere."""
        section = scene_edits.section_of(self.session.spec, name)
        path: list[str | int] = (
            ["timeline", walk, "to"]
            if walk >= 0
            else ["device", "at"]
            if section == "device"
            else [section, name, "at"]
        )
        done = self._edit(lambda now: scene_edits.moved(now, path, *place), f"Move {name}", gesture=gesture)
        problem = placing.in_the_way(self.session.spec, name) if done and walk < 0 else ""
        if problem:
            self.session.notice.emit("warning", problem)

    def walker(self) -> str | None:
        """The person whose path is drawn: the chosen one, or the only one."""
        names = [person.name for person in self.session.spec.people]
        if self.chosen in names:
            return self.chosen
        return names[0] if len(names) == 1 else None

    def walk_to(self, place: tuple[float, float]) -> None:
        """Let the chosen person walk to a place after everything that they do so far."""
        who = self.walker()
        if who is not None:
            tick_s = self.session.tick * TICK_S
            self._edit(
                lambda now: scene_edits.with_walk(now, self.session.spec, who, place, not_before_s=tick_s),
                f"{who} walks",
            )

    def duplicate(self, name: str) -> None:
        """The same once more, beside it."""
        spec = self.session.spec
        section = scene_edits.section_of(spec, name)
        if section not in scene_edits.SECTIONS:
            return
        taken = {one.name for one in scene_edits.objects_of(spec)}
        if self._edit(lambda now: scene_edits.duplicated(now, section, name, taken=taken), f"Duplicate {name}"):
            new = {one.name for one in scene_edits.objects_of(self.session.spec)} - taken
            self.choose(next(iter(new), ""))

    def copy(self, name: str) -> None:
        """Put something into the clipboard, as the file has it."""
        section = scene_edits.section_of(self.session.spec, name)
        if section in scene_edits.SECTIONS:
            QGuiApplication.clipboard().setText(clipboard.copied(self.session.document.text, section, name))

    def paste(self) -> None:
        """Put in what was copied, here or in another scene."""
        taken = {one.name for one in scene_edits.objects_of(self.session.spec)}
        found = clipboard.pasted(self.session.document.text, QGuiApplication.clipboard().text(), taken=taken)
        if found is None:
            self.session.notice.emit("info", "The clipboard holds no person, sound or thing of a scene")
        elif self._edit(lambda _: found[0], f"Paste {found[1]}"):
            self.choose(found[1])

    def rename(self, name: str, new: str) -> bool:
        """Call something otherwise, wherever the scene names it."""
        section = scene_edits.section_of(self.session.spec, name)
        done = self._edit(lambda now: scene_edits.renamed(now, section, name, new), f"Rename {name} to {new}")
        if done:
            self.choose(new)
        return done

    def take_away(self, name: str) -> None:
        """Take something out of the scene."""
        section = scene_edits.section_of(self.session.spec, name)
        if self._edit(lambda now: scene_edits.removed(now, section, name), f"Take {name} away"):
            self.choose("")

    def thing_at(self, at: QPointF) -> tuple[str, int] | None:
        """What lies under a place: the end of a walk, a person, a sound, the device, a thing."""
        frame, spec = self.frame(), self.session.spec
        if not self.live:
            for index, who, place in self._walk_list():
                if _near(frame.to_px(*place), at, 9.0):
                    return who, index
        for name, person_at in self._people_now():
            if _near(frame.to_px(*person_at), at, NEAR_PX + 4):
                return name, -1
        for source in spec.sources:
            if _near(frame.to_px(*source.at), at, NEAR_PX):
                return source.name, -1
        if _near(frame.to_px(spec.device.x_m, spec.device.y_m), at, NEAR_PX + 4):
            return "device", -1
        place = frame.to_m(at)
        for thing in sorted(spec.things, key=lambda one: one.size[0] * one.size[1]):
            if inside(place, outline(thing)) or _near(frame.to_px(*thing.at), at, 7.0):
                return thing.name, -1
        return None

    def _people_now(self) -> list[tuple[str, tuple[float, float]]]:
        """Everybody's name and place: of the run while it is shown, else of the scene."""
        truth = self.session.moment.truth if self.live and self.session.moment else None
        if truth:
            return [(one.name, (one.x_m, one.y_m)) for one in truth.people]
        return [(one.name, one.at) for one in self.session.spec.people]

    def _edit(self, change: Callable[[str], str], words: str, *, gesture: str = "") -> bool:
        document = self.session.document
        try:
            document.set_text(change(document.text), words=words, gesture=gesture)
        except SceneError as error:
            self.session.notice.emit("warning", f"{error.problems[0].path}: {error.problems[0].text}")
            return False
        except EditError as error:
            self.session.notice.emit("warning", f"{words}: {error} (it comes from a file that this scene uses)")
            return False
        return True

    # --- inside -------------------------------------------------------------------------------------------------------

    def _spec(self) -> WorldSpec:
        spec = self.session.spec
        if self._held is None or self._preview is None or self._held[1] >= 0:
            return spec
        key = (id(spec), self._held, self._preview)
        if self._preview_spec is not None and self._preview_spec[0] == key:
            return self._preview_spec[1]
        name, at = self._held[0], self._preview
        if name == "device":
            made = spec.model_copy(update={"device": spec.device.model_copy(update={"x_m": at[0], "y_m": at[1]})})
        else:
            fields = {"people": "people", "sounds": "sources", "things": "things"}
            field = fields[scene_edits.section_of(spec, name)]
            parts = tuple(
                one.model_copy(update={"at": at}) if one.name == name else one for one in getattr(spec, field)
            )
            made = spec.model_copy(update={field: parts})
        self._preview_spec = (key, made)
        return made

    def _place_of(self, name: str) -> tuple[float, float] | None:
        """Where something stands; None for what is no longer there."""
        spec = self.session.spec
        if name == "device":
            return spec.device.x_m, spec.device.y_m
        return next((one.at for one in scene_edits.objects_of(spec) if one.name == name), None)

    def _walk_list(self) -> list[tuple[int, str, tuple[float, float]]]:
        now = self.session.document.text
        if now != self._walks_of:
            self._walks, self._walks_of = scene_edits.walks(now), now
        return self._walks

    def _draw_walks(self, painter: QPainter) -> None:
        theme, frame = self.look.theme, self.frame()
        spec = self._spec()
        at = {person.name: person.at for person in spec.people}
        order = {name: 0 for name in at}
        for index, who, place in self._walk_list():
            if who not in at:
                continue
            if self._held == (who, index) and self._preview is not None:
                place = self._preview
            start, end = frame.to_px(*at[who]), frame.to_px(*place)
            chosen = who == self.chosen
            painter.setPen(
                theme.pen("text" if chosen else "dim", width=1.6 if chosen else 1.2, style=Qt.PenStyle.DashLine)
            )
            painter.drawLine(start, end)
            painter.setPen(theme.pen("text" if chosen else "dim", width=1.6))
            painter.setBrush(theme.colour("card"))
            painter.drawEllipse(end, 6.5, 6.5)
            order[who] += 1
            text.plain(painter, theme, end + QPointF(0, 3.5), str(order[who]), colour="text", size_px=9, align="middle")
            at[who] = place
        for name, place in {person.name: person.at for person in spec.people}.items():
            text.plain(
                painter, theme, frame.to_px(*place) + QPointF(0, -24), name, colour="text", weight=600, align="middle"
            )

    def _draw_guides(self, painter: QPainter, landing: placing.Landing) -> None:
        """Lines through what the dragged thing is in line with."""
        frame, area = self.frame(), self.area
        painter.setPen(self.look.theme.pen("focus", width=1.0, style=Qt.PenStyle.DashLine))
        at = frame.to_px(*landing.place)
        if landing.x_line_m is not None:
            painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
        if landing.y_line_m is not None:
            painter.drawLine(QPointF(area.left(), at.y()), QPointF(area.right(), at.y()))

    def _draw_measure(self, painter: QPainter) -> None:
        assert self.measure is not None
        theme, frame = self.look.theme, self.frame()
        first, last = self.measure
        painter.setPen(theme.pen("text", width=1.5))
        painter.drawLine(first, last)
        (x0, y0), (x1, y1) = frame.to_m(first), frame.to_m(last)
        metres = math.hypot(x1 - x0, y1 - y0)
        text.bubble(painter, theme, last, theme.lengths.words(metres, decimals=2), inside=self.area)


def _near(point: QPointF, at: QPointF, reach: float) -> bool:
    return math.hypot(point.x() - at.x(), point.y() - at.y()) < reach
