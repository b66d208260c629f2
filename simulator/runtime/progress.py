"""A line that says how far long work is and how long it will still take: redrawn on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO

from simulator.runtime.pacer import wall_s

REDRAW_S = 0.2
# On a pipe or in a log file, where a line stays: often enough to see that it lives.
LINE_EVERY_S = 10.0


class ProgressLine:
    """Draws one line that is overwritten; where that cannot be, it writes a line every ten seconds."""

    def __init__(self, what: str, *, to: TextIO | None = None, line_every_s: float = LINE_EVERY_S) -> None:
        self._what, self._to = what, to or sys.stderr
        self._every_s = REDRAW_S if self._to.isatty() else line_every_s
        self._started_s = wall_s()
        self._drawn_s = 0.0 if self._to.isatty() else self._started_s
        self._shown = False

    def __call__(self, share: float, note: str = "") -> None:
        """Say that this share (0..1) is done."""
        now_s = wall_s()
        terminal = self._to.isatty()
        if now_s - self._drawn_s < self._every_s and not (terminal and share >= 1.0):
            return
        self._drawn_s = now_s
        passed_s = now_s - self._started_s
        left = f"{passed_s / share - passed_s:.0f} s left" if share > 0.02 else "…"
        line = "  ".join(filter(None, (self._what, f"{share:4.0%}", note, left)))
        self._shown = terminal
        self._to.write(f"\r\x1b[K{line}" if terminal else f"{line}\n")
        self._to.flush()

    def done(self) -> None:
        """Take the line away."""
        if self._shown:
            self._to.write("\r\x1b[K")
            self._to.flush()
