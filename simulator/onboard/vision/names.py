"""Runs the detector that puts names to what is in a picture: people, chairs, pets, screens (SSD on MobileNet, Open Images)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import Box
from simulator.onboard.opencv import cv2
from simulator.onboard.vision.network import Network, centred, probability

VIEW_PX: Final = 300
# Of the 23 kinds that the detector knows, with its own numbers. The others are of no use here, or it sees them where there are
# none: a wooden floor is a table to it.
NUMBERS: Final = {"person": 4, "chair": 5, "cat": 8, "monitor": 10, "dog": 20}
PERSON, PETS = "person", ("cat", "dog")
SAME_THING_SHARE: Final = 0.5  # guesses that overlap by more than this are of one thing
GRIDS: Final = (19, 10, 5, 3, 2, 1)
SCALES: Final = tuple(0.2 + 0.15 * k for k in range(6)) + (1.0,)
PLACE_GAIN, SIZE_GAIN = 10.0, 5.0  # of the detector's box code


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One thing with a name; its box in shares of the picture that was looked at."""

    label: str
    score: float
    box: Box


class NameFinder:
    """The detector, for square pictures of 300x300."""

    def __init__(self, weights: bytes) -> None:
        self._net = Network(weights)
        self._places = self._net.output(lambda shape: shape[-1] == 4)
        self._scores = self._net.output(lambda shape: shape[-1] != 4)
        self._guesses = _guesses()

    def find(self, picture: NDArray[np.uint8], *, kinds: tuple[str, ...], least: float) -> list[Named]:
        """Everything of these kinds that scores at least so much."""
        raw, places = (one[0] for one in self._net.look(centred(picture), self._scores, self._places))
        scores = probability(raw[:, [NUMBERS[kind] for kind in kinds]].astype(np.float64))
        best = scores.max(1)
        maybe = best >= least
        scores, best = scores[maybe], best[maybe]
        boxes = self._boxes(places[maybe].astype(np.float64), self._guesses[maybe])
        found = []
        for k in cv2.dnn.NMSBoxes(boxes.tolist(), best.tolist(), least, SAME_THING_SHARE):
            # The guesses for one thing scatter by a tenth of its size: their mean lies better than the best of them.
            alike = _overlaps(boxes, boxes[k]) > SAME_THING_SHARE
            x, y, width, height = (float(v) for v in np.average(boxes[alike], 0, best[alike] ** 2))
            found.append(
                Named(
                    label=kinds[int(scores[k].argmax())],
                    score=float(best[k]),
                    box=Box(x=x, y=y, width=width, height=height),
                )
            )
        return found

    @staticmethod
    def _boxes(places: NDArray[np.float64], guesses: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = places[:, :2] / PLACE_GAIN * guesses[:, 2:] + guesses[:, :2]
        size = np.exp(places[:, 2:] / SIZE_GAIN) * guesses[:, 2:]
        return np.column_stack([(middle - 0.5 * size)[:, ::-1], size[:, ::-1]])


def _overlaps(boxes: NDArray[np.float64], one: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of their union that boxes (x, y, width, height) have in common with one."""
    low = np.maximum(boxes[:, :2], one[:2])
    high = np.minimum(boxes[:, :2] + boxes[:, 2:], one[:2] + one[2:])
    common = np.clip(high - low, 0, None).prod(1)
    return np.asarray(common / (boxes[:, 2:].prod(1) + one[2:].prod() - common))


def _guesses() -> NDArray[np.float64]:
    """The boxes that the detector's answers correct: middle (down, across) and size, as shares of the picture."""
    rows = []
    for k, cells in enumerate(GRIDS):
        shapes = [(SCALES[k], ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)] + [
            (math.sqrt(SCALES[k] * SCALES[k + 1]), 1.0)
        ]
        if k == 0:
            shapes = [(0.1, 1.0), (SCALES[0], 2.0), (SCALES[0], 0.5)]
        for down in range(cells):
            for across in range(cells):
                for scale, ratio in shapes:
                    wide = math.sqrt(ratio)
                    rows.append(((down + 0.5) / cells, (across + 0.5) / cells, scale / wide, scale * wide))
    return np.array(rows)
