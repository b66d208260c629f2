"""Modelled eyes: faces found or missed by chance instead of by pixels, then the device's own filter over pictures.

Only the detector is modelled. What follows it (who is believed, when the next picture is due, who faces the device) is the
real code of onboard/vision, so its knobs work here too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulator.onboard.angles import difference_deg, wrap_deg
from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.onboard.messages import (
    TICKS_PER_S,
    Box,
    ObjectSighting,
    Seeing,
    SensorFrame,
    Shutter,
    VisionReport,
)
from simulator.onboard.seams import Moment
from simulator.onboard.state import copied
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.follow import Follower, Followers
from simulator.onboard.vision.head import HeadPose
from simulator.onboard.vision.observation import Observation
from simulator.onboard.vision.pace import next_frame_in_ticks
from simulator.onboard.vision.schedule import Schedule
from simulator.world.chances import Chances
from simulator.world.feature_model import EyeErrors
from simulator.world.sightlines import SightLines
from simulator.world.spec import FailAction, ThingSpec, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame
from simulator.world.truth_events import LightChanged, Switched, TruthEvent

# People's faces score 0.92 close by and 0.85 four metres away; weaker ones need a body to be believed.
NEAR_SCORE, SCORE_PER_M = 0.92, 0.017
FACE_OVER_MOUTH_M = 0.07
FACE_M = 0.176
SHARP_PX = 8.0
BODY_EVERY_TICKS = 25
_LIFELIKE = frozenset({"poster", "television"})


class ModelledEyes:
    """State and one verb."""

    def __init__(
        self, spec: WorldSpec, facts: DeviceFacts, errors: EyeErrors, *, chances: Chances, lines: SightLines
    ) -> None:
        self._spec, self._facts, self._e, self._chances, self._lines = spec, facts.camera, errors, chances, lines
        self._eye_m = spec.device.height_m + facts.camera.height_above_base_m
        self._faces = [thing for thing in spec.things if thing.kind in _LIFELIKE]
        self._lost = [
            (round(a.at_s * TICKS_PER_S), 10**9 if a.for_s is None else round((a.at_s + a.for_s) * TICKS_PER_S))
            for a in spec.actions
            if isinstance(a, FailAction) and a.what == "camera"
        ]
        self._light: str = spec.room.light
        self._on = {thing.name: thing.on for thing in spec.things}
        self._truth: TruthFrame | None = None
        self._followers, self._schedule = Followers(), Schedule(facts.camera)
        self._body_tick = -BODY_EVERY_TICKS
        self._still_since: dict[int, int] = {}
        self._looked: VisionReport | None = None  # what the picture shows that is looked at now

    def __call__(self, own: VisionReport | None, truth: TruthFrame, moment: Moment) -> VisionReport:
        """What the eyes believe, whatever real ones said; the same object again while nothing new is known.

        A wake word makes them look at once, as it does with real eyes.
        """
        sensors, tuning, sound = moment.sensors, moment.tuning, moment.sound
        tick, schedule = sensors.tick, self._schedule
        if truth is not self._truth:
            self._truth = truth
            for event in truth.events:
                self._notice(event)
        wanted = schedule.picture_wanted(tick)
        if sound is not None and sound.wake_word and sound.tick == tick:
            schedule.hurry(tick)
        if sensors.shutter is Shutter.CLOSED:
            self._followers.clear()
            self._looked = None
            schedule.close(tick)
            return schedule.report
        schedule.open(tick)
        if wanted and not any(first <= tick < last for first, last in self._lost):
            schedule.take(tick)
            self._looked = self._picture(truth, sensors, tuning.vision)
        if self._looked is not None and schedule.answer_due(tick):
            schedule.answer(self._looked, tick)
            self._looked = None
        elif schedule.lost(tick):
            self._followers.clear()
        return schedule.report

    def snapshot(self) -> Any:
        """Everything that changes."""
        moving = (
            self._followers,
            self._schedule,
            self._body_tick,
            self._light,
            self._on,
            self._still_since,
        )
        return copied((moving, self._chances.snapshot())), self._truth, self._looked

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        kept, self._truth, self._looked = state
        moving, chances = copied(kept)
        self._chances.restore(chances)
        self._followers, self._schedule, self._body_tick, self._light, self._on, self._still_since = moving

    # --- one picture --------------------------------------------------------------------------------------------------

    def _picture(self, truth: TruthFrame, sensors: SensorFrame, knobs: VisionKnobs) -> VisionReport:
        tick, yaw_deg, rate_dps = sensors.tick, sensors.motor.yaw_deg, sensors.motor.rate_dps
        blur_px = self._facts.focal_px * math.radians(abs(truth.rate_dps)) * self._facts.exposure_s
        followers = self._followers
        followers.predict(tick)
        seen = self._found(truth, tick=tick, yaw_deg=yaw_deg, true_yaw_deg=truth.yaw_deg, blur_px=blur_px, knobs=knobs)
        sharp = blur_px < SHARP_PX
        edge_deg = self._facts.half_fov_deg - 2.0
        bodies_due = tick - self._body_tick >= BODY_EVERY_TICKS
        if bodies_due:
            self._body_tick = tick
        # Only who was looked for in every way there is can be missed: by the face, and by the body when that was due.
        expected = {
            person.sighting_id
            for person in followers.people
            if sharp and bodies_due and abs(wrap_deg(person.azimuth_deg - yaw_deg)) < edge_deg
        }
        for person in followers.people:
            person.answer(True)  # nobody else is modelled: pets are people to no detector here
        followers.update(seen, tick=tick, yaw_deg=yaw_deg, missed_counts=expected, sharp=sharp, knobs=knobs)
        moving = any(abs(person.rate_dps) > 4.0 for person in followers.people)
        return VisionReport(
            tick=tick,
            frame_tick=tick,
            seeing=Seeing.SEEING,
            people=tuple(
                [
                    person.sighting(yaw_deg=yaw_deg, life=self._life(person, tick, knobs))
                    for person in followers.people
                    if abs(wrap_deg(person.azimuth_deg - yaw_deg)) < self._facts.half_fov_deg
                ]
            ),
            objects=self._objects(truth, yaw_deg),
            next_frame_in_ticks=next_frame_in_ticks(
                followers.people,
                alert=self._schedule.alert(tick),
                rate_dps=rate_dps,
                tracks_moving=moving,
                knobs=knobs,
            ),
            frame_yaw_deg=yaw_deg,
            sharp=sharp,
        )

    def _found(
        self, truth: TruthFrame, *, tick: int, yaw_deg: float, true_yaw_deg: float, blur_px: float, knobs: VisionKnobs
    ) -> list[Observation]:
        e, found = self._e, []
        clear = e.light[self._light] * _falls(blur_px, e.blur_px, e.blur_spread_px)
        bodies_due = tick - self._body_tick >= BODY_EVERY_TICKS
        for person in truth.people:
            bearing_deg = self._from_lens(wrap_deg(person.azimuth_deg - true_yaw_deg), person.distance_m)
            if abs(bearing_deg) > self._facts.half_fov_deg - 1.0:
                continue
            turned_deg = self._turned(person)
            hidden, _ = self._lines.hidden(person, people=truth.people, things=truth.things)
            near = clear * _falls(hidden, e.hidden, e.hidden_spread)
            face = near * e.recall * _falls(person.distance_m, e.far_m, e.far_spread_m)
            face *= _falls(abs(turned_deg), e.turned_deg, e.turned_spread_deg)
            rng = self._chances.of(person.name)
            chance, other_chance = rng.random(2)
            noise = rng.standard_normal(4)
            if chance < face:
                found.append(self._face(person, yaw_deg, turned_deg, noise, knobs))
            elif bodies_due and other_chance < near * e.body_recall * _falls(
                person.distance_m, e.body_far_m, e.far_spread_m
            ):
                found.append(self._body(person, yaw_deg, noise))
        for thing in self._faces:
            if thing.kind == "poster" or self._on[thing.name]:
                rate = e.poster_rate if thing.kind == "poster" else e.television_rate
                likeness, rng = self._likeness(truth, thing, true_yaw_deg), self._chances.of(thing.name)
                if likeness is not None and rng.random() < rate * clear:
                    found.append(self._face(likeness, yaw_deg, 0.0, rng.standard_normal(4) * 0.3, knobs))
        ghosts = self._chances.of("ghosts")
        if ghosts.random() < e.ghosts_per_frame:
            found.append(self._ghost(yaw_deg, ghosts))
        return found

    def _body(self, person: PersonTruth, yaw_deg: float, noise: Any) -> Observation:
        e = self._e
        azimuth_deg = wrap_deg(person.azimuth_deg + e.body_bearing_deg * float(noise[0]))
        seen_m = max(0.3, person.distance_m * (1.0 + e.body_distance_share * float(noise[1])))
        rise_deg = math.degrees(math.atan2(person.mouth_height_m + FACE_OVER_MOUTH_M - self._eye_m, person.distance_m))
        return Observation(
            kind="body",
            azimuth_deg=azimuth_deg,
            distance_m=seen_m,
            elevation_deg=rise_deg,
            azimuth_sigma_deg=2.5 / max(seen_m, 0.5) + 0.5,
            distance_sigma_m=0.25 * seen_m,
            score=0.7,
            box=self._box(wrap_deg(azimuth_deg - yaw_deg), rise_deg - 12.0, seen_m, size_m=0.5),
        )

    def _face(
        self, person: PersonTruth, yaw_deg: float, turned_deg: float, noise: Any, knobs: VisionKnobs
    ) -> Observation:
        e, far_m = self._e, person.distance_m
        azimuth_deg = wrap_deg(person.azimuth_deg + e.bearing_deg * float(noise[0]))
        seen_m = max(0.2, far_m * (1.0 + e.distance_bias + e.distance_share * float(noise[1])))
        rise_deg = math.degrees(math.atan2(person.mouth_height_m + FACE_OVER_MOUTH_M - self._eye_m, far_m))
        pose = HeadPose(
            yaw_deg=turned_deg + e.head_yaw_deg * float(noise[2]), pitch_deg=4.0 * float(noise[3]), presence=0.95
        )
        return Observation(
            kind="face",
            azimuth_deg=azimuth_deg,
            distance_m=seen_m,
            elevation_deg=rise_deg,
            azimuth_sigma_deg=0.6 + 0.2 * seen_m,
            distance_sigma_m=0.03 + 0.10 * seen_m,
            score=max(knobs.face_threshold, NEAR_SCORE - SCORE_PER_M * far_m),
            box=self._box(wrap_deg(azimuth_deg - yaw_deg), rise_deg, seen_m),
            head=pose,
        )

    def _ghost(self, yaw_deg: float, rng: np.random.Generator) -> Observation:
        bearing_deg = float(rng.uniform(-1, 1)) * (self._facts.half_fov_deg - 2.0)
        far_m = float(rng.uniform(1.0, 4.0))
        return Observation(
            kind="face",
            azimuth_deg=wrap_deg(yaw_deg + bearing_deg),
            distance_m=far_m,
            elevation_deg=0.0,
            azimuth_sigma_deg=0.6 + 0.2 * far_m,
            distance_sigma_m=0.03 + 0.10 * far_m,
            score=0.55,
            box=self._box(bearing_deg, 0.0, far_m),
        )

    def _likeness(self, truth: TruthFrame, thing: ThingSpec, yaw_deg: float) -> PersonTruth | None:
        """The face on a poster or a screen, as if it were a person; None outside the picture."""
        now = next((t for t in truth.things if t.name == thing.name), None)
        if now is None:
            return None
        device = self._spec.device
        dx, dy = now.x_m - device.x_m, now.y_m - device.y_m
        azimuth_deg = wrap_deg(math.degrees(math.atan2(dy, dx)) - device.heading_deg)
        if abs(wrap_deg(azimuth_deg - yaw_deg)) > self._facts.half_fov_deg - 1.0:
            return None
        return PersonTruth(
            name=thing.name,
            x_m=now.x_m,
            y_m=now.y_m,
            mouth_height_m=thing.bottom_m + 0.75 * thing.height_m,
            azimuth_deg=azimuth_deg,
            distance_m=max(math.hypot(dx, dy), 0.3),
            body_deg=0.0,
            head_deg=0.0,
            facing_deg=0.0,
            talking=False,
            says="",
            posture="standing",
        )

    def _objects(self, truth: TruthFrame, yaw_deg: float) -> tuple[ObjectSighting, ...]:
        found = []
        for thing in self._faces:
            if thing.kind == "television" and self._chances.of(thing.name).random() < self._e.television_seen:
                likeness = self._likeness(truth, thing, yaw_deg)
                if likeness is not None:
                    rise_deg = math.degrees(math.atan2(likeness.mouth_height_m - self._eye_m, likeness.distance_m))
                    box = self._box(
                        wrap_deg(likeness.azimuth_deg - yaw_deg), rise_deg, likeness.distance_m, size_m=max(thing.size)
                    )
                    found.append(
                        ObjectSighting(label="television", azimuth_deg=likeness.azimuth_deg, score=0.8, box=box)
                    )
        return tuple(found)

    def _life(self, person: Follower, tick: int, knobs: VisionKnobs) -> float:
        """A poster never changes: after a while it is not believed to live."""
        still = any(
            thing.kind == "poster" and abs(difference_deg(self._thing_deg(thing), person.azimuth_deg)) < 2.0
            for thing in self._faces
        )
        if not still:
            self._still_since.pop(person.sighting_id, None)
            return 1.0
        since = self._still_since.setdefault(person.sighting_id, tick)
        return 1.0 if tick - since < knobs.life_s * TICKS_PER_S else 0.1

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _notice(self, event: TruthEvent) -> None:
        match event:
            case LightChanged(light=light) if light in self._e.light:
                self._light = light
            case Switched(what=what, on=on) if what in self._on:
                self._on[what] = on

    def _turned(self, person: PersonTruth) -> float:
        """Head direction as the lens sees it: positive when it looks to the right of the picture."""
        device = self._spec.device
        towards_deg = math.degrees(math.atan2(device.y_m - person.y_m, device.x_m - person.x_m))
        return difference_deg(person.head_deg, towards_deg)

    def _thing_deg(self, thing: ThingSpec) -> float:
        device = self._spec.device
        dx, dy = thing.at[0] - device.x_m, thing.at[1] - device.y_m
        return wrap_deg(math.degrees(math.atan2(dy, dx)) - device.heading_deg)

    def _from_lens(self, bearing_deg: float, distance_m: float) -> float:
        a = math.radians(bearing_deg)
        return math.degrees(math.atan2(distance_m * math.sin(a), distance_m * math.cos(a) - self._facts.forward_m))

    def _box(self, bearing_deg: float, rise_deg: float, distance_m: float, *, size_m: float = FACE_M) -> Box:
        facts: CameraFacts = self._facts
        x_px = 0.5 * facts.columns - facts.focal_px * math.tan(math.radians(min(max(bearing_deg, -80.0), 80.0)))
        y_px = 0.5 * facts.rows - facts.focal_px * math.tan(math.radians(rise_deg - facts.pitch_deg))
        size_px = facts.focal_px * size_m / max(distance_m, 0.1)
        return Box(
            x=(x_px - 0.5 * size_px) / facts.columns,
            y=(y_px - 0.5 * size_px) / facts.rows,
            width=size_px / facts.columns,
            height=size_px / facts.rows,
        )


def _falls(value: float, middle: float, spread: float) -> float:
    """A soft step from 1 down to 0 at the middle."""
    x = (value - middle) / spread
    return 1.0 if x < -30 else 0.0 if x > 30 else 1.0 / (1.0 + math.exp(x))
