"""The run on the screen, the one that is being computed to take its place, and the one whose place it took.

A run is never shown as a patchwork: until the new one has reached the playhead the old one stays whole on the screen, and says so.
"""

from __future__ import annotations

from pathlib import Path

from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Value
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench.run_data import RunData
from simulator.workbench.run_spans import CheckMark

AHEAD_TICKS = 2 * TICKS_PER_S  # how far behind the playhead a new run has to reach before it is shown


class ShownRun:
    """What the window shows of the engine's work."""

    def __init__(self) -> None:
        self.run = RunData()
        self.coming: RunData | None = None
        self.before: RunData | None = None
        self.settings: dict[str, Value] = {}  # the knobs of the run on the screen at its beginning
        self._coming_settings: dict[str, Value] = {}
        self.old = False  # the run on the screen has other knobs than those that are set
        self.complete = False
        self.checks: list[CheckMark] = []
        self.trace_hash = ""
        self.recording: Path | None = None  # the run is read from there; None: it is computed here

    @property
    def computed(self) -> int:
        """How many ticks the engine has sent of the run that it works on."""
        return len(self.run if self.coming is None else self.coming)

    def clear(self, settings: dict[str, Value]) -> None:
        """Nothing has been computed yet of a run with these knobs."""
        self.run.cut(0)
        self.coming, self.old, self.settings = None, False, dict(settings)
        self.renounce()

    def renounce(self) -> None:
        """What was judged does not hold any more."""
        self.checks, self.trace_hash, self.complete, self.recording = [], "", False, None

    def replace(self, settings: dict[str, Value]) -> None:
        """A whole new run with these knobs is on its way; the present one stays on the screen until then."""
        if not len(self.run):
            self.clear(settings)
            return
        self.renounce()
        self.coming, self._coming_settings = RunData(), dict(settings)
        self.old = self.old or settings != self.settings

    def cut(self, tick: int) -> None:
        """Another future begins at a tick of the run on the screen."""
        self.renounce()
        self.coming = None
        self.run.cut(tick)

    def feed(self, batch: Ticks, *, at_tick: int) -> bool:
        """Take in what was computed; says whether the run on the screen is another one now."""
        into = self.run if self.coming is None else self.coming
        if batch.first > len(into):
            return False
        into.feed(batch)
        if self.coming is None:
            return True
        if len(self.coming) > at_tick + AHEAD_TICKS:
            self._show_coming()
            return True
        return False

    def finish(self, trace_hash: str, checks: list[CheckMark]) -> None:
        """The engine has come to the end."""
        if self.coming is not None:
            self._show_coming()
        self.trace_hash, self.checks, self.complete = trace_hash, checks, True

    def _show_coming(self) -> None:
        assert self.coming is not None
        if self.old:
            self.before = self.run
        self.run, self.coming, self.old = self.coming, None, False
        self.settings = self._coming_settings
