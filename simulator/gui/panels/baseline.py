"""Accepts how a scene runs now as how it should run: one line for the reason, and what will be written before it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.gui.processes.swivel_process import SwivelProcess
from simulator.gui.session_model import SessionModel
from simulator.workbench.baseline import Baseline, baseline_of


class BaselineBar(QWidget):
    """A button that unfolds into what will happen, a line for the reason, and the button that does it."""

    accepted = Signal(str)  # what was said about it

    def __init__(self, session: SessionModel) -> None:
        super().__init__()
        self._session = session
        self._process: SwivelProcess | None = None
        self.ask = button(
            "Accept as baseline…", self.open, tip="The scene as it runs now becomes what later runs are compared with"
        )
        self.words = label("", "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.reason = QLineEdit()
        self.reason.setFont(font())
        self.reason.setPlaceholderText("What changed, and why that is right")
        self.reason.setAccessibleName("Reason of the new baseline")
        self.reason.textChanged.connect(self._refresh)
        self.reason.returnPressed.connect(self._accept)
        self.accept = button("Accept", self._accept, kind="main")
        self.leave = button("Cancel", self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.ask)
        column.addWidget(self.words)
        column.addWidget(self.reason)
        row = QHBoxLayout()
        row.addWidget(self.accept)
        row.addWidget(self.leave)
        column.addLayout(row)
        session.document_changed.connect(self._refresh)
        session.run_changed.connect(self._refresh)
        self._unfold(False)

    def open(self) -> None:
        """Ask for the reason."""
        self._unfold(True)
        self.reason.setFocus()

    def shut(self) -> None:
        """Accept nothing."""
        self.reason.clear()
        self._unfold(False)

    def stop(self) -> None:
        """The window closes."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _unfold(self, on: bool) -> None:
        self.ask.setVisible(not on)
        for part in (self.words, self.reason, self.accept, self.leave):
            part.setVisible(on)
        self._refresh()

    def _found(self) -> Baseline:
        session = self._session
        failed = sum(mark.passed is False for mark in session.checks)
        whole = session.shown.complete and not session.shown.old
        return baseline_of(session.document, whole=whole, failed=failed, mode=session.mode)

    def _refresh(self, *_: object) -> None:
        if self.ask.isHidden():
            found = self._found()
            self.words.setText(found.words)
            self.accept.setEnabled(found.possible and bool(self.reason.text().strip()) and self._process is None)
        else:
            self.ask.setEnabled(self._session.document.scene is not None)

    def _accept(self) -> None:
        found, reason = self._found(), self.reason.text().strip()
        if not found.possible or not reason or self._process is not None:
            return
        problem = found.write()
        if problem:
            self._session.notice.emit("error", problem)
            return
        self._session.document_changed.emit("saved")
        self._process = SwivelProcess(found.command(reason), self)
        self._process.ended.connect(self._ended)
        self._refresh()

    def _ended(self, code: int, words: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        if code == 0:
            self._session.notice.emit("info", f"Accepted {self._session.document.path.name}: {words}")
            self.accepted.emit(words)
            self.shut()
        else:
            self._session.notice.emit("error", f"The baseline was not accepted: {words or 'the run failed'}")
            self._refresh()
