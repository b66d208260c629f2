"""How soon the next picture is needed: rarely in an empty room, often when something moves."""

from __future__ import annotations

from typing import Final

from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.follow import Follower

TURNING_DPS: Final = 2.0  # the screen counts as turning from here
WALKING_DPS: Final = 4.0  # a person counts as moving from here: 10 cm/s at 1.5 m


def next_frame_in_ticks(
    people: list[Follower], *, alert: bool, rate_dps: float, tracks_moving: bool, knobs: VisionKnobs
) -> int:
    """Ticks from this picture to the next; `alert` after a wake word."""
    doubtful = any(person.hurried for person in people)
    walking = any(abs(person.rate_dps) > WALKING_DPS for person in people)
    if alert or abs(rate_dps) > TURNING_DPS or tracks_moving or walking or doubtful:
        fps = knobs.moving_fps
    elif people:
        fps = knobs.still_fps
    else:
        fps = knobs.empty_fps
    return max(1, round(TICKS_PER_S / fps))
