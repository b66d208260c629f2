"""What the device told in the last minute, a row a tick: for its curves, its dial and its table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICKS_PER_S

KEPT_TICKS = 60 * TICKS_PER_S


class LastMinute:
    """Rows that push the oldest ones out."""

    def __init__(self) -> None:
        # The layout of a row is loaded with the first device, not with the window.
        self._rows: NDArray[np.void] | None = None
        self._count = 0

    def rows(self, ticks: int = KEPT_TICKS) -> NDArray[np.void]:
        """The last ticks; a view, not to be written."""
        return self._room()[max(0, self._count - ticks) : self._count]

    def clear(self) -> None:
        """Begin again, for another device."""
        self._count = 0

    def keep(self, body: bytes, count: int) -> None:
        """Take in the next rows as they came over the pipe."""
        rows = self._room()
        if self._count + count > len(rows):
            rows[:KEPT_TICKS] = rows[self._count - KEPT_TICKS : self._count].copy()
            self._count = KEPT_TICKS
        rows[self._count : self._count + count] = np.frombuffer(body, dtype=rows.dtype, count=count)
        self._count += count

    def table(self) -> str:
        """As CSV, with the seconds since its first row; what is not known stays empty."""
        rows = self.rows()
        lines = [",".join(["time_s", *(rows.dtype.names or ())])]
        for place, row in enumerate(rows):
            numbers = [place / TICKS_PER_S, *row.tolist()]
            lines.append(",".join("" if value != value else f"{value:.6g}" for value in numbers))
        return "\n".join(lines) + "\n"

    def _room(self) -> NDArray[np.void]:
        if self._rows is None:
            from simulator.runtime.live_rows import LIVE

            self._rows = np.zeros(2 * KEPT_TICKS, dtype=LIVE)
        return self._rows
