"""`swivel run` with an algorithm of another package: in a process of its own, so that a hang or a hunger for memory ends with it."""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
from collections.abc import Sequence

from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.watched import Allowance, limit_own_memory, watched

# Set in the child: the seconds and megabytes that it may take.
LIMITS = "SWIVEL_RUN_LIMITS"
START = "import sys; from simulator.cli.main import main; sys.exit(main())"
# The stack is written down after this share of the time, so that it is there before the child is stopped.
STACK_AFTER = 0.75


def outcome_apart(options: argparse.Namespace) -> int | None:
    """The exit code of the same command in a child; None where this is the child, or nothing of another package is named."""
    if LIMITS in os.environ:
        keep_limits()
        return None
    finders = [text for text in options.set if text.partition("=")[0].strip() == "sound.algorithm" and "/" in text]
    named = [*options.parts, *finders]
    if not named:
        return None
    allowance = Allowance(time_s=options.limit_time, memory_mb=options.limit_memory)
    return run_apart(options.given, named, allowance)


def keep_limits() -> None:
    """In the child: bound the memory from here on, and write the stack down before the time is over."""
    time_s, memory_mb = map(float, os.environ[LIMITS].split())
    limit_own_memory(memory_mb)
    faulthandler.enable()
    faulthandler.dump_traceback_later(STACK_AFTER * time_s, exit=False)


def run_apart(given: Sequence[str], named: Sequence[str], allowance: Allowance) -> int:
    """Run the same command in a child; returns its exit code, or that of a crash if it had to be stopped."""
    code, why = watched(
        [sys.executable, "-c", START, *given],
        allowance,
        hear=_heard,
        extra={LIMITS: f"{allowance.time_s} {allowance.memory_mb}"},
    )
    if why:
        print(f"swivel: {', '.join(named)}: stopped, since {why}; see --limit-time, --limit-memory", file=sys.stderr)
        return ExitCode.CRASHED
    if code < 0:
        print(f"swivel: {', '.join(named)}: the run ended by signal {-code}", file=sys.stderr)
        return ExitCode.CRASHED
    return code


def _heard(is_error: bool, data: bytes) -> None:
    stream = sys.stderr if is_error else sys.stdout
    stream.write(data.decode("utf-8", "replace"))
    stream.flush()
