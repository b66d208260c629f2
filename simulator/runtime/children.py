"""What our own worker processes are started with: numeric libraries on one thread, and this very code, wherever they start."""

from __future__ import annotations

import os
from pathlib import Path

from simulator.runtime.threads import ONE_THREAD

ROOT = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """The environment of a child."""
    made = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
    made["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return made


def has_a_core() -> bool:
    """Whether one more process that works all the time finds a core of its own."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return len(usable) > 1
