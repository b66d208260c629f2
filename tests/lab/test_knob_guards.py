"""Every scene that is named as guard of an end of a knob passes as it is and fails with the knob there."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.lab.qa.knob_guard import KnobEnd, ends
from simulator.lab.qa.knob_guard_table import EXEMPT, GUARDS
from simulator.onboard.tuning import Tuning, leaves
from simulator.runtime.run import run_scene
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load

ROOT = Path(__file__).resolve().parents[2]
ENDS = {(end.path, end.end): end for end in ends()}


def test_both_ends_of_every_design_knob_are_asked() -> None:
    design = [leaf for leaf in leaves() if leaf.tier == "design"]
    assert {end.path for end in ENDS.values()} == {leaf.path for leaf in design}
    for leaf in design:
        mine = [end for end in ENDS.values() if end.path == leaf.path]
        assert len(mine) == (len(leaf.choices) - 1 if leaf.kind == "choice" else 1 if leaf.kind == "switch" else 2)
        for end in mine:
            Tuning().patched({end.path: end.value})  # the other knobs allow it
            assert end.value != leaf.default


def test_the_table_speaks_of_ends_that_there_are_and_says_each_once() -> None:
    assert set(GUARDS) | set(EXEMPT) <= set(ENDS)
    assert set(GUARDS) & set(EXEMPT) == set()
    assert all(len(reason) > 20 for reason in EXEMPT.values())


@pytest.mark.long
@pytest.mark.parametrize("end", [ENDS[key] for key in GUARDS], ids=lambda end: f"{end.path} {end.end}")
def test_the_named_scene_objects(end: KnobEnd) -> None:
    scene = load(ROOT / "scenes" / GUARDS[end.path, end.end])
    assert end.path not in scene.tuning.changed()
    log = run_scene(scene, seed=0, mode="feature", tuning=scene.tuning.patched({end.path: end.value}))
    assert overall(judge(scene.expect, log.columns())) is not Verdict.PASS
