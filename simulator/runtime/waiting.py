"""Whether this system can wait for pipes, by which the processes of Swivel talk."""

from __future__ import annotations

import os
import select


class SystemLacks(RuntimeError):
    """Something that this operating system does not have; the text says what for."""


def check_waiting(who: str) -> None:
    """Raises SystemLacks where a pipe cannot be waited for: Windows does that for sockets only."""
    ends = os.pipe()
    try:
        select.select(ends[:1], [], [], 0.0)
    except OSError as error:
        raise SystemLacks(
            f"{who} waits for pipes, which this system cannot ({error.strerror}); use Linux, macOS, or WSL on Windows"
        ) from error
    finally:
        for end in ends:
            os.close(end)
