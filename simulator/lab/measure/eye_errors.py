"""Reads off runs how wrong the eyes were: who was found at what distance, turn, cover, smear and light, and how exactly.

A face is found with a probability that falls softly with each of these; the middles and widths of the falls are the most
likely ones for what was found and missed, beside what the benchmarks of the detector say (a prior, so that a fall of which the
runs show nothing stays where it was measured before).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from simulator.lab.measure.tallies import Readings, share, spread
from simulator.onboard.angles import difference_deg, distance_deg, wrap_deg
from simulator.onboard.messages import TICKS_PER_S, PersonSighting, Seeing, TickTrace, VisionReport
from simulator.runtime.header import Header
from simulator.world.feature_model import EyeErrors
from simulator.world.sightlines import SightLines
from simulator.world.spec import ThingSpec
from simulator.world.truth import PersonTruth, TruthFrame
from simulator.world.truth_events import LightChanged, Switched

SAME_DEG = 8.0
# This far inside the edge of the picture the whole head is in it.
EDGE_DEG = 6.0
UNTURNED_DEG, BACK_DEG, UNHIDDEN = 50.0, 100.0, 0.1
# Pictures of one person look alike: this many count as one.
ALIKE = 5.0
BODY_LOOKS_PER_S = 4
LIGHTS = ("evening", "lamp", "dim", "dark")
# How sure the priors are: of a middle or width (as a logarithm), and of a rate (as log odds).
PRIOR_SCALE, PRIOR_ODDS = 0.35, 1.0
FALLS = (
    "far_m",
    "far_spread_m",
    "turned_deg",
    "turned_spread_deg",
    "hidden",
    "hidden_spread",
    "blur_px",
    "blur_spread_px",
)
Numbers = NDArray[np.float64]


@dataclass(slots=True)
class EyeCounts:
    """Everything counted on some runs."""

    faces: list[tuple[float, float, float, float, str, bool]] = field(
        default_factory=list
    )  # far, turned, hidden, blur, light
    bodies: list[tuple[float, str, bool]] = field(default_factory=list)  # far, light, found within a second
    bearing_deg: list[float] = field(default_factory=list)
    distance_share: list[float] = field(default_factory=list)
    head_yaw_deg: list[float] = field(default_factory=list)
    body_bearing_deg: list[float] = field(default_factory=list)
    body_distance_share: list[float] = field(default_factory=list)
    ghosts: list[bool] = field(default_factory=list)
    posters: list[bool] = field(default_factory=list)
    screens: list[bool] = field(default_factory=list)  # faces on televisions that are on
    televisions: list[bool] = field(default_factory=list)  # televisions known for what they are

    def readings(self) -> Readings:
        """What the counts come down to."""
        found: Readings = {}
        for name in ("bearing_deg", "distance_share", "head_yaw_deg", "body_bearing_deg", "body_distance_share"):
            found[name] = spread(getattr(self, name))
        if self.distance_share:
            found["distance_bias"] = (float(np.median(self.distance_share)), len(self.distance_share))
        found["ghosts_per_frame"] = share(self.ghosts)
        found["poster_rate"] = share(self.posters)
        found["television_rate"] = share(self.screens)
        found["television_seen"] = share(self.televisions)
        return found | fit_faces(self.faces) | fit_bodies(self.bodies)


def count_eyes(counts: EyeCounts, pairs: list[tuple[TickTrace, TruthFrame]], header: Header) -> None:
    """Count one run."""
    spec, camera = header.spec, header.facts.camera
    lines = SightLines(spec, eye_height_m=spec.device.height_m + camera.height_above_base_m)
    likenesses = [thing for thing in spec.things if thing.kind in ("poster", "television", "mirror")]
    on = {thing.name: thing.on for thing in likenesses}
    light: str = spec.room.light
    backs: dict[str, _Back] = {}
    shown: VisionReport | None = None
    exposed: dict[int, TruthFrame] = {}  # what was so when a picture was taken: its report comes later
    for trace, now in pairs:
        exposed[trace.tick] = now
        for event in now.events:
            match event:
                case LightChanged():
                    light = event.light
                case Switched(what=what) if what in on:
                    on[what] = event.on
        vision = trace.vision
        if vision is shown or vision.seeing is not Seeing.SEEING or vision.frame_tick is None:
            continue
        shown, tick, truth = vision, vision.frame_tick, exposed[vision.frame_tick]
        blur_px = camera.focal_px * math.radians(abs(truth.rate_dps)) * camera.exposure_s
        for person in truth.people:
            if abs(wrap_deg(person.azimuth_deg - truth.yaw_deg)) > camera.half_fov_deg - EDGE_DEG:
                backs.pop(person.name, None)
                continue
            hidden, _ = lines.hidden(person, people=truth.people, things=truth.things)
            turned_deg = _turned_deg(person, header)
            sighting = _nearest(vision, person.azimuth_deg)
            face = sighting is not None and sighting.has_face
            counts.faces.append((person.distance_m, abs(turned_deg), hidden, blur_px, light, face))
            if sighting is not None and face:
                _count_face(counts, person, sighting, turned_deg)
            if abs(turned_deg) > BACK_DEG and hidden < UNHIDDEN and vision.sharp:
                back = backs.setdefault(person.name, _Back(tick))
                _count_back(counts, back, tick, person, sighting, light)
            else:
                backs.pop(person.name, None)
        for thing in likenesses:
            _count_likeness(counts, thing, vision, truth, header, on=on[thing.name])
        if not likenesses:
            counts.ghosts.append(any(s.has_face and _nobody_at(s.azimuth_deg, truth) for s in vision.people))


@dataclass(slots=True)
class _Back:
    """A stretch of time in which somebody shows the camera no face."""

    since: int
    found: bool = False


def _count_face(counts: EyeCounts, person: PersonTruth, sighting: PersonSighting, turned_deg: float) -> None:
    counts.bearing_deg.append(difference_deg(sighting.azimuth_deg, person.azimuth_deg))
    counts.distance_share.append(sighting.distance_m / max(person.distance_m, 0.1) - 1.0)
    if sighting.head_yaw_deg is not None and abs(turned_deg) < UNTURNED_DEG:
        counts.head_yaw_deg.append(sighting.head_yaw_deg - turned_deg)


def _count_back(
    counts: EyeCounts, back: _Back, tick: int, person: PersonTruth, sighting: PersonSighting | None, light: str
) -> None:
    if sighting is not None and sighting.in_picture and not sighting.has_face:
        back.found = True
        counts.body_bearing_deg.append(difference_deg(sighting.azimuth_deg, person.azimuth_deg))
        counts.body_distance_share.append(sighting.distance_m / max(person.distance_m, 0.1) - 1.0)
    if tick - back.since >= TICKS_PER_S:
        counts.bodies.append((person.distance_m, light, back.found))
        back.since, back.found = tick, False


def _count_likeness(
    counts: EyeCounts, thing: ThingSpec, vision: VisionReport, truth: TruthFrame, header: Header, *, on: bool
) -> None:
    device = header.spec.device
    now = next((t for t in truth.things if t.name == thing.name), None)
    if now is None or thing.kind == "mirror":
        return
    direction_deg = math.degrees(math.atan2(now.y_m - device.y_m, now.x_m - device.x_m))
    azimuth_deg = wrap_deg(direction_deg - device.heading_deg)
    half_deg = header.facts.camera.half_fov_deg - EDGE_DEG
    if abs(wrap_deg(azimuth_deg - truth.yaw_deg)) > half_deg or not vision.sharp or not _nobody_at(azimuth_deg, truth):
        return
    sighting = _nearest(vision, azimuth_deg)
    face = sighting is not None and sighting.has_face
    if thing.kind == "poster":
        counts.posters.append(face)
        return
    if on:
        counts.screens.append(face)
    counts.televisions.append(
        any(
            item.label == "television" and distance_deg(item.azimuth_deg, azimuth_deg) < SAME_DEG
            for item in vision.objects
        )
    )


def _nearest(vision: VisionReport, azimuth_deg: float) -> PersonSighting | None:
    sighting = min(vision.people, key=lambda s: distance_deg(s.azimuth_deg, azimuth_deg), default=None)
    near = sighting is not None and distance_deg(sighting.azimuth_deg, azimuth_deg) <= SAME_DEG
    return sighting if near else None


def _nobody_at(azimuth_deg: float, truth: TruthFrame) -> bool:
    return all(distance_deg(azimuth_deg, person.azimuth_deg) > SAME_DEG for person in truth.people)


def _turned_deg(person: PersonTruth, header: Header) -> float:
    place = header.spec.device
    towards_deg = math.degrees(math.atan2(place.y_m - person.y_m, place.x_m - person.x_m))
    return difference_deg(person.head_deg, towards_deg)


# --- the most likely falls --------------------------------------------------------------------------------------------


def fit_faces(rows: list[tuple[float, float, float, float, str, bool]]) -> Readings:
    """The most likely falls of what was found and missed: distance, turn, cover, smear, found or not."""
    if not rows:
        return {}
    far, turned, hidden, blur = (np.array([row[k] for row in rows]) for k in range(4))
    lights, found = [row[4] for row in rows], np.array([row[5] for row in rows])
    values = (far, turned, hidden, blur)
    masks = [np.array([light == name for light in lights]) for name in LIGHTS]
    before = EyeErrors()
    start = np.array([
        *(math.log(getattr(before, name)) for name in FALLS),
        _odds(before.recall),
        *(_odds(before.light[name]) for name in LIGHTS),
    ])  # fmt: skip
    width = np.array([PRIOR_SCALE] * len(FALLS) + [PRIOR_ODDS] * (1 + len(LIGHTS)))

    def chance(x: Numbers) -> Numbers:
        p: Numbers = expit(x[len(FALLS)]) * np.ones(len(rows))
        for k, value in enumerate(values):
            p = p * expit((math.exp(x[2 * k]) - value) / math.exp(x[2 * k + 1]))
        for k, mask in enumerate(masks):
            p = np.where(mask, p * expit(x[len(FALLS) + 1 + k]), p)
        return p

    best = _most_likely(chance, found, start=start, width=width)
    readings: Readings = {name: (math.exp(best[k]), len(rows)) for k, name in enumerate(FALLS)}
    readings["recall"] = (float(expit(best[len(FALLS)])), len(rows))
    for k, name in enumerate(LIGHTS):
        readings[f"light {name}"] = (float(expit(best[len(FALLS) + 1 + k])), int(masks[k].sum()))
    return readings


def fit_bodies(rows: list[tuple[float, str, bool]]) -> Readings:
    """Looks for a body fall some times a second; found within the second is found by one of them."""
    if not rows:
        return {}
    before = EyeErrors()
    far, found = np.array([row[0] for row in rows]), np.array([row[2] for row in rows])
    light = np.array([before.light[row[1]] for row in rows])

    def chance(x: Numbers) -> Numbers:
        once = light * expit(x[0]) * expit((math.exp(x[1]) - far) / before.far_spread_m)
        return np.asarray(1.0 - (1.0 - once) ** BODY_LOOKS_PER_S)

    start = np.array([_odds(before.body_recall), math.log(before.body_far_m)])
    best = _most_likely(chance, found, start=start, width=np.array([PRIOR_ODDS, PRIOR_SCALE]), alike=1.0)
    return {"body_recall": (float(expit(best[0])), len(rows)), "body_far_m": (math.exp(best[1]), len(rows))}


def _most_likely(
    chance: object, found: NDArray[np.bool_], *, start: Numbers, width: Numbers, alike: float = ALIKE
) -> Numbers:
    assert callable(chance)

    def cost(x: Numbers) -> float:
        p = np.clip(chance(x), 1e-6, 1.0 - 1e-6)
        missed = -np.where(found, np.log(p), np.log1p(-p)).sum() / alike
        return float(missed + 0.5 * (((x - start) / width) ** 2).sum())

    return np.asarray(minimize(cost, start, method="L-BFGS-B").x)


def _odds(rate: float) -> float:
    rate = min(max(rate, 1e-3), 1.0 - 1e-3)
    return math.log(rate / (1.0 - rate))
