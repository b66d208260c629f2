"""What the loop and the process of its eyes tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import CameraFrame, VisionReport
from simulator.onboard.state import Snapshot
from simulator.onboard.vision.stage import LookOrder
from simulator.world.camera.view import CameraView
from simulator.world.spec import WorldSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEyes:
    """First of all, and for each run: whose eyes they are, and which room they see; none where pictures come from a camera."""

    facts: DeviceFacts
    spec: WorldSpec | None
    seed: int

    def same_pictures(self, other: OpenEyes) -> bool:
        """Whether a camera that was made for one of them is the other's, too."""
        return (self.spec, self.facts.camera, self.seed) == (other.spec, other.facts.camera, other.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtRoom:
    """Take a picture of the virtual room as it is now, and look at it."""

    view: CameraView
    yaw_deg: float
    rate_dps: float
    order: LookOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtPicture:
    """Look at a picture of a real camera."""

    camera: CameraFrame
    order: LookOrder


@dataclass(frozen=True, slots=True)
class ForgetPeople:
    """Forget everybody who was followed."""


@dataclass(frozen=True, slots=True)
class ForgetAll:
    """Forget everybody and everything: the shutter was closed."""


@dataclass(frozen=True, slots=True)
class TellState:
    """Say everything that changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeState:
    """Go back to what was said; None leaves a part as it is."""

    looking: Snapshot | None = None
    camera: Snapshot | None = None


EyesOrder = OpenEyes | LookAtRoom | LookAtPicture | ForgetPeople | ForgetAll | TellState | TakeState


@dataclass(frozen=True, slots=True, kw_only=True)
class EyesReady:
    """Answers the first order: how pictures are drawn, and why not better."""

    drawn_by: Literal["gl", "sprites"]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Answers a picture."""

    report: VisionReport | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EyesState:
    """Answers the question for what changes."""

    looking: Snapshot
    camera: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EyesFailed:
    """The last of all: why there are no eyes any more, in plain words."""

    text: str


EyesReply = EyesReady | Looked | EyesState | EyesFailed
