"""Faults on the wire: a small storm in each run, and single faults with exact answers."""

from __future__ import annotations

import pytest

from hardware_bridge.backends.motor_driver import NoAnswer
from hardware_bridge.emulators.emulated_body import steady
from hardware_bridge.ports import PortError
from hardware_bridge.proofs.storm import Storm
from hardware_bridge.rigs.emulated import KINDS, OnVirtualTime, emulate, new_faults
from hardware_bridge.wires.faults import WireFault
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        ("dynamixel", 700),
        ("feetech", 700),
        ("cia402", 700),
        ("reachy", 300),
        pytest.param("refboard", 120, marks=pytest.mark.process),
    ],
)
def test_a_storm_of_faults_is_safe(kind, faults, rng, request):
    built = request.getfixturevalue("built") if kind == "refboard" else None
    result = Storm(kind, rng=rng, built=built).run(faults)
    assert result.total >= faults
    assert (result.unsafe, result.escaped, result.stuck) == ([], [], [])
    assert result.travelled_deg > 50.0


def _enabled(kind, rng, built=None):
    faults = new_faults(kind, rng=rng)
    emulated = emulate(kind, facts=MotorFacts(), rng=rng, faults=faults, built=built)
    motor = OnVirtualTime(emulated)
    motor.state(0)
    motor.enable()
    return motor, emulated, faults


def _hold(motor, tick):
    motor.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.HOLD, torque_limit_nm=1.0))


@pytest.mark.parametrize(
    "fault",
    [WireFault.LOST, WireFault.LATE, WireFault.CORRUPTED, WireFault.TRUNCATED, WireFault.WRONG_ID, WireFault.NOISE],
)
@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402"])
def test_one_bad_message_is_survived_without_a_fault(kind, fault, rng):
    motor, _, faults = _enabled(kind, rng)
    for tick in range(1, 30):
        if tick == 10:
            faults.plan(fault)
        state = motor.state(tick)
        assert state.fault == "", (tick, state.fault)
        _hold(motor, tick)
    assert faults.counts[fault] == 1


@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402"])
def test_a_lost_supply_is_noticed_and_needs_a_reset(kind, rng):
    motor, emulated, _ = _enabled(kind, rng)
    emulated.device.brown_out()
    for tick in range(1, 40):
        state = motor.state(tick)
        _hold(motor, tick)
    assert state.mode is MotorMode.FAULT
    assert state.fault
    with pytest.raises(PortError, match="reset"):
        motor.enable()
    motor.reset()
    motor.enable()
    assert motor.state(42).fault == ""


def _pushed(motor, emulated, *, first_tick, ticks=80, torque_nm=None):
    """A hand turns the screen and leaves it; with a torque the app goes on asking to hold. Returns where it stands."""
    emulated.body.world = steady(0.16)
    for tick in range(first_tick, first_tick + ticks):
        if tick == first_tick + ticks // 4:
            emulated.body.world = steady(0.0)
        motor.state(tick)
        if torque_nm is not None:
            motor.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.HOLD, torque_limit_nm=torque_nm))
    return emulated.body.yaw_deg


@pytest.mark.parametrize("how", ["supply", "free", "no torque", "stop without torque"])
@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402"])
def test_torque_that_comes_back_holds_where_the_screen_is_now(kind, how, rng):
    motor, emulated, _ = _enabled(kind, rng)
    for tick in range(1, 20):
        motor.state(tick)
        _hold(motor, tick)
    held_deg, tick = emulated.body.yaw_deg, 20
    if how == "supply":
        emulated.device.brown_out()
        pushed_deg = _pushed(motor, emulated, first_tick=tick)
        motor.reset()
        motor.enable()
    elif how == "free":
        motor.free()
        pushed_deg = _pushed(motor, emulated, first_tick=tick)
        motor.enable()
    else:
        pushed_deg = _pushed(motor, emulated, first_tick=tick, torque_nm=0.0)
        if how == "stop without torque":
            motor.state(tick + 80)
            motor.command(MotorCommand(tick=tick + 80, seq=tick + 80, kind=CommandKind.STOP, torque_limit_nm=0.0))
    assert abs(pushed_deg - held_deg) > 4.0
    for tick in range(101, 161):
        assert motor.state(tick).fault == ""
        _hold(motor, tick)
        assert emulated.body.yaw_deg == pytest.approx(pushed_deg, abs=1.0)


@pytest.mark.parametrize("kind", ["dynamixel", "feetech", "cia402"])
def test_torque_whose_switching_on_is_not_confirmed_is_switched_off_again(kind, rng, monkeypatch):
    emulated = emulate(kind, facts=MotorFacts(), rng=rng, faults=new_faults(kind, rng=rng))
    motor, power = emulated.motor, emulated.motor._driver.power

    def unheard(*, on, here_deg):
        power(on=on, here_deg=here_deg)
        if on:
            raise NoAnswer("the last answer was lost")

    monkeypatch.setattr(motor._driver, "power", unheard)
    with pytest.raises(NoAnswer):
        motor.enable()
    emulated.wire.run_until(emulated.wire.now_us + 20_000)
    assert not motor._driver.measure().powered
    assert motor.state(1).mode is MotorMode.OFF


def test_a_wrong_angle_with_a_right_checksum_is_not_believed_at_once(rng):
    motor, emulated, _ = _enabled("feetech", rng)
    loop = emulated.device.loop
    honest = type(emulated.body).encoder_deg
    motor.state(1)
    wrong = emulated.body.encoder_deg + 120.0
    type(emulated.body).encoder_deg = property(lambda body: wrong)
    try:
        motor.state(2)
        _hold(motor, 2)
    finally:
        type(emulated.body).encoder_deg = honest
    assert abs(loop.goal_deg) < 5.0
    assert abs(motor.state(3).yaw_deg) < 1.0


def test_a_servo_that_does_not_answer_costs_a_few_milliseconds_and_no_exception(rng):
    motor, emulated, _ = _enabled("dynamixel", rng)
    emulated.device.alive = False
    for tick in range(1, 30):
        before_us = emulated.wire.now_us
        state = motor.state(tick)
        _hold(motor, tick)
        assert emulated.wire.now_us - before_us <= 20_000
    assert "no answer" in state.fault


def test_faults_come_the_same_way_again():
    import numpy as np

    def counts():
        return Storm("dynamixel", rng=np.random.Generator(np.random.Philox(3))).run(150).faults

    assert counts() == counts()


def test_every_kind_of_motor_is_stormed():
    assert set(KINDS) == {"dynamixel", "feetech", "cia402", "refboard", "reachy"}
