"""One look at the whole picture for people, whichever way they face: where somebody may be, and about how far.

The detector of names costs less for the whole picture (18 ms) than the face detector (30), and finds people from behind as
well as from the front: of those within 3 m it scores 96 in 100 above 0.2, the furniture in every fourth picture too (measured
in sixteen rooms). So it only proposes: a close-up then looks for the face or the body, and the filter believes.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import azimuth_deg
from simulator.onboard.messages import Box
from simulator.onboard.opencv import cv2
from simulator.onboard.vision.names import PERSON, PETS, VIEW_PX, Named, NameFinder
from simulator.onboard.vision.observation import Observation
from simulator.onboard.vision.optics import Optics
from simulator.onboard.vision.source import Source

# Asked close up, it called all but one of 282 people so, facing or not, by at least 0.2 (93 in 100 by 0.3), and none of them a
# pet; but a cat, whose face scores low as a face, now and then a person by up to 0.37.
VOUCH_FOCAL_PX, VOUCH_FOCAL_PX_PER_M = 330.0, 190.0  # farther people must be looked at more closely
VOUCH_SCORE, VOUCH_DOUBTFUL, VOUCH_LEAST, VOUCH_SPARE = 0.2, 0.3, 0.1, 0.1
PET_WORD: Final = 0.2  # a weaker one is no word
BODY_BELOW_FACE_M: Final = 0.5
KNOWN_SCORE, NEW_SCORE = 0.18, 0.3  # of somebody who should be there, and of somebody new
BODY_ASIDE: Final = 0.5  # who walks with the back turned is followed by half a body's width behind
HEAD_ASIDE: Final = (
    0.2  # heads are nearer to the middle of a body's box than this to its sides (90 % of them: 0.28 to 0.72)
)
HEAD_DOWN: Final = (
    0.105  # the middle of the head is this share of the box below its upper edge (90 % of them: 0.07 to 0.20)
)
# Metres from the width in degrees, fitted to 521 people: half of them to within 12 %, nine in ten to 30 %.
FAR_GAIN_M, FAR_POWER = 19.7, -0.786
BESIDE_DEG_M: Final = 5.5  # one sigma of the bearing at one metre: arms move the box
DISTANCE_SIGMA: Final = 0.2
EDGE, EDGE_DEG, CUT_WIDTH = 0.01, 2.0, 0.5
FARTHEST_M: Final = 5.0  # as small as that, a vase scores like a person


class Glance:
    """The look itself, for one camera."""

    def __init__(self, finder: NameFinder, optics: Optics) -> None:
        self._finder, self._optics = finder, optics

    def find(self, source: Source, *, yaw_deg: float) -> list[Observation]:
        """Everybody who may be in the picture, the likeliest first."""
        whole = source.whole.pixels
        small = np.asarray(cv2.resize(whole, (VIEW_PX, VIEW_PX), interpolation=cv2.INTER_AREA), np.uint8)
        found = self._finder.find(source.lent(small), kinds=(PERSON,), least=KNOWN_SCORE)
        seen = [self._observation(one.box, one.score, yaw_deg) for one in found]
        return [one for one in seen if one.distance_m < FARTHEST_M]

    def vouch(
        self, source: Source, ray: NDArray[np.float64], distance_m: float, *, doubtful: bool, clear: bool = False
    ) -> bool | None:
        """Whether what is seen along a ray is a person: the face of a cat or a dog passes for one until this is asked.

        None when nothing there has a name. A doubtful face must have a body that is clearly a person's and reaches down, as
        far as the close-up shows it. A clear one is believed unless it is called a pet.
        """
        focal = max(VOUCH_FOCAL_PX, VOUCH_FOCAL_PX_PER_M * distance_m)
        view = self._optics.view(ray, pixels=VIEW_PX, focal_px=focal)
        found = self._finder.find(view.cut(source), kinds=(PERSON, *PETS), least=VOUCH_LEAST)
        aside = HEAD_ASIDE if doubtful else -BODY_ASIDE
        best = max((one for one in found if _is_there(one, aside)), key=lambda one: one.score, default=None)
        if clear:
            return best is None or best.label == PERSON or best.score < PET_WORD
        if best is None or best.label != PERSON:
            return None if best is None else False
        if not doubtful:
            return True if best.score >= VOUCH_SCORE else None
        end = best.box.y + best.box.height
        long = end > 1.0 - VOUCH_SPARE or (end - 0.5) * VIEW_PX / focal * distance_m > BODY_BELOW_FACE_M
        return long and best.score >= VOUCH_DOUBTFUL

    def _observation(self, box: Box, score: float, yaw_deg: float) -> Observation:
        facts = self._optics.facts
        left, right = max(box.x, 0.0), min(box.x + box.width, 1.0)
        top, foot = max(box.y, 0.0), min(box.y + box.height, 1.0)
        head_y = box.y + HEAD_DOWN * box.height
        at = np.array([[left, head_y], [right, head_y], [0.5 * (left + right), foot]]) * [facts.columns, facts.rows]
        *sides, end = self._optics.level(self._optics.rays(at))
        left_deg, right_deg = (math.degrees(math.atan2(ray[1], ray[0])) for ray in sides)
        if box.x <= EDGE:
            left_deg = max(left_deg, right_deg + self._least_width_deg(foot - top))
        if box.x + box.width >= 1.0 - EDGE:
            right_deg = min(right_deg, left_deg - self._least_width_deg(foot - top))
        far_m = FAR_GAIN_M * max(1.0, left_deg - right_deg) ** FAR_POWER
        seen_deg = facts.half_fov_deg - EDGE_DEG
        bearing = math.radians(max(-seen_deg, min(seen_deg, 0.5 * (left_deg + right_deg))))
        ahead, aside = far_m * math.cos(bearing) + facts.forward_m, far_m * math.sin(bearing)
        distance = math.hypot(ahead, aside)
        head = 0.5 * (sides[0] + sides[1])
        return Observation(
            kind="body",
            azimuth_deg=azimuth_deg(bearing_deg=math.degrees(math.atan2(aside, ahead)), yaw_deg=yaw_deg),
            distance_m=distance,
            elevation_deg=_elevation_deg(head),
            azimuth_sigma_deg=BESIDE_DEG_M / max(distance, 0.5),
            distance_sigma_m=DISTANCE_SIGMA * distance,
            score=score,
            box=Box(x=left, y=top, width=right - left, height=foot - top),
            foot_deg=_elevation_deg(end),
        )

    def _least_width_deg(self, height: float) -> float:
        """Of somebody whom the side of the picture cuts off: nobody is narrower than half their height in view."""
        facts = self._optics.facts
        return CUT_WIDTH * math.degrees(math.atan(height * facts.rows / facts.focal_px))


def _is_there(one: Named, aside: float) -> bool:
    """Whether what was named is in the middle of the close-up, not farther to its own side than this share of its width."""
    across, down = (0.5 - one.box.x) / one.box.width, (0.5 - one.box.y) / one.box.height
    return aside < across < 1.0 - aside and -VOUCH_SPARE < down < 1.0 + VOUCH_SPARE


def _elevation_deg(ray: NDArray[np.float64]) -> float:
    return math.degrees(math.atan2(ray[2], math.hypot(ray[0], ray[1])))


def is_hint(body: Observation) -> bool:
    """Whether a find alone says nothing: a weak one at the side of the picture may be an arm of somebody beyond it."""
    return body.score < NEW_SCORE and (body.box.x <= EDGE or body.box.x + body.box.width >= 1.0 - EDGE)
