"""What may be done with a connected device: run the scene on it, turn it a little, give it the knobs, match the virtual one to it."""

from __future__ import annotations

from PySide6.QtCore import QDate, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton

from simulator.gui.device_session import DeviceSession
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, Elided, button, label
from simulator.gui.views.canvas import Look
from simulator.gui.views.dial import Dial

SHOWN_DIFFERENCES = 4
JOG_DEG = 10.0
COUNT_MS = 1000


class DriveCard(Card):
    """The dial and the buttons that move it."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        super().__init__("The screen, from above")
        self._device = device
        self.dial = Dial(device, look)
        self.add(self.dial, 1)
        row = _row()
        self.run = button(
            "Run the scene", self._run, kind="main", tip="The room is virtual, the screen is the real one"
        )
        self.left = button(f"← {JOG_DEG:g}°", lambda: device.turn_by(JOG_DEG), tip="Turn a little to the left")
        self.right = button(f"{JOG_DEG:g}° →", lambda: device.turn_by(-JOG_DEG), tip="Turn a little to the right")
        self.reset = button("Reset", device.reset, tip="Leave a stop or a fault; the torque stays off")
        row.addWidget(self.run, 2)
        for one in (self.left, self.right, self.reset):
            row.addWidget(one, 1)
        self.column.addLayout(row)
        device.changed.connect(self.refresh)
        self.refresh()

    def _run(self) -> None:
        if self._device.now.doing == "running":
            self._device.leave_off()
        else:
            self._device.run_scene()

    def refresh(self) -> None:
        """Show what can be done now."""
        device = self._device
        free = device.connected and not device.waits_for_reset
        self.run.setText("Leave off" if device.now.doing == "running" else "Run the scene")
        for one in (self.run, self.left, self.right):
            one.setEnabled(free)
        self.reset.setEnabled(device.waits_for_reset and device.now.guard != "braking")


class KnobsCard(Card):
    """The knobs that differ between here and the device; they go there by Apply, or live for a minute."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        self.live = QPushButton("Live apply")
        self.live.setObjectName("chip")
        self.live.setCheckable(True)
        self.live.setFont(font(SMALL_PX, 500))
        self.live.setToolTip("Knobs reach the device as you turn them, until a minute after the last one")
        self.live.setAccessibleName("Live apply")
        super().__init__("Knobs on the device", [self.live])
        self._device = device
        self.words = label("", "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.add(self.words)
        self.lines = [Elided(look, "", size_px=SMALL_PX) for _ in range(SHOWN_DIFFERENCES)]
        for one in self.lines:
            self.add(one)
        self.apply = button("Apply", device.apply, tip="Send these knobs to the device")
        self.add(self.apply)
        self._count = QTimer(self)
        self._count.setInterval(COUNT_MS)
        self._count.timeout.connect(self.refresh)
        self.live.clicked.connect(device.arm)
        device.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what differs."""
        device = self._device
        differ = device.differences() if device.connected else []
        self.live.setEnabled(device.connected)
        self.live.setChecked(device.armed)
        self.live.setText(f"Live apply: armed, {device.armed_s} s" if device.armed else "Live apply")
        kind = "chip_armed" if device.armed else "chip"
        if self.live.objectName() != kind:
            self.live.setObjectName(kind)
            self.live.style().unpolish(self.live)
            self.live.style().polish(self.live)
        if device.armed:
            self._count.start()
        else:
            self._count.stop()
        if not device.connected:
            words = "Turning a knob never moves a real device: you apply it, or arm live apply."
        elif not differ:
            words = "The device has the knobs of this window."
        else:
            words = f"{len(differ)} {'differs' if len(differ) == 1 else 'differ'}; on the device → here:"
        self.words.setText(words)
        for place, one in enumerate(self.lines):
            shown = place < min(len(differ), SHOWN_DIFFERENCES)
            one.setVisible(shown)
            if shown:
                name, theirs, mine = differ[place]
                more = len(differ) - SHOWN_DIFFERENCES
                last = place == SHOWN_DIFFERENCES - 1 and more > 0
                one.set(f"and {more + 1} more" if last else f"{name}:  {theirs} → {mine}", colour="changed")
                one.setToolTip("\n".join(f"{name}: {old} → {new}" for name, old, new in differ))
        self.apply.setText(f"Apply {len(differ)}" if differ else "Apply")
        self.apply.setEnabled(bool(differ))


class MatchCard(Card):
    """Match the virtual motor to the real one."""

    def __init__(self, device: DeviceSession) -> None:
        super().__init__("The virtual twin")
        self._device = device
        self.words = QLabel()
        self.words.setFont(font(SMALL_PX))
        self.words.setObjectName("dim")
        self.words.setWordWrap(True)
        self.add(self.words)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the match")
        self.add(self.bar)
        row = _row()
        self.go = button("Match virtual to real", self._go, tip="The screen turns 100° both ways, for 150 seconds")
        self.cancel = button("Cancel", device.matching.cancel)
        row.addWidget(self.go, 1)
        row.addWidget(self.cancel)
        self.column.addLayout(row)
        device.changed.connect(self.refresh)
        device.matching.changed.connect(self.refresh)
        self.refresh()

    def _go(self) -> None:
        self._device.match(QDate.currentDate().toString("yyyy-MM-dd"))

    def refresh(self) -> None:
        """Show how far it is."""
        device = self._device
        on = device.matching.running
        self.go.setEnabled(device.connected and not device.driven and not device.waits_for_reset)
        self.cancel.setVisible(on)
        self.bar.setVisible(on)
        self.bar.setValue(round(1000 * device.matching.share))
        if on or device.matching.words:
            words = device.matching.words
        elif device.profile is not None:
            words = f"Matched to this device: {device.profile.name}"
        else:
            words = "A motor as the data sheet says. Matched, it turns as this very device does."
        self.words.setText(words)


def _row() -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(6)
    return made
