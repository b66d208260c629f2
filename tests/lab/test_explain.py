"""Explanations come from the gate record only, name people, and cover every tick of a run."""

from __future__ import annotations

import dataclasses
import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cli.explain import explain_command
from simulator.lab.why.digest import digest
from simulator.lab.why.why_sentences import at, episodes, names_of, sentence
from simulator.onboard.gate_names import GateName
from simulator.onboard.gate_words import WORDS, clause, label
from simulator.onboard.gates import at_least
from simulator.onboard.messages import Gate, HoldReason, Zone, ZoneDecision
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.loader import load, loads

SCENE = Path(__file__).resolve().parents[2] / "scenes" / "sample.scene.yaml"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> RunLog:
    return run_scene(load(SCENE), seed=0, mode="feature", record_to=tmp_path_factory.mktemp("run") / "run.mcap")


def test_the_sentence_of_the_dead_zone_has_its_numbers() -> None:
    decision = ZoneDecision(
        tick=0, zone=Zone.DEAD, goal_yaw_deg=None, hold=HoldReason.IN_DEAD_ZONE, subject_id=3, subject_bearing_deg=-8.2,
        dead_half_width_deg=12.0,
    )  # fmt: skip
    assert sentence(decision, names={3: "ana"}) == "Still: Ana is 8° from centre, inside the dead zone (±12°)."
    assert sentence(decision) == "Still: Person 3 is 8° from centre, inside the dead zone (±12°)."


def test_waiting_says_how_long_and_how_long_it_needs() -> None:
    gate = Gate(name=GateName.SETTLED, value=0.4, threshold=1.5, margin=-1.1, unit="s", passed=False)
    decision = ZoneDecision(
        tick=0, zone=Zone.HOLDING, goal_yaw_deg=None, hold=HoldReason.SETTLING, subject_id=1, subject_bearing_deg=20.0,
        gates=(gate,),
    )  # fmt: skip
    assert sentence(decision, names={1: "ana"}) == (
        "Still: Ana is 20° from centre, in the holding zone, "
        + WORDS[GateName.SETTLED].clause.format(value="0.4 s", limit="1.5 s")
        + "."
    )


def test_a_wake_word_that_is_not_acted_on_is_told_whatever_else_keeps_the_screen() -> None:
    called = Gate(name=GateName.WAKE_TAKEN, value=0.0, threshold=1.0, margin=-1.0, unit="", passed=False)
    decision = ZoneDecision(tick=0, zone=None, goal_yaw_deg=None, hold=HoldReason.SHUTTER_CLOSED, gates=(called,))
    assert sentence(decision).startswith("Still: the camera shutter is closed; a wake word was heard")


@pytest.mark.long
def test_a_rejected_wake_word_is_in_the_gates_under_a_hand_and_behind_a_shutter() -> None:
    text = """\
scene: 1
duration: 4 s
device: {shutter: closed}
people: {anna: {at: [1.2, 1.6]}}
timeline:
  - {at: 0 s, who: fusion, does: doubt every wake word}
  - {at: 1 s, who: anna, does: say wake word}
"""
    log = run_scene(loads(text), seed=0, mode="feature")
    holds = {trace.decision.hold for trace in log.traces}
    assert holds == {HoldReason.SHUTTER_CLOSED}
    told = [t for t in log.traces if any(gate.name is GateName.WAKE_TAKEN for gate in t.decision.gates)]
    assert told
    assert "a wake word was heard" in sentence(told[0].decision)


@pytest.mark.long
def test_a_run_without_a_wake_word_has_a_digest() -> None:
    log = run_scene(loads("scene: 1\nduration: 2 s\n"), seed=0, mode="feature")
    assert digest(log.traces).wake_words == ()


NUMBERS = st.floats(-400.0, 400.0, width=32) | st.sampled_from([math.nan, math.inf, -math.inf])
GATES = st.builds(
    Gate, name=st.sampled_from(GateName), value=NUMBERS, threshold=NUMBERS, margin=NUMBERS,
    unit=st.sampled_from(["", "s", "°", "m"]), passed=st.booleans(),
)  # fmt: skip


@given(
    gates=st.lists(GATES, max_size=4),
    zone=st.none() | st.sampled_from(Zone),
    goal=st.none() | NUMBERS,
    subject=st.none() | st.integers(0, 9),
    bearing=st.none() | NUMBERS,
    width=NUMBERS,
    urgent=st.booleans(),
)
def test_every_reason_with_any_gates_yields_one_sentence(
    gates: list[Gate],
    zone: Zone | None,
    goal: float | None,
    subject: int | None,
    bearing: float | None,
    width: float,
    urgent: bool,
) -> None:
    for hold in (None, *HoldReason):
        text = sentence(
            ZoneDecision(
                tick=0, zone=zone, goal_yaw_deg=goal, hold=hold, gates=tuple(gates), subject_id=subject,
                subject_bearing_deg=bearing, dead_half_width_deg=width, urgent=urgent,
            )
        )  # fmt: skip
        assert text.startswith("Still: " if goal is None else "Turning to ")
        assert text.endswith(".")
        assert "None" not in text


def test_every_gate_has_words_of_its_own() -> None:
    labels = {label(at_least(name, 1.3, 2.6)) for name in GateName}
    assert len(labels) == len(GateName)
    assert all(labels)
    clauses = [words.clause for words in WORDS.values() if words.clause]
    assert len(set(clauses)) == len(clauses)


@pytest.mark.parametrize("name", GateName)
@pytest.mark.parametrize("hold", [HoldReason.SETTLING, HoldReason.OUT_OF_RANGE, HoldReason.NOT_CONFIRMED])
def test_a_failed_gate_says_its_own_words_with_its_numbers(name: GateName, hold: HoldReason) -> None:
    decision = ZoneDecision(
        tick=0, zone=Zone.HOLDING, goal_yaw_deg=None, hold=hold, subject_bearing_deg=20.0,
        gates=(at_least(name, 1.3, 2.6, "s"),),
    )  # fmt: skip
    told = sentence(decision)
    (gate,) = decision.gates
    assert label(gate) in told or clause(gate).split(" 1.3")[0] in told
    assert "1.3" in told


def test_every_tick_of_a_run_has_a_sentence(log: RunLog) -> None:
    texts = {sentence(trace.decision) for trace in log.traces}
    assert all(text.startswith(("Still: ", "Turning to ")) and text.endswith(".") for text in texts)
    assert len(texts) > 5


def test_an_explanation_needs_nothing_but_the_decision(log: RunLog) -> None:
    for trace in log.traces[::50]:
        alone = dataclasses.replace(trace.decision)
        assert sentence(alone) == sentence(trace.decision)


def test_the_list_covers_the_run_without_gaps_and_names_the_person(log: RunLog) -> None:
    names = names_of(log.traces, log.truths)
    assert set(names.values()) == {"anna"}
    found = episodes(log.traces, names=names)
    assert found[0].start_s == 0.0
    assert found[-1].end_s == pytest.approx(len(log.traces) / 100)
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    turns = [episode for episode in found if episode.moving]
    assert len(turns) >= 2
    assert all("Anna" in turn.sentence for turn in turns)
    assert at(log.traces, turns[0].start_s).decision.goal_yaw_deg is not None


def test_the_command_explains_a_recording_and_a_moment(log: RunLog, capsys: pytest.CaptureFixture[str]) -> None:
    assert log.recording is not None
    assert explain_command(log.recording, at_s=None, every=True, as_json=False) == 0
    assert "Turning to" in capsys.readouterr().out
    assert explain_command(log.recording, at_s=None, every=True, as_json=True) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"start_s", "end_s", "moving", "reason", "sentence"} <= set(listed[0])
    assert explain_command(log.recording, at_s=11.8, every=False, as_json=True) == 0
    moment = json.loads(capsys.readouterr().out)
    assert moment["sentence"].startswith("Still: Anna is")
    assert any(not gate["passed"] for gate in moment["gates"])
    assert explain_command(log.recording, at_s=11.8, every=False, as_json=False) == 0
    assert f"STOP  {label(at_least(GateName.OUTSIDE_DEAD_ZONE, 1.3, 2.6))}" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"--at 99: must be from 0 to"):
        explain_command(log.recording, at_s=99.0, every=False, as_json=False)


def test_the_digest_has_one_line_a_reason_and_covers_the_run(log: RunLog) -> None:
    summed = digest(log.traces, names=names_of(log.traces, log.truths))
    every = episodes(log.traces)
    assert [span.reason for span in summed.reasons] == list(dict.fromkeys(episode.reason for episode in every))
    assert sum(span.times for span in summed.reasons) == len(every)
    assert sum(span.total_s for span in summed.reasons) == pytest.approx(log.sim_s, abs=0.02)
    turn = next(span for span in summed.reasons if span.reason == "turn")
    yaws_deg = [trace.motor.yaw_deg for trace in log.traces if trace.decision.goal_yaw_deg is not None]
    assert (turn.low_yaw_deg, turn.high_yaw_deg) == (round(min(yaws_deg), 2), round(max(yaws_deg), 2))


def test_a_wake_word_that_was_rejected_is_told_under_a_closed_shutter_too() -> None:
    scene = loads(
        "scene: 1\nduration: 7 s\npeople: {anna: {at: [1.2, 2.2]}}\ntimeline:\n"
        "  - {at: 0.5 s, who: device, does: close shutter}\n  - {at: 2 s, who: anna, does: say wake word}\n"
    )
    log = run_scene(scene, seed=0, mode="feature")
    (wake,) = digest(log.traces).wake_words
    assert 2.0 < wake.at_s < 3.5
    assert wake.sentence.endswith("the camera shutter is closed.")
    # Whatever keeps the screen still, a doubt about the wake word is what is told.
    doubted = [
        dataclasses.replace(trace, tracks=dataclasses.replace(trace.tracks, wake_doubt=HoldReason.NOBODY_THERE))
        for trace in log.traces
    ]
    (wake,) = digest(doubted).wake_words
    assert wake.doubt is HoldReason.NOBODY_THERE
    assert wake.sentence.endswith("not acted on: nobody is there.")
