"""Watching an empty home: a slow look around from time to time, and a smart alert when a person is there.

A television, a picture of a person or a pet raises no alert: it takes a track that the eyes confirmed in several
pictures over some time, that lives, and that is not where a pet was recognised. The alert carries that evidence.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import distance_deg
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.gate_names import GateName
from simulator.onboard.gates import at_most
from simulator.onboard.messages import TICKS_PER_S, Alert, HoldReason, HunchLevel, IntentKind, Track, likely_at
from simulator.onboard.state import Remembers

PET_LABELS: Final = ("cat", "dog", "pet")
PET_DEG: Final = 8.0
# An alert is expensive when wrong: surer than what may move the screen.
SURE_PERSON: Final = 0.7
PICTURES: Final = 3
# A place that cannot be reached (something is in the way) is given up after this.
PLACE_S: Final = 15.0


_LOOKING: Final = "looking around"
_BY_HABIT: Final = "looking around, first where people usually are at this hour"
# The one end of a round must be this much likelier than the other for habits to choose it.
SOONER: Final = 1.5
# Somebody in a place where people are this often at this hour is likely one of them.
USUALLY: Final = 1.0


class Guarding(Remembers):
    """The away mode: patrols an empty home and sends an alert when a person is seen."""

    def __init__(self, *, tick: int = 0) -> None:
        """The home is empty from this tick on; the first look around comes at once."""
        self._next_tick = tick
        self._places: tuple[float, ...] = ()
        self._place = 0
        self._place_tick = 0
        self._there_tick: int | None = None
        self._reverse = False
        self._by_habit: bool | None = None  # None where habits had no say in this round
        self._seen: dict[int, tuple[int, int, int]] = {}  # track: first tick, pictures, last picture
        self._alert_tick: int | None = None
        self.alert: Alert | None = None

    def wanted(self, moment: Moment) -> Wanted:
        """Watch somebody, look around, or wait."""
        self.alert = None
        person = self._somebody(moment)
        if person is not None:
            self._places = ()
            self._next_tick = moment.tick + round(moment.tuning.away.dwell_s * TICKS_PER_S)
            return Wanted(
                IntentKind.KEEP_IN_VIEW, "watching who is there", track_ids=(person.track_id,),
                rate_limit_dps=moment.tuning.motion.patrol_rate_dps,
            )  # fmt: skip
        if not self._places:
            wait_s = (self._next_tick - moment.tick) / TICKS_PER_S
            if wait_s > 0.0 or moment.arc is None:
                due = at_most(GateName.LOOK_AROUND_DUE, max(wait_s, 0.0), 0.0, "s")
                return stay("waiting for the next look around", HoldReason.WAITING_FOR_PATROL, gates=(due,))
            self._plan(moment)
        return self._look_around(moment)

    def _plan(self, moment: Moment) -> None:
        arc = moment.arc
        assert arc is not None
        steps = max(math.ceil(arc.width_deg / moment.tuning.away.step_deg), 1)
        places = tuple(arc.min_deg + arc.width_deg * k / steps for k in range(steps + 1))
        self._by_habit = _sooner_reversed(places, moment)
        if self._by_habit is not None:
            self._reverse = self._by_habit
        # It waits for the next round in the middle: at an end it would leave half of the room unwatched.
        self._places = (*(places[::-1] if self._reverse else places), 0.5 * (arc.min_deg + arc.max_deg))
        self._reverse = not self._reverse
        self._place, self._place_tick, self._there_tick = 0, moment.tick, None

    def _look_around(self, moment: Moment) -> Wanted:
        yaw_deg = self._places[self._place]
        tolerance_deg = max(moment.tuning.motion.aim_tolerance_deg, 0.5)
        there = not moment.body.moving and abs(moment.motor.yaw_deg - yaw_deg) <= tolerance_deg
        if there and self._there_tick is None:
            self._there_tick = moment.tick
        dwelt = self._there_tick is not None and moment.seconds_since(self._there_tick) >= moment.tuning.away.dwell_s
        if dwelt or moment.seconds_since(self._place_tick) > PLACE_S + moment.tuning.away.dwell_s:
            self._place, self._place_tick, self._there_tick = self._place + 1, moment.tick, None
            if self._place == len(self._places) - 1:  # the way back to the middle is part of the pause
                self._next_tick = moment.tick + round(moment.tuning.away.patrol_every_s * TICKS_PER_S)
            if self._place >= len(self._places):
                self._places = ()
                return stay("looked around", HoldReason.WAITING_FOR_PATROL)
            yaw_deg = self._places[self._place]
        return Wanted(
            IntentKind.GO, _LOOKING if self._by_habit is None else _BY_HABIT, azimuth_deg=yaw_deg,
            rate_limit_dps=moment.tuning.motion.patrol_rate_dps,
            reason_tick=self._place_tick,
        )  # fmt: skip

    def _somebody(self, moment: Moment) -> Track | None:
        """A person who is certainly there; raises the alert when it is time."""
        picture = moment.vision.frame_tick
        present: dict[int, tuple[int, int, int]] = {}
        for track in moment.tracks.tracks:
            if not self._counts(track, moment):
                continue
            first, pictures, last = self._seen.get(track.track_id, (moment.tick, 0, -1))
            if picture is not None and picture != last:
                pictures, last = pictures + 1, picture
            present[track.track_id] = (first, pictures, last)
        self._seen = present
        sure = [
            track
            for track in moment.tracks.tracks
            if track.track_id in present
            and present[track.track_id][1] >= PICTURES
            and _seen_for_s(track, present[track.track_id], moment) >= moment.tuning.away.alert_after_s
        ]
        if not sure:
            return None
        person = min(sure, key=lambda track: (track.distance_m or 9.0, track.track_id))
        again_s = moment.tuning.away.alert_again_s
        if self._alert_tick is None or moment.seconds_since(self._alert_tick) >= again_s:
            self._alert_tick = moment.tick
            self.alert = self._evidence(person, moment, present[person.track_id])
        return person

    def _counts(self, track: Track, moment: Moment) -> bool:
        if not (track.seen and track.in_view and track.seen_age_s < 0.6 and track.person >= SURE_PERSON):
            return False
        return not any(
            thing.label.lower() in PET_LABELS and distance_deg(thing.azimuth_deg, track.azimuth_deg) < PET_DEG
            for thing in moment.vision.objects
        )

    def _evidence(self, person: Track, moment: Moment, seen: tuple[int, int, int]) -> Alert:
        _, pictures, _ = seen
        faces = [
            s.has_face
            for s in moment.vision.people
            if s.confirmed and distance_deg(s.azimuth_deg, person.azimuth_deg) < PET_DEG
        ]
        usual = moment.tracks.usual
        likely = None if usual is None else likely_at(usual, person.azimuth_deg)
        away = "" if person.distance_m is None else f", {person.distance_m:.1f} m away"
        return Alert(
            tick=moment.tick,
            azimuth_deg=person.azimuth_deg,
            evidence=(
                f"a person at {person.azimuth_deg:.0f}°{away}, seen in {pictures} pictures over "
                f"{_seen_for_s(person, seen, moment):.1f} s, {'face seen' if any(faces) else 'no face seen'}, "
                f"alive {person.person:.0%}{_in_habit(likely)}"
            ),
            likely=likely,
        )


def _seen_for_s(track: Track, seen: tuple[int, int, int], moment: Moment) -> float:
    """From the first to the last picture that showed this person."""
    return moment.seconds_since(seen[0]) - track.seen_age_s


def _in_habit(likely: float | None) -> str:
    if likely is None:
        return ""
    return f"; people are {'usually' if likely >= USUALLY else 'seldom'} there at this hour"


def _sooner_reversed(places: tuple[float, ...], moment: Moment) -> bool | None:
    """Whether a round backwards comes sooner to where people usually are; None where habits say too little, or only suggest."""
    usual = moment.tracks.usual
    if usual is None or usual.level is not HunchLevel.ACT or len(places) < 2:
        return None
    likely = [likely_at(usual, place) for place in places]
    half = len(places) // 2
    first, last = sum(likely[:half]), sum(likely[-half:])
    if max(first, last) < SOONER * min(first, last):
        return None
    return last > first
