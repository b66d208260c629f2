"""From a servo in its box to a display that turns beside its matched twin, by the window alone: how many actions a person needs.

python -m benchmarks.bridge_window [--quick] [--json FILE]: an emulated Dynamixel as it leaves the factory (57,600 baud, number 1,
Drive_Mode 4) behind a pseudo terminal, in a process of its own; a person at the window, by mouse and keys; and a hand on the screen.
Quick leaves the match off once it has begun.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.common import finish, parser
from simulator.gui.processes.report_process import COMMAND_LINE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from simulator.gui.window import MainWindow

MOST_ACTIONS = 20
MOST_AGAIN = 8
PATIENCE_S = 150.0
MATCH_S = 1800.0
# Where the hand turns the screen: straight ahead, and as far as the cable goes.
FRONT_DEG, LEFT_END_DEG, RIGHT_END_DEG = 5.0, 125.0, -115.0
HAND_DPS, LETS_GO_S = 60.0, 1.5  # see emulators/hand.py


class FreshServo:
    """The emulated servo out of its box, and the hand at its screen."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *COMMAND_LINE, "emulate", "dynamixel", "--as-found", "--json-lines"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        name: str = orjson.loads(self._process.stdout.readline())["name"]
        self.port = name.partition(":")[2].partition("?")[0]

    def turn_to(self, yaw_deg: float) -> None:
        """By hand."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"%g\n" % yaw_deg)
        self._process.stdin.flush()

    def close(self) -> None:
        """Cut its supply."""
        self._process.kill()
        self._process.communicate()


class LeftOff(RuntimeError):
    """The set-up has ended before its end: on a busy computer a wire may fault, and the turn is then stopped, as it should be."""


class Person:
    """Somebody at the window: every key, every word typed, every click and every turn of the screen by hand is one action."""

    def __init__(self, window: MainWindow, servo: FreshServo) -> None:
        self.window, self.servo, self.actions = window, servo, 0
        self.registers = 0  # that were shown
        self.again = 0  # what had to be done once more, because this computer was late
        self._hand_deg = 0.0

    def click(self, one: QPushButton) -> None:
        """Only what can be seen and is not greyed out can be clicked."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        self.until(lambda: one.isVisible() and one.isEnabled(), f"the button {one.text()}")
        self.actions += 1
        QTest.mouseClick(one, Qt.MouseButton.LeftButton)

    def type(self, where: QWidget, words: str) -> None:
        """Into a field, over what is in it."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        self.actions += 1
        QTest.mouseDClick(where, Qt.MouseButton.LeftButton)
        QTest.keyClick(where, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(where, words)

    def turn_by_hand(self, yaw_deg: float) -> None:
        """Turn the screen, and wait until it rests."""
        self.actions += 1
        self.servo.turn_to(yaw_deg)
        over_s = time.monotonic() + abs(yaw_deg - self._hand_deg) / HAND_DPS + LETS_GO_S
        self._hand_deg = yaw_deg
        self.until(lambda: time.monotonic() > over_s, "the hand")

    def until(self, so: Callable[[], Any], what: str, *, within_s: float = PATIENCE_S) -> None:
        """Wait as a person does."""
        from PySide6.QtTest import QTest

        given_up_s = time.monotonic() + within_s
        while not so():
            if time.monotonic() > given_up_s:
                raise TimeoutError(f"{what}: nothing came; {self.window.device.setting_up.said[-2:]}")
            QTest.qWait(20)

    def answer(self, button: QPushButton, about: str) -> None:
        """Answer the question that is about this."""
        now = self.window.device.setting_up
        self.until(
            lambda: not now.running or (now.question is not None and about in now.question.text),
            f"a question about {about}",
        )
        if not now.running:
            raise LeftOff(now.said[-1])
        self.click(button)


def set_up(person: Person) -> None:
    """Find it, mend it, name it, show how it sits, and connect to it."""
    window = person.window
    person.click(window.top.tabs.buttons["device"])
    page = window.workspace("device")
    card, setting_up, device = page.connect_card, page.setting_up, window.device
    person.type(card.place.lineEdit(), person.servo.port)
    person.click(card.look_for)
    person.until(lambda: not device.search.running, "the search")
    person.click(card.set_up)
    for about in ("Return_Delay_Time", "Drive_Mode", "1000000 baud instead of 57600"):
        person.answer(setting_up.yes, about)
    person.registers = setting_up.table.rowCount()
    person.click(setting_up.calibrate)
    while not _shown_how_it_sits(person):
        assert person.again < MOST_AGAIN, device.setting_up.said
        person.click(card.calibrate)
    person.click(setting_up.connect_it)
    person.until(lambda: len(device.rows(1)) or device.problem, "the connection")
    assert device.connected, device.problem


def _shown_how_it_sits(person: Person) -> bool:
    """Answer what is asked; false where a fault has ended it."""
    card, now = person.window.workspace("device").setting_up, person.window.device.setting_up
    before = person.actions
    try:
        person.answer(card.yes, "turn to its own left")
        for about, yaw_deg in (
            ("straight ahead", FRONT_DEG), ("left as the cable allows", LEFT_END_DEG),
            ("right as the cable allows", RIGHT_END_DEG),
        ):  # fmt: skip
            person.turn_by_hand(yaw_deg)
            person.answer(card.there, about)
        person.answer(card.yes, "back to its front")
        person.until(lambda: not now.running, "the end")
    except LeftOff:
        pass
    if not now.done:
        person.actions = before - 1  # the click that begins it is made again
        person.again += 1
    return now.done


def match(person: Person, *, to_the_end: bool) -> None:
    """Match the twin; or leave off once the screen turns."""
    window, page = person.window, person.window.workspace("device")
    matching = window.device.matching
    person.click(page.twin.go)
    person.until(lambda: matching.words != "starting", "the match")
    if not to_the_end:
        assert matching.running, matching.words
        matching.cancel()
    person.until(lambda: not matching.running, "the match", within_s=MATCH_S)
    person.until(lambda: window.device.connected, "the connection")


def turn_beside_its_twin(person: Person) -> str:
    """Turn the screen, and read what is said of it and its twin."""
    page = person.window.workspace("device")
    words, device = page.traces.words, person.window.device
    person.click(page.drive.left)
    while not words.text().startswith("The real screen "):
        person.until(lambda: device.waits_for_reset or words.text().startswith("The real screen "), "the comparison")
        if device.waits_for_reset:
            assert person.again < MOST_AGAIN, device.now.fault
            person.again += 1
            person.click(page.drive.reset)
            person.click(page.drive.left)
            person.actions -= 2
    return words.text()


def main() -> None:
    """The whole way."""
    args = parser(__doc__).parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from simulator.gui.look.theme import font, load_fonts
    from simulator.gui.session_model import SessionModel
    from simulator.gui.shell.settings import Settings
    from simulator.gui.views.canvas import Look
    from simulator.gui.window import MainWindow
    from simulator.world.assets import SCENES

    app = QApplication(["swivel"])
    app.setStyle("Fusion")
    load_fonts()
    app.setFont(font())
    servo = FreshServo()
    figures: dict[str, float | int | str] = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="swivel-window-") as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        session = SessionModel()
        session.open_scene(SCENES / "sample.scene.yaml", play=False)
        window = MainWindow(settings=Settings(Path(folder)), session=session, look=Look("dark"), samples=SCENES)
        window.resize(1280, 720)
        window.show()
        person = Person(window, servo)
        try:
            set_up(person)
            figures["device"] = window.device.identity
            match(person, to_the_end=not args.quick)
            figures["compared"] = turn_beside_its_twin(person)
            figures["registers"] = person.registers
            figures["actions"] = person.actions
            figures["done_again"] = person.again
            figures["actions.most"] = MOST_ACTIONS
            if window.device.profile is not None:
                saved = orjson.loads(window.device.profile.read_bytes())
                figures["held_out_rms_deg"] = saved["held_out_rms_deg"]
        finally:
            window.close()
            session.close()
            servo.close()
    finish(figures, args)


if __name__ == "__main__":
    main()
