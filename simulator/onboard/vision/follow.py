"""The filter in space and time: people are believed when several pictures agree on a place in the room.

Each follower keeps azimuth, its rate and distance in a Kalman filter in base coordinates, so that a turning camera does not
move anybody: a ghost made by camera motion stays with the picture, not with the room, and is never confirmed. A person
once believed is kept through gaps. A miss only counts where the person should have been visible in a sharp picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from simulator.onboard.angles import difference_deg, distance_deg, wrap_deg
from simulator.onboard.messages import TICKS_PER_S, Box, PersonSighting
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.head import HeadPose
from simulator.onboard.vision.life import NEAR_M, NEAR_REACH, Life
from simulator.onboard.vision.observation import Observation, same_place

HISTORY: Final = 5
TENTATIVE_MISSES, MERGE_MISSES = 3, 2
GATE_DEG, GATE_SIGMAS = 2.0, 3.0
TENTATIVE_GATE_DEG: Final = 5.0  # somebody not yet believed may move this far from picture to picture: 1.3 m/s at 1.5 m
# How restless people are: 120 deg2/s3 lets the rate change by 11 deg/s within a second, a stroll past at 1.5 m.
RATE_NOISE_DEG2_PER_S3: Final = 120.0
DISTANCE_NOISE_M2_PER_S: Final = 0.05
FIRST_RATE_SIGMA_DPS: Final = 15.0
FACING_SOFTNESS_DEG: Final = 4.0
ENGAGEMENT_MEMORY: Final = 0.5
PITCH_LIMIT_DEG: Final = 35.0
MIN_PRESENCE: Final = 0.5
WALKED_DEG: Final = 3.0
FACE_GAP_TICKS: Final = 40
SMEAR_DEG: Final = 10.0
COAST_STRAIGHT_TICKS, COAST_STOPS_S = 12, 0.12
RIDING_DEG: Final = 3.0
HURRIED_LOOKS: Final = 12  # somebody new is looked at in every picture at first, to be believed within a second
# Of the last ten answers to "is this a person?": a cat is called one now and then, hardly three times and in seven of ten.
ANSWERS, VOUCHES, SURE_VOUCHES, MOSTLY = 10, 3, 6, 0.7
# People's faces score 0.85 to 0.92, in poor light or turned away 0.6; a cat's 0.5 to 0.8.
SURE_FACE, FACE_SCORE_MEMORY = 0.8, 0.4
CLEAR_FACE: Final = 0.85  # of people in good light; no pet and no thing scored so much
OUTSIDE_S: Final = (
    4.0  # who is out of view is remembered this much longer, to be the same person when the screen is back
)
FACE_SHOWN: Final = 0.5  # a close-up that shows a face less surely says nothing of where a head points
# However a close-up is aimed, people who turn away score 0.9 as bodies (80 % of them 0.8 in four of five views);
# a coat on a stand does so in two views at most (measured in nine rooms).
CLEAR_SHAPE, CLEAR_VIEWS, CLEAR_WITHIN_M, DOUBTFUL_FRAME = 0.8, 4, 3.5, 0.2


@dataclass(slots=True, kw_only=True)
class Follower:
    """One person as followed by the eyes."""

    sighting_id: int
    tick: int
    azimuth_deg: float
    distance_m: float
    azimuth_var: float
    distance_var: float
    rate_dps: float = 0.0
    rate_var: float = FIRST_RATE_SIGMA_DPS**2
    cross_var: float = 0.0
    score: float = 0.0
    elevation_deg: float = 0.0
    box: Box
    head: HeadPose | None = None
    points: tuple[tuple[float, float], ...] = ()
    engagement: float = 0.0
    seen_tick: int = 0
    face_tick: int | None = None
    body_tick: int = -1000
    body_looks: int = 0
    body_look: tuple[float, float] | None = None  # how the body was found last
    face_score: float = 0.0  # mean of late
    asked: int = 0  # how often it was looked into whether this is a person and no pet
    answers: list[bool] = field(default_factory=list)  # the last of these
    called_other: bool = False  # once found to be something else
    clear_views: int = 0  # bit by bit, the ways of looking that left no doubt of the outline of a body
    unseen_ticks: int = 0  # in the picture but not found, since last seen
    kind: str = "face"
    history: list[bool] = field(default_factory=list)
    confirmed: bool = False
    misses: int = 0
    life: Life
    first_azimuth_deg: float
    first_yaw_deg: float

    def sighting(self, *, yaw_deg: float, life: float) -> PersonSighting:
        """What is reported of this person."""
        fresh = self.seen_tick == self.tick
        head = self.head if fresh and self.head is not None and self.head.presence >= FACE_SHOWN else None
        return PersonSighting(
            sighting_id=self.sighting_id,
            azimuth_deg=self.azimuth_deg,
            bearing_deg=wrap_deg(self.azimuth_deg - yaw_deg),
            distance_m=self.distance_m,
            score=self.score,
            box=self.box,
            has_face=fresh and self.kind == "face",
            in_picture=fresh,
            head_yaw_deg=None if head is None else head.yaw_deg,
            head_pitch_deg=None if head is None else head.pitch_deg,
            engagement=self.engagement,
            confirmed=self.confirmed,
            life=life,
        )

    def predict(self, tick: int) -> None:
        """Where this person should be now."""
        dt = (tick - self.tick) / TICKS_PER_S
        if dt <= 0:
            return
        self.tick = tick
        self.azimuth_deg = wrap_deg(self.azimuth_deg + self.rate_dps * dt)
        # A body tells its place to some degrees only, and so hardly a rate.
        if tick - self.seen_tick > (COAST_STRAIGHT_TICKS if self.kind == "face" else 0):
            self.rate_dps *= math.exp(-dt / COAST_STOPS_S)  # who is not seen for long has probably stopped
        q = RATE_NOISE_DEG2_PER_S3
        self.azimuth_var += 2 * dt * self.cross_var + dt * dt * self.rate_var + q * dt**3 / 3
        self.cross_var += dt * self.rate_var + q * dt * dt / 2
        self.rate_var += q * dt
        too_unsure = self.rate_var / FIRST_RATE_SIGMA_DPS**2
        if too_unsure > 1.0:  # nobody runs faster; both must shrink, or the covariance would lose its sense
            self.rate_var /= too_unsure
            self.cross_var /= math.sqrt(too_unsure)
        self.distance_var = min(self.distance_var + DISTANCE_NOISE_M2_PER_S * dt, 1.0)

    @property
    def hurried(self) -> bool:
        """Whether this is somebody new, who is looked at in every picture to be believed soon, or else is probably nobody."""
        return not self.confirmed and max(self.body_looks, self.asked) < HURRIED_LOOKS

    @property
    def is_person(self) -> bool:
        """Whether this was found to be a person, more than once and mostly: now and then a pet looks like one.

        Of who sits close by with the back turned the detector of names often says nothing. A body that is clear however it is
        looked at, and that moves, is not overruled by its silence.
        """
        mostly = sum(self.answers) >= max(VOUCHES, MOSTLY * len(self.answers))
        return mostly or (not self.called_other and self.life.changed and self.shaped)

    @property
    def moves(self) -> bool:
        """Whether this was seen to move: once is enough of what looked like a person each of many times."""
        surely = sum(self.answers) >= max(SURE_VOUCHES, len(self.answers) - 1)
        return self.life.changed or (surely and self.life.changes > 0)

    @property
    def shaped(self) -> bool:
        """Whether the outline is a body's in most ways of looking, near enough to tell."""
        return self.clear_views.bit_count() >= CLEAR_VIEWS and self.distance_m < CLEAR_WITHIN_M

    @property
    def clear_shape(self) -> bool:
        """Whether the outline alone tells that this is somebody who neither moves nor shows a face, near and in no frame."""
        return self.shaped and self.life.framed < DOUBTFUL_FRAME

    def remember(self, hit: bool) -> None:
        """Take in whether this was found where it should be."""
        self.history = [*self.history[-(HISTORY - 1) :], hit]

    def answer(self, person: bool | None) -> None:
        """Take in whether this looked like a person when that was looked into; None when it looked like nothing."""
        self.asked, self.answers = self.asked + 1, [*self.answers[-(ANSWERS - 1) :], person is True]
        self.called_other = self.called_other or person is False

    def update(self, seen: Observation) -> None:
        """Take in a new observation."""
        r = seen.azimuth_sigma_deg**2
        s = self.azimuth_var + r
        k_azimuth, k_rate = self.azimuth_var / s, self.cross_var / s
        error = difference_deg(seen.azimuth_deg, self.azimuth_deg)
        self.azimuth_deg = wrap_deg(self.azimuth_deg + k_azimuth * error)
        self.rate_dps += k_rate * error
        self.rate_var -= k_rate * self.cross_var
        self.cross_var *= 1 - k_azimuth
        self.azimuth_var *= 1 - k_azimuth
        k = self.distance_var / (self.distance_var + seen.distance_sigma_m**2)
        self.distance_m += k * (seen.distance_m - self.distance_m)
        self.distance_var *= 1 - k
        self.score, self.box, self.kind = seen.score, seen.box, seen.kind
        self.elevation_deg = seen.elevation_deg
        self.seen_tick, self.unseen_ticks, self.misses = self.tick, 0, 0
        self.head, self.points = seen.head, seen.points
        if seen.look is not None:
            self.body_look = seen.look
        if seen.kind == "face":
            self.face_score += (1.0 if self.face_tick is None else FACE_SCORE_MEMORY) * (seen.score - self.face_score)
            self.face_tick = self.tick
            if distance_deg(self.azimuth_deg, self.life.azimuth_deg) > WALKED_DEG:
                self.life = self.life.elsewhere(_life(seen))  # a poster does not walk


class Followers(Remembers):
    """All people the eyes follow."""

    def __init__(self) -> None:
        self.people: list[Follower] = []
        self._next_id = 1

    def clear(self) -> None:
        """Forget everybody: the shutter was closed."""
        self.people.clear()

    def predict(self, tick: int, *, in_picture: Callable[[Follower], bool] = lambda _: True) -> None:
        """Move everybody on to a tick; who is outside the picture cannot be seen, and waits to be looked for again."""
        for person in self.people:
            waited = tick - person.tick
            person.predict(tick)
            if in_picture(person):
                person.unseen_ticks += waited

    def update(
        self,
        seen: list[Observation],
        *,
        tick: int,
        yaw_deg: float,
        missed_counts: set[int],
        sharp: bool,
        knobs: VisionKnobs,
    ) -> None:
        """Match observations with people; `missed_counts` holds the ids that should have been seen in this picture."""
        pairs = self._matched(seen)
        for person, observation in pairs:
            person.update(observation)
            person.remember(True)
            self._engage(person, observation, knobs)
        matched = {id(person) for person, _ in pairs}
        used = {id(observation) for _, observation in pairs}
        for person in self.people:
            if id(person) not in matched and person.sighting_id in missed_counts:
                person.misses += 1
                person.engagement *= 0.85
                person.remember(False)
        for observation in seen:
            if id(observation) not in used and (sharp or not self._shadows(observation)):
                self._begin(observation, tick, yaw_deg, knobs)
        self.believe(tick=tick, yaw_deg=yaw_deg, knobs=knobs)
        self._merge(tick)
        self.people = [person for person in self.people if self._kept(person, tick, knobs)]

    def _merge(self, tick: int) -> None:
        """Make one of two that are the same person: a body that was not found, and one found at its place."""
        for lost in [person for person in self.people if person.kind == "body" and person.misses >= MERGE_MISSES]:
            place = (lost.azimuth_deg, lost.distance_m)
            for person in self.people:
                if person.seen_tick == tick and same_place(place, (person.azimuth_deg, person.distance_m)):
                    person.sighting_id = min(person.sighting_id, lost.sighting_id)
                    person.confirmed = person.confirmed or lost.confirmed
                    self.people.remove(lost)
                    break

    def _matched(self, seen: list[Observation]) -> list[tuple[Follower, Observation]]:
        """Nearest first; a person and an observation are used once."""
        options = []
        for i, person in enumerate(self.people):
            for j, observation in enumerate(seen):
                apart = distance_deg(person.azimuth_deg, observation.azimuth_deg)
                sigma = math.sqrt(person.azimuth_var + observation.azimuth_sigma_deg**2)
                depth = abs(person.distance_m - observation.distance_m)
                depth_sigma = math.sqrt(person.distance_var + observation.distance_sigma_m**2)
                gate_deg = GATE_DEG + GATE_SIGMAS * min(sigma, 4.0)
                fits = apart < gate_deg and depth < 0.4 + 3.0 * depth_sigma
                if observation.sought is not None:
                    fits = observation.sought == person.sighting_id
                elif not person.confirmed:
                    fits = apart < min(gate_deg, TENTATIVE_GATE_DEG) and depth < 0.2 + 2.0 * depth_sigma
                if fits:
                    options.append((apart / (2.0 + sigma) + 0.5 * depth / (0.2 + depth_sigma), i, j))
        pairs, rows, columns = [], set(), set()
        for _, i, j in sorted(options):
            if i not in rows and j not in columns:
                rows.add(i)
                columns.add(j)
                pairs.append((self.people[i], seen[j]))
        return pairs

    def _shadows(self, seen: Observation) -> bool:
        """Whether a find in a smeared picture is probably somebody known, smeared to another size."""
        return any(distance_deg(person.azimuth_deg, seen.azimuth_deg) < SMEAR_DEG for person in self.people)

    def _begin(self, seen: Observation, tick: int, yaw_deg: float, knobs: VisionKnobs) -> None:
        person = Follower(
            sighting_id=self._next_id,
            tick=tick,
            azimuth_deg=seen.azimuth_deg,
            distance_m=seen.distance_m,
            azimuth_var=seen.azimuth_sigma_deg**2,
            distance_var=seen.distance_sigma_m**2,
            box=seen.box,
            life=_life(seen),
            first_azimuth_deg=seen.azimuth_deg,
            first_yaw_deg=yaw_deg,
        )
        self._next_id += 1
        person.update(seen)
        person.remember(True)
        self._engage(person, seen, knobs)
        self.people.append(person)

    def believe(self, *, tick: int, yaw_deg: float, knobs: VisionKnobs) -> None:
        """Believe whoever was seen in this picture and for whom enough speaks by now."""
        for person in self.people:
            if person.seen_tick == tick and not person.confirmed:
                person.confirmed = self._is_believed(person, yaw_deg, knobs)

    @staticmethod
    def _is_believed(person: Follower, yaw_deg: float, knobs: VisionKnobs) -> bool:
        # What turns with the camera is in the picture, not in the room: a smear, a reflection in the lens, dirt.
        turned_deg = yaw_deg - person.first_yaw_deg
        moved_deg = difference_deg(person.azimuth_deg, person.first_azimuth_deg)
        rides = abs(turned_deg) > RIDING_DEG and abs(moved_deg - turned_deg) < 0.4 * abs(turned_deg)
        somebody = person.face_tick is not None or person.moves or person.clear_shape
        often = sum(person.history) >= knobs.confirm_of_5
        return often and somebody and person.is_person and not rides and not person.life.unlooked

    @staticmethod
    def _engage(person: Follower, seen: Observation, knobs: VisionKnobs) -> None:
        if seen.kind == "body" and person.face_tick is not None and person.tick - person.face_tick < FACE_GAP_TICKS:
            return  # a face may be missed for a moment
        now = facing(seen.head, knobs.facing_yaw_deg)
        person.engagement += (1 - ENGAGEMENT_MEMORY) * (now - person.engagement)

    @staticmethod
    def _kept(person: Follower, tick: int, knobs: VisionKnobs) -> bool:
        if not person.confirmed:
            return person.misses < TENTATIVE_MISSES and tick - person.seen_tick < 2 * TICKS_PER_S
        outside = OUTSIDE_S * TICKS_PER_S if person.unseen_ticks < tick - person.seen_tick else 0
        return (
            person.unseen_ticks <= knobs.coast_s * TICKS_PER_S
            and tick - person.seen_tick <= knobs.coast_s * TICKS_PER_S + outside
        )


def _life(seen: Observation) -> Life:
    return Life(
        azimuth_deg=seen.azimuth_deg,
        elevation_deg=seen.elevation_deg,
        distance_m=seen.distance_m,
        reach=NEAR_REACH if seen.kind == "body" and seen.distance_m < NEAR_M else 1.0,
    )


def facing(head: HeadPose | None, limit_deg: float) -> float:
    """Probability that a head faces the camera: a soft step at the limit; 0 without a usable face."""
    if head is None or head.presence < MIN_PRESENCE or abs(head.pitch_deg) > PITCH_LIMIT_DEG:
        return 0.0
    return 1.0 / (1.0 + math.exp((abs(head.yaw_deg) - limit_deg) / FACING_SOFTNESS_DEG))
