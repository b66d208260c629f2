"""A planner that never turns: what every planner has to be better than."""

from __future__ import annotations

from typing import TypeAlias

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import BodyReport, HoldReason, Intent, TrackReport, ZoneDecision
from simulator.onboard.tuning import Tuning

Nothing: TypeAlias = tuple[()]


class NeverMove:
    """Stays, whatever happens."""

    def __init__(self, facts: DeviceFacts) -> None:
        del facts

    def tick(
        self, intent: Intent, tracks: TrackReport, body: BodyReport, tuning: Tuning, **moment: object
    ) -> ZoneDecision:
        """Stay."""
        return ZoneDecision(
            tick=intent.tick, zone=None, goal_yaw_deg=None, hold=HoldReason.POLICY, reason_tick=intent.reason_tick
        )

    def snapshot(self) -> Nothing:
        """Nothing changes."""
        return ()

    def restore(self, state: Nothing) -> None:
        """Nothing to go back to."""
