"""The list of what a QA run found: the failed first, narrowed by words or to the failed, with the report to pass on."""

from __future__ import annotations

from os.path import commonprefix
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.basics import button, chip, label
from simulator.gui.panels.lists import KeepsColour
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.workbench.qa_results import QaCase, ResultsError, read_results, write_report

FEW = 6  # so many need no search
CASE = Qt.ItemDataRole.UserRole


class ResultsPanel(QWidget):
    """Where they come from, the filters, the list."""

    picked = Signal(object)  # a QaCase

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__()
        self._session, self._look = session, look
        self._path: Path | None = None
        self.source = label(
            "Open a recording (.mcap) or results (results.jsonl, JUnit .xml): drop one here, or Ctrl+O",
            "dim",
            size_px=SMALL_PX,
        )
        self.source.setWordWrap(True)
        self.list = QListWidget()
        self.list.setFont(font())
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(KeepsColour(self.list))
        self.list.setAccessibleName("Results")
        self.list.itemActivated.connect(self._pick)
        self.list.itemClicked.connect(self._pick)
        self.wanted = QLineEdit()
        self.wanted.setFont(font())
        self.wanted.setPlaceholderText("Find a scene or a check")
        self.wanted.setAccessibleName("Find a result")
        self.wanted.textChanged.connect(self._filter)
        self.failed_only = chip("Failed only", False, self._filter, tip="Show only what failed")
        self.report = button(
            "Report…", self._ask_report, tip="The whole run as one HTML page, with pictures of what failed"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.source)
        column.addWidget(self.wanted)
        row = QHBoxLayout()
        row.addWidget(self.failed_only)
        row.addStretch(1)
        row.addWidget(self.report)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        for part in (self.wanted, self.failed_only, self.report):
            part.hide()

    def open(self, path: Path) -> bool:
        """Fill the list from a file of results; a mistake is told in the window."""
        try:
            results = read_results(path)
        except ResultsError as error:
            self._session.notice.emit("error", str(error))
            return False
        self._path = path
        failed = sum(not result.passed for result in results)
        self.source.setText(f"{path.name}: {failed} of {len(results)} failed")
        self.list.clear()
        self.failed_only.setVisible(0 < failed < len(results))
        self.wanted.setVisible(len(results) > FEW)
        self.report.setVisible(path.suffix == ".jsonl")
        ordered = sorted(results, key=lambda one: one.passed)
        for result, words in zip(ordered, _telling([one.name for one in ordered]), strict=True):
            item = QListWidgetItem(f"{'✓' if result.passed else '×'}  {words}")
            item.setToolTip(f"{result.name}\n{result.message}".strip())
            item.setData(CASE, result)
            if not result.passed:
                item.setForeground(QColor(self._look.theme.colours["bad"]))
            self.list.addItem(item)
        self._filter()
        self.list.setCurrentRow(0)
        QTimer.singleShot(0, self.list.setFocus)  # a file dialog that closes gives the keyboard back to where it was
        return True

    def accepted(self) -> None:
        """The scene of the result that is open has a new baseline."""
        item = self.list.currentItem()
        case: QaCase | None = item.data(CASE) if item is not None else None
        if item is None or case is None:
            return
        for row in range(self.list.count()):
            other = self.list.item(row)
            if other.data(CASE).recording == case.recording and not other.text().endswith("accepted"):
                other.setText(f"{other.text()} · accepted")

    def write_report(self, page: Path) -> None:
        """Write the HTML page and open it."""
        assert self._path is not None
        try:
            write_report(self._path, page)
        except (OSError, ResultsError) as error:
            self._session.notice.emit("error", f"{page}: cannot be written: {error}")
            return
        self._session.notice.emit("info", f"Report written to {page}")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))

    def _ask_report(self) -> None:
        if self._path is not None:
            ask_file(
                self, "Write the report", save_as="report.html", folder=self._path.parent, filters="Pages (*.html)",
                then=self.write_report,
            )  # fmt: skip

    def _filter(self, *_: object) -> None:
        words = self.wanted.text().lower().split() if self.wanted.isVisibleTo(self) else []
        failed_only = self.failed_only.isChecked()
        for row in range(self.list.count()):
            item = self.list.item(row)
            result: QaCase = item.data(CASE)
            said = f"{result.name} {result.message}".lower()
            item.setHidden((failed_only and result.passed) or not all(word in said for word in words))

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.data(CASE))


def _telling(names: list[str]) -> list[str]:
    """Names of results without what all of them share: their folder and their seed say nothing then."""
    start = commonprefix(names).rfind("/") + 1  # noqa: RUF071  (cut at its last slash)
    seeds = {name[name.rfind(" [seed ") :] if " [seed " in name else "" for name in names}
    end = seeds.pop() if len(seeds) == 1 else ""
    return [name[start:].removesuffix(end).replace(".scene.yaml", "") for name in names]
