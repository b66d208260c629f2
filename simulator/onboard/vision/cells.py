"""What is kept of a close-up to see whether it changes: 64 mean brightnesses. Apart from life.py, which needs no pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.onboard.vision.life import Cells

CELLS_PX, CELLS_FACE_PX, CELLS_ACROSS = 96, 52.0, 8


def cells_of(close_up: NDArray[np.uint8]) -> Cells:
    """The 64 brightnesses of a close-up, without what light as a whole does."""
    grey = cv2.cvtColor(close_up, cv2.COLOR_RGB2GRAY).astype(np.float32)
    side = CELLS_PX // CELLS_ACROSS
    means = grey.reshape(CELLS_ACROSS, side, CELLS_ACROSS, side).mean((1, 3))
    levels = tuple(round(float(v), 1) for v in (means - means.mean()).ravel())
    return Cells(levels=levels, noise=_noise(grey))


def _noise(grey: NDArray[np.float32]) -> float:
    """Mean difference of neighbours, but for the quarter where edges are."""
    steps = np.abs(np.diff(grey, axis=1)).ravel()
    quiet = 3 * len(steps) // 4
    return float(np.partition(steps, quiet)[:quiet].mean())
