"""Compare: two sets of knobs, or two recordings, side by side on one clock, with what came of them in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels import typed
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import Card, Segments, button, chip, label
from simulator.gui.panels.fold import Fold
from simulator.gui.panels.why import why
from simulator.gui.processes.compare_process import AllScenes
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.gui.views.room_view import RoomView
from simulator.gui.workspaces.workspace import TimelineCard, Workspace, splitter, titled
from simulator.onboard.tuning import leaf_at
from simulator.workbench import run_spans
from simulator.workbench.command_list import Commands

ROW_PX = 22.0
# For these less is better; for the others it is a matter of taste, and the table says only by how much.
LESS_IS_BETTER = frozenset({"Person out of view", "Longest wait"})
UNITS = {
    "Turns": "",
    "Degrees travelled": "°",
    "Peak speed": "°/s",
    "Time turning": "s",
    "Longest wait": "s",
    "Person out of view": "s",
}


class Table(Canvas):
    """Rows of words with a value for A, a value for B, and the difference."""

    def __init__(self, look: Look, name: str, heads: tuple[str, str, str, str]) -> None:
        super().__init__(look, name)
        self._heads = heads
        self.rows: list[tuple[str, str, str, str, str]] = []  # words, A, B, difference and its colour
        self.setMinimumHeight(int(2 * ROW_PX))

    def show_rows(self, rows: list[tuple[str, str, str, str, str]]) -> None:
        """Show other rows."""
        if rows != self.rows:
            self.rows = rows
            self.setAccessibleDescription("; ".join(f"{words}: A {a}, B {b}" for words, a, b, _, _ in rows))
            self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the table."""
        theme, wide = self.look.theme, float(self.width())
        columns = ((4.0, "left"), (wide * 0.56, "right"), (wide * 0.75, "right"), (wide - 6, "right"))
        for (x, align), words in zip(columns, self._heads, strict=True):
            text.plain(painter, theme, QPointF(x, 14), words, align=align)
        painter.setPen(theme.pen("line"))
        painter.drawLine(QPointF(0, ROW_PX - 2), QPointF(wide, ROW_PX - 2))
        for row, (words, a, b, difference, colour) in enumerate(self.rows):
            y = ROW_PX * (row + 1) + 15
            if y > self.height():
                break
            painter.setFont(font(SMALL_PX))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(wide * 0.40))
            text.plain(painter, theme, QPointF(columns[0][0], y), shown, colour="text")
            text.plain(painter, theme, QPointF(columns[1][0], y), a, colour="text", align="right")
            text.plain(painter, theme, QPointF(columns[2][0], y), b, colour="text", align="right")
            text.plain(painter, theme, QPointF(columns[3][0], y), difference, colour=colour, align="right", weight=500)
        if not self.rows:
            text.plain(painter, theme, QPointF(4, ROW_PX + 15), "No difference", colour="faint")


class CompareWorkspace(Workspace):
    """Two runs."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, samples: Path) -> None:
        super().__init__()
        self._session = session
        self.other = SessionModel(mode=session.mode, parent=self)
        self._running: tuple[object, ...] = ()
        self._recording = False
        self._all = AllScenes(samples, self)
        bar, side = self._choices(), self._figures(look)
        self.view_a, self.view_b = (
            RoomView(session, look, name="Room of A"),
            RoomView(self.other, look, name="Room of B"),
        )
        self.card_a, self.card_b = Card("A", margins=(10, 8, 10, 6)), Card("B", margins=(10, 8, 10, 6))
        self.card_a.add(self.view_a, 1)
        self.card_b.add(self.view_b, 1)
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
        self._all.progressed.connect(self._progressed)
        self._all.finished.connect(self._finished)

    def _choices(self) -> Card:
        bar = Card(margins=(10, 5, 10, 5))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("Compare", "dim"))
        self.what = Segments((("settings", "Knobs A and B"), ("recording", "With a recording…")))
        self.what.choose("settings")
        self.what.chosen.connect(self._what)
        row.addWidget(self.what)
        row.addSpacing(10)
        row.addWidget(label("View", "dim"))
        self.how = Segments(
            (("side", "Side by side"), ("over", "Overlay"), ("flip", "Flip")),
            tips={"flip": "One room; hold the mouse on it, or `, to see the other"},
        )
        self.how.choose("side")
        self.how.chosen.connect(self._how)
        row.addWidget(self.how)
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
        side = Card()
        side.setMinimumWidth(300)
        self.verdict = label("Not run yet", "dim", size_px=SMALL_PX)
        self.verdict.setWordWrap(True)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        parts = (
            ("Knobs", titled("Knobs that differ", self.settings)),
            ("This scene", titled("On this scene", self.outcomes)),
            ("All scenes", titled("On all scenes", self.verdict)),
        )
        self.fold = Fold(splitter(Qt.Orientation.Vertical, *(part for _, part in parts), shares=(3, 4, 2)), parts)
        side.add(self.fold, 1)
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
        if self._recording:
            ask_file(
                self,
                "Compare with",
                folder=self._session.document.path.parent,
                filters="Recordings (*.mcap)",
                then=self.open_other,
            )
        else:
            self._running = ()
            self.refresh()

    def open_other(self, path: Path) -> None:
        """Put a recording in the place of B."""
        self._recording = True
        self.what.choose("recording")
        self.other.open_recording(path)

    def _how(self, key: str) -> None:
        self.card_b.setVisible(key == "side")
        self.view_a.other = self.other.run if key == "over" else None
        self.view_a.flip_to = self.other if key == "flip" else None
        self.view_a.update()

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
        self.other.seek(self._session.tick + self._offset())
        self.words.setText(f"A: {why(self._session.moment)}     B: {why(self.other.moment)}")

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
        names = {"A": document.slot, "B": "recording" if self._recording else "B" if document.slot == "A" else "A"}
        self.card_a.title.setText(f"{names['A']}   {document.state.preset[document.slot]}")
        self.card_b.title.setText(
            f"{names['B']}   {document.state.preset.get(names['B'], self.other.document.path.name)}"
        )
        self.timeline.view.other_name = f"{names['B'][:1].upper()} run"
        self.settings.show_rows([
            (leaf_at(path).label, typed.shown(leaf_at(path), a), typed.shown(leaf_at(path), b), "", "text")
            for path, (a, b) in mine.differences(theirs).items()
        ])  # fmt: skip
        first, second = run_spans.outcomes(self._session.run), run_spans.outcomes(self.other.run)
        done = self._session.progress >= 1.0 and self.other.progress >= 1.0
        self.outcomes.show_rows(
            [_row(name, first[name], second[name]) for name in first if name in second] if done else []
        )
        self.keep.setEnabled(bool(mine.differences(theirs)))

    def _keep(self) -> None:
        document = self._session.document
        theirs = self.other.document.tuning()
        values = {path: b for path, (_, b) in document.base.differences(theirs).items()}
        document.take_settings(values, name=document.state.preset["B" if document.slot == "A" else "A"], text="Keep B")
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

    def _finished(self, words: str) -> None:
        self.progress.hide()
        self.verdict.setText(words)
        self.all_button.setText("Run on all scenes")


def _row(name: str, a: float, b: float) -> tuple[str, str, str, str, str]:
    unit = UNITS[name]
    gap = " " if unit not in ("", "°") else ""
    decimals = 1 if unit == "s" else 0
    difference = b - a
    if abs(difference) < 0.5 * 10**-decimals:
        return name, f"{a:.{decimals}f}{gap}{unit}", f"{b:.{decimals}f}{gap}{unit}", "same", "faint"
    words = f"{difference:+.{decimals}f}{gap}{unit}".replace("-", "−")
    colour = "text"
    if name in LESS_IS_BETTER:
        colour = "ok" if difference < 0 else "bad"
        words += " better" if difference < 0 else " worse"
    return name, f"{a:.{decimals}f}{gap}{unit}", f"{b:.{decimals}f}{gap}{unit}", words, colour
