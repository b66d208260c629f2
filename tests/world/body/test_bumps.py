"""Bumps and pushes through guard, plant and the real motion stage: how soon they are felt, how hard it presses, what tips."""

from __future__ import annotations

import pytest

from benchmarks.body import (
    RELEASED_NM,
    bump,
    press_force_n,
    push,
    slow_moves,
    touch_trace,
)
from benchmarks.body_loop import Loop, on_counter, wall
from simulator.onboard.messages import CommandKind, Contact
from simulator.world.spec import HandAction, ThingSpec
from simulator.world.touch_traces import library
from simulator.world.truth_events import ScreenTouches, Tipped

THINGS = {"wall": wall(), "pot": on_counter("pot", 130.0, 0.2), "hand": on_counter("hand", 130.0, 0.13)}


@pytest.mark.parametrize("speed_dps", [30.0, 60.0, 90.0])
@pytest.mark.parametrize("name", list(THINGS))
def test_a_bump_is_felt_and_let_go_within_50_ms_and_backed_off(name: str, speed_dps: float) -> None:
    found = bump(THINGS[name], speed_dps=speed_dps, seed=2)
    assert found.felt_ms is not None
    assert found.felt_ms <= 50
    assert found.released_ms is not None
    assert found.released_ms <= 50
    assert found.pushed_ms <= 250
    assert found.blocked
    assert found.backed_off_deg == pytest.approx(2.0, abs=1.0)


@pytest.mark.parametrize("name", list(THINGS))
def test_after_a_bump_the_screen_stays_away_until_there_is_a_new_reason(name: str) -> None:
    loop = Loop(things=(THINGS[name],))
    loop.run(0.2).turn_to(90.0)
    loop.run(10.0)
    touches = [event for _, event in loop.events if isinstance(event, ScreenTouches)]
    assert len(touches) == 1
    assert max(moment.force_n for moment in loop.moments[-500:]) == 0.0


def test_steady_press_of_the_edge_stays_below_10_newton() -> None:
    """Should nothing be felt: all the torque that the guard lets through, against a wall."""
    assert 5.0 < press_force_n() <= 10.0


@pytest.mark.parametrize("kind", ["glass", "vase", "frame"])
def test_nothing_on_the_counter_tips_at_the_default_speed_whatever_its_place(kind: str) -> None:
    for azimuth, distance in ((95.0, 0.13), (110.0, 0.145), (130.0, 0.14), (150.0, 0.15)):
        loop = Loop(things=(on_counter(kind, azimuth, distance),))
        loop.run(0.1).turn_to(120.0)
        loop.run(3.0)
        assert loop.first(ScreenTouches(what=kind)) is not None
        assert loop.first(Tipped(what=kind)) is None


def test_an_empty_wine_glass_stands_at_60_and_falls_at_the_makers_180() -> None:
    wine = ThingSpec(
        name="wine",
        kind="glass",
        at=on_counter("glass").at,
        size=(0.065, 0.065),
        height_m=0.2,
        mass_kg=0.16,
        fixed=False,
    )
    slow = bump(wine, speed_dps=60.0)
    fast = bump(wine, speed_dps=180.0, accel_dps2=360.0, start_yaw_deg=-75.0, stop_short=False)
    assert (slow.tipped, fast.tipped) == (False, True)
    assert fast.hit_dps > 150.0
    assert bump(on_counter("glass"), speed_dps=180.0, accel_dps2=360.0, start_yaw_deg=-60.0, stop_short=False).tipped


# --- hands --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to_deg", "for_s", "force_n"),
    [(40.0, 1.5, None), (-40.0, 1.0, None), (60.0, 1.0, 8.0), (-30.0, 0.6, 4.0), (25.0, 2.0, 3.0)],
)
def test_a_hand_that_turns_wins_within_400_ms_and_nobody_pushes_back(
    to_deg: float, for_s: float, force_n: float | None
) -> None:
    found = push(to_deg=to_deg, for_s=for_s, force_n=force_n)
    assert found.yielded_ms is not None
    assert found.yielded_ms <= 400
    assert found.after_nm < RELEASED_NM  # the hand feels friction only
    assert found.moved_back_deg < 0.5  # for three seconds after it let go
    assert found.end_deg / to_deg > 0.9  # it went where the hand wanted; a quick one flings it further


def test_a_hand_that_turns_a_turning_screen_wins_too() -> None:
    loop = Loop()
    loop.turn_to(60.0)
    loop.run(0.6)
    start = loop.hand(HandAction(at_s=0, gesture="turn", to_deg=-30.0, for_s=1.2, force_n=6.0))
    loop.run(1.5)
    yielded = next(m.tick for m in loop.moments if m.tick > start and m.sent.kind == CommandKind.FREE)
    assert (yielded - start) * 10 <= 500
    assert loop.body.yaw_deg < 20.0


@pytest.mark.parametrize("name", sorted(library()))
def test_scrolls_and_taps_move_the_screen_less_than_a_degree_and_are_no_push(name: str) -> None:
    for seed in (1, 2):
        found = touch_trace(name, seed=seed)
        assert found.moved_deg < 1.0
        assert found.contacts <= {Contact.NONE, Contact.TOUCH}
        assert Contact.TOUCH in found.contacts


@pytest.mark.parametrize("name", sorted(library()))
def test_scrolling_while_it_turns_stops_nothing(name: str) -> None:
    loop = Loop()
    loop.turn_to(50.0)
    loop.run(0.3)
    loop.hand(HandAction(at_s=0, gesture="scroll" if name.startswith("scroll") else "tap", profile=name))
    loop.run(3.0)
    assert {moment.body.contact for moment in loop.moments} <= {Contact.NONE, Contact.TOUCH}
    assert loop.body.yaw_deg == pytest.approx(50.0, abs=1.0)


def test_slow_moves_never_stall() -> None:
    found = slow_moves(40, seed=3)
    assert found.moves == 40
    assert (found.stalls, found.bumps, found.hands) == (0, 0, 0)
    assert found.worst_end_deg < 1.0
