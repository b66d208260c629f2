"""Eyes that save power: the shipped eyes, which look twice a second and no oftener, and not at all while the screen turns fast."""

from __future__ import annotations

import sys
from typing import Any

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import CameraFrame, MotorState, Shutter, VisionHints, VisionReport
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.looking import eyes
from simulator.runtime.models import vision_models

LOOK_EVERY_TICKS = 50
TOO_FAST_DPS = 40.0


class Resting:
    """The shipped eyes, at their own pace."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._eyes = eyes(facts, vision_models(lambda line: sys.stderr.write(line + "\n")))
        self._next_tick = 0
        self._fast = False

    def frame_wanted(self, tick: int) -> bool:
        """Whether a picture is due: half a second after the last, and not out of a moving screen."""
        return tick >= self._next_tick and not self._fast

    def tick(
        self, camera: CameraFrame | None, motor: MotorState, shutter: Shutter, hints: VisionHints, tuning: Tuning
    ) -> VisionReport:
        """What the shipped eyes believe of the picture, when there is one."""
        self._fast = abs(motor.rate_dps) > TOO_FAST_DPS
        if camera is not None:
            self._next_tick = motor.tick + LOOK_EVERY_TICKS
        return self._eyes.tick(camera, motor, shutter, hints, tuning)

    def snapshot(self) -> Any:
        """Everything that changes."""
        return self._eyes.snapshot(), self._next_tick, self._fast

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        own, self._next_tick, self._fast = state
        self._eyes.restore(own)
