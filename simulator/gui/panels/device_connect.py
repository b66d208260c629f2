"""Choose a motor, connect to it, and see what it is and how it is. Emulated ones are offered, so that anybody can try."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QWidget

from simulator.gui.device_session import EMULATED, DeviceSession
from simulator.gui.look.theme import BODY_PX, SMALL_PX, font
from simulator.gui.panels.basics import Card, Elided, button, label
from simulator.gui.views.canvas import Look
from simulator.onboard.messages import MotorMode

DEADMAN = {
    "device": "in the device: it stops by itself",
    "host": "in this computer only",
    "none": "none: its speed is capped",
}
GUARD = {
    "off": ("off: nothing moves", "dim"),
    "live": ("lets commands pass", "ok"),
    "waiting": ("planner silent: slowing", "changed"),
    "braking": ("stopping", "changed"),
    "stopped": ("stopped: waits for Reset", "changed"),
    "fault": ("fault: waits for Reset", "bad"),
}
USUAL_BAUD = 1_000_000  # fast enough for a hundred exchanges a second
HINT = "No hardware? An emulated motor is a process of its own that speaks the same bytes over a pseudo terminal."


class ConnectCard(Card):
    """Address, connection, identity, abilities, state."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        super().__init__("Device")
        self._device, self._look = device, look
        self.place = QComboBox()
        self.place.setEditable(True)
        self.place.setFont(font())
        self.place.setAccessibleName("Motor to connect to")
        line = self.place.lineEdit()
        assert line is not None  # a list that can be edited has one
        line.setAccessibleName("Motor to connect to")
        self.place.setToolTip("Choose one, or type a name such as dynamixel:/dev/ttyUSB0?id=1")
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.place.setMinimumContentsLength(10)
        for kind, words in EMULATED:
            self.place.addItem(words, f"emulate:{kind}")
        self.add(self.place)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.go = button("Connect", self._go, kind="main")
        self.look_for = button(
            "Look for motors",
            self._look_for,
            tip="Ask every serial port of this machine, or the one that is typed above, at all speeds and numbers",
        )
        row.addWidget(self.go, 1)
        row.addWidget(self.look_for, 1)
        self.column.addLayout(row)
        self._add_set_up()
        self.words = QLabel(HINT)
        self.words.setFont(font(SMALL_PX))
        self.words.setObjectName("dim")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self.words)
        self._grid_box = QWidget()
        self._grid_box.setObjectName("clear")
        self.grid = QGridLayout(self._grid_box)
        self.grid.setContentsMargins(0, 2, 0, 0)
        self.grid.setVerticalSpacing(3)
        self.grid.setHorizontalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        self.values: dict[str, Elided] = {}
        self.add(self._grid_box)
        device.changed.connect(self.refresh)
        device.matching.changed.connect(self.refresh)
        device.found.connect(self._found)
        self.place.editTextChanged.connect(self.refresh)
        self.refresh()

    def _add_set_up(self) -> None:
        """Progress of the search, and what is done once with a motor out of its box."""
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the search")
        self.add(self.bar)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.set_up = button("Set up…", self._set_up, tip="A servo out of its box: read its memory, mend it, name it")
        self.calibrate = button(
            "How it sits…",
            lambda: self._device.calibrate(self.chosen()),
            tip="Show which way is left, where the front is and where the cable ends; kept for this very device",
        )
        row.addWidget(self.set_up, 1)
        row.addWidget(self.calibrate, 1)
        self.column.addLayout(row)

    def chosen(self) -> str:
        """The name of the motor: of the entry that is chosen, or what was typed."""
        typed = self.place.currentText().strip()
        at = self.place.findText(typed, Qt.MatchFlag.MatchExactly)
        return str(self.place.itemData(at)) if at >= 0 else typed

    def refresh(self) -> None:
        """Show what is so."""
        device = self._device
        state = device.state
        self.go.setText({"off": "Connect", "connecting": "Cancel", "connected": "Disconnect"}[state])
        self.go.setEnabled(not device.taken)
        self.place.setEnabled(state == "off" and not device.taken)
        self.look_for.setText("Cancel" if device.search.running else "Look for motors")
        self.look_for.setEnabled(state == "off" and (device.search.running or not device.taken))
        self.bar.setVisible(device.search.running)
        self.bar.setValue(round(1000 * device.search.share))
        named = not self.chosen().startswith("emulate:")
        quiet = not device.taken and (device.connected or (state == "off" and named))
        for one in (self.set_up, self.calibrate):
            one.setEnabled(quiet and not device.driven)
        words, kind = self._said()
        self.words.setText(words)
        self.words.setVisible(bool(words))
        if self.words.objectName() != kind:
            self.words.setObjectName(kind)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)
        for name, (value, colour) in self._rows().items():
            if name not in self.values:
                line = len(self.values)
                self.grid.addWidget(label(name, "dim", size_px=SMALL_PX), line, 0)
                self.values[name] = Elided(self._look, "", size_px=BODY_PX)
                self.grid.addWidget(self.values[name], line, 1)
            self.values[name].set(value, colour=colour)
        self._grid_box.setVisible(state == "connected")

    def _said(self) -> tuple[str, str]:
        """The one thing that has to be said now, and its colour."""
        device = self._device
        for bad in (device.now.alarm, device.now.fault, device.problem):
            if bad:
                return bad, "bad"
        if device.matching.running:
            return "The supervisor has stepped aside for the match.", "dim"
        if device.setting_up.running:
            return "The motor is being set up.", "dim"
        if device.state == "connecting":
            return f"{device.step}…", "dim"
        if device.connected:
            return "", "dim"
        return device.search.words or HINT, "dim"

    def _look_for(self) -> None:
        """On one port where one is typed, else on all."""
        if self._device.search.running:
            self._device.search.cancel()
        else:
            typed = self.chosen()
            port = typed.startswith(("/", "COM", "cia402:"))
            self._device.search.start(typed if port else "")

    def _set_up(self) -> None:
        self._device.set_up(self.chosen(), new_baud=USUAL_BAUD)

    def _rows(self) -> dict[str, tuple[str, str]]:
        device = self._device
        can, now = device.can, device.now
        if not device.connected or can is None:
            return {}
        guard, colour = GUARD.get(now.guard, (now.guard, "text"))
        low, high = device.range_deg
        torque = "measured" if can.has_current else "not measured: bumps are not felt"
        return {
            "Motor": (can.name, "text"),
            "Identity": (device.identity, "text"),
            "Wire": (device.wire, "text"),
            "Range": (f"{low:g}° to {high:g}°".replace("-", "−"), "text"),
            "Fastest": (f"{can.max_rate_dps:g} °/s, {can.max_accel_dps2:g} °/s²", "text"),
            "Angle steps": (f"{can.yaw_step_deg:.3g}°", "text"),
            "Torque": (torque, "text"),
            "Deadman": (DEADMAN[can.deadman], "text" if can.deadman == "device" else "changed"),
            "By hand": ("turns" if can.back_drivable else "may be too stiff", "text"),
            "Guard": (guard, "text" if colour == "dim" else colour),
            "Motor state": (now.mode, "bad" if now.mode is MotorMode.FAULT else "text"),
        }

    def _go(self) -> None:
        if self._device.state == "off":
            self._device.connect_to(self.chosen())
        else:
            self._device.disconnect_all()

    def _found(self, names: list[str]) -> None:
        for name in names:
            if self.place.findData(name) < 0:
                self.place.addItem(name, name)
        if names:
            self.place.setCurrentIndex(self.place.findData(names[0]))
