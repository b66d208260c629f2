"""What a real lens and sensor do to a sharp picture: distortion, motion blur, rolling shutter, gain and noise."""

from __future__ import annotations

import copy
import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import CameraFacts
from simulator.world.camera.light import LightSetting

Picture = NDArray[np.uint8]
NOISE_TILES = 4
MIN_BLUR_PX = 0.75


class Sensor:
    """Turns sharp pictures into what this device's camera would deliver."""

    def __init__(self, facts: CameraFacts, chance: np.random.Generator) -> None:
        self._facts = facts
        self._chance = chance
        # Ready-made noise, shifted at random for each picture: drawing it anew costs 10 ms, this costs half of one.
        shape = (facts.rows, facts.columns, 3)
        self._tiles = [chance.standard_normal(shape, np.float32) for _ in range(NOISE_TILES)]
        columns, rows = np.meshgrid(np.arange(facts.columns, dtype=np.float32), np.arange(facts.rows, dtype=np.float32))
        self._columns, self._rows = columns, rows
        self._straight = self._undistorted()

    @property
    def margin_px(self) -> int:
        """How much wider than the picture the sharp one must be drawn, on each side."""
        x, y = self._straight
        f = self._facts
        reach = max(-float(x.min()), float(x.max()) - f.columns + 1, -float(y.min()), float(y.max()) - f.rows + 1, 0.0)
        return math.ceil(reach)

    def blur_px(self, rate_dps: float, light: LightSetting) -> float:
        """Length of the smear in the middle of the picture."""
        exposure_s = self._facts.exposure_s * light.exposure_share
        return self._facts.focal_px * math.radians(abs(rate_dps)) * exposure_s

    def exposed(self, sharp: Picture, *, rate_dps: float, light: LightSetting) -> Picture:
        """The delivered picture; `sharp` has `margin_px` more on each side."""
        blur = self.blur_px(rate_dps, light)
        picture = self._smeared(sharp, blur) if blur > MIN_BLUR_PX else sharp
        slant = rate_dps if self._facts.shutter == "rolling" else 0.0
        if slant or self.margin_px or self._facts.distortion_k1:
            picture = self._warped(picture, slant)
        return self._noisy(picture, light)

    def distorted(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where ideal pinhole pixels land behind the real lens."""
        f = self._facts
        middle = np.array([(f.columns - 1) / 2, (f.rows - 1) / 2])
        ideal = (pixels - middle) / f.focal_px
        # Beyond the picture the polynomial of a barrel lens folds back; clamp it where it stops growing.
        r2 = np.minimum((ideal**2).sum(1, keepdims=True), 1 / max(-3 * f.distortion_k1, 1e-9))
        return np.asarray(middle + f.focal_px * ideal * (1 + f.distortion_k1 * r2))

    def snapshot(self) -> dict[str, Any]:
        """The state of the noise."""
        return copy.deepcopy(dict(self._chance.bit_generator.state))

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self._chance.bit_generator.state = copy.deepcopy(state)

    def _undistorted(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """For each delivered pixel, the pinhole pixel that it shows (fixed-point inversion of the lens)."""
        f = self._facts
        x = (self._columns - (f.columns - 1) / 2) / f.focal_px
        y = (self._rows - (f.rows - 1) / 2) / f.focal_px
        ideal_x, ideal_y = x.copy(), y.copy()
        if f.distortion_k1:
            for _ in range(12):
                scale = 1 + f.distortion_k1 * (ideal_x**2 + ideal_y**2)
                ideal_x, ideal_y = x / scale, y / scale
        return ideal_x * f.focal_px + (f.columns - 1) / 2, ideal_y * f.focal_px + (f.rows - 1) / 2

    def _warped(self, picture: Picture, rate_dps: float) -> Picture:
        x, y = self._straight
        if rate_dps:
            # A row read later sees the room turned a little further; far from the middle a degree is more pixels.
            f = self._facts
            late_s = f.readout_s * (self._rows / max(1, f.rows - 1) - 0.5)
            across = (x - (f.columns - 1) / 2) / f.focal_px
            x = x - np.float32(f.focal_px * math.radians(rate_dps)) * late_s * (1 + across * across)
        margin = np.float32(self.margin_px)
        return cv2.remap(picture, x + margin, y + margin, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.uint8
        )

    def _smeared(self, picture: Picture, blur_px: float) -> Picture:
        """Box blur along the rows whose length grows towards the sides, by differences of running sums."""
        columns = picture.shape[1]
        across = (np.arange(columns) - (columns - 1) / 2) / self._facts.focal_px
        half = 0.5 * np.maximum(1.0, blur_px * (1 + across**2))
        sums = np.zeros((picture.shape[0], columns + 1, 3), np.float32)
        np.cumsum(picture, axis=1, out=sums[:, 1:], dtype=np.float32)
        middle = np.arange(columns) + 0.5
        low, high = np.maximum(middle - half, 0), np.minimum(middle + half, columns)
        total = _between(sums, high) - _between(sums, low)
        return np.clip(total / (high - low).astype(np.float32)[None, :, None] + 0.5, 0, 255).astype(np.uint8)

    def _noisy(self, picture: Picture, light: LightSetting) -> Picture:
        sigma = self._facts.noise_sigma * light.noise_share
        tile = self._tiles[int(self._chance.integers(NOISE_TILES))]
        rows, columns = (int(self._chance.integers(n)) for n in tile.shape[:2])
        noise = np.roll(tile, (rows, columns), (0, 1))
        noisy = cv2.addWeighted(picture.astype(np.float32), light.gain, noise, sigma, 0.5)
        return np.clip(noisy, 0, 255).astype(np.uint8)


def _between(sums: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Running sums read between columns."""
    left = np.minimum(at.astype(np.int64), sums.shape[1] - 2)
    share = (at - left).astype(np.float32)[None, :, None]
    return np.asarray(sums[:, left] * (1 - share) + sums[:, left + 1] * share, np.float32)
