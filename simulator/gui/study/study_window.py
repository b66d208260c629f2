"""Leads one rater through a study, full screen: consent, pairs, five sliders, thanks. Keys do everything; the mouse does too."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from simulator.gui.study.clip_view import ClipView
from simulator.gui.study.display_view import DisplayView
from simulator.lab.study.asking import Asking, Shown
from simulator.lab.study.plan import StudyPlan
from simulator.lab.study.preference import Choice

MOST_REPLAYS = 1
CHOICES = {Qt.Key.Key_Left: Choice.FIRST, Qt.Key.Key_Right: Choice.SECOND, Qt.Key.Key_Down: Choice.SAME}
STYLE = """
QWidget{background:#1b232b;color:#eef2f6;font-size:18px}
QPushButton{background:#33414f;border:1px solid #4c5c6c;border-radius:8px;padding:12px 22px}
QPushButton:hover,QPushButton:focus{background:#42566a;border-color:#8fb8ff}
QPushButton:disabled{color:#6d7a87;background:#232d36;border-color:#2d3842}
QSlider::groove:horizontal{height:6px;border-radius:3px;background:#3a4856}
QSlider::handle:horizontal{width:22px;margin:-9px 0;border-radius:11px;background:#dfe7ef;border:2px solid #1b232b}
QSlider::handle:horizontal:focus{background:#8fb8ff}
QLabel#title{font-size:26px;font-weight:600}
QLabel#faint{color:#9fb0c0;font-size:15px}
"""


class StudyWindow(QWidget):
    """One rater. Nothing tells which setting is which."""

    def __init__(self, plan: StudyPlan, view: ClipView | DisplayView, *, shown_on: str = "") -> None:
        """What shows the pairs is given; `shown_on` is the rig of a real display."""
        super().__init__()
        self.view = view
        self.plan = plan
        self.asking: Asking | None = None
        self.finished = False
        self.problem = ""  # why the display gave up
        self._shown_on = shown_on
        self._replays = 0
        self._making: Iterator[float] | None = None  # the clips that are to be shown next
        self._since_end = QElapsedTimer()
        self.setWindowTitle(plan.name)
        self.setStyleSheet(STYLE)
        self.pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        for page in (self._consent(), self._pair(), self._sliders(), self._thanks()):
            self.pages.addWidget(page)
        self.agree_button.setFocus()

    # --- what happens ---

    def agree(self) -> None:
        """The rater agrees to the consent text and begins."""
        self.asking = Asking(self.plan, shown_on=self._shown_on)
        self.pages.setCurrentIndex(1)
        self._show_pair()

    def answer(self, choice: Choice) -> None:
        """Take an answer, once both clips were seen."""
        if self.asking is None or self.asking.now is None or self.view.playing or self._making is not None:
            return
        self.asking.answer(choice, seconds=self._since_end.elapsed() / 1000.0, replays=self._replays)
        self._show_pair()

    def replay(self) -> None:
        """Show the pair once more; once only, so that everybody sees about as much."""
        if self.view.playing or self._making is not None or self._replays >= MOST_REPLAYS:
            return
        if self.asking is None or self.asking.now is None:
            return
        self._replays += 1
        self._play(self.asking.now)

    def finish(self) -> None:
        """Keep the sliders and thank."""
        assert self.asking is not None
        self.asking.finish({name: slider.value() for name, slider in self.sliders.items()})
        self.finished = True
        self.name.setText(
            f"Your random name is <b>{self.asking.session.rater}</b>. Nothing else of you is kept. Whoever runs this study "
            "deletes all your answers when you tell them this name."
        )
        self.pages.setCurrentIndex(3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows answer, R replays, Enter goes on, Escape leaves."""
        key = Qt.Key(event.key())
        page = self.pages.currentIndex()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif page == 1 and key in CHOICES:
            self.answer(CHOICES[key])
        elif page == 1 and key == Qt.Key.Key_R:
            self.replay()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and page != 1:
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            else:
                (self.agree, self.finish, self.close)[(0, 2, 3).index(page)]()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving is always allowed; what was answered stays, marked as broken off."""
        self._making = None
        self.view.stop()
        super().closeEvent(event)

    # --- pairs ---

    def _show_pair(self) -> None:
        assert self.asking is not None
        shown = self.asking.now
        if shown is None:
            self.pages.setCurrentIndex(2)
            next(iter(self.sliders.values())).setFocus()
            return
        self._replays = 0
        self.progress.setText(f"{shown.number} of {self.asking.total}")
        self._play(shown)

    def _play(self, shown: Shown) -> None:
        self._ready(False)
        self._making = self.view.make(shown)
        self.setFocus()
        self._go_on(shown)

    def _go_on(self, shown: Shown) -> None:
        """Make a little of what is to be shown next, and show it when it is made."""
        if self._making is None:
            return  # the window was closed
        share = next(self._making, None)
        if share is not None:
            self.hint.setText(f"The next two motions are being drawn: {share:.0%}")
            QTimer.singleShot(0, self, lambda: self._go_on(shown))
            return
        self._making = None
        self.hint.setText("Please watch both.")
        self.view.show_pair(shown)

    def give_up(self, why: str) -> None:
        """The display does not turn any more: leave, as when the rater leaves."""
        self.problem = why
        self.close()

    def _seen(self) -> None:
        self._since_end.start()
        self._ready(True)

    def _ready(self, ready: bool) -> None:
        for button in self.buttons.values():
            button.setEnabled(ready)
        self.again.setEnabled(ready and self._replays < MOST_REPLAYS)
        self.hint.setText("Press an arrow key." if ready else "Please watch both.")

    # --- pages ---

    def _consent(self) -> QWidget:
        self.agree_button = agree = QPushButton("I agree, begin (Enter)")
        agree.clicked.connect(self.agree)
        leave = QPushButton("No, leave (Esc)")
        leave.clicked.connect(self.close)
        words = self.plan.consent or "Only your answers are kept, under a random name."
        # A line that ends in a file goes on; an empty line begins a paragraph.
        paragraphs = [" ".join(part.split()) for part in words.split("\n\n")]
        return _page(_title(self.plan.name), _label("\n\n".join(paragraphs), "text"), _row(leave, agree))

    def _pair(self) -> QWidget:
        self.view.ended.connect(self._seen)
        if isinstance(self.view, DisplayView):
            self.view.gave_up.connect(self.give_up)
        self.progress, self.hint = _label("", "faint"), _label("", "faint")
        self.buttons: dict[Choice, QPushButton] = {}
        for choice, words in ((Choice.FIRST, "← 1"), (Choice.SAME, "↓ Same"), (Choice.SECOND, "2 →")):
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # arrow keys answer, they do not move between buttons
            button.clicked.connect(lambda _=False, choice=choice: self.answer(choice))
            self.buttons[choice] = button
        self.again = QPushButton("See both once more (R)")
        self.again.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.again.clicked.connect(self.replay)
        question = _title(self.plan.question)
        question.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 24)
        layout.setSpacing(16)
        layout.addWidget(self.view, 1)
        layout.addWidget(question)
        layout.addLayout(_row(*self.buttons.values()))
        layout.addLayout(_row(self.progress, self.hint, self.again))
        return page

    def _sliders(self) -> QWidget:
        grid = QGridLayout()
        grid.setVerticalSpacing(22)
        self.sliders: dict[str, QSlider] = {}
        for row, name in enumerate(self.plan.sliders):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, 100)
            slider.setValue(50)
            slider.setMinimumWidth(420)
            slider.setAccessibleName(name)
            self.sliders[name] = slider
            for column, part in enumerate((QLabel(f"not {name}"), slider, QLabel(f"very {name}"))):
                grid.addWidget(part, row, column)
        done = QPushButton("Done (Enter)")
        done.clicked.connect(self.finish)
        return _page(_title("All in all, how were these motions?"), grid, _row(done))

    def _thanks(self) -> QWidget:
        self.name = QLabel()
        self.name.setWordWrap(True)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton("Close (Enter)")
        close.clicked.connect(self.close)
        return _page(_title("Thank you."), self.name, _row(close))


def _title(text: str) -> QLabel:
    return _label(text, "title")


def _label(text: str, style: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(style)
    label.setWordWrap(True)
    return label


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(24)
    row.addStretch(1)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row


def _page(*parts: QWidget | QHBoxLayout | QGridLayout) -> QWidget:
    """A column of readable width in the middle of the screen."""
    column = QVBoxLayout()
    column.setSpacing(30)
    column.addStretch(1)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    inner = QWidget()
    inner.setMaximumWidth(820)
    inner.setLayout(column)
    page = QWidget()
    layout = QHBoxLayout(page)
    layout.addStretch(1)
    layout.addWidget(inner, 10)
    layout.addStretch(1)
    return page
