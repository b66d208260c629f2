"""Finds bodies by shoulders and hips (BlazePose detector): people whose face is not seen because they turn away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.vision.network import Network, centred, probability

VIEW_PX: Final = 224
STRIDES: Final = (8, 16, 32, 32, 32)  # of the detector's grids, two guesses each per cell
HEAD_UP: Final = 0.62  # the face sits this share of the way from the shoulders to the top of the head
SAME_BODY: Final = 0.6  # guesses nearer than this share of a trunk are one body
MIN_TRUNK_PX: Final = 18.0  # shorter ones are pets, or people too far away to matter
LEAN: Final = 0.6  # hips farther aside than this share of the trunk are no upright body


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPose:
    """One body in pixels of the close-up."""

    score: float
    face: tuple[float, float]
    shoulders: tuple[float, float]
    hips: tuple[float, float]

    @property
    def trunk_px(self) -> float:
        """From the middle of the shoulders to the middle of the hips."""
        return math.dist(self.shoulders, self.hips)


class BodyFinder:
    """Runs the detector on upright close-ups of 224x224."""

    def __init__(self, weights: bytes) -> None:
        self._net = Network(weights)
        self._places = self._net.output(lambda shape: shape[-1] == 12)
        self._scores = self._net.output(lambda shape: shape[-1] == 1)
        self._cells = _cells()

    def find(self, close_up: NDArray[np.uint8], *, threshold: float) -> list[BodyPose]:
        """Upright bodies, the best first."""
        raw, boxes = self._net.look(centred(close_up), self._scores, self._places)
        scores, places = probability(raw[0, :, 0]), boxes[0]
        found: list[BodyPose] = []
        for k in np.argsort(-scores, kind="stable"):
            if scores[k] < threshold:
                break
            body = self._body(float(scores[k]), places[k].astype(np.float64), self._cells[k])
            if body is not None and all(_apart(body, other) for other in found):
                found.append(body)
        return found

    @staticmethod
    def _body(score: float, place: NDArray[np.float64], cell: NDArray[np.float64]) -> BodyPose | None:
        hips, _, shoulders, top = place[4:].reshape(4, 2) + cell * VIEW_PX
        face = shoulders + HEAD_UP * (top - shoulders)
        aside, down = float(hips[0] - shoulders[0]), float(hips[1] - shoulders[1])
        if down < MIN_TRUNK_PX or abs(aside) > LEAN * down or face[1] > shoulders[1]:
            return None
        return BodyPose(
            score=score,
            face=(float(face[0]), float(face[1])),
            shoulders=(float(shoulders[0]), float(shoulders[1])),
            hips=(float(hips[0]), float(hips[1])),
        )


def _apart(one: BodyPose, other: BodyPose) -> bool:
    return math.dist(one.shoulders, other.shoulders) > SAME_BODY * max(one.trunk_px, other.trunk_px)


def _cells() -> NDArray[np.float64]:
    """Middles of the grid cells that guesses refer to, as shares of the picture, in the detector's order."""
    rows = []
    at = 0
    while at < len(STRIDES):
        guesses, stride = 0, STRIDES[at]
        while at < len(STRIDES) and STRIDES[at] == stride:
            guesses, at = guesses + 2, at + 1
        count = math.ceil(VIEW_PX / stride)
        y, x = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
        middles = np.stack([(x.ravel() + 0.5) / count, (y.ravel() + 0.5) / count], 1)
        rows.append(np.repeat(middles, guesses, 0))
    return np.concatenate(rows)
