"""The one table of hold reasons is whole: a new reason without a row fails here, at once."""

from __future__ import annotations

from pathlib import Path

from simulator.lab.report.run_picture import HOLD_COLOURS
from simulator.lab.why.hold_words import HOLD_WORDS, HoldGroup
from simulator.onboard.messages import HARD_STOPS, SOFT_STOPS, HoldReason
from simulator.workbench.run_spans import kind_of

ROOT = Path(__file__).resolve().parents[2]


def test_every_reason_has_a_sentence_of_its_own_and_a_group() -> None:
    assert list(set(HoldReason) - set(HOLD_WORDS)) == []
    assert len({words.clause for words in HOLD_WORDS.values()}) == len(HoldReason)
    assert all(words.clause and not words.clause.endswith(".") for words in HOLD_WORDS.values())


def test_every_reason_says_how_it_stops_a_turn() -> None:
    assert set(HoldReason) == HARD_STOPS | SOFT_STOPS
    assert set() == HARD_STOPS & SOFT_STOPS


def test_picture_and_window_colour_every_reason_by_its_group() -> None:
    assert set(HOLD_COLOURS) == set(HoldGroup)
    assert len(set(HOLD_COLOURS.values())) == len(HoldGroup)
    assert {reason: kind_of(reason) for reason in HoldReason} == {
        reason: words.group for reason, words in HOLD_WORDS.items()
    }
    assert kind_of(None) == "turn"
