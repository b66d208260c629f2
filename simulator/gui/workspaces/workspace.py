"""What all workspaces have: splitters whose sizes are remembered, a timeline, and the cards that several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from simulator.gui.panels.basics import Card, chip, label
from simulator.gui.panels.seen_room import SeenRoom
from simulator.gui.panels.transport import Transport
from simulator.gui.panels.what_if_bar import WhatIfBar
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.room_view import RoomView
from simulator.gui.views.timeline_view import TimelineView
from simulator.scene.errors import Problem
from simulator.workbench.command_list import Commands

SIDE_PX, SCROLL_BAR_PX = 292, 10


def splitter(direction: Qt.Orientation, *parts: QWidget, shares: tuple[int, ...]) -> QSplitter:
    """Parts side by side with a gap that can be dragged."""
    made = QSplitter(direction)
    made.setHandleWidth(8)
    made.setChildrenCollapsible(False)
    for part in parts:
        made.addWidget(part)
    for place, share in enumerate(shares):
        made.setStretchFactor(place, share)
    made.setSizes([share * 100 for share in shares])
    return made


def titled(title: str, part: QWidget) -> QWidget:
    """A part under its title."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(label(title, "title", weight=600))
    column.addWidget(part, 1)
    return made


def scrolled(*cards: QWidget, fill: bool = False) -> QScrollArea:
    """Cards under one another; on a small window they scroll, on a large one the last may fill what is left."""
    inside = QWidget()
    inside.setObjectName("clear")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for card in cards:
        column.addWidget(card)
    if fill:
        column.setStretchFactor(cards[-1], 1)
    else:
        column.addStretch(1)
    made = QScrollArea()
    made.setWidget(inside)
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setMinimumWidth(max(SIDE_PX, inside.minimumSizeHint().width() + SCROLL_BAR_PX))
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


class RoomCard(Card):
    """The room as plan, with toggles for what is drawn, or as people see it."""

    def __init__(
        self,
        session: SessionModel,
        look: Look,
        *,
        others: Sequence[tuple[str, str, QWidget]] = (),
    ) -> None:
        self.view = RoomView(session, look)
        chips = [
            chip(text, getattr(self.view.options, name), partial(self._toggle, name), tip=tip)
            for text, name, tip in (
                ("Zones", "zones", "The three zones, with handles to drag"),
                ("Sound paths", "paths", "Direct sound and echoes with their mirror images"),
                ("Beliefs", "beliefs", "Tracks and direction of sound as the device believes them"),
                ("Trails", "trails", "Where people came from"),
            )
        ]
        self.rooms = SeenRoom(session, look, self.view, others=others)
        self.rooms.kind.chosen.connect(self.show_kind)
        super().__init__("", [*chips, *self.rooms.tools], margins=(10, 8, 10, 6))
        self.head.insertWidget(0, self.rooms.kind)  # in the place of a title
        self._chips = chips
        self.add(self.rooms, 1)

    def show_kind(self, kind: str) -> None:
        """The plan with what can be drawn on it, or the customer's view with places to see it from."""
        self.rooms.show_kind(kind)
        for one in self._chips:
            one.setVisible(kind == "plan")

    def _toggle(self, name: str, on: bool) -> None:
        self.view.options = replace(self.view.options, **{name: on})
        self.view.update()


class TimelineCard(Card):
    """Transport and timeline."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, view: TimelineView | None = None) -> None:
        super().__init__(margins=(10, 7, 10, 6))
        self.transport = Transport(session, look, commands)
        self.view = view or TimelineView(session, look)
        self.column.setSpacing(3)
        self.add(self.transport)
        self.what_ifs = WhatIfBar(session)
        self.add(self.what_ifs)
        self.add(self.view, 1)


class Workspace(QWidget):
    """One of the pages of the window."""

    splitters: dict[str, QSplitter]
    timeline: TimelineCard

    @property
    def timelines(self) -> list[TimelineCard]:
        """Its timeline; none where it is about many runs."""
        return [self.timeline]

    def focus(self) -> None:
        """Give the keyboard to what this workspace is about."""
        self.timeline.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, path: Path) -> None:
        """Open a file that this workspace understands."""
        raise NotImplementedError

    def show_draft(self, path: Path, text: str, problems: Sequence[Problem]) -> None:
        """Show a scene with mistakes."""
        raise NotImplementedError

    def draw_path(self) -> None:
        """Begin to draw where somebody walks."""
        raise NotImplementedError

    def flip(self, on: bool) -> None:
        """A key is held to see the other run; most workspaces have none."""

    def shut(self) -> None:
        """The window closes: end what this workspace has started."""
