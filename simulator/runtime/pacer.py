"""The only place that looks at the clock on the wall, for progress and speeds.

The loop never asks it. The window plays what the engine has computed, so a slow machine shows a shorter run, not another one
(docs/decisions/0011).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


def processor_s() -> float:
    """Processor time of this process so far, in seconds: what a run costs however busy the machine is."""
    return time.process_time()


def wall_s() -> float:
    """Seconds on a clock that only goes forward, for progress and benchmarks."""
    return time.perf_counter()


def calendar() -> datetime:
    """Day and time of the world outside, for reports; never for a run."""
    return datetime.now(UTC)
