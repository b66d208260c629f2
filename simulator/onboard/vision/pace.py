"""How soon the next picture is needed: rarely in an empty room, often when something moves."""

from __future__ import annotations

from typing import Final

from simulator.onboard.messages import TICKS_PER_S, VisionHints
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.follow import Follower

TURNING_DPS: Final = 2.0  # the screen counts as turning from here
WALKING_DPS: Final = 4.0  # a person counts as moving from here: 10 cm/s at 1.5 m
ALERT_TICKS: Final = 2 * TICKS_PER_S  # after a wake word


class Pace(Remembers):
    """Chooses the frame rate."""

    def __init__(self) -> None:
        self._alert_until = 0

    def hear(self, hints: VisionHints, *, tick: int) -> bool:
        """Take in the hints of a tick; true when they make a picture urgent."""
        if not hints.wake_word:
            return False
        self._alert_until = tick + ALERT_TICKS
        return True

    def ticks(
        self, people: list[Follower], *, tick: int, rate_dps: float, tracks_moving: bool, knobs: VisionKnobs
    ) -> int:
        """Ticks until the next picture."""
        doubtful = any(person.hurried for person in people)
        walking = any(abs(person.rate_dps) > WALKING_DPS for person in people)
        if tick < self._alert_until or abs(rate_dps) > TURNING_DPS or tracks_moving or walking or doubtful:
            fps = knobs.moving_fps
        elif people:
            fps = knobs.still_fps
        else:
            fps = knobs.empty_fps
        return max(1, round(TICKS_PER_S / fps))
