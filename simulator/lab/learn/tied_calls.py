"""Calls of a household whose direction ties with another: what the device's habits would decide of each, day by day.

The tracker is the real one, and so is what it learns. Every call is asked twice: as a tie, by a copy that is thrown away, and as it
happens, clear or (rarely) tied, by the tracker that lives on and sees the caller face it. Idle hours are skipped in one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import (
    TICKS_PER_S,
    Box,
    HunchLevel,
    Memory,
    PersonSighting,
    Seeing,
    SoundCandidate,
    SoundReport,
    VisionReport,
)
from simulator.onboard.tuning import Tuning
from simulator.scene.homes.chance import Chance
from simulator.scene.homes.geometry import Point
from simulator.scene.homes.household import BLOCK_HOURS, FIRST_HOUR, LAST_HOUR, SPOTS, Household

TICKS_PER_H: Final = 3600 * TICKS_PER_S
# People call a display in a kitchen about a dozen times a day, and one call in twelve ties (both are guesses).
CALLS_A_DAY, TIED = 12, 0.08
# Ears are right within some degrees, and nobody stands on a mark.
EARS_DEG, STANDS_DEG = 3.0, 5.0
# Two directions are far enough apart to tie only beyond this.
APART_DEG: Final = 40.0
ECHO, TRIES = 0.5, 30
SEEN_TICKS: Final = 10


@dataclass(slots=True)
class TieDay:
    """What habits would have decided in one day."""

    day: int
    ties: int = 0
    right: int = 0
    wrong: int = 0


def days_of(home: Household, facts: DeviceFacts, *, days: int) -> Iterator[TieDay]:
    """Live in a household from the first day on, with hunches that may act."""
    tracker = FusionStage(facts)
    tracker.remember(Memory(level=HunchLevel.ACT))
    arc = RangeOfMotion(min_deg=home.place.range_deg[0], max_deg=home.place.range_deg[1])
    tuning = Tuning()
    for day in range(days):
        counts = TieDay(day)
        chance = Chance(home.seed, f"calls {day}")
        minutes = sorted(chance.between(60 * FIRST_HOUR, 60 * LAST_HOUR) for _ in range(CALLS_A_DAY))
        for minute in minutes:
            shares = home.habits[int(minute) // 60 // BLOCK_HOURS]
            spot = home.spots_on(day)[chance.by_weight({k: shares[k] for k in range(SPOTS) if shares[k] > 0.0})]
            azimuth_deg = wrap_deg(home.place.azimuth_deg(spot) + chance.around(0.0, STANDS_DEG, low=-20.0, high=20.0))
            heard_deg = wrap_deg(azimuth_deg + chance.around(0.0, EARS_DEG, low=-12.0, high=12.0))
            tick = round((24.0 * day + minute / 60.0) * TICKS_PER_H)
            rival_deg = _rival_deg(home, spot, azimuth_deg, chance)
            if rival_deg is not None:
                _ask(counts, tracker.copy(), _call(tick, heard_deg, rival_deg), azimuth_deg, arc=arc, tuning=tuning)
            tied = rival_deg is not None and chance.yes(TIED)
            blind = _blind(tick)
            tracker.tick(_call(tick, heard_deg, rival_deg if tied else None), blind, tuning, tick=tick, arc=arc)
            for later in range(1, 4):  # turned, and sees who called
                seen = _seen(tick + later * SEEN_TICKS, azimuth_deg)
                silence = SoundReport(tick=seen.tick, voice=0.0)
                tracker.tick(silence, seen, tuning, tick=seen.tick, arc=arc)
        yield counts


def _ask(
    counts: TieDay, twin: FusionStage, call: SoundReport, azimuth_deg: float, *, arc: RangeOfMotion, tuning: Tuning
) -> None:
    report = twin.tick(call, _blind(call.tick), tuning, tick=call.tick, arc=arc)
    counts.ties += 1
    if report.hunch is None or report.wake_azimuth_deg is None:
        return
    if distance_deg(report.wake_azimuth_deg, azimuth_deg) < 0.5 * APART_DEG:
        counts.right += 1
    else:
        counts.wrong += 1


def _rival_deg(home: Household, spot: Point, azimuth_deg: float, chance: Chance) -> float | None:
    """Another direction in reach: that of the caller's image behind a wall, or of anything else that sounds."""
    place = home.place
    xs, ys = [x for x, _ in place.plan], [y for _, y in place.plan]
    images = (
        (2 * min(xs) - spot[0], spot[1]), (2 * max(xs) - spot[0], spot[1]),
        (spot[0], 2 * min(ys) - spot[1]), (spot[0], 2 * max(ys) - spot[1]),
    )  # fmt: skip
    for _ in range(TRIES):
        echo = chance.yes(ECHO)
        other_deg = place.azimuth_deg(chance.one_of(images)) if echo else chance.between(*place.range_deg)
        if place.in_range(other_deg) and distance_deg(other_deg, azimuth_deg) > APART_DEG:
            return other_deg
    return None


def _call(tick: int, azimuth_deg: float, rival_deg: float | None) -> SoundReport:
    directions = [azimuth_deg] if rival_deg is None else sorted((azimuth_deg, rival_deg))  # the order says nothing
    candidates = tuple(
        SoundCandidate(azimuth_deg=one, elevation_deg=20.0, weight=1.0 / len(directions), direct=0.6)
        for one in directions
    )
    return SoundReport(
        tick=tick, voice=0.9, wake_word=True, wake_confidence=0.97, azimuth_deg=directions[0],
        confidence=0.6 if rival_deg is not None else 0.9, ambiguous=rival_deg is not None, candidates=candidates,
    )  # fmt: skip


def _blind(tick: int) -> VisionReport:
    return VisionReport(tick=tick, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=SEEN_TICKS)


def _seen(tick: int, azimuth_deg: float) -> VisionReport:
    person = PersonSighting(
        sighting_id=1, azimuth_deg=azimuth_deg, bearing_deg=0.0, distance_m=1.8, score=0.9, has_face=True, engagement=0.9,
        life=1.0, confirmed=True, box=Box(x=0.45, y=0.3, width=0.1, height=0.3),
    )  # fmt: skip
    return VisionReport(
        tick=tick, frame_tick=tick, seeing=Seeing.SEEING, people=(person,), frame_yaw_deg=azimuth_deg,
        next_frame_in_ticks=SEEN_TICKS,
    )  # fmt: skip
