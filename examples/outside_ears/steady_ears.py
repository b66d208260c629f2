"""Ears that do not trust one moment: the shipped ears, with the direction averaged over the last directions that were found.

One wrong direction in five pulls the screen only a fifth of the way. The price is that a new talker is believed late.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import MicBlock, MotorState, Setup, SoundReport
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import load_ear_models

MOST = 5


class Steady:
    """The shipped ears, slowed down."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._ears = SoundStage(facts, load_ear_models(array=facts.microphones))
        self._heard: SoundReport | None = None
        self._said = SoundReport(tick=0, voice=0.0)
        self._last: tuple[float, ...] = ()

    def tick(self, mic: MicBlock | None, *, motor: MotorState, setup: Setup, tuning: Tuning) -> SoundReport:
        """What the shipped ears say, with a steadier direction; a wake word's own direction is left as it is."""
        heard = self._ears.tick(mic, motor=motor, setup=setup, tuning=tuning)
        if heard is self._heard:  # nothing new: the same object again, so that nobody has to look at it
            return self._said
        self._heard = self._said = heard
        if heard.azimuth_deg is None:
            self._last = ()
        elif not heard.wake_word:
            self._last = (*self._last, heard.azimuth_deg)[-MOST:]
            self._said = replace(heard, azimuth_deg=mean_deg(self._last))
        return self._said

    def snapshot(self) -> Any:
        """Everything that changes."""
        return self._ears.snapshot(), self._heard, self._said, self._last

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        ears, self._heard, self._said, self._last = state
        self._ears.restore(ears)


def mean_deg(angles_deg: tuple[float, ...]) -> float:
    """The mean direction: that of the sum of unit vectors, so that 179° and -179° make 180°."""
    radians = [math.radians(angle) for angle in angles_deg]
    return math.degrees(math.atan2(sum(map(math.sin, radians)), sum(map(math.cos, radians))))
