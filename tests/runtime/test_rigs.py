"""The same scene on other rigs: a motor on an emulated wire stands in for the virtual one."""

from __future__ import annotations

import shutil

import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from simulator.cli.main import main
from simulator.onboard.stack import Stack
from simulator.runtime import compose as runtime_compose
from simulator.runtime.compose import RigError, UnfitRig, compose, header_of
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.run import run_scene
from simulator.scene.columns import Columns
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load
from simulator.world.assets import SCENES

SAMPLE = load(SCENES / "sample.scene.yaml")


# What differs most from motor to motor: hands, fingers, things in the way, fine speeds, long patrols.
# Not body/a-light-glass on CiA 402: that drive pushes harder, and the glass may be taken for something in the way (it then stops).
FIXED_SAMPLE = {
    "dynamixel": (
        "body/a-firm-press", "body/a-heavy-pot", "body/a-push-against-a-turn", "body/scroll-edge", "body/tap-firm",
        "feel/slow-and-soft", "feel/no-overshoot", "manual/a-hand-turns-the-screen", "manual/held-against-a-turn",
        "away/looks-around", "app/turns-at-a-speed", "shutter/closed-during-a-turn", "fault/the-motor-does-not-answer",
    ),
    "cia402": ("body/a-firm-press", "manual/a-hand-turns-the-screen", "feel/slow-and-soft"),
    "feetech": ("body/a-firm-press", "manual/a-hand-turns-the-screen", "feel/slow-and-soft"),
}  # fmt: skip


def _verdict(scene, rig):
    log = run_scene(scene, mode="feature", rig=rig)
    columns = Columns(log.traces, log.truths, spec=scene.spec, facts=scene.facts, tuning=scene.tuning)
    outcomes = judge(scene.expect, columns)
    return overall(outcomes), [one for one in outcomes if one.verdict != "pass"]


@pytest.mark.process
@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402", "refboard", "reachy"])
def test_the_sample_passes_with_an_emulated_motor_on_its_wire(kind):
    if kind == "refboard" and shutil.which("avr-gcc") is None:
        pytest.skip("avr-gcc is missing: the board's firmware cannot be built here")
    verdict, short = _verdict(SAMPLE, f"hybrid:emulated:{kind}")
    assert verdict == "pass", short


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FIXED_SAMPLE.items() for name in names])
def test_an_emulated_motor_passes_what_the_virtual_one_passes(kind, name):
    verdict, short = _verdict(load(SCENES / f"{name}.scene.yaml"), f"hybrid:emulated:{kind}")
    assert verdict == "pass", short


@pytest.mark.parametrize("rig", ["dance", "hybrid:", "hybrid", "real", "replay:"])
def test_a_rig_that_does_not_exist_is_refused_in_words(rig):
    with pytest.raises(RigError, match="must be virtual, hybrid:MOTOR"):
        compose(SAMPLE, mode="feature", rig=rig)


@pytest.mark.parametrize(
    ("name", "why"),
    [("manual/a-hand-turns-the-screen", "a hand is on the screen at"), ("body/a-heavy-pot", "the screen can touch")],
)
def test_a_scene_that_pushes_the_screen_is_not_exercised_on_a_real_motor(name, why, capsys):
    path = SCENES / f"{name}.scene.yaml"
    assert (
        main(["run", str(path), "--mode", "feature", "--rig", "hybrid:dynamixel:/dev/none?id=1"])
        == ExitCode.NOT_EXERCISED
    )
    told = capsys.readouterr().err
    assert why in told
    assert told.count("\n") == 1


def test_nothing_is_recorded_of_a_run_that_cannot_begin(tmp_path):
    scene = load(SCENES / "manual/a-hand-turns-the-screen.scene.yaml")
    with pytest.raises(UnfitRig):
        run_scene(scene, mode="feature", rig="hybrid:dynamixel:/dev/none?id=1", record_to=tmp_path / "run.mcap")
    assert list(tmp_path.iterdir()) == []


def test_a_motor_is_switched_on_when_all_that_takes_time_is_done(monkeypatch):
    done = []

    class Watched(VirtualMotor):
        def enable(self):
            done.append("torque on")
            super().enable()

    monkeypatch.setattr(
        runtime_compose, "Stack", lambda *given, **named: done.append("stack") or Stack(*given, **named)
    )
    runtime_compose.build(
        header_of(SAMPLE, mode="feature", rig="hybrid:lent"), motor=Watched(Plant(SAMPLE.facts.motor))
    )
    assert done == ["stack", "torque on"]


@pytest.mark.process
def test_a_real_motor_that_is_not_there_is_one_clear_line(capsys):
    rig = "hybrid:dynamixel:/dev/none?id=1"
    assert main(["run", str(SAMPLE.path), "--mode", "feature", "--rig", rig]) == ExitCode.BAD_USAGE
    told = capsys.readouterr().err
    assert "cannot open /dev/none" in told
    assert told.count("\n") == 1
