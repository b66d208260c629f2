"""Looks at one picture after another, believes what several of them agree on, and forgets each."""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.onboard.messages import (
    TICKS_PER_S,
    CameraFrame,
    ObjectSighting,
    Seeing,
    VisionReport,
)
from simulator.onboard.state import Remembers
from simulator.onboard.vision.bodies import BodyFinder
from simulator.onboard.vision.faces import FaceFinder, YuNet
from simulator.onboard.vision.follow import Follower, Followers
from simulator.onboard.vision.head import HeadPoser
from simulator.onboard.vision.look import Looker
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.names import PETS, NameFinder
from simulator.onboard.vision.pace import next_frame_in_ticks
from simulator.onboard.vision.points import record
from simulator.onboard.vision.search import SAME_PLACE_DEG, Search
from simulator.onboard.vision.source import Source
from simulator.onboard.vision.stage import LookOrder, VisionStage
from simulator.onboard.vision.things import Surroundings

SHARP_PX: Final = 8.0  # detectors lose faces from this length of smear (measured: 84 % recall at 8 px, 64 % at 12 px)
STILL_RATE_DPS: Final = 0.5
PASSING_DEG: Final = 12.0


class Looking(Remembers):
    """Looks at pictures one by one, and remembers whom it followed through them."""

    FIXED = ("_facts", "_look", "_names")

    def __init__(self, facts: CameraFacts, models: VisionModels, *, finder: FaceFinder | None = None) -> None:
        finder = finder or (None if models.yunet is None else YuNet(models.yunet))
        poser = None if models.face_mesh is None else HeadPoser(models.face_mesh)
        self._facts = facts
        bodies = None if models.body is None else BodyFinder(models.body)
        self._names = None if models.things is None else NameFinder(models.things)
        self._look = Looker(facts, finder, poser, bodies, self._names)
        self._surroundings = Surroundings()
        self._search = Search()
        self._followers = Followers()
        self._report: VisionReport | None = None

    def begin(self, camera: CameraFrame, order: LookOrder) -> None:
        """Look at a picture, which is overwritten."""
        source = Source(camera, columns=self._facts.columns, rows=self._facts.rows)
        try:
            self._report = self._see(camera, source, order)
        finally:
            source.forget()

    def report(self) -> VisionReport | None:
        """What is believed after the last picture."""
        return self._report

    def forget_people(self) -> None:
        """Forget everybody who was followed."""
        self._followers.clear()

    def forget(self) -> None:
        """Forget everybody and everything: the shutter was closed."""
        self._followers.clear()
        self._surroundings.forget()
        self._report = None

    def _see(self, camera: CameraFrame, source: Source, order: LookOrder) -> VisionReport:
        tick, yaw_deg, knobs = camera.tick, camera.yaw_deg, order.knobs
        self._followers.predict(tick, in_picture=lambda person: self._in_picture(person, yaw_deg))
        here = [person for person in self._followers.people if self._in_picture(person, yaw_deg)]
        found = self._search.look(self._look, source, here, tick=tick, yaw_deg=yaw_deg, knobs=knobs)
        sharp = self._blur_px(camera.rate_dps) < SHARP_PX
        expected = {
            person.sighting_id
            for person in self._followers.people
            if sharp
            and person.sighting_id in found.looked_for
            and abs(self._look.bearing_of(person, yaw_deg=yaw_deg)) < self._facts.half_fov_deg - 2.0
        }
        self._followers.update(found.seen, tick=tick, yaw_deg=yaw_deg, missed_counts=expected, sharp=sharp, knobs=knobs)
        self._look_for_life(camera, source)
        self._followers.believe(tick=tick, yaw_deg=yaw_deg, knobs=knobs)
        self._look_around(camera, source)
        return VisionReport(
            tick=tick,
            frame_tick=tick,
            seeing=Seeing.SEEING,
            people=tuple(
                person.sighting(yaw_deg=yaw_deg, life=person.life.value(knobs.life_s))
                for person in self._followers.people
                if self._in_picture(person, yaw_deg) and tick - person.seen_tick <= knobs.coast_s * TICKS_PER_S
            ),
            objects=self._objects(yaw_deg),
            points=record(camera.pixels, found.seen),
            next_frame_in_ticks=next_frame_in_ticks(
                self._followers.people,
                alert=order.alert,
                rate_dps=camera.rate_dps,
                tracks_moving=order.tracks_moving,
                knobs=knobs,
            ),
            frame_yaw_deg=yaw_deg,
            sharp=sharp,
        )

    def _look_for_life(self, camera: CameraFrame, source: Source) -> None:
        """Tell pictures of people from people; needs a camera at rest."""
        if abs(camera.rate_dps) > STILL_RATE_DPS:
            return
        for person in self._followers.people:
            if person.seen_tick != camera.tick:
                continue
            cells = None
            watched = person.confirmed and not person.life.due(camera.tick)
            if not watched and (person.face_tick is not None or not self._passed_by(person)):
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
        company = any(person.confirmed or person.hurried for person in self._followers.people)
        busy = company and self._search.busy(camera.tick)
        if self._names is not None and resting and not busy and self._surroundings.due(camera.tick, company=company):
            self._surroundings.look(self._names, self._look.optics, source, tick=camera.tick, yaw_deg=camera.yaw_deg)

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


def eyes(facts: DeviceFacts, models: VisionModels, *, finder: FaceFinder | None = None) -> VisionStage:
    """Eyes that look at their pictures in this process."""
    return VisionStage(facts, Looking(facts.camera, models, finder=finder))


def _picture_of_somebody(person: Follower) -> ObjectSighting:
    """A face in a frame is a thing: one that moves is a screen, one that does not a poster."""
    return ObjectSighting(
        label="television" if person.life.changed else "poster",
        azimuth_deg=person.azimuth_deg,
        score=person.life.framed,
        box=person.box,
    )
