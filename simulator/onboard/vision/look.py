"""Looks at one picture: where the faces are, how far, and which way they look."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import azimuth_deg, distance_deg, wrap_deg
from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box
from simulator.onboard.vision.bodies import VIEW_PX, BodyFinder, BodyPose
from simulator.onboard.vision.cells import CELLS_FACE_PX, CELLS_PX, cells_of
from simulator.onboard.vision.faces import Face, FaceFinder
from simulator.onboard.vision.follow import CLEAR_FACE, CLEAR_SHAPE, SURE_FACE, Follower
from simulator.onboard.vision.framed import FRAME_PX, REACH_FACES, framed
from simulator.onboard.vision.glance import Glance
from simulator.onboard.vision.head import CROP_OVER_FACE, MESH_PX, HeadPose, HeadPoser
from simulator.onboard.vision.life import FAR_FRAME_M, Cells, Life
from simulator.onboard.vision.names import NameFinder
from simulator.onboard.vision.observation import Observation, same_person
from simulator.onboard.vision.optics import Optics, View
from simulator.onboard.vision.source import Source

# Height of a detector's face box on a head, from brow to chin: the mean of ten drawn people, whose heads differ by a tenth.
FACE_M: Final = 0.182
# A box reaches farther back over the cheek that is turned to the camera than the head does (0.08 to 0.09 fits the same people).
TOWARDS_NOSE: Final = 0.08
CLOSE_UP_PX, CLOSE_UP_FACE_PX = 128, 46.0  # a close-up is as sharp as a face this high needs
# In the whole picture a weaker hint is enough, because a close-up decides: far faces are small and score low.
SCAN_SHARE: Final = 0.7
# Shoulders to hips: 0.50 m is an adult, a child of ten has 0.36; so a body tells distance to a quarter only.
TRUNK_M: Final = 0.48
# The detector finds most when a trunk has about this length in its close-up (measured: 35 to 60), near people need less.
TRUNK_PX: Final = 44.0
NEAREST_BODY_M, FARTHEST_BODY_M = 0.8, 4.5
BODY_REACH_DEG: Final = 12.0
# From here on a frame is looked for as for somebody far, and half a frame counts at the side of the picture: people nearer
# are often cut off there, with a door or a window behind.
NEAR_FRAME_M, CUT_FRAME_M = 1.3, 2.0
# How a body is looked at: how much narrower, how far beside it. The detector prefers whoever is seen from head to foot, and
# misses half of those who sit close by in any one view; so the view that worked is tried again the next time.
BODY_LOOKS: Final = ((1.0, 0.0), (1.42, 0.0), (1.0, 14.0), (1.0, -14.0), (0.7, 0.0))
HINT_SHARE: Final = 0.6  # of the threshold, for somebody who is known to be there
FARTHEST_HIPS_M, LOWEST_HIPS_M = 5.0, -1.4  # the lens is at most 2 m above the floor, a small child's hips at 0.5 m


class Looker:
    """The detectors with the geometry of one camera."""

    def __init__(
        self,
        facts: CameraFacts,
        finder: FaceFinder | None,
        poser: HeadPoser | None,
        bodies: BodyFinder | None,
        names: NameFinder | None,
    ) -> None:
        self._facts, self._finder, self._poser, self._bodies = facts, finder, poser, bodies
        self.optics = Optics(facts)
        self._glance = None if names is None else Glance(names, self.optics)

    def scan(self, source: Source, *, yaw_deg: float, threshold: float, new_threshold: float) -> list[Observation]:
        """Everybody whose face is anywhere in the picture; a weak hint in the whole picture, a strong one close up."""
        found = []
        for face in self._faces(source.whole.pixels):
            if face.score >= SCAN_SHARE * threshold:
                ray, far = self._ray(face), _apparent_m(face, self._facts)
                close = self._close(source, ray, far, yaw_deg, new_threshold)
                if close is not None:
                    found.append(close)
        return _distinct(found)

    def check(self, source: Source, person: Follower, *, yaw_deg: float, threshold: float) -> Observation | None:
        """The face of somebody who should be at a known place; None when it is not seen there."""
        ray = self.ray_of(person, yaw_deg=yaw_deg)
        if ray is None:
            return None
        return self._close(source, ray, person.distance_m, yaw_deg, threshold)

    def check_body(self, source: Source, person: Follower, *, yaw_deg: float, threshold: float) -> Observation | None:
        """The body of somebody who should be at a known place but shows no face."""
        ray = self.ray_of(person, yaw_deg=yaw_deg)
        if ray is None or self._bodies is None:
            return None
        bearing = self.bearing_of(person, yaw_deg=yaw_deg)
        for view, (beside_deg, focal_px) in self._body_views(person, _body_focal_px(person.distance_m)):
            found = self._bodies_in(
                source, bearing + beside_deg, focal_px, yaw_deg=yaw_deg, threshold=HINT_SHARE * threshold
            )
            best = nearest(found, person.azimuth_deg)
            if best is not None:
                if view is not None and best.score >= CLEAR_SHAPE:
                    person.clear_views |= 1 << view
                return best
        return None

    @staticmethod
    def _body_views(person: Follower, focal_px: float) -> list[tuple[int | None, tuple[float, float]]]:
        """How to look for a body, in order: (number of the view, how far beside it, focal length).

        Somebody new is looked at in another way each time, and then as before; somebody known the other way round.
        """
        narrower, beside_deg = BODY_LOOKS[person.body_looks % len(BODY_LOOKS)]
        another = (person.body_looks % len(BODY_LOOKS), (beside_deg, focal_px * narrower))
        if person.body_look is None:
            return [another]
        before = (None, person.body_look)
        return [before, another] if person.confirmed else [another, before]

    def glance(self, source: Source, *, yaw_deg: float) -> list[Observation]:
        """Where somebody may be, whichever way they face; roughly, and now and then where nobody is."""
        return [] if self._glance is None else self._glance.find(source, yaw_deg=yaw_deg)

    def vouch(self, source: Source, person: Follower, *, yaw_deg: float) -> bool | None:
        """Whether this is a person and no pet, None when nothing there has a name; without that detector a clear face must do.

        A clear human face is not overruled by another detector's silence, only by its word for something else: it finds
        bodies, and of people close together, or cut off by the picture, often none.
        """
        faced = person.face_tick is not None
        doubtful = faced and person.face_score < SURE_FACE
        clear = faced and person.face_score >= CLEAR_FACE
        if self._glance is None:
            return not doubtful
        ray = self.ray_of(person, yaw_deg=yaw_deg)
        if ray is None:
            return None
        return self._glance.vouch(source, ray, person.distance_m, doubtful=doubtful, clear=clear)

    def close_up(
        self, source: Source, maybe: Observation, *, yaw_deg: float, face: float, body: float, turn: int
    ) -> Observation | None:
        """The face, or else the body, of somebody who may be somewhere, when it scores so much."""
        bearing = self._bearing(maybe.azimuth_deg, maybe.distance_m, yaw_deg)
        if abs(bearing) > self._facts.half_fov_deg - 1.0:
            return None
        ray = self.optics.ray_towards(bearing_deg=bearing, elevation_deg=maybe.elevation_deg)
        close = self._close(source, ray, maybe.distance_m, yaw_deg, face)
        if close is None:
            close = self._body_near(source, maybe, bearing, yaw_deg=yaw_deg, threshold=body, turn=turn)
        return close

    def _body_near(
        self, source: Source, maybe: Observation, bearing_deg: float, *, yaw_deg: float, threshold: float, turn: int
    ) -> Observation | None:
        """The body of somebody who may be somewhere, looked at in the usual way and then in that whose turn it is."""
        for narrower, beside_deg in (BODY_LOOKS[0], BODY_LOOKS[1 + turn % (len(BODY_LOOKS) - 1)]):
            focal_px = _body_focal_px(maybe.distance_m) * narrower
            found = self._bodies_in(source, bearing_deg + beside_deg, focal_px, yaw_deg=yaw_deg, threshold=threshold)
            best = nearest(found, maybe.azimuth_deg)
            if best is not None:
                return best
        return None

    def _bodies_in(
        self, source: Source, bearing_deg: float, focal_px: float, *, yaw_deg: float, threshold: float
    ) -> list[Observation]:
        if self._bodies is None:
            return []
        ray = self.optics.ray_towards(bearing_deg=bearing_deg, elevation_deg=0.0)
        view = self.optics.view(ray, pixels=VIEW_PX, focal_px=focal_px)
        found = []
        for body in self._bodies.find(view.cut(source), threshold=threshold):
            if not self._plausible(body, view):
                continue
            late_deg = self._late_deg(source, view.rays(np.array([body.face])))
            one = self._body_observation(body, view, yaw_deg + late_deg)
            one = replace(one, look=(bearing_deg - wrap_deg(one.azimuth_deg - yaw_deg), focal_px))
            if 0.0 < one.box.x + 0.5 * one.box.width < 1.0 and 0.0 < one.box.y + 0.5 * one.box.height < 1.0:
                found.append(one)
        return found

    def _plausible(self, body: BodyPose, view: View) -> bool:
        """Whether a person of this size could be there: not far below the floor, not across the street (a cat would be)."""
        depth_m = view.focal_px * TRUNK_M / body.trunk_px
        ahead, left, up = self.optics.level((view.rays(np.array([body.hips]))[0] * depth_m)[None])[0]
        return math.hypot(ahead, left) < FARTHEST_HIPS_M and up > LOWEST_HIPS_M

    def _body_observation(self, body: BodyPose, view: View, yaw_deg: float) -> Observation:
        depth_m = view.focal_px * TRUNK_M / body.trunk_px
        ray = view.rays(np.array([body.face]))[0]
        ahead, left, up = self.optics.level((ray * depth_m)[None])[0]
        ahead += self._facts.forward_m
        distance = math.hypot(ahead, left)
        half = 0.5 * body.trunk_px
        x, y = body.face
        corners = np.array(
            [[x - half, y - half], [x + half, y - half], [x - half, body.hips[1]], [x + half, body.hips[1]]]
        )
        return Observation(
            kind="body",
            azimuth_deg=azimuth_deg(bearing_deg=math.degrees(math.atan2(left, ahead)), yaw_deg=yaw_deg),
            distance_m=distance,
            elevation_deg=math.degrees(math.atan2(up, distance - self._facts.forward_m)),
            azimuth_sigma_deg=(2.5 / max(distance, 0.5) + 0.5) / body.score,  # a weak find lies farther off
            distance_sigma_m=0.25 * distance,
            score=body.score,
            box=self._box(view.rays(corners)),
        )

    def _late_deg(self, source: Source, rays: NDArray[np.float64]) -> float:
        """How far the screen turned between the middle of the picture and the row of a direction: a rolling shutter's slant."""
        if self._facts.shutter != "rolling":
            return 0.0
        row = float(self.optics.pixels(rays)[0, 1])
        return source.rate_dps * self._facts.readout_s * (row / max(1, self._facts.rows - 1) - 0.5)

    def _box(self, corners: NDArray[np.float64]) -> Box:
        """The rectangle around directions, as shares of the picture."""
        pixels = self.optics.pixels(corners)
        size = np.array([self._facts.columns, self._facts.rows])
        low, high = np.clip(pixels.min(0) / size, 0, 1), np.clip(pixels.max(0) / size, 0, 1)
        return Box(x=float(low[0]), y=float(low[1]), width=float(high[0] - low[0]), height=float(high[1] - low[1]))

    def in_frame(self, source: Source, person: Follower, *, yaw_deg: float) -> bool | None:
        """Whether a face hangs in a frame; None where its surroundings are not in the picture."""
        ray = self.ray_of(person, yaw_deg=yaw_deg)
        if ray is None:
            return None
        focal = FRAME_PX / (2 * REACH_FACES) * person.distance_m / FACE_M
        close_up = self.optics.view(ray, pixels=FRAME_PX, focal_px=focal).cut(source)
        far_m = person.distance_m
        return framed(close_up, far=far_m > NEAR_FRAME_M, cut=far_m > CUT_FRAME_M, across=far_m > FAR_FRAME_M)

    def cells(self, source: Source, life: Life, *, yaw_deg: float) -> Cells | None:
        """Brightnesses of the place where somebody stood when first seen; None outside the picture."""
        bearing = wrap_deg(life.azimuth_deg - yaw_deg)
        if abs(bearing) > self._facts.half_fov_deg:
            return None
        ray = self.optics.ray_towards(bearing_deg=bearing, elevation_deg=life.elevation_deg)
        focal = CELLS_FACE_PX / life.reach * life.distance_m / FACE_M
        view = self.optics.view(ray, pixels=CELLS_PX, focal_px=focal)
        return cells_of(view.cut(source, exact=True))

    def bearing_of(self, person: Follower, *, yaw_deg: float) -> float:
        """Bearing as the lens sees it, which is not in the axis of the screen."""
        return self._bearing(person.azimuth_deg, person.distance_m, yaw_deg)

    def _bearing(self, azimuth: float, distance_m: float, yaw_deg: float) -> float:
        a, forward = math.radians(wrap_deg(azimuth - yaw_deg)), self._facts.forward_m
        return math.degrees(math.atan2(distance_m * math.sin(a), distance_m * math.cos(a) - forward))

    def ray_of(self, person: Follower, *, yaw_deg: float) -> NDArray[np.float64] | None:
        """Towards a person's face; None outside the picture."""
        bearing = self.bearing_of(person, yaw_deg=yaw_deg)
        if abs(bearing) > self._facts.half_fov_deg - 1.0:
            return None
        return self.optics.ray_towards(bearing_deg=bearing, elevation_deg=person.elevation_deg)

    def _faces(self, picture: NDArray[np.uint8]) -> list[Face]:
        return [] if self._finder is None else self._finder.find(picture)

    def _close(
        self, source: Source, ray: NDArray[np.float64], distance_m: float, yaw_deg: float, threshold: float
    ) -> Observation | None:
        """Look closely along a ray; the face nearest to the middle counts."""
        focal = CLOSE_UP_FACE_PX * max(distance_m, 0.3) / FACE_M
        view = self.optics.view(ray, pixels=CLOSE_UP_PX, focal_px=focal)
        faces = [face for face in self._faces(view.cut(source)) if face.score >= threshold]
        if not faces:
            return None
        face = min(faces, key=lambda f: math.dist(_middle(f), (CLOSE_UP_PX / 2, CLOSE_UP_PX / 2)))
        return self._observation(face, source, view, yaw_deg)

    def _observation(self, face: Face, source: Source, view: View, yaw_deg: float) -> Observation:
        """Direction and distance of a face in a close-up, and the direction of its head."""
        x, y, width, height = face.box
        ray = view.rays(np.array([_head(face)]))[0]
        yaw_deg += self._late_deg(source, ray[None])
        depth_m = view.focal_px * FACE_M / max(height, 1.0)
        ahead, left, up = self.optics.level((ray * depth_m)[None])[0]
        ahead += self._facts.forward_m
        distance = math.hypot(ahead, left)
        corners = view.rays(np.array([[x, y], [x + width, y], [x, y + height], [x + width, y + height]]))
        head = None
        if self._poser is not None:
            head = self._pose(source, face, view, self._poser)
        return Observation(
            kind="face",
            azimuth_deg=azimuth_deg(bearing_deg=math.degrees(math.atan2(left, ahead)), yaw_deg=yaw_deg),
            distance_m=distance,
            elevation_deg=math.degrees(math.atan2(up, distance - self._facts.forward_m)),
            azimuth_sigma_deg=0.6 + 0.2 * distance,
            distance_sigma_m=0.03 + 0.10 * distance,
            score=face.score,
            box=self._box(corners),
            head=head,
            points=tuple(((px - x) / max(width, 1), (py - y) / max(height, 1)) for px, py in face.points),
        )

    def _pose(self, source: Source, face: Face, view: View, poser: HeadPoser) -> HeadPose:
        (lx, ly), (rx, ry) = face.points[:2]
        roll = math.degrees(math.atan2(ry - ly, rx - lx)) if rx > lx else 0.0
        focal = view.focal_px * MESH_PX / (CROP_OVER_FACE * max(face.box[2], face.box[3]))
        close = self.optics.view(
            view.rays(np.array([_middle(face)]))[0],
            pixels=MESH_PX,
            focal_px=focal,
            roll_deg=max(-45.0, min(45.0, roll)),
        )
        return poser.pose(close.cut(source))

    def _ray(self, face: Face) -> NDArray[np.float64]:
        return np.asarray(self.optics.rays(np.array([_middle(face)]))[0])


def nearest(found: list[Observation], azimuth_deg: float) -> Observation | None:
    """Whoever of those found is meant by a direction; None when nobody is near enough."""
    best = min(found, key=lambda one: distance_deg(one.azimuth_deg, azimuth_deg), default=None)
    return best if best is not None and distance_deg(best.azimuth_deg, azimuth_deg) < BODY_REACH_DEG else None


def _body_focal_px(distance_m: float) -> float:
    """The focal length at which a body so far away is as large as the detector likes it."""
    return TRUNK_PX * min(max(distance_m, NEAREST_BODY_M), FARTHEST_BODY_M) / TRUNK_M


def _middle(face: Face) -> tuple[float, float]:
    x, y, width, height = face.box
    return x + width / 2, y + height / 2


def _head(face: Face) -> tuple[float, float]:
    """The middle of the head that a face belongs to."""
    x, y = _middle(face)
    return x + TOWARDS_NOSE * (face.points[2][0] - x), y


def _apparent_m(face: Face, facts: CameraFacts) -> float:
    return facts.focal_px * FACE_M / max(face.box[3], 1.0)


def _distinct(found: list[Observation]) -> list[Observation]:
    """Without those that are the same face seen twice; the better one stays."""
    kept: list[Observation] = []
    for one in sorted(found, key=lambda o: -o.score):
        if not any(same_person(one, other) for other in kept):
            kept.append(one)
    return kept
