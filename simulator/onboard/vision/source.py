"""The picture while it is looked at: the whole, and finer parts of it read from the sensor; all of it is overwritten."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import Box, CameraFrame
from simulator.onboard.vision.bars import bars_of

Picture = NDArray[np.uint8]
FINEST, FINE_FROM = 3.0, 1.5
WORTH_IT: Final = 1.3  # a close-up that needs less than this is cut from the whole picture
SPARE: Final = 0.15  # a part is read this much larger, so that the next close-up of the same face fits in


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Pixels, where they begin in the whole picture, and how much finer they are."""

    pixels: Picture
    x_px: float
    y_px: float
    zoom: float

    def covers(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
        """Whether a rectangle of the whole picture lies inside."""
        rows, columns = self.pixels.shape[:2]
        return bool(
            low[0] >= self.x_px
            and low[1] >= self.y_px
            and high[0] <= self.x_px + columns / self.zoom
            and high[1] <= self.y_px + rows / self.zoom
        )


class Source:
    """One picture with its finer parts."""

    def __init__(self, camera: CameraFrame, *, columns: int, rows: int) -> None:
        if camera.pixels.shape != (rows, columns, 3):
            raise ValueError(
                f"a picture of {camera.pixels.shape}: must be {(rows, columns, 3)}, as the camera's facts say"
            )
        self._camera = camera
        self.whole = Part(pixels=camera.pixels, x_px=0.0, y_px=0.0, zoom=1.0)
        self._parts: list[Part] = []
        self._lent: list[Picture] = []
        self._bars = bars_of(camera.pixels)
        self._blacken(self.whole)

    @property
    def rate_dps(self) -> float:
        """How fast the screen turned."""
        return self._camera.rate_dps

    def lent(self, close_up: Picture) -> Picture:
        """Remember a close-up that was cut from here, to overwrite it with the rest."""
        self._lent.append(close_up)
        return close_up

    def part(self, low: NDArray[np.float64], high: NDArray[np.float64], *, finer: float, exact: bool) -> Part:
        """The best pixels for a rectangle of the whole picture that is to be enlarged `finer` times.

        An `exact` part is as fine as asked and never finer: close-ups of two pictures can then be compared.
        """
        detail = self._camera.detail
        if detail is None or finer < WORTH_IT:
            return self.whole
        rows, columns = self.whole.pixels.shape[:2]
        size = np.array([columns, rows], np.float64)
        low, high = np.clip(low, 0, size), np.clip(high, 0, size)
        zoom = FINEST if finer > FINE_FROM else 2.0  # a face's next close-up is finer still: read it once
        for part in self._parts:
            if (part.zoom == zoom if exact else part.zoom >= zoom) and part.covers(low, high):
                return part
        spare = SPARE * (high - low)
        low, high = np.floor(np.clip(low - spare, 0, size)), np.ceil(np.clip(high + spare, 0, size))
        if (high - low < 4).any():
            return self.whole
        share, extent = low / size, (high - low) / size
        box = Box(x=float(share[0]), y=float(share[1]), width=float(extent[0]), height=float(extent[1]))
        part = Part(pixels=detail(box, zoom), x_px=float(low[0]), y_px=float(low[1]), zoom=zoom)
        self._blacken(part)
        self._parts.append(part)
        return part

    def _blacken(self, part: Part) -> None:
        """Overwrite the bars beside, above and below what the picture shows: beyond the picture it is black."""
        rows, columns = self.whole.pixels.shape[:2]
        left, right, top, bottom = self._bars
        edges = ((left - part.x_px, columns - right - part.x_px), (top - part.y_px, rows - bottom - part.y_px))
        for pixels, (low, high) in zip((part.pixels.swapaxes(0, 1), part.pixels), edges, strict=True):
            pixels[: max(0, math.ceil(low * part.zoom))] = 0
            pixels[max(0, math.floor(high * part.zoom)) :] = 0

    def forget(self) -> None:
        """Overwrite every pixel."""
        for pixels in (self.whole.pixels, *(part.pixels for part in self._parts), *self._lent):
            pixels.fill(0)
        self._parts.clear()
        self._lent.clear()
