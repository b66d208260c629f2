"""Why the run that is open failed, as far as knobs say it: which were others when it last passed, and what another value does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels import typed
from simulator.gui.panels.basics import button, label
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.lab.qa.last_pass import LastPass, changed_since, last_pass, ledger_of
from simulator.lab.qa.ledger import LedgerError
from simulator.onboard.tuning import Tuning, TuningError, Value, leaf_at, leaves
from simulator.runtime.header import Header
from simulator.workbench.run_spans import CheckMark

MOST_NAMED = 3


class CausePanel(QWidget):
    """A sentence, a knob with a value, and a button that runs the scene again with it."""

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session, self._look = session, look
        self._suspects: dict[str, tuple[Value, Value]] = {}  # then, and now
        self._passed: LastPass | None = None
        self._failed: list[CheckMark] = []  # in the run that was opened
        self._tried: tuple[str, Value, Value] | None = None  # the knob that is being tried: now, and before
        self.words = label("", "changed", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.found = label("", "title", size_px=SMALL_PX, weight=600)
        self.found.setWordWrap(True)
        self.knob = QComboBox()
        self.knob.setFont(font(SMALL_PX))
        self.knob.setAccessibleName("Knob to try")
        self.knob.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.knob.setMinimumContentsLength(12)
        self.knob.currentIndexChanged.connect(self._knob_chosen)
        self.value = QLineEdit()
        self.value.setFont(font(SMALL_PX))
        self.value.setFixedWidth(84)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.value.setAccessibleName("Value to try")
        self.value.returnPressed.connect(self.try_it)
        self.value.textChanged.connect(self._name_button)
        self.go = button("Run with it", self.try_it, tip="The whole scene again with this value, compared tick by tick")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.knob, 1)
        row.addWidget(self.value)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        for part in (self.words, self.found):
            column.addWidget(part)
            part.hide()
        column.addLayout(row)
        session.run_changed.connect(self._run_changed)
        self._fill_knobs()
        self.hide()

    def show_run(self, header: Header, recording: Path, *, scene: str) -> None:
        """A recording was opened; `scene` is how the run of QA called it, empty when it was opened by itself."""
        tuning = header.tuning
        self._failed, self._tried = [], None
        self._passed = self._look_up(recording, scene or header.scene_path, header)
        if self._passed is not None:
            self._suspects = changed_since(self._passed, tuning)
        else:
            shipped = Tuning()
            self._suspects = {path: (shipped.value(path), value) for path, value in tuning.changed().items()}
        self.found.hide()
        self._fill_knobs()
        self._say()
        self.show()

    def _look_up(self, recording: Path, scene: str, header: Header) -> LastPass | None:
        folder = ledger_of(recording)
        try:
            return last_pass(folder, scene=scene, seed=header.seed, mode=header.mode) if folder is not None else None
        except LedgerError as error:
            self._session.notice.emit("warning", str(error))
            return None

    def _say(self) -> None:
        """The cause in words."""
        first = min(self._failed, key=lambda mark: mark.first, default=None)
        what = f"{first.detail[:1].upper()}{first.detail[1:]}. " if first is not None and first.detail else ""
        words = what + self._knob_words()
        self.words.setText(words.strip())
        self.words.setVisible(bool(words.strip()))

    def _knob_words(self) -> str:
        passed, lengths = self._passed, self._look.theme.lengths
        if passed is None:
            was = "it ships as"
        else:
            at = QDateTime.fromString(passed.when, Qt.DateFormat.ISODate).toString("d MMM, HH:mm")
            when = f"when this last passed ({at}, {passed.revision})"
            was = "it was"
        if not self._suspects:
            return (
                f"No knob is another than {when}: what changed is the code or the scene." if passed is not None else ""
            )
        named = [
            f"{leaf_at(path).label} is {typed.shown(leaf_at(path), now, lengths)}; "
            f"{was} {typed.shown(leaf_at(path), then, lengths)}"
            for path, (then, now) in sorted(self._suspects.items())
        ]
        more = f", and {len(named) - MOST_NAMED} more knobs are others" if len(named) > MOST_NAMED else ""
        return ". ".join(named[:MOST_NAMED]) + more + (f" {when}." if passed is not None else ".")

    # --- a value in place ---------------------------------------------------------------------------------------------

    def _fill_knobs(self) -> None:
        """The knobs that are suspect first, then all others by their names."""
        self.knob.blockSignals(True)
        self.knob.clear()
        for path in sorted(self._suspects):
            self.knob.addItem(leaf_at(path).label, path)
        for leaf in sorted(leaves(), key=lambda one: one.label):
            if leaf.path not in self._suspects:
                self.knob.addItem(leaf.label, leaf.path)
        self.knob.setCurrentIndex(0)
        self.knob.blockSignals(False)
        self._knob_chosen()

    def _knob_chosen(self) -> None:
        """Offer the value with which it passed, or the present one."""
        path = str(self.knob.currentData())
        offered = self._suspects[path][0] if path in self._suspects else self._session.tuning.value(path)
        self.value.setText(typed.shown(leaf_at(path), offered, self._look.theme.lengths))

    def _name_button(self) -> None:
        self.go.setAccessibleName(f"Run with {self.knob.currentText()} at {self.value.text()}")

    def try_it(self) -> None:
        """Run the whole scene with the knob at the value."""
        path = str(self.knob.currentData())
        leaf, before = leaf_at(path), self._session.document.tuning().value(path)
        try:
            value = typed.typed(leaf, self.value.text(), now=before, lengths=self._look.theme.lengths)
            self._session.turn({path: value})
        except TuningError as error:
            self._session.notice.emit("warning", str(error))
            return
        self._tried = (path, value, before)
        self.found.hide()
        self._session.release()

    def _run_changed(self) -> None:
        shown = self._session.shown
        if self.isHidden() or not shown.complete or shown.old or shown.coming is not None:
            return
        failed = [mark for mark in self._session.checks if mark.passed is False]
        if self._tried is None:
            if failed != self._failed:
                self._failed = failed
                self._say()
        elif Tuning().patched(shown.settings).value(self._tried[0]) == self._tried[1]:
            self._say_what_came(failed)

    def _say_what_came(self, failed: list[CheckMark]) -> None:
        """What the value that was tried did to the checks that had failed."""
        assert self._tried is not None
        path, value, before = self._tried
        leaf, lengths = leaf_at(path), self._look.theme.lengths
        now, was = typed.shown(leaf, value, lengths), typed.shown(leaf, before, lengths)
        fails, failed_then = {mark.text for mark in failed}, [mark.text for mark in self._failed]
        kept = [name for name in failed_then if name not in fails]
        still = [name for name in failed_then if name in fails]
        broken = sorted(fails - set(failed_then))
        if kept:
            words = f"{_names(kept)} failed because {leaf.label} was {was}; with {now} {_they(kept, 'it is', 'they are')} kept"
            words += f", and {_names(still)} still {_they(still, 'fails', 'fail')}" if still else ""
        elif still:
            words = f"{leaf.label} is not the cause: with {now} {_names(still)} still {_they(still, 'fails', 'fail')}"
        else:
            words = f"With {leaf.label} at {now} all checks are kept" if not broken else f"{leaf.label} at {now}"
        if broken:
            words += f"{', but it' if still or kept else ''} breaks {_names(broken)}"
        words += "."
        self.found.setText(words)
        self.found.show()


def _names(checks: list[str]) -> str:
    """One check in its words, or how many."""
    return f"“{checks[0].rstrip('.')}”" if len(checks) == 1 else f"{len(checks)} checks"


def _they(names: list[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many
