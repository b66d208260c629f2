"""`swivel install-desktop`: puts Swivel into the menu of this user's desktop, and takes it out again."""

from __future__ import annotations

import sys

from simulator.runtime.desktop_entry import DesktopFiles
from simulator.runtime.exit_codes import ExitCode


def desktop_command(*, remove: bool) -> int:
    """Write or remove the entry and the icon; returns the exit code."""
    if sys.platform != "linux":
        print("swivel: a desktop entry is for Linux desktops; make a link to the command swivel here", file=sys.stderr)
        return ExitCode.BAD_USAGE
    files = DesktopFiles.of_this_user()
    if remove:
        gone = files.remove()
        print("\n".join(f"removed {path}" for path in gone) or "there was no entry to remove")
        return ExitCode.PASSED
    files.install()
    print(f"wrote {files.entry}\nwrote {files.icon}")
    return ExitCode.PASSED
