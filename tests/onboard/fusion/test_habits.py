"""Habits: they decide nothing but ties, say so, fade and can be erased; off, nothing of them is there."""

from __future__ import annotations

import pytest

from simulator.lab.learn.tied_calls import days_of
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.habits import TICKS_PER_H, Habits
from simulator.onboard.messages import DIRECTIONS, HALF_LIFE_H, PARTS_OF_DAY, HunchLevel, Memory
from simulator.runtime.codec import decode, encode
from simulator.runtime.run import run_scene
from simulator.scene.homes.household import household
from simulator.scene.loader import load
from simulator.world.assets import SCENES

EVENING_H = 18.5


def _evenings(level: HunchLevel, azimuth_deg: float) -> Memory:
    """A home in which people have called from one direction on seven evenings."""
    habits = Habits(Memory(level=level))
    for day in range(7):
        tick = round((24.0 * day + EVENING_H) * TICKS_PER_H)
        habits.advance(tick)
        habits.learn(azimuth_deg, tick=tick)
    return habits.memory.at(24.0 * 7 + EVENING_H)


def test_a_habit_prefers_its_own_direction_at_its_own_hour() -> None:
    habits = Habits(_evenings(HunchLevel.ACT, 40.0))
    habits.advance(0)
    tie = habits.tie(-50.0, 40.0)
    assert tie is not None
    assert tie.azimuth_deg == 40.0
    assert habits.tie(-50.0, -90.0) is None
    morning = Habits(_evenings(HunchLevel.ACT, 40.0).at(24.0 * 8 + 2.0))
    morning.advance(0)
    seldom = morning.tie(-50.0, 40.0)
    assert seldom is None or seldom.odds < tie.odds


def test_habits_fade_by_half_in_a_week_and_are_erased_at_once() -> None:
    known = _evenings(HunchLevel.ACT, 40.0)
    assert len(known.calls) == PARTS_OF_DAY * DIRECTIONS <= 100
    later = known.at(known.clock_h + HALF_LIFE_H)
    assert sum(later.calls) == pytest.approx(0.5 * sum(known.calls))
    assert known.at(0.0) == known
    assert known.erased().calls == ()
    assert decode(Memory, encode(known)) == known


@pytest.mark.parametrize("calls", [(1.0,), (-1.0,) * 96, (float("nan"),) * 96])
def test_a_memory_that_cannot_be_is_refused(calls: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="memory"):
        Memory(calls=calls)


def test_what_was_decided_by_habit_teaches_nothing() -> None:
    habits = Habits(_evenings(HunchLevel.ACT, 40.0))
    habits.advance(0)
    assert habits.called(habits.tie(-50.0, 40.0), tick=0) is not None
    before = habits.memory
    habits.confirm(None, engaged=0.5, tick=0)
    assert habits.memory == before


def test_a_moved_table_is_believed_within_days() -> None:
    days = list(days_of(household(2_003, moved_day=9), DeviceFacts(), days=14))
    known, after = days[6:9], days[12:]
    assert sum(day.right for day in known) > 8 * sum(day.wrong for day in known)
    assert sum(day.right for day in after) > 4 * sum(day.wrong for day in after)


def test_a_tie_is_turned_to_by_habit_only_where_it_may_act_and_says_why() -> None:
    scene = load(SCENES / "ambiguity" / "two-equal-talkers.scene.yaml")
    off = run_scene(scene, mode="feature")
    assert run_scene(scene, mode="feature", memory=Memory()).trace_hash == off.trace_hash
    assert off.memory is None
    ties = [trace.sound for trace in off.traces if trace.sound.wake_word and len(trace.sound.candidates) > 1]
    assert ties
    there_deg = ties[0].candidates[0].azimuth_deg
    said, acted = (
        run_scene(scene, mode="feature", memory=_evenings(level, there_deg))
        for level in (HunchLevel.SUGGEST, HunchLevel.ACT)
    )
    assert [t.command_sent for t in said.traces] == [t.command_sent for t in off.traces]
    assert any("people are usually at" in trace.intent.why for trace in said.traces)
    hunches = [trace.tracks.hunch for trace in acted.traces if trace.tracks.hunch is not None]
    first_tick = next(
        (
            k
            for k, (one, other) in enumerate(zip(acted.traces, off.traces, strict=True))
            if one.command_sent != other.command_sent
        ),
        None,
    )
    assert hunches
    assert all(hunch.acted for hunch in hunches)
    assert first_tick is not None
    assert first_tick >= hunches[0].tick
