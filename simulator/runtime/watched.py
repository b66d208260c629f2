"""A child process with limits: what another package does in it costs that run and nothing else.

The parent watches time and memory from outside, for code that hangs never gives the turn back. The child may also bound its own
memory, so that an allocation beyond it fails where it is made, with the line in the traceback.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.runtime.children import environment
from simulator.runtime.pacer import wall_s

LOOK_EVERY_S = 0.1
# Room above the bound for what the child itself goes on to load; the parent's own bound comes after it.
SLACK_MB = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a child may take."""

    time_s: float = 600.0
    memory_mb: float = 3000.0


def watched(
    command: Sequence[str], allowance: Allowance, *, hear: Callable[[bool, bytes], object], extra: dict[str, str]
) -> tuple[int, str]:
    """Run a command to its end; returns its exit code, and why it was stopped ("" if it was not).

    `hear` gets what the child prints, as it comes, and whether it is an error.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=same_place() | extra
    )
    assert process.stdout is not None
    assert process.stderr is not None
    began_s, why = wall_s(), ""
    with process, selectors.DefaultSelector() as selector:
        for is_error, stream in ((False, process.stdout), (True, process.stderr)):
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ, is_error)
        try:
            while selector.get_map():
                for key, _ in selector.select(LOOK_EVERY_S):
                    data = os.read(key.fd, 1 << 16)
                    if data:
                        hear(key.data, data)
                    else:
                        selector.unregister(key.fileobj)
                why = why or too_much(process.pid, wall_s() - began_s, allowance)
                if why:
                    process.kill()
        except BaseException:
            process.kill()
            raise
    return process.wait(), why


def too_much(pid: int, passed_s: float, allowance: Allowance) -> str:
    """Which bound a process is beyond; "" while it keeps them."""
    if passed_s > allowance.time_s:
        return f"it took more than {allowance.time_s:g} s"
    if memory_mb(pid) > allowance.memory_mb + SLACK_MB:
        return f"it took more than {allowance.memory_mb:g} MB of memory"
    return ""


def memory_mb(pid: int) -> float:
    """The memory that a process holds; 0 where nobody says."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0.0
    return int(pages) * os.sysconf("SC_PAGESIZE") / 1e6


def most_memory_mb() -> float:
    """The most memory that this process ever held; 0 where nobody says."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:")), 0.0)


def limit_own_memory(more_mb: float) -> None:
    """Let this process have so much more than it has now; beyond it an allocation fails. Only where the system says how much that is."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    import resource  # not on Windows, which has no /proc either

    bound = pages * resource.getpagesize() + int(more_mb * 1e6)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def same_place() -> dict[str, str]:
    """The environment of a child that finds the packages that this process finds."""
    return environment() | {"PYTHONPATH": os.pathsep.join(filter(None, (environment()["PYTHONPATH"], *sys.path)))}
