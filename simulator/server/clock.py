"""The clock on the wall, for the two processes of the API and for nothing else."""

from __future__ import annotations

import time


def now_s() -> float:
    """Seconds on a clock that only goes forward."""
    return time.monotonic()


def since_1970_s() -> float:
    """The time of day, for clients that compare a state's age."""
    return time.time()
