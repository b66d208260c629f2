"""What a real lens and sensor do to a sharp picture: distortion, motion blur, rolling shutter, gain and noise."""

from __future__ import annotations

import copy
import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import CameraFacts
from simulator.onboard.opencv import cv2
from simulator.world.camera.light import LightSetting

Picture = NDArray[np.uint8]
Map = NDArray[np.float32]
NOISE_SPARE_PX = 96  # a noise picture is this much larger than needed, to be used at many offsets
MIN_BLUR_PX = 0.75
BLUR_BANDS = 13  # the smear grows towards the sides; within a band of columns it is taken as even
# Sharper details are read from smaller pixels, which gather less light.
DETAIL_NOISE_SHARE = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the picture: its upper left corner in pixels of the whole picture, and how much finer its own are."""

    x_px: float
    y_px: float
    columns: int
    rows: int
    zoom: float


class Sensor:
    """Turns sharp pictures into what this device's camera would deliver."""

    def __init__(self, facts: CameraFacts, chance: np.random.Generator) -> None:
        self._facts = facts
        self._chance = chance
        corner = math.hypot(facts.columns, facts.rows) / (2 * facts.focal_px)
        k1 = facts.distortion_k1
        if k1 < 0 and corner > 2 / 3 / math.sqrt(-3 * k1):
            least = -4 / (27 * corner**2)
            raise ValueError(
                f"camera.distortion_k1 = {k1:g}: folds the corners of the picture, must be at least {least:.3f}"
            )
        # Ready-made noise, used at a random offset for each picture: drawing it again would cost 10 ms.
        shape = (facts.rows + NOISE_SPARE_PX, facts.columns + NOISE_SPARE_PX, 3)
        self._grain = chance.standard_normal(shape, np.float32)
        self._noise: dict[float, tuple[Picture, Picture]] = {}  # what it adds, and what it takes away
        self.whole = Region(x_px=0.0, y_px=0.0, columns=facts.columns, rows=facts.rows, zoom=1.0)
        self._whole_maps = self._maps(self.whole)
        x, y, _ = self._whole_maps
        reach = max(
            -float(x.min()), float(x.max()) - facts.columns + 1, -float(y.min()), float(y.max()) - facts.rows + 1
        )
        self.margin_px = max(0, math.ceil(reach - 1e-3))  # how much wider than the picture the sharp one must be drawn

    def blur_px(self, rate_dps: float, light: LightSetting) -> float:
        """Length of the smear in the middle of the picture."""
        exposure_s = self._facts.exposure_s * light.exposure_share
        return self._facts.focal_px * math.radians(abs(rate_dps)) * exposure_s

    def exposed(self, sharp: Picture, *, rate_dps: float, light: LightSetting, region: Region | None = None) -> Picture:
        """The delivered picture, or a region of it; `sharp` covers it with `margin_px` more on each side."""
        part = region or self.whole
        blur = self.blur_px(rate_dps, light) * part.zoom
        picture = self._smeared(sharp, blur, part) if blur > MIN_BLUR_PX else sharp
        slant = rate_dps if self._facts.shutter == "rolling" else 0.0
        if slant or self.margin_px:
            picture = self._warped(picture, slant, part)
        return self._noisy(picture, light, part)

    def distorted(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where ideal pinhole pixels (all columns, then all rows) land behind the real lens."""
        f = self._facts
        if not f.distortion_k1:
            return pixels
        middle = np.array([[(f.columns - 1) / 2], [(f.rows - 1) / 2]])
        ideal = (pixels - middle) / f.focal_px
        # Beyond the picture the polynomial of a barrel lens folds back; clamp it where it stops growing.
        r2 = np.minimum((ideal**2).sum(0, keepdims=True), 1 / max(-3 * f.distortion_k1, 1e-9))
        return np.asarray(middle + f.focal_px * ideal * (1 + f.distortion_k1 * r2))

    def snapshot(self) -> dict[str, Any]:
        """The state of the noise."""
        return copy.deepcopy(dict(self._chance.bit_generator.state))

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self._chance.bit_generator.state = copy.deepcopy(state)

    def _maps(self, part: Region) -> tuple[Map, Map, Map]:
        """For each delivered pixel the pinhole pixel it shows (x, y), and how far 1 rad/s shifts it (rolling shutter)."""
        f = self._facts
        columns = part.x_px + (np.arange(part.columns, dtype=np.float32) + 0.5) / np.float32(part.zoom) - 0.5
        rows = part.y_px + (np.arange(part.rows, dtype=np.float32) + 0.5) / np.float32(part.zoom) - 0.5
        x, y = np.meshgrid((columns - (f.columns - 1) / 2) / f.focal_px, (rows - (f.rows - 1) / 2) / f.focal_px)
        ideal_x, ideal_y = x, y
        if f.distortion_k1:
            for _ in range(12):  # fixed-point inversion of the lens polynomial
                scale = 1 + f.distortion_k1 * (ideal_x**2 + ideal_y**2)
                ideal_x, ideal_y = x / scale, y / scale
        # A row read later sees the room turned a little further; far from the middle a degree is more pixels.
        late_s = f.readout_s * (rows / max(1, f.rows - 1) - 0.5)
        shift = f.focal_px * late_s[:, None] * (1 + ideal_x * ideal_x)
        return (
            (ideal_x * f.focal_px + (f.columns - 1) / 2).astype(np.float32),
            (ideal_y * f.focal_px + (f.rows - 1) / 2).astype(np.float32),
            shift.astype(np.float32),
        )

    def _warped(self, picture: Picture, rate_dps: float, part: Region) -> Picture:
        x, y, shift = self._whole_maps if part is self.whole else self._maps(part)
        if rate_dps:
            x = x - np.float32(math.radians(rate_dps)) * shift
        # From pixels of the whole picture to those of the sharp one that was drawn for this part.
        zoom, margin = np.float32(part.zoom), np.float32(self.margin_px)
        x = (x - np.float32(part.x_px) + 0.5 + margin) * zoom - 0.5
        y = (y - np.float32(part.y_px) + 0.5 + margin) * zoom - 0.5
        return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _smeared(self, picture: Picture, blur_px: float, part: Region) -> Picture:
        """Box blur along the rows, band by band, longer towards the sides."""
        f, columns = self._facts, picture.shape[1]
        edges = np.linspace(0, columns, BLUR_BANDS + 1).round().astype(int)
        out = np.empty_like(picture)
        for left, right in itertools.pairwise(edges):
            middle_px = part.x_px + 0.5 * (left + right) / part.zoom - self.margin_px
            across = (middle_px - (f.columns - 1) / 2) / f.focal_px
            length = max(1, round(blur_px * (1 + across**2)))
            spare = length + 1
            low, high = max(0, left - spare), min(columns, right + spare)
            band = cv2.blur(np.ascontiguousarray(picture[:, low:high]), (length, 1), borderType=cv2.BORDER_REPLICATE)
            out[:, left:right] = band[:, left - low : right - low]
        return out

    def _noisy(self, picture: Picture, light: LightSetting, part: Region) -> Picture:
        share = light.noise_share * (1.0 if part is self.whole else DETAIL_NOISE_SHARE)
        if share not in self._noise:
            scaled = np.round(self._grain * np.float32(self._facts.noise_sigma * share))
            # Two pictures of bytes: OpenCV adds and subtracts those four times as fast as one of signed numbers.
            brighter, darker = (np.clip(part, 0, 255).astype(np.uint8) for part in (scaled, -scaled))
            self._noise[share] = brighter, darker
        row, column = (int(v) for v in self._chance.integers(NOISE_SPARE_PX, size=2))
        brighter, darker = (_cut(noise, row, column, part) for noise in self._noise[share])
        if light.gain != 1.0:
            picture = np.asarray(cv2.convertScaleAbs(picture, alpha=light.gain), np.uint8)
        return np.asarray(cv2.subtract(cv2.add(picture, brighter), darker), np.uint8)


def _cut(noise: Picture, row: int, column: int, part: Region) -> Picture:
    """As much noise as a part of the picture needs, from a place on; it begins again at the edges."""
    rows, columns = noise.shape[:2]
    if row + part.rows <= rows and column + part.columns <= columns:
        return noise[row : row + part.rows, column : column + part.columns]
    return noise[np.ix_(np.arange(row, row + part.rows) % rows, np.arange(column, column + part.columns) % columns)]
