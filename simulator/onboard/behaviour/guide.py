"""Setting up the range of motion, step by step: say where the device stands, then let it check, or show it by hand.

Against a wall, in a corner and free-standing the device knows what arc to try; it sweeps it slowly once, and where it
touches something the range ends before. Swept by hand, the range is what the hand showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.messages import Contact, HoldReason, IntentKind, KnownWall, Placement, Setup
from simulator.onboard.state import Remembers

SWEEP_RATE_DPS: Final = 25.0
# Distance kept from whatever was touched.
CLEARANCE_DEG: Final = 5.0
HAND_MARGIN_DEG: Final = 2.0
SMALLEST_ARC_DEG: Final = 20.0
STEP_S: Final = 30.0
HAND_S: Final = 90.0
# A hand that lets go may only change its grip: the range is taken when it stays away this long.
HAND_PAUSE_S: Final = 2.0
# A device is put about this far from its wall; a later measurement may correct it.
WALL_M: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a way to stand means: the arc to try and the walls it implies."""

    arc: RangeOfMotion | None  # None: a hand shows it
    walls: tuple[KnownWall, ...] = ()


PLACES: dict[Placement, Place] = {
    Placement.WALL: Place(
        arc=RangeOfMotion(min_deg=-90.0, max_deg=90.0), walls=(KnownWall(azimuth_deg=180.0, distance_m=WALL_M),)
    ),
    Placement.CORNER: Place(
        arc=RangeOfMotion(min_deg=-45.0, max_deg=45.0),
        walls=(
            KnownWall(azimuth_deg=135.0, distance_m=WALL_M),
            KnownWall(azimuth_deg=-135.0, distance_m=WALL_M),
        ),
    ),
    Placement.FREE: Place(arc=RangeOfMotion(min_deg=-175.0, max_deg=175.0)),
    Placement.HAND: Place(arc=None),
}


class Guide(Remembers):
    """The set-up procedure: finds, step by step, the arc that the screen may use."""

    def __init__(self) -> None:
        self.arc: RangeOfMotion | None = None  # to be used while the procedure runs
        self.result: Setup | None = None  # on the thought on which it ends well
        self._place = PLACES[Placement.HAND]
        self._step = ""
        self._step_tick = 0
        self._bump_tick = 0
        self._low_deg = self._high_deg = 0.0
        self._held = False
        self._let_go_tick: int | None = None  # None while a hand holds the screen or none has yet

    def begin(self, placement: Placement, moment: Moment) -> None:
        """Start."""
        place = PLACES[placement]
        self._place, self.arc, self.result = place, place.arc, None
        self._bump_tick = moment.body.blocked_tick
        self._low_deg = self._high_deg = moment.motor.yaw_deg
        self._held, self._let_go_tick = False, None
        self._go("hand" if place.arc is None else "left", moment)

    def wanted(self, moment: Moment) -> Wanted:
        """The next step of the procedure."""
        self.result = None
        if self._step == "hand":
            return self._by_hand(moment)
        arc = self.arc
        assert arc is not None
        if moment.body.blocked_tick != self._bump_tick:
            self._bump_tick = moment.body.blocked_tick
            arc = self._shrunk(arc, moment)
            if arc is None:
                return _failed("set-up: there is not enough room to turn")
            self.arc = arc
            self._next(moment)
        if moment.seconds_since(self._step_tick) > STEP_S:
            return _failed("set-up: the screen does not get there")
        goal_deg = {"left": arc.max_deg, "right": arc.min_deg, "centre": arc.centre_deg}[self._step]
        if not moment.body.moving and abs(moment.motor.yaw_deg - goal_deg) < 1.0:
            if self._step == "centre":
                self.result = Setup(range=arc, walls=self._place.walls)
                return stay("set-up is done", HoldReason.ON_TARGET, done=True)
            self._next(moment)
            goal_deg = {"right": arc.min_deg, "centre": arc.centre_deg}[self._step]
        return Wanted(
            IntentKind.GO, f"set-up: checking the {self._step}", azimuth_deg=goal_deg, urgent=True,
            rate_limit_dps=SWEEP_RATE_DPS, reason_tick=self._step_tick,
        )  # fmt: skip

    def _by_hand(self, moment: Moment) -> Wanted:
        yaw_deg = moment.motor.yaw_deg
        if moment.body.contact is Contact.HAND:
            self._held, self._let_go_tick = True, None
            self._low_deg, self._high_deg = min(self._low_deg, yaw_deg), max(self._high_deg, yaw_deg)
            return Wanted(IntentKind.YIELD, "set-up: the hand shows the range", hold=HoldReason.HAND_ON_SCREEN)
        width_deg = self._high_deg - self._low_deg
        if self._held:
            self._held, self._let_go_tick = False, moment.tick
        paused = self._let_go_tick is not None and moment.seconds_since(self._let_go_tick) > HAND_PAUSE_S
        if paused and width_deg >= SMALLEST_ARC_DEG:
            low_deg, high_deg = self._low_deg + HAND_MARGIN_DEG, self._high_deg - HAND_MARGIN_DEG
            high_deg = min(high_deg, low_deg + 360.0)
            self.result = Setup(range=RangeOfMotion(min_deg=low_deg, max_deg=high_deg))
            return stay("set-up is done", HoldReason.ON_TARGET, done=True)
        if moment.seconds_since(self._step_tick) > HAND_S:
            return _failed("set-up: nobody showed the range")
        return stay("set-up: turn the screen from one end to the other", HoldReason.RANGE_NOT_SET)

    def _shrunk(self, arc: RangeOfMotion, moment: Moment) -> RangeOfMotion | None:
        yaw_deg = moment.motor.yaw_deg
        low_deg, high_deg = arc.min_deg, arc.max_deg
        if moment.body.blocked_left and yaw_deg > low_deg:
            high_deg = min(high_deg, yaw_deg - CLEARANCE_DEG)
        if moment.body.blocked_right and self._step != "left":
            low_deg = max(low_deg, yaw_deg + CLEARANCE_DEG)
        if high_deg - low_deg < SMALLEST_ARC_DEG:
            return None
        return RangeOfMotion(min_deg=low_deg, max_deg=high_deg)

    def _next(self, moment: Moment) -> None:
        self._go({"left": "right", "right": "centre", "centre": "centre"}[self._step], moment)

    def _go(self, step: str, moment: Moment) -> None:
        self._step, self._step_tick = step, moment.tick


def _failed(why: str) -> Wanted:
    return stay(why, HoldReason.RANGE_NOT_SET, done=True)
