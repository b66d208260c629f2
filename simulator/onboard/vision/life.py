"""Whether somebody is a person or a picture of one: pictures never change, or hang in a frame.

Of a close-up only sixteen mean brightnesses are kept between pictures, and only while the person is followed. A poster
gives the same sixteen for ever, within noise; a living person sways, breathes and turns (measured: 3 to 20 grey levels
within a second, a poster at most 1.9 in dim light). A talking television does change, so frames are looked for too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.opencv import cv2

CELLS_PX, CELLS_FACE_PX = 48, 26.0
CHANGE_LEVELS, CHANGE_PER_NOISE = 1.6, 0.25
SAME_YAW_DEG = 0.05
FRAME_EVERY_TICKS = 2 * TICKS_PER_S
FIRST_LOOKS = 5  # somebody new is looked at for a frame in each of the first pictures
FRAMED_LIFE = 0.1
# A frame is missed more often (a third of the looks in poor light) than imagined (3 %): doubt fades slowly.
FRAME_MEMORY = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Sixteen mean brightnesses of a face's surroundings, and the sensor's noise there."""

    levels: tuple[float, ...]
    noise: float


@dataclass(slots=True, kw_only=True)
class Life:
    """What is known about one follower's liveliness."""

    azimuth_deg: float  # where the close-ups look: the same place for as long as the person stays
    elevation_deg: float
    distance_m: float
    yaw_deg: float = 0.0
    reference: Cells | None = None
    tick: int = 0
    unchanged_ticks: int = 0
    changed: bool = False
    framed: float = 0.0
    frame_tick: int | None = None
    looks: int = 0

    def value(self, life_s: float) -> float:
        """1 for somebody lively, falling to 0 for somebody who never changes; little for somebody in a frame."""
        still = max(0.0, 1.0 - self.unchanged_ticks / (life_s * TICKS_PER_S))
        return min(still, FRAMED_LIFE) if self.in_frame else still

    @property
    def in_frame(self) -> bool:
        """Whether there is a frame around this face."""
        return self.framed > 0.5

    def compare(self, cells: Cells, *, tick: int, yaw_deg: float) -> None:
        """Take in new brightnesses of the same place."""
        if self.reference is None or abs(yaw_deg - self.yaw_deg) > SAME_YAW_DEG:
            self.reference, self.yaw_deg, self.tick = cells, yaw_deg, tick
            return
        change = max(abs(a - b) for a, b in zip(cells.levels, self.reference.levels, strict=True))
        if change > CHANGE_LEVELS + CHANGE_PER_NOISE * max(cells.noise, self.reference.noise):
            self.unchanged_ticks = 0
            self.changed = True
            self.reference = cells
        else:
            self.unchanged_ticks += tick - self.tick
        self.tick = tick

    def frame_due(self, tick: int) -> bool:
        """Whether to look for a frame in this picture."""
        return self.looks < FIRST_LOOKS or self.frame_tick is None or tick - self.frame_tick >= FRAME_EVERY_TICKS

    def frame_seen(self, framed: bool, *, tick: int) -> None:
        """Take in whether there was a frame."""
        if framed:
            self.framed = 1.0 if self.looks == 0 else 0.5 + 0.5 * self.framed
        else:
            self.framed *= FRAME_MEMORY
        self.looks += 1
        self.frame_tick = tick


def cells_of(close_up: NDArray[np.uint8]) -> Cells:
    """Sixteen brightnesses of a 48x48 close-up, without what light as a whole does."""
    grey = cv2.cvtColor(close_up, cv2.COLOR_RGB2GRAY).astype(np.float32)
    side = CELLS_PX // 4
    means = grey.reshape(4, side, 4, side).mean((1, 3))
    levels = tuple(round(float(v), 1) for v in (means - means.mean()).ravel())
    return Cells(levels=levels, noise=float(np.median(np.abs(np.diff(grey, axis=1)))))
