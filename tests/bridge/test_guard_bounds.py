"""The guard's limits to the last thousandth of a degree, from both sides: exactly on the bound passes, one more does not."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hardware_bridge.guard import STALE_TICKS, Guard, GuardPhase
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode, MotorState

FACTS = MotorFacts()
ACCEL, JUMP, RANGE = "acceleration held to 360°/s²", "jump of the goal smoothed", "kept inside the range of motion"
WIDE = RangeOfMotion(min_deg=-200.0, max_deg=150.0)


class Bench:
    """A guard in the middle of a move, its state given in thousandths."""

    def __init__(self, pos: int = 0, rate: int = 0, *, kind: CommandKind = CommandKind.MOVE, arc: RangeOfMotion = WIDE):
        self.guard = Guard(FACTS, arc)
        assert self.guard.enable()
        self.guard._pos, self.guard._rate, self.guard._kind = pos, rate, kind
        self.pos, self.tick = pos, 0
        self.sent = MotorCommand(tick=0, seq=0, kind=CommandKind.HOLD)

    def says(
        self,
        pos: int,
        rate: int,
        *,
        kind: CommandKind = CommandKind.MOVE,
        measured: int | None = None,
        measured_rate: int = 0,
        accel: int = 0,
        torque_nm: float = 1.0,
    ) -> str:
        """What the guard says of a set point in thousandths."""
        self.tick += 1
        command = MotorCommand(
            tick=self.tick,
            seq=self.tick,
            kind=kind,
            yaw_deg=pos / 1000,
            rate_dps=rate / 1000,
            accel_dps2=accel / 1000,
            torque_limit_nm=torque_nm,
        )
        state = MotorState(
            tick=self.tick,
            yaw_deg=(self.pos if measured is None else measured) / 1000,
            rate_dps=measured_rate / 1000,
            torque_nm=0.0,
            mode=MotorMode.MOVING,
        )
        self.sent, words = self.guard.filter(command, state, self.tick)
        return words


def step(rate_before: int, rate: int) -> int:
    """How far a set point moves in a tick between two speeds."""
    return (rate_before + rate) // 200


@pytest.mark.parametrize("sign", [1, -1])
def test_speeding_up_and_slowing_down(sign: int) -> None:
    for before, rate, words in (
        (20_000, 23_605, ""),
        (20_000, 23_606, ACCEL),
        (20_000, 9_195, ""),  # slowing down may be three times as hard
        (20_000, 9_194, ACCEL),
        (5_000, 0, ""),
        (5_000, -1, ACCEL),  # through zero is a start in the other direction
        (3_000, -605, ""),
        (3_000, -606, ACCEL),
        (0, 3_605, ""),
        (0, 3_606, ACCEL),
        (0, 0, ""),
        (10_000, 10_000, ""),
        (10_805, 0, ""),
        (10_806, 0, ACCEL),
    ):
        bench = Bench(0, sign * before)
        assert bench.says(step(sign * before, sign * rate), sign * rate) == words, (before, rate)


@pytest.mark.parametrize("sign", [1, -1])
def test_top_speed(sign: int) -> None:
    for rate, words in ((180_000, ""), (180_005, ""), (180_006, "speed held to 180°/s")):
        bench = Bench(0, sign * 180_000)
        assert bench.says(step(sign * 180_000, sign * rate), sign * rate) == words


@pytest.mark.parametrize("sign", [1, -1])
def test_a_position_may_run_ahead_of_its_speeds_by_the_curve_of_a_tick(sign: int) -> None:
    for extra, words in ((20, ""), (-20, ""), (21, JUMP), (-21, JUMP)):
        bench = Bench(50_000, sign * 30_000)
        assert bench.says(50_000 + sign * 300 + extra, sign * 30_000) == words
    bench = Bench(0, sign * 10_000)
    assert bench.says(step(sign * 10_000, sign * 13_000), sign * 13_000) == ""


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", [CommandKind.HOLD, CommandKind.STOP, CommandKind.FREE])
def test_a_start_may_be_off_the_measured_yaw_by_stiction_and_play(sign: int, kind: CommandKind) -> None:
    for away, words in ((1_200, ""), (1_201, JUMP)):
        bench = Bench(99_000, 0, kind=kind)
        assert bench.says(40_000 + sign * away, 0, measured=40_000) == words


@pytest.mark.parametrize("sign", [1, -1])
def test_taking_over_a_coasting_screen(sign: int) -> None:
    for coasts, rate, words in (
        (30_000, 33_605, ""),
        (30_000, 33_606, ACCEL),
        (30_000, 30_000, ""),
        (30_000, 0, ""),
        (30_000, 100, ""),
        (30_000, -3_605, ""),  # from rest the other way
        (30_000, -3_606, ACCEL),
    ):
        bench = Bench(0, 0, kind=CommandKind.FREE)
        assert bench.says(step(sign * rate, sign * rate), sign * rate, measured=0, measured_rate=sign * coasts) == words


def test_ends_of_the_range() -> None:
    arc = RangeOfMotion(min_deg=-40.0, max_deg=60.0)
    for bound, sign in ((60_000, 1), (-40_000, -1)):
        for pos, words in ((bound, ""), (bound + sign, RANGE)):
            bench = Bench(pos - sign * 5, 0, arc=arc)
            bench.guard._pos = bound - sign * 5
            assert bench.says(pos, 0) == words
        # 21.6 deg/s needs 216 thousandths to brake: it may reach 300 past the end and no more
        for distance, words in ((216 - 300, ""), (216 - 301, RANGE)):
            at = bound - sign * distance
            if distance > 0:
                bench = Bench(at - sign * 216, sign * 21_600, arc=arc)
                assert bench.says(at, sign * 21_600) == words
        # 36 deg/s needs 600: 300 before the end is as near as it may come at that speed
        for distance, words in ((300, ""), (299, RANGE)):
            at = bound - sign * distance
            bench = Bench(at - sign * 360, sign * 36_000, arc=arc)
            assert bench.says(at, sign * 36_000) == words
        # away from the end at any speed
        bench = Bench(bound - sign * 200, -sign * 36_000, arc=arc)
        assert bench.says(bound - sign * 560, -sign * 36_000) == ""


def test_outside_the_range_back_is_allowed_and_further_out_is_not() -> None:
    arc = RangeOfMotion(min_deg=-40.0, max_deg=60.0)
    for bound, sign in ((60_000, 1), (-40_000, -1)):
        outside = bound + sign * 10_000
        assert Bench(outside, 0, arc=arc).says(outside, 0) == ""
        assert Bench(outside, 0, arc=arc).says(outside + sign, 0) == RANGE
        bench = Bench(outside, -sign * 10_000, arc=arc)
        assert bench.says(outside - sign * 100, -sign * 10_000) == ""


def test_feed_forward_and_torque() -> None:
    for accel, sent in ((360_000, 360.0), (360_001, 360.0), (-360_000, -360.0), (-400_000, -360.0)):
        bench = Bench(0, 10_000)
        words = bench.says(step(10_000, 12_000), 12_000, accel=accel)
        assert bench.sent.accel_dps2 == sent
        assert words == ("" if abs(accel) <= 360_000 else ACCEL)
    bench = Bench(0, 20_000)
    assert bench.says(step(20_000, 12_000), 12_000, accel=-1_080_000) == ""
    assert bench.sent.accel_dps2 == -1080.0
    for torque_nm, words in ((1.4, ""), (1.400001, "torque held to 1.4 N m"), (0.0, "")):
        assert Bench().says(0, 0, torque_nm=torque_nm) == words


@pytest.mark.parametrize(("field", "most"), [("yaw_deg", 3_600.0), ("rate_dps", 1_800.0), ("accel_dps2", 36_000.0)])
def test_absurd_to_the_thousandth(field: str, most: float) -> None:
    for sign in (1.0, -1.0):
        for value, refused in ((sign * most, False), (sign * (most + 0.001), True)):
            guard = Guard(FACTS, WIDE)
            guard.enable()
            command = replace(MotorCommand(tick=0, seq=0, kind=CommandKind.HOLD), **{field: value})
            state = MotorState(tick=0, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
            assert (guard.filter(command, state, 0)[1] == "command refused: absurd value") is refused


def test_standing_means_below_one_degree_a_second() -> None:
    for rate, after in (
        (999, GuardPhase.STOPPED),
        (-999, GuardPhase.STOPPED),
        (1_000, GuardPhase.BRAKING),
        (-1_000, GuardPhase.BRAKING),
    ):
        bench = Bench(0, 0)
        bench.guard.stop()
        bench.says(0, 0, measured_rate=5_000)
        bench.says(0, 0, measured_rate=rate)
        assert bench.guard.state == after


def test_a_hold_or_a_stop_takes_the_speed_down_as_brakes_do() -> None:
    for kind in (CommandKind.HOLD, CommandKind.STOP):
        for sign in (1, -1):
            for ticks, rate, words in (
                (1, 49_200, ""),
                (1, 53_000, ACCEL),
                (3, 27_600, ""),
                (9, 3_000, ""),
                (9, 8_000, ACCEL),
            ):
                bench = Bench(0, sign * 60_000)
                for _ in range(ticks):
                    assert bench.says(0, 0, kind=kind) == ""
                assert bench.says(step(sign * rate, sign * rate), sign * rate, measured=0) == words, (kind, ticks, rate)


def test_a_missing_range_takes_the_speed_down_too() -> None:
    bench = Bench(0, 60_000)
    bench.guard.set_range(None)
    for _ in range(8):
        assert bench.says(0, 60_000) == "range of motion not set: not moved"
    bench.guard.set_range(WIDE)
    assert bench.says(0, 60_000, measured=0) == ACCEL
    assert bench.sent.rate_dps <= 3.6
    bench.guard.set_range(None)
    bench.says(0, 0)
    bench.guard.set_range(WIDE)
    assert bench.says(41_000, 0, measured=40_000) == ""  # a start: from where the screen is by now


def test_what_the_guard_sends_of_its_own_is_as_gentle_as_the_planner_was_but_brakes_with_full_torque() -> None:
    bench = Bench(0, 10_000)
    bench.says(100, 10_000, torque_nm=0.3)
    bench.says(200, 10_000, torque_nm=math.nan)
    assert bench.sent.torque_limit_nm == 0.3
    bench.says(20_000, 0, torque_nm=0.2)
    assert (bench.sent.kind, bench.sent.torque_limit_nm) == (CommandKind.MOVE, 0.2)
    bench.guard.stop()
    bench.says(300, 10_000, torque_nm=0.2, measured_rate=9_000)
    assert (bench.sent.kind, bench.sent.torque_limit_nm) == (CommandKind.STOP, FACTS.torque_limit_nm)


def test_in_silence_a_hold_goes_on_braking_and_a_lost_range_holds() -> None:
    for kind in (CommandKind.HOLD, CommandKind.FREE):
        bench = Bench(0, 60_000)
        bench.says(0, 0, kind=kind)
        assert [sent for _, sent, _ in silence(bench, 3)] == [kind] * 3
        if kind == CommandKind.HOLD:  # four ticks of braking leave 16.8
            assert bench.says(step(45_000, 45_000), 45_000, measured=0) == ACCEL
    bench = Bench(0, 60_000)
    bench.says(600, 60_000)
    bench.guard.set_range(None)
    assert [sent for _, sent, _ in silence(bench, 3)] == [CommandKind.HOLD] * 3


def silence(bench: Bench, ticks: int) -> list[tuple[GuardPhase, CommandKind, float]]:
    """Let the planner repeat itself."""
    told = []
    last = MotorCommand(tick=0, seq=bench.guard._seq or 0, kind=CommandKind.MOVE)
    for _ in range(ticks):
        bench.tick += 1
        state = MotorState(
            tick=bench.tick, yaw_deg=bench.guard._pos / 1000, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.MOVING
        )
        sent, _ = bench.guard.filter(replace(last, tick=bench.tick), state, bench.tick)
        told.append((bench.guard.state, sent.kind, sent.rate_dps))
    return told


def test_the_first_command_of_all_may_be_missing_or_senseless() -> None:
    guard = Guard(FACTS, WIDE)
    state = MotorState(tick=0, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.OFF)
    sent, words = guard.filter(MotorCommand(tick=0, seq=0, kind=CommandKind.MOVE, yaw_deg=math.nan), state, 0)
    assert (sent.kind, words) == (CommandKind.FREE, "motor not enabled")
    guard.enable()
    for tick in range(STALE_TICKS):
        assert guard.state == GuardPhase.LIVE
        guard.filter(
            MotorCommand(tick=tick - 50, seq=1, kind=CommandKind.MOVE), replace(state, mode=MotorMode.HOLDING), tick
        )
    assert guard.state == GuardPhase.WAITING


def test_enabling_again_and_again_is_no_sign_of_life() -> None:
    bench = Bench()
    bench.says(0, 0)
    for _ in range(12):
        assert not bench.guard.enable()
        silence(bench, 1)
    assert bench.guard.state in (GuardPhase.BRAKING, GuardPhase.STOPPED)


def test_slowing_in_silence_takes_the_usual_deceleration_either_way_and_ends_at_rest() -> None:
    for sign in (1, -1):
        bench = Bench(0, sign * 10_000)
        bench.says(sign * 100, sign * 10_000)
        told = silence(bench, 9)
        rates = [rate for _, _, rate in told]
        assert rates[:4] == [sign * 10.0] * 4
        assert rates[4:] == pytest.approx([sign * 6.4, sign * 2.8, 0.0, 0.0, 0.0])


def test_far_goals_are_approached_by_thousandths() -> None:
    """One tick from rest to far goals and near ones, both ways."""
    for sign in (1, -1):
        for goal, rate, pos in (
            (100_000, 3_600, 18),  # as fast as acceleration allows
            (1_221, 3_600, 18),
            (30, 3_000, 15),  # no faster than it takes to be there in a tick
            (22, 2_200, 11),
        ):
            bench = Bench(0, 0)
            assert bench.says(sign * goal, 0) == JUMP
            assert bench.sent.rate_dps == sign * rate / 1000
            assert bench.sent.yaw_deg == pytest.approx(sign * pos / 1000, abs=0.0011)
    bench = Bench(0, 60_000)
    bench.says(1_000, 60_000 + 20_000)  # near: three quarters of the deceleration end there
    assert bench.sent.rate_dps == pytest.approx(56.4)
    bench = Bench(0, 20_000)
    bench.says(1_000, 0)
    assert bench.sent.rate_dps == pytest.approx(math.isqrt(3 * 360_000 * 1_000 // 2) / 1000)


def test_near_the_end_an_illegal_command_brakes_with_all_it_may() -> None:
    arc = RangeOfMotion(min_deg=-60.0, max_deg=60.0)
    for sign in (1, -1):
        # after one tick of the usual braking 56.4 deg/s are left; they need 1472 thousandths to brake and 564 for the tick
        for distance, left in ((2_036, 56_400), (2_035, 49_200), (500, 49_200)):
            bench = Bench(sign * (60_000 - distance), sign * 60_000, arc=arc)
            bench.says(sign * 200_000, sign * 63_600)
            assert bench.sent.rate_dps * 1000 == sign * left
        bench = Bench(sign * 60_500, sign * 5_000, arc=arc)  # beyond the end: to rest at once
        bench.says(sign * 70_000, sign * 5_000)
        assert bench.sent.rate_dps == 0.0
