"""The bar over the workspaces and the line under them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Elided, Segments, label
from simulator.gui.views.canvas import Look

NARROW_PX = 1100


class TopBar(QFrame):
    """Name, workspaces, scene, knobs A and B, device, search."""

    def __init__(self, look: Look, workspaces: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setFixedHeight(46)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 10, 5)
        row.setSpacing(10)
        row.addWidget(label("Swivel", "title", size_px=14, weight=600))
        self.tabs = Segments(workspaces, tips={name: f"Ctrl+{place}" for place, (name, _) in enumerate(workspaces, 1)})
        row.addWidget(self.tabs)
        row.addStretch(1)
        self.scene_name = Elided(look, "", weight=600)
        self.saved = Elided(look, "", colour="dim")
        for words in (self.scene_name, self.saved):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            row.addWidget(words)
        row.addStretch(1)
        self.slots = Segments(
            (("A", "A"), ("B", "B")),
            tips={"A": "The first set of knobs", "B": "The second set; hold ` to look at the other one"},
        )
        self.slots.choose("A")
        row.addWidget(self.slots)
        self.device = QPushButton("●  Virtual device")
        self.device.setFont(font())
        self.device.setToolTip("What the engine and the device do")
        row.addWidget(self.device)
        self.stop = QPushButton("Stop")
        self.stop.setFont(font(weight=600))
        self.stop.setObjectName("danger")
        self.stop.setAccessibleName("Stop the device")
        self.stop.setToolTip("Stop the device at once (F12)")
        self.stop.hide()
        row.addWidget(self.stop)
        self.search = QPushButton("Search            Ctrl+K")
        self.search.setFont(font())
        self.search.setObjectName("search")
        self.search.setAccessibleName("Search")
        self.search.setToolTip("Find any command, knob or scene")
        row.addWidget(self.search)

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the search is only its key."""
        self.search.setText("Search            Ctrl+K" if event.size().width() >= NARROW_PX else "Ctrl+K")
        super().resizeEvent(event)


class StatusLine(QFrame):
    """What undo would do, and which run this is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setFixedHeight(24)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 2)
        self.undo_words = Elided(look, "", colour="dim", size_px=SMALL_PX)
        self.run_words = QLabel()
        self.run_words.setObjectName("dim")
        self.run_words.setFont(font(SMALL_PX))
        row.addWidget(self.undo_words, 1)
        row.addWidget(self.run_words)
