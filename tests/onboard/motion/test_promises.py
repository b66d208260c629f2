"""The promises of a safe motion (P3 to P10) that the stack keeps, each as one named test over the real plant."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from simulator.onboard.messages import (
    TICK_S,
    BackDrive,
    CommandKind,
    Contact,
    HoldReason,
    Mode,
    SetBackDrive,
    SetRange,
    Shutter,
    Stop,
    TurnTo,
)
from simulator.onboard.motion.profile import STOP_JERK_DPS3
from simulator.world.spec import ThingSpec
from simulator.world.touch_traces import library
from tests.onboard.mindkit import SETTINGS, Bench

FAST = {"motion.max_rate_dps": 180.0, "motion.max_accel_dps2": 360.0, "motion.max_jerk_dps3": 7200.0}
POST = ThingSpec(name="post", kind="column", at=(2.37, 1.90), size=(0.05, 0.05))


def _turning(bench: Bench, rate_dps: float) -> None:
    bench.step(0.2)
    bench.ask(TurnTo(angle_deg=89.0))
    bench.until(lambda b: b.commands[-1].rate_dps > rate_dps, limit_s=3.0)


@pytest.mark.parametrize("how", ["stop request", "shutter", "fault of the range"])
def test_p3_a_stop_begins_within_a_tick_and_ends_within_230_ms(how: str) -> None:
    bench = Bench(tuning=FAST, start_yaw_deg=-89.0)
    _turning(bench, 175.0)
    before = bench.commands[-1]
    if how == "stop request":
        bench.ask(Stop())
    elif how == "shutter":
        bench.shutter = Shutter.CLOSED
        bench.step()
    else:
        bench.ask(SetRange(range=None, client=SETTINGS))
    assert bench.commands[-1].rate_dps < before.rate_dps, "the first set point already brakes"
    rest_s = bench.until(lambda b: b.commands[-1].rate_dps == 0.0, limit_s=1.0)
    assert rest_s + TICK_S <= 0.23
    decel = [abs(b.accel_dps2) for b in bench.commands]
    assert max(decel) <= 1080.0 + 1e-6


def test_p3_a_stop_wins_over_whatever_is_asked_with_it() -> None:
    bench = Bench(tuning=FAST)
    _turning(bench, 100.0)
    bench.step(requests=(TurnTo(angle_deg=-80.0), Stop()))
    bench.step(1.0)
    assert bench.hold is HoldReason.POLICY
    assert not bench.moving


def test_p4_commands_stay_inside_the_envelope() -> None:
    bench = Bench(arc=(-60.0, 60.0))
    limits = bench.tuning.motion
    for angle_deg in (50.0, -70.0, 400.0, 3.0, -59.0, 61.0):
        bench.ask(TurnTo(angle_deg=angle_deg), 0.7)
    bench.ask(Stop(), 0.5)
    commands = [command for command in bench.commands if command.kind is not CommandKind.FREE]
    assert max(abs(c.rate_dps) for c in commands) <= limits.max_rate_dps + 1e-6
    assert max(abs(c.yaw_deg) for c in commands) <= 60.0 + 0.05
    for a, b in pairwise(commands):
        hard = abs(b.accel_dps2) > limits.max_accel_dps2 + 1e-6 or b.tick >= commands[-1].tick - 60
        jerk = STOP_JERK_DPS3 if hard else limits.max_jerk_dps3
        cut = abs(a.accel_dps2) if hard and a.accel_dps2 * a.rate_dps > 0.0 else 0.0
        assert abs(b.accel_dps2 - a.accel_dps2) <= jerk * TICK_S + cut + 1e-3
    assert max(abs(state.yaw_deg) for state in bench.states) <= 61.0


def test_p4_a_slider_takes_effect_only_inside_the_device_limits() -> None:
    bench = Bench(tuning=FAST)
    bench.facts = bench.facts.model_copy(update={"motor": bench.facts.motor.model_copy(update={"max_rate_dps": 40.0})})
    from simulator.onboard.angles import RangeOfMotion
    from simulator.onboard.messages import Setup
    from simulator.onboard.stack import Mind

    bench.mind = Mind(bench.facts, Setup(range=RangeOfMotion(min_deg=-90.0, max_deg=90.0)))
    bench.ask(TurnTo(angle_deg=80.0), 3.0)
    assert max(abs(c.rate_dps) for c in bench.commands) <= 40.0 + 1e-6


@pytest.mark.parametrize("rate_dps", [30.0, 60.0, 90.0])
def test_p5_a_bump_lets_go_in_50_ms_retreats_2_degrees_and_blocks_that_side(rate_dps: float) -> None:
    bench = Bench(things=(POST,), tuning={"motion.max_rate_dps": rate_dps, "motion.max_accel_dps2": 360.0})
    bench.ask(TurnTo(angle_deg=85.0))
    hit_tick, released_tick, pushed = None, None, 0
    for _ in range(500):
        bench.step()
        if bench.body.contact_force_n > 0.0:
            hit_tick = bench.tick if hit_tick is None else hit_tick
            pushed += 1
        if hit_tick is not None and released_tick is None and bench.commands[-1].kind is CommandKind.FREE:
            released_tick = bench.tick
    assert hit_tick is not None
    assert released_tick is not None
    assert (released_tick - hit_tick) * 10 <= 50
    assert pushed * 10 <= 250
    assert bench.last.motion.body.blocked_left
    assert not bench.last.motion.body.blocked_right
    hit_yaw = max(state.yaw_deg for state in bench.states)
    assert bench.yaw_deg == pytest.approx(hit_yaw - 2.0, abs=0.6)
    assert HoldReason.BLOCKED_LEFT in bench.holds()
    # The side stays blocked for what was wanted, the other side is free, and a new reason opens it again.
    bench.ask(TurnTo(angle_deg=10.0), 2.0)
    assert bench.yaw_deg == pytest.approx(10.0, abs=1.0)
    bench.ask(TurnTo(angle_deg=30.0), 2.0)
    assert bench.yaw_deg == pytest.approx(30.0, abs=1.0)
    assert not bench.last.motion.body.blocked_left


@pytest.mark.parametrize(
    ("to_deg", "for_s", "profile"), [(40.0, 1.0, ""), (40.0, 2.0, ""), (-30.0, 1.5, ""), (30.0, 1.0, "palm")]
)
def test_p6_a_hand_meets_no_resistance_after_400_ms_and_its_direction_is_kept(
    to_deg: float, for_s: float, profile: str
) -> None:
    bench = Bench()
    bench.step(0.5)
    bench.hand("turn", to_deg=to_deg, for_s=for_s, profile=profile)
    felt_tick, free_tick = None, None
    for _ in range(round(for_s * 100) + 30):
        bench.step()
        if felt_tick is None and abs(bench.body.hand_torque_nm) > bench.tuning.bump.bump_torque_nm:
            felt_tick = bench.tick
        if free_tick is None and bench.commands[-1].kind is CommandKind.FREE:
            free_tick = bench.tick
    assert felt_tick is not None
    assert free_tick is not None
    assert (free_tick - felt_tick) * 10 <= 400
    bench.until(lambda b: b.last.motion.body.contact is not Contact.HAND, limit_s=2.0)
    turned_deg = bench.yaw_deg
    assert turned_deg == pytest.approx(to_deg, abs=2.0)
    # A wake word from the other side does not push back for three seconds; then it is a new reason.
    bench.step(2.8, wake=-to_deg)
    assert bench.yaw_deg == pytest.approx(turned_deg, abs=0.5)
    assert bench.hold is HoldReason.MANUAL
    bench.step(1.0)
    assert bench.last.intent.mode is Mode.MANUAL
    bench.step(3.0, wake=-to_deg)
    assert bench.yaw_deg == pytest.approx(-to_deg, abs=3.0)


@pytest.mark.parametrize("name", sorted(library()))
@pytest.mark.parametrize("turning", [False, True])
def test_p7_touch_is_not_a_hand(name: str, turning: bool) -> None:
    bench = Bench()
    bench.step(0.3)
    if turning:
        bench.ask(TurnTo(angle_deg=60.0), 0.1)
    bench.hand(name.split("-")[0], profile=name)
    bench.step(4.0)
    assert Mode.MANUAL not in {report.intent.mode for report in bench.reports}
    assert Contact.HAND not in {report.motion.body.contact for report in bench.reports}
    if not turning:
        assert max(abs(state.yaw_deg) for state in bench.states) < 1.0


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("shutter", HoldReason.SHUTTER_CLOSED),
        ("ambiguous", HoldReason.SOUND_AMBIGUOUS),
        ("range", HoldReason.RANGE_NOT_SET),
    ],
)
def test_p8_closed_ambiguous_or_not_set_up_means_no_motion_and_says_so(why: str, reason: HoldReason) -> None:
    bench = Bench(arc=None if why == "range" else (-90.0, 90.0))
    if why == "shutter":
        bench.shutter = Shutter.CLOSED
    elif why == "ambiguous":
        bench.sound_from = (-70.0,)
    bench.step(0.5)
    bench.step(1.0, wake=70.0)
    assert bench.hold is reason
    if why != "ambiguous":
        bench.ask(TurnTo(angle_deg=60.0), 1.0)
        assert bench.hold is reason
    assert all(command.rate_dps == 0.0 for command in bench.commands)
    assert abs(bench.yaw_deg) < 0.5


FAULTS = {
    "motor": HoldReason.FAULT,
    "shutter": HoldReason.SHUTTER_CLOSED,
    "range": HoldReason.RANGE_NOT_SET,
    "hand": HoldReason.HAND_ON_SCREEN,
    "camera": HoldReason.SENSOR_LOST,
}


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_p10_of_several_faults_at_once_the_most_severe_wins(count: int) -> None:
    for together in combinations(FAULTS, count):
        bench = Bench()
        _turning(bench, 50.0)
        if "hand" in together:
            bench.hand("turn", to_deg=-60.0, for_s=4.0)
            bench.until(lambda b: b.last.motion.body.contact is Contact.HAND, limit_s=2.0)
        bench.camera_works = "camera" not in together
        bench.shutter = Shutter.CLOSED if "shutter" in together else Shutter.OPEN
        bench.fault = "overheated" if "motor" in together else ""
        if "range" in together:
            bench.ask(SetRange(range=None, client=SETTINGS))
        bench.step(1.1)
        expected = next(reason for name, reason in FAULTS.items() if name in together)
        assert bench.hold is expected, together
        assert not bench.moving, together
        kind = bench.commands[-1].kind
        assert kind is CommandKind.STOP if "motor" in together else kind is not CommandKind.MOVE, together


def test_p9_slow_legal_moves_are_never_taken_for_a_stall() -> None:
    bench = Bench()
    bench.step(0.2)
    for index, rate_dps in enumerate((5.0, 7.0, 10.0, 20.0, 5.0, 40.0)):
        bench.ask(TurnTo(angle_deg=10.0 if index % 2 == 0 else 0.0, rate_dps=rate_dps), 10.0 / rate_dps + 1.5)
    contacts = {report.motion.body.contact for report in bench.reports}
    assert contacts == {Contact.NONE}
    assert not any(r.motion.body.blocked_left or r.motion.body.blocked_right for r in bench.reports)


def test_back_drive_off_holds_against_a_hand_and_free_never_resists() -> None:
    stiff = Bench()
    stiff.ask(SetBackDrive(back_drive=BackDrive.OFF, client=SETTINGS), 0.2)
    stiff.hand("turn", to_deg=40.0, for_s=1.0)
    stiff.step(2.0)
    assert not any(command.kind is CommandKind.FREE for command in stiff.commands)
    loose = Bench()
    loose.ask(SetBackDrive(back_drive=BackDrive.FREE, client=SETTINGS), 0.2)
    assert loose.commands[-1].kind is CommandKind.FREE
    loose.hand("turn", to_deg=40.0, for_s=1.0)
    loose.step(2.0)
    assert loose.yaw_deg == pytest.approx(40.0, abs=3.0)
