"""What one check of the machine says, and how a part is tried without risk to the one who asks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

from simulator.runtime.children import environment

PATIENCE_S = 60.0


class Status(StrEnum):
    """How a part stands."""

    GOOD = "good"
    LESS = "less"  # Swivel runs, something is left out
    BAD = "bad"  # Swivel does not run, or not as it should


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of the machine."""

    part: str
    status: Status
    found: str
    do: str = ""  # the one thing that mends it; empty when nothing needs to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a process of its own came to."""

    code: int
    said: str
    complained: str

    @property
    def reason(self) -> str:
        """Why it failed, in its own last words."""
        lines = [line.strip() for line in self.complained.splitlines() if line.strip()]
        if lines:
            return lines[-1]
        return f"it was ended by signal {-self.code}" if self.code < 0 else f"it ended with code {self.code}"


def tried(program: str) -> Trial:
    """Run a few lines of Python in a process of its own; errors come back in words."""
    lines = f"import simulator.runtime.last_words\n{program}"
    try:
        done = subprocess.run(
            [sys.executable, "-c", lines],
            env=environment(),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return Trial(code=1, said="", complained=f"no answer within {PATIENCE_S:.0f} s")
    return Trial(code=done.returncode, said=done.stdout, complained=done.stderr)
