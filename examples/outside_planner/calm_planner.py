"""A zone planner that rests: after a turn the screen stays for some seconds, whatever happens, unless it is urgent.

It asks the shipped planner first, so everything that forbids a turn (shutter, hand, fault, range) still does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S, BodyReport, HoldReason, Intent, TrackReport, ZoneDecision
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.stage import ZoneStage

REST_TICKS = 5 * TICKS_PER_S


class Rested:
    """The shipped planner, slowed down."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._zones = ZoneStage(facts)
        self._turning = False
        self._ended_tick = -REST_TICKS

    def tick(
        self, intent: Intent, tracks: TrackReport, body: BodyReport, tuning: Tuning, **moment: Any
    ) -> ZoneDecision:
        """What the shipped planner decides, but not soon after a turn."""
        decision = self._zones.tick(intent, tracks, body, tuning, **moment)
        wanted = decision.goal_yaw_deg is not None
        rested = intent.tick - self._ended_tick >= REST_TICKS
        if wanted and not (self._turning or rested or decision.urgent):
            return replace(decision, goal_yaw_deg=None, hold=HoldReason.SETTLING)
        if self._turning and not wanted:
            self._ended_tick = intent.tick
        self._turning = wanted
        return decision

    def snapshot(self) -> Any:
        """Everything that changes."""
        return self._zones.snapshot(), self._turning, self._ended_tick

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        zones, self._turning, self._ended_tick = state
        self._zones.restore(zones)
