"""Compare: two sets of knobs, or two recordings, side by side on one clock, with what came of them in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels import typed
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import Card, Segments, button, chip, label
from simulator.gui.panels.compare_tables import ScenesTable, Table
from simulator.gui.panels.fold import Fold
from simulator.gui.panels.seen_room import SeenRoom
from simulator.gui.panels.why import why
from simulator.gui.processes.compare_process import AllScenes
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.room_view import RoomView
from simulator.gui.workspaces.workspace import TimelineCard, Workspace, splitter, titled
from simulator.onboard.tuning import leaf_at
from simulator.workbench import run_spans
from simulator.workbench.command_list import Commands
from simulator.workbench.compared import Row, check_rows, outcome_rows, scene_rows, tally, totals
from simulator.workbench.document import OWN, SLOTS
from simulator.workbench.run_data import RunData


class CompareWorkspace(Workspace):
    """Two runs."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, samples: Path) -> None:
        super().__init__()
        self._session = session
        self.other = SessionModel(mode=session.mode, pictures=session.pictures, parent=self)
        self._running: tuple[object, ...] = ()
        self._recording, self._recording_name = False, ""
        self._flipped = False
        self._samples = samples
        self.more: list[tuple[str, RunData]] = []  # recordings besides A and B, on the same clock
        self._all = AllScenes(samples, self)
        bar, side = self._choices(), self._figures(look)
        self.view_a, self.view_b = (
            RoomView(session, look, name="Room of A"),
            RoomView(self.other, look, name="Room of B"),
        )
        self.card_a, self.card_b = Card("A", margins=(10, 8, 10, 6)), Card("B", margins=(10, 8, 10, 6))
        self.room_a, self.room_b = SeenRoom(session, look, self.view_a), SeenRoom(self.other, look, self.view_b)
        for card, room in ((self.card_a, self.room_a), (self.card_b, self.room_b)):
            card.add(room, 1)
        self._bar_row.insertWidget(self._bar_row.indexOf(self.seen) + 1, self.room_a.place)
        self.room_a.place.hide()
        self.room_a.place.activated.connect(lambda _: self._same_place())
        self.seen.chosen.connect(self._see)
        self.words = label("", size_px=12)
        self.words.setWordWrap(True)
        why_card = Card(margins=(10, 6, 10, 6))
        why_card.add(self.words)
        self.timeline = TimelineCard(session, look, commands)
        self.timeline.view.other = self.other.run
        self._rooms = splitter(Qt.Orientation.Horizontal, self.card_a, self.card_b, shares=(1, 1))
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(why_card)
        column.addWidget(self.timeline, 1)
        left = splitter(Qt.Orientation.Vertical, self._rooms, lower, shares=(1, 1))
        whole = splitter(Qt.Orientation.Horizontal, left, side, shares=(7, 2))
        self.splitters = {"compare.left": left, "compare.whole": whole}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(8)
        column.addWidget(bar)
        column.addWidget(whole, 1)
        self.other.start()
        session.moment_changed.connect(self._follow)
        session.document_changed.connect(self._document)
        session.run_changed.connect(self._tables)
        self.other.run_changed.connect(self._other_grew)
        self.other.notice.connect(session.notice)
        self.other.opened_recording.connect(lambda report, _: self._name_recording(report.path))
        self._all.progressed.connect(self._progressed)
        self._all.finished.connect(self._finished)
        self.all_scenes.asked.connect(self._open_scene)

    def _choices(self) -> Card:
        bar = Card(margins=(10, 5, 10, 5))
        self._bar_row = row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("Compare", "dim"))
        self.what = Segments((("settings", "Knobs A and B"), ("recording", "With a recording…")))
        self.add_recording = chip("Add a recording…", False, self._add, tip="One more on the same clock")
        self.add_recording.setCheckable(False)
        self.add_recording.hide()
        self.what.choose("settings")
        self.what.chosen.connect(self._what)
        row.addWidget(self.what)
        row.addWidget(self.add_recording)
        row.addSpacing(10)
        row.addWidget(label("View", "dim"))
        self.how = Segments(
            (("side", "Side by side"), ("over", "Overlay"), ("flip", "Flip")),
            tips={"flip": "One room; hold the mouse on it to see the other. Holding ` flips everything"},
        )
        self.how.choose("side")
        self.how.chosen.connect(self._how)
        row.addWidget(self.how)
        self.seen = Segments(
            (("plan", "Room"), ("seen", "Customer")), tips={"seen": "Both runs as people in the room see them"}
        )
        self.seen.choose("plan")
        row.addWidget(self.seen)
        row.addStretch(1)
        self.align = chip(
            "Align on wake word", False, lambda _: self._follow(), tip="Play B so that its first wake word falls on A's"
        )
        row.addWidget(self.align)
        bar.column.addLayout(row)
        return bar

    def _figures(self, look: Look) -> Card:
        self.settings = Table(look, "Knobs that differ", ("Knob", "A", "B", ""))
        self.outcomes = Table(look, "What came of it", ("Outcome", "A", "B", "B against A"))
        self.all_scenes = ScenesTable(look)
        side = Card()
        side.setMinimumWidth(300)
        self.verdict = label("Not run yet", "dim", size_px=SMALL_PX)
        self.verdict.setWordWrap(True)
        parts = (
            ("This scene", titled("On this scene", self.outcomes)),
            ("Knobs", titled("Knobs that differ", self.settings)),
            ("All scenes", titled("On all scenes", self.all_scenes)),
        )
        self.fold = Fold(splitter(Qt.Orientation.Vertical, *(part for _, part in parts), shares=(4, 3, 3)), parts)
        side.add(self.fold, 1)
        side.add(self.verdict)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress over all scenes")
        self.progress.hide()
        side.add(self.progress)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.all_button = button(
            "Run on all scenes", self._run_all, tip="Runs every scene with A and with B in the background"
        )
        self.keep = button("Keep B", self._keep, kind="main", tip="Make the knobs of B those of A")
        row.addWidget(self.all_button, 1)
        row.addWidget(self.keep, 1)
        side.column.addLayout(row)
        return side

    def showEvent(self, event: QShowEvent) -> None:
        """Begin B when the workspace is first looked at."""
        super().showEvent(event)
        self.refresh()
        self._follow()

    def flip(self, on: bool) -> None:
        """Everything of B in the place of A, for as long as asked: room, lanes, curve and titles."""
        self._flipped = on and len(self.other.run) > 0
        self.view_a.show_other(self.other if self._flipped else None)
        self.room_a.customer.show_other(self.other if self._flipped else None)
        self.timeline.view.flipped = self._flipped
        self.timeline.view.update()
        self._tables()
        self._follow()

    def shut(self) -> None:
        """Stop B's engine."""
        self._all.cancel()
        self.other.close()

    def refresh(self) -> None:
        """Run B when what it depends on has changed."""
        document = self._session.document
        if document.scene is None or not self.isVisible() or self._recording:
            self._tables()
            return
        slot = "B" if document.slot == "A" else "A"
        wanted = (
            document.text,
            tuple(sorted(document.state.settings[slot].items())),
            self._session.seed,
            self._session.mode,
        )
        if wanted != self._running:
            self._running = wanted
            self.other.seed, self.other.mode = self._session.seed, self._session.mode
            mine = self.other.document
            mine.open(document.path, document.text)
            mine.state.settings["A"] = dict(document.state.settings[slot])
            self.other.head.playing = False
            self.other.run_whole()
        self._tables()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _document(self, part: str) -> None:
        if part.startswith(("settings", "text", "whole", "all", "slot")) and not self._session.held_slot:
            self.refresh()
        self.view_b.update()

    def _what(self, key: str) -> None:
        self._recording = key == "recording"
        self.add_recording.setVisible(self._recording)
        if self._recording:
            self._ask()
        else:
            self._running = ()
            self.more = []
            self.timeline.view.more = []
            self.refresh()

    def _ask(self) -> None:
        folder = self._session.document.path.parent
        ask_file(self, "Compare with", folder=folder, filters="Recordings (*.mcap)", then=self.open_other)

    def _add(self, _: bool) -> None:
        self._ask()

    def open_other(self, path: Path) -> None:
        """Put a recording in the place of B; one that was there stays as a further curve."""
        if self._recording and self._recording_name and len(self.other.run):
            self.more.append((self._recording_name, self.other.run.copy()))
            self.timeline.view.more = self.more
        self._recording = True
        self.add_recording.show()
        self.what.choose("recording")
        self.other.open_recording(path)

    def _how(self, key: str) -> None:
        self.card_b.setVisible(key == "side")
        self.view_a.other = self.other.run if key == "over" else None
        self.view_a.flip_to = self.other if key == "flip" else None
        self.view_a.update()

    def _see(self, kind: str) -> None:
        self.seen.choose(kind)
        self.room_a.show_kind(kind)
        self.room_b.show_kind(kind)
        self._same_place()

    def _same_place(self) -> None:
        self.room_b.customer.place = self.room_a.customer.place
        self._follow()

    def _offset(self) -> int:
        """How much later B's first wake word is than A's."""
        if not self.align.isChecked():
            return 0
        ticks = [
            next((one.tick for one in session.run.happenings if one.kind == "wake word"), None)
            for session in (self._session, self.other)
        ]
        return ticks[1] - ticks[0] if ticks[0] is not None and ticks[1] is not None else 0

    def _follow(self) -> None:
        if not self.isVisible():
            return
        self.timeline.view.other_offset = self._offset()
        self.other.seek(self._session.tick + self._offset())
        names = self._names()
        mine, theirs = (
            f"{name}: {why(one.moment, one.spec)}" for name, one in zip(names, (self._session, self.other), strict=True)
        )
        self.words.setText(f"{theirs}     (held: {mine})" if self._flipped else f"{mine}     {theirs}")

    def _names(self) -> tuple[str, str]:
        """What the two runs are called."""
        slot = self._session.document.slot
        return slot, "recording" if self._recording else "B" if slot == "A" else "A"

    def _title(self, slot: str) -> str:
        document = self._session.document
        if slot not in document.state.preset:
            return f"Recording   {self._recording_name or self.other.document.path.name}"
        changed = document.state.settings[slot]
        preset = document.state.preset[slot]
        modified = " (modified)" if changed and preset == OWN else ""
        return f"{slot}   {preset}{modified}"

    def _name_recording(self, path: Path) -> None:
        self._recording_name = path.name.removesuffix(".mcap") if self._recording else ""
        self._tables()

    def _other_grew(self) -> None:
        self.timeline.view.update()
        self._tables()
        self._follow()

    def _tables(self) -> None:
        if not self.isVisible():
            return
        document = self._session.document
        if document.scene is None:
            return
        mine = document.tuning()
        theirs = self.other.document.tuning() if self.other.document.scene else mine
        first, second = self._names()
        self.card_a.title.setText(self._title(second if self._flipped else first))
        self.card_b.title.setText(self._title(second))
        self.timeline.view.other_name = f"run {second}" if not self._recording else "recording"
        self.timeline.view.other_checks = self.other.checks
        lengths = self.view_a.look.theme.lengths
        self.settings.show_rows([
            (leaf.label, typed.shown(leaf, a, lengths), typed.shown(leaf, b, lengths), "", "text")
            for leaf, (a, b) in ((leaf_at(path), both) for path, both in mine.differences(theirs).items())
        ])  # fmt: skip
        self._judge(differ=bool(mine.differences(theirs)))

    def _judge(self, *, differ: bool) -> None:
        """What came of both: checks first, then numbers; only of two complete runs."""
        mine, theirs = self._session, self.other
        done = mine.shown.complete and theirs.shown.complete and not mine.shown.old
        rows: list[Row] = []
        if done:
            rows = check_rows(mine.checks, theirs.checks)
            rows += outcome_rows(run_spans.outcomes(mine.run), run_spans.outcomes(theirs.run))
        self.outcomes.empty_words = "No difference" if done else "Computing…"
        self.outcomes.show_rows(rows)
        broken = len(tally(mine.checks, theirs.checks).broken) if done else 0
        name = self._names()[1]
        self.keep.setText(f"Keep {name} (breaks {broken})" if broken else f"Keep {name}")
        self.keep.setVisible(not self._recording)
        self.keep.setEnabled(differ and done)
        self.keep.setObjectName("main" if done and differ and not broken else "")
        self.keep.style().unpolish(self.keep)
        self.keep.style().polish(self.keep)

    def _keep(self) -> None:
        document = self._session.document
        theirs = self.other.document.tuning()
        values = {path: b for path, (_, b) in document.base.differences(theirs).items()}
        other = self._names()[1]
        document.take_settings(values, name=document.state.preset[other], text=f"Keep {other}")
        self._session.release()

    def _run_all(self) -> None:
        if self._all.running:
            self._all.cancel()
            self.verdict.setText("Cancelled")
            self.progress.hide()
            self.all_button.setText("Run on all scenes")
            return
        document = self._session.document
        count = self._all.start(document.tuning().changed(), self.other.document.tuning().changed())
        self.progress.setRange(0, max(1, count))
        self.progress.setValue(0)
        self.progress.show()
        self.verdict.setText(f"Running {count} runs in the background…")
        self.all_button.setText("Cancel")

    def _progressed(self, done: int) -> None:
        self.progress.setValue(done)
        self.all_scenes.show_rows(scene_rows(self._all.results))

    def _finished(self) -> None:
        self.progress.hide()
        self.verdict.setText(totals(self._all.results))
        self.all_scenes.show_rows(scene_rows(self._all.results))
        self.all_button.setText("Run on all scenes")

    def _open_scene(self, path: str) -> None:
        """Both runs of a scene, with the knobs that were compared."""
        document = self._session.document
        slots = {slot: document.tuning(slot) for slot in SLOTS}
        presets = dict(document.state.preset)
        file = self._samples.parent / path if not Path(path).is_absolute() else Path(path)
        self._session.open_scene(file if file.exists() else Path(path), play=False)
        base = document.base
        for slot, tuning in slots.items():
            document.state.settings[slot] = {knob: theirs for knob, (_, theirs) in base.differences(tuning).items()}
        document.state.preset.update(presets)
        self._session.commit_knobs()
        self._session.document_changed.emit("all")
        self.refresh()
