"""Framing a call: the crop holds everybody, moves calmly, never oscillates, and works together with the turning screen."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import (
    Box,
    FramingStyle,
    HoldReason,
    Mode,
    MotorState,
    SelectPerson,
    SetFraming,
    SetMode,
    SetRegion,
)
from simulator.runtime.seeds import stream
from tests.onboard.mindkit import Bench, Somebody

HALF_FOV_DEG = 55.0


def _call(**people: Somebody) -> Bench:
    bench = Bench()
    for index, (name, person) in enumerate(people.items()):
        person.sighting_id = index + 1
        bench.people[name] = person
    bench.step(0.3)
    bench.ask(SetMode(mode=Mode.CALL), 6.0)
    return bench


def _crops(bench: Bench) -> list[tuple[MotorState, Box]]:
    """The crop of each thought with the motor's state."""
    found, last = [], None
    for state, report in zip(bench.states, bench.reports, strict=True):
        if report.intent is not last and report.intent.crop is not None:
            found.append((state, report.intent.crop))
        last = report.intent
    return found


def _x(azimuth_deg: float, yaw_deg: float) -> float:
    """Where somebody appears in the picture's width."""
    bearing = math.radians(wrap_deg(azimuth_deg - yaw_deg))
    return 0.5 - 0.5 * math.tan(bearing) / math.tan(math.radians(HALF_FOV_DEG))


def _aimed_deg(state: MotorState, crop: Box) -> float:
    """The direction of the room that the far side sees in the middle."""
    tangent = (1.0 - 2.0 * (crop.x + 0.5 * crop.width)) * math.tan(math.radians(HALF_FOV_DEG))
    return state.yaw_deg + math.degrees(math.atan(tangent))


def test_everybody_is_inside_the_shot() -> None:
    bench = _call(ana=Somebody(20.0), ben=Somebody(-15.0, distance_m=2.0))
    state, crop = _crops(bench)[-1]
    for azimuth_deg in (20.0, -15.0):
        assert crop.x + 0.02 < _x(azimuth_deg, state.yaw_deg) < crop.x + crop.width - 0.02
    assert crop.width == crop.height


def test_one_person_is_shown_larger_than_two() -> None:
    one = _crops(_call(ana=Somebody(0.0, distance_m=2.5)))[-1][1]
    two = _crops(_call(ana=Somebody(20.0, distance_m=2.5), ben=Somebody(-20.0, distance_m=2.5)))[-1][1]
    assert one.width < two.width
    assert one.width >= 1.0 / 2.0 - 1e-6, "never closer than the closest crop"


def test_the_crop_serves_small_moves_and_the_screen_large_ones() -> None:
    bench = _call(ana=Somebody(0.0))
    yaw_deg = bench.yaw_deg
    bench.people["ana"].azimuth_deg = 10.0
    bench.step(5.0)
    assert bench.yaw_deg == pytest.approx(yaw_deg, abs=0.2)
    assert bench.hold is HoldReason.IN_DEAD_ZONE
    assert _aimed_deg(*_crops(bench)[-1]) == pytest.approx(10.0, abs=2.0)
    bench.people["ana"].azimuth_deg = 45.0
    bench.step(6.0)
    assert bench.yaw_deg == pytest.approx(45.0, abs=3.0)


def test_the_far_side_sees_a_calm_picture_while_the_screen_turns() -> None:
    bench = _call(ana=Somebody(0.0))
    bench.people["ana"].azimuth_deg = 40.0
    bench.step(6.0)
    aimed = [_aimed_deg(state, crop) for state, crop in _crops(bench)]
    steps = [b - a for a, b in pairwise(aimed)]
    # 40 deg with a time constant of 0.8 s is at most 2.5 deg per thought; the turn itself adds nothing.
    assert max(abs(step) for step in steps) < 3.0
    assert min(steps) > -0.5, "it never swings back"


def test_framing_never_oscillates_around_somebody_who_sways() -> None:
    bench = _call(ana=Somebody(14.0))
    bench.step(4.0)
    rng = stream(5, "sway")
    turns = 0
    before = len(_crops(bench))
    for k in range(200):
        bench.people["ana"].azimuth_deg = 14.0 + 3.0 * math.sin(k / 6.0) + rng.normal(0.0, 0.5)
        bench.step(0.1)
        turns += bench.moving
    assert turns == 0
    widths = {round(crop.width, 2) for _, crop in _crops(bench)[before + 20 :]}
    assert len(widths) <= 3


def test_somebody_at_the_very_edge_of_turning_does_not_make_it_hunt() -> None:
    bench = _call(ana=Somebody(0.0))
    starts = 0
    for k in range(160):
        bench.people["ana"].azimuth_deg = 22.0 + (1.5 if k % 2 else -1.5)
        was = bench.moving
        bench.step(0.25)
        starts += bench.moving and not was
    assert starts <= 1


@pytest.mark.parametrize(("style", "side"), [("left", -1), ("right", 1), ("centre", 0)])
def test_the_framing_puts_people_where_asked(style: str, side: int) -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(0.0)
    bench.step(0.3)
    bench.ask(SetFraming(style=FramingStyle(style)))
    bench.ask(SetMode(mode=Mode.CALL), 6.0)
    state, crop = _crops(bench)[-1]
    place = (_x(0.0, state.yaw_deg) - crop.x) / crop.width - 0.5
    if side == 0:
        assert abs(place) < 0.08
    else:
        assert place * side > 0.08


def test_a_region_and_a_selected_person_are_framed() -> None:
    bench = _call(ana=Somebody(-20.0), ben=Somebody(25.0))
    ana = next(track for track in bench.last.tracks.tracks if track.azimuth_deg < 0.0)
    bench.ask(SelectPerson(track_id=ana.track_id), 6.0)
    assert _aimed_deg(*_crops(bench)[-1]) == pytest.approx(-20.0, abs=4.0)
    bench.ask(SetRegion(azimuth_deg=50.0, width_deg=50.0), 6.0)
    assert _aimed_deg(*_crops(bench)[-1]) == pytest.approx(50.0, abs=3.0)
    assert bench.yaw_deg > 20.0, "the screen helps"


def test_nobody_left_widens_the_shot() -> None:
    bench = _call(ana=Somebody(10.0))
    narrow = _crops(bench)[-1][1].width
    bench.people.clear()
    bench.step(12.0)
    assert _crops(bench)[-1][1].width > max(narrow, 0.95)
    assert bench.hold is HoldReason.NOBODY_THERE


@pytest.mark.long
@given(
    places=st.lists(st.tuples(st.floats(-180, 180), st.sampled_from([0.0, 0.3, 2.0, 9.0, math.nan])), max_size=5),
    zoom=st.floats(1.0, 4.0),
)
def test_the_crop_is_always_a_part_of_the_picture(places: list[tuple[float, float]], zoom: float) -> None:
    bench = Bench(tuning={"call.crop_zoom_max": zoom})
    for index, (azimuth_deg, metres) in enumerate(places):
        bench.people[str(index)] = Somebody(azimuth_deg, distance_m=metres, sighting_id=index + 1)
    bench.ask(SetMode(mode=Mode.CALL), 1.0)
    for _, crop in _crops(bench):
        assert -1e-9 <= crop.x <= crop.x + crop.width <= 1.0 + 1e-9
        assert -1e-9 <= crop.y <= crop.y + crop.height <= 1.0 + 1e-9
        assert crop.width > 0.0
