"""A motor at the end of a wire: what every real motor must promise, whatever bytes it speaks.

The driver underneath knows registers; this file knows the rules.  Torque is off until `enable`.  Only a command with a new number is
passed on, and only while such come is the wire used at all, so that a dead planner looks dead to the device.  A goal is never farther
from the screen than a short leash.  Nothing that a wire can do raises out of the loop: it becomes a fault, and only `reset` and `enable`
lead back.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace

from hardware_bridge.backends.motor_driver import Identity, MotorDriver, MotorHealth, MotorReading, NoAnswer, Target
from hardware_bridge.ports import Capabilities, PortError
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorMode, MotorState

PLANNER_SILENT_S = 0.050
DEADMAN_S = 0.100
# After this long every device-side deadman has acted, and asking what happened can keep nothing alive any more.
SURELY_STOPPED_S = 0.400
NO_ANSWER_S = 0.100
LEASH_DEG = 8.0
NEAREST_DEG, REACH_S = 1.5, 0.050
# No hand turns a screen faster than this.
JUMP_DEG, JUMP_DPS = 2.0, 720.0
READ_AGAIN = 6
# A goal leads the set point by two ticks: a device that reached it before the next one comes, or after a lost one, would stop and start.
LEAD_S = 0.020
RANGE_SLACK_DEG = 1.0
MOVING_DPS = 2.0
STANDING_NM = 1.4
HOLD_SLACK_DEG = 1.0
# Two counts of a 12 bit encoder in 80 ms: slower than 2.5 deg/s is standing.
STILL_BAND_DEG, STILL_TICKS = 0.2, 8
# A motor that holds for long gets warm for nothing: friction alone keeps the screen where it is. A hand then turns it more easily.
REST_AFTER_S, RESTING_SHARE = 60.0, 0.4
# How a device that is behind makes up for it: so much faster per degree, but no jerkier than twice the normal ramp.
CATCH_UP_PER_S = 4.0
CATCH_UP_RAMP = 2.0
LEAST_SHARE = 0.8
DOUBT_COUNTS = 1.5
LONGEST_STEP_S = 0.021
WHOLE_TRAVEL = RangeOfMotion(min_deg=-170.0, max_deg=170.0)


class WiredMotor:
    """Keeps the promises; the driver speaks the bytes."""

    def __init__(self, driver: MotorDriver, *, travel: RangeOfMotion = WHOLE_TRAVEL) -> None:
        self._driver = driver
        self.travel = travel
        self._measured = self._measured_twice()
        self._heard_s = self._fresh_s = driver.now_s()
        self._last_seq: int | None = None
        self._enabled = False
        self._live = False  # torque may be on: from `enable` until the device is known to be off
        self._stopped = False
        self._free = False
        self._limp = False  # what was passed on last allows no torque: then nothing is held
        self._braking = False
        self._holding = False  # at rest on a goal that stands until the next move
        self._held_since_s = driver.now_s()
        self._goal_deg = self._measured.yaw_deg
        self._goal_dps = 0.0
        self._doubted_deg: float | None = None  # a measured yaw that waits for a second one like it
        self._recent_deg: deque[float] = deque(maxlen=STILL_TICKS)
        self._speed_dps = 0.0
        self._doubt_deg = DOUBT_COUNTS * driver.capabilities.yaw_step_deg
        self._passed_s = self._fresh_s
        self._fault = self._measured.fault

    @property
    def capabilities(self) -> Capabilities:
        """What this motor can do."""
        return self._driver.capabilities

    @property
    def identity(self) -> Identity:
        """Which device this is."""
        return self._driver.identity

    @property
    def health(self) -> MotorHealth:
        """How warm the device is, and what feeds it."""
        return self._driver.health

    @property
    def stiffness_share(self) -> float:
        """How stiff the device's own position loop is set; 1 as the maker ships it."""
        return self._driver.stiffness_share

    def enable(self) -> None:
        """Switch the torque on; the goal becomes the measured position.  Raises PortError when that is not possible."""
        if self._fault or self._stopped:
            raise PortError(f"{self.capabilities.name} needs a reset first: {self._fault or 'it was stopped'}")
        if self._enabled:
            return
        self._measured = self._measured_twice()
        self._goal_deg, self._goal_dps = self._measured.yaw_deg, 0.0
        self._live = True
        try:
            self._driver.power(on=True, here_deg=self._goal_deg)
        except PortError:
            self.free()  # the device may have done it all the same
            raise
        self._measured = replace(self._measured, powered=True)
        self._heard_s = self._fresh_s = self._driver.now_s()
        self._enabled = True
        self._last_seq = None
        self._free = self._braking = self._holding = False

    def command(self, command: MotorCommand) -> MotorCommand:
        """Pass on one set point.  A repeated one is no sign of life and passes for a moment only, a stop always."""
        if not self._acceptable(command):
            return replace(command, kind=CommandKind.HOLD, yaw_deg=self._goal_deg, rate_dps=0.0, accel_dps2=0.0)
        if not self._enabled:
            return replace(command, kind=CommandKind.FREE, torque_limit_nm=0.0)
        if self._is_new(command):
            self._last_seq, self._fresh_s = command.seq, self._driver.now_s()
        try:
            return self._pass_on(command)
        except NoAnswer:
            # The device may have done it all the same; the next set point replaces this one either way.
            return command
        except PortError as error:
            self._fail(str(error))
            return replace(command, kind=CommandKind.STOP)

    def state(self, tick: int) -> MotorState:
        """What the motor's sensors say now, or what they said last while the wire must rest."""
        if self._may_talk():
            self._measure()
        self._judge()
        return MotorState(
            tick=tick,
            yaw_deg=self._measured.yaw_deg,
            rate_dps=self._measured.rate_dps,
            torque_nm=self._measured.torque_nm,
            mode=self._mode(),
            fault=self._fault,
        )

    def quick_stop(self) -> None:
        """Stop as hard as allowed and hold; needs `reset` to move again."""
        self._stopped = True
        if self._enabled and not self._braking:
            self._brake()

    def free(self) -> None:
        """Switch the torque off; should that fail, the missing commands stop the device."""
        self._enabled = False
        try:
            self._driver.power(on=False, here_deg=self._measured.yaw_deg)
            self._live = False
        except PortError as error:
            self._fail(str(error))

    def reset(self) -> None:
        """Leave a fault or a quick stop; torque stays off until `enable`.  Raises PortError while the device is gone."""
        self._enabled = False
        self._driver.reconnect()
        self._live = False
        self._measured = self._measured_twice()
        self._heard_s = self._driver.now_s()
        self._stopped = self._braking = False
        self._fault = self._measured.fault
        if self._fault:
            raise PortError(f"{self.capabilities.name} stays in a fault: {self._fault}")

    def close(self) -> None:
        """Free the motor and give back the wire."""
        if self._live:
            self.free()
        self._driver.close()

    # --- commands ---------------------------------------------------------------------------------------------------

    def _acceptable(self, command: MotorCommand) -> bool:
        if command.kind in (CommandKind.STOP, CommandKind.FREE):
            return True
        numbers = (command.yaw_deg, command.rate_dps, command.torque_limit_nm)
        if not all(math.isfinite(number) for number in numbers):
            return False
        if not self._is_new(command) and (command.seq != self._last_seq or self._silent_s() > PLANNER_SILENT_S):
            return False
        return command.kind is not CommandKind.MOVE or self.travel.contains_yaw(
            command.yaw_deg, slack_deg=RANGE_SLACK_DEG
        )

    def _is_new(self, command: MotorCommand) -> bool:
        return self._last_seq is None or command.seq > self._last_seq

    def _silent_s(self) -> float:
        return self._driver.now_s() - self._fresh_s

    def _pass_on(self, command: MotorCommand) -> MotorCommand:
        kind = command.kind
        if self._stopped and kind is not CommandKind.FREE:
            kind = CommandKind.STOP
        match kind:
            case CommandKind.MOVE:
                return self._move(command)
            case CommandKind.HOLD:
                return self._hold(command)
            case CommandKind.STOP:
                if self._braking:
                    self._driver.alive()
                else:
                    self._brake()
                return replace(command, kind=kind, yaw_deg=self._goal_deg, rate_dps=0.0)
            case CommandKind.FREE:
                self._free, self._braking, self._holding = True, False, False
                self._goal_deg, self._goal_dps = self._measured.yaw_deg, 0.0
                self._follow(torque_limit_nm=0.0, let_go=True)
                return replace(command, yaw_deg=self._goal_deg, rate_dps=0.0, torque_limit_nm=0.0)

    def _move(self, command: MotorCommand) -> MotorCommand:
        fastest_dps = self.capabilities.max_rate_dps
        rate_dps = min(max(command.rate_dps, -fastest_dps), fastest_dps)
        here_deg = self._measured.yaw_deg
        yaw_deg = self.travel.clamp_yaw_deg(command.yaw_deg)
        yaw_deg = min(max(yaw_deg, here_deg - LEASH_DEG), here_deg + LEASH_DEG)
        self._free = self._braking = self._holding = False
        self._goal_deg, self._goal_dps = yaw_deg, rate_dps
        self._follow(torque_limit_nm=command.torque_limit_nm)
        return replace(command, yaw_deg=yaw_deg, rate_dps=rate_dps)

    def _follow(self, *, torque_limit_nm: float, let_go: bool = False) -> None:
        """Pass on the goal; letting go, the device's own reference goes to where the screen is as fast as it can."""
        now_s = self._driver.now_s()
        step_s = now_s - self._passed_s
        if step_s > LONGEST_STEP_S:
            # After a gap the device has reached its last goal and stands: it starts again gently.
            self._speed_dps, step_s = 0.0, LONGEST_STEP_S
        wanted_dps = self._wanted_dps()
        ramp_dps = CATCH_UP_RAMP * self.capabilities.max_accel_dps2 * step_s
        self._speed_dps = min(wanted_dps, self._speed_dps + ramp_dps, self.capabilities.max_rate_dps)
        speed_dps = self.capabilities.max_rate_dps if let_go else self._speed_dps
        self._limp = torque_limit_nm <= 0.0
        # A slow device gets a near goal: should nothing more come, it stands within a moment.
        # One that holds its place does so against a hand, as far as the leash reaches.
        reach_deg = LEASH_DEG if self._holding else NEAREST_DEG + REACH_S * self._speed_dps
        here_deg = self._measured.yaw_deg
        self._driver.follow(
            Target(
                yaw_deg=min(max(self._goal_deg, here_deg - reach_deg), here_deg + reach_deg),
                rate_dps=self._goal_dps,
                speed_dps=speed_dps,
                torque_limit_nm=max(0.0, torque_limit_nm),
            )
        )
        self._passed_s = now_s

    def _wanted_dps(self) -> float:
        """How fast the device may run: as planned, faster when it is behind, a little slower when it is ahead.

        A device that ran ahead into its goal would stop dead there until the next one comes.
        """
        pace_dps = abs(self._goal_dps)
        # The set point holds for the end of this tick, the measurement for its beginning.
        behind_deg = self._goal_deg - self._goal_dps * TICK_S - self._measured.yaw_deg
        if pace_dps == 0.0:
            return CATCH_UP_PER_S * abs(behind_deg)
        # What the encoder cannot tell apart is no reason to hurry: its flicker would become a chatter of the speed.
        sure_deg = math.copysign(max(0.0, abs(behind_deg) - self._doubt_deg), behind_deg * self._goal_dps)
        catch_up_dps = CATCH_UP_PER_S * sure_deg
        return max(pace_dps + catch_up_dps, LEAST_SHARE * pace_dps)

    def _hold(self, command: MotorCommand) -> MotorCommand:
        if abs(self._goal_dps) > MOVING_DPS:
            self._brake()
        elif not self._braking:
            # Torque that a move has stored up against a hand or a wall is let go; what is held is then held.
            away_deg = abs(self._goal_deg - self._measured.yaw_deg)
            let_go = self._limp or (not self._holding and away_deg > HOLD_SLACK_DEG)
            if let_go:
                self._goal_deg = self._measured.yaw_deg
            if not self._holding or let_go:
                self._held_since_s = self._driver.now_s()
            share = RESTING_SHARE if self._driver.now_s() - self._held_since_s > REST_AFTER_S else 1.0
            self._free, self._goal_dps, self._holding = False, 0.0, True
            self._follow(torque_limit_nm=share * command.torque_limit_nm, let_go=let_go)
        elif abs(self._measured.rate_dps) <= MOVING_DPS:
            self._braking = False
            self._goal_deg = self._measured.yaw_deg
        else:
            self._driver.alive()
        return replace(command, yaw_deg=self._goal_deg, rate_dps=0.0)

    def _brake(self) -> None:
        """Begin a stop."""
        yaw_deg, rate_dps = self._measured.yaw_deg, self._measured.rate_dps
        if abs(self._goal_dps) > MOVING_DPS:
            # The device's own reference is on its way to a little past the last set point: it brakes from there.
            yaw_deg, rate_dps = self._goal_deg + self._goal_dps * LEAD_S, self._goal_dps
        try:
            if abs(rate_dps) <= MOVING_DPS or self._limp:  # without torque nothing brakes: that comes first
                self._stand()
                return
            self._free = False
            self._driver.brake(yaw_deg=yaw_deg, rate_dps=rate_dps)
        except NoAnswer:
            return
        except PortError as error:
            self._fail(str(error))
            return
        self._braking, self._holding = True, False
        self._goal_dps = 0.0

    def _stand(self) -> None:
        """A stop of a screen that stands: under torque, where it is."""
        let_go, self._free, self._goal_dps = self._limp, False, 0.0
        if let_go:
            self._goal_deg = self._measured.yaw_deg
        self._follow(torque_limit_nm=STANDING_NM, let_go=let_go)

    # --- watching ---------------------------------------------------------------------------------------------------

    def _may_talk(self) -> bool:
        """Asking keeps some devices alive, so nobody asks while the planner is silent, until the device has stopped."""
        if not self._live or self._stopped:
            return True
        return self._silent_s() <= PLANNER_SILENT_S or self._silent_s() > SURELY_STOPPED_S

    def _measure(self) -> None:
        try:
            measured = self._driver.measure()
            if self._plausible(measured.yaw_deg):
                self._measured, self._heard_s = self._stilled(measured), self._driver.now_s()
        except NoAnswer:
            return
        except PortError as error:
            self._fail(str(error))

    def _measured_twice(self) -> MotorReading:
        """A place from which everything else follows: some wires have checksums of one byte, so two readings must agree.

        Nothing moves yet, so there is time to ask again where an answer is late.
        """
        before: MotorReading | None = None
        last: NoAnswer | None = None
        for _ in range(READ_AGAIN):
            try:
                now = self._driver.measure()
            except NoAnswer as silence:
                last = silence
                continue
            if before is not None and abs(now.yaw_deg - before.yaw_deg) <= JUMP_DEG + JUMP_DPS * TICK_S:
                return now
            before = now
        if before is None and last is not None:
            raise last
        raise NoAnswer(f"{self.capabilities.name} says another place at each reading: check wiring and supply")

    def _stilled(self, measured: MotorReading) -> MotorReading:
        """An encoder on the edge between two counts shows some degrees a second of a screen that stands."""
        self._recent_deg.append(measured.yaw_deg)
        if max(self._recent_deg) - min(self._recent_deg) <= STILL_BAND_DEG:
            return replace(measured, rate_dps=0.0)
        return measured

    def _plausible(self, yaw_deg: float) -> bool:
        """Some wires have checksums of one byte: a place that no screen could have reached is believed at the second time."""
        reach_deg = JUMP_DEG + JUMP_DPS * (self._driver.now_s() - self._heard_s)
        near = abs(yaw_deg - self._measured.yaw_deg) <= reach_deg
        confirmed = self._doubted_deg is not None and abs(yaw_deg - self._doubted_deg) <= reach_deg
        self._doubted_deg = None if near or confirmed else yaw_deg
        return near or confirmed

    def _judge(self) -> None:
        name, now_s = self.capabilities.name, self._driver.now_s()
        if self._measured.fault:
            self._fail(self._measured.fault)
        elif self._enabled and self._silent_s() > DEADMAN_S:
            self._fail(f"no new commands for {1000.0 * DEADMAN_S:.0f} ms: {name} was stopped")
            if self.capabilities.deadman != "device" and not self._braking:
                self._brake()
        elif self._enabled and not self._measured.powered:
            self._fail(f"{name} lost its supply or was reset by somebody else")
        elif not self._fault and now_s - self._heard_s > NO_ANSWER_S:
            self._fail(f"no answer from {name} for {1000.0 * NO_ANSWER_S:.0f} ms: check plug and supply")

    def _fail(self, fault: str) -> None:
        self._fault = self._fault or fault
        self._enabled = False

    def _mode(self) -> MotorMode:
        if self._fault:
            return MotorMode.FAULT
        if not self._enabled:
            return MotorMode.OFF
        if self._free:
            return MotorMode.FREE
        turning = abs(self._measured.rate_dps) > MOVING_DPS
        if self._braking:
            return MotorMode.STOPPING if turning else MotorMode.HOLDING
        return MotorMode.MOVING if turning or self._goal_dps != 0.0 else MotorMode.HOLDING
