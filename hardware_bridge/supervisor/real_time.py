"""A place in front of all other programs, for the one process that must never be late."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

# Low among those that run before everything else: the system's own come first.
PRIORITY = 10
CURRENT_AND_FUTURE = 3  # of mlockall: what is in memory now and whatever comes


def may_take_priority() -> bool:
    """Whether this user may."""
    try:
        import resource

        return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_RTPRIO)[0] >= PRIORITY
    except (ImportError, AttributeError):
        return False


def give_priority_back() -> None:
    """Run beside ordinary programs again: long work that nothing waits for must not stop the computer."""
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def take_priority() -> bool:
    """Run before ordinary programs and never be moved to disk; false where this user may not (see docs/bridge.md)."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except (AttributeError, OSError):
        return False
    ctypes.CDLL(None).mlockall(CURRENT_AND_FUTURE)  # may fail alone: it is the smaller part
    return True
