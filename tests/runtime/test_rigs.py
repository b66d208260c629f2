"""The same scene on other rigs: a motor on an emulated wire stands in for the virtual one."""

from __future__ import annotations

import shutil

import pytest

from simulator.runtime.compose import RigError, compose
from simulator.runtime.run import run_scene
from simulator.scene.columns import Columns
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load
from simulator.world.assets import SCENES

SAMPLE = load(SCENES / "sample.scene.yaml")


@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402", "refboard"])
def test_the_sample_passes_with_an_emulated_motor_on_its_wire(kind):
    if kind == "refboard" and shutil.which("avr-gcc") is None:
        pytest.skip("avr-gcc is missing: the board's firmware cannot be built here")
    log = run_scene(SAMPLE, mode="feature", rig=f"hybrid:emulated:{kind}")
    columns = Columns(log.traces, log.truths, spec=SAMPLE.spec, facts=SAMPLE.facts, tuning=SAMPLE.tuning)
    assert overall(judge(SAMPLE.expect, columns)) == "pass"


@pytest.mark.parametrize("rig", ["dance", "hybrid:", "hybrid", "real"])
def test_a_rig_that_does_not_exist_is_refused_in_words(rig):
    with pytest.raises(RigError, match="must be virtual, or hybrid:MOTOR"):
        compose(SAMPLE, mode="feature", rig=rig)
