"""A motor out of its box: what stands in its memory, what it asks before anything is written or turned, and the answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
)

from simulator.gui.device_session import DeviceSession
from simulator.gui.look.theme import BODY_PX, SMALL_PX, font
from simulator.gui.panels.basics import Card, button, label
from simulator.gui.views.canvas import Look

if TYPE_CHECKING:
    from hardware_bridge.program_reports import RegisterRead

HIGHEST_ID = 252
ID_REGISTER = "ID"
BAUDS = (1_000_000, 57_600, 115_200, 2_000_000, 3_000_000, 4_000_000)
TITLES = {"setup": "Set up", "calibrate": "How it sits"}
STEPS_DEG = (30, 5, -5, -30)
SHOWN_LINES = 6


class SettingUpCard(Card):
    """Registers, what was said, the question, and what comes next."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        self.leave = button("Close", self._leave, kind="chip", tip="Leave off; nothing more is written")
        super().__init__("Set up", [self.leave])
        self._device, self._look = device, look
        self._filled = 0  # with so many registers
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(["Register", "Holds", "That is", ""])
        self.table.setAccessibleName("What stands in the servo's memory")
        self.table.setFont(font(SMALL_PX))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(23)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add(self.table, 1)
        self.words = label("", "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self.words)
        self.question = QFrame()
        self.question.setObjectName("notice")
        self._add_question()
        self.add(self.question)
        self._add_next()
        self.column.addStretch(0)
        device.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def _add_question(self) -> None:
        card = Card(margins=(10, 8, 10, 8))
        card.setObjectName("clear")
        self.asked = label("", size_px=BODY_PX)
        self.asked.setWordWrap(True)
        card.add(self.asked)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.yes = button("Yes", partial(self._answer, "y"), kind="main")
        self.no = button("No", partial(self._answer, "n"))
        self.there = button("It does", partial(self._answer, ""), kind="main", tip="The screen looks there now")
        self.steps = [
            button(
                f"← {by}°" if by > 0 else f"{-by}° →",
                partial(self._answer, str(by)),
                tip="Turn it a little by its motor",
            )
            for by in STEPS_DEG
        ]
        for one in (self.yes, self.no, *self.steps, self.there):
            row.addWidget(one)
        row.addStretch(1)
        card.column.addLayout(row)
        box = QHBoxLayout(self.question)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(card)

    def _add_next(self) -> None:
        """What can be done once the program has ended: another number or speed, the next step, or to connect."""
        self.number = QSpinBox()
        self.number.setRange(0, HIGHEST_ID)
        self.number.setAccessibleName("Number on the bus")
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed of the bus")
        for baud in BAUDS:
            self.speed.addItem(f"{baud} baud", baud)
        self.again = button("Write these", self._again, tip="Read everything again, and give it this number and speed")
        self.calibrate = button(
            "How it sits…", lambda: self._device.calibrate(self._device.setting_up.url),
            tip="Show which way is left, where the front is and where the cable ends",
        )  # fmt: skip
        self.connect_it = button("Connect", self._connect, kind="main")
        row = QHBoxLayout()
        row.setSpacing(6)
        self._numbers = (label("Number", "dim", size_px=SMALL_PX), self.number, self.speed, self.again)
        for one in self._numbers:
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.calibrate)
        row.addWidget(self.connect_it)
        self.column.addLayout(row)

    def refresh(self) -> None:
        """Show what is so."""
        now = self._device.setting_up
        self.title.setText(f"{TITLES.get(now.about, 'Set up')}: {now.url}")
        self.leave.setText("Cancel" if now.running else "Close")
        self._fill(now.registers)
        self.table.setVisible(now.about == "setup")
        self.words.setText("\n".join(now.said[-SHOWN_LINES:]) or ("Asking the motor…" if now.running else ""))
        asked = now.question
        self.question.setVisible(asked is not None)
        if asked is not None:
            self.asked.setText(asked.text)
            place = asked.wants == "place"
            for step in (*self.steps, self.there):
                step.setVisible(place)
            self.yes.setVisible(not place)
            self.no.setVisible(not place)
        for field in self._numbers:
            field.setVisible(now.about == "setup")
            field.setEnabled(not now.running)
        over = not now.running and self._device.state == "off"
        self.calibrate.setVisible(now.about == "setup")
        self.calibrate.setEnabled(over and now.done)
        self.connect_it.setEnabled(over and now.done)

    def _fill(self, registers: list[RegisterRead]) -> None:
        self.table.setRowCount(len(registers))
        theme = self._look.theme
        for line, one in enumerate(registers):
            written = self._device.setting_up.written.get(one.name)
            wrong = one.wanted is not None and written is None
            last = (
                f"was {written.was} ({one.words})" if written else f"should be {one.wanted}: {one.why}" if wrong else ""
            )
            colour = "ok" if written else "bad" if one.grave else "changed" if wrong else "text"
            shown = (
                one.name.replace("_", " "),
                str(written.now if written else one.raw),
                "" if written else one.words,
                last,
            )
            for place, text in enumerate(shown):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setForeground(theme.colour(colour))
                self.table.setItem(line, place, item)
        if len(registers) == self._filled:
            return
        self._filled = len(registers)
        for place in range(3):
            self.table.resizeColumnToContents(place)
        for one in registers:
            if one.name == ID_REGISTER:
                self.number.setValue(one.raw)

    def _answer(self, line: str) -> None:
        self._device.setting_up.answer(line)

    def _again(self) -> None:
        self._device.set_up(
            self._device.setting_up.url, new_id=self.number.value(), new_baud=int(self.speed.currentData())
        )

    def _connect(self) -> None:
        url = self._device.setting_up.url
        self._device.setting_up.leave()
        self._device.connect_to(url)

    def _leave(self) -> None:
        now = self._device.setting_up
        if now.running:
            now.cancel()
        else:
            now.leave()
