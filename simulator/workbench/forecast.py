"""What the planner would do now, kept beside the run until the full run has caught up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Tuning
from simulator.workbench.run_data import RunData
from simulator.world.placement import setup_of
from simulator.world.spec import WorldSpec

if TYPE_CHECKING:
    from simulator.workbench.replan import Replanner


# A longer run is sketched around the playhead only: a minute costs a few hundredths of a second, ten minutes half a second.
SKETCHED_TICKS = 60 * TICKS_PER_S


def sketch_start(tick: int, ticks: int) -> int:
    """From where a run is sketched: from its beginning, or half a minute before the playhead of a long one."""
    return 0 if ticks <= SKETCHED_TICKS else max(0, tick - SKETCHED_TICKS // 2)


class Forecast:
    """The planner's answer to the last turn of a knob."""

    def __init__(self) -> None:
        self.predicted: tuple[int, NDArray[np.float32]] | None = (
            None  # first tick and yaw; None while nothing is turned
        )
        self.due = False  # a knob has turned since the last answer
        self.version = 0
        self._replanner: Replanner | None = None
        self._run: RunData | None = None  # what it plans over

    def prepared(self, run: RunData, spec: WorldSpec, facts: DeviceFacts) -> Replanner:
        """Load the mind; it takes a fifth of a second, so best while nobody waits."""
        if self._replanner is None or self._run is not run:
            from simulator.workbench.replan import Replanner

            self._replanner, self._run = Replanner(run, facts, setup_of(spec)), run
        return self._replanner

    def answer(
        self, run: RunData, spec: WorldSpec, facts: DeviceFacts, *, tick: int, now: Tuning, wanted: Tuning
    ) -> None:
        """Redraw the future from a tick on."""
        self.due = False
        self.predicted = (tick, self.prepared(run, spec, facts).yaw_deg(tick, now=now, wanted=wanted))
        self.version += 1

    def clear(self) -> None:
        """The full run has caught up."""
        self.predicted = None
        self.version += 1

    def forget(self) -> None:
        """Another scene or run is open."""
        self.clear()
        self._replanner = self._run = None
