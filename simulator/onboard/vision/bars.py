"""Bars that pad a picture of another shape: nothing is there, and where they end is no edge of anything."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# A bar is of one colour from end to end: the light on a wall changes by more from the floor to the ceiling.
BLOCK_PX, SAME_COLOUR = 16, 4.0  # means of so many pixels with noise of 2.5 levels differ by less
BORDER_PX: Final = 2  # scaling and coding blur the outermost pixels
ENDS_AT_ONCE: Final = 0.25  # share of the edge across which a bar ends; a room that is nearly dark fades instead

Bars = tuple[int, int, int, int]  # widths in pixels: left, right, top, bottom


def bars_of(picture: NDArray[np.uint8]) -> Bars:
    """How wide the bars around what a picture shows are; most pictures have none."""
    turned = picture.swapaxes(0, 1)
    return _width_px(picture), _width_px(picture[:, ::-1]), _width_px(turned), _width_px(turned[:, ::-1])


def _width_px(picture: NDArray[np.uint8]) -> int:
    """How wide the bar on the left of a picture is; 0 without one, and where all of the picture is of one colour."""
    colour = _blocks(picture, BORDER_PX).mean(0)
    for width in range(BORDER_PX, picture.shape[1] - BORDER_PX):
        if np.abs(_blocks(picture, width) - colour).max() >= SAME_COLOUR:
            beyond = np.abs(_blocks(picture, width + BORDER_PX) - colour).max(1)
            ends = float((beyond >= SAME_COLOUR).mean()) >= ENDS_AT_ONCE
            return width if ends and width > BORDER_PX else 0
    return 0


def _blocks(picture: NDArray[np.uint8], column: int) -> NDArray[np.float64]:
    """Mean colours along a column."""
    rows = picture.shape[0] // BLOCK_PX * BLOCK_PX
    return np.asarray(picture[:rows, column].reshape(-1, BLOCK_PX, 3).mean(1))
