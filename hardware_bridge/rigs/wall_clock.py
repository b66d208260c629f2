"""A real motor in the loop of the simulator: a tick waits until the wall clock has come to it.

The counterpart of `emulated.OnVirtualTime`. A loop that is late goes on late; it never hurries to catch up, because the past
cannot be steered. The guard counts in ticks and does not notice; a loop that is too slow is stopped by the motor's own deadman.
"""

from __future__ import annotations

import time

from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import Motor
from simulator.onboard.messages import TICK_S, MotorState


class WallClockPace:
    """Lets each tick begin when it is due."""

    def __init__(self) -> None:
        self._due_s: float | None = None
        self._tick = 0
        self.late_ticks = 0
        """Ticks that began more than a tick late."""

    def wait(self, tick: int) -> None:
        """Return when this tick is due; at once for a tick that has begun."""
        now_s = time.monotonic()  # noqa: TID251 - a real motor lives by the wall clock
        if self._due_s is None:
            self._due_s, self._tick = now_s, tick
        self._due_s += (tick - self._tick) * TICK_S
        self._tick = tick
        if now_s < self._due_s:
            time.sleep(self._due_s - now_s)  # noqa: TID251
        elif now_s > self._due_s + TICK_S:
            self.late_ticks += 1
            self._due_s = now_s


class OnWallClock(PassingOn):
    """A motor whose state is asked for at the pace of the ticks."""

    def __init__(self, motor: Motor) -> None:
        super().__init__(motor)
        self.pace = WallClockPace()

    def state(self, tick: int) -> MotorState:
        """Wait for the tick, then ask."""
        self.pace.wait(tick)
        return self.motor.state(tick)
