"""Tune: where a designer turns knobs and sees at once what the screen will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.basics import Card, Segments, label
from simulator.gui.panels.fold import Fold
from simulator.gui.panels.move_panel import MovePanel
from simulator.gui.panels.tour import Hint
from simulator.gui.panels.tuning_panel import TuningPanel
from simulator.gui.panels.why import WhyBar
from simulator.gui.session_model import SessionModel
from simulator.gui.views.camera_view import DeviceCameraView
from simulator.gui.views.canvas import Look
from simulator.gui.views.small_views import PolarView
from simulator.gui.workspaces.workspace import RoomCard, TimelineCard, Workspace, splitter
from simulator.workbench.command_list import Commands
from simulator.workbench.presets import Presets

if TYPE_CHECKING:
    from simulator.gui.panels.teach_bar import TeachBar


class CameraCard(Card):
    """What the device sees."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        self.view = DeviceCameraView(session, look)
        self.kind = Segments((("points", "Data points"), ("picture", "Synthetic image")), tips={
            "points": "What the device keeps: boxes, coarse face points, edges and colours. The picture is deleted.",
            "picture": "A picture drawn for you only; the device deletes its own, and no recording holds one",
        })  # fmt: skip
        self.kind.choose("points")
        self.kind.chosen.connect(self.show_kind)
        super().__init__("What the device sees", [self.kind])
        self.add(self.view, 1)

    def show_kind(self, key: str) -> None:
        """What the device keeps, or a picture."""
        self.kind.choose(key)
        self.view.show_synthetic(key == "picture")


class HearingCard(Card):
    """Where sound comes from."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        self._session = session
        self.words = label("", "dim", size_px=SMALL_PX)
        super().__init__("Sound direction", [self.words])
        self.view = PolarView(session, look)
        self.add(self.view, 1)
        session.moment_changed.connect(self._refresh)

    def _refresh(self) -> None:
        moment = self._session.moment
        sound = moment.sound if moment else None
        if sound is None or (sound.azimuth_deg is None and not sound.ambiguous):
            words, kind = "no voice", "dim"
        elif sound.ambiguous:
            words, kind = "sound from two directions: the screen does not turn", "bad"
        else:
            words, kind = f"one clear direction · {sound.confidence:.2f}", "ok"
        if moment and sound and sound.frozen:
            words, kind = "not updated while the screen turns", "dim"
        if words != self.words.text():
            self.words.setText(words)
            self.words.setObjectName(kind)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)


class TuneWorkspace(Workspace):
    """Room, senses, why, timeline and knobs."""

    def __init__(
        self, session: SessionModel, look: Look, commands: Commands, presets: Presets, *, home: Path
    ) -> None:  # fmt: skip
        super().__init__()
        self.one_move = MovePanel(session, look)
        self.room = RoomCard(session, look, others=(("move", "One move", self.one_move),))
        self.camera = CameraCard(session, look)
        self.sound = HearingCard(session, look)
        self.why = Card(margins=(2, 1, 2, 1))
        self.why_bar = WhyBar(session, look)
        self.why.add(self.why_bar)
        self.timeline = TimelineCard(session, look, commands)
        self.panel = TuningPanel(session, look, presets)
        self._session, self._commands, self._presets, self._home = session, commands, presets, home
        self._teach: TeachBar | None = None
        senses = splitter(Qt.Orientation.Vertical, self.camera, self.sound, shares=(5, 4))
        top = splitter(Qt.Orientation.Horizontal, self.room, senses, shares=(6, 5))
        bottom = QWidget()
        column = QVBoxLayout(bottom)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.why)
        self._teach_at = column
        column.addWidget(self.timeline, 1)
        parts = (("Room", self.room), ("What it sees", self.camera), ("Sound", self.sound))
        self.fold = Fold(top, parts, groups=[senses])
        left = splitter(Qt.Orientation.Vertical, self.fold, bottom, shares=(1, 1))
        self.splitters = {"tune.senses": senses, "tune.top": top, "tune.left": left}
        whole = splitter(Qt.Orientation.Horizontal, left, self.panel, shares=(4, 1))
        self.splitters["tune.whole"] = whole
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)

    @property
    def teach(self) -> TeachBar:
        """The bar that teaches, made when it is first wanted: it loads what thinks again."""
        if self._teach is None:
            from simulator.gui.panels.teach_bar import TeachBar

            self._teach = TeachBar(
                self._session, self.room.view, self.timeline.view, self._presets, home=self._home,
                run=self._commands.run, spare=self.why,
            )  # fmt: skip
            self._teach_at.insertWidget(1, self._teach)
        return self._teach

    def shut(self) -> None:
        """The window closes: a fit ends."""
        if self._teach is not None:
            self._teach.shut()

    def hints(self) -> list[Hint]:
        """The five steps of the tour."""
        return [
            Hint(
                "A kitchen, already running",
                "The screen on the counter turns to whoever needs it. Filled shapes are true; diamonds and arcs are what the "
                "device believes.",
                lambda: self.room,
            ),
            Hint(
                "Drag a zone edge",
                "In the dead zone (blue) it stays, in the holding zone (yellow) it waits, in the motion zone (red) it follows. "
                "Drag a ring, the bars in the camera view, or the curve on the right.",
                lambda: self.camera,
            ),
            Hint(
                "The future redraws",
                "While you drag, the dashed line is what the device would do now. Let go, and the whole run is computed again "
                "from here.",
                lambda: self.timeline,
            ),
            Hint(
                "Why does it move, or not?",
                "This line says the reason at the playhead, and the gates behind it. Stillness has reasons too: they are the "
                "colours on the timeline.",
                lambda: self.why,
            ),
            Hint(
                "Everything has a name and a key",
                "Ctrl+K finds every command, knob and scene. Ctrl+Z takes anything back. Nothing ever asks you to save.",
                lambda: self.panel,
            ),
        ]
