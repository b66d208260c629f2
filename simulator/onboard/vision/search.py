"""Decides where to look in one picture, because looking everywhere in every picture would take a core of its own.

Whoever is known is checked first, by a close-up of the face. The whole picture is searched for faces when it is time or a face
is missing, and glanced over for anybody when it is time, when nobody is known, or when somebody shows no face. What a glance
proposes is looked at closely before it counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.follow import Follower
from simulator.onboard.vision.glance import HEAD_ASIDE, NEW_SCORE, is_hint
from simulator.onboard.vision.look import Looker, nearest
from simulator.onboard.vision.observation import Observation, blended, same_person, same_place
from simulator.onboard.vision.source import Source

# While known people are only checked; more often while the screen turns, because new people come into view.
SCAN_EVERY_S, GLANCE_EVERY_S = 1.0, 1.0
SCAN_RATE_DPS, SCAN_TURNING_EVERY_S, GLANCE_SOON_EVERY_S = 5.0, 0.4, 0.2
# A proposal that no close look confirms is looked at again soon, each time in another way; furniture is given up after these.
MOST_DOUBTS: Final = 4
BODY_EVERY_S: Final = (
    0.25  # somebody without a face is looked for by the body this often: it costs 11 ms, and a glance 18
)
# Somebody new must look more like a face than somebody known: a cat's face scores 0.5 to 0.6, people's above 0.7.
NEW_FACE_SURER, MOST_SURE = 0.15, 0.95
SAME_PLACE_DEG: Final = 5.0
BOX_EDGE: Final = 0.1  # whoever stands within the rest of a body's box is that body
# Relative to the lens: pictures and screens that show people end above the one, nobody's feet are below the other.
GROUND_M, NEAR_GROUND_M, FLOOR_M, BOTTOM = -0.7, -0.4, -1.6, 0.02
DISTANCE_HINT: Final = 0.6
HEAD_FROM_TOP: Final = 0.25  # of a body's box: its head is not farther from its upper edge
NEVER: Final = -(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one picture shows."""

    seen: list[Observation]
    looked_for: set[int]  # the sightings that would have been found in any way there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One picture to be searched, and who should be in it."""

    look: Looker
    source: Source
    here: list[Follower]
    tick: int
    yaw_deg: float
    knobs: VisionKnobs

    @property
    def surer_threshold(self) -> float:
        """The score that the face of somebody new needs."""
        return min(NEW_FACE_SURER + self.knobs.face_threshold, MOST_SURE)


class Search(Remembers):
    """When the whole picture was searched last; `look` searches one picture."""

    def __init__(self) -> None:
        self._scan_tick, self._glance_tick = NEVER, NEVER
        self._glances = 0
        self._doubts = 0  # glances in a row that proposed somebody of whom no close look made sure

    def busy(self, tick: int) -> bool:
        """Whether this picture was searched as a whole: there is no time for more in it."""
        return tick in (self._scan_tick, self._glance_tick)

    def look(
        self, look: Looker, source: Source, here: list[Follower], *, tick: int, yaw_deg: float, knobs: VisionKnobs
    ) -> Found:
        """Search a picture in which these people should be."""
        task = Task(look=look, source=source, here=here, tick=tick, yaw_deg=yaw_deg, knobs=knobs)
        turning = abs(source.rate_dps) > SCAN_RATE_DPS
        seen, faceless = _faces(task)
        missing = not here or any(person.kind == "face" for person in faceless)
        if missing or self._due(self._scan_tick, tick, SCAN_TURNING_EVERY_S if turning else SCAN_EVERY_S):
            self._scan_tick = tick
            scanned = look.scan(
                source, yaw_deg=yaw_deg, threshold=knobs.face_threshold, new_threshold=task.surer_threshold
            )
            seen += [one for one in scanned if not _known(one, seen)]
        faceless = [person for person in faceless if not _at_place_of(person, seen)]
        for person in here:
            if not person.confirmed and (person.hurried or self._scan_tick == tick):
                person.answer(look.vouch(source, person, yaw_deg=yaw_deg))
        due = [person for person in faceless if self._body_due(person, tick)]
        glanced: list[Observation] = []
        soon = turning or 0 < self._doubts <= MOST_DOUBTS
        if due or not here or self._due(self._glance_tick, tick, GLANCE_SOON_EVERY_S if soon else GLANCE_EVERY_S):
            self._glance_tick = tick
            self._glances += 1
            glanced = look.glance(source, yaw_deg=yaw_deg)
        _bodies(task, seen, faceless, due, glanced)
        left = _strangers(task, seen, glanced, turn=self._glances)
        if self._glance_tick == tick:
            self._doubts = self._doubts + 1 if left and not turning else 0
        unlooked = {person.sighting_id for person in faceless if person not in due}
        return Found(seen=seen, looked_for={person.sighting_id for person in here} - unlooked)

    @staticmethod
    def _due(last_tick: int, tick: int, every_s: float) -> bool:
        return tick - last_tick >= every_s * TICKS_PER_S

    def _body_due(self, person: Follower, tick: int) -> bool:
        """Whether it is time to look for the body of somebody who shows no face."""
        likely = person.confirmed or person.is_person
        every_s = 0.0 if person.hurried else BODY_EVERY_S if likely else GLANCE_EVERY_S
        return self._due(person.body_tick, tick, every_s)


def _faces(task: Task) -> tuple[list[Observation], list[Follower]]:
    """(the faces of known people, the people whose face is not seen where it should be)."""
    seen: list[Observation] = []
    faceless: list[Follower] = []
    for person in task.here:
        one = task.look.check(task.source, person, yaw_deg=task.yaw_deg, threshold=task.knobs.face_threshold)
        if one is None or _known(one, seen):
            faceless.append(person)
        else:
            seen.append(one)
    return seen, faceless


def _bodies(
    task: Task, seen: list[Observation], faceless: list[Follower], due: list[Follower], glanced: list[Observation]
) -> None:
    """Add the known people without a face who are seen by their body, closely or at a glance."""
    places = [one for one in glanced if not is_hint(one)]
    for person in faceless:
        body = None
        if person in due:
            person.body_tick, person.body_looks = task.tick, person.body_looks + 1
            body = task.look.check_body(task.source, person, yaw_deg=task.yaw_deg, threshold=task.knobs.body_threshold)
        rough = nearest(places, person.azimuth_deg)
        if rough is not None and person.face_tick is not None:  # a face told the distance better than a width does
            rough = replace(rough, distance_sigma_m=DISTANCE_HINT * rough.distance_m)
        body = blended(body, rough) if body and rough else body or rough
        if body is not None and not _known(body, seen):
            seen.append(replace(body, sought=person.sighting_id))
            places = [one for one in places if rough is None or one.box != rough.box]  # it is nobody else's


def _strangers(task: Task, seen: list[Observation], glanced: list[Observation], *, turn: int) -> bool:
    """Look closely at whoever a glance proposes and nobody known explains; whether that left a doubt."""
    left = False
    for maybe in glanced:
        clear = maybe.score >= NEW_SCORE
        _ground(maybe, task.here)
        if _explained(maybe, seen, task.here):
            continue
        knobs = task.knobs
        close = task.look.close_up(
            task.source, maybe, yaw_deg=task.yaw_deg, face=task.surer_threshold, body=knobs.body_threshold, turn=turn
        )
        # A close-up may show whom the glance did not mean: somebody beside, found already.
        if close is not None:
            seen += [] if _known(close, seen) else [close]
        elif clear:
            seen.append(maybe)
        else:
            left = True
    return left


def _known(one: Observation, seen: list[Observation]) -> bool:
    """Whether somebody found so far is the same person."""
    return any(same_person(one, other) for other in seen)


def _at_place_of(person: Follower, seen: list[Observation]) -> bool:
    """Whether somebody was found where a person should be."""
    return any(distance_deg(person.azimuth_deg, one.azimuth_deg) < SAME_PLACE_DEG for one in seen)


def _ground(body: Observation, here: list[Follower]) -> None:
    """Note whose body reaches far below the lens, where no picture hangs: of those at its place, whose face is on top of it."""
    box = body.box
    heads = [
        person
        for person in here
        if same_place((body.azimuth_deg, body.distance_m), (person.azimuth_deg, person.distance_m))
        and box.x + HEAD_ASIDE * box.width
        < person.box.x + 0.5 * person.box.width
        < box.x + (1 - HEAD_ASIDE) * box.width
        and abs(person.box.y + 0.5 * person.box.height - box.y) < HEAD_FROM_TOP * box.height
    ]
    whose = min(heads, key=lambda person: distance_deg(person.azimuth_deg, body.azimuth_deg), default=None)
    if whose is not None and body.foot_deg is not None:
        foot_m = whose.distance_m * math.tan(math.radians(body.foot_deg))
        cut_off = box.y + box.height > 1.0 - BOTTOM  # it goes on below the picture
        whose.life.grounded = whose.life.grounded or FLOOR_M < foot_m < (NEAR_GROUND_M if cut_off else GROUND_M)


def _explained(maybe: Observation, seen: list[Observation], here: list[Follower]) -> bool:
    """Whether who may be there is somebody found in this picture, or known to be there."""
    left, right = maybe.box.x + BOX_EDGE * maybe.box.width, maybe.box.x + (1 - BOX_EDGE) * maybe.box.width
    place = (maybe.azimuth_deg, maybe.distance_m)
    return (
        _known(maybe, seen)
        or any(left < one.box.x + 0.5 * one.box.width < right for one in seen)
        or any(same_place(place, (person.azimuth_deg, person.distance_m)) for person in here)
    )
