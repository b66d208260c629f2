"""The smallest loop around the body: room, guard and motion stage, without ears, eyes and mind. For tests and benchmarks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from hardware_bridge.guard import GuardedMotor
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S, BodyReport, HoldReason, MotorCommand, ZoneDecision
from simulator.onboard.motion.stage import MotionStage
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.seeds import stream
from simulator.world.body import BodyWorld
from simulator.world.spec import DevicePlace, HandAction, ThingSpec, WorldSpec
from simulator.world.truth_events import TruthEvent

PLACE = DevicePlace(x_m=2.5, y_m=2.0)
WIDE = RangeOfMotion(min_deg=-150.0, max_deg=150.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one tick was like."""

    tick: int
    yaw_deg: float
    rate_dps: float
    force_n: float
    motor_nm: float
    hand_nm: float
    body: BodyReport
    sent: MotorCommand
    guard: str


@dataclass(slots=True)
class Loop:
    """A screen that is told where to turn to; everything that happens is kept."""

    things: tuple[ThingSpec, ...] = ()
    tuning: dict[str, Value] = field(default_factory=dict)
    seed: int = 1
    start_yaw_deg: float = 0.0
    range: RangeOfMotion | None = WIDE
    moments: list[Moment] = field(default_factory=list)
    events: list[tuple[int, TruthEvent]] = field(default_factory=list)
    tick: int = 0
    body: BodyWorld = field(init=False)
    motor: GuardedMotor = field(init=False)
    stage: MotionStage = field(init=False)
    _tuning: Tuning = field(init=False)
    _decision: ZoneDecision = field(init=False)

    def __post_init__(self) -> None:
        """Build and enable."""
        facts = DeviceFacts()
        place = DevicePlace(x_m=PLACE.x_m, y_m=PLACE.y_m, start_yaw_deg=self.start_yaw_deg)
        spec = WorldSpec(device=place, things=self.things)
        self.body = BodyWorld(spec, facts.motor, stream(self.seed, "world.body"))
        self.motor = GuardedMotor(self.body, facts.motor, self.range)
        self.motor.enable()
        self.stage = MotionStage(facts)
        self._tuning = Tuning().patched(self.tuning)
        self.stay()

    def turn_to(self, yaw_deg: float) -> None:
        """Want the screen there, for a reason that is new."""
        self._decision = ZoneDecision(tick=self.tick, zone=None, goal_yaw_deg=yaw_deg, hold=None)

    def stay(self) -> None:
        """Want the screen to stay."""
        self._decision = ZoneDecision(tick=self.tick, zone=None, goal_yaw_deg=None, hold=HoldReason.ON_TARGET)

    def hand(self, action: HandAction) -> int:
        """A hand begins; returns the tick."""
        self.body.begin(action, self.tick)
        return self.tick

    def run(self, time_s: float) -> Loop:
        """Let time pass."""
        for _ in range(round(time_s * TICKS_PER_S)):
            state = self.motor.state(self.tick)
            report = self.stage.tick(self._decision, state, self.body.touch, self._tuning, arc=self.range)
            sent, words = self.motor.command(report.command)
            self.body.step(self.tick)
            self.events += [(self.tick, event) for event in self.body.events]
            self.moments.append(
                Moment(
                    tick=self.tick,
                    yaw_deg=self.body.yaw_deg,
                    rate_dps=self.body.rate_dps,
                    force_n=self.body.contact_force_n,
                    motor_nm=self.body.plant.drive.torque_nm,
                    hand_nm=self.body.hand_torque_nm,
                    body=report.body,
                    sent=sent,
                    guard=words,
                )
            )
            self.tick += 1
        return self

    def first(self, event: TruthEvent) -> int | None:
        """The tick of an event, or None."""
        return next((tick for tick, one in self.events if one == event), None)


def beside(azimuth_deg: float, distance_m: float) -> tuple[float, float]:
    """A place of the room as seen from the device."""
    angle = math.radians(PLACE.heading_deg + azimuth_deg)
    return PLACE.x_m + distance_m * math.cos(angle), PLACE.y_m + distance_m * math.sin(angle)


def wall(azimuth_deg: float = 130.0, distance_m: float = 0.14) -> ThingSpec:
    """A cabinet's side that the screen's left edge meets."""
    return ThingSpec(
        name="cabinet",
        kind="cabinet",
        at=beside(azimuth_deg, distance_m),
        size=(0.1, 0.3),
        angle_deg=PLACE.heading_deg + azimuth_deg,
        bottom_m=0.8,
        height_m=1.0,
    )


def on_counter(kind: str, azimuth_deg: float = 130.0, distance_m: float = 0.14) -> ThingSpec:
    """A loose thing of the usual size of its kind."""
    return ThingSpec.model_validate({"name": kind, "kind": kind, "at": beside(azimuth_deg, distance_m), "fixed": False})
