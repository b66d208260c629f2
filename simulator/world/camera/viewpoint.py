"""Where a camera stands, where it looks and how much it covers: an ideal pinhole, before lens and sensor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR_M, FAR_M = 0.05, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Where the camera is and what it covers; `pixels` is (columns, rows)."""

    eye: tuple[float, float, float]
    direction_deg: float  # of the room
    pitch_deg: float
    focal_px: float
    pixels: tuple[int, int]
    centre_px: tuple[float, float]
    near_m: float = NEAR_M

    def to_camera(self) -> NDArray[np.float64]:
        """4x4 matrix from the room to the camera: x right, y up, z towards the viewer."""
        yaw, pitch = math.radians(self.direction_deg), math.radians(self.pitch_deg)
        forward = np.array([math.cos(yaw) * math.cos(pitch), math.sin(yaw) * math.cos(pitch), math.sin(pitch)])
        right = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
        matrix = np.eye(4)
        matrix[:3, :3] = [right, np.cross(right, forward), -forward]
        matrix[:3, 3] = -matrix[:3, :3] @ np.array(self.eye)
        return matrix

    def to_clip(self) -> NDArray[np.float64]:
        """4x4 matrix from the room to OpenGL's clip space."""
        columns, rows = self.pixels
        cx, cy = self.centre_px
        projection = np.zeros((4, 4))
        projection[0, 0], projection[0, 2] = 2 * self.focal_px / columns, 1 - 2 * cx / columns
        projection[1, 1], projection[1, 2] = 2 * self.focal_px / rows, 2 * cy / rows - 1
        near = self.near_m
        projection[2, 2:] = -(FAR_M + near) / (FAR_M - near), -2 * FAR_M * near / (FAR_M - near)
        projection[3, 2] = -1
        return projection @ self.to_camera()
