"""Play, pause, step, speed, loop, bookmark, record, and the clock that can be typed into."""

from __future__ import annotations

import re
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import BODY_PX, SMALL_PX, font
from simulator.gui.panels.basics import IconButton, label
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.onboard.messages import TICKS_PER_S
from simulator.workbench.command_list import Commands, WindowCommand
from simulator.workbench.run_label import SENSES_WORDS, verdict

# Command and drawing of each button.
BEFORE_TIME = (
    ("time.start", "start"),
    ("time.back", "back"),
    ("time.play", "play"),
    ("time.forward", "forward"),
    ("time.end", "end"),
    ("time.record", "record"),
)
AFTER_TIME = (("time.loop", "loop"), ("time.bookmark", "bookmark"), ("view.sound", "mute"))
WORDS_FROM_PX, STEPS_FROM_PX, LEAST_PX = 860, 760, 500
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Transport(QWidget):
    """The row of buttons over the timeline."""

    def __init__(self, session: SessionModel, look: Look, commands: Commands) -> None:
        super().__init__()
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self.buttons: dict[str, IconButton] = {}
        for name, drawing in BEFORE_TIME:
            row.addWidget(self._button(commands[name], drawing, look, commands))
        self._make_fields()
        self.length = label("/ 00:00.00", "dim")
        row.addSpacing(4)
        row.addWidget(self.time)
        row.addWidget(self.length)
        row.addSpacing(6)
        row.addWidget(self.speed)
        for name, drawing in AFTER_TIME:
            row.addWidget(self._button(commands[name], drawing, look, commands))
        row.addStretch(1)
        self.state = QLabel()
        self.state.setObjectName("dim")
        self.state.setFont(font(SMALL_PX))
        row.addWidget(self.state)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(90)
        self.progress.setAccessibleName("How much of the run is computed")
        row.addWidget(self.progress)
        self.verdict = QPushButton()
        self.verdict.setObjectName("chip")
        self.verdict.setFont(font(SMALL_PX, 500))
        self.verdict.clicked.connect(partial(commands.run, "scene.senses"))
        row.addWidget(self.verdict)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(6)
        row.addSpacing(6)
        row.addLayout(self.tools)
        for signal in (
            session.moment_changed,
            session.run_changed,
            session.playing_changed,
            session.engine_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def _button(self, command: WindowCommand, drawing: str, look: Look, commands: Commands) -> IconButton:
        tip = command.title + (f"  ({command.keys[0]})" if command.keys else "")
        colour = "bad" if drawing == "record" else "text"
        made = IconButton(look, drawing, tip, partial(commands.run, command.name), colour=colour)
        self.buttons[command.name] = made
        return made

    def _make_fields(self) -> None:
        self.time = QLineEdit("00:00.00")
        self.time.setObjectName("value")
        self.time.setFont(font(BODY_PX, 500))
        self.time.setFixedWidth(72)
        self.time.setToolTip("The playhead; type a time such as 8.3 or 1:02")
        self.time.setAccessibleName("Time of the playhead")
        self.time.editingFinished.connect(self._typed)
        self.speed = QComboBox()
        self.speed.setFont(font())
        self.speed.addItems([f"{speed:g}×" for speed in SPEEDS])
        self.speed.setCurrentText("1×")
        self.speed.setAccessibleName("Playing speed")
        self.speed.setToolTip("Playing speed")
        self.speed.setFixedWidth(70)
        self.speed.activated.connect(lambda index: self._set_speed(SPEEDS[index]))

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is scarce the bar alone says that something is computed, and keys do what the rarer buttons do."""
        super().resizeEvent(event)
        wide = event.size().width()
        self.state.setVisible(wide >= WORDS_FROM_PX)
        self.length.setVisible(wide >= STEPS_FROM_PX)
        self.progress.setFixedWidth(90 if wide >= STEPS_FROM_PX else 40)
        for name in ("time.back", "time.forward", "time.loop", "time.bookmark"):
            self.buttons[name].setVisible(wide >= STEPS_FROM_PX)

    def minimumSizeHint(self) -> QSize:
        """What is left when the words and the steps are hidden."""
        return QSize(LEAST_PX, 28)

    def refresh(self) -> None:
        """Show time, speed and what the engine does."""
        session = self._session
        if not self.time.hasFocus():
            words = text.seconds(session.tick)
            if words != self.time.text():
                self.time.setText(words)
        whole = f"/ {text.seconds(session.duration_ticks)}"
        if whole != self.length.text():
            self.length.setText(whole)
        self.buttons["time.play"].set_drawing("pause" if session.head.playing else "play")
        busy = session.engine.state in ("running", "restarting", "starting") and session.progress < 1.0
        self.progress.setVisible(busy)
        self.progress.setValue(round(session.progress * 1000))
        self._show_verdict()
        words = ""
        if busy:
            slow = session.head.waits and 0 < session.engine.speed_x < session.head.speed
            words = f"simulated time runs at {session.engine.speed_x:.1f}×" if slow else "computing…"
        if self.state.text() != words:
            self.state.setText(words)

    def _show_verdict(self) -> None:
        label = self._session.label
        words = verdict([mark.passed for mark in self._session.checks], label)
        if words == self.verdict.text():
            return
        self.verdict.setText(words)
        other = "rendered sound and pictures" if label.mode == "feature" else "modelled senses"
        self.verdict.setToolTip(f"The checks, made with {SENSES_WORDS[label.mode]}. Press to check with {other}.")
        self.verdict.setAccessibleName(f"Checks: {words}. Check with {other}")

    def show_speed(self) -> None:
        """Show the speed that somebody else set."""
        self.speed.setCurrentText(f"{self._session.head.speed:g}×")

    def _set_speed(self, speed: float) -> None:
        self._session.head.speed = speed

    def _typed(self) -> None:
        if not self.time.isModified():
            return
        self.time.setModified(False)
        at_s = parsed_time(self.time.text())
        if at_s is None:
            self._session.notice.emit("warning", f"{self.time.text()}: a time is written 8.3 or 1:02.5")
        else:
            self._session.seek(at_s * TICKS_PER_S)
        self.time.clearFocus()
        self.refresh()


def parsed_time(words: str) -> float | None:
    """Seconds of a typed time; None when it is none."""
    found = re.fullmatch(r"\s*(?:(\d+):)?(\d+(?:[.,]\d*)?)\s*s?\s*", words)
    if not found:
        return None
    return 60.0 * int(found[1] or 0) + float(found[2].replace(",", "."))
