"""What is shown is one run: the old one whole until the new one has reached the playhead, and labels that say which."""

from __future__ import annotations

import numpy as np

from simulator.runtime.digest import ROW
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench.run_label import RunLabel, verdict
from simulator.workbench.shown_run import AHEAD_TICKS, ShownRun
from simulator.workbench.what_if import WhatIfs


def ticks(first: int, count: int, yaw_deg: float) -> Ticks:
    rows = np.zeros(count, dtype=ROW)
    rows["yaw_deg"] = yaw_deg
    return Ticks.of(first, [tuple(row) for row in rows.tolist()], [], [], job=1, speed_x=1.0, notes=())


def filled(count: int = 1000, yaw_deg: float = 1.0) -> ShownRun:
    shown = ShownRun()
    shown.clear({})
    shown.feed(ticks(0, count, yaw_deg), at_tick=0)
    shown.finish("abc", [])
    return shown


def test_the_old_run_stays_whole_until_the_new_one_has_passed_the_playhead():
    shown = filled()
    shown.replace({"motion.max_rate_dps": 30.0})
    assert shown.old
    assert not shown.complete
    assert shown.trace_hash == ""
    assert not shown.feed(ticks(0, 500, 2.0), at_tick=600)
    assert len(shown.run) == 1000
    assert set(shown.run.column("yaw_deg")) == {1.0}
    assert shown.feed(ticks(500, 200 + AHEAD_TICKS, 2.0), at_tick=600)
    assert set(shown.run.column("yaw_deg")) == {2.0}
    assert not shown.old
    assert shown.settings == {"motion.max_rate_dps": 30.0}
    assert set(shown.before.column("yaw_deg")) == {1.0}
    shown.finish("def", [])
    assert shown.complete


def test_a_short_new_run_is_shown_at_its_end():
    shown = filled()
    shown.replace({"motion.max_rate_dps": 30.0})
    shown.feed(ticks(0, 100, 2.0), at_tick=900)
    shown.finish("def", [])
    assert len(shown.run) == 100
    assert shown.trace_hash == "def"


def test_turning_back_shows_the_same_run_as_the_newest():
    shown = filled()
    shown.replace({})
    assert not shown.old, "its knobs are those that are set"
    shown.finish("abc", [])
    assert shown.before is None


def label(**changes) -> RunLabel:
    values = {
        "scene": "kitchen",
        "knobs": "A: scene's own knobs",
        "mode": "feature",
        "seed": 3,
        "ticks": 1000,
        "of_ticks": 2000,
    }
    return RunLabel(**{**values, "complete": False, **changes})


def test_a_label_says_senses_seed_and_how_much_there_is():
    assert (
        label().sentence
        == "kitchen  ·  A: scene's own knobs  ·  modelled senses  ·  seed 3  ·  incomplete: 10.0 of 20.0 s"
    )
    whole = label(complete=True, mode="full", trace_hash="0123456789abcdef")
    assert whole.sentence.endswith("rendered sound and pictures  ·  seed 3  ·  complete, 10.0 s  ·  trace 0123456789ab")
    assert "the run before the last change" in label(old=True).sentence
    assert "What if 1, from 4.0 s; before that the knobs were others" in label(what_if="What if 1, from 4.0 s").sentence


def test_a_verdict_is_given_only_on_a_complete_run_and_with_its_senses():
    assert verdict([True, True], label()) == "… modelled"
    assert verdict([True, True], label(complete=True, old=True)) == "… modelled"
    assert verdict([True, True, None], label(complete=True)) == "✓ 2 of 2 · modelled"
    assert verdict([True, False], label(complete=True, mode="full")) == "× 1 of 2 · full"
    assert verdict([], label(complete=True, mode="audio")) == "no checks · audio"


def test_a_what_if_is_kept_only_when_a_knob_was_turned_and_can_be_deleted():
    run, found = filled().run, WhatIfs()
    assert found.begin(400, run=run, settings={}).words == "What if 1, from 4.0 s"
    assert found.end(run=run, settings={}) is None
    found.begin(500, run=run, settings={})
    kept = found.end(run=run, settings={"motion.max_rate_dps": 30.0})
    assert found.kept == [kept]
    assert found.open is None
    found.drop("What if 2")
    assert found.kept == []
