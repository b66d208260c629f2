"""Teaches a mode: push the screen where it should have been along the run, give lessons, fit, and take what came of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, button, label
from simulator.gui.processes.teach_process import Fitting
from simulator.gui.session_model import SessionModel
from simulator.gui.views.room_view import RoomView
from simulator.gui.views.timeline_view import TimelineView
from simulator.onboard.tuning import TuningError
from simulator.scene.include import TAUGHT, scene_root
from simulator.workbench.document import SLOTS, Slot
from simulator.workbench.presets import Presets
from simulator.workbench.teaching import Learned, Teaching, TeachingError

STEPS = 2  # of the slider in a degree
NAME_PX = 84
LOW_PX = 600  # of the window
HINT = "Pause where the screen should have been elsewhere and drag it there, in the room or by the slider; at two moments at least."


class TeachBar(Card):
    """Hidden until somebody teaches."""

    def __init__(
        self, session: SessionModel, room: RoomView, timeline: TimelineView, presets: Presets, *, home: Path,
        run: Callable[[str], object], spare: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(margins=(10, 5, 10, 5))
        self.column.setSpacing(4)
        self._session, self._presets, self._home, self._run = session, presets, home, run
        self._views, self._spare = (room, timeline), spare
        self.teaching = Teaching()
        self.learned: Learned | None = None
        self.fitting = Fitting(self)
        self.column.addLayout(self._pushing())
        self.words = label(HINT, "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.add(self.words)
        self.column.addLayout(self._taking())
        self.fitting.ended.connect(self._fitted)
        room.pushed.connect(self._push_in_room)
        session.moment_changed.connect(self._follow)
        session.document_changed.connect(lambda part: self._another() if part == "all" else None)
        self.hide()
        self._refresh()

    def open(self) -> None:
        """Begin to teach, or leave it; lessons stay until the window closes."""
        self.setVisible(self.isHidden())
        self._make_room()
        for view in self._views:
            view.teaching = self.teaching if not self.isHidden() else None
            view.update()
        if not self.isHidden():
            self._session.play(False)
            self._follow()
            self.yaw.setFocus()

    def push(self, yaw_deg: float) -> None:
        """The screen should have been there at the playhead."""
        if len(self._session.run):
            self.teaching.push(self._session.tick, yaw_deg)
            self._refresh()

    def give(self) -> None:
        """The pushes are a lesson."""
        try:
            self.teaching.give(self._session.document.path, seed=self._session.seed)
        except TeachingError as error:
            self._say(str(error), "bad")
            return
        self._refresh()
        self._say(f"Lesson {len(self.teaching.given)} is given. {HINT if len(self.teaching.given) < 2 else ''}")

    def say(self, word: str) -> None:
        """Calmer or livelier, and at once what that would be."""
        self.teaching.say(word)
        self.fit()

    def take_back(self) -> None:
        """The last pushes, or the last lesson."""
        if words := self.teaching.take_back():
            self._say(words)
        self._refresh()

    def fit(self) -> None:
        """Look for settings that would have moved it like that."""
        self.teaching.mode = self.name.text().strip() or "cooking"
        folder = self._home / "teach"
        try:
            text = self.teaching.text()
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{self.teaching.mode}.lessons.yaml"
            file.write_text(text, encoding="utf-8")
        except TeachingError as error:
            self._say(str(error), "bad")
            return
        except OSError as error:
            self._say(f"{folder}: cannot be written: {error.strerror}", "bad")
            return
        self._say("Looking for what would have moved it like that…")
        self.fitting.start(file, among=self._among(), out=folder)
        self._refresh()

    def take(self, slot: Slot) -> None:
        """Feel what was taught in a slot; undo takes it out again."""
        if self.learned is None:
            return
        self._run(f"tuning.slot_{slot.lower()}")
        document, name = self._session.document, self._kept_name()
        values = {path: value for path, value in self.learned.changes.items() if document.base.value(path) != value}
        document.take_settings(values, name=name, text=f"Take taught mode {self.learned.name} into {slot}")
        self._session.release()

    def keep(self) -> None:
        """A preset of this name, and the file that scenes use with `mode:`."""
        if self.learned is None:
            return
        name = self._kept_name()
        source = next(Path(file) for file in self.learned.files if file.endswith(".yaml"))
        target = scene_root(self._session.document.path) / TAUGHT / source.name
        try:
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
        except OSError as error:
            self._say(f"{target}: cannot be written: {error.strerror}", "bad")
            return
        self._say(f"Kept as preset {name}; scenes use it with mode: {self.learned.name} ({target})")

    def shut(self) -> None:
        """The window closes."""
        self.fitting.stop()

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low window what can be spared makes room."""
        super().resizeEvent(event)
        self._make_room()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _push_in_room(self, yaw_deg: float) -> None:
        """As far as the slider goes: its ends are those of the range of motion."""
        self.push(min(max(yaw_deg, self.yaw.minimum() / STEPS), self.yaw.maximum() / STEPS))

    def _make_room(self) -> None:
        self._spare.setVisible(self.isHidden() or self.window().height() >= LOW_PX)

    def _pushing(self) -> QHBoxLayout:
        self.name = QLineEdit("cooking")
        self.name.setAccessibleName("Name of the mode that is taught")
        self.name.setFixedWidth(NAME_PX)
        self.name.setFont(font(SMALL_PX))
        self.yaw = QSlider(Qt.Orientation.Horizontal)
        self.yaw.setAccessibleName("Where the screen should have been")
        self.yaw.setToolTip("Where the screen should have been at the playhead; drag it, or use the arrow keys")
        self.yaw.setInvertedAppearance(True)  # left in the room is left here
        self.yaw.valueChanged.connect(lambda value: self.push(value / STEPS))
        # Letting go counts as well: "here, as it is" is a push that moves nothing.
        self.yaw.sliderReleased.connect(lambda: self.push(self.yaw.value() / STEPS))
        self.degrees = label("", size_px=SMALL_PX)
        self.degrees.setMinimumWidth(40)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label("Teach", "title", weight=600))
        row.addWidget(self.name)
        row.addWidget(self.yaw, 1)
        row.addWidget(self.degrees)
        self.gives = button("Give lesson", self.give, tip="These pushes are a lesson")
        self.back = button("Take back", self.take_back, tip="The pushes of this lesson, or the last lesson")
        for made in (self.gives, self.back):
            row.addWidget(made)
        return row

    def _taking(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.fits = button("Fit", self.fit, kind="main", tip="Settings that would have moved it like that")
        row.addWidget(self.fits)
        for word in ("calmer", "livelier"):
            row.addWidget(button(word.capitalize(), partial(self.say, word), tip=f"A step {word} than what was taught"))
        row.addStretch(1)
        self.takes = [
            button(f"Into {slot}", partial(self.take, slot), tip=f"Feel what was taught in slot {slot}")
            for slot in SLOTS
        ]
        self.keeps = button("Keep mode", self.keep, tip="As a preset, and for scenes that say mode:")
        self.asked = button("Open the next lesson", self._open_asked, tip="The scene whose lesson would say most")
        for made in (self.asked, *self.takes, self.keeps):
            row.addWidget(made)
        return row

    def _kept_name(self) -> str:
        """The preset of the mode, kept now: a slot names the preset that it has."""
        assert self.learned is not None
        lessons = ", ".join(self.learned.lessons) or "words alone"
        about = (
            f"Taught, from lessons in {lessons}: {self.learned.before_deg:g}° before, {self.learned.after_deg:g}° after"
        )
        try:
            return self._presets.save(self.learned.name, self.learned.changes, about=about).stem
        except TuningError as error:
            self._say(str(error), "bad")
            return self.learned.name

    def _among(self) -> Path:
        """Where the next lesson is looked for: the folder of lessons beside the scene, else the scene's own folder."""
        root = scene_root(self._session.document.path)
        return root / "lessons" if (root / "lessons").is_dir() else self._session.document.path.parent

    def _fitted(self, learned: Learned | None, problem: str) -> None:
        if learned is not None:
            self.learned = learned
            self._say(f"{learned.words} {learned.asks}", "")
        else:
            self._say(problem, "bad")
        self._refresh()

    def _open_asked(self) -> None:
        if self.learned is None or self.learned.ask is None:
            return
        path = self._among() / f"{self.learned.ask.run}.scene.yaml"
        if not path.exists():
            self._say(f"{path}: this scene is not there", "bad")
            return
        self._session.open_scene(path, play=False)
        self._session.seek(round(100 * self.learned.ask.from_s))

    def _another(self) -> None:
        """Pushes belong to the run that was open."""
        self.teaching.pushes = []
        self._refresh()

    def _follow(self) -> None:
        if self.isHidden() or self._session.moment is None:
            return
        arc = self._session.spec.device.range
        low, high = (arc.min_deg, arc.max_deg) if arc else (-180.0, 180.0)
        pushed = self.teaching.yaw_at(self._session.tick)
        yaw_deg = pushed if pushed is not None else self._session.moment.yaw_deg
        self.yaw.blockSignals(True)
        self.yaw.setRange(round(STEPS * low), round(STEPS * high))
        self.yaw.setValue(round(STEPS * yaw_deg))
        self.yaw.blockSignals(False)
        self.degrees.setText(f"{yaw_deg:.0f}°")

    def _say(self, words: str, kind: str = "dim") -> None:
        self.words.setText(words)
        self.words.setObjectName(kind)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)

    def _refresh(self) -> None:
        teaching = self.teaching
        self.gives.setText(f"Give lesson {len(teaching.given) + 1}")
        self.gives.setEnabled(len(teaching.pushes) > 1)
        self.back.setEnabled(bool(teaching.pushes or teaching.given))
        self.fits.setEnabled(bool(teaching.given) and not self.fitting.running)
        for made in (*self.takes, self.keeps):
            made.setEnabled(self.learned is not None)
        self.asked.setVisible(self.learned is not None and self.learned.ask is not None)
        self._follow()
        for view in self._views:
            view.update()
