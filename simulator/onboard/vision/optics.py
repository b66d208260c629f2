"""From pixels to directions and back: the lens, its tilt, and straightened close-ups of a part of the picture.

Camera axes: x right, y down, z along the lens. Level axes: x ahead along the floor, y to the left, z up.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import CameraFacts
from simulator.onboard.opencv import cv2
from simulator.onboard.vision.source import Source

Vector = NDArray[np.float64]
Picture = NDArray[np.uint8]


def cross(a: Vector, b: Vector) -> Vector:
    """Vector product of two directions: numpy's own costs 0.1 ms, several times for each face."""
    (x, y, z), (u, v, w) = a.tolist(), b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


class Optics:
    """The geometry of one camera."""

    def __init__(self, facts: CameraFacts) -> None:
        self.facts = facts
        pitch = math.radians(facts.pitch_deg)
        c, s = math.cos(pitch), math.sin(pitch)
        self._level = np.array([[0.0, s, c], [-1.0, 0.0, 0.0], [0.0, -c, s]])  # camera to level axes

    def rays(self, pixels: Vector) -> Vector:
        """Directions (z = 1) in camera axes of pixels, (n, 2); undoes the lens distortion."""
        facts = self.facts
        bent = (pixels - self._middle) / facts.focal_px
        ideal = bent.copy()
        if facts.distortion_k1:
            for _ in range(12):
                ideal = bent / (1 + facts.distortion_k1 * (ideal**2).sum(1, keepdims=True))
        return np.asarray(np.column_stack([ideal, np.ones(len(ideal))]))

    def pixels(self, rays: Vector) -> Vector:
        """Pixels of directions in camera axes; only for directions in front of the lens."""
        ideal = rays[:, :2] / rays[:, 2:3]
        k1 = self.facts.distortion_k1
        if k1:
            # A barrel lens' polynomial folds back outside the picture: hold it where it stops growing.
            r2 = np.minimum((ideal**2).sum(1, keepdims=True), 1 / max(-3 * k1, 1e-9))
            ideal = ideal * (1 + k1 * r2)
        return np.asarray(self._middle + self.facts.focal_px * ideal)

    def level(self, rays: Vector) -> Vector:
        """Camera axes to level axes."""
        return np.asarray(rays @ self._level.T)

    def ray_towards(self, *, bearing_deg: float, elevation_deg: float) -> Vector:
        """The direction in camera axes of a bearing and an elevation over the floor."""
        b, e = math.radians(bearing_deg), math.radians(elevation_deg)
        ray = np.array([math.cos(e) * math.cos(b), math.cos(e) * math.sin(b), math.sin(e)])
        return np.asarray(ray @ self._level)

    def view(self, ray: Vector, *, pixels: int, focal_px: float, roll_deg: float = 0.0) -> View:
        """A close-up that looks along a ray, upright, free of the wide lens' stretching."""
        return View(self, ray, pixels=pixels, focal_px=focal_px, roll_deg=roll_deg)

    @property
    def up(self) -> Vector:
        """The direction of the ceiling in camera axes."""
        return np.asarray(self._level[2])

    @property
    def _middle(self) -> Vector:
        return np.array([(self.facts.columns - 1) / 2, (self.facts.rows - 1) / 2])


class View:
    """A square close-up: which way it looks, and how its pixels become directions."""

    def __init__(self, optics: Optics, ray: Vector, *, pixels: int, focal_px: float, roll_deg: float) -> None:
        forward = ray / math.sqrt(float(ray @ ray))
        right = cross(-optics.up, forward)
        right /= math.sqrt(float(right @ right))
        down = cross(forward, right)
        c, s = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
        self.axes = np.stack([c * right + s * down, c * down - s * right, forward])  # rows: right, down, forward
        self.pixels, self.focal_px = pixels, focal_px
        self._optics = optics

    def rays(self, at: Vector) -> Vector:
        """Directions in the camera's axes of pixels of the close-up."""
        middle = (self.pixels - 1) / 2
        local = np.column_stack([(at - middle) / self.focal_px, np.ones(len(at))])
        return np.asarray(local @ self.axes)

    def cut(self, source: Source, *, exact: bool = False) -> Picture:
        """The close-up's pixels; `exact` ones of two pictures can be compared."""
        facts, n = self._optics.facts, self.pixels
        edge = np.array([[0, 0], [n / 2, 0], [n, 0], [0, n / 2], [n, n / 2], [0, n], [n / 2, n], [n, n]], np.float64)
        outline = self._optics.pixels(self.rays(edge))
        low, high = outline.min(0), outline.max(0)
        part = source.part(low, high, finer=n / float((high - low).max()), exact=exact)
        # A pixel of a finer part is smaller: its middle sits at another fraction of a pixel of the whole picture.
        scale, shift_x, shift_y = part.zoom, (0.5 - part.x_px) * part.zoom - 0.5, (0.5 - part.y_px) * part.zoom - 0.5
        if facts.distortion_k1:
            columns, rows = np.meshgrid(np.arange(n, dtype=np.float64), np.arange(n, dtype=np.float64))
            at = self._optics.pixels(self.rays(np.column_stack([columns.ravel(), rows.ravel()])))
            x = (at[:, 0] * scale + shift_x).reshape(n, n).astype(np.float32)
            y = (at[:, 1] * scale + shift_y).reshape(n, n).astype(np.float32)
            return source.lent(np.asarray(cv2.remap(part.pixels, x, y, cv2.INTER_LINEAR), np.uint8))
        middle, f = (n - 1) / 2, self.focal_px
        to_local = np.array([[1 / f, 0, -middle / f], [0, 1 / f, -middle / f], [0, 0, 1]])
        cx, cy = (facts.columns - 1) / 2, (facts.rows - 1) / 2
        to_whole = np.array([[facts.focal_px, 0, cx], [0, facts.focal_px, cy], [0, 0, 1]])
        to_part = np.array([[scale, 0, shift_x], [0, scale, shift_y], [0, 0, 1]])
        homography = to_part @ to_whole @ self.axes.T @ to_local
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return source.lent(np.asarray(cv2.warpPerspective(part.pixels, homography, (n, n), flags=flags), np.uint8))
