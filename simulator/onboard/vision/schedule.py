"""When the next picture is due, and when what the eyes made of the last one may be used.

Looking at a picture takes time: its report comes the stated latency of the device after its exposure, and the next picture is
taken when it is there. So a report is never younger than that. In a real room it may be older.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import TICKS_PER_S, Seeing, VisionReport
from simulator.onboard.state import Remembers

NO_PICTURE_TICKS: Final = TICKS_PER_S  # without a picture for this long after one was due the camera counts as lost
CLOSED_TICKS: Final = 20  # how soon a covered lens may be asked again
ALERT_TICKS: Final = 2 * TICKS_PER_S  # pictures are urgent for this long after a wake word


class Schedule(Remembers):
    """The eyes' own time: one picture is looked at, one report stands."""

    FIXED = ("_latency_ticks",)

    def __init__(self, facts: CameraFacts) -> None:
        self._latency_ticks = facts.latency_ticks
        self._due_tick = 0
        self._taken_tick: int | None = None  # of the picture that is looked at now
        self._hurried = False
        self._alert_until = 0
        self.report = VisionReport(tick=0, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1)

    def picture_wanted(self, tick: int) -> bool:
        """Whether a picture is due at this tick."""
        return self._taken_tick is None and tick >= self._due_tick and self.report.seeing is not Seeing.SHUTTER_CLOSED

    def answer_due(self, tick: int) -> bool:
        """Whether the report on the picture that was taken last may be used from this tick on."""
        return self._taken_tick is not None and tick >= self._taken_tick + self._latency_ticks

    def alert(self, tick: int) -> bool:
        """Whether a wake word was heard a moment ago."""
        return tick < self._alert_until

    def hurry(self, tick: int) -> None:
        """A wake word was heard: look as soon as the eyes are free."""
        self._alert_until = tick + ALERT_TICKS
        self._hurried = self._taken_tick is not None
        if not self._hurried:
            self._due_tick = min(self._due_tick, tick + 1)

    def take(self, tick: int) -> None:
        """A picture was taken at this tick."""
        self._taken_tick = tick

    def answer(self, report: VisionReport, tick: int) -> None:
        """What was made of the last picture stands from this tick on."""
        taken_tick = tick if self._taken_tick is None else self._taken_tick
        late_ticks = tick - taken_tick - self._latency_ticks
        self.report = report if tick == report.tick else replace(report, tick=tick, late_ticks=late_ticks)
        self._due_tick = tick + 1 if self._hurried else taken_tick + report.next_frame_in_ticks
        self._taken_tick, self._hurried = None, False

    def lost(self, tick: int) -> bool:
        """Whether pictures have failed to come for so long that the camera counts as lost; true once."""
        since = self._due_tick if self._taken_tick is None else self._taken_tick + self._latency_ticks
        if tick <= since + NO_PICTURE_TICKS or self.report.seeing is not Seeing.SEEING:
            return False
        self.report = VisionReport(
            tick=tick, frame_tick=self.report.frame_tick, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1
        )
        return True

    def close(self, tick: int) -> None:
        """The shutter is closed: what is made of a picture under way will not be used."""
        self._taken_tick, self._hurried = None, False
        if self.report.seeing is not Seeing.SHUTTER_CLOSED:
            self.report = VisionReport(
                tick=tick, frame_tick=None, seeing=Seeing.SHUTTER_CLOSED, next_frame_in_ticks=CLOSED_TICKS
            )

    def open(self, tick: int) -> None:
        """The shutter is open; if it was closed, a picture is due at once."""
        if self.report.seeing is Seeing.SHUTTER_CLOSED:
            self._due_tick = tick
            self.report = VisionReport(tick=tick, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1)
