"""States times events: every pair is answered, and the answer leads to the mode one expects."""

from __future__ import annotations

import itertools

import pytest

from simulator.lab.why.transitions import INTO, alone
from simulator.onboard.behaviour.table import HAND_TABLE, MODE_OF, OWNER_OF, TABLE, Step
from simulator.onboard.behaviour.wishes import RANK, Wishes
from simulator.onboard.messages import Mode, ModeChanged, ModeEvent, Owner, TakenOver, TimeOver, TurnedDown

# What ends each mode that something can wait under.
ENDS: dict[Mode, ModeEvent] = {
    Mode.FAULT: ModeEvent.FAULT_OVER,
    Mode.MANUAL: ModeEvent.HAND_OVER,
    Mode.CALL: ModeEvent.IDLE_ASKED,
    Mode.RECIPE: ModeEvent.IDLE_ASKED,
}


def _in(mode: Mode) -> Wishes:
    wishes = alone(mode)
    assert wishes.mode is mode
    wishes.events.clear()
    return wishes


def test_the_table_answers_every_pair() -> None:
    assert set(TABLE) == set(Mode)
    assert all(set(row) == set(ModeEvent) for row in TABLE.values())
    assert set(HAND_TABLE) == set(ModeEvent)
    assert set(MODE_OF) == set(ModeEvent)
    assert set(OWNER_OF) == set(Mode)


@pytest.mark.parametrize(("mode", "event"), list(itertools.product(Mode, ModeEvent)))
@pytest.mark.parametrize("hand_firm", [False, True])
def test_each_answer_leads_where_it_says(mode: Mode, event: ModeEvent, hand_firm: bool) -> None:
    wishes = _in(mode)
    step = wishes.happen(event, hand_firm=hand_firm)
    begins = MODE_OF[event]
    assert step is (HAND_TABLE[event] if hand_firm else TABLE[mode][event])
    if step in (Step.BEGIN, Step.REPLACE):
        assert begins is not None, "an event that begins nothing cannot begin"
        assert wishes.mode is begins
    elif step is Step.QUEUE:
        assert begins is not None
        # It waits, unless what runs ranks lower; then it runs at once.
        higher = RANK[OWNER_OF[begins]] < RANK[OWNER_OF[mode]]
        assert wishes.mode is (begins if higher else mode) or OWNER_OF[begins] is OWNER_OF[mode]
        if wishes.mode is mode and OWNER_OF[begins] is not OWNER_OF[mode]:
            wishes.happen(ENDS.get(mode, ModeEvent.DONE))
            assert wishes.mode is begins, "it goes on when the higher owner is done"
    elif step in (Step.REFUSE, Step.KEEP):
        assert wishes.mode is mode
        assert (step is Step.REFUSE) == any(isinstance(one, TurnedDown) for one in wishes.events)
    elif step is Step.LIFT:
        assert wishes.mode is (Mode.IDLE if mode is Mode.FAULT else mode)
    elif step is Step.END:
        assert wishes.mode is Mode.IDLE, "alone, the next wish is none"
    else:
        assert step is Step.CLEAR
        stays = mode is Mode.FAULT or (hand_firm and mode is Mode.MANUAL)
        assert wishes.mode is (mode if stays else Mode.IDLE)


# Pairs of modes of different owners where the higher one begins on top of the lower one.
STACKED = [
    (low, high)
    for low, high in itertools.permutations(INTO, 2)
    if RANK[OWNER_OF[high]] < RANK[OWNER_OF[low]] and TABLE[low][INTO[high]] is Step.BEGIN
]


@pytest.mark.parametrize(("low", "high"), STACKED)
def test_the_higher_owner_runs_and_the_lower_goes_on_afterwards(low: Mode, high: Mode) -> None:
    wishes = _in(low)
    wishes.happen(INTO[high])
    assert wishes.mode is high
    assert wishes.owner is OWNER_OF[high]
    assert any(isinstance(one, TakenOver) for one in wishes.events)
    wishes.happen(ENDS.get(high, ModeEvent.DONE))
    assert wishes.mode is low


def test_the_order_of_owners_is_the_one_of_the_product() -> None:
    assert list(Owner) == [
        Owner.HAND,
        Owner.SAFETY,
        Owner.REMOTE,
        Owner.CALL,
        Owner.APP,
        Owner.FOLLOW,
        Owner.AWAY,
        Owner.NOBODY,
    ]


def test_a_fault_that_passes_under_a_hand_is_over() -> None:
    wishes = _in(Mode.FOLLOW)
    for event in (ModeEvent.HAND, ModeEvent.FAULT, ModeEvent.FAULT_OVER):
        wishes.happen(event)
    assert wishes.mode is Mode.MANUAL
    wishes.happen(ModeEvent.HAND_OVER)
    assert wishes.mode is Mode.FOLLOW


def test_a_lease_ends_by_itself() -> None:
    wishes = Wishes()
    wishes.happen(ModeEvent.APP_ASKED, until_tick=100)
    wishes.expire(99)
    assert wishes.mode is Mode.APP
    wishes.expire(100)
    assert wishes.mode is Mode.IDLE
    assert TimeOver(owner=Owner.APP) in wishes.events
    assert wishes.events[-1] == ModeChanged(before=Mode.APP, after=Mode.IDLE, cause=None)


def test_stop_empties_the_queue_but_not_the_hand() -> None:
    wishes = _in(Mode.FOLLOW)
    wishes.happen(ModeEvent.HAND)
    for event in (ModeEvent.CALL_ASKED, ModeEvent.STOP_ASKED):
        wishes.happen(event, hand_firm=True)
    assert wishes.mode is Mode.MANUAL
    wishes.happen(ModeEvent.HAND_OVER)
    assert wishes.mode is Mode.IDLE


def test_every_mode_and_every_answer_occurs() -> None:
    answers = {step for row in TABLE.values() for step in row.values()}
    assert answers == set(Step)
    assert {mode for mode in MODE_OF.values() if mode is not None} == set(Mode) - {Mode.IDLE}
