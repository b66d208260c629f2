"""A line on the terminal that says how far long work is and how long it will still take."""

from __future__ import annotations

import sys
from typing import TextIO

from simulator.runtime.pacer import wall_s

REDRAW_S = 0.2


class ProgressLine:
    """Draws one line that is overwritten; on a pipe or a log file it stays silent."""

    def __init__(self, what: str, *, to: TextIO | None = None) -> None:
        self._what, self._to = what, to or sys.stderr
        self._started_s = wall_s()
        self._drawn_s = 0.0
        self._shown = False

    def __call__(self, share: float) -> None:
        """Say that this share (0..1) is done."""
        now_s = wall_s()
        if not self._to.isatty() or (now_s - self._drawn_s < REDRAW_S and share < 1.0):
            return
        self._drawn_s, self._shown = now_s, True
        passed_s = now_s - self._started_s
        left = f"{passed_s / share - passed_s:.0f} s left" if share > 0.02 else "…"
        self._to.write(f"\r\x1b[K{self._what}  {share:4.0%}  {left}")
        self._to.flush()

    def done(self) -> None:
        """Take the line away."""
        if self._shown:
            self._to.write("\r\x1b[K")
            self._to.flush()
