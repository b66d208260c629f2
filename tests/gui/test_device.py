"""The Device workspace against an emulated motor in a process of its own: connect, turn, compare, apply, stop, match, lose it."""

from __future__ import annotations

import json
import os
import signal

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hardware_bridge.program_reports import MatchProgress
from simulator.gui.processes import match_process
from simulator.gui.processes.match_process import MotorMatching
from simulator.runtime.live_rows import LIVE
from simulator.workbench import real_beside_virtual

PATIENCE_MS = 150_000  # a busy machine takes its time; nothing here waits without need
BRIEFLY = (
    "-u",
    "-c",
    "import sys\n"
    "from hardware_bridge.matching import compare_twins, programme, slow_parts\n"
    "compare_twins.FIRST_TWINS, compare_twins.TWINS, programme.PASSES = 1, 2, (1.0, 0.4)\n"
    "slow_parts.PULLS, slow_parts.TURNS, slow_parts.TAPS = 2, 10, 8\n"
    "from simulator.cli.main import main; sys.exit(main())",
)
TRIES = 8  # on a busy machine the emulator may be late, and the wire then faults, as it should


@pytest.fixture
def device(window, session, qtbot):
    window.show_workspace("device")
    window.device.connect_to("emulate:dynamixel")
    qtbot.waitUntil(lambda: window.device.state != "connecting", timeout=PATIENCE_MS)
    assert window.device.connected, window.device.problem
    yield window.device
    window.device.close()


def calm(device, qtbot) -> None:
    """Nothing drives and nothing waits."""
    for _ in range(PATIENCE_MS // 200):
        if not device.driven and device.now.guard == "off" and not device.now.fault:
            return
        if device.waits_for_reset and device.now.guard != "braking":
            device.reset()
        QTest.qWait(200)
    pytest.fail(f"never calm: {device.now}")


def tried(device, qtbot, begin, reached) -> None:
    """Begin something until it comes to where it should; a wire that faults on the way is reset."""
    for _ in range(TRIES):
        calm(device, qtbot)
        begin()
        for _ in range(100):
            QTest.qWait(50)
            if reached():
                return
            if device.waits_for_reset:
                break
    pytest.fail(f"never came: {device.now}")


@pytest.mark.process
def test_an_emulated_motor_is_turned_compared_and_stopped(window, session, device, qtbot):
    page = window.workspace("device")
    assert page.connect_card.values["Motor"].text.startswith("Dynamixel XM430")
    calm(device, qtbot)
    assert page.connect_card.values["Guard"].text == "off: nothing moves"
    assert not window.top.stop.isHidden()

    goal_deg = 0.0

    def yaw_deg() -> float:
        return float(device.rows(1)["real_deg"][0])

    def turn() -> None:
        """A whole move each time: what a fault left of the last one is too short to be compared."""
        nonlocal goal_deg
        goal_deg = 10.0 if yaw_deg() < 5.0 else -10.0
        device.turn_by(goal_deg - yaw_deg())

    def rests() -> bool:
        return not device.driven and abs(yaw_deg() - goal_deg) < 0.6

    assert abs(yaw_deg()) < 0.6
    tried(device, qtbot, turn, rests)
    rows = device.rows()
    assert abs(float(rows["real_deg"][-1]) - goal_deg) < 0.6
    move = real_beside_virtual.last_move(rows)
    found = real_beside_virtual.compare(rows[move])
    assert abs(found.lag_ms) <= 100
    assert found.rms_deg < 2.0
    qtbot.waitUntil(lambda: page.traces.words.text().startswith("The real screen "), timeout=PATIENCE_MS)

    tried(device, qtbot, page.drive.right.click, lambda: device.now.guard == "live")
    QTest.keyClick(window, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: device.now.guard in ("stopped", "fault") and not device.driven, timeout=PATIENCE_MS)
    QTest.qWait(50)
    assert not page.drive.run.isEnabled()
    stood_deg = float(device.rows(1)["real_deg"][0])
    QTest.qWait(500)
    assert abs(float(device.rows(1)["real_deg"][0]) - stood_deg) < 1.0
    calm(device, qtbot)


@pytest.mark.process
def test_knobs_reach_the_device_only_when_applied_or_armed(window, session, device, qtbot):
    page = window.workspace("device")
    session.turn({"patience.settle_s": 2.5})
    assert device.on_device == {}
    assert page.knobs.lines[0].text == "Settle time:  1.5 s → 2.5 s"
    assert page.knobs.apply.text() == "Apply 1"
    page.knobs.apply.click()
    qtbot.waitUntil(lambda: device.on_device == {"patience.settle_s": 2.5}, timeout=PATIENCE_MS)
    assert not page.knobs.apply.isEnabled()

    calm(device, qtbot)
    QTest.mouseClick(page.knobs.live, Qt.MouseButton.LeftButton)
    assert device.armed
    assert page.knobs.live.text().startswith("Live apply: armed, ")
    assert "Live apply" in window.top.device.text()
    session.turn({"patience.settle_s": 3.0})
    qtbot.waitUntil(lambda: device.on_device == {"patience.settle_s": 3.0}, timeout=PATIENCE_MS)
    device._armed.setInterval(50)
    device._armed.start()
    qtbot.waitUntil(lambda: not device.armed, timeout=PATIENCE_MS)
    calm(device, qtbot)
    device.arm(True)
    device.stop()
    assert not device.armed
    device.arm(True)
    device.disconnect_all()
    assert not device.armed
    assert device.state == "off"
    assert window.top.stop.isHidden()


@pytest.mark.process
def test_a_scene_runs_on_the_device_and_a_lost_supervisor_is_told(window, session, device, qtbot):
    page = window.workspace("device")
    tried(device, qtbot, page.drive.run.click, lambda: len(device.run) > 20)
    assert page.timeline.view.other is device.run
    os.kill(device.connection.supervisor_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: device.state == "off", timeout=PATIENCE_MS)
    assert window.banner.kind == "error"
    assert not page.connect_card.words.isHidden()


@pytest.mark.process
def test_a_motor_that_is_not_there_is_told_in_plain_words(window, qtbot):
    window.show_workspace("device")
    card = window.workspace("device").connect_card
    card.place.setEditText("dynamixel:/dev/nothing-here?id=1")
    card.go.click()
    qtbot.waitUntil(lambda: bool(window.device.problem), timeout=PATIENCE_MS)
    assert "/dev/nothing-here" in card.words.text()
    assert "Traceback" not in card.words.text()
    card.place.setEditText("dynamixel")
    card.go.click()
    qtbot.waitUntil(lambda: "expected KIND:PLACE" in card.words.text(), timeout=PATIENCE_MS)
    window.device.close()


@pytest.mark.process
def test_the_virtual_motor_is_matched_and_the_match_can_be_left_off(window, qtbot, monkeypatch):
    """On virtual time: the same programme as on a wire, faster; the match that is not left off has few passes, pulls and twins."""
    device = window.device
    window.show_workspace("device")
    page = window.workspace("device")
    device.connect_to("emulated:dynamixel")
    qtbot.waitUntil(lambda: device.connected, timeout=PATIENCE_MS)

    def cancel_in_the_passes() -> None:
        if device.matching.words == "fast passes":
            page.twin.cancel.click()

    for in_the_passes in (False, True):  # before its process has said a word, and on the way
        page.twin.go.click()
        assert device.matching.running
        assert not page.twin.cancel.isHidden()
        assert not page.connect_card.go.isEnabled()
        assert not page.connect_card.look_for.isEnabled()
        if in_the_passes:
            device.matching.changed.connect(cancel_in_the_passes)
        else:
            page.twin.cancel.click()
        qtbot.waitUntil(lambda: not device.matching.running, timeout=PATIENCE_MS)
        assert device.matching.words == "Cancelled. Nothing was saved."
        qtbot.waitUntil(lambda: device.connected, timeout=PATIENCE_MS)
        assert device.profile is None
    device.matching.changed.disconnect(cancel_in_the_passes)

    monkeypatch.setattr(match_process, "COMMAND_LINE", BRIEFLY)
    told: list[tuple[str, int]] = []
    device.matching.changed.connect(lambda: told.append((device.matching.words, page.twin.bar.value())))
    page.twin.go.click()
    qtbot.waitUntil(lambda: not device.matching.running, timeout=2 * PATIENCE_MS)
    assert ("taps", 500) in told
    assert device.profile is not None, device.matching.words
    saved = json.loads(device.profile.read_text())
    assert saved["device"].startswith("dynamixel/XM430")
    assert saved["held_out_rms_deg"] < 1.0
    qtbot.waitUntil(lambda: device.connected, timeout=PATIENCE_MS)
    QApplication.processEvents()
    device.close()


@pytest.mark.process
def test_a_match_that_was_cancelled_too_late_is_left_off_all_the_same(qapp, tmp_path):
    """The process had finished, but the window had not yet heard of it when Cancel was pressed."""
    matching, path, ended = MotorMatching(), tmp_path / "motor.json", []
    matching.ended.connect(lambda *said: ended.append(said))
    path.write_text("the one before")
    for late in (True, False):
        matching.start("emulated:nothing", path)
        path.with_suffix(".part").write_text("the new one")
        if late:
            matching.cancel()
        matching._reported(MatchProgress(share=1.0, words="saved"))
        matching._ended(0, "")
        assert ended.pop() == (None if late else path, "")
        assert path.read_text() == ("the one before" if late else "the new one")
        assert not path.with_suffix(".part").exists()
    assert matching.words == "saved"


def rows_of(asked, real, virtual) -> np.ndarray:
    made = np.zeros(len(asked), dtype=LIVE)
    made["asked_deg"], made["real_deg"], made["virtual_deg"] = asked, real, virtual
    return made


def test_the_last_move_is_found_and_told_in_words():
    t = np.arange(400) * 0.01
    asked = np.clip((t - 1.0) * 30.0, 0.0, 30.0)
    virtual = np.clip((t - 1.02) * 30.0, 0.0, 30.0)
    real = np.clip((t - 1.07) * 30.0, 0.0, 30.0)
    rows = rows_of(asked, real, virtual)
    move = real_beside_virtual.last_move(rows)
    assert (move.start, move.stop) == (81, 280)
    found = real_beside_virtual.compare(rows[move])
    assert found.lag_ms == 50.0
    assert found.rms_deg < 0.05
    assert real_beside_virtual.in_words(found).startswith(
        "The real screen answers 50 ms later, comes to rest 50 ms later and stays within 0.0"
    )
    apart = real_beside_virtual.aligned_difference(rows, found.lag_ms)
    assert np.nanmax(np.abs(apart[10:])) < 0.1
    before = virtual.copy()
    before[85:90] = np.nan  # another move had ended shortly before
    assert real_beside_virtual.last_move(rows_of(asked, real, before)).start == 90
    assert real_beside_virtual.last_move(rows_of(np.full(400, np.nan), real, virtual)) is None
    assert real_beside_virtual.compare(rows[:20]) is None
