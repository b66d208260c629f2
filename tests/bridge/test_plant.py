"""The motor plant: it follows, it sticks, it stops, it never makes energy, and it repeats itself bit for bit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_bridge.body.plant import SUBSTEP_S, SUBSTEPS, Plant
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorMode
from simulator.runtime.seeds import stream

FACTS = MotorFacts()


def move(tick: int, yaw_deg: float, rate_dps: float = 0.0, accel_dps2: float = 0.0) -> MotorCommand:
    return MotorCommand(
        tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, accel_dps2=accel_dps2
    )


def smooth(tick: int, *, way_deg: float, lasts_s: float) -> MotorCommand:
    """The set point at the end of a tick on a way of minimum jerk."""
    s = min(1.0, (tick + 1) * TICK_S / lasts_s)
    pace, bend = 30 * (s * (1 - s)) ** 2, 60 * s * (1 - s) * (1 - 2 * s)
    done = s**3 * (10 - 15 * s + 6 * s * s)
    return move(tick, way_deg * done, way_deg * pace / lasts_s, way_deg * bend / lasts_s**2)


def test_follows_a_smooth_way_within_half_a_degree() -> None:
    plant = Plant(FACTS, rng=stream(1, "plant"))
    plant.drive.enable()
    worst = 0.0
    for tick in range(200):
        command = smooth(tick, way_deg=90.0, lasts_s=1.2)
        plant.drive.command(command)
        plant.advance()
        worst = max(worst, abs(plant.yaw_deg - command.yaw_deg))
    assert worst < 0.5
    assert abs(plant.yaw_deg - 90.0) < 0.3
    assert plant.rate_dps == pytest.approx(0.0, abs=0.01)


def test_without_enable_no_command_makes_torque() -> None:
    plant = Plant(FACTS)
    for tick in range(50):
        plant.drive.command(move(tick, 45.0, 90.0))
        plant.advance()
    assert plant.drive.mode == MotorMode.OFF
    assert plant.screen_rad == 0.0
    assert plant.drive.torque_nm == 0.0


def test_enable_holds_where_the_screen_is_not_where_it_was_sent() -> None:
    plant = Plant(FACTS, yaw_deg=33.0)
    plant.drive.command(move(0, -60.0))
    plant.drive.enable()
    plant.advance(substeps=200)
    assert abs(plant.yaw_deg - 33.0) < 0.1


def test_stop_from_full_speed_ends_within_the_promised_time() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    for tick in range(80):
        rate = min(180.0, 3.6 * (tick + 1))
        plant.drive.command(move(tick, plant.yaw_deg + rate * TICK_S, rate))
        plant.advance()
    assert plant.rate_dps > 165.0
    start_deg, ticks = plant.yaw_deg, 0
    plant.drive.command(MotorCommand(tick=80, seq=80, kind=CommandKind.STOP))
    while abs(plant.rate_dps) > 1.0:
        plant.advance()
        ticks += 1
    assert ticks <= 23  # 230 ms
    assert plant.yaw_deg - start_deg < 40.0
    plant.advance(substeps=100)
    assert plant.drive.mode == MotorMode.HOLDING


def test_stop_lets_go_of_stored_torque() -> None:
    """A set point that ran away into a wall must not push on after the stop."""
    plant = Plant(FACTS)
    plant.drive.enable()
    plant.drive.command(move(0, 20.0))

    def against_wall(substeps: int) -> None:
        for _ in range(substeps):
            plant.substep()
            plant.strike(change_rps=-max(0.0, plant.screen_rps), screen_rad=plant.screen_rad)

    against_wall(20)
    assert plant.drive.torque_nm > 0.9
    plant.drive.command(MotorCommand(tick=1, seq=1, kind=CommandKind.STOP))
    against_wall(10)
    assert abs(plant.drive.torque_nm) < FACTS.coulomb_nm


def test_set_point_that_nobody_renews_is_not_run_after() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    plant.drive.command(move(0, 0.6, 60.0))
    for _ in range(100):
        plant.advance()
    assert abs(plant.yaw_deg - 0.6) < 0.5


@pytest.mark.parametrize("torque_nm", [0.07, -0.07])
def test_stiction_holds_a_free_screen_below_its_limit_and_lets_go_above(torque_nm: float) -> None:
    plant = Plant(FACTS)
    for share in range(100):  # slowly, so that the play is closed before the push is strong
        plant.advance(external_nm=torque_nm * share / 100)
    held_deg = plant.yaw_deg
    plant.advance(substeps=500, external_nm=torque_nm)
    assert plant.yaw_deg == held_deg
    assert abs(held_deg) < 2 * FACTS.backlash_deg
    plant.advance(substeps=500, external_nm=torque_nm * 1.5)
    assert abs(plant.yaw_deg) > 10 * FACTS.backlash_deg


def test_torque_limit_of_the_command_holds() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    plant.drive.command(MotorCommand(tick=0, seq=0, kind=CommandKind.MOVE, yaw_deg=30.0, torque_limit_nm=0.2))
    torques = []
    for _ in range(50):
        plant.substep(-1.0 if plant.screen_rad > 0 else 0.0)
        torques.append(abs(plant.drive.torque_nm))
    assert 0.19 < max(torques) <= 0.2


def test_torque_that_comes_back_holds_where_the_screen_is_now() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    limp = MotorCommand(tick=0, seq=0, kind=CommandKind.STOP, torque_limit_nm=0.0)
    plant.drive.command(limp)
    plant.advance(substeps=100, external_nm=0.6)
    plant.advance(substeps=2000)  # until it has come to rest
    pushed_deg = plant.yaw_deg
    assert abs(pushed_deg) > 10.0
    plant.drive.command(MotorCommand(tick=1, seq=1, kind=CommandKind.HOLD))
    plant.advance(substeps=500)
    assert plant.yaw_deg == pytest.approx(pushed_deg, abs=1.0)


def test_play_moves_the_screen_without_the_encoder() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    encoder = plant.drive.yaw_deg
    for share in range(100):
        plant.advance(
            external_nm=0.025 * share / 100
        )  # in the end more than the bearing's friction, less than the motor's
    assert plant.yaw_deg == pytest.approx(FACTS.backlash_deg / 2, abs=0.01)
    assert plant.drive.yaw_deg == encoder


def test_encoder_speaks_in_counts() -> None:
    plant = Plant(FACTS, yaw_deg=12.34)
    plant.advance()
    counts = plant.drive.yaw_deg / (360.0 / FACTS.encoder_counts)
    assert counts == pytest.approx(round(counts), abs=1e-9)
    assert abs(plant.drive.yaw_deg - 12.34) <= 0.5 * 360.0 / FACTS.encoder_counts


def test_answer_comes_after_the_loop_delay() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    plant.advance()
    plant.drive.command(move(0, 10.0))
    torques = []
    for _ in range(3):
        plant.substep()
        torques.append(plant.drive.torque_nm)
    assert torques[0] == pytest.approx(0.0, abs=1e-6)  # 2 ms of delay are one substep
    assert torques[1] > 0.5


def test_fault_takes_the_torque_away_until_cleared() -> None:
    plant = Plant(FACTS)
    plant.drive.enable()
    plant.drive.command(move(0, 10.0))
    plant.advance()
    plant.drive.fail("overheated")
    plant.advance(substeps=10)
    plant.drive.enable()
    plant.drive.command(move(1, 20.0))
    plant.advance()
    assert plant.drive.mode == MotorMode.FAULT
    assert abs(plant.drive.torque_nm) < 1e-3
    plant.drive.clear()
    assert plant.drive.mode == MotorMode.OFF


MOTIONS = st.floats(-6.0, 6.0)


@given(motor_rps=MOTIONS, screen_rps=MOTIONS, yaw_deg=st.floats(-170, 170), at=st.floats(-0.5, 0.5))
@settings(max_examples=settings().max_examples * 3 // 2)
def test_left_alone_it_only_loses_energy(motor_rps: float, screen_rps: float, yaw_deg: float, at: float) -> None:
    plant = Plant(FACTS, yaw_deg=yaw_deg)
    plant.motor_rad -= math.radians(at * FACTS.backlash_deg)
    plant.motor_rps, plant.screen_rps = motor_rps, screen_rps
    energy_j = plant.energy_j
    for _ in range(300):
        plant.substep()
        assert plant.energy_j <= energy_j + 1e-12
        energy_j = plant.energy_j


@given(pushes=st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=40))
def test_a_push_never_gives_more_than_its_work(pushes: list[float]) -> None:
    plant = Plant(FACTS)
    work_j, start_j = 0.0, plant.energy_j
    for push_nm in pushes:
        for _ in range(SUBSTEPS):
            before_rps = plant.screen_rps
            plant.substep(push_nm)
            # the impulse acts while the speed goes from before to after: work is its mean
            work_j += push_nm * SUBSTEP_S * 0.5 * (before_rps + plant.screen_rps)
    assert plant.energy_j - start_j <= work_j + 1e-9


@pytest.mark.parametrize("push_nm", [0.2, -0.5])
def test_one_step_and_two_halves_of_it_agree(push_nm: float) -> None:
    """The answer is that of the equations, not of the step: halving it changes little, halving it again half as little."""
    ways = []
    for halves in (1, 2, 4):
        plant = Plant(FACTS, substep_s=SUBSTEP_S / halves)
        plant.screen_rps = plant.motor_rps = 1.0
        plant.advance(substeps=40 * halves, external_nm=push_nm)  # 80 ms of a push
        plant.advance(substeps=300 * halves)  # and 600 ms of running down
        ways.append(plant.yaw_deg)
    assert abs(ways[0] - ways[1]) < 0.02 * abs(ways[2])
    assert abs(ways[1] - ways[2]) < 0.7 * abs(ways[0] - ways[1])


def test_two_ways_to_count_time_agree() -> None:
    """Ten substeps at once, or five and five: the same bits."""
    one, two = Plant(FACTS, rng=stream(3, "plant")), Plant(FACTS, rng=stream(3, "plant"))
    for plant in (one, two):
        plant.drive.enable()
        plant.drive.command(move(0, 5.0, 20.0))
    one.advance(substeps=10, external_nm=0.1)
    two.advance(substeps=5, external_nm=0.1)
    two.advance(substeps=5, external_nm=0.1)
    assert (one.motor_rad, one.screen_rad, one.motor_rps, one.screen_rps) == (
        two.motor_rad, two.screen_rad, two.motor_rps, two.screen_rps,
    )  # fmt: skip
    assert one.drive.measured_torque_nm() == two.drive.measured_torque_nm()


def test_snapshot_restores_to_the_bit() -> None:
    plant = Plant(FACTS, rng=stream(4, "plant"))
    plant.drive.enable()

    def go(first: int) -> list[tuple[float, float, float]]:
        told = []
        for tick in range(first, first + 60):
            plant.drive.command(smooth(tick, way_deg=40.0, lasts_s=0.9))
            plant.advance(external_nm=0.05 * math.sin(tick))
            told.append((plant.yaw_deg, plant.drive.yaw_deg, plant.drive.measured_torque_nm()))
        return told

    go(0)
    state = plant.snapshot()
    first = go(60)
    plant.restore(state)
    assert go(60) == first


def test_a_screen_that_rests_is_not_solved_and_yet_the_same_to_the_bit() -> None:
    facts = MotorFacts(backlash_deg=0.3, cable_nm_per_rad=0.02)
    quick, thorough = (Plant(facts, rng=stream(7, "plant"), yaw_deg=5.0) for _ in range(2))
    thorough._motor_stands_nm = thorough._screen_stands_nm = 0.0  # solves every substep
    chance = stream(8, "orders")
    rested = 0
    for plant in (quick, thorough):
        plant.drive.enable()
    for tick in range(3000):
        push_nm = float(chance.choice([0.0, 0.0, 0.0, 0.02, 0.05, -0.3]))
        goal_deg = 5.0 + 3.0 * (tick // 500 % 2)
        kind = chance.choice([CommandKind.MOVE, CommandKind.HOLD, CommandKind.FREE], p=[0.2, 0.79, 0.01])
        for plant in (quick, thorough):
            plant.drive.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind(kind), yaw_deg=goal_deg))
            plant.advance(external_nm=push_nm)
        rested += quick.motor_rps == quick.screen_rps == 0.0
        assert quick.snapshot()[0] == thorough.snapshot()[0], tick
        assert quick.drive.snapshot()[:2] == thorough.drive.snapshot()[:2], tick
    assert 300 < rested < 2700
