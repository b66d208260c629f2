"""What can be put in the place of a part of the stack, and what it has to be able to do.

Each is made once for a run, from the facts of the device. What changes in it belongs into its snapshot, as an independent copy:
a run that goes on from a checkpoint is the same run to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import (
    BodyReport,
    CameraFrame,
    Intent,
    MicBlock,
    MotorState,
    Setup,
    Shutter,
    SoundReport,
    TrackReport,
    VisionHints,
    VisionReport,
    ZoneDecision,
)
from simulator.onboard.motion.profile import Plan, Profile
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithms:
    """What a mind is made with."""

    tracker: Callable[[DeviceFacts], Tracker] = FusionStage
    planner: Callable[[DeviceFacts], Planner] = ZoneStage
    profile: Profile = Plan


SHIPPED = Algorithms()
