"""The eyes as one stage: takes a picture when there is one, believes what several pictures agree on, forgets the picture."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    TICKS_PER_S,
    CameraFrame,
    MotorState,
    ObjectSighting,
    PersonSighting,
    Seeing,
    Shutter,
    VisionHints,
    VisionReport,
)
from simulator.onboard.tuning import Tuning, VisionKnobs
from simulator.onboard.vision.bodies import BodyFinder
from simulator.onboard.vision.faces import FaceFinder, face_finder
from simulator.onboard.vision.follow import CLEAR_SHAPE, SURE_FACE, Follower, Followers
from simulator.onboard.vision.head import HeadPoser
from simulator.onboard.vision.look import BODY_TILES, Looker
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.observation import Observation, same_person
from simulator.onboard.vision.pace import Pace
from simulator.onboard.vision.points import record
from simulator.onboard.vision.source import Source
from simulator.onboard.vision.things import PETS, Surroundings, ThingFinder

SCAN_EVERY_S = 1.0  # a whole picture is searched at least this often while known people are only checked
SCAN_RATE_DPS, SCAN_TURNING_EVERY_S = 5.0, 0.2  # more often while the screen turns: new people come into view
SHARP_PX = 8.0  # detectors lose faces from this length of smear (measured: 84 % recall at 8 px, 64 % at 12 px)
NO_PICTURE_TICKS = TICKS_PER_S  # without a picture for this long after one was due the camera counts as lost
CLOSED_TICKS = 20
STILL_RATE_DPS = 0.5
BODY_EVERY_S = 0.25  # somebody without a face is looked for by the body this often: it costs 11 ms
HURRIED_LOOKS = 12  # somebody new is looked at in every picture at first, to be believed within a second
BODY_SCAN_EVERY_S = 3.0  # the whole picture is searched for new bodies this often, a few parts in each picture
BODY_TURNS_A_PICTURE, BODY_TURNS_NOBODY = 2, 4
NEW_VIEW_DEG = 20.0
# Somebody new must look more like a face than somebody known: a cat's face scores 0.5 to 0.6, people's above 0.7.
NEW_FACE_SURER, MOST_SURE = 0.15, 0.95
SAME_PLACE_DEG = 5.0
PASSING_DEG = 12.0

_KEPT = (
    "_followers",
    "_pace",
    "_scan_tick",
    "_body_tick",
    "_body_turn",
    "_body_yaw_deg",
    "_due_tick",
    "_report",
    "_surroundings",
)


class VisionStage:
    """One pair of eyes."""

    def __init__(self, facts: DeviceFacts, models: VisionModels, *, finder: FaceFinder | None = None) -> None:
        poser = None if models.face_mesh is None else HeadPoser(models.face_mesh)
        self._facts = facts.camera
        bodies = None if models.body is None else BodyFinder(models.body)
        self._look = Looker(facts.camera, finder or face_finder(models.yunet), poser, bodies)
        self._things = None if models.things is None else ThingFinder(models.things)
        self._surroundings = Surroundings()
        self._followers = Followers()
        self._pace = Pace()
        self._scan_tick: int | None = None
        self._body_tick, self._body_turn, self._body_yaw_deg = 0, 0, math.inf
        self._due_tick = 0
        self._report = VisionReport(tick=0, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1)

    def tick(
        self, camera: CameraFrame | None, motor: MotorState, shutter: Shutter, hints: VisionHints, tuning: Tuning
    ) -> VisionReport:
        """What the eyes believe; the same object again while nothing new was seen. Overwrites the picture."""
        tick = motor.tick
        urgent = self._pace.hear(hints, tick=tick)
        if shutter is Shutter.CLOSED:
            return self._closed(tick, camera)
        if self._report.seeing is Seeing.SHUTTER_CLOSED:
            self._due_tick = tick
            self._report = VisionReport(tick=tick, frame_tick=None, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1)
        if camera is not None:
            source = Source(camera, columns=self._facts.columns, rows=self._facts.rows)
            try:
                self._report = self._see(camera, source, hints, tuning.vision)
            finally:
                source.forget()
            self._due_tick = camera.tick + self._report.next_frame_in_ticks
        elif tick > self._due_tick + NO_PICTURE_TICKS and self._report.seeing is Seeing.SEEING:
            self._followers.clear()
            self._report = VisionReport(
                tick=tick, frame_tick=self._report.frame_tick, seeing=Seeing.NO_PICTURE, next_frame_in_ticks=1
            )
        elif urgent and self._due_tick > tick + 1:
            self._due_tick = tick + 1
            self._report = replace(self._report, tick=tick, next_frame_in_ticks=1)
        return self._report

    def frame_wanted(self, tick: int) -> bool:
        """Whether a picture is due at this tick."""
        return self._report.seeing is not Seeing.SHUTTER_CLOSED and tick >= self._due_tick

    def snapshot(self) -> dict[str, Any]:
        """Everything that changes."""
        return copy.deepcopy({name: getattr(self, name) for name in _KEPT})

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        for name, value in copy.deepcopy(state).items():
            setattr(self, name, value)

    def _closed(self, tick: int, camera: CameraFrame | None) -> VisionReport:
        if camera is not None:
            camera.pixels.fill(0)
        self._followers.clear()
        self._surroundings.forget()
        if self._report.seeing is not Seeing.SHUTTER_CLOSED:
            self._report = VisionReport(
                tick=tick, frame_tick=None, seeing=Seeing.SHUTTER_CLOSED, next_frame_in_ticks=CLOSED_TICKS
            )
        return self._report

    def _see(self, camera: CameraFrame, source: Source, hints: VisionHints, knobs: VisionKnobs) -> VisionReport:
        tick, yaw_deg = camera.tick, camera.yaw_deg
        self._followers.predict(tick, in_picture=lambda person: self._in_picture(person, yaw_deg))
        seen, looked = self._search(camera, source, knobs)
        sharp = self._blur_px(camera.rate_dps) < SHARP_PX
        expected = {
            person.sighting_id
            for person in self._followers.people
            if sharp
            and person.sighting_id in looked
            and abs(self._look.bearing_of(person, yaw_deg=yaw_deg)) < self._facts.half_fov_deg - 2.0
        }
        self._followers.update(seen, tick=tick, yaw_deg=yaw_deg, missed_counts=expected, sharp=sharp, knobs=knobs)
        self._look_for_life(camera, source)
        self._look_around(camera, source)
        return VisionReport(
            tick=tick,
            frame_tick=tick,
            seeing=Seeing.SEEING,
            people=tuple(
                self._sighting(person, yaw_deg, knobs)
                for person in self._followers.people
                if self._in_picture(person, yaw_deg) and tick - person.seen_tick <= knobs.coast_s * TICKS_PER_S
            ),
            objects=self._objects(yaw_deg),
            points=record(camera.pixels, seen),
            next_frame_in_ticks=self._pace.ticks(
                self._followers.people,
                tick=tick,
                rate_dps=camera.rate_dps,
                tracks_moving=hints.tracks_moving,
                knobs=knobs,
            ),
            frame_yaw_deg=yaw_deg,
            sharp=sharp,
        )

    def _search(self, camera: CameraFrame, source: Source, knobs: VisionKnobs) -> tuple[list[Observation], set[int]]:
        """(what was found, ids of the people that were looked for in every way there is).

        Known people are checked first: a close-up for the face, and another for the body when there is no face. The whole
        picture is searched when it is time, when somebody is missing, or while the screen turns.
        """
        tick, yaw_deg = camera.tick, camera.yaw_deg
        found: list[Observation] = []
        faceless: list[Follower] = []
        here = [person for person in self._followers.people if self._in_picture(person, yaw_deg)]
        for person in here:
            one = self._look.check(source, person, yaw_deg=yaw_deg, threshold=knobs.face_threshold)
            if one is None or _known(one, found):
                faceless.append(person)
            else:
                found.append(one)
        missing = not here or any(person.kind == "face" for person in faceless)
        every_s = SCAN_TURNING_EVERY_S if abs(camera.rate_dps) > SCAN_RATE_DPS else SCAN_EVERY_S
        stale = self._scan_tick is None or tick - self._scan_tick >= every_s * TICKS_PER_S
        if missing or stale:
            self._scan_tick = tick
            surer = min(NEW_FACE_SURER + knobs.face_threshold, MOST_SURE)
            scanned = self._look.scan(source, yaw_deg=yaw_deg, threshold=knobs.face_threshold, new_threshold=surer)
            found += [one for one in scanned if not _known(one, found)]
        for person in here:
            if not person.confirmed and person.face_tick is not None and person.face_score < SURE_FACE:
                body = self._look.check_body(source, person, yaw_deg=yaw_deg, threshold=knobs.body_threshold)
                person.has_body = person.has_body or (body is not None and body.score >= CLEAR_SHAPE)
                person.body_looks += 1
        looked = {person.sighting_id for person in here}
        for person in faceless:
            if any(distance_deg(person.azimuth_deg, one.azimuth_deg) < SAME_PLACE_DEG for one in found):
                continue
            hurry = not person.confirmed and person.body_looks < HURRIED_LOOKS
            if not hurry and tick - person.body_tick < BODY_EVERY_S * TICKS_PER_S:
                looked.discard(person.sighting_id)
                continue
            person.body_tick, person.body_looks = tick, person.body_looks + 1
            body = self._look.check_body(source, person, yaw_deg=yaw_deg, threshold=knobs.body_threshold)
            if body is not None and not _known(body, found):
                found.append(body)
        for turn in self._body_turns(tick, yaw_deg, turning=abs(camera.rate_dps) > SCAN_RATE_DPS):
            bodies = self._look.scan_bodies(source, turn=turn, yaw_deg=yaw_deg, threshold=knobs.body_threshold)
            found += [one for one in bodies if not _known(one, found)]
        return found, looked

    def _body_turns(self, tick: int, yaw_deg: float, *, turning: bool) -> range:
        """Which parts of the picture are searched for new bodies now: all once, again when the view is a new one.

        With nobody there it goes on without a pause, and in larger steps: pictures are rare then.
        """
        if not self._look.sees_bodies:
            return range(0)
        nobody = not self._followers.people
        every_s = 0.0 if nobody and self._body_turn == len(BODY_TILES) else BODY_SCAN_EVERY_S
        if abs(yaw_deg - self._body_yaw_deg) > NEW_VIEW_DEG or tick - self._body_tick >= every_s * TICKS_PER_S:
            self._body_yaw_deg, self._body_tick, self._body_turn = yaw_deg, tick, 0
        first = self._body_turn
        turns = BODY_TURNS_NOBODY if nobody else 1 if turning else BODY_TURNS_A_PICTURE
        self._body_turn = min(first + turns, len(BODY_TILES))
        return range(first, self._body_turn)

    def _look_for_life(self, camera: CameraFrame, source: Source) -> None:
        """Tell pictures of people from people; needs a camera at rest."""
        if abs(camera.rate_dps) > STILL_RATE_DPS:
            return
        for person in self._followers.people:
            if person.seen_tick != camera.tick:
                continue
            cells = None
            if person.face_tick is not None or not self._passed_by(person):
                cells = self._look.cells(source, person.life, yaw_deg=camera.yaw_deg)
            if cells is not None:
                person.life.compare(cells, tick=camera.tick, yaw_deg=camera.yaw_deg)
            if person.life.frame_due(camera.tick):
                framed = self._look.in_frame(source, person, yaw_deg=camera.yaw_deg)
                if framed is not None:
                    person.life.frame_seen(framed, tick=camera.tick)

    def _look_around(self, camera: CameraFrame, source: Source) -> None:
        """Name the things in one part of the picture, when the screen rests and this picture cost little so far."""
        resting = abs(camera.rate_dps) <= STILL_RATE_DPS
        searching = self._look.sees_bodies and self._body_turn < len(BODY_TILES)
        busy = bool(self._followers.people) and (searching or self._scan_tick == camera.tick)
        if self._things is not None and resting and not busy and self._surroundings.due(camera.tick):
            self._surroundings.look(self._things, self._look.optics, source, tick=camera.tick, yaw_deg=camera.yaw_deg)

    def _objects(self, yaw_deg: float) -> tuple[ObjectSighting, ...]:
        """Pictures of people, and things with a name; whoever is believed to be a person is no pet."""
        people = [person for person in self._followers.people if person.confirmed and not person.life.in_frame]
        named = [
            thing
            for thing in self._surroundings.sightings(self._look.optics, yaw_deg=yaw_deg)
            if not (
                thing.label in PETS
                and any(distance_deg(thing.azimuth_deg, person.azimuth_deg) < SAME_PLACE_DEG for person in people)
            )
        ]
        return (*(_picture_of_somebody(person) for person in self._followers.people if person.life.in_frame), *named)

    def _in_picture(self, person: Follower, yaw_deg: float) -> bool:
        return abs(self._look.bearing_of(person, yaw_deg=yaw_deg)) < self._facts.half_fov_deg

    def _passed_by(self, person: Follower) -> bool:
        """Whether somebody else is so near that what changes there may be theirs: a coat does not live by who walks past."""
        return any(
            other is not person and distance_deg(other.azimuth_deg, person.life.azimuth_deg) < PASSING_DEG
            for other in self._followers.people
        )

    def _blur_px(self, rate_dps: float) -> float:
        return self._facts.focal_px * math.radians(abs(rate_dps)) * self._facts.exposure_s

    def _sighting(self, person: Follower, yaw_deg: float, knobs: VisionKnobs) -> PersonSighting:
        fresh = person.seen_tick == person.tick
        head = person.head if fresh else None
        usable = head is not None and head.presence >= 0.5
        return PersonSighting(
            sighting_id=person.sighting_id,
            azimuth_deg=person.azimuth_deg,
            bearing_deg=wrap_deg(person.azimuth_deg - yaw_deg),
            distance_m=person.distance_m,
            score=person.score,
            box=person.box,
            has_face=fresh and person.kind == "face",
            in_picture=fresh,
            head_yaw_deg=head.yaw_deg if head is not None and usable else None,
            head_pitch_deg=head.pitch_deg if head is not None and usable else None,
            engagement=person.engagement,
            confirmed=person.confirmed,
            life=person.life.value(knobs.life_s),
        )


def _known(one: Observation, found: list[Observation]) -> bool:
    """Whether somebody found so far is the same person."""
    return any(same_person(one, other) for other in found)


def _picture_of_somebody(person: Follower) -> ObjectSighting:
    """A face in a frame is a thing: one that moves is a screen, one that does not a poster."""
    return ObjectSighting(
        label="television" if person.life.changed else "poster",
        azimuth_deg=person.azimuth_deg,
        score=person.life.framed,
        box=person.box,
    )
