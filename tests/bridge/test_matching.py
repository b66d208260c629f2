"""Matching, profiles and the mirror: planted parameters come back, and other devices' profiles are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import Guard, GuardedMotor
from hardware_bridge.matching import compare_twins, device_profile, fit, programme, readings, slow_parts
from hardware_bridge.matching.twin import twin_behind
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import ParameterFitted
from hardware_bridge.proofs.planted import planted_match
from hardware_bridge.rigs.emulated import OnVirtualTime, emulate
from hardware_bridge.rigs.side_by_side import SideBySideRig, compare
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode, MotorState


@pytest.mark.long
def test_what_was_planted_comes_back_and_a_held_out_move_is_predicted(rng, monkeypatch):
    """With few twins, so with wider errors than the benchmark's."""
    monkeypatch.setattr(compare_twins, "FIRST_TWINS", 1)
    monkeypatch.setattr(compare_twins, "TWINS", 3)
    truth, found = planted_match(rng)
    for name, most in MOST_WRONG.items():
        assert found.estimates[name].known, name
        assert found.estimates[name].value == pytest.approx(truth[name], rel=most), name
    assert found.estimates["loop_delay_ms"].value == pytest.approx(truth["loop_delay_ms"], abs=0.4)
    assert found.held_out_rms_deg < 0.3


# One device with its own chance; the distribution over many is measured by benchmarks/match.py.
MOST_WRONG = {
    "inertia_kgm2": 0.05, "coulomb_nm": 0.05, "stiction_nm": 0.05, "torque_offset_nm": 0.10, "viscous_nms": 0.08,
    "backlash_deg": 0.15,
}  # fmt: skip


def _behind(kind, *, chance=7, **facts):
    return twin_behind(kind)(MotorFacts.model_validate({**MotorFacts().model_dump(), **facts}), chance)


@pytest.mark.parametrize("kind", ["dynamixel", "cia402"])
def test_pulls_find_the_stiction_behind_a_wire(kind, monkeypatch):
    """Also where the wire's torque comes in coarse steps; the slow rise itself adds a few thousandths."""
    monkeypatch.setattr(slow_parts, "PULLS", 2)
    cable = MotorFacts().cable_nm_per_rad
    read = {
        stiction_nm: readings.gave_way_nm(
            slow_parts.pulls(_behind(kind, stiction_nm=stiction_nm), coulomb_nm=0.06), cable_nm_per_rad=cable
        )
        for stiction_nm in (0.074, 0.088)
    }
    for stiction_nm, read_nm in read.items():
        assert read_nm == pytest.approx(stiction_nm + 0.005, abs=0.004)


@pytest.mark.long
def test_slow_turns_find_the_play_behind_a_wire(monkeypatch):
    monkeypatch.setattr(slow_parts, "TURNS", 22)
    monkeypatch.setattr(readings, "PLAYS_DEG", (0.2, 0.4))
    shown = [slow_parts.slow_turns(_behind("dynamixel", backlash_deg=play_deg)) for play_deg in readings.PLAYS_DEG]
    play_deg = readings.scale(shown).read(slow_parts.slow_turns(_behind("dynamixel", backlash_deg=0.3, chance=8)))
    assert play_deg == pytest.approx(0.3, abs=0.03)


def test_taps_find_the_delay_behind_a_wire(monkeypatch):
    monkeypatch.setattr(slow_parts, "TAPS", 24)
    late_ms = [10.0 * slow_parts.tap(_behind("feetech", loop_delay_ms=delay_ms)) for delay_ms in (0.0, 2.0, 4.0)]
    assert np.diff(late_ms) == pytest.approx([2.0, 2.0], abs=0.25)


def test_a_softer_position_loop_is_read_from_the_device_and_given_to_its_twin():
    for kind, share in (("dynamixel", 1.0), ("dynamixel", 0.8), ("feetech", 1.25), ("cia402", 1.0)):
        chance = np.random.Generator(np.random.Philox(1))
        emulated = emulate(kind, facts=MotorFacts(), rng=chance, stiffness_share=share)
        assert emulated.motor.stiffness_share == pytest.approx(share, abs=0.02)
    followed = []
    for share in (0.8, 1.0):
        runner = twin_behind("dynamixel", stiffness_share=share)(MotorFacts(), 3)
        followed.append(programme.record(runner, programme.ramp(0.0, 20.0, rate_dps=60.0, accel_dps2=300.0)).torque_nm)
    assert not np.array_equal(*followed)


def test_without_a_twin_what_a_wire_hides_is_assumed_and_said_to_be(monkeypatch):
    monkeypatch.setattr(compare_twins, "FIRST_TWINS", 1)
    monkeypatch.setattr(compare_twins, "TWINS", 2)
    assert twin_behind("refboard") is None
    plant = Plant(MotorFacts(), rng=np.random.Generator(np.random.Philox(5)))
    found = fit.match(VirtualMotor(plant), twin=None, advance=plant.advance)
    assert found.facts.stiction_nm == pytest.approx(fit.USUAL_STICTION * found.facts.coulomb_nm)
    assert not any(found.estimates[name].known for name in ("stiction_nm", "backlash_deg", "loop_delay_ms"))


class _Still(VirtualMotor):
    """A motor that holds on to its place."""

    def command(self, command):
        return super().command(replace(command, torque_limit_nm=0.0))


def test_a_motor_that_does_not_turn_teaches_nothing():
    plant = Plant(MotorFacts())
    with pytest.raises(PortError, match="hardly turned"):
        fit.match(_Still(plant), advance=plant.advance)
    assert plant.drive.mode is MotorMode.OFF


def test_a_match_tells_how_far_it_is_and_can_be_stopped():
    plant, told = Plant(MotorFacts()), []
    ticks = iter(range(300))
    with pytest.raises(programme.MatchCancelled):
        fit.match(
            VirtualMotor(plant),
            advance=plant.advance,
            progress=lambda what, share: told.append((what, share)),
            goes_on=lambda: next(ticks, None) is not None,
        )
    assert told == [("fast passes", fit.SHARES["fast passes"])]
    assert plant.drive.mode is MotorMode.OFF


def test_the_programme_passes_the_guard_unchanged():
    """What the guard had to change would not be what the fit believes that was asked."""
    facts = MotorFacts()
    guard = Guard(facts, RangeOfMotion(min_deg=-110.0, max_deg=110.0))
    guard.enable()
    state = MotorState(tick=0, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    points = programme.fast_programme(max_rate_dps=facts.max_rate_dps, max_accel_dps2=facts.max_accel_dps2)
    remarks = set()
    for tick, (yaw_deg, rate_dps) in enumerate(points, start=1):
        command = MotorCommand(
            tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.2
        )
        sent, words = guard.filter(command, replace(state, tick=tick), tick)
        remarks.add(words)
        assert sent.yaw_deg == pytest.approx(yaw_deg, abs=0.02)
    assert remarks == {""}


def test_programmes_keep_the_limits_and_come_back():
    for points in (
        programme.fast_programme(max_rate_dps=180.0, max_accel_dps2=360.0),
        programme.held_out(max_rate_dps=60.0, max_accel_dps2=360.0),
    ):
        rates = np.array([rate for _, rate in points])
        assert np.abs(rates).max() <= 180.0
        assert np.abs(np.diff(rates)).max() <= 3.6 + 1e-9
        assert abs(points[-1][0]) < 1e-6


def _match():
    return fit.Match(
        facts=MotorFacts(inertia_kgm2=0.012),
        estimates={"inertia_kgm2": fit.Estimate(value=0.012, error=0.0001)},
        fit_rms_deg=0.1,
        held_out_rms_deg=0.2,
    )


def test_a_profile_is_kept_and_refused_for_another_device(tmp_path):
    path = tmp_path / "p.json"
    made = device_profile.from_match(_match(), device="dynamixel/XM430-W350/47//1", date=date(2026, 11, 21).isoformat())
    device_profile.save(made, path)
    assert device_profile.load(path, device="dynamixel/XM430-W350/47//1") == made
    with pytest.raises(PortError, match="belongs to dynamixel"):
        device_profile.load(path, device="dynamixel/XM430-W350/48//1")


@pytest.mark.parametrize("text", ["", "{}", '{"profile": 7}', "[]"])
def test_a_damaged_profile_is_said_in_one_line(tmp_path, text):
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(PortError, match="profile"):
        device_profile.load(path, device="x")


class _Ticking(VirtualMotor):
    """A virtual motor whose time follows the ticks."""

    def state(self, tick):
        while self.now < tick:
            self.plant.advance()
            self.now += 1
        return super().state(tick)

    now = 0


def _mirrored(rng, facts, ticks=150):
    lead = OnVirtualTime(emulate("dynamixel", facts=facts, rng=rng))
    mirror = SideBySideRig(lead, _Ticking(Plant(MotorFacts())))
    mirror.state(0)
    mirror.enable()
    for tick, (yaw_deg, rate_dps) in enumerate(fit.ramp(0.0, 40.0, rate_dps=60.0, accel_dps2=200.0)[:ticks], start=1):
        mirror.state(tick)
        mirror.command(
            MotorCommand(
                tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.0
            )
        )
    return mirror


def test_two_healthy_motors_agree_and_the_difference_is_said_in_words(rng):
    mirror = _mirrored(rng, MotorFacts())
    assert mirror.alarm == ""
    compared = compare(list(mirror.pairs))
    assert compared.rms_deg < 1.0
    assert "ms" in compared.words


def test_a_screen_that_hardly_turns_any_more_raises_an_alarm(rng):
    stiff = MotorFacts(coulomb_nm=1.2, stiction_nm=1.3)
    mirror = _mirrored(rng, stiff)
    assert "check cable" in mirror.alarm


def test_a_lag_is_found():
    from hardware_bridge.rigs.side_by_side import Pair

    angle = 30.0 / (1.0 + np.exp(-(np.arange(200) - 100) / 8.0))
    late = np.roll(angle, 4)
    late[:4] = angle[0]
    pairs = [
        Pair(tick=k, asked_deg=0.0, lead_deg=float(late[k]), shadow_deg=float(angle[k]), lead_nm=0.0, shadow_nm=0.0)
        for k in range(200)
    ]
    assert compare(pairs).lag_ms == 40.0
    assert compare(pairs).settle_ms == 40.0


class _Falters(VirtualMotor):
    """A motor that reports one late answer, and is well again after a reset."""

    def __init__(self, plant, *, at_tick):
        super().__init__(plant)
        self.at_tick, self.fault, self.resets = at_tick, "", 0

    def state(self, tick):
        self.fault = self.fault or ("no answer" if tick == self.at_tick else "")
        state = super().state(tick)
        return replace(state, mode=MotorMode.FAULT, fault=self.fault) if self.fault else state

    def reset(self):
        self.fault, self.resets = "", self.resets + 1
        super().reset()


def test_a_part_that_the_device_fell_out_of_is_done_again():
    """As after an answer that came too late; a screen that does not do it is not tried again."""
    plant = Plant(MotorFacts())
    motor = _Falters(plant, at_tick=100)
    guarded = GuardedMotor(motor, MotorFacts(), RangeOfMotion(min_deg=-90.0, max_deg=90.0))
    guarded.enable()
    runner = programme.Runner(guarded, advance=plant.advance)
    points = programme.ramp(0.0, 30.0, rate_dps=20.0, accel_dps2=100.0)
    trace = fit._patiently(lambda: programme.record(runner, points), runner)
    assert motor.resets == 1
    assert len(trace) == len(points)
    assert trace.yaw_deg[-1] == pytest.approx(30.0, abs=1.0)
    tries = []

    def blocked():
        tries.append(1)
        raise PortError("is it blocked?")

    with pytest.raises(PortError, match="blocked"):
        fit._patiently(blocked, runner)
    assert len(tries) == 1


def test_what_cannot_be_told_behind_a_wire_is_said_so_and_kept_so(tmp_path):
    found = replace(_match(), estimates={"backlash_deg": fit.Estimate(value=0.15, error=0.0, known=False)})
    device_profile.save(device_profile.from_match(found, device="d", date="2026-11-30"), tmp_path / "p.json")
    assert device_profile.load(tmp_path / "p.json", device="d").estimates["backlash_deg"].known is False
    told = ParameterFitted(name="backlash_deg", value=0.15, error=0.0, known=False)
    assert "not identifiable" in told.sentence
