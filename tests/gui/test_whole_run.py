"""With the real engine: a turned knob gives one whole run, a what-if shows its seam, a recording is complete, a file says what runs."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from PySide6.QtWidgets import QApplication

from simulator.gui import what_if_actions
from simulator.gui.session_model import SessionModel
from simulator.gui.shell import export
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Look
from simulator.gui.window import MainWindow
from simulator.runtime.compose import header_of
from simulator.runtime.orders.run_messages import Command
from simulator.runtime.recording import read
from simulator.runtime.run import run
from simulator.scene.loader import load
from simulator.world.spec import TuneAction

pytestmark = pytest.mark.process

SAMPLE = ROOT / "scenes" / "sample.scene.yaml"
SLOW = {"motion.max_rate_dps": 20.0}
PATIENCE_MS = 60_000


@pytest.fixture
def desk(qapp, qtbot, tmp_path):
    """A window on a copy of the sample, computed."""
    path = tmp_path / "mine.scene.yaml"
    shutil.copy(SAMPLE, path)
    session = SessionModel()
    session.start()
    made = MainWindow(settings=Settings(tmp_path / "home"), session=session, look=Look(), samples=ROOT / "scenes")
    made.resize(1366, 768)
    made.show()
    made.open(path)
    session.play(False)
    computed(session, qtbot)
    yield made
    made.close()


def computed(session: SessionModel, qtbot) -> None:
    qtbot.waitUntil(lambda: session.engine.state == "done" and session.shown.complete, timeout=PATIENCE_MS)
    QApplication.processEvents()


def headless(settings=None, commands=()) -> str:
    scene = load(SAMPLE)
    header = header_of(scene, seed=0, mode="feature", tuning=scene.tuning.patched(settings or {}))
    return run(header, commands=tuple(Command(*one) for one in commands)).trace_hash


def turn(session: SessionModel, knobs) -> None:
    session.turn(knobs, gesture="drag")
    session.foresee()
    session.release()


def test_a_knob_turned_in_the_middle_gives_the_run_that_the_command_line_gives(desk, qtbot):
    session = desk.session
    session.seek(900)
    turn(session, SLOW)
    curves = {curve.name: curve for curve in desk.tune.timeline.view.scene().curves}
    assert set(curves) == {"before", "sketch"}, "until it is computed, the run on the screen is not called A"
    assert curves["sketch"].first_tick == 0
    assert desk.tune.timeline.transport.verdict.text() == "… modelled"
    computed(session, qtbot)
    assert session.trace_hash == headless(SLOW)
    assert session.tick == 900
    assert abs(session.run.column("rate_dps")).max() < 30.0, "nowhere in the run is the old top speed left"
    assert [curve.name for curve in desk.tune.timeline.view.scene().curves] == ["run A", "before"]


def test_a_what_if_has_a_seam_and_a_name_and_leaves_the_whole_run(desk, qtbot):
    session = desk.session
    whole = session.trace_hash
    session.seek(400)
    desk.commands.run("time.what_if")
    turn(session, SLOW)
    computed(session, qtbot)
    seam = TuneAction(at_s=4.0, path="motion.max_rate_dps", value=20.0)
    assert session.trace_hash == headless(commands=((400, seam),))
    scene = desk.tune.timeline.view.scene()
    assert scene.seam == (400, "What if 1")
    assert [curve.name for curve in scene.curves] == ["What if 1", "run A"]
    assert "What if 1, from 4.0 s" in export.stamp(session)
    desk.commands.run("time.end_what_if")
    computed(session, qtbot)
    assert session.trace_hash == whole
    scene = desk.tune.timeline.view.scene()
    assert scene.seam is None
    assert [curve.name for curve in scene.curves] == ["run A", "What if 1"]
    what_if_actions.take(session, "What if 1")
    computed(session, qtbot)
    assert session.trace_hash == headless(SLOW)
    what_if_actions.drop(session, "What if 1")
    assert session.what_ifs.kept == []


def test_recording_waits_until_the_run_is_complete(desk, qtbot):
    session = desk.session
    turn(session, SLOW)
    with qtbot.waitSignal(session.recorded, timeout=PATIENCE_MS) as told:
        desk.commands.run("time.record")
        assert "as soon as the run is complete" in desk.banner.words
    log = read(Path(told.args[0]))
    assert len(log.traces) == session.duration_ticks
    assert log.trace_hash == headless(SLOW)
    assert "complete" in desk.banner.words
    assert "modelled senses" in desk.banner.words


def test_a_table_says_which_run_it_holds_and_that_it_is_not_complete(desk, qtbot, tmp_path):
    session = desk.session
    session.run.cut(600)
    session.shown.renounce()
    export.save_table(session, tmp_path / "half.csv")
    with (tmp_path / "half.csv").open() as file:
        first = next(csv.reader(file))[0]
    assert "incomplete: 6.0 of" in first
    assert "seed 0" in first
    assert "modelled senses" in first


def test_saving_bakes_no_preset_in_and_reopening_says_what_runs(desk, qtbot):
    session = desk.session
    path = session.document.path
    before = path.read_text()
    session.document.take_settings(dict(SLOW), name="Eager", text="Take preset Eager")
    session.release()
    desk.commands.run("scene.save")
    assert path.read_text() == before
    assert "without 1 turned knob" in desk.banner.words
    desk.autosave()
    assert desk.open(path)
    computed(session, qtbot)
    assert "1 knob changed" in desk.top.saved.text
    assert session.document.state.preset["A"] == "Eager"
    assert session.trace_hash == headless(SLOW)
    desk.commands.run("scene.save_knobs")
    assert "tuning:" in path.read_text()
    assert session.document.state.settings["A"] == {}


def test_the_verdict_carries_its_senses_and_one_click_asks_the_rendered_ones(desk, qtbot):
    session = desk.session
    chip = desk.tune.timeline.transport.verdict
    assert chip.text() == "✓ 2 of 2 · modelled"
    chip.click()
    assert session.mode == "full"
    assert chip.text() == "… full"
    chip.click()
    computed(session, qtbot)
    assert chip.text() == "✓ 2 of 2 · modelled"
