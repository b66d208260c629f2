"""Who holds a serial port, and how it is kept from others."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")


def words_for(path: str, error: BaseException) -> str:
    """Why a port cannot be opened, where more can be said than the system does; "" where not."""
    number = getattr(error, "errno", None)
    if number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
        owner = owner_of(path)
        return f"another program holds it: {owner}" if owner else "another program holds it"
    if number == errno.EACCES:
        return "this user may not: add it to the group dialout (sudo usermod -aG dialout $USER) and log in again"
    return ""


def owner_of(path: str) -> str:
    """Name and process of whoever has the port open; "" where that cannot be seen."""
    wanted = os.path.realpath(path)
    for process in PROCESSES.glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        with suppress(OSError):
            for handle in (process / "fd").iterdir():
                if os.readlink(handle) == wanted:
                    return f"{(process / 'comm').read_text().strip()}, process {process.name}"
    return ""


def keep_others_out(path: str, handle: int) -> None:
    """From now on other programs cannot open this port, also those that do not ask whether it is taken.

    A pseudo terminal is left alone: its emulator holds it open, so that it would stay closed to others after a program was killed.
    """
    if os.path.realpath(path).startswith("/dev/pts/"):
        return
    with suppress(ImportError, OSError, AttributeError):
        import fcntl
        import termios

        fcntl.ioctl(handle, termios.TIOCEXCL)
