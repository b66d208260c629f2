"""Scenario: where an engineer builds a scene, with the room, the timeline and the file side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.icons import icon
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, button, chip, label
from simulator.gui.panels.inspector import Happenings, Inspector
from simulator.gui.panels.scene_text import SceneTextPanel
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.clip_timeline import ClipTimeline
from simulator.gui.views.edit_room import EditRoom
from simulator.gui.workspaces.workspace import TimelineCard, Workspace, splitter
from simulator.onboard.messages import TICK_S
from simulator.scene.errors import Problem, SceneError
from simulator.scene.saver import save
from simulator.workbench import scene_edits
from simulator.workbench.command_list import Commands

NARROW_PX = 1180
KINDS = (
    ("person", "person", "Person", "talks, walks, looks"),
    ("radio", "speaker", "Radio", "plays music"),
    ("television", "speaker", "Television", "talks, but is nobody"),
    ("wall", "wall", "Wall", "stops sight and sound"),
    ("cabinet", "thing", "Cabinet", "as high as a person"),
    ("table", "thing", "Table", "seen over"),
    ("column", "thing", "Column", "hides people behind it"),
    ("glass", "thing", "Glass", "tips when hit"),
)


class KindButton(QPushButton):
    """One kind of thing: a click puts it into the middle, a drag where one wants it."""

    dropped = Signal(str, object)

    def __init__(self, look: Look, kind: str, drawing: str, title: str, words: str) -> None:
        super().__init__(f"{title}\n{words}")
        self._look, self._drawing, self.kind = look, drawing, kind
        self._title, self._words = title, words
        self.setObjectName("row")
        self.setFont(font(SMALL_PX))
        self.setIconSize(QSize(18, 18))
        self.setAccessibleName(f"Add {title}")
        self.setToolTip(f"Drag into the room, or press to add: {title}, {words}")
        look.changed.connect(self._paint)
        self._paint()

    def shorten(self, short: bool) -> None:
        """Only its name, or what it does as well."""
        self.setText(self._title if short else f"{self._title}\n{self._words}")

    def _paint(self) -> None:
        self.setIcon(icon(self._drawing, self._look.theme.name, "dim"))

    @fenced
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go elsewhere: whoever is there may take it."""
        outside = not self.rect().contains(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if outside:
            self.dropped.emit(self.kind, event.globalPosition())


class ScenarioWorkspace(Workspace):
    """Palette, room, timeline, inspector, file."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, samples: Path) -> None:
        super().__init__()
        self._session, self._samples = session, samples
        self.view = EditRoom(session, look)
        self.live = chip(
            "At playhead", False, self._set_live, tip="Show the room at the playhead instead of how the scene begins"
        )
        self.ruler = chip("Measure", False, self._set_ruler, tip="Drag to measure")
        zones = chip("Zones", True, self._set_zones, tip="The three zones")
        self.drawn = chip(
            "Draw path", False, self._set_drawing, tip="Press in the room where the chosen person walks next"
        )
        self.room = Card("Room", [self.live, zones, self.drawn, self.ruler], margins=(10, 8, 10, 6))
        self.room.add(self.view, 1)
        palette = self._palette = self._kinds_card(look)
        self.timeline = TimelineCard(session, look, commands, ClipTimeline(session, look))
        self.inspector = Inspector(session, look)
        self.inspector.setMinimumWidth(210)
        self.events = Happenings(session, look, "timeline", "What happens", self._new_event)
        self.checks = Happenings(session, look, "expect", "Checks", lambda: {"never": "yaw speed > 180 deg/s"})
        self.text = SceneTextPanel(session, look)
        self.view.chose.connect(self._chose)
        self.inspector.show_thing("")
        self.inspector.renamed.connect(self.view.rename)
        lists = splitter(Qt.Orientation.Vertical, self.inspector, self.events, self.checks, shares=(4, 4, 2))
        right = splitter(Qt.Orientation.Horizontal, lists, self.text, shares=(4, 5))
        centre = splitter(Qt.Orientation.Vertical, self.room, self.timeline, shares=(3, 2))
        whole = splitter(Qt.Orientation.Horizontal, palette, centre, right, shares=(2, 8, 8))
        self.splitters = {
            "scenario.lists": lists,
            "scenario.right": right,
            "scenario.centre": centre,
            "scenario.whole": whole,
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)

    def _kinds_card(self, look: Look) -> Card:
        """What can be put into the room."""
        palette = Card("Add to the scene")
        shelf = QWidget()
        shelf.setObjectName("clear")
        kinds = QVBoxLayout(shelf)
        kinds.setContentsMargins(0, 0, 0, 0)
        kinds.setSpacing(1)
        self.kinds: dict[str, KindButton] = {}
        for kind, drawing, title, words in KINDS:
            made = KindButton(look, kind, drawing, title, words)
            made.clicked.connect(lambda _=False, kind=kind: self._add(kind))
            made.dropped.connect(self._drop)
            self.kinds[kind] = made
            kinds.addWidget(made)
        kinds.addStretch(1)
        scrolled = QScrollArea()
        scrolled.setWidget(shelf)
        scrolled.setWidgetResizable(True)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        palette.add(scrolled, 1)
        tip = "A new scene that begins as the room is at the playhead"
        self._moment = button("Make this moment a scene", self.from_moment, tip=tip)
        palette.add(self._moment)
        words = "Drag things in, corners of walks, and\nclips below. Delete takes away."
        self.hint = label(words, "faint", size_px=SMALL_PX)
        palette.add(self.hint)
        palette.setMaximumWidth(220)
        return palette

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the file's text makes room for what is drawn, and things are only named."""
        narrow = event.size().width() < NARROW_PX
        self.text.setVisible(not narrow)
        self.hint.setVisible(not narrow)
        for made in self.kinds.values():
            made.shorten(narrow)
        self._palette.setMaximumWidth(150 if narrow else 220)
        self._moment.setText("Moment as scene" if narrow else "Make this moment a scene")
        super().resizeEvent(event)

    def show_draft(self, path: Path, text: str, problems: Sequence[Problem]) -> None:
        """A file with mistakes in the editor, which comes to the front also on a narrow window."""
        self.text.show()
        self.text.show_draft(path, text, problems)

    def draw_path(self) -> None:
        """Begin to draw where the chosen person walks."""
        self.drawn.setChecked(True)

    def _set_drawing(self, on: bool) -> None:
        self.view.drawing = on
        if on:
            self.live.setChecked(False)
            self.ruler.setChecked(False)
            if self.view.walker() is None:
                self._session.notice.emit("info", "Choose the person who walks, then press where they go")

    def from_moment(self) -> None:
        """Write a scene that begins with the moment under the playhead, and open it."""
        session = self._session
        moment, document = session.moment, session.document
        if moment is None or moment.truth is None or document.scene is None:
            return
        places = {person.name: (person.x_m, person.y_m) for person in moment.truth.people}
        at_s = session.tick * TICK_S
        text = scene_edits.from_moment(document.text, places, at_s, moment.yaw_deg)
        stem = document.path.name.removesuffix(".scene.yaml")
        path = document.path.with_name(f"{stem}-from-{at_s:.1f}s.scene.yaml")
        try:
            text = scene_edits.without_lost_checks(text, path)
            save(text, path)
        except SceneError as error:
            session.notice.emit("error", str(error).splitlines()[0])
            return
        except OSError as error:
            session.notice.emit("error", f"{path}: cannot be written: {error.strerror or error}")
            return
        session.open_scene(path, play=False)
        session.notice.emit("info", f"{path.name} begins where this moment was")

    def _add(self, kind: str) -> None:
        self.live.setChecked(False)
        spec = self._session.spec
        self.view.add(kind, (spec.device.x_m + 0.3, spec.device.y_m + 1.6))
        self.view.setFocus()

    def _drop(self, kind: str, at: QPointF) -> None:
        local = self.view.mapFromGlobal(at)
        if self.view.rect().contains(local.toPoint()):
            self.live.setChecked(False)
            self.view.add(kind, self.view.frame().to_m(local))
            self.view.setFocus()

    def _chose(self, name: str) -> None:
        self.inspector.show_thing(name)
        lines = self._session.document.text.splitlines()
        line = (
            next((number for number, words in enumerate(lines, 1) if words.strip().startswith(f"{name}:")), 0)
            if name
            else 0
        )
        if line:
            self.text.reveal(line)

    def _new_event(self) -> dict[str, str]:
        spec = self._session.spec
        who = self.view.chosen if any(person.name == self.view.chosen for person in spec.people) else ""
        who = who or (spec.people[0].name if spec.people else "")
        at = f"{self._session.tick * TICK_S:.1f} s"
        return (
            {"at": at, "who": who, "does": "say wake word"}
            if who
            else {"at": at, "who": "device", "does": "close shutter"}
        )

    def _set_live(self, on: bool) -> None:
        self.view.live = on
        self.view.update()

    def _set_ruler(self, on: bool) -> None:
        self.view.measuring, self.view.measure = on, None
        self.view.update()

    def _set_zones(self, on: bool) -> None:
        self.view.options = replace(self.view.options, zones=on)
        self.view.update()
