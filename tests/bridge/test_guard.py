"""The guard: every pair of state and event, every refusal, every limit, and what it says about it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise, product

import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import LOST_TICKS, STALE_TICKS, TABLE, Deed, Guard, GuardedMotor, GuardEvent, GuardPhase
from hardware_bridge.ports import PortError
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorMode, MotorState

FACTS = MotorFacts()
RANGE = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
MOVE, HOLD, STOP, FREE = CommandKind.MOVE, CommandKind.HOLD, CommandKind.STOP, CommandKind.FREE


def measured(tick: int, yaw_deg: float = 0.0, rate_dps: float = 0.0, mode: MotorMode = MotorMode.HOLDING) -> MotorState:
    return MotorState(tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_nm=0.0, mode=mode)


def told(tick: int, kind: CommandKind = HOLD, **values: float) -> MotorCommand:
    return MotorCommand(tick=tick, seq=tick, kind=kind, **values)  # type: ignore[arg-type]


class Driven:
    """A guard with a motor that follows exactly, and the tick."""

    def __init__(self, *, enabled: bool = True, range_of_motion: RangeOfMotion | None = RANGE, yaw_deg: float = 0.0):
        self.guard = Guard(FACTS, range_of_motion)
        self.tick, self.yaw_deg, self.rate_dps = 0, yaw_deg, 0.0
        self.mode = MotorMode.HOLDING
        self.words = ""
        self.sent = told(0)
        if enabled:
            assert self.guard.enable()

    def send(self, command: MotorCommand | None = None, **changes: object) -> MotorCommand:
        """One tick with this command (or a repeated one when None)."""
        if command is None:
            command = replace(self.sent, tick=self.tick, seq=-1)
        state = measured(self.tick, self.yaw_deg, self.rate_dps, self.mode)
        self.sent, self.words = self.guard.filter(command, state, self.tick)
        if self.sent.kind == MOVE:
            self.yaw_deg, self.rate_dps = self.sent.yaw_deg, self.sent.rate_dps
        elif self.sent.kind in (STOP, HOLD):
            slower = max(0.0, abs(self.rate_dps) - FACTS.stop_decel_dps2 * TICK_S)
            self.yaw_deg += TICK_S * math.copysign(0.5 * (abs(self.rate_dps) + slower), self.rate_dps)
            self.rate_dps = math.copysign(slower, self.rate_dps)
        self.tick += 1
        return self.sent

    def ramp(self, rate_dps: float, *, accel_dps2: float = 360.0) -> None:
        """Get up to a speed within limits."""
        sign = math.copysign(1.0, rate_dps)
        while abs(self.rate_dps) < abs(rate_dps):
            speed = min(abs(rate_dps), abs(self.rate_dps) + accel_dps2 * TICK_S)
            yaw = self.yaw_deg + 0.5 * (abs(self.rate_dps) + speed) * sign * TICK_S
            self.send(told(self.tick, MOVE, yaw_deg=yaw, rate_dps=sign * speed, accel_dps2=sign * accel_dps2))
            assert self.words == ""
            assert self.rate_dps == pytest.approx(sign * speed)

    def cruise(self) -> MotorCommand:
        """The next command at the present speed."""
        return told(self.tick, MOVE, yaw_deg=self.yaw_deg + self.rate_dps * TICK_S, rate_dps=self.rate_dps)


# --- the table ----------------------------------------------------------------------------------------------------------

# Written down a second time, from the promises: where each event leads from each state.
LEADS = {
    GuardPhase.OFF: {GuardEvent.BROKEN: GuardPhase.FAULT, GuardEvent.ENABLE: GuardPhase.LIVE},
    GuardPhase.LIVE: {
        GuardEvent.STALE: GuardPhase.WAITING,
        GuardEvent.LOST: GuardPhase.BRAKING,
        GuardEvent.STOP: GuardPhase.BRAKING,
        GuardEvent.BROKEN: GuardPhase.FAULT,
        GuardEvent.FREED: GuardPhase.OFF,
    },
    GuardPhase.WAITING: {
        GuardEvent.GOOD: GuardPhase.LIVE,
        GuardEvent.LOST: GuardPhase.BRAKING,
        GuardEvent.STOP: GuardPhase.BRAKING,
        GuardEvent.BROKEN: GuardPhase.FAULT,
        GuardEvent.FREED: GuardPhase.OFF,
    },
    GuardPhase.BRAKING: {GuardEvent.REST: GuardPhase.STOPPED, GuardEvent.BROKEN: GuardPhase.FAULT},
    GuardPhase.STOPPED: {GuardEvent.BROKEN: GuardPhase.FAULT, GuardEvent.RESET: GuardPhase.OFF},
    GuardPhase.FAULT: {GuardEvent.RESET: GuardPhase.OFF},
}


def test_table_has_an_answer_for_every_pair_and_none_besides() -> None:
    assert len(TABLE) == len(GuardPhase)
    assert all(len(row) == len(GuardEvent) for row in TABLE)


@pytest.mark.parametrize(("state", "event"), list(product(GuardPhase, GuardEvent)))
def test_every_pair_leads_where_it_was_promised(state: GuardPhase, event: GuardEvent) -> None:
    assert TABLE[state][event][0] == LEADS[state].get(event, state)


DOES = {
    GuardPhase.OFF: Deed.FREE,
    GuardPhase.WAITING: Deed.SLOW,
    GuardPhase.BRAKING: Deed.BRAKE,
    GuardPhase.STOPPED: Deed.HOLD,
    GuardPhase.FAULT: Deed.FREE,
}


@pytest.mark.parametrize(("state", "event"), list(product(GuardPhase, GuardEvent)))
def test_what_is_done_follows_from_where_it_leads_and_commands_pass_only_when_live_and_good(
    state: GuardPhase, event: GuardEvent
) -> None:
    after, deed = TABLE[state][event]
    live = {GuardEvent.GOOD: Deed.FOLLOW, GuardEvent.ENABLE: Deed.HOLD if state == GuardPhase.OFF else Deed.COAST}
    assert deed == (live.get(event, Deed.COAST) if after == GuardPhase.LIVE else DOES[after])


@pytest.mark.parametrize("state", list(GuardPhase))
def test_the_gravest_of_several_wins(state: GuardPhase) -> None:
    """All at once: broken motor, stop asked, silent planner. The motor's fault decides; without it the stop."""
    for broken, stop, silent in product((False, True), repeat=3):
        driven = Driven(enabled=False)
        driven.guard.state = state
        driven.rate_dps = 50.0
        driven.mode = MotorMode.FAULT if broken else MotorMode.MOVING
        if stop:
            driven.guard.stop()
        if silent:
            driven.guard._seq, driven.guard._silent = 0, LOST_TICKS
        driven.send(None if silent else told(0))
        event = (
            GuardEvent.BROKEN if broken else GuardEvent.STOP if stop else GuardEvent.LOST if silent else GuardEvent.GOOD
        )
        assert driven.guard.state == LEADS[state].get(event, state)


# --- enable, stop, reset ------------------------------------------------------------------------------------------------


def test_nothing_moves_before_enable() -> None:
    driven = Driven(enabled=False)
    for tick in range(200):
        driven.send(told(tick, MOVE, yaw_deg=tick * 0.1, rate_dps=10.0))
        assert driven.sent.kind == FREE
        assert driven.words == "motor not enabled"
    assert driven.guard.state == GuardPhase.OFF


def test_enable_does_not_run_after_a_stale_goal() -> None:
    driven = Driven(enabled=False)
    driven.send(told(0, MOVE, yaw_deg=80.0))
    driven.guard.enable()
    driven.send(told(1, MOVE, yaw_deg=80.0))
    assert abs(driven.yaw_deg) < 0.1  # the goal is the measured yaw; the far one is only approached within limits
    assert driven.words == "jump of the goal smoothed"


def test_enable_works_only_from_off() -> None:
    driven = Driven()
    assert not driven.guard.enable()
    driven.guard.stop()
    driven.send(told(0))
    assert not driven.guard.enable()


def test_stop_brakes_in_the_same_tick_and_stays_stopped() -> None:
    driven = Driven()
    driven.ramp(-60.0)
    driven.guard.stop()
    driven.send(driven.cruise())
    assert driven.sent.kind == STOP
    while driven.guard.state == GuardPhase.BRAKING:
        driven.send(driven.cruise())
    assert driven.guard.state == GuardPhase.STOPPED
    assert driven.sent.kind == HOLD
    for _ in range(50):
        driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg + 0.1, rate_dps=10.0))
        assert driven.sent.kind == HOLD
    assert driven.guard.reset()
    assert driven.guard.state == GuardPhase.OFF
    driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg))
    assert driven.sent.kind == FREE
    assert driven.guard.enable()


def test_reset_does_not_leave_a_stop_that_is_still_braking() -> None:
    driven = Driven()
    driven.ramp(60.0)
    driven.guard.stop()
    driven.send(driven.cruise())
    assert not driven.guard.reset()
    assert driven.guard.state == GuardPhase.BRAKING


def test_a_stop_asked_before_enable_is_not_kept_for_later() -> None:
    driven = Driven(enabled=False)
    driven.guard.stop()
    assert driven.guard.enable()
    driven.send(told(0))
    assert driven.guard.state == GuardPhase.LIVE


def test_a_freed_motor_needs_enable_and_no_reset() -> None:
    driven = Driven()
    driven.ramp(60.0)
    driven.guard.free()
    driven.send(driven.cruise())
    assert (driven.sent.kind, driven.guard.state) == (FREE, GuardPhase.OFF)
    assert driven.guard.enable()


def test_freeing_does_not_undo_a_stop_that_was_asked() -> None:
    driven = Driven()
    driven.guard.stop()
    driven.guard.free()
    driven.send(told(0))
    assert driven.guard.state == GuardPhase.BRAKING


def test_motor_fault_takes_the_torque_off_until_reset() -> None:
    driven = Driven()
    driven.mode = MotorMode.FAULT
    driven.send(told(0))
    assert (driven.sent.kind, driven.guard.state) == (FREE, GuardPhase.FAULT)
    driven.mode = MotorMode.HOLDING
    driven.send(told(1))
    assert driven.guard.state == GuardPhase.FAULT
    assert driven.words == "motor fault: waits for a reset"
    assert driven.guard.reset()


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_a_measurement_that_is_no_number_is_a_fault(broken: float) -> None:
    for yaw_deg, rate_dps in ((broken, 0.0), (0.0, broken)):
        driven = Driven()
        driven.yaw_deg, driven.rate_dps = yaw_deg, rate_dps
        driven.send(told(0))
        assert driven.guard.state == GuardPhase.FAULT


# --- refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["yaw_deg", "rate_dps", "accel_dps2", "torque_limit_nm"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9, -1e9])
@pytest.mark.parametrize("kind", list(CommandKind))
def test_senseless_values_are_refused_and_not_bent(field: str, value: float, kind: CommandKind) -> None:
    if field == "torque_limit_nm" and value == 1e9:
        return  # more torque than there is, is limited: see below
    driven = Driven()
    driven.ramp(20.0)
    before = driven.rate_dps
    driven.send(replace(driven.cruise(), kind=kind, **{field: value}))
    assert driven.words in ("command refused: not a number", "command refused: absurd value")
    assert driven.sent.kind == MOVE  # it goes on as before
    assert driven.sent.rate_dps == pytest.approx(before)
    for number in (driven.sent.yaw_deg, driven.sent.accel_dps2, driven.sent.torque_limit_nm):
        assert math.isfinite(number)


@pytest.mark.parametrize(("field", "most"), [("yaw_deg", 3600.0), ("rate_dps", 1800.0), ("accel_dps2", 36000.0)])
def test_absurd_begins_where_it_is_said(field: str, most: float) -> None:
    for value in (most, -most):
        driven = Driven()
        driven.send(told(0, HOLD, **{field: value}))
        assert driven.words == ""
        driven.send(told(1, HOLD, **{field: value * 1.0001}))
        assert driven.words == "command refused: absurd value"


def test_late_commands_are_refused() -> None:
    driven = Driven()
    for age in range(STALE_TICKS):
        driven.tick = 100 + age
        driven.send(replace(told(100), seq=age + 1))
        assert driven.words == ""
    driven.tick = 100 + STALE_TICKS
    driven.send(replace(told(100), seq=50))
    assert driven.words == "command refused: late"
    driven.send(replace(told(driven.tick + 1), seq=51))
    assert driven.words == "command refused: from the future"


def test_a_repeated_or_older_number_is_no_sign_of_life() -> None:
    for seq in (7, 6, 0):
        driven = Driven()
        driven.send(replace(told(0), seq=7))
        driven.send(replace(told(1), seq=seq))
        assert driven.words == "command refused: repeated"
    driven.send(replace(told(2), seq=8))
    assert driven.words == ""


def test_refused_commands_do_not_feed_the_watchdog() -> None:
    driven = Driven()
    driven.ramp(60.0)
    for _ in range(LOST_TICKS):
        driven.send(replace(driven.cruise(), yaw_deg=math.nan))
    assert driven.guard.state == GuardPhase.BRAKING


# --- watchdog -----------------------------------------------------------------------------------------------------------


def test_silence_of_40_ms_is_bridged_50_slows_100_stops() -> None:
    driven = Driven()
    driven.ramp(60.0)
    for silent in range(1, 60):
        speed = driven.rate_dps
        driven.send()
        if silent < STALE_TICKS:
            assert (driven.guard.state, driven.sent.kind, driven.sent.rate_dps) == (GuardPhase.LIVE, MOVE, speed)
        elif silent < LOST_TICKS:
            assert (driven.guard.state, driven.sent.kind) == (GuardPhase.WAITING, MOVE)
            assert speed - driven.sent.rate_dps == pytest.approx(3.6)
            assert driven.words == "planner silent: not followed"
        elif driven.rate_dps > 1.0:
            assert (driven.guard.state, driven.sent.kind) == (GuardPhase.BRAKING, STOP)
    assert driven.guard.state == GuardPhase.STOPPED
    driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg))
    assert driven.guard.state == GuardPhase.STOPPED  # latched


def test_planner_that_comes_back_in_time_is_followed_again() -> None:
    driven = Driven()
    driven.ramp(60.0)
    for _ in range(STALE_TICKS + 2):
        driven.send()
    assert driven.guard.state == GuardPhase.WAITING
    driven.send(driven.cruise())
    assert driven.guard.state == GuardPhase.LIVE
    for _ in range(STALE_TICKS - 1):  # the count began again
        driven.send()
    assert driven.guard.state == GuardPhase.LIVE


def test_from_full_speed_rest_comes_within_320_ms_and_40_degrees_of_the_last_sign_of_life() -> None:
    plant = Plant(FACTS)
    motor = GuardedMotor(VirtualMotor(plant), FACTS, RangeOfMotion(min_deg=-170.0, max_deg=170.0))
    motor.enable()
    rate, yaw = 0.0, 0.0
    for tick in range(70):
        motor.state(tick)
        faster = min(180.0, rate + 3.6)
        yaw += 0.5 * (rate + faster) * TICK_S
        rate = faster
        motor.command(told(tick, MOVE, yaw_deg=yaw, rate_dps=rate))
        plant.advance()
    start_deg, last = plant.yaw_deg, told(69, MOVE, yaw_deg=yaw, rate_dps=rate)
    ticks = 0
    while abs(plant.rate_dps) > 1.0:
        motor.state(70 + ticks)
        motor.command(last)
        plant.advance()
        ticks += 1
    assert ticks <= 32
    assert plant.yaw_deg - start_deg < 40.0


@pytest.mark.parametrize("kind", [HOLD, FREE, STOP])
def test_in_silence_a_motor_that_was_not_turning_keeps_what_it_did(kind: CommandKind) -> None:
    driven = Driven()
    driven.send(told(0, kind))
    for _ in range(LOST_TICKS - 1):
        driven.send()
        assert driven.sent.kind == kind


def test_what_the_guard_sends_of_its_own_keeps_the_planners_number() -> None:
    driven = Driven()
    driven.ramp(30.0)
    number = driven.tick - 1
    stale = replace(driven.cruise(), seq=number)
    driven.send(stale)
    assert driven.sent.seq == number


# --- envelope -----------------------------------------------------------------------------------------------------------


def test_a_legal_command_passes_as_the_very_same_object() -> None:
    driven = Driven()
    driven.ramp(60.0)
    command = driven.cruise()
    assert driven.send(command) is command
    assert driven.words == ""


def test_speed_is_held_to_the_limit() -> None:
    driven = Driven(range_of_motion=RangeOfMotion(min_deg=-180, max_deg=180), yaw_deg=-170.0)
    driven.ramp(180.0)
    for _ in range(20):
        driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg + 2.5, rate_dps=250.0))
        assert driven.sent.rate_dps <= 180.0
        assert driven.words == "speed held to 180°/s"


def test_acceleration_is_held_to_the_limit_but_braking_may_be_harder() -> None:
    driven = Driven()
    driven.send(told(0, MOVE, yaw_deg=0.05, rate_dps=10.0))
    assert driven.words == "acceleration held to 360°/s²"
    assert driven.sent.rate_dps <= 3.6
    driven = Driven()
    driven.ramp(60.0)
    slower = driven.rate_dps - 10.8
    yaw = driven.yaw_deg + 0.5 * (slower + driven.rate_dps) * TICK_S
    driven.send(told(driven.tick, MOVE, yaw_deg=yaw, rate_dps=slower, accel_dps2=-1080.0))
    assert driven.words == ""
    driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg, rate_dps=driven.rate_dps - 11.0))
    assert driven.words == "acceleration held to 360°/s²"


def test_feed_forward_is_held_too() -> None:
    driven = Driven()
    driven.ramp(30.0)
    driven.send(replace(driven.cruise(), accel_dps2=1000.0))
    assert driven.sent.accel_dps2 == 360.0
    assert driven.words == "acceleration held to 360°/s²"
    driven.send(replace(driven.cruise(), accel_dps2=-1000.0))
    assert driven.sent.accel_dps2 == -360.0


def test_torque_is_held_to_the_motors_limit() -> None:
    driven = Driven()
    driven.send(told(0, HOLD, torque_limit_nm=5.0))
    assert driven.sent.torque_limit_nm == FACTS.torque_limit_nm
    assert driven.words == "torque held to 1.4 N m"
    driven.send(told(1, HOLD, torque_limit_nm=0.0))
    assert (driven.sent.torque_limit_nm, driven.words) == (0.0, "")


def test_a_far_goal_is_approached_within_all_limits_and_reached() -> None:
    driven = Driven()
    rates = [0.0]
    for _ in range(300):
        driven.send(told(driven.tick, MOVE, yaw_deg=60.0))
        rates.append(driven.sent.rate_dps)
        assert driven.sent.rate_dps <= 180.0
    steps = [after - before for before, after in pairwise(rates)]
    assert min(steps) >= -10.81  # the last one is a stop
    assert max(steps) <= 3.61
    assert driven.yaw_deg == pytest.approx(60.0, abs=0.02)
    assert max(rates) > 120.0


def test_a_start_off_the_measured_yaw_is_taken_up_to_stiction_and_play() -> None:
    for away_deg, words in ((1.15, ""), (-1.15, ""), (1.25, "jump of the goal smoothed")):
        driven = Driven(yaw_deg=10.0)
        driven.send(told(0, MOVE, yaw_deg=10.0 + away_deg))
        assert driven.words == words


def test_a_coasting_screen_is_taken_over_at_its_speed_or_slower() -> None:
    for rate_dps, words in ((40.0, ""), (15.0, ""), (0.0, ""), (47.0, "acceleration held to 360°/s²")):
        driven = Driven()
        driven.send(told(0, FREE))
        driven.rate_dps = 43.0
        driven.send(told(1, MOVE, yaw_deg=0.2, rate_dps=rate_dps))
        assert driven.words == words


# --- range --------------------------------------------------------------------------------------------------------------


def test_without_a_range_nothing_turns() -> None:
    driven = Driven(range_of_motion=None)
    driven.send(told(0, MOVE, yaw_deg=0.02, rate_dps=2.0))
    assert (driven.sent.kind, driven.words) == (HOLD, "range of motion not set: not moved")
    driven.send(told(1, FREE))
    assert driven.sent.kind == FREE


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("speed_dps", [20.0, 60.0, 180.0])
def test_the_range_is_never_left(side: float, speed_dps: float) -> None:
    driven = Driven()
    driven.ramp(side * speed_dps)
    for _ in range(600):
        driven.send(
            told(driven.tick, MOVE, yaw_deg=driven.yaw_deg + side * speed_dps * TICK_S, rate_dps=side * speed_dps)
        )
        assert abs(driven.yaw_deg) <= 90.5
    assert driven.words == "kept inside the range of motion"
    assert driven.yaw_deg == pytest.approx(side * 90.0, abs=0.5)


def test_a_screen_outside_its_range_may_only_come_back() -> None:
    driven = Driven(yaw_deg=100.0)
    driven.send(told(0, MOVE, yaw_deg=100.02, rate_dps=3.0))
    assert driven.words == "kept inside the range of motion"
    assert driven.yaw_deg <= 100.0
    driven = Driven(yaw_deg=100.0)
    for _ in range(300):
        driven.send(told(driven.tick, MOVE, yaw_deg=85.0))
        assert driven.yaw_deg <= 100.0
    assert driven.yaw_deg == pytest.approx(85.0, abs=0.02)


def test_a_range_that_shrinks_under_way_is_kept_as_soon_as_brakes_allow() -> None:
    driven = Driven()
    driven.ramp(120.0)
    driven.guard.set_range(RangeOfMotion(min_deg=-90.0, max_deg=driven.yaw_deg - 5.0))
    start = driven.yaw_deg
    for _ in range(100):
        driven.send(driven.cruise())
    assert driven.yaw_deg < start + 120.0**2 / (2 * 1080.0) + 1.5
    driven.guard.set_range(None)
    driven.send(told(driven.tick, MOVE, yaw_deg=driven.yaw_deg))
    assert driven.sent.kind == HOLD


def test_coasting_in_silence_ends_at_the_range() -> None:
    driven = Driven()
    driven.ramp(60.0)
    while driven.yaw_deg < 87.5:
        driven.send(driven.cruise())
    for _ in range(STALE_TICKS - 1):
        driven.send()
    assert driven.yaw_deg <= 90.3


# --- the motor behind it ------------------------------------------------------------------------------------------------


def test_guarded_motor_enables_stops_and_resets_the_motor() -> None:
    plant = Plant(FACTS)
    motor = GuardedMotor(VirtualMotor(plant), FACTS, RANGE)
    sent, words = motor.command(told(0, MOVE, yaw_deg=1.0))
    assert (sent.kind, words, motor.motor.state(0).mode) == (FREE, "motor not enabled", MotorMode.OFF)
    motor.enable()
    assert motor.state(1).mode == MotorMode.HOLDING
    motor.stop()
    for tick in range(2, 5):
        motor.state(tick)
        motor.command(told(tick))
        plant.advance()
    motor.enable()
    assert motor.guard.state == GuardPhase.STOPPED
    motor.reset()
    assert plant.drive.mode == MotorMode.OFF
    motor.enable()
    assert plant.drive.mode == MotorMode.HOLDING
    motor.free()
    assert (plant.drive.mode, motor.guard.state) == (MotorMode.OFF, GuardPhase.OFF)
    motor.enable()
    assert plant.drive.mode == MotorMode.HOLDING
    motor.close()
    assert plant.drive.mode == MotorMode.OFF


def test_a_motor_that_refuses_torque_leaves_the_guard_off() -> None:
    class Refusing(VirtualMotor):
        def enable(self) -> None:
            raise PortError("no supply")

    motor = GuardedMotor(Refusing(Plant(FACTS)), FACTS, RANGE)
    with pytest.raises(PortError, match="no supply"):
        motor.enable()
    assert motor.guard.state == GuardPhase.OFF


def test_a_stop_without_torque_does_not_lock_the_motor() -> None:
    motor = GuardedMotor(VirtualMotor(Plant(FACTS)), FACTS, RANGE)
    motor.stop()
    motor.enable()
    motor.command(told(0, MOVE, yaw_deg=0.01, rate_dps=1.0))
    assert motor.state(1).mode == MotorMode.MOVING


def driven_motor(tick: int = 60) -> tuple[GuardedMotor, Plant, float]:
    """A motor that turns at 120 deg/s, and the set point it is at."""
    plant = Plant(FACTS)
    motor = GuardedMotor(VirtualMotor(plant), FACTS, RANGE)
    motor.enable()
    yaw = 0.0
    for now in range(tick):
        rate = min(120.0, 3.0 * (now + 1))
        yaw += rate * TICK_S
        motor.state(now)
        motor.command(told(now, MOVE, yaw_deg=yaw, rate_dps=rate))
        plant.advance()
    motor.state(tick)
    return motor, plant, yaw


def test_stop_reaches_the_motor_before_any_further_tick() -> None:
    motor, plant, _ = driven_motor()
    motor.stop()
    assert plant.drive.mode == MotorMode.STOPPING
    plant.advance(substeps=70)  # nobody sends anything any more
    assert abs(plant.rate_dps) < 6.0


def test_guarded_motor_judges_lateness_by_the_tick_it_is_told() -> None:
    motor, _, yaw = driven_motor()
    _, words = motor.command(told(60, MOVE, yaw_deg=yaw, rate_dps=120.0), 60 + STALE_TICKS)
    assert words == "command refused: late"


def test_guarded_motor_takes_a_new_range() -> None:
    motor, _, yaw = driven_motor()
    motor.set_range(None)
    assert motor.command(told(60, MOVE, yaw_deg=yaw, rate_dps=120.0))[1] == "range of motion not set: not moved"


def test_guarded_motor_restores_its_guard() -> None:
    motor, _, yaw = driven_motor()
    state = motor.snapshot()
    motor.guard.stop()
    motor.command(told(60, MOVE, yaw_deg=yaw, rate_dps=120.0))
    motor.restore(state)
    assert motor.guard.state == GuardPhase.LIVE


def test_a_weaker_motor_sets_the_limits() -> None:
    plant = Plant(MotorFacts(max_rate_dps=60.0, max_accel_dps2=200.0))
    motor = GuardedMotor(VirtualMotor(plant), FACTS, RANGE)
    motor.enable()
    sent, words = motor.command(told(0, MOVE, yaw_deg=0.02, rate_dps=3.0))
    assert (sent.rate_dps, words) == (2.0, "acceleration held to 200°/s²")
    for now in range(1, 60):
        motor.state(now)
        sent, words = motor.command(told(now, MOVE, yaw_deg=80.0, rate_dps=90.0))
        assert sent.rate_dps <= 60.0
    assert words == "speed held to 60°/s"


def test_snapshot_restores_the_guard_and_what_it_last_measured() -> None:
    driven = Driven()
    driven.ramp(60.0)
    state = driven.guard.snapshot()
    yaw, rate, tick = driven.yaw_deg, driven.rate_dps, driven.tick

    def go() -> list[MotorCommand]:
        driven.yaw_deg, driven.rate_dps, driven.tick = yaw, rate, tick
        driven.sent = told(tick)
        return [driven.send() for _ in range(30)]

    first = go()
    driven.guard.restore(state)
    assert go() == first
