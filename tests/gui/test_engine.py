"""The window with its real engine: the same run as headless, knobs turned on the way, a killed engine, recordings."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from conftest import ROOT
from PySide6.QtWidgets import QApplication

from simulator.gui import what_if_actions
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Look
from simulator.gui.window import MainWindow
from simulator.runtime.compose import header_of
from simulator.runtime.recording import read
from simulator.runtime.run import run
from simulator.scene.loader import load
from simulator.world.spec import ShutterAction, TuneAction

pytestmark = pytest.mark.process

SAMPLE = ROOT / "scenes" / "sample.scene.yaml"
PATIENCE_MS = 90_000


@pytest.fixture
def live(qapp, qtbot):
    made = SessionModel()
    made.start()
    made.open_scene(SAMPLE, play=False)
    qtbot.waitUntil(lambda: made.engine.state == "done", timeout=PATIENCE_MS)
    yield made
    made.close()


def headless(commands=()) -> str:
    scene = load(SAMPLE)
    return run(header_of(scene, seed=0, mode="feature"), commands=tuple(commands)).trace_hash


def test_a_session_at_the_window_replays_headless_to_the_same_hash(live, qtbot, tmp_path):
    """Scene as it is; a what-if at 4 s; the shutter closed at 9 s; recorded, reopened, run again: always the same hash."""
    assert live.trace_hash == headless()
    assert [mark.passed for mark in live.checks] == [True, True]
    live.seek(400)
    what_if_actions.begin(live)
    live.turn({"zones.holding_half_width_deg": 34.0}, gesture="drag")
    live.release()
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    live.seek(900)
    live.act(ShutterAction(at_s=0.0, closed=True))
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert live.run.moment(1500).vision.seeing == "shutter closed"
    commands = [
        (400, TuneAction(at_s=4.0, path="zones.holding_half_width_deg", value=34.0)),
        (900, ShutterAction(at_s=9.0, closed=True)),
    ]
    whole = headless(commands)
    assert live.trace_hash == whole
    path = tmp_path / "run.mcap"
    with qtbot.waitSignal(live.recorded, timeout=PATIENCE_MS) as told:
        live.engine.record(path)
    assert told.args == [str(path), whole]
    assert read(path).trace_hash == whole
    assert len(read(path).commands) == 2
    ticks = len(live.run)
    with qtbot.waitSignal(live.opened_recording, timeout=PATIENCE_MS):
        live.open_recording(path)
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert len(live.run) == ticks
    assert live.tuning.value("zones.holding_half_width_deg") == 34.0
    assert live.label.what_if == "As recorded, from 4.0 s"
    live.run_again()
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert live.trace_hash == whole


def test_a_killed_engine_is_told_and_loses_nothing(qapp, qtbot):
    live = SessionModel()
    notes = []
    live.notice.connect(lambda kind, text: notes.append((kind, text)))
    live.start()
    live.open_scene(SAMPLE, play=False)
    qtbot.waitUntil(lambda: len(live.run) > 300, timeout=PATIENCE_MS)
    had, first_pid = len(live.run), live.engine_pid
    before = live.run.moment(250).yaw_deg
    os.kill(first_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(notes), timeout=PATIENCE_MS)
    assert notes[0][0] == "warning"
    assert "was killed" in notes[0][1]
    assert len(live.run) >= had
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert live.engine_pid != first_pid
    assert len(live.run) == live.duration_ticks
    assert live.run.moment(250).yaw_deg == before
    assert live.trace_hash == headless()
    live.close()


LONG_S = 240


def test_a_killed_engine_goes_on_from_its_last_checkpoint(qapp, qtbot, tmp_path):
    """Killed in the middle of a long run with a knob turned on the way: at most a second of its work is done again."""
    path = tmp_path / "long.scene.yaml"
    path.write_text(SAMPLE.read_text().replace("people:", f"duration: {LONG_S} s\npeople:"))
    live = SessionModel()
    live.start()
    live.open_scene(path, play=False)
    qtbot.waitUntil(lambda: len(live.run) > 500, timeout=PATIENCE_MS)
    live.seek(300)
    live.turn({"patience.settle_s": 2.0})
    live.release()
    qtbot.waitUntil(lambda: len(live.run) > 50 * LONG_S, timeout=PATIENCE_MS)
    had, speed_x = len(live.run), max(live.engine.speed_x, 1.0)
    os.kill(live.engine_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: live.engine.went_on_from > 0, timeout=PATIENCE_MS)
    lost_s = (had - live.engine.went_on_from) * 0.01 / speed_x
    assert lost_s <= 1.0, f"went on from {live.engine.went_on_from} of {had}"
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    scene = load(path)
    whole = run(header_of(scene, seed=0, mode="feature", tuning=scene.tuning.patched({"patience.settle_s": 2.0})))
    assert live.trace_hash == whole.trace_hash
    assert len(live.run) == 100 * LONG_S
    assert len(live.checks) == 2  # judged over the whole run, also over what the dead engine had made
    live.seek(100)
    live.turn({"motion.max_rate_dps": 30.0})
    live.release()  # before the only checkpoint that the new engine knows
    qtbot.waitUntil(lambda: live.engine.state == "done" and bool(live.trace_hash), timeout=PATIENCE_MS)
    assert live.trace_hash != whole.trace_hash
    live.close()


def test_undo_of_a_turned_knob_runs_back_to_the_first_run(live, qtbot, tmp_path):
    window = MainWindow(settings=Settings(tmp_path), session=live, look=Look(), samples=ROOT / "scenes")
    first = live.trace_hash
    live.turn({"motion.max_rate_dps": 30.0})
    live.release()
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert live.trace_hash != first
    window.commands.run("edit.undo")
    qtbot.waitUntil(lambda: live.engine.state == "done", timeout=PATIENCE_MS)
    assert live.trace_hash == first
    window.show_workspace("compare")
    QApplication.processEvents()
    window.close()


def test_an_order_that_cannot_be_obeyed_is_told(live, qtbot):
    with qtbot.waitSignal(live.notice, timeout=PATIENCE_MS) as told:
        live.open_recording(Path("/nowhere/at-all.mcap"))
    assert told.args[0] == "error"
    assert "cannot be read" in told.args[1]
