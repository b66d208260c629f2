"""A supervised motor that goes on by itself after a stop that had no other cause than that this computer was busy.

Meanwhile it is a motor whose torque is off: whoever plans stands down, and begins again from where the screen is when it is back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.supervisor.client import LOST_AFTER_CALLS, SupervisedMotor
from hardware_bridge.supervisor.messages import STOPPED
from simulator.onboard.messages import TICKS_PER_S, MotorMode, MotorState

# A device is found again and switched on within this; a second try would only disturb the first.
TRY_AGAIN_TICKS = 50
MOST_TRIES = 3
DOUBT_TICKS = 10
SILENT_CALLS = 2 * TICKS_PER_S  # a supervisor that says nothing for two seconds is dead
# More stops than these are no hiccup: the person should know, and not a screen that twitches.
MOST_PAUSES, WITHIN_TICKS = 10, 60 * TICKS_PER_S


class SteadyMotor(PassingOn):
    """Stops as gently as the supervisor stops it, and takes the screen up again where it stands."""

    def __init__(self, motor: SupervisedMotor) -> None:
        super().__init__(motor)
        self._supervised = motor
        self._on = False
        self._pausing = False
        self._tries = 0
        self._try_tick = 0
        self._recent: deque[int] = deque(maxlen=MOST_PAUSES)  # ticks of the last pauses
        self._gave_up = ""
        self._doubt_tick: int | None = None  # the first one of a stop that may have been the device's own
        self.pauses = 0

    @property
    def late_ticks(self) -> int:
        """How many of its own ticks the supervisor has missed."""
        return self._supervised.report.late_ticks

    def enable(self) -> None:
        """Switch the torque on."""
        self._on = True
        super().enable()

    def free(self) -> None:
        """Switch the torque off; nothing is taken up again."""
        self._on = False
        super().free()

    def quick_stop(self) -> None:
        """Stop; only a reset leads on."""
        self._on = False
        super().quick_stop()

    def state(self, tick: int) -> MotorState:
        """What the motor's sensors say; a pause is no fault."""
        state, report = super().state(tick), self._supervised.report
        if self._gave_up:
            return replace(state, mode=MotorMode.FAULT, fault=self._gave_up)
        silent = self._supervised.silent_calls
        if not self._on or self._supervised.hung_up or silent > SILENT_CALLS:
            return state
        if silent > LOST_AFTER_CALLS:  # kept from its work, as this process may be
            return replace(state, mode=MotorMode.OFF, fault="")
        if report.guard in STOPPED:
            if report.cause == "silence":
                return self._paused(state, tick)
            if report.cause == "device" and self._doubts(tick):
                return replace(state, mode=MotorMode.OFF, fault="")
            return state
        self._doubt_tick = None
        if self._pausing and not report.engaged:
            return self._paused(state, tick)  # the last try has not been answered yet, or was refused
        self._pausing, self._tries = False, 0
        return state

    def _doubts(self, tick: int) -> bool:
        """That a computer which was kept waiting was the cause shows only some ticks after the stop."""
        if self._doubt_tick is None:
            self._doubt_tick = tick
        return tick - self._doubt_tick < DOUBT_TICKS

    def _paused(self, state: MotorState, tick: int) -> MotorState:
        if not self._pausing:
            self._pausing = True
            self.pauses += 1
            self._recent.append(tick)
            self._try_tick = tick
            if len(self._recent) == MOST_PAUSES and tick - self._recent[0] < WITHIN_TICKS:
                self._gave_up = f"this computer is too busy to drive a motor: {MOST_PAUSES} times in a minute nothing was sent for 100 ms"
        if self._supervised.report.guard != "braking" and tick >= self._try_tick:
            if self._tries == MOST_TRIES:
                self._gave_up = state.fault or self._supervised.refused or "the motor could not be switched on again"
            else:
                self._tries, self._try_tick = self._tries + 1, tick + TRY_AGAIN_TICKS
                super().reset()
                super().enable()
        return replace(state, mode=MotorMode.OFF, fault="")
