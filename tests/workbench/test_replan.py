"""The re-planner that redraws a run while a knob is turned: it repeats what happened, shows what a knob changes, and knows which do."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.onboard.tuning import Tuning, Value, leaves
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.loader import load
from simulator.workbench import knob_readers
from simulator.workbench.knob_readers import Redone, redone_for
from simulator.workbench.replan import Replanner
from simulator.workbench.run_data import run_data_of
from simulator.world.placement import setup_of

ROOT = Path(__file__).resolve().parents[2]
SCENE = ROOT / "scenes" / "living-kitchen.scene.yaml"
ONBOARD = ROOT / "simulator" / "onboard"
STAGES = ("ssl", "vision", "fusion", "behaviour", "zones", "motion")


@pytest.fixture(scope="module")
def log() -> RunLog:
    """A run with people who come, talk and go."""
    return run_scene(load(SCENE), seed=0, mode="feature")


def replanned(log: RunLog, *, tick: int = 0, **changes: Value) -> NDArray[np.float32]:
    header = log.header
    planner = Replanner(run_data_of(log.traces, log.truths), header.facts, setup_of(header.spec))
    wanted = header.tuning.patched({name.replace("__", "."): value for name, value in changes.items()})
    return planner.yaw_deg(tick, now=header.tuning, wanted=wanted)


def travel_deg(yaw_deg: NDArray[np.float32]) -> float:
    return float(sum(abs(b - a) for a, b in pairwise(yaw_deg)))


@pytest.mark.long
@pytest.mark.parametrize(
    ("barely", "most_apart"),
    [
        ({"recipe__widen": 1.6}, 0.02),
        ({"away__alert_again_s": 65.0}, 0.12),
        ({"attention__reflector_forget_s": 310.0}, 0.12),
    ],
    ids=["zones", "behaviour", "fusion"],
)
@pytest.mark.parametrize("tick", [0, 900])
def test_a_knob_that_changes_nothing_gives_what_happened(
    log: RunLog, tick: int, barely: dict[str, Value], most_apart: float
) -> None:
    """Each knob makes the mind begin again at another stage, and none matters in this run. One turn that follows a walk may come a
    second sooner when intents are made again, because the ideal motor is ahead of the real one by a few ticks."""
    found = replanned(log, tick=tick, **barely)
    real = np.array([trace.motor.yaw_deg for trace in log.traces[tick : tick + len(found)]])
    assert len(found) == min(len(log.traces) - tick, 6000)
    assert np.mean(np.abs(found - real) > 2.5) < most_apart
    assert travel_deg(real) > 60.0  # it did turn


@pytest.mark.long
def test_other_knobs_show_their_effect(log: RunLog) -> None:
    usual, calm, slow = (
        replanned(log, **changes)
        for changes in ({}, {"attention__wake_policy": "do not move"}, {"motion__max_rate_dps": 10.0})
    )
    assert travel_deg(calm) < 0.8 * travel_deg(usual)
    assert max(abs(b - a) for a, b in pairwise(slow)) <= 0.1001


def test_what_a_knob_cannot_have_changed_is_kept() -> None:
    assert redone_for(["zones.hysteresis_deg", "motion.max_rate_dps", "vision.fast_fps"]) is Redone.ZONES
    assert redone_for(["zones.hysteresis_deg", "away.dwell_s"]) is Redone.BEHAVIOUR
    assert redone_for(["away.dwell_s", "patience.forget_s"]) is Redone.FUSION


def read_by(stage: str) -> set[str]:
    """The knobs that the sources of a stage read: fields of the groups that they take out of a tuning tree."""
    groups, fields = set(), set()
    for path in (ONBOARD / stage).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                fields.add(node.attr)
                owner = getattr(node.value, "id", getattr(node.value, "attr", ""))
                if owner.strip("_") == "tuning" and node.attr in Tuning.model_fields:
                    groups.add(node.attr)
    return {leaf.path for leaf in leaves() if leaf.group in groups and leaf.path.rpartition(".")[2] in fields}


def test_the_lists_of_readers_are_what_the_stages_read() -> None:
    assert read_by("fusion") == knob_readers.FUSION
    assert read_by("behaviour") == knob_readers.BEHAVIOUR | knob_readers.ANSWERED
    assert not knob_readers.BEHAVIOUR & knob_readers.ANSWERED


def test_every_knob_is_read_by_a_stage() -> None:
    assert {leaf.path for leaf in leaves()} - set().union(*map(read_by, STAGES)) == set()
