"""What is remembered of one person, and how it changes with each look, each silence and each second."""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import difference_deg
from simulator.onboard.fusion.kalman import AngleFilter
from simulator.onboard.fusion.rules import SIGHT_SIGMA_DEG, FusionRules
from simulator.onboard.messages import TICK_S, PersonSighting, Track
from simulator.onboard.state import Remembers

# Facing and talking are judged over about half a second: shorter looks and pauses mean nothing.
FACING_TIME_S: Final = 0.4
TALK_TIME_S: Final = 0.35
SILENCE_TIME_S: Final = 0.6
LIFE_TIME_S: Final = 0.5
# Somebody known for a second is lost after this long in plain sight; a newcomer (perhaps a phantom) sooner.
LOSE_S, LOSE_NEW_S = 1.5, 0.45
KNOWN_AFTER_S: Final = 1.0
# Who has only been heard, or seen for a blink, is not worth remembering for long.
FORGET_HEARD_S: Final = 6.0
FORGET_NEW_S: Final = 3.0
# A memory this vague says nothing any more.
VAGUE_DEG: Final = 45.0
LARGEST_ROOM_M: Final = 30.0
# A wake word and the time to be sure of it: as far back as anything asks where somebody was.
TRAIL_TICKS: Final = 150
NEVER_TICK: Final = -1_000_000
NEVER_S: Final = 9_999.0


class Person(Remembers):
    """One track with all its memory."""

    __slots__ = (
        "addressing",
        "anchor_deg",
        "anchor_tick",
        "angle",
        "distance_m",
        "empty_looks",
        "engagement",
        "heard_tick",
        "in_view",
        "person",
        "seen",
        "seen_for_s",
        "seen_tick",
        "sighting_id",
        "talking",
        "track_id",
        "trail",
        "unseen_in_view_s",
        "wake_tick",
    )

    def __init__(self, track_id: int, azimuth_deg: float, *, sigma_deg: float, tick: int) -> None:
        self.track_id = track_id
        self.angle = AngleFilter(azimuth_deg, sigma_deg=sigma_deg)
        self.distance_m: float | None = None
        self.seen = False
        self.in_view = False
        self.seen_tick = self.heard_tick = self.wake_tick = NEVER_TICK
        self.seen_for_s = self.unseen_in_view_s = 0.0
        self.empty_looks = 0
        self.sighting_id = -1
        self.engagement = self.talking = self.addressing = 0.0
        self.person = 1.0
        self.anchor_deg, self.anchor_tick = azimuth_deg, tick
        self.trail: tuple[tuple[int, float], ...] = ()  # where it was seen in the last moments

    def advance(self, dt_s: float, *, visible: bool) -> None:
        """Let time pass. Who cannot be seen is neither known to face nor to stay."""
        self.angle.predict(dt_s, seen=visible)
        if not visible:
            self.engagement *= math.exp(-dt_s / 2.0)

    def look(self, sighting: PersonSighting, *, alive: float, gap_s: float, age_s: float, tick: int) -> None:
        """The eyes saw this person, a moment ago."""
        self.angle.correct(sighting.azimuth_deg, sigma_deg=SIGHT_SIGMA_DEG, age_s=age_s)
        distance_m = plausible_m(sighting.distance_m)
        if distance_m is not None:
            known = self.distance_m
            self.distance_m = distance_m if known is None else known + (distance_m - known) * _share(gap_s, 0.3)
        facing = sighting.engagement if math.isfinite(sighting.engagement) else 0.0
        if self.seen:
            self.engagement += (min(max(facing, 0.0), 1.0) - self.engagement) * _share(gap_s, FACING_TIME_S)
            self.person += (alive - self.person) * _share(gap_s, LIFE_TIME_S)
            self.seen_for_s += gap_s
        else:
            self.engagement, self.person, self.seen = min(max(facing, 0.0), 1.0), alive, True
        self.sighting_id, self.seen_tick = sighting.sighting_id, tick
        self.empty_looks, self.unseen_in_view_s = 0, 0.0
        kept = tuple(step for step in self.trail if tick - step[0] <= TRAIL_TICKS)
        self.trail = (*kept, (tick, self.angle.azimuth_deg))

    def places_deg(self, *, since_tick: int) -> list[float]:
        """Where it is, and where it was seen since a tick: a word is located where it was said, and who walks has gone on."""
        return [self.angle.azimuth_deg, *(azimuth_deg for tick, azimuth_deg in self.trail if tick >= since_tick)]

    def count_empty_look(self, gap_s: float) -> None:
        """The eyes looked there, sharply, and saw nobody."""
        self.empty_looks += 1
        self.unseen_in_view_s += gap_s

    def hear(self, azimuth_deg: float, *, sigma_deg: float, voice: float, gap_s: float, tick: int) -> None:
        """The ears hear this person. Ears correct the direction only of somebody out of sight: eyes are sharper."""
        if not self.in_view or not self.seen:
            self.angle.correct(azimuth_deg, sigma_deg=sigma_deg)
        self.talking += (voice - self.talking) * _share(gap_s, TALK_TIME_S)
        self.heard_tick = tick

    def silent(self, dt_s: float) -> None:
        """The ears do not hear this person."""
        self.talking *= math.exp(-dt_s / SILENCE_TIME_S)

    def settle(self, *, radius_deg: float, tick: int) -> None:
        """Start again to count how long it has stayed where it is, when it left that place."""
        if abs(difference_deg(self.angle.azimuth_deg, self.anchor_deg)) > radius_deg:
            self.anchor_deg, self.anchor_tick = self.angle.azimuth_deg, tick

    def gone(self, rules: FusionRules, *, tick: int) -> bool:
        """Whether it is time to forget this person."""
        if self.seen_tick == tick:
            return False
        if self.angle.p_aa > VAGUE_DEG * VAGUE_DEG:
            return True
        if not self.seen:
            return (tick - self.heard_tick) * TICK_S > FORGET_HEARD_S
        known = self.seen_for_s >= KNOWN_AFTER_S
        if self.empty_looks >= 2 and self.unseen_in_view_s > (LOSE_S if known else LOSE_NEW_S):
            return True
        last_tick = max(self.seen_tick, self.heard_tick) if known else self.seen_tick
        return (tick - last_tick) * TICK_S > (rules.forget_s if known else min(FORGET_NEW_S, rules.forget_s))

    def message(self, tick: int) -> Track:
        """What the other stages may know of it."""
        angle = self.angle
        return Track(
            track_id=self.track_id,
            azimuth_deg=angle.azimuth_deg,
            rate_dps=angle.rate_dps,
            sigma_deg=angle.sigma_deg,
            distance_m=self.distance_m,
            seen=self.seen,
            in_view=self.in_view,
            seen_age_s=(tick - self.seen_tick) * TICK_S if self.seen else NEVER_S,
            heard_age_s=(tick - self.heard_tick) * TICK_S if self.heard_tick > NEVER_TICK else NEVER_S,
            engagement=self.engagement,
            talking=self.talking,
            addressing=self.addressing,
            person=self.person,
            settled_s=(tick - self.anchor_tick) * TICK_S,
        )


def plausible_m(distance_m: float) -> float | None:
    """A distance as a room can hold it; None when it says nothing."""
    return min(max(distance_m, 0.1), LARGEST_ROOM_M) if 0.0 < distance_m < math.inf else None


def _share(gap_s: float, time_s: float) -> float:
    """How far a first-order filter moves in this time."""
    return 1.0 - math.exp(-min(gap_s, 2.0) / time_s)
