"""Where people usually are at this hour: learned from callers whom the camera confirmed, and asked only where two directions tie.

The map never moves the screen by itself. A tie that it decided teaches it nothing, so it cannot prove itself right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.onboard.fusion.person import Person
from simulator.onboard.messages import (
    DECISIVE_ODDS,
    DIRECTIONS,
    HALF_LIFE_H,
    PART_H,
    PARTS_OF_DAY,
    TICK_S,
    TICKS_PER_S,
    Hunch,
    HunchLevel,
    Memory,
    Usual,
    direction_shares,
    likely_at,
)
from simulator.onboard.state import Remembers

TICKS_PER_H: Final = 3600 * TICKS_PER_S
# What a call tells of the part of the day before and after, and of the whole day; and calls that are assumed everywhere.
NEIGHBOUR, WHOLE_DAY, ASSUMED = 0.3, 0.1, 0.1
# A caller where nobody is expected (this much less likely than by chance), once this much is known of the hour, is a sign
# that habits or furniture changed: whatever is known then counts this much less.
SURPRISE, KNOWN_CALLS, TRUST_LEFT = 0.7, 3.0, 0.6
# Who called must be seen to face the device within this time for the call to be learned from.
CONFIRMED_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Tie:
    """Two directions of which habits clearly prefer one."""

    azimuth_deg: float
    other_deg: float
    odds: float
    acted: bool


class Habits(Remembers):
    """The map while the device runs."""

    def __init__(self, memory: Memory) -> None:
        self._level = memory.level
        self._begun_h = self._clock_h = memory.clock_h
        self._calls = list(memory.calls or (0.0,) * (PARTS_OF_DAY * DIRECTIONS))
        self._usual: Usual | None = None
        self._part = -1
        self._asked_tick: int | None = None  # of a call that waits for the camera

    @property
    def memory(self) -> Memory:
        """What is to be kept for the next session."""
        self._fade(self._clock_h)
        learned = tuple(self._calls) if any(self._calls) else ()
        return Memory(level=self._level, clock_h=self._clock_h, calls=learned)

    def advance(self, tick: int) -> None:
        """The time of day goes on."""
        clock_h = self._begun_h + tick / TICKS_PER_H
        part = int(clock_h % 24.0 // PART_H)
        if part != self._part:
            self._part, self._usual = part, None
            self._fade(clock_h)

    def usual(self) -> Usual:
        """Where people usually are now."""
        if self._usual is None:
            self._usual = Usual(level=self._level, likely=self._likely())
        return self._usual

    def tie(self, azimuth_deg: float, other_deg: float) -> Tie | None:
        """The likelier of two directions; None where what is known decides nothing."""
        usual = self.usual()
        odds = likely_at(usual, azimuth_deg) / likely_at(usual, other_deg)
        if odds < 1.0:
            azimuth_deg, other_deg, odds = other_deg, azimuth_deg, 1.0 / odds
        if odds < DECISIVE_ODDS:
            return None
        return Tie(azimuth_deg, other_deg, odds, acted=self._level is HunchLevel.ACT)

    def learn(self, azimuth_deg: float, *, tick: int) -> None:
        """A caller was seen here, facing the device."""
        self._fade(self._begun_h + tick / TICKS_PER_H)
        first = self._part * DIRECTIONS
        row = self._calls[first : first + DIRECTIONS]
        if sum(row) >= KNOWN_CALLS and likely_at(self.usual(), azimuth_deg) < SURPRISE:
            self._calls = [one * TRUST_LEFT for one in self._calls]
        for direction, share in direction_shares(azimuth_deg):
            self._calls[first + direction] += share
        self._usual = None

    def called(self, tie: Tie | None, *, tick: int) -> Hunch | None:
        """Somebody called. Where habits decided from where, they learn nothing of it."""
        self._asked_tick = None if tie is not None and tie.acted else tick
        if tie is None:
            return None
        return Hunch(tick=tick, azimuth_deg=tie.azimuth_deg, other_deg=tie.other_deg, odds=tie.odds, acted=tie.acted)

    def confirm(self, caller: Person | None, *, engaged: float, tick: int) -> None:
        """Learn where the caller is, once the camera sees them face the device."""
        if self._asked_tick is None or caller is None or caller.seen_tick != tick or caller.engagement < engaged:
            return
        if (tick - self._asked_tick) * TICK_S <= CONFIRMED_S:
            self.learn(caller.angle.azimuth_deg, tick=tick)
        self._asked_tick = None

    def _fade(self, clock_h: float) -> None:
        if clock_h > self._clock_h:
            keep = 0.5 ** ((clock_h - self._clock_h) / HALF_LIFE_H)
            self._calls = [one * keep for one in self._calls]
            self._clock_h = clock_h

    def _likely(self) -> tuple[float, ...]:
        rows = [self._calls[part * DIRECTIONS : (part + 1) * DIRECTIONS] for part in range(PARTS_OF_DAY)]
        before, now, after = (rows[(self._part + step) % PARTS_OF_DAY] for step in (-1, 0, 1))
        counts = [
            now[k] + NEIGHBOUR * (before[k] + after[k]) + WHOLE_DAY * sum(row[k] for row in rows) + ASSUMED
            for k in range(DIRECTIONS)
        ]
        total = sum(counts)
        return tuple(count * DIRECTIONS / total for count in counts)
