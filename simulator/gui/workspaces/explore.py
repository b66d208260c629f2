"""Explore: many settings tried over many scenes; a front of named points, what matters, and the runs behind each point."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import Card, Segments, button, label
from simulator.gui.panels.explore_setup import SetupCard
from simulator.gui.panels.explore_tables import PointsTable, RunsTable
from simulator.gui.panels.fold import Fold
from simulator.gui.processes.explore_process import Exploring
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.front_view import BarsView, FrontView
from simulator.gui.workspaces.workspace import TimelineCard, Workspace, scrolled, splitter, titled
from simulator.lab.search.explored import Explored, ExploredError, Named, read_explored
from simulator.lab.search.objectives import NAMES
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE, ExploreProgress
from simulator.scene.errors import SceneError
from simulator.workbench.command_list import Commands
from simulator.workbench.document import OWN, SLOTS, Slot
from simulator.workbench.explore_goal import GoalError, folder_of, goal_text, scene_choice
from simulator.workbench.explore_rows import RunRow, beside_chance, matters_words, summary

NOTHING = Explored(made_by="tune", train_scenes=0)
HINT = "Tick what to try, choose scenes, and start; or open what swivel tune or swivel sweep found."


class ExploreWorkspace(Workspace):
    """Choices at the left, what was found beside them."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands, *, samples: Path, home: Path) -> None:
        super().__init__()
        self._session, self._commands, self._samples, self._home = session, commands, samples, home
        self.found, self.chosen, self.file = NOTHING, "", Path()
        self.exploring = Exploring(self)
        folders = sorted({path.parent.name for path in samples.rglob("*.scene.yaml") if path.parent != samples})
        self.setup = SetupCard(folders)
        front, table, bars, runs = self._parts(look)
        left = splitter(Qt.Orientation.Vertical, front, table, shares=(3, 2))
        right = splitter(Qt.Orientation.Vertical, bars, runs, shares=(2, 3))
        found = splitter(Qt.Orientation.Horizontal, left, right, shares=(5, 3))
        parts = (("Front", front), ("Points", table), ("What matters", bars), ("Runs", runs))
        self.fold = Fold(found, parts, groups=(left, right))
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words_card())
        column.addWidget(self.fold, 1)
        whole = splitter(Qt.Orientation.Horizontal, scrolled(self.setup, fill=True), side, shares=(2, 7))
        self.splitters = {"explore.left": left, "explore.right": right, "explore.found": found, "explore.whole": whole}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(whole)
        self.setup.started.connect(self.start)
        self.setup.cancelled.connect(self.cancel)
        self.setup.opening.connect(self._ask)
        self.exploring.progressed.connect(self._progressed)
        self.exploring.grew.connect(lambda file: self.open(Path(file)))
        self.exploring.ended.connect(self._ended)
        look.changed.connect(self._show)
        self._show()

    @property
    def timelines(self) -> list[TimelineCard]:
        """None: it is about many runs."""
        return []

    def focus(self) -> None:
        """The front takes the arrow keys."""
        self.front.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, path: Path) -> None:
        """Show what was explored, from its file or its folder."""
        try:
            found = read_explored(path)
        except ExploredError as error:
            self._session.notice.emit("error", str(error))
            return
        self.file, self.found = path, found
        names = [one.name for one in found.points]
        self.chosen = self.chosen if self.chosen in names else ""
        self._show()

    def start(self) -> None:
        """Begin, or go on where the same choices were left."""
        scene = self._session.document
        this = scene.path if scene.scene is not None else None
        try:
            tune_on, hold_out = (
                scene_choice(box.currentText(), this=this, samples=self._samples)
                for box in (self.setup.tune_on, self.setup.hold_out)
            )
            goal = goal_text(self.setup.axes(), tune_on=tune_on, hold_out=hold_out, budget=self.setup.budget())
        except GoalError as error:
            self.setup.say(str(error), "bad")
            return
        out = folder_of(goal, home=self._home)
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / "goal.yaml").write_text(goal, encoding="utf-8")
        except OSError as error:
            self.setup.say(f"{out}: cannot be written: {error.strerror}", "bad")
            return
        self.found, self.chosen, self.file = NOTHING, "", out / EXPLORED_FILE
        self.setup.show_running(True)
        self.setup.progress.setValue(0)
        self.setup.say("Starting…")
        self.exploring.start(out / "goal.yaml", out)
        self._show()

    def cancel(self) -> None:
        """Leave off; what was tried stays, and Start goes on from there."""
        self.setup.say("Leaving off…")
        self.setup.go.setEnabled(False)
        self.exploring.cancel()

    def shut(self) -> None:
        """The window closes; what had run is known to the next start."""
        self.exploring.stop()

    def choose(self, name: str) -> None:
        """Look at one of the named points."""
        if name != self.chosen:
            self.chosen = name
            self._show()

    @property
    def point(self) -> Named | None:
        """The point that is chosen."""
        return next((one for one in self.found.points if one.name == self.chosen), None)

    def take(self, slot: Slot) -> None:
        """Put the chosen point into a slot, to be felt on the scene that is open; undo takes it out again."""
        one = self.point
        if one is None:
            return
        self._commands.run(f"tuning.slot_{slot.lower()}")
        self._session.document.take_settings(dict(one.changes), name=OWN, text=f"Take point {one.name} into {slot}")
        self._session.release()
        self._session.notice.emit("info", f"{slot} has the knobs of {one.name}; Ctrl+Z takes them out again")

    # --- inside -------------------------------------------------------------------------------------------------------

    def _parts(self, look: Look) -> tuple[Card, Card, Card, Card]:
        self.front, self.points, self.bars, self.runs = (
            FrontView(look),
            PointsTable(look),
            BarsView(look),
            RunsTable(look),
        )
        self.front.chosen.connect(self.choose)
        self.points.chosen.connect(self.choose)
        self.runs.asked.connect(self.open_run)
        self.figures = Segments([(name, name) for name in NAMES])
        self.figures.set_low()
        self.figures.choose(NAMES[0])
        self.figures.chosen.connect(lambda _: self._show_bars())
        self.takes = {
            slot: button(f"Into {slot}", partial(self.take, slot), tip=f"Give slot {slot} the knobs of this point")
            for slot in SLOTS
        }
        front, table = Card(margins=(8, 6, 8, 6)), Card(margins=(8, 6, 8, 6))
        front.add(self.front, 1)
        table.add(titled("Named points", self.points), 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.chosen_words = label("", "dim", size_px=SMALL_PX)
        row.addWidget(self.chosen_words, 1)
        for one in self.takes.values():
            row.addWidget(one)
        table.column.addLayout(row)
        bars, runs = Card("What matters", [self.figures], margins=(10, 8, 10, 6)), Card(margins=(8, 6, 8, 6))
        self.whom = label("", "dim", size_px=SMALL_PX)
        self.whom.setWordWrap(True)
        bars.add(self.whom)
        bars.add(self.bars, 1)
        runs.add(titled("Runs of this point", self.runs), 1)
        return front, table, bars, runs

    def _words_card(self) -> Card:
        card = Card(margins=(10, 6, 10, 6))
        self.words = label(HINT, size_px=SMALL_PX)
        self.words.setWordWrap(True)
        card.add(self.words)
        return card

    def _ask(self) -> None:
        ask_file(
            self, "Open what was explored", folder=Path.cwd(), filters=f"Results ({EXPLORED_FILE})", then=self.open
        )

    def _progressed(self, report: ExploreProgress) -> None:
        self.setup.progress.setValue(round(1000 * report.share))
        if not self.exploring.cancelled:
            left = f", {_left(report.left_s)} left" if report.left_s is not None else ""
            self.setup.say(f"{report.share:.0%}{left}. {report.words}")

    def _ended(self, problem: str) -> None:
        self.setup.show_running(False)
        if problem:
            self.setup.say(problem, "bad")
        elif self.exploring.cancelled:
            self.setup.say("Left off. What was tried is kept: Start goes on from there.")
        else:
            self.setup.say(f"Done. Kept in {self.file.parent}")

    def _show(self) -> None:
        self.words.setText(
            " ".join(filter(None, (summary(self.found), beside_chance(self.found)))) if self._some else HINT
        )
        self.front.show_found(self.found, self.chosen)
        self.points.show_found(self.found, self.chosen)
        self.runs.show_runs(self.point)
        one = self.point
        self.chosen_words.setText(f"{len(one.changes)} knobs" if one is not None else "Choose a point to feel it")
        for slot, made in self.takes.items():
            made.setEnabled(one is not None)
            made.setText(f"{one.name} into {slot}" if one is not None else f"Into {slot}")
        self._show_bars()

    @property
    def _some(self) -> bool:
        return bool(self.found.trials or self.found.shipped is not None)

    def _show_bars(self) -> None:
        figure = next(name for name, made in self.figures.buttons.items() if made.isChecked())
        shown = next((one for one in self.found.matters if one.figure == figure), None)
        empty = "Not asked: no walks" if self.found.trials else "Nothing tried yet"
        self.bars.show_matters(shown, empty=empty)
        self.whom.setText(matters_words(shown, self.found.train_scenes) if shown is not None else "")
        self.whom.setVisible(shown is not None)

    def open_run(self, row: RunRow) -> None:
        """One run in Compare: A as it ships, B with this point."""
        one = self.point
        path = next((path for path in (Path(row.path), self._samples.parent / row.path) if path.exists()), None)
        if one is None or path is None:
            self._session.notice.emit("warning", f"{row.path}: this scene is not there any more")
            return
        try:
            self._session.open_scene(path.resolve(), play=False)
        except SceneError as error:
            self._session.notice.emit("error", str(error))
            return
        document = self._session.document
        own = document.base.changed()
        self._session.seed = row.seed
        # As in the run that was counted: what the scene turns itself stays as it says.
        document.state.settings["B"] = {path: value for path, value in one.changes.items() if path not in own}
        self._session.commit_knobs()
        self._session.document_changed.emit("all")
        self._commands.run("view.compare")


def _left(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 5400.0 else f"{seconds / 3600.0:.1f} h"
