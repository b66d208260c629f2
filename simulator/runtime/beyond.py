"""Counts people who are too far away for the eyes, so that a newcomer is told so instead of "nobody"."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.onboard.vision.look import FARTHEST_BODY_M
from simulator.onboard.vision.names import PERSON, VIEW_PX, NameFinder

REACH_M: Final = FARTHEST_BODY_M
WIDEST_PX: Final = 960  # a larger picture is looked at smaller: fifteen parts at most
STEP_PX: Final = 220  # parts overlap, so that nobody is only at the edge of one
LEAST: Final = 0.35  # of people seen whole; furniture seldom scores so much
TALL_M: Final = 1.7
TALLER_THAN_WIDE: Final = 1.3
Rect = tuple[float, float, float, float]


class FarPeople:
    """Looks at a picture part by part, much closer than a glance does; too slow for a device, well for a person who asks."""

    def __init__(self, weights: bytes, *, hfov_deg: float) -> None:
        self._finder = NameFinder(weights)
        self._half_tan = math.tan(math.radians(0.5 * hfov_deg))

    def count(self, picture: NDArray[np.uint8]) -> int:
        """How many people stand farther than the eyes reach."""
        scale = min(1.0, WIDEST_PX / picture.shape[1])
        whole = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        rows, columns = whole.shape[:2]
        focal_px = 0.5 * columns / self._half_tan
        found: list[tuple[float, Rect]] = []
        for top in _starts(rows):
            for left in _starts(columns):
                part = _square(whole[top : top + VIEW_PX, left : left + VIEW_PX])
                for one in self._finder.find(part, kinds=(PERSON,), least=LEAST):
                    x, y, w, h = (VIEW_PX * v for v in (one.box.x, one.box.y, one.box.width, one.box.height))
                    if h > TALLER_THAN_WIDE * w and TALL_M * focal_px / h > REACH_M:
                        found.append((one.score, (left + x, top + y, w, h)))
        kept: list[Rect] = []
        for _, box in sorted(found, reverse=True):
            if not any(_same(box, other) for other in kept):
                kept.append(box)
        return len(kept)


def _starts(size: int) -> list[int]:
    """Where parts begin along a side, the last one at its end."""
    last = max(0, size - VIEW_PX)
    count = math.ceil(last / STEP_PX) + 1
    return [round(last * k / max(1, count - 1)) for k in range(count)]


def _square(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    below, right = VIEW_PX - part.shape[0], VIEW_PX - part.shape[1]
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)


def _same(one: Rect, other: Rect) -> bool:
    """Whether the middle of one box lies in the other."""
    x, y = one[0] + one[2] / 2, one[1] + one[3] / 2
    return other[0] < x < other[0] + other[2] and other[1] < y < other[1] + other[3]
