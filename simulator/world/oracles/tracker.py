"""A tracker that is told the truth about people whom the device could know: who has ever been in view or heard.

It says who they are, where they are and who talks. What nobody could know it does not say either: ears without errors tell it whether a
wake word's direction is clear, so two people who call at once stay ambiguous, and it forgets as the device is tuned to.
"""

from __future__ import annotations

import math

from simulator.onboard.angles import RangeOfMotion, difference_deg, distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.hearing import RIVAL_SHARE, RIVAL_SURE
from simulator.onboard.messages import TICK_S, HoldReason, Seeing, SoundReport, Track, TrackReport
from simulator.onboard.seams import Moment
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning
from simulator.world.feature_ears import ModelledEars
from simulator.world.truth import PersonTruth, TruthFrame

EDGE_DEG, SEEN_M = 2.0, 7.0  # what a picture shows of people, at best
NEVER_TICK = -1_000_000
NEVER_S = 9_999.0
# As a tracker judges who is meant: over about half a second, and longer after a wake word.
FACING_DEG, FACING_S, UNSEEN_S = 25.0, 0.4, 2.0
TALK_S, SILENCE_S = 0.35, 0.6
WAKE_WORTH, WAKE_LIFE_S, HISTORY_WORTH, TAKE_OVER = 0.45, 8.0, 0.08, 0.12
RANGE_SLACK_DEG = 10.0
SIGMA_DEG = 1.0
SAME_DEG = 15.0  # between where a wake word was heard and who said it


class Known(Remembers):
    """What is remembered of one person."""

    def __init__(self, track_id: int, azimuth_deg: float, tick: int) -> None:
        self.track_id = track_id
        self.azimuth_deg = self.anchor_deg = azimuth_deg
        self.rate_dps = 0.0
        self.anchor_tick = tick
        self.known = self.seen = self.in_view = False
        self.seen_tick = self.heard_tick = self.wake_tick = NEVER_TICK
        self.engagement = self.talking = self.addressing = 0.0
        self.talks_s = 0.0  # without a pause


class TruthTracker(Remembers):
    """The seam of the tracks."""

    FIXED = ("_facts", "_ears")
    PARTS = ()

    def __init__(self, facts: DeviceFacts, ears: ModelledEars) -> None:
        self._facts, self._ears = facts, ears
        self._people: dict[str, Known] = {}
        self._tick = 0
        self._next_id = 1
        self._addressed_id: int | None = None
        self._voice_s = 0.0
        self._ambiguous = False
        self._rivals = False  # two voices are too alike in strength to say whose the speech is
        self._wake_tick: int | None = None
        self._wake_azimuth_deg: float | None = None
        self._wake_id: int | None = None
        self._wake_doubt: HoldReason | None = None

    def hear(self, own: SoundReport | None, truth: TruthFrame, moment: Moment) -> SoundReport:
        """The seam of the sound: listens along on every tick with ears of its own, and lets the answer through."""
        heard = self._ears(None, truth, moment)
        if heard.wake_word and heard.tick == moment.tick:
            self._wake(heard, truth, moment)
        self._rivals = not heard.wake_word and heard.voice > 0.0 and self._alike(heard, moment.tuning)
        assert own is not None
        return own

    def __call__(self, own: TrackReport | None, truth: TruthFrame, moment: Moment) -> TrackReport:
        """Who is there, as far as it could be known."""
        tick, tuning = moment.tick, moment.tuning
        dt_s = max(tick - self._tick, 0) * TICK_S
        self._tick = tick
        talking = [self._follow(person, truth, moment, dt_s) for person in truth.people]
        self._voice_s = self._voice_s + dt_s if any(talking) else 0.0
        here = {person.name for person in truth.people}
        listed = [(person, self._people[person.name]) for person in truth.people]
        for name, known in self._people.items():
            if name not in here:
                known.in_view = known.known = False
        self._address([known for _, known in listed if known.known], tuning, tick)
        tracks = tuple(_track(person, known, tick) for person, known in listed if known.known)
        talkers = [known for _, known in listed if known.known and known.talking >= 0.5]
        return TrackReport(
            tick=tick,
            tracks=tracks,
            talker_id=max(talkers, key=lambda known: known.talking).track_id if talkers else None,
            addressed_id=self._addressed_id,
            sound_ambiguous=self._ambiguous or self._rivals,
            wake_tick=self._wake_tick,
            wake_azimuth_deg=self._wake_azimuth_deg,
            wake_id=self._wake_id,
            wake_confidence=0.0 if self._wake_tick is None else 0.97,
            wake_doubt=self._wake_doubt,
            voice_s=self._voice_s,
        )

    def snapshot(self) -> dict[str, object]:
        """Everything that changes."""
        return {**super().snapshot(), "_ears": self._ears.snapshot()}

    def restore(self, state: dict[str, object]) -> None:
        """Go back to a snapshot."""
        self._ears.restore(state["_ears"])
        super().restore({name: kept for name, kept in state.items() if name != "_ears"})

    def _follow(self, person: PersonTruth, truth: TruthFrame, moment: Moment, dt_s: float) -> bool:
        """Take in where somebody is; whether the device may know that it talks."""
        tick, tuning, vision = moment.tick, moment.tuning, moment.vision
        known = self._people.get(person.name)
        if known is None:
            known = self._people[person.name] = Known(self._next_id, person.azimuth_deg, tick)
            self._next_id += 1
        seeing = vision is not None and vision.seeing is Seeing.SEEING
        half_deg = self._facts.camera.half_fov_deg - EDGE_DEG
        bearing_deg = wrap_deg(person.azimuth_deg - truth.yaw_deg)
        known.in_view = seeing and abs(bearing_deg) <= half_deg and person.distance_m < SEEN_M
        if dt_s > 0.0:
            known.rate_dps = difference_deg(person.azimuth_deg, known.azimuth_deg) / dt_s
        known.azimuth_deg = person.azimuth_deg
        outside = moment.arc is not None and moment.arc.outside_by_deg(person.azimuth_deg) > RANGE_SLACK_DEG
        talks = person.talking and (known.seen or not outside)
        if known.in_view:
            known.known = known.seen = True
            known.seen_tick = tick
            facing = 1.0 if person.facing_deg < FACING_DEG else 0.0
            known.engagement += (facing - known.engagement) * _share(dt_s, FACING_S)
        else:
            known.engagement *= math.exp(-dt_s / UNSEEN_S)
        known.talks_s = known.talks_s + dt_s if talks else 0.0
        if talks and (known.seen or known.talks_s >= tuning.patience.ignore_sound_under_s):
            known.known, known.heard_tick = True, tick
        known.talking += (float(talks) - known.talking) * _share(dt_s, TALK_S if talks else SILENCE_S)
        if abs(difference_deg(person.azimuth_deg, known.anchor_deg)) > tuning.patience.settle_radius_deg:
            known.anchor_deg, known.anchor_tick = person.azimuth_deg, tick
        if (tick - max(known.seen_tick, known.heard_tick)) * TICK_S > tuning.patience.forget_s:
            fresh = self._people[person.name] = Known(
                self._next_id, person.azimuth_deg, tick
            )  # met again, it is a new track
            fresh.talking, fresh.talks_s, self._next_id = known.talking, known.talks_s, self._next_id + 1
        return talks

    def _wake(self, heard: SoundReport, truth: TruthFrame, moment: Moment) -> None:
        """A wake word: from whom, if that is clear."""
        self._wake_tick, self._wake_id, self._wake_azimuth_deg = moment.tick, None, None
        self._wake_doubt, self._ambiguous = None, False
        if heard.azimuth_deg is None or heard.ambiguous:
            facing = [known for known in self._people.values() if known.in_view and known.engagement > 0.5]
            if not _one_has_called(heard, facing, moment.tuning):
                self._wake_doubt, self._ambiguous = HoldReason.SOUND_AMBIGUOUS, True
                return
            azimuth_deg = facing[0].azimuth_deg
        else:
            azimuth_deg = heard.azimuth_deg
        self._wake_azimuth_deg = azimuth_deg
        caller = self._nearest(azimuth_deg, truth)
        if (caller is None or not caller.seen) and _outside(azimuth_deg, moment.arc):
            self._wake_doubt = HoldReason.OUT_OF_RANGE
            return
        if caller is not None:
            self._wake_azimuth_deg, self._wake_id = caller.azimuth_deg, caller.track_id
            caller.known, caller.wake_tick, caller.heard_tick = True, moment.tick, moment.tick

    def _alike(self, heard: SoundReport, tuning: Tuning) -> bool:
        """Whether two directions tie, as the device is tuned to judge that, and no single one of them is seen to face it."""
        if heard.azimuth_deg is None or not heard.candidates:
            return False
        strongest = max(heard.candidates, key=lambda one: one.weight * one.direct)
        least = tuning.attention.ambiguity_ratio * strongest.weight * strongest.direct
        rivals = [
            one
            for one in heard.candidates
            if one.weight * one.direct >= least
            and distance_deg(one.azimuth_deg, strongest.azimuth_deg) > tuning.attention.ambiguity_gap_deg
        ]
        facing = [
            known
            for known in self._people.values()
            if known.in_view
            and known.engagement > 0.5
            and any(distance_deg(known.azimuth_deg, one.azimuth_deg) <= SAME_DEG for one in (strongest, *rivals))
        ]
        return bool(rivals) and not _one_has_called(heard, facing, tuning)

    def _nearest(self, azimuth_deg: float, truth: TruthFrame) -> Known | None:
        here = [self._people[person.name] for person in truth.people if person.name in self._people]
        near = [known for known in here if distance_deg(known.azimuth_deg, azimuth_deg) <= SAME_DEG]
        return min(near, key=lambda known: distance_deg(known.azimuth_deg, azimuth_deg), default=None)

    def _address(self, people: list[Known], tuning: Tuning, tick: int) -> None:
        """Who means the device, weighed as the device's own tracker does."""
        attention = tuning.attention
        best: Known | None = None
        before: Known | None = None
        for known in people:
            both = known.engagement * known.talking
            face_me = attention.face_me_preference
            score = face_me * known.engagement + (1.0 - face_me) * both + 0.2 * both
            wake_age_s = (tick - known.wake_tick) * TICK_S
            if wake_age_s < 10.0 * WAKE_LIFE_S:
                score += WAKE_WORTH * math.exp(-wake_age_s / WAKE_LIFE_S)
            if known.track_id == self._addressed_id:
                score += HISTORY_WORTH
            known.addressing = min(score, 1.0)
            if known.addressing >= attention.engaged_threshold:
                before = known if known.track_id == self._addressed_id else before
                best = known if best is None or known.addressing > best.addressing else best
        if before is not None and best is not None and best.addressing < before.addressing + TAKE_OVER:
            best = before
        self._addressed_id = None if best is None else best.track_id


def _outside(azimuth_deg: float, arc: RangeOfMotion | None) -> bool:
    return arc is not None and arc.outside_by_deg(azimuth_deg) > RANGE_SLACK_DEG


def _track(person: PersonTruth, known: Known, tick: int) -> Track:
    return Track(
        track_id=known.track_id,
        azimuth_deg=person.azimuth_deg,
        rate_dps=known.rate_dps,
        sigma_deg=SIGMA_DEG,
        distance_m=person.distance_m if known.seen else None,
        seen=known.seen,
        in_view=known.in_view,
        seen_age_s=(tick - known.seen_tick) * TICK_S if known.seen else NEVER_S,
        heard_age_s=(tick - known.heard_tick) * TICK_S if known.heard_tick > NEVER_TICK else NEVER_S,
        engagement=known.engagement,
        talking=known.talking,
        addressing=known.addressing,
        settled_s=(tick - known.anchor_tick) * TICK_S,
    )


def _share(dt_s: float, time_s: float) -> float:
    return 1.0 - math.exp(-dt_s / time_s)


def _one_has_called(heard: SoundReport, facing: list[Known], tuning: Tuning) -> bool:
    """Whether a single one faces the device, and nobody else surely speaks about as loud: else facing it decides nothing."""
    if len(facing) != 1:
        return False
    caller_deg = facing[0].azimuth_deg
    theirs = [one for one in heard.candidates if distance_deg(one.azimuth_deg, caller_deg) <= SAME_DEG]
    least = RIVAL_SHARE * max((one.weight * one.direct for one in theirs), default=0.0)
    return not any(
        one.direct >= RIVAL_SURE
        and one.weight * one.direct >= least
        and distance_deg(one.azimuth_deg, caller_deg) > tuning.attention.ambiguity_gap_deg
        for one in heard.candidates
    )
