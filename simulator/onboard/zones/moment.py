"""What the zones may look at in one thought: the wish, whom it is about, everybody else, the body, the range and the knobs."""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.message import message
from simulator.onboard.messages import BodyReport, Intent, MotorState, Shutter, TrackReport, Zone
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.group import Aim
from simulator.onboard.zones.rules import ZoneRules


@message
class ZoneMoment:
    """One thought's view of the world."""

    intent: Intent
    body: BodyReport
    motor: MotorState
    shutter: Shutter
    eyes_lost_s: float
    arc: RangeOfMotion | None  # None until the range of motion is set
    tracks: TrackReport
    tuning: Tuning  # for knobs that are the same in every mode and at every distance; `rules` has the others
    rules: ZoneRules
    aim: Aim | None  # None with nobody and nothing to turn to
    zone: Zone | None  # of the aim; None without one
    dead_deg: float  # half width at the aim's distance
    holding_deg: float
    under_way: bool  # a turn for this very wish has begun and not arrived
    goal_deg: float | None  # of any turn that has begun; None at rest
    blocked_goal_deg: float  # what was being turned to when a side was last blocked; not a number without
    waited_s: float  # since the aim came into the motion zone
    rested_s: float  # since the last turn ended

    @property
    def tick(self) -> int:
        """When the wish was made."""
        return self.intent.tick

    @property
    def yaw_deg(self) -> float:
        """Where the screen points."""
        return self.motor.yaw_deg
