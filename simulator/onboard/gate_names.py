"""The questions that are asked before the screen may move. A name is what recordings keep, and what people
read unless gate_words.py has other words."""

from __future__ import annotations

from enum import StrEnum


class GateName(StrEnum):
    """One question each."""

    # What forbids any motion.
    HEALTHY = "healthy"
    SHUTTER_OPEN = "shutter open"
    RANGE_SET = "range of motion set"
    HANDS_OFF = "hands off"
    EYES_WORK = "eyes working"
    # What the behaviour asks itself.
    SOUND_TRUSTED = "trust in the sound"
    UNSEEN_TURNS = "turns to this voice unseen"
    MEANS_DEVICE = "means the device"
    EMPTY_ECHO = "known to sound without anybody there"
    ONE_DIRECTION = "one clear direction of sound"
    USUAL_PLACE = "likelier at this hour than the other direction"
    LOOK_AROUND_DUE = "until the next look around"
    # Whether a turn is wanted, and towards whom.
    ASKED_FOR = "asked for"
    WAKE_TAKEN = "wake word acted on"
    SOMEBODY_THERE = "somebody there"
    SEEN = "seen by the camera"
    LIVING = "a living person"
    NEAR_ENOUGH = "near enough"
    # The zones.
    OUTSIDE_DEAD_ZONE = "outside the dead zone"
    LATELY = "seen or heard lately"
    SETTLED = "settled"
    MOTION_ZONE_FOR = "in the motion zone for"
    RESTED = "rested"
    # Whether the turn can be made.
    OUTSIDE_RANGE = "outside the range by"
    LEFT_FREE = "left side free"
    RIGHT_FREE = "right side free"
    WORTH_MAKING = "turn worth making"
