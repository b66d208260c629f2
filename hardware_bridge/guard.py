"""The guard: the last hand between the planner and any motor. It trusts nobody and understands nothing but limits.

Read it in this order: the table says for each state and each event what becomes of the state and what is done; `_event` finds
the gravest thing that is true of a tick; `_follow` holds set points to speed, acceleration and range of motion. Inside are
only whole numbers (thousandths of degrees, ticks), no memory is asked for while a command passes unchanged, and there is no
call that a small controller lacks: the same lines can be written in firmware.

What it promises: nothing moves before `enable`; speed, acceleration and range hold whatever the planner sends; a value that
is no number, or comes late, is refused and not bent into shape; a planner silent for 50 ms is no longer followed, after
100 ms the motor is stopped and stays stopped until `reset`; a stop wins over everything but a fault of the motor.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from math import isfinite, isqrt

from hardware_bridge.ports import Capabilities, Motor
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICKS_PER_S, CommandKind, MotorCommand, MotorMode, MotorState

STALE_TICKS = 5  # 50 ms: no longer forwarded
LOST_TICKS = 10  # 100 ms: stopped
# Ten full turns, ten times the drive's speed: what lies beyond is no command but a broken sender.
ABSURD_MDEG = 3_600_000
ABSURD_RATE = 1_800_000
ABSURD_ACCEL = 36_000_000
# Rounding to thousandths, and the curve of a soft start within one tick.
RATE_SLACK, STEP_SLACK = 5, 20
# A move may start this far from the measured yaw: stiction and play leave the screen off its goal.
START_SLACK = 1_200
# Braking may reach this far past the end of the range; with the drive's own lag it stays below the promised 1 degree.
END_SLACK = 300
# Slower than 1 deg/s counts as standing when a stop ends.
REST_RATE = 1_000


class GuardPhase(IntEnum):
    """What the guard lets pass."""

    OFF = 0
    LIVE = 1
    WAITING = 2
    BRAKING = 3
    STOPPED = 4
    FAULT = 5


class GuardEvent(IntEnum):
    """What happened; in a tick the gravest counts: the one with the highest number."""

    GOOD = 0  # a fresh, sound command
    MUTE = 1  # none: repeated, refused or missing, but not for long
    STALE = 2  # none for 50 ms
    LOST = 3  # none for 100 ms
    STOP = 4  # somebody said stop
    REST = 5  # a stop came to rest
    BROKEN = 6  # the motor reports a fault
    ENABLE = 7
    RESET = 8
    FREED = 9  # torque is off because somebody wanted it so


class Deed(IntEnum):
    """What is sent to the motor."""

    FREE = 0  # torque off
    FOLLOW = 1  # the command, within limits
    COAST = 2  # go on as before
    SLOW = 3  # come to rest gently
    BRAKE = 4  # come to rest with the safety deceleration
    HOLD = 5  # stay


_O, _L, _W, _B, _S, _F = GuardPhase
_off, _fol, _cst, _slw, _brk, _hld = Deed

# One row a state, one column an event, in the order above.
TABLE: tuple[tuple[tuple[GuardPhase, Deed], ...], ...] = (
    # GOOD       MUTE        STALE       LOST        STOP        REST        BROKEN      ENABLE      RESET       FREED
    ((_O, _off), (_O, _off), (_O, _off), (_O, _off), (_O, _off), (_O, _off), (_F, _off), (_L, _hld), (_O, _off), (_O, _off)),  # OFF
    ((_L, _fol), (_L, _cst), (_W, _slw), (_B, _brk), (_B, _brk), (_L, _cst), (_F, _off), (_L, _cst), (_L, _cst), (_O, _off)),  # LIVE
    ((_L, _fol), (_W, _slw), (_W, _slw), (_B, _brk), (_B, _brk), (_W, _slw), (_F, _off), (_W, _slw), (_W, _slw), (_O, _off)),  # WAITING
    ((_B, _brk), (_B, _brk), (_B, _brk), (_B, _brk), (_B, _brk), (_S, _hld), (_F, _off), (_B, _brk), (_B, _brk), (_B, _brk)),  # BRAKING
    ((_S, _hld), (_S, _hld), (_S, _hld), (_S, _hld), (_S, _hld), (_S, _hld), (_F, _off), (_S, _hld), (_O, _off), (_S, _hld)),  # STOPPED
    ((_F, _off), (_F, _off), (_F, _off), (_F, _off), (_F, _off), (_F, _off), (_F, _off), (_F, _off), (_O, _off), (_F, _off)),  # FAULT
)  # fmt: skip


class Guard:
    """Passes, limits or refuses each command; says in plain words what it changed."""

    def __init__(self, facts: MotorFacts, range: RangeOfMotion | None) -> None:
        """Without a range of motion nothing turns."""
        self.state = GuardPhase.OFF
        self._max_rate = _milli(facts.max_rate_dps)
        self._max_step = _milli(facts.max_accel_dps2) // TICKS_PER_S  # change of speed in a tick
        self._stop_step = _milli(facts.stop_decel_dps2) // TICKS_PER_S
        self._max_accel, self._stop_accel = _milli(facts.max_accel_dps2), _milli(facts.stop_decel_dps2)
        self._max_torque_nm = facts.torque_limit_nm
        self._ranged, self._low, self._high = False, 0, 0
        self.set_range(range)
        self._pos, self._rate = 0, 0  # of the last set point
        self._torque_nm = facts.torque_limit_nm  # as last asked for
        self._kind = CommandKind.FREE  # last sent
        self._silent = 0  # ticks without a fresh command
        self._seq: int | None = None  # of the last fresh command; None before the first
        self._stop_asked = False  # from `stop` until the next `enable`
        self._words = {
            "rate": f"speed held to {facts.max_rate_dps:g}°/s",
            "accel": f"acceleration held to {facts.max_accel_dps2:g}°/s²",
            "torque": f"torque held to {facts.torque_limit_nm:g} N m",
        }

    # --- from outside the tick ----------------------------------------------------------------------------------------

    def enable(self) -> bool:
        """Let commands pass from now on; true when it did. Only from the off state."""
        entered = self._outside(GuardEvent.ENABLE)
        if entered:
            self._silent, self._seq, self._stop_asked = 0, None, False
            self._rate, self._kind = 0, CommandKind.HOLD
        return entered

    def stop(self) -> None:
        """Stop at the next tick, whatever the planner says, and stay stopped until `reset`."""
        self._stop_asked = True

    def reset(self) -> bool:
        """Leave a stop or a fault; true when it did. Torque stays off until `enable`."""
        return self._outside(GuardEvent.RESET)

    def free(self) -> None:
        """The torque is off: nothing passes until `enable`. A stop or a fault stays one."""
        if not self._stop_asked:
            self._outside(GuardEvent.FREED)

    def set_range(self, range: RangeOfMotion | None) -> None:
        """From now on turn only inside this range; None: not at all."""
        self._ranged = range is not None
        if range is not None:
            self._low, self._high = _milli(range.min_deg), _milli(range.max_deg)

    # --- each tick ----------------------------------------------------------------------------------------------------

    def filter(self, command: MotorCommand, state: MotorState, tick: int) -> tuple[MotorCommand, str]:
        """The command that may go to the motor, and what was changed or refused ("" for nothing)."""
        refusal = self._refusal(command, tick)
        self._silent = 0 if refusal == "" else min(self._silent + 1, LOST_TICKS)
        event = self._event(state)
        self.state, deed = TABLE[self.state][event]
        if deed == Deed.FOLLOW:
            return self._follow(command, state)
        if deed == Deed.COAST:
            return self._coast(command, step=0), refusal
        if deed == Deed.SLOW:
            return self._coast(command, step=self._max_step), "planner silent: not followed"
        self._torque_nm = self._max_torque_nm
        return self._plain(command, _DEED_KIND[deed]), _DEED_WORDS[self.state]

    def snapshot(self) -> tuple[object, ...]:
        """All state."""
        return (
            (self.state, self._ranged, self._low, self._high),
            (self._pos, self._rate, self._torque_nm, self._kind, self._silent, self._seq, self._stop_asked),
        )

    def restore(self, state: object) -> None:
        """Return to a snapshot."""
        assert isinstance(state, tuple)
        (self.state, self._ranged, self._low, self._high), rest = state
        self._pos, self._rate, self._torque_nm, self._kind, self._silent, self._seq, self._stop_asked = rest

    # --- is it fresh and sound? ---------------------------------------------------------------------------------------

    def _refusal(self, command: MotorCommand, tick: int) -> str:
        """Why a command does not count as a sign of life; "" when it does."""
        if not (
            isfinite(command.yaw_deg)
            and isfinite(command.rate_dps)
            and isfinite(command.accel_dps2)
            and isfinite(command.torque_limit_nm)
        ):
            return "command refused: not a number"
        if (
            abs(command.yaw_deg) * 1000 > ABSURD_MDEG  # before it becomes a whole number, which the largest cannot
            or abs(command.rate_dps) * 1000 > ABSURD_RATE
            or abs(command.accel_dps2) * 1000 > ABSURD_ACCEL
            or command.torque_limit_nm < 0.0
        ):
            return "command refused: absurd value"
        if not 0 <= tick - command.tick < STALE_TICKS:
            return "command refused: late" if command.tick < tick else "command refused: from the future"
        if self._seq is not None and command.seq <= self._seq:
            return "command refused: repeated"
        self._seq = command.seq
        return ""

    def _event(self, state: MotorState) -> GuardEvent:
        """The gravest thing that is true of this tick."""
        if state.mode == MotorMode.FAULT or not (isfinite(state.yaw_deg) and isfinite(state.rate_dps)):
            return GuardEvent.BROKEN
        if self.state == GuardPhase.BRAKING and abs(_milli(state.rate_dps)) < REST_RATE:
            return GuardEvent.REST
        if self._stop_asked:
            return GuardEvent.STOP
        if self._silent >= LOST_TICKS:
            return GuardEvent.LOST
        if self._silent >= STALE_TICKS:
            return GuardEvent.STALE
        return GuardEvent.MUTE if self._silent else GuardEvent.GOOD

    # --- within limits ------------------------------------------------------------------------------------------------

    def _follow(self, command: MotorCommand, state: MotorState) -> tuple[MotorCommand, str]:
        words = ""
        if state.mode == MotorMode.OFF:  # nothing holds the screen: what was sent before is over
            self._kind, self._rate = CommandKind.FREE, 0
        if command.torque_limit_nm > self._max_torque_nm:
            command, words = replace(command, torque_limit_nm=self._max_torque_nm), self._words["torque"]
        self._torque_nm = command.torque_limit_nm
        if command.kind != CommandKind.MOVE:
            self._rate = _slowed(self._rate, self._stop_step)  # a hold brakes like a stop
            self._kind = command.kind
            return command, words
        if not self._ranged:
            self._rate = _slowed(self._rate, self._stop_step)
            return self._plain(command, CommandKind.HOLD), "range of motion not set: not moved"

        pos, rate = _milli(command.yaw_deg), _milli(command.rate_dps)
        starts = self._kind != CommandKind.MOVE
        if starts:
            self._pos = _milli(state.yaw_deg)
            if self._kind == CommandKind.FREE:  # a coasting screen may be taken over at its speed or any slower one
                coasts = _milli(state.rate_dps)
                self._rate = max(min(0, coasts), min(max(0, coasts), rate))
        self._kind = CommandKind.MOVE
        problem = self._problem(pos, rate, slack=START_SLACK if starts else STEP_SLACK)
        if problem == "":
            most = self._step_allowed(rate) * TICKS_PER_S
            self._pos, self._rate = pos, rate
            if abs(_milli(command.accel_dps2)) > most:
                accel_dps2 = max(-most, min(most, _milli(command.accel_dps2))) / 1000
                return replace(command, accel_dps2=accel_dps2), self._words["accel"]
            return command, words
        self._approach(max(self._low, min(self._high, pos)))
        return self._set_point(command), problem

    def _problem(self, pos: int, rate: int, *, slack: int) -> str:
        """Which limit a set point breaks; "" for none. A position runs ahead at the pace that its speeds explain."""
        reach = rate * rate // (2 * self._stop_accel)
        high, low = max(self._high, self._pos), min(self._low, self._pos)
        if pos > high or pos < low or (rate > 0 and pos + reach > high + END_SLACK):
            return "kept inside the range of motion"
        if rate < 0 and pos - reach < low - END_SLACK:
            return "kept inside the range of motion"
        if abs(rate) > self._max_rate + RATE_SLACK:
            return self._words["rate"]
        if abs(rate - self._rate) > self._step_allowed(rate) + RATE_SLACK:
            return self._words["accel"]
        if abs(pos - self._pos - (self._rate + rate) // (2 * TICKS_PER_S)) > slack:
            return "jump of the goal smoothed"
        return ""

    def _step_allowed(self, rate: int) -> int:
        """How much the speed may change in this tick: slowing down may be as hard as a stop."""
        slows = (0 <= rate < self._rate) or (self._rate < rate <= 0)
        return self._stop_step if slows else self._max_step

    def _approach(self, goal: int) -> None:
        """Move the set point one tick towards a goal, as fast as speed, acceleration and range allow."""
        away = goal - self._pos
        # the speed from which three quarters of the allowed deceleration still end at the goal
        pace = min(isqrt(3 * self._max_accel * abs(away) // 2), abs(away) * TICKS_PER_S, self._max_rate)
        wanted = pace if away > 0 else -pace
        self._advance(max(self._rate - self._max_step, min(self._rate + self._max_step, wanted)))

    def _advance(self, rate: int) -> None:
        """Take one step at a new speed; near the end of the range, or beyond it, brake with the safety deceleration."""
        reach = rate * rate // (2 * self._stop_accel) + abs(rate) // TICKS_PER_S
        if (rate > 0 and self._pos + reach > self._high) or (rate < 0 and self._pos - reach < self._low):
            rate = _slowed(self._rate, self._stop_step)
        self._pos += (self._rate + rate) // (2 * TICKS_PER_S)
        self._rate = rate

    def _coast(self, command: MotorCommand, *, step: int) -> MotorCommand:
        """Go on without a command: as before, or slower by a step each tick."""
        if self._kind == CommandKind.MOVE and self._ranged:
            self._advance(_slowed(self._rate, step))
            return self._set_point(command)
        self._rate = _slowed(self._rate, self._stop_step)
        return self._plain(command, CommandKind.HOLD if self._kind == CommandKind.MOVE else self._kind)

    def _set_point(self, command: MotorCommand) -> MotorCommand:
        made = self._plain(command, CommandKind.MOVE)
        return replace(made, yaw_deg=self._pos / 1000, rate_dps=self._rate / 1000)

    def _plain(self, command: MotorCommand, kind: CommandKind) -> MotorCommand:
        """A command of the guard's own; it keeps the planner's number, so it is no sign of life for a watchdog behind."""
        self._kind = kind
        return MotorCommand(tick=command.tick, seq=command.seq, kind=kind, torque_limit_nm=self._torque_nm)

    def _outside(self, event: GuardEvent) -> bool:
        was = self.state
        self.state, _ = TABLE[was][event]
        return self.state != was


class GuardedMotor:
    """A motor behind its guard: what every rig drives, virtual or real."""

    def __init__(self, motor: Motor, facts: MotorFacts, range: RangeOfMotion | None) -> None:
        self.motor, self.guard = motor, Guard(_capped(facts, motor.capabilities), range)
        self._state: MotorState | None = None  # as last measured; None before the first tick

    def enable(self) -> None:
        """Switch on: torque holds the measured position, and commands pass. A motor that refuses leaves the guard off."""
        if self.guard.state == GuardPhase.OFF:
            self.motor.enable()
            self.guard.enable()

    def state(self, tick: int) -> MotorState:
        """Measure; the guard judges the next command by it."""
        self._state = self.motor.state(tick)
        return self._state

    def command(self, command: MotorCommand, tick: int | None = None) -> tuple[MotorCommand, str]:
        """Send a command through the guard; returns what the motor took and what the guard says of it."""
        if self._state is None:
            self.state(command.tick)
        assert self._state is not None
        allowed, words = self.guard.filter(command, self._state, self._state.tick if tick is None else tick)
        return self.motor.command(allowed), words

    def stop(self) -> None:
        """Stop now, before any further tick, and stay stopped until `reset`; without torque there is nothing to stop."""
        if self.guard.state != GuardPhase.OFF:
            self.guard.stop()
            self.motor.quick_stop()

    def reset(self) -> None:
        """Leave a stop or a fault; torque stays off until `enable`."""
        if self.guard.reset():
            self.motor.reset()

    def free(self) -> None:
        """Switch the torque off; it needs `enable` to move again."""
        self.guard.free()
        self.motor.free()

    def set_range(self, range: RangeOfMotion | None) -> None:
        """Tell the guard a new range of motion."""
        self.guard.set_range(range)

    def close(self) -> None:
        """Free the motor."""
        self.motor.close()

    def snapshot(self) -> object:
        """State of the guard and the last measurement; the motor keeps its own."""
        return self.guard.snapshot(), self._state

    def restore(self, state: object) -> None:
        """Return to a snapshot."""
        assert isinstance(state, tuple)
        guard, self._state = state
        self.guard.restore(guard)


def _capped(facts: MotorFacts, can: Capabilities) -> MotorFacts:
    """The device's limits, or the motor's own where they are lower."""
    lower = {
        "max_rate_dps": min(facts.max_rate_dps, can.max_rate_dps),
        "max_accel_dps2": min(facts.max_accel_dps2, can.max_accel_dps2),
    }
    return MotorFacts.model_validate(facts.model_dump() | lower)


_DEED_KIND = {Deed.FREE: CommandKind.FREE, Deed.BRAKE: CommandKind.STOP, Deed.HOLD: CommandKind.HOLD}
_DEED_WORDS = {
    GuardPhase.OFF: "motor not enabled",
    GuardPhase.LIVE: "",
    GuardPhase.WAITING: "planner silent",
    GuardPhase.BRAKING: "stopping: waits for a reset",
    GuardPhase.STOPPED: "stopped: waits for a reset",
    GuardPhase.FAULT: "motor fault: waits for a reset",
}


def _slowed(rate: int, step: int) -> int:
    """Take a step towards rest, and not beyond."""
    slower = max(0, abs(rate) - step)
    return slower if rate > 0 else -slower


def _milli(value: float) -> int:
    """To thousandths, the guard's only unit."""
    return round(value * 1000)
