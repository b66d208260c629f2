"""What can be put in the place of a part of the stack, and what it has to be able to do.

Each is made once for a run, from the facts of the device. What changes in it belongs into its snapshot, as an independent copy:
a run that goes on from a checkpoint is the same run to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.stage import BehaviourStage
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import (
    Answer,
    BackDrive,
    BodyReport,
    CameraFrame,
    Intent,
    Memory,
    MicBlock,
    MotionReport,
    MotorState,
    Request,
    Setup,
    Shutter,
    SoundReport,
    Touch,
    TrackReport,
    VisionHints,
    VisionReport,
    ZoneDecision,
)
from simulator.onboard.motion.profile import Plan, Profile
from simulator.onboard.motion.stage import MotionStage
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.stage import ZoneStage


class Stateful(Protocol):
    """What can be copied and put back."""

    def snapshot(self) -> Any:
        """Everything that changes, as an independent copy."""

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""


class Ears(Stateful, Protocol):
    """What turns samples into a sound report, every tick."""

    def tick(self, mic: MicBlock | None, *, motor: MotorState, setup: Setup, tuning: Tuning) -> SoundReport:
        """One tick of listening; no block while the microphones are gone."""


class Eyes(Stateful, Protocol):
    """What turns pictures into a vision report, every tick."""

    def tick(
        self, camera: CameraFrame | None, motor: MotorState, shutter: Shutter, hints: VisionHints, tuning: Tuning
    ) -> VisionReport:
        """One tick of looking; no picture on most ticks."""

    def frame_wanted(self, tick: int) -> bool:
        """Whether a picture is due at this tick."""


class Tracker(Stateful, Protocol):
    """What turns reports of ears and eyes into people, twenty times a second."""

    def tick(
        self, sound: SoundReport, vision: VisionReport, tuning: Tuning, *, tick: int, arc: RangeOfMotion | None
    ) -> TrackReport:
        """Take in what was heard and seen since the last thought."""


@runtime_checkable
class KnowsHome(Protocol):
    """A tracker that also learns where people usually are; one that does not can only be used with hunches off."""

    @property
    def memory(self) -> Memory | None:
        """What was learned; None while hunches are off."""

    def remember(self, memory: Memory) -> None:
        """Begin with what was learned before."""


class Behaviour(Stateful, Protocol):
    """What turns people and requests into an intent, twenty times a second."""

    @property
    def setup(self) -> Setup:
        """What set-up has taught; a new object when it changes."""

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force."""

    @property
    def back_drive(self) -> BackDrive:
        """How the motor answers a hand."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers that the last thought gave."""

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that have no final answer yet."""

    def tick(
        self,
        tracks: TrackReport,
        vision: VisionReport,
        tuning: Tuning,
        *,
        tick: int,
        motor: MotorState,
        requests: tuple[Request, ...],
        body: BodyReport,
        decision: ZoneDecision | None,
    ) -> Intent:
        """What the device wants now and why, from tracks, sightings and requests."""


class Planner(Stateful, Protocol):
    """What turns an intent into a direction to turn to, or a reason to stay, twenty times a second."""

    def tick(
        self,
        intent: Intent,
        tracks: TrackReport,
        body: BodyReport,
        tuning: Tuning,
        *,
        motor: MotorState,
        shutter: Shutter,
        eyes_lost_s: float,
        arc: RangeOfMotion | None,
    ) -> ZoneDecision:
        """Where to turn, or why not."""


class Motion(Stateful, Protocol):
    """What turns a decision into a motor command, every tick."""

    @property
    def body(self) -> BodyReport:
        """What was felt last."""

    @property
    def at_rest(self) -> bool:
        """Whether the screen stands still and nothing is left to do."""

    def tick(
        self,
        decision: ZoneDecision,
        motor: MotorState,
        touch: Touch,
        tuning: Tuning,
        *,
        arc: RangeOfMotion | None,
        back_drive: BackDrive,
    ) -> MotionReport:
        """The set point of this tick, and what the body feels."""


def _motion(facts: DeviceFacts, profile: Profile) -> Motion:
    return MotionStage(facts, profile=profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithms:
    """What a mind is made with."""

    tracker: Callable[[DeviceFacts], Tracker] = FusionStage
    behaviour: Callable[[DeviceFacts, Setup], Behaviour] = BehaviourStage
    planner: Callable[[DeviceFacts], Planner] = ZoneStage
    motion: Callable[[DeviceFacts, Profile], Motion] = _motion
    profile: Profile = Plan


SHIPPED: Final = Algorithms()
