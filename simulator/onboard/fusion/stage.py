"""Fusion: from what was heard and seen to who is there, who talks and who means the device.

People are tracked in azimuth all around the device, in and out of view. The eyes make and confirm tracks; the ears say
who of them talks, keep a remembered one up to date, and may propose a person not yet seen: such a track is a question,
which the first sharp look there answers with a person or with a learned reflector.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.addressing import addressed, talker
from simulator.onboard.fusion.agreement import AGREED, Agreement
from simulator.onboard.fusion.assign import assigned
from simulator.onboard.fusion.echoes import Echoes, alive
from simulator.onboard.fusion.habits import Habits, Tie
from simulator.onboard.fusion.hearing import WORD_TICKS, Heard, heard, seen_empty
from simulator.onboard.fusion.person import NEVER_TICK, Person, plausible_m
from simulator.onboard.fusion.rules import (
    MAX_SIGHTINGS,
    MAX_TRACKS,
    SAME_PLACE_DEG,
    SIGHT_SIGMA_DEG,
    FusionRules,
)
from simulator.onboard.messages import (
    TICK_S,
    HoldReason,
    Hunch,
    Memory,
    PersonSighting,
    Seeing,
    SoundReport,
    TrackReport,
    VisionReport,
)
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning

# Cost of a pairing: squared distance in sigmas plus log uncertainty. 14 is a miss at 3.5 sigmas of a fresh track.
PAIR_LIMIT: Final = 14.0
SAME_SIGHTING_DEG, SAME_SIGHTING_COST = 40.0, 1.0
NEW_SIGMA_DEG: Final = 3.0
# However vague a memory, somebody seen farther from it than this is somebody else.
FOUND_AGAIN_DEG: Final = 60.0
# A question that the ears asked counts as answered "nobody" after this many sharp looks over this time.
EMPTY_LOOKS, EMPTY_LOOK_S = 3, 0.4
REFLECTOR_LESSON: Final = 0.6
# Each further fix from a place seen empty adds a little.
REFLECTOR_HINT: Final = 0.04
VOICE_GAP_TICKS: Final = 25
NEWCOMER_S: Final = 0.3
# Seen less than this ago, somebody is expected to go on; later, to have stopped.
FRESH_TICKS: Final = 25
# How fast somebody known for half a second may go round the device and still be recognised: a run at 2 m/s, 1.2 m away.
HURRY_DPS, HURRY_KNOWN_S, HURRY_TICKS = 95.0, 0.5, 80
PAIR_NEVER: Final = 180.0
OLDEST_S: Final = 0.3  # a rate of now says nothing of an earlier picture
TURNING_DPS, TURNING_SHARE = 10.0, 0.35


class FusionStage(Remembers):
    """Joins sightings and directions of sound to tracks of people, and says which of them talks."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._facts = facts
        self._tuning: Tuning | None = None
        self._rules = FusionRules(Tuning(), facts)
        self._people: list[Person] = []
        self._echoes = Echoes()
        self._next_id = 1
        self._tick = 0
        self._picture_tick: int | None = None
        self._picture_yaw_deg = 0.0
        self._picture_age_s = 0.0
        self._sound_tick = -1
        self._voice_s, self._voice_tick = 0.0, -1_000_000
        self._addressed_id: int | None = None
        self._ambiguous = False
        self._wake_tick: int | None = None
        self._wake_azimuth_deg: float | None = None
        self._wake_id: int | None = None
        self._wake_confidence = 0.0
        self._wake_doubt: HoldReason | None = None
        self._agreement = Agreement()
        self._habits: Habits | None = None
        self._hunch: Hunch | None = None

    @property
    def memory(self) -> Memory | None:
        """What was learned of habits; None while they are off."""
        return None if self._habits is None else self._habits.memory

    def remember(self, memory: Memory) -> None:
        """Begin with what was learned before; from now on habits have a say where two directions tie."""
        self._habits = Habits(memory)

    def tick(
        self, sound: SoundReport, vision: VisionReport, tuning: Tuning, *, tick: int, arc: RangeOfMotion | None
    ) -> TrackReport:
        """Take in what was heard and seen since the last thought."""
        if tuning is not self._tuning:
            self._tuning, self._rules = tuning, FusionRules(tuning, self._facts)
        rules = self._rules
        dt_s = max(tick - self._tick, 0) * TICK_S
        self._tick = tick
        self._advance(vision, dt_s)
        if self._habits is not None:
            self._habits.advance(tick)
        self._echoes.advance(tick=tick, forget_s=rules.reflector_forget_s)
        if vision.frame_tick is not None and vision.frame_tick != self._picture_tick and vision.seeing is Seeing.SEEING:
            before = self._picture_tick
            self._picture_tick = vision.frame_tick
            self._picture_age_s = min(max(tick - vision.frame_tick, 0) * TICK_S, OLDEST_S)
            gap_s = 0.2 if before is None else min(max(vision.frame_tick - before, 0) * TICK_S, 1.0)
            self._see(vision, gap_s)
        self._listen(sound, vision, arc, dt_s)
        self._people = [person for person in self._people if not person.gone(rules, tick=tick)]
        for person in self._people:
            person.settle(radius_deg=rules.settle_radius_deg, tick=tick)
        if self._habits is not None:
            caller = next((person for person in self._people if person.track_id == self._wake_id), None)
            self._habits.confirm(caller, engaged=rules.engaged_threshold, tick=tick)
        self._addressed_id = addressed(self._people, rules, before_id=self._addressed_id, tick=tick)
        return TrackReport(
            tick=tick,
            tracks=tuple([person.message(tick) for person in self._people]),
            talker_id=talker(self._people),
            addressed_id=self._addressed_id,
            sound_ambiguous=self._ambiguous,
            wake_tick=self._wake_tick,
            wake_azimuth_deg=self._wake_azimuth_deg,
            wake_id=self._wake_id,
            wake_confidence=self._wake_confidence,
            wake_doubt=self._wake_doubt,
            voice_s=self._voice_s,
            reflectors=self._echoes.messages(),
            usual=None if self._habits is None else self._habits.usual(),
            hunch=self._hunch,
        )

    def _advance(self, vision: VisionReport, dt_s: float) -> None:
        eyes_open = vision.seeing is Seeing.SEEING and vision.frame_tick is not None
        yaw_deg, half_deg = vision.frame_yaw_deg, self._rules.half_fov_deg
        for person in self._people:
            angle = person.angle
            person.in_view = eyes_open and abs(wrap_deg(angle.azimuth_deg - yaw_deg)) <= half_deg
            fresh = person.in_view and self._tick - person.seen_tick <= FRESH_TICKS
            person.advance(dt_s, visible=fresh)

    def _see(self, vision: VisionReport, gap_s: float) -> None:
        rules = self._rules
        self._echoes.see(vision.objects, fov_deg=2.0 * rules.half_fov_deg, tick=self._tick)
        # Whom the eyes only believe through a gap is no evidence of where they are, just that they may be there.
        seen = [s for s in vision.people if s.in_picture and math.isfinite(s.azimuth_deg)]
        if len(seen) > MAX_SIGHTINGS:
            seen = sorted(seen, key=lambda s: (-s.score, s.sighting_id))[:MAX_SIGHTINGS]
        sightings = [s for s in seen if s.confirmed]
        pairs = self._paired(self._people, sightings)
        unsure = [s for s in seen if not s.confirmed]
        if unsure:
            pairs |= self._hurrying(pairs, unsure, gap_s)
        turned_dps = abs(vision.frame_yaw_deg - self._picture_yaw_deg) / max(gap_s, TICK_S)
        self._picture_yaw_deg = vision.frame_yaw_deg
        # Pictures taken in a turn lose people now and then: an empty one says less.
        empty_s = gap_s if turned_dps < TURNING_DPS else TURNING_SHARE * gap_s
        for person in self._people:
            sighting = pairs.get(person.track_id)
            if sighting is not None:
                self._look(person, sighting, vision, gap_s)
            elif vision.sharp:
                self._miss(person, vision, empty_s)
        taken = {sighting.sighting_id for sighting in pairs.values()}
        for sighting in sightings:
            if sighting.sighting_id not in taken and len(self._people) < MAX_TRACKS:
                self._look(self._begin(sighting.azimuth_deg, sigma_deg=NEW_SIGMA_DEG), sighting, vision, gap_s)
        self._merge()

    def _paired(self, people: list[Person], sightings: list[PersonSighting]) -> dict[int, PersonSighting]:
        pairs = assigned([[self._cost(p, s) for s in sightings] for p in people], limit=PAIR_LIMIT)
        return {people[row].track_id: sightings[column] for row, column in pairs}

    def _then_deg(self, person: Person) -> float:
        """Where somebody was when the last picture was taken."""
        return person.angle.azimuth_then_deg(self._picture_age_s)

    def _cost(self, person: Person, sighting: PersonSighting) -> float:
        angle = person.angle
        apart_deg = distance_deg(self._then_deg(person), sighting.azimuth_deg)
        if apart_deg > FOUND_AGAIN_DEG:
            return PAIR_LIMIT
        total = angle.p_aa + SIGHT_SIGMA_DEG * SIGHT_SIGMA_DEG
        cost = apart_deg * apart_deg / total + math.log(total / (SIGHT_SIGMA_DEG * SIGHT_SIGMA_DEG))
        if person.sighting_id == sighting.sighting_id and apart_deg < SAME_SIGHTING_DEG:
            # The eyes followed this person from picture to picture, however far they got between two.
            cost = min(cost, SAME_SIGHTING_COST)
        known_m, seen_m = person.distance_m, plausible_m(sighting.distance_m)
        if known_m is not None and seen_m is not None:
            cost += min(((known_m - seen_m) / (0.3 + 0.25 * known_m)) ** 2, 6.0)
        return cost if math.isfinite(cost) else PAIR_LIMIT

    def _hurrying(
        self, pairs: dict[int, PersonSighting], unsure: list[PersonSighting], gap_s: float
    ) -> dict[int, PersonSighting]:
        """People well known until a moment ago who may be a sighting that the eyes do not believe yet.

        Somebody who runs past is a new face to the eyes in each picture; where they must be by now, one such face is enough.
        """
        missing = [
            p
            for p in self._people
            if p.track_id not in pairs and p.seen_for_s >= HURRY_KNOWN_S and self._tick - p.seen_tick <= HURRY_TICKS
        ]
        reach_deg = HURRY_DPS * gap_s
        near = {
            (p.track_id, s.sighting_id)
            for p in missing
            for s in unsure
            if distance_deg(self._then_deg(p), s.azimuth_deg) <= reach_deg + 2.0 * p.angle.sigma_deg
        }
        if not near:
            return {}
        costs = [
            [
                distance_deg(self._then_deg(p), s.azimuth_deg) if (p.track_id, s.sighting_id) in near else PAIR_NEVER
                for s in unsure
            ]
            for p in missing
        ]
        return {missing[row].track_id: unsure[column] for row, column in assigned(costs, limit=PAIR_NEVER)}

    def _look(self, person: Person, sighting: PersonSighting, vision: VisionReport, gap_s: float) -> None:
        life = alive(sighting, vision)
        person.look(sighting, alive=life, gap_s=gap_s, age_s=self._picture_age_s, tick=self._tick)
        person.in_view = True
        if life >= self._rules.min_person:
            self._echoes.doubt(person.angle.azimuth_deg, dt_s=gap_s)

    def _miss(self, person: Person, vision: VisionReport, empty_s: float) -> None:
        """Nobody was found where somebody should be; the ears' questions are answered by that."""
        azimuth_deg = self._then_deg(person)
        if abs(wrap_deg(azimuth_deg - vision.frame_yaw_deg)) > self._rules.clear_half_fov_deg:
            return
        for sighting in vision.people:
            believed = sighting.sighting_id == person.sighting_id and not sighting.in_picture
            if believed or (
                not sighting.confirmed and distance_deg(sighting.azimuth_deg, azimuth_deg) < SAME_PLACE_DEG
            ):
                return  # somebody may be there: the eyes are not sure yet
        person.count_empty_look(empty_s)
        if not person.seen and person.empty_looks >= EMPTY_LOOKS and person.unseen_in_view_s >= EMPTY_LOOK_S:
            self._echoes.learn(azimuth_deg, weight=REFLECTOR_LESSON)
            person.heard_tick = NEVER_TICK

    def _listen(self, sound: SoundReport, vision: VisionReport, arc: RangeOfMotion | None, dt_s: float) -> None:
        rules, tick = self._rules, self._tick
        voice = min(max(sound.voice, 0.0), 1.0) if math.isfinite(sound.voice) else 0.0
        if voice >= rules.voice_threshold:
            self._voice_s += dt_s
            self._voice_tick = tick
        elif tick - self._voice_tick > VOICE_GAP_TICKS:
            self._voice_s = 0.0
        fresh = sound.tick != self._sound_tick
        self._sound_tick = sound.tick
        located = None
        if fresh and not sound.frozen and (voice >= rules.voice_threshold or sound.wake_word):
            located = heard(
                sound,
                self._people,
                self._echoes,
                rules,
                arc,
                seen_empty(vision, self._people, rules, since_tick=tick - WORD_TICKS),
                tick=tick,
                habits=self._habits if sound.wake_word else None,
            )
        tie = None if located is None else located.tie
        if sound.azimuth_deg is None and located is not None and located.doubt is not None:
            located = None  # habits were asked and decide nothing: the ears have named no direction
        self._ambiguous = (located is not None and located.doubt is HoldReason.SOUND_AMBIGUOUS) or (
            sound.ambiguous and sound.azimuth_deg is None
        )
        speaker = None
        if located is not None:
            speaker = self._credit(located, voice, dt_s, wake_word=sound.wake_word)
        if sound.wake_word:
            self._wake(located, speaker, tie=tie)
        elif located is not None and located.doubt is None and not sound.ambiguous:
            self._agree(located, speaker)
        for person in self._people:
            if person is not speaker and (located is not None or voice < rules.voice_threshold):
                person.silent(dt_s)

    def _credit(self, located: Heard, voice: float, dt_s: float, *, wake_word: bool) -> Person | None:
        """Who spoke; a new track when somebody not yet known did."""
        if located.doubt is HoldReason.NOBODY_THERE:
            self._echoes.learn(located.azimuth_deg, weight=REFLECTOR_HINT * located.confidence)
        if located.doubt is not None:
            return None
        rules, person = self._rules, located.person
        if person is None:
            if located.confidence < 0.5 * rules.min_sound_confidence or self._voice_s < rules.ignore_sound_under_s:
                return None
            if len(self._people) >= MAX_TRACKS:
                return None
            person = self._begin(located.azimuth_deg, sigma_deg=located.sigma_deg)
        # Fixes that follow each other share most of their sound; only about five a second are news. A wake word was listened to
        # as a whole: its direction is news whenever the last thought was.
        news = 1.0 if wake_word else min(max(5.0 * dt_s, 0.05), 1.0)
        sigma_deg = located.sigma_deg / math.sqrt(news)
        person.hear(located.azimuth_deg, sigma_deg=sigma_deg, voice=voice, gap_s=dt_s, tick=self._tick)
        return person

    def _agree(self, located: Heard, speaker: Person | None) -> None:
        """A wake word that was not sure enough counts as said now, once what is said after it comes from the same place."""
        if self._agreement.confirmed(located.azimuth_deg, tick=self._tick):
            located.confidence = max(located.confidence, AGREED)
            self._wake(located, speaker)

    def _wake(self, located: Heard | None, speaker: Person | None, *, tie: Tie | None = None) -> None:
        self._wake_tick = self._tick
        self._agreement.forget()
        self._wake_confidence = 0.0 if located is None else located.confidence
        self._wake_azimuth_deg, self._wake_id, self._hunch = None, None, None
        if self._habits is not None:
            self._hunch = self._habits.called(tie, tick=self._tick)
        if located is None or located.doubt is HoldReason.SOUND_AMBIGUOUS:
            self._wake_doubt = HoldReason.SOUND_AMBIGUOUS
            self._ambiguous = True
            return
        self._wake_azimuth_deg, self._wake_doubt = located.azimuth_deg, located.doubt
        if located.doubt is not None:
            return
        if located.confidence < self._rules.min_sound_confidence:
            self._agreement.wait(located.azimuth_deg, tick=self._tick)
        if speaker is None:
            # A wake word is worth a question even where a short noise is not.
            if len(self._people) >= MAX_TRACKS:
                return
            speaker = self._begin(located.azimuth_deg, sigma_deg=located.sigma_deg)
            speaker.heard_tick = self._tick
        speaker.wake_tick = self._tick
        self._wake_id = speaker.track_id
        if speaker.seen:
            self._wake_azimuth_deg = speaker.angle.azimuth_deg

    def _begin(self, azimuth_deg: float, *, sigma_deg: float) -> Person:
        person = Person(self._next_id, wrap_deg(azimuth_deg), sigma_deg=sigma_deg, tick=self._tick)
        self._next_id += 1
        self._people.append(person)
        return person

    def _merge(self) -> None:
        """Drop a heard or remembered track where somebody is in plain sight: it is the same person."""
        seen_now = [p for p in self._people if p.seen and p.seen_tick == self._tick]
        kept: list[Person] = []
        for person in self._people:
            twin = None if person.seen_tick == self._tick else self._twin(person, seen_now)
            if twin is None:
                kept.append(person)
            else:
                self._inherit(twin, person)
        self._people = kept

    def _twin(self, person: Person, seen_now: list[Person]) -> Person | None:
        slack_deg = SAME_PLACE_DEG + (0.0 if person.seen else person.angle.sigma_deg)
        for other in seen_now:
            # Two who have been seen side by side are two, also while one hides the other.
            if person.seen and other.seen_for_s > NEWCOMER_S:
                continue
            if distance_deg(other.angle.azimuth_deg, person.angle.azimuth_deg) < slack_deg:
                return other
        return None

    def _inherit(self, twin: Person, person: Person) -> None:
        twin.wake_tick = max(twin.wake_tick, person.wake_tick)
        twin.heard_tick = max(twin.heard_tick, person.heard_tick)
        twin.talking = max(twin.talking, person.talking)
        if self._wake_id == person.track_id:
            self._wake_id = twin.track_id
        if self._addressed_id == person.track_id:
            self._addressed_id = twin.track_id
