"""The judge against a slow evaluator on random runs, its margins, and what it says."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from brute import Run, margin_agrees, random_check, random_run, scene_with, verdict

from simulator.scene.checks import Verdict
from simulator.scene.columns import Columns
from simulator.scene.judge import judge, overall
from simulator.scene.loader import loads


def judged(run: Run, check: str) -> Any:
    scene = loads(scene_with(check))
    return judge(scene.expect, cast(Columns, run))[0]


def steady(ticks: int = 200, *, yaw: float = 0.0, events: tuple[tuple[int, str], ...] = ()) -> Run:
    return Run(
        yaw_deg=np.full(ticks, yaw), rate_dps=np.zeros(ticks), closed=np.zeros(ticks, bool), happened=list(events)
    )


@pytest.mark.long
def test_verdicts_are_those_of_the_slow_evaluator() -> None:
    rng = np.random.Generator(np.random.Philox(1))
    seen: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
    for _ in range(1000):
        run, text = random_run(rng), random_check(rng)
        scene = loads(scene_with(text))
        outcome = judge(scene.expect, cast(Columns, run))[0]
        assert outcome.verdict is verdict(scene.expect[0], run), text
        assert margin_agrees(outcome), (text, outcome)
        seen[outcome.verdict] += 1
    assert min(seen.values()) > 70  # all three verdicts were really compared


def test_a_late_answer_says_by_how_much() -> None:
    run = steady(events=((20, "move"),))
    run.yaw_deg[100:] = 30.0
    outcome = judged(run, "{after: move, within: 0.5 s, then: yaw > 20 °}")
    assert outcome.verdict is Verdict.FAIL
    assert outcome.margin == pytest.approx(-0.3)
    assert outcome.unit == "s"
    assert outcome.detail == "yaw > 20 ° after 0.80 s (limit 0.5 s)"


def test_an_answer_that_never_comes_says_how_near_it_got() -> None:
    run = steady(events=((20, "move"),))
    run.yaw_deg[60] = 17.0
    outcome = judged(run, "{after: move, within: 1 s, then: yaw > 20 °}")
    assert outcome.margin == pytest.approx(-3.0)
    assert outcome.unit == "°"
    assert outcome.at_s == pytest.approx(0.6)
    assert "at best yaw was 17 °" in outcome.detail


def test_an_answer_that_does_not_last() -> None:
    run = steady(events=((20, "move"),))
    run.yaw_deg[40:61] = 30.0
    outcome = judged(run, "{after: move, within: 0.5 s, then: yaw > 20 °, for: 0.5 s}")
    assert outcome.verdict is Verdict.FAIL
    assert outcome.detail == "yaw > 20 ° held for 0.20 s at most (needs 0.5 s)"


def test_the_worst_of_several_events_counts() -> None:
    run = steady(events=((10, "move"), (100, "move")))
    run.yaw_deg[30:50] = 30.0
    run.yaw_deg[145:] = 30.0
    outcome = judged(run, "{after: move, within: 0.5 s, then: yaw > 20 °}")
    assert outcome.verdict is Verdict.PASS
    assert outcome.margin == pytest.approx(0.05)
    assert outcome.at_s == pytest.approx(1.45)
    assert outcome.judged == 2


def test_what_never_happened_is_not_a_pass() -> None:
    outcome = judged(steady(), "{after: move, within: 0.5 s, then: yaw > 20 °}")
    assert outcome.verdict is Verdict.NOT_EXERCISED
    assert outcome.detail == "move never came"
    assert overall([outcome]) is Verdict.NOT_EXERCISED
    assert overall([]) is Verdict.NOT_EXERCISED


def test_an_event_too_near_to_the_end_does_not_count() -> None:
    outcome = judged(steady(events=((190, "move"),)), "{after: move, within: 0.5 s, then: yaw > 20 °}")
    assert outcome.verdict is Verdict.NOT_EXERCISED


def test_a_broken_promise_tells_the_worst_moment() -> None:
    run = steady()
    run.rate_dps[50:60] = 100.0
    run.rate_dps[80] = -140.0
    outcome = judged(run, "{never: yaw speed > 90 deg/s}")
    assert outcome.verdict is Verdict.FAIL
    assert outcome.margin == pytest.approx(-50.0)
    assert outcome.at_s == pytest.approx(0.8)
    assert "first at 0.50 s" in outcome.detail


def test_grace_lets_a_screen_stop() -> None:
    run = steady()
    run.closed[50:] = True
    run.rate_dps[:75] = 60.0
    assert judged(run, "{while: shutter closed, never: yaw speed > 1 °/s, grace: 0.3 s}").verdict is Verdict.PASS
    assert judged(run, "{while: shutter closed, never: yaw speed > 1 °/s, grace: 0.2 s}").verdict is Verdict.FAIL


def test_every_check_says_itself() -> None:
    texts = {
        "{after: anna says wake word, within: 2 s, then: anna in dead zone}": "After anna says wake word, within 2 s, "
        "anna in dead zone.",
        "{while: shutter closed, never: device moving, grace: 0.3 s}": "While shutter closed, from 0.3 s on, never device moving.",
        "{at most: 3 moves, per: 1 s}": "At most 3 moves in any 1 s.",
        "{at least: 1 move}": "At least 1 move.",
        "{at end: yaw < 3 °}": "At the end, yaw < 3 °.",
        "{after: move, always: yaw < 3 °, for: 1 s}": "After move, for 1 s, always yaw < 3 °.",
    }
    for text, sentence in texts.items():
        assert loads(scene_with(text)).expect[0].sentence == sentence


def test_an_event_follows_another_in_time() -> None:
    run = steady(events=((20, "anna says wake word"), (60, "alert"), (150, "alert")))
    good = judged(run, "{after: anna says wake word, within: 0.5 s, then: alert}")
    assert (good.verdict, good.margin) == (Verdict.PASS, pytest.approx(0.1))
    assert good.detail == "alert after 0.40 s (limit 0.5 s)"
    late = judged(run, "{after: anna says wake word, within: 0.3 s, then: alert}")
    assert (late.verdict, late.margin) == (Verdict.FAIL, pytest.approx(-0.1))
    # An event is no answer to itself.
    assert judged(run, "{after: alert, within: 0.5 s, then: alert}").verdict is Verdict.FAIL
    assert judged(run, "{after: alert, within: 0.9 s, then: alert}").verdict is Verdict.PASS


def test_an_event_never_comes() -> None:
    run = steady(events=((20, "anna says wake word"), (60, "alert")))
    assert judged(run, "{after: anna says wake word, never: alert, for: 0.3 s}").verdict is Verdict.PASS
    broken = judged(run, "{after: anna says wake word, never: alert, for: 0.5 s}")
    assert (broken.verdict, broken.at_s) == (Verdict.FAIL, pytest.approx(0.6))
    assert broken.detail == "alert at 0.60 s, first at 0.60 s, 0.01 s in all"
    assert judged(run, "{never: bump}").verdict is Verdict.PASS


def test_from_one_event_to_the_next() -> None:
    run = steady(events=((20, "move"), (60, "move ends"), (100, "move"), (140, "move ends")))
    run.yaw_deg[60:100] = 30.0
    text = "{after: move, until: move ends, always: yaw < 20 °}"
    assert judged(run, text).verdict is Verdict.PASS
    run.yaw_deg[139] = 30.0
    assert judged(run, text).verdict is Verdict.FAIL
    assert loads(scene_with(text)).expect[0].sentence == "After move, until move ends, always yaw < 20 °."


def test_counts_in_a_window() -> None:
    run = steady(events=((20, "anna says wake word"), (30, "move"), (50, "move"), (150, "move")))
    cases = {
        "{after: anna says wake word, at most: 2 moves, for: 1 s}": Verdict.PASS,
        "{after: anna says wake word, at most: 1 move, for: 1 s}": Verdict.FAIL,
        "{after: anna says wake word, at least: 3 moves, for: 1 s}": Verdict.FAIL,
        "{after: anna says wake word, at least: 3 moves}": Verdict.PASS,
        "{at most: 0 moves, from: 0.6 s, until: 1.4 s}": Verdict.PASS,
        "{at most: 0 moves, from: 0.6 s}": Verdict.FAIL,
        "{at least: 2 moves, until: 1 s}": Verdict.PASS,
        "{after: bump, at least: 1 move, for: 0.5 s}": Verdict.NOT_EXERCISED,
        "{after: anna says wake word, until: move, at most: 0 moves}": Verdict.PASS,
        "{after: move, at most: 0 moves, for: 0.1 s}": Verdict.PASS,
        "{after: move, at least: 1 move, for: 1 s}": Verdict.PASS,
    }
    assert {text: judged(run, text).verdict for text in cases} == cases
    text = "{after: anna says wake word, at most: 2 moves, for: 1 s}"
    assert loads(scene_with(text)).expect[0].sentence == "After anna says wake word, for 1 s, at most 2 moves."


def test_a_stretch_that_the_run_cuts_short_is_no_pass() -> None:
    run = steady(events=((150, "move"),))
    assert judged(run, "{after: move, always: yaw < 20 °, for: 1 s}").verdict is Verdict.NOT_EXERCISED
    assert judged(run, "{after: move, at most: 3 bumps, for: 1 s}").verdict is Verdict.NOT_EXERCISED
    run.yaw_deg[180] = 30.0
    assert judged(run, "{after: move, always: yaw < 20 °, for: 1 s}").verdict is Verdict.FAIL
