"""What the device keeps of its home between two sessions, and what it says where that had a part in a decision."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

from simulator.onboard.message import message

# Parts of the day by directions around the device: 96 numbers, no name, no time of a single call.
PARTS_OF_DAY, DIRECTIONS = 6, 16
PART_H: Final = 24.0 / PARTS_OF_DAY
DIRECTION_DEG: Final = 360.0 / DIRECTIONS
# After a week without being seen again, a habit counts half.
HALF_LIFE_H: Final = 7 * 24.0
# One direction must be this much likelier. A week in, 25 households of development had 74, 70 and 66 % of their ties decided at odds of
# 2, 2.2 and 2.5, and 18, 21 and 24 of them rightly for each wrong one.
DECISIVE_ODDS: Final = 2.2


class HunchLevel(StrEnum):
    """What may be made of habits."""

    OFF = "off"  # nothing is learned and nothing is looked up
    SUGGEST = "suggest"  # said, never acted on
    ACT = "act"  # decides between two sound directions that tie


@message
class Memory:
    """Where callers were confirmed to be, by part of the day and direction; beside `Setup`, what outlives a session."""

    level: HunchLevel = HunchLevel.OFF
    clock_h: float = 0.0  # hours since a midnight; `calls` stand as of then
    calls: tuple[float, ...] = ()  # row by row, a part of the day each; empty: nothing learned, or erased

    def __post_init__(self) -> None:
        if len(self.calls) not in (0, PARTS_OF_DAY * DIRECTIONS):
            raise ValueError(f"memory: {len(self.calls)} numbers: must be none or {PARTS_OF_DAY * DIRECTIONS}")
        if not all(math.isfinite(one) and one >= 0.0 for one in (*self.calls, self.clock_h)):
            raise ValueError("memory: hours and numbers must be finite, and 0 or more")

    def at(self, clock_h: float) -> Memory:
        """The same memory later: habits fade by half in a week. Time never goes back."""
        later_h = max(clock_h, self.clock_h)
        keep = 0.5 ** ((later_h - self.clock_h) / HALF_LIFE_H)
        return Memory(level=self.level, clock_h=later_h, calls=tuple(one * keep for one in self.calls))

    def erased(self) -> Memory:
        """Nothing of the habits is left."""
        return Memory(level=self.level, clock_h=self.clock_h)

    def on_level(self, level: HunchLevel) -> Memory:
        """The same habits, for more or less."""
        return Memory(level=level, clock_h=self.clock_h, calls=self.calls)


@message
class Usual:
    """Where people usually are at this hour; a new object when that changes."""

    level: HunchLevel
    likely: tuple[float, ...]  # by direction, how many times likelier than if every direction were alike


@message
class Hunch:
    """A tie of two sound directions in which habits had a say."""

    tick: int  # of the wake word
    azimuth_deg: float  # the likelier direction at this hour
    other_deg: float
    odds: float  # how many times likelier it is than the other
    acted: bool  # whether it decided; else it is only said


def direction_shares(azimuth_deg: float) -> tuple[tuple[int, float], tuple[int, float]]:
    """The two directions that an azimuth lies between, and how much of it belongs to each."""
    place = azimuth_deg / DIRECTION_DEG
    low = math.floor(place)
    share = place - low
    return (low % DIRECTIONS, 1.0 - share), ((low + 1) % DIRECTIONS, share)


def likely_at(usual: Usual, azimuth_deg: float) -> float:
    """How many times likelier than by chance somebody is in a direction at this hour."""
    return sum(share * usual.likely[direction] for direction, share in direction_shares(azimuth_deg))
