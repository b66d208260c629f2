"""Whether this computer can keep a motor company by the clock just now."""

from __future__ import annotations

import os

from hardware_bridge.supervisor.real_time import may_take_priority

TOO_BUSY = "a motor by the clock needs priority, or a computer that has time"


def too_busy() -> bool:
    """More programs want to run than there are processors, and the supervisor may not go before them."""
    return not may_take_priority() and os.getloadavg()[0] > 0.8 * (os.cpu_count() or 1)
