"""Defects come from the device's own record: complaints are found, look-alikes are not, and a card becomes a scene that fails."""

from __future__ import annotations

import json

import pytest

from simulator.cli.main import main
from simulator.lab.learn.as_scene import as_scene
from simulator.lab.learn.defects import defects
from simulator.onboard.messages import HoldReason
from simulator.runtime.run import run_scene
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load, loads
from simulator.world.assets import SCENES

CUSTOMERS = SCENES / "customers"


def ran(text: str):
    return run_scene(loads(text, path="x.scene.yaml"), mode="feature", seed=2)


def kitchen(*timeline: str, tuning: str = "", at: str = "[0.74, 2.25]", reacts: str = "no") -> str:
    lines = "\n".join(f"  - {{{entry}}}" for entry in timeline)
    return f"""scene: 1
duration: 18 s
room: {{width: 4.6 m, depth: 3.6 m}}
device: {{at: [2.3, 0.35], range: [-90 °, 90 °]}}
tuning: {{{tuning}}}
people: {{anna: {{at: {at}, reacts: {reacts}}}}}
timeline:
{lines}
"""


@pytest.fixture(scope="module")
def missed():
    return run_scene(load(CUSTOMERS / "calls-again-then-gives-up.scene.yaml"), mode="feature", seed=2)


def test_a_call_that_is_made_again_past_the_screen_is_a_defect_with_its_reason(missed):
    found = defects(missed.traces)
    assert [one.kind for one in found] == ["called again"] * 3
    assert found[0].hold is HoldReason.POLICY
    assert found[0].past_deg == pytest.approx(39, abs=8)
    assert found[0].called_s < found[0].at_s < found[0].called_s + 8
    assert "called again from" in found[0].evidence


def test_a_push_towards_the_caller_is_a_defect():
    log = run_scene(load(CUSTOMERS / "pushes-a-screen-that-stays.scene.yaml"), mode="feature", seed=2)
    assert [one.kind for one in defects(log.traces)] == ["pushed back"]


def test_a_second_question_of_somebody_who_is_faced_is_none():
    log = ran(kitchen("at: 2 s, who: anna, does: say wake word", "at: 9 s, who: anna, does: say wake word"))
    assert sum(trace.sound.wake_word for trace in log.traces) == 2
    assert defects(log.traces) == []


def test_showing_the_screen_to_a_guest_is_none():
    log = ran(
        kitchen("at: 2 s, who: anna, does: say wake word", "at: 9 s, who: hand, does: turn screen to -50 ° for 2 s")
    )
    assert defects(log.traces) == []


def test_two_callers_from_two_sides_are_no_complaint():
    text = kitchen(
        "at: 2 s, who: anna, does: say wake word", "at: 6 s, who: ben, does: say wake word",
        tuning="attention.wake_policy: do not move",
    ).replace("people: {", "people: {ben: {at: [3.9, 2.0]}, ")  # fmt: skip
    assert defects(ran(text).traces) == []


def test_a_card_becomes_a_scene_that_fails_as_the_device_did_and_passes_when_mended(missed):
    text = as_scene(defects(missed.traces)[0], missed.traces, missed.header, name="missed")
    for mended in (False, True):
        scene = loads(text.replace("do not move", "turn and follow") if mended else text, path="missed.scene.yaml")
        log = run_scene(scene, mode="feature")
        assert (overall(judge(scene.expect, log.columns())) is Verdict.PASS) is mended


def test_the_command_writes_cards_and_scenes(tmp_path, capsys):
    recording = tmp_path / "missed.mcap"
    run_scene(load(CUSTOMERS / "calls-again-then-gives-up.scene.yaml"), mode="feature", seed=2, record_to=recording)
    assert main(["defects", str(tmp_path), "--scenes", str(tmp_path / "scenes"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["defects"]) == 3
    assert load(told["defects"][0]["scene"]).expect
    assert main(["defects", str(recording)]) == 0
    assert "called again 3" in capsys.readouterr().out
