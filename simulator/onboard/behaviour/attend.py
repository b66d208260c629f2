"""Serving a person: turn to who called, keep the one who is served in view, and know when speech is not for the device.

Three modes share it. *Wake word* turns once and stops; *follow* turns and keeps the person in view until nobody has
faced the device for a while; *recipe* stays with a busy cook, who need not face anything.
"""

from __future__ import annotations

from typing import Final

from simulator.onboard.angles import distance_deg
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.gate_names import GateName
from simulator.onboard.gates import at_least, at_most, yes_no
from simulator.onboard.messages import DECISIVE_ODDS, TICKS_PER_S, Contact, Gate, HoldReason, IntentKind, Mode, Track
from simulator.onboard.state import Remembers

# After a turn to a voice the camera gets this long to find somebody there.
LOOK_S: Final = 1.2
# A turn to a voice that has not ended by then is not going to.
TURN_S: Final = 6.0
# Why a wake word was not acted on stays visible for this long.
DOUBT_S: Final = 2.0
STAY_S: Final = 3.0
# Somebody served who no longer faces the device while people talk is in a conversation after this long.
TURNED_AWAY_S: Final = 4.0
# With nobody left at all, following ends after this.
NOBODY_S: Final = 8.0
# Whom the camera finds this near to a voice is the one who spoke.
VOICE_NEAR_DEG: Final = 25.0
DRIVEN_MEMORY: Final = 16
# A place nearer to the middle of the picture than this has been looked at: half of a narrow lens.
LOOKED_DEG: Final = 25.0


class Attend(Remembers):
    """Whom the screen serves and what it owes them now."""

    def __init__(self) -> None:
        self.subject_id: int | None = None
        self.stay_put = False  # the policy says not to move
        self._turn_deg: float | None = None  # a voice to turn to; None when there is none to answer
        self._turn_tick = -1_000_000
        self._reason_tick = 0
        self._looking_tick: int | None = None  # since when the camera looks for who spoke
        self._present_tick = 0
        self._facing_tick = 0
        self._wake_tick: int | None = None
        self._driven: tuple[int, ...] = ()  # tracks that are only heard and that the screen has once looked for

    def begin(self, moment: Moment, subject_id: int | None) -> None:
        """Start to serve: whoever is named, else the one who means the device, else the nearest in view."""
        self._turn_deg, self._looking_tick = None, None
        self._present_tick = self._facing_tick = self._reason_tick = moment.tick
        self.stay_put = False
        self.subject_id = subject_id if subject_id is not None else _best(moment)

    def woken(self, moment: Moment) -> None:
        """A wake word was spoken: turn to it, unless its direction is in doubt."""
        tracks = moment.tracks
        self._wake_tick = tracks.wake_tick
        if tracks.wake_doubt is HoldReason.SOUND_AMBIGUOUS:
            self._turn_deg = None  # not even the turn to a voice before: it may have been the other one
        if tracks.wake_doubt is not None or tracks.wake_azimuth_deg is None:
            return
        self._present_tick = self._facing_tick = self._reason_tick = moment.tick
        self._turn_deg, self._turn_tick = tracks.wake_azimuth_deg, moment.tick
        self._looking_tick = None
        self.subject_id = tracks.wake_id

    def resumed(self, moment: Moment) -> None:
        """The screen is back: time that somebody else had it does not count as nobody caring."""
        self._present_tick = self._facing_tick = moment.tick

    def interrupted(self) -> None:
        """Somebody else has the screen: a voice from before is no longer worth a turn afterwards."""
        self._turn_deg = None

    def wanted(self, moment: Moment, mode: Mode) -> Wanted:
        """What serving asks for now."""
        if self.stay_put:
            return stay("the wake word is set not to move the screen", HoldReason.POLICY, track_ids=self._ids(moment))
        doubt = self._doubt(moment)
        if doubt is not None:
            return doubt
        if self._turn_deg is not None:
            answer = self._turn(moment, mode)
            if answer is not None:
                return answer
        if mode is Mode.WAKE:
            over = moment.seconds_since(self._turn_tick) > LOOK_S
            reason = HoldReason.ON_TARGET if moment.track(self.subject_id) else HoldReason.NOBODY_THERE
            return stay("turned to the wake word", reason, track_ids=self._ids(moment), done=over)
        return self._keep(moment, mode)

    # --- a voice ------------------------------------------------------------------------------------------------------

    def _doubt(self, moment: Moment) -> Wanted | None:
        tracks = moment.tracks
        if self._wake_tick is None or moment.seconds_since(self._wake_tick) > DOUBT_S:
            return None
        return doubted(moment, track_ids=self._ids(moment)) if tracks.wake_doubt is not None else None

    def _turn(self, moment: Moment, mode: Mode) -> Wanted | None:
        """Turn to the voice, then let the camera look who is there; None when that is settled."""
        track = moment.track(self.subject_id)
        seen = track is not None and track.seen and track.seen_age_s < 1.0
        if self._looking_tick is None:
            if self._arrived(moment):
                self._looking_tick = moment.tick
            else:
                return self._face(moment, track, mode)
        if seen and track is not None and track.in_view:
            self._turn_deg = None
            return None
        found = _seen_near(moment, self._turn_deg)
        if found is not None:
            self.subject_id, self._turn_deg = found.track_id, None
            return None
        if moment.seconds_since(self._looking_tick) < LOOK_S:
            return stay("looking who spoke", HoldReason.NOBODY_THERE, track_ids=self._ids(moment))
        # A turn that something held up has shown nothing of the place: the next call from there is a question again.
        looked = distance_deg(moment.motor.yaw_deg, self._turn_deg or 0.0) < LOOKED_DEG
        if looked and track is not None and not track.seen and track.track_id not in self._driven:
            self._driven = (*self._driven, track.track_id)[-DRIVEN_MEMORY:]
        self._turn_deg = None
        if track is not None and not track.seen:
            self.subject_id = None
        return None

    def _face(self, moment: Moment, track: Track | None, mode: Mode) -> Wanted:
        assert self._turn_deg is not None
        attention = moment.tuning.attention
        gates = []
        hold = None
        if track is not None and track.seen:
            self._turn_deg = track.azimuth_deg
        else:
            trust = at_least(GateName.SOUND_TRUSTED, moment.tracks.wake_confidence, attention.min_sound_confidence)
            gates.append(trust)
            if not trust.passed:
                hold = HoldReason.NOT_CONFIRMED
            if track is not None and track.track_id in self._driven and self._turn_tick == moment.tick:
                gates.append(at_most(GateName.UNSEEN_TURNS, 1.0, 0.0))
                hold = HoldReason.NOT_CONFIRMED
        if hold is not None:
            self._turn_deg = None
            self._looking_tick = moment.tick
            return stay(
                "a voice that the camera has not confirmed", hold, track_ids=self._ids(moment), gates=tuple(gates)
            )
        hunch = moment.tracks.hunch
        why = "turning to who called"
        if hunch is not None and hunch.acted:
            why = (
                f"turning to who called: of two directions people are usually at {hunch.azimuth_deg:.0f}° at this hour"
            )
            gates.append(at_least(GateName.USUAL_PLACE, hunch.odds, DECISIVE_ODDS))
        return Wanted(
            IntentKind.FACE,
            why,
            azimuth_deg=self._turn_deg,
            track_ids=self._ids(moment),
            urgent=True,
            gates=tuple(gates),
            reason_tick=self._reason_tick,
        )

    def _arrived(self, moment: Moment) -> bool:
        age_s, decision = moment.seconds_since(self._turn_tick), moment.decision
        if age_s > TURN_S:
            return True
        if decision is None or decision.tick <= self._turn_tick or moment.body.moving:
            return False
        waits = (HoldReason.ON_TARGET, HoldReason.IN_DEAD_ZONE)
        fails = (HoldReason.OUT_OF_RANGE, HoldReason.BLOCKED_LEFT, HoldReason.BLOCKED_RIGHT, HoldReason.NOT_CONFIRMED)
        if decision.hold in waits:
            return True
        return decision.hold in fails and age_s > DOUBT_S

    # --- staying with somebody ----------------------------------------------------------------------------------------

    def _keep(self, moment: Moment, mode: Mode) -> Wanted:
        tracks, attention = moment.tracks, moment.tuning.attention
        self._choose(moment, mode)
        subject = moment.track(self.subject_id)
        if subject is None:
            over = mode is Mode.FOLLOW and moment.seconds_since(self._present_tick) > NOBODY_S
            return stay("nobody to serve is left", HoldReason.NOBODY_THERE, track_ids=_everybody(moment), done=over)
        self._present_tick = moment.tick
        engaged = subject.engagement >= attention.engaged_threshold
        if engaged or tracks.addressed_id is not None:
            self._facing_tick = moment.tick
        away_s = moment.seconds_since(self._facing_tick)
        if mode is Mode.FOLLOW:
            if away_s > attention.follow_for_s:
                why = "nobody has faced the device for long"
                return stay(why, HoldReason.NOBODY_ENGAGED, track_ids=self._ids(moment), done=True)
            if away_s > TURNED_AWAY_S and tracks.talker_id is not None and tracks.addressed_id is None:
                gate = at_least(GateName.MEANS_DEVICE, subject.addressing, attention.engaged_threshold)
                return stay(
                    "people talk to each other",
                    HoldReason.SPEECH_NOT_FOR_ME,
                    track_ids=self._ids(moment),
                    gates=(gate,),
                )
        return Wanted(
            IntentKind.KEEP_IN_VIEW,
            "keeping the cook in view" if mode is Mode.RECIPE else "keeping the one who called in view",
            track_ids=self._members(moment, subject, mode),
            reason_tick=self._reason_tick,
        )

    def _choose(self, moment: Moment, mode: Mode) -> None:
        """Somebody else takes over by speaking to the device; a lost one is replaced by who is there."""
        tracks = moment.tracks
        subject = moment.track(self.subject_id)
        addressed = moment.track(tracks.addressed_id)
        if subject is None or not subject.seen:
            self.subject_id = _best(moment, cook=mode is Mode.RECIPE)
            return
        if addressed is None or addressed.track_id == self.subject_id or not moment.living(addressed):
            return
        speaks = addressed.talking >= 0.5 and addressed.engagement >= moment.tuning.attention.engaged_threshold
        lost = not subject.in_view and subject.seen_age_s > NOBODY_S
        if speaks or lost:
            self.subject_id, self._reason_tick = addressed.track_id, moment.tick

    def _members(self, moment: Moment, subject: Track, mode: Mode) -> tuple[int, ...]:
        if mode is Mode.RECIPE:
            return (subject.track_id,)
        threshold = moment.tuning.attention.engaged_threshold
        others = tuple(
            track.track_id
            for track in moment.tracks.tracks
            if track.track_id != subject.track_id and moment.living(track) and track.engagement >= threshold
        )
        return (subject.track_id, *others)

    def _ids(self, moment: Moment) -> tuple[int, ...]:
        return (self.subject_id,) if moment.track(self.subject_id) is not None and self.subject_id is not None else ()


def doubted(moment: Moment, *, track_ids: tuple[int, ...]) -> Wanted:
    """Stay, because the direction of the last wake word is in doubt."""
    tracks = moment.tracks
    reason = tracks.wake_doubt or HoldReason.SOUND_AMBIGUOUS
    azimuth_deg, arc = tracks.wake_azimuth_deg, moment.arc
    gates: tuple[Gate, ...] = ()
    if reason is HoldReason.OUT_OF_RANGE and azimuth_deg is not None and arc is not None:
        gates = (at_most(GateName.OUTSIDE_RANGE, arc.outside_by_deg(azimuth_deg), 0.0, "°"),)
    elif reason is HoldReason.NOT_CONFIRMED and azimuth_deg is not None:
        weight = max(
            (r.weight for r in tracks.reflectors if distance_deg(r.azimuth_deg, azimuth_deg) < 15.0), default=1.0
        )
        gates = (at_most(GateName.EMPTY_ECHO, weight, 0.35),)
    elif reason is HoldReason.SOUND_AMBIGUOUS:
        gates = (yes_no(GateName.ONE_DIRECTION, False),)
    hunch = tracks.hunch
    if hunch is not None and not hunch.acted:
        why = f"the wake word's direction is in doubt; at this hour people are usually at {hunch.azimuth_deg:.0f}°"
        return stay(why, reason, track_ids=track_ids, gates=gates)
    return stay("the wake word's direction is in doubt", reason, track_ids=track_ids, gates=gates)


def idle(moment: Moment, *, stopped: bool, doubt_tick: int | None) -> Wanted:
    """Nobody has asked for the screen: why it stays, by what is seen and heard."""
    tracks, ids = moment.tracks, _everybody(moment)
    if moment.body.contact is Contact.HAND:
        return stay("a hand is on the screen", HoldReason.HAND_ON_SCREEN, track_ids=ids)
    if stopped:
        return stay("told to stop", HoldReason.POLICY, track_ids=ids)
    if doubt_tick is not None and moment.seconds_since(doubt_tick) <= DOUBT_S and tracks.wake_doubt is not None:
        return doubted(moment, track_ids=ids)
    threshold = moment.tuning.attention.engaged_threshold
    best = max((track.addressing for track in tracks.tracks), default=0.0)
    gate = at_least(GateName.MEANS_DEVICE, best, threshold)
    if tracks.sound_ambiguous:
        unclear = (yes_no(GateName.ONE_DIRECTION, False),)
        return stay("sound from two directions", HoldReason.SOUND_AMBIGUOUS, track_ids=ids, gates=unclear)
    if tracks.talker_id is not None and tracks.addressed_id is None:
        return stay("people talk, not to the device", HoldReason.SPEECH_NOT_FOR_ME, track_ids=ids, gates=(gate,))
    if not any(moment.living(track) for track in tracks.tracks):
        return stay("nobody is there", HoldReason.NOBODY_THERE, track_ids=ids)
    return stay("nobody has asked for the screen", HoldReason.NOBODY_ENGAGED, track_ids=ids, gates=(gate,))


def replying(moment: Moment) -> Track | None:
    """Somebody seen who faces the device and speaks to it."""
    track = moment.track(moment.tracks.addressed_id)
    if track is None or not moment.living(track) or track.seen_age_s > 1.0:
        return None
    facing = track.engagement >= moment.tuning.attention.engaged_threshold
    spoke = moment.tracks.voice_s >= moment.tuning.patience.ignore_sound_under_s
    return track if facing and spoke and track.talking >= 0.5 else None


def ticks(seconds: float) -> int:
    """Seconds as whole ticks."""
    return round(seconds * TICKS_PER_S)


def _best(moment: Moment, *, cook: bool = False) -> int | None:
    tracks = moment.tracks
    if tracks.addressed_id is not None and not cook:
        return tracks.addressed_id
    there = [track for track in tracks.tracks if moment.living(track) and track.seen_age_s < NOBODY_S]
    if not there:
        return None
    return min(there, key=lambda track: (not track.in_view, track.distance_m or 9.0, track.track_id)).track_id


def _seen_near(moment: Moment, azimuth_deg: float | None) -> Track | None:
    if azimuth_deg is None:
        return None
    near = [
        track
        for track in moment.tracks.tracks
        if moment.living(track)
        and track.in_view
        and track.seen_age_s < 1.0
        and distance_deg(track.azimuth_deg, azimuth_deg) < VOICE_NEAR_DEG
    ]
    return min(near, key=lambda track: distance_deg(track.azimuth_deg, azimuth_deg), default=None)


def _everybody(moment: Moment) -> tuple[int, ...]:
    """The living people, the one who means the device first, then the nearest to the middle of the picture."""
    there = [track for track in moment.tracks.tracks if moment.living(track)]
    first = moment.tracks.addressed_id
    there.sort(key=lambda track: (track.track_id != first, abs(moment.bearing_deg(track)), track.track_id))
    return tuple(track.track_id for track in there)
