"""Whoever has started an emulated motor may turn its screen by hand: by typing degrees to its left, and Enter."""

from __future__ import annotations

import math
import os
from contextlib import suppress

from hardware_bridge.emulators.hand import Hand

LONGEST_BYTES = 200
FURTHEST_DEG = 360.0


class TypedHand:
    """Reads lines from a file number without ever waiting for one."""

    def __init__(self, hand: Hand, *, file: int) -> None:
        self._hand, self._text = hand, b""
        self.file: int | None = file
        """None when nothing more can come."""

    def read(self) -> None:
        """Take what has been typed: to be called when there is something."""
        if self.file is None or not _in_front(self.file):
            return
        try:
            data = os.read(self.file, LONGEST_BYTES)
        except OSError:
            data = b""
        if not data:
            self.file = None
            return
        *lines, rest = (self._text + data).split(b"\n")
        self._text = rest[-LONGEST_BYTES:]
        for line in lines:
            with suppress(ValueError):
                wanted_deg = float(line)
                if math.isfinite(wanted_deg) and abs(wanted_deg) <= FURTHEST_DEG:
                    self._hand.turn_to(wanted_deg)


def _in_front(file: int) -> bool:
    """A program in the background of a terminal that reads from it would be stopped by the system."""
    try:
        return os.tcgetpgrp(file) == os.getpgrp()
    except OSError:  # no terminal
        return True
