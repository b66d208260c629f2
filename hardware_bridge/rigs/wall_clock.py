"""A real motor in the loop of the simulator: a tick waits until the wall clock has come to it.

The counterpart of `emulated.OnVirtualTime`. A loop that is late goes on late; it never hurries to catch up, because the past
cannot be steered. The guard counts in ticks and does not notice; the supervisor, in a process of its own, does: it stops the
screen gently and takes it up again when the loop is back.
"""

from __future__ import annotations

import time

from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.rigs.motor_by_name import parse_url
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.own import OwnSupervisor
from hardware_bridge.supervisor.steady import SteadyMotor
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import TICK_S, MotorState

TOLD_LATE = 0.005  # the share of late ticks that is worth a sentence


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
    """A supervised motor whose state is asked for at the pace of the ticks."""

    def __init__(self, name: str, *, travel: RangeOfMotion, pace: WallClockPace | None = None) -> None:
        """The motor of that name, torque off; a `pace` that somebody else keeps may be given. Raises PortError."""
        url = parse_url(name)
        self.steady = (
            SteadyMotor(SupervisedMotor(url.place))
            if url.scheme == "supervised"
            else OwnSupervisor(name, travel=travel)
        )
        super().__init__(self.steady)
        self.pace = pace or WallClockPace()
        self._paces = pace is None
        self._ticks = 0

    def state(self, tick: int) -> MotorState:
        """Wait for the tick, then ask."""
        if self._paces:
            self.pace.wait(tick)
        self._ticks = tick + 1
        return self.motor.state(tick)

    @property
    def notes(self) -> tuple[str, ...]:
        """How this computer kept up, where it did not."""
        late, held, pauses = self.pace.late_ticks, self.steady.late_ticks, self.steady.pauses
        said: list[str] = []
        if late > TOLD_LATE * self._ticks:
            said.append(f"this computer was too busy: {late} of {self._ticks} ticks were late")
        if held > TOLD_LATE * self._ticks:
            said.append(f"the supervisor was kept from its work for {held} of {self._ticks} ticks")
        if pauses:
            said.append(f"the screen was stopped gently {pauses} times because nothing new was sent for 100 ms")
        return tuple(said)
