"""The record that stays of a picture: 440 small numbers of boxes, coarse face points, edges and colours.

Eight slots of fifteen numbers for people, then a grid of 8 x 5 cells of eight numbers: four edge directions and their
strength in eight steps each, and the mean colour in four steps each. 640x360 pixels become one number per 1570 values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.onboard.vision.observation import Observation

SLOTS, SLOT_NUMBERS = 8, 15
COLUMNS, ROWS, CELL_NUMBERS = 8, 5, 8
LENGTH: Final = SLOTS * SLOT_NUMBERS + COLUMNS * ROWS * CELL_NUMBERS
SMALL: Final = (80, 45)  # edges are taken from a picture of this size


def record(picture: NDArray[np.uint8], seen: Sequence[Observation]) -> NDArray[np.uint8]:
    """The record of one picture; read-only."""
    numbers = np.concatenate([_people(seen), _grid(picture)])
    if numbers.shape != (LENGTH,):
        raise ValueError(f"a record has {len(numbers)} numbers: must be {LENGTH}")
    numbers.flags.writeable = False
    return numbers


def _people(seen: Sequence[Observation]) -> NDArray[np.uint8]:
    slots = np.zeros((SLOTS, SLOT_NUMBERS), np.uint8)
    for slot, one in zip(slots, sorted(seen, key=lambda o: -o.score), strict=False):
        box = one.box
        slot[:5] = np.clip(np.array([box.x, box.y, box.width, box.height, one.score]) * 255, 0, 255).astype(np.uint8)
        for k, (x, y) in enumerate(one.points[:5]):
            slot[5 + 2 * k : 7 + 2 * k] = np.clip(np.round(np.array([x, y]) * 8), 0, 8).astype(np.uint8)
    return slots.ravel()


def _grid(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    dx, dy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength = np.hypot(dx, dy)
    direction = np.minimum(((np.arctan2(dy, dx) % np.pi) / np.pi * 4).astype(np.int64), 3)
    height, width = SMALL[1] // ROWS, SMALL[0] // COLUMNS
    cells = np.zeros((ROWS, COLUMNS, CELL_NUMBERS), np.uint8)
    for k in range(4):
        share = (strength * (direction == k)).reshape(ROWS, height, COLUMNS, width).mean((1, 3))
        cells[..., k] = np.round(7 * share / (strength.reshape(ROWS, height, COLUMNS, width).mean((1, 3)) + 1e-3))
    energy = strength.reshape(ROWS, height, COLUMNS, width).mean((1, 3))
    cells[..., 4] = np.clip(np.round(1.5 * np.log1p(energy)), 0, 7)
    colour = small.reshape(ROWS, height, COLUMNS, width, 3).mean((1, 3))
    cells[..., 5:] = np.round(colour / 64)
    return cells.ravel()
