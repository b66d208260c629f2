"""Device: connect a real or emulated motor, see it beside its virtual twin, and give it knobs. Stop is always in sight."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from simulator.gui.device_session import DeviceSession
from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import Card, Segments, button, label
from simulator.gui.panels.device_connect import ConnectCard
from simulator.gui.panels.device_drive import DriveCard, KnobsCard, MatchCard
from simulator.gui.panels.setting_up_card import SettingUpCard
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.scope import Scope
from simulator.gui.workspaces.workspace import TimelineCard, Workspace, scrolled, splitter
from simulator.workbench.command_list import Commands

if TYPE_CHECKING:
    from simulator.gui.views.traces import Traces


class TracesCard(Card):
    """Real beside virtual; before a device is connected, the virtual one alone."""

    def __init__(self, session: SessionModel, device: DeviceSession, look: Look) -> None:
        self.newest = button(
            "Newest", self._follow, kind="chip", tip="Back to the newest seconds, after zooming or moving"
        )
        self.table = button("Save as table…", self._ask, kind="chip", tip="The last minute as CSV")
        super().__init__("The virtual device, last ten seconds", [self.newest, self.table])
        self._session, self._device, self._look = session, device, look
        self.pages = QStackedWidget()
        self.scope = Scope(session, look)
        self.pages.addWidget(self.scope)
        self.traces: Traces | None = None
        self.words = label("", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.add(self.words)
        self.add(self.pages, 1)
        device.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """The plots come with the first device; they cost half a second to load."""
        device = self._device
        if device.connected and self.traces is None:
            from simulator.gui.views.traces import Traces

            self.traces = made = Traces(device, self._look)
            made.on_sentence = self.words.setText
            self.pages.addWidget(made)
        real = self.traces is not None and (device.connected or device.matching.running)
        self.pages.setCurrentWidget(self.traces if real and self.traces is not None else self.scope)
        self.title.setText("Virtual and real" if real else "The virtual device, last ten seconds")
        for one in (self.newest, self.table):
            one.setVisible(real)
        self.words.setVisible(real)
        if real and not self.words.text():
            self.words.setText("Turn the device, or run the scene on it: the last move is compared here.")

    def _follow(self) -> None:
        if self.traces is not None:
            self.traces.follow()

    def _ask(self) -> None:
        ask_file(
            self, "Save the traces", folder=self._session.document.path.parent, filters="Tables (*.csv)",
            save_as="traces.csv", then=self._device.save_table,
        )  # fmt: skip


class VirtualCard(Card):
    """What can be done to the virtual device, and what its senses are."""

    def __init__(self, session: SessionModel, commands: Commands) -> None:
        super().__init__("The virtual device")
        self._session = session
        self.senses = Segments((("feature", "Modelled"), ("audio", "Sound"), ("full", "All")), tips={
            "feature": "Fast: errors of ears and eyes are modelled", "audio": "Sound is rendered, eyes are modelled",
            "full": "Sound and pictures are rendered: the whole stack runs",
        })  # fmt: skip
        self.senses.chosen.connect(session.set_mode)
        self.add(self.senses)
        row = QHBoxLayout()
        row.setSpacing(6)
        for words, name in (
            ("← Turn", "device.push_left"),
            ("Turn →", "device.push_right"),
            ("Shutter", "device.shutter"),
        ):
            row.addWidget(button(words, partial(commands.run, name), tip=commands[name].title), 1)
        self.column.addLayout(row)
        session.engine_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        if self._session.mode in self.senses.buttons:
            self.senses.choose(self._session.mode)


class DeviceWorkspace(Workspace):
    """Connection, traces, orders, timeline."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, device: DeviceSession) -> None:
        super().__init__()
        self.connect_card = ConnectCard(device, look)
        self.virtual = VirtualCard(session, commands)
        self.stop = button(
            "Stop", lambda: commands.run("device.stop"), kind="danger", tip="Stop the device at once (F12)"
        )
        self.stop.setObjectName("danger_big")
        self.traces = TracesCard(session, device, look)
        self.drive = DriveCard(device, look)
        self.knobs = KnobsCard(device, look)
        self.twin = MatchCard(device)
        self.timeline = TimelineCard(session, look, commands)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(scrolled(self.connect_card, self.virtual), 1)
        column.addWidget(self.stop)
        right = scrolled(self.drive, self.knobs, self.twin)
        self.setting_up = SettingUpCard(device, look)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.traces)
        self.middle.addWidget(self.setting_up)
        top = splitter(Qt.Orientation.Horizontal, left, self.middle, right, shares=(3, 7, 3))
        whole = splitter(Qt.Orientation.Vertical, top, self.timeline, shares=(5, 3))
        self.splitters = {"device.columns": top, "device.rows": whole}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)
        self._device = device
        device.changed.connect(self._refresh)
        self._refresh()

    def shut(self) -> None:
        """The window closes."""
        if self.traces.traces is not None:
            self.traces.traces.shut()

    def _refresh(self) -> None:
        """The scene as it ran on the device lies over the timeline."""
        view, device = self.timeline.view, self._device
        self.middle.setCurrentWidget(self.setting_up if device.setting_up.about else self.traces)
        view.other = device.run if len(device.run) or device.now.doing == "running" else None
        view.other_name = "real"
        view.update()
