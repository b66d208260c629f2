"""The tuning panel, made from the one declaration of knobs: groups, search, only changed, presets, and back to the start."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, button, chip, label
from simulator.gui.panels.feel_panel import FeelPanel
from simulator.gui.panels.knob_row import KnobRow
from simulator.gui.panels.preset_bar import PresetBar
from simulator.gui.range_sketches import RangeSketches
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.small_views import WidthView
from simulator.onboard.tuning import Leaf, TuningError, Value, group_sentence, leaves
from simulator.workbench.command_list import score
from simulator.workbench.document import OWN
from simulator.workbench.presets import Presets

TITLES = {
    "zones": "Zones", "patience": "Patience", "motion": "Motion feel", "attention": "Attention", "bump": "Bump & push",
    "call": "Calls", "recipe": "Recipes", "away": "Away", "sound": "Ears", "vision": "Eyes",
}  # fmt: skip
ON_THE_CURVE = frozenset(
    f"zones.{zone}_{end}_half_width_deg" for zone in ("dead", "holding") for end in ("near", "far")
)
MOST_PX = 380  # wider sliders are no easier to set; the room is worth more
FILLED_AT_START = ("zones",)
OPEN_AT_START = ("zones",)  # what the sliders by feel turn lies folded under them; the curve of the zones is a picture
STILL_MS = 600  # after the last change of run, knobs or rows the ranges in view are sketched
REST_MS = 700  # folded groups are filled when the window has long been painted


class Group(QWidget):
    """One group of knobs under a title that folds it."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.name = name
        self._look = look
        self.rows: dict[str, KnobRow] = {}
        self.open = name in OPEN_AT_START
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        row = QHBoxLayout()
        self.head = QPushButton()
        self.head.setObjectName("row")
        self.head.setFont(font(SMALL_PX, 600))
        self.head.setToolTip(group_sentence(name))
        self.head.clicked.connect(lambda: self.unfold(not self.open))
        self.count = label("", "changed", size_px=SMALL_PX)
        row.addWidget(self.head, 1)
        row.addWidget(self.count)
        column.addLayout(row)
        self.body = QWidget()
        self.inner = QVBoxLayout(self.body)
        self.inner.setContentsMargins(8, 0, 4, 2)
        self.inner.setSpacing(2)
        column.addWidget(self.body)
        self.unfold(self.open)

    def unfold(self, on: bool) -> None:
        """Show or hide the knobs."""
        self.open = on
        self.body.setVisible(on)
        self.head.setText(f"{'▼' if on else '▶'}  {TITLES[self.name].replace('&', '&&')}")
        self.head.setAccessibleName(f"{TITLES[self.name]}, {'open' if on else 'closed'}")


class TuningPanel(Card):
    """All knobs."""

    status = Signal(str)
    scene_wanted = Signal(str)  # one in which a knob is seen: its path inside the library

    def __init__(self, session: SessionModel, look: Look, presets: Presets) -> None:
        self.only = chip(
            "Only changed", False, lambda _: self.refilter(), tip="Show only knobs that are not at the preset's value"
        )
        self.expert = chip("Expert", False, self._set_expert, tip="Engineering knobs too, under their addresses")
        super().__init__("Tuning", [self.only, self.expert])
        self._session, self._look = session, look
        self.setMinimumWidth(264)
        self.setMaximumWidth(MOST_PX)
        self.presets = PresetBar(session, look, presets)
        self.add(self.presets)
        line = QHBoxLayout()
        self.changed = label("", "changed", size_px=SMALL_PX)
        self.back = button("Back to the start", self._back, tip="Return to the knobs with which this session began")
        self.back.setObjectName("chip")
        self.back.setFont(font(SMALL_PX, 500))
        line.addWidget(self.changed, 1)
        line.addWidget(self.back)
        self.column.addLayout(line)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a knob")
        self.search.setAccessibleName("Find a knob")
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName("Clear the search")
        self.search.textChanged.connect(self.refilter)
        self.add(self.search)
        self.list_area = QScrollArea()
        self.list_area.setWidgetResizable(True)
        self.list_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("clear")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(0)
        self.sketches = RangeSketches(session)
        self.sketches.sketched.connect(self._sketched)
        self.feel = FeelPanel(session, look, self.sketches)
        self._list.addWidget(self.feel)
        self.groups: dict[str, Group] = {}
        self._rows: dict[str, KnobRow] = {}
        self._fill()
        self._list.addStretch(1)
        self.list_area.setWidget(inside)
        self.list_area.viewport().setObjectName("clear")
        self.add(self.list_area, 1)
        self._first: dict[str, Value] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fill_group)
        self._later.start(REST_MS)
        session.document_changed.connect(self._document)
        self._look_at = QTimer(self)
        self._look_at.setSingleShot(True)
        self._look_at.setInterval(STILL_MS)
        self._look_at.timeout.connect(self.sketch_shown)
        scrolled = self.list_area.verticalScrollBar().valueChanged
        for changed in (session.run_changed, session.document_changed, session.playing_changed, scrolled):
            changed.connect(lambda *_: self._ranges_changed())
        self.refresh()

    @property
    def rows(self) -> dict[str, KnobRow]:
        """The rows by the knob's address, all of them."""
        self.fill_rest()
        return self._rows

    def reveal(self, path: str) -> None:
        """Bring a knob into view and give it the keyboard."""
        row = self.rows[path]
        self.search.clear()
        self.only.setChecked(False)
        if row.leaf.tier == "engineering":
            self.expert.setChecked(True)
        self.groups[row.leaf.group].unfold(True)
        self.refilter()
        self.list_area.ensureWidgetVisible(row)
        (row.slider or row.box or row.switch or row).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show the knobs as they are."""
        document = self._session.document
        tuning, base = self._session.tuning, document.base
        changed_in = dict.fromkeys(self.groups, 0)
        for path, row in self._rows.items():
            row.show_value(tuning.value(path), base.value(path))
            changed_in[row.leaf.group] += row.changed
        for name, count in changed_in.items():
            self.groups[name].count.setText(f"{count} changed" if count else "")
        total = len(tuning.differences(base))
        self.changed.setText(f"{total} changed" if total else "")
        slot = document.slot
        self.presets.refresh()
        self.back.setVisible(self._first is not None and self._first != document.state.settings[slot])
        if self.only.isChecked():
            self.refilter()

    def refilter(self) -> None:
        """Show the rows that are asked for."""
        query, only, expert = self.search.text(), self.only.isChecked(), self.expert.isChecked()
        if query or only or expert:
            self.fill_rest()
        for group in self.groups.values():
            shown = 0
            for row in group.rows.values():
                leaf = row.leaf
                fits = not query or score(query, f"{leaf.label} {leaf.path} {leaf.sentence}") >= 500
                visible = (
                    fits
                    and (not only or row.changed)
                    and (expert or query != "" or row.changed or self._by_itself(leaf))
                )
                row.setVisible(visible)
                shown += visible
            group.setVisible(shown > 0)
            if query or only:
                group.body.setVisible(shown > 0)
            else:
                group.body.setVisible(group.open)
        self.feel.setVisible(not query and not only)
        if "zones" in self.groups:
            self.widths.setVisible(not query and not only)

    @staticmethod
    def _by_itself(leaf: Leaf) -> bool:
        """Whether a knob has a row though nobody looks for it: the near and far ends of the zones are points of the curve above."""
        return leaf.tier == "design" and leaf.path not in ON_THE_CURVE

    def sketch_shown(self) -> None:
        """Sketch the ranges of the knobs in view, while nothing plays and nobody turns one."""
        session = self._session
        if session.head.playing or session.forecast.predicted is not None or not self.isVisible():
            return
        area = self.list_area.viewport()
        shown = [
            path
            for path, row in self._rows.items()
            if row.strip is not None
            and area.rect().intersects(row.rect().translated(row.mapTo(area, row.rect().topLeft())))
            and row.isVisible()
        ]
        self.sketches.ask(shown)

    def _ranges_changed(self) -> None:
        """Another run, other knobs, other rows in view: what is stale is hatched now, and sketched when all is still."""
        for row in self._rows.values():
            if row.strip is not None and row.isVisible():
                row.strip.update()
        self._look_at.start()

    def _sketched(self, name: str) -> None:
        row = self._rows.get(name)
        if row is not None and row.strip is not None:
            row.strip.refresh()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Groups, and the knobs of those that are open; the others follow when the window has been painted."""
        for leaf in leaves():
            if leaf.group not in self.groups:
                group = self.groups[leaf.group] = Group(self._look, leaf.group)
                self._list.addWidget(group)
                if leaf.group == "zones":
                    self.widths = WidthView(self._session, self._look)
                    group.inner.addWidget(self.widths)
            if leaf.group in FILLED_AT_START:
                self._add_row(leaf)

    def _fill_group(self) -> None:
        """Make the rows of the next folded group; a picture has its turn between two."""
        missing = [leaf for leaf in leaves() if leaf.path not in self._rows]
        if not missing:
            return
        for leaf in missing:
            if leaf.group == missing[0].group:
                self._add_row(leaf)
        self.refresh()
        self._later.start(0)

    def fill_rest(self) -> None:
        """Make the rows that are still missing."""
        if len(self._rows) == len(leaves()):
            return
        for leaf in leaves():
            if leaf.path not in self._rows:
                self._add_row(leaf)
        self.refresh()

    def _add_row(self, leaf: Leaf) -> None:
        row = KnobRow(self._look, leaf, self.sketches)
        row.touched.connect(lambda path: self.sketches.ask([path], first=True) if row.strip is not None else None)
        row.scene_wanted.connect(self.scene_wanted)
        row.turned.connect(self._turned)
        row.released.connect(self._session.release)
        row.refused.connect(lambda text: self._session.notice.emit("warning", text))
        group = self.groups[leaf.group]
        group.inner.addWidget(row)
        row.setVisible(self._by_itself(leaf))
        group.rows[leaf.path] = self._rows[leaf.path] = row

    def _turned(self, path: str, value: Value, gesture: str) -> None:
        try:
            self._session.turn({path: value}, gesture=gesture)
        except TuningError as error:
            self._session.notice.emit("warning", str(error))
            self._rows[path].show_value(self._session.tuning.value(path), self._session.document.base.value(path))

    def _document(self, part: str) -> None:
        if part == "all":
            self._first = dict(self._session.document.state.settings[self._session.document.slot])
        if part in ("all", "text", "whole") or part.startswith(("settings", "slot", "preset")):
            self.refresh()

    def _set_expert(self, on: bool) -> None:
        for row in self.rows.values():
            row.set_expert(on)
        self.refilter()

    def ask_name(self) -> None:
        """Ask under which name these knobs are kept."""
        self.presets.ask_name()

    def _back(self) -> None:
        if self._first is not None:
            self._session.document.take_settings(dict(self._first), name=OWN, text="Back to where the session began")
            self._session.release()
            self.refresh()
