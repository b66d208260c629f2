"""The only place that looks at the clock on the wall: keeps a run at the speed that a person asked for.

When the loop cannot keep up, simulated time slows down and `speed` says so; ticks are never skipped.
"""

from __future__ import annotations

import time

from simulator.onboard.messages import TICK_S

# Longer lags than this are forgotten: after a hiccup nobody wants to watch the room catch up in fast motion.
FORGIVEN_LAG_S = 0.25
SPEED_WINDOW_S = 1.0


def wall_s() -> float:
    """Seconds on a clock that only goes forward, for progress and benchmarks."""
    return time.perf_counter()


class Pacer:
    """Waits so that ticks pass at `speed_wanted` times real time; None means as fast as possible."""

    def __init__(self, speed_wanted: float | None = 1.0) -> None:
        self._speed_wanted = speed_wanted
        self._due_s = time.perf_counter()
        self._window_start_s, self._window_ticks = self._due_s, 0
        self.speed = 0.0

    def set_speed(self, speed_wanted: float | None) -> None:
        """Change the speed from now on."""
        self._speed_wanted = speed_wanted
        self._due_s = time.perf_counter()

    def wait(self) -> None:
        """Wait until the next tick is due."""
        now_s = time.perf_counter()
        self._measure(now_s)
        if self._speed_wanted is None:
            return
        self._due_s += TICK_S / self._speed_wanted
        if now_s < self._due_s:
            time.sleep(self._due_s - now_s)
        elif now_s - self._due_s > FORGIVEN_LAG_S:
            self._due_s = now_s

    def _measure(self, now_s: float) -> None:
        self._window_ticks += 1
        passed_s = now_s - self._window_start_s
        if passed_s >= SPEED_WINDOW_S:
            self.speed = self._window_ticks * TICK_S / passed_s
            self._window_start_s, self._window_ticks = now_s, 0
