"""Head direction from a face mesh of 468 points. Only yaw, pitch and presence leave this file: a mesh is biometric."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MESH_PX = 192
CROP_OVER_FACE = 1.5  # the close-up is this many times the face box
LEFT, RIGHT, TOP, CHIN = 234, 454, 10, 152  # outline points of the mesh


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPose:
    """Where a face looks, seen from the camera: yaw positive when it looks to the right of the picture."""

    yaw_deg: float
    pitch_deg: float
    presence: float  # probability that the close-up shows a face


class HeadPoser:
    """Runs the face mesh on one close-up."""

    def __init__(self, weights: bytes) -> None:
        self._net = interpreter(weights)
        self._input = self._net.get_input_details()[0]["index"]
        outputs = self._net.get_output_details()
        self._mesh = next(o["index"] for o in outputs if np.prod(o["shape"]) == 468 * 3)
        self._score = next(o["index"] for o in outputs if np.prod(o["shape"]) == 1)

    def pose(self, close_up: NDArray[np.uint8]) -> HeadPose:
        """Head direction in a 192x192 close-up, levelled by the eyes."""
        self._net.set_tensor(self._input, (close_up.astype(np.float32) / 255.0)[None])
        self._net.invoke()
        points = self._net.get_tensor(self._mesh).reshape(468, 3)
        score = float(self._net.get_tensor(self._score).ravel()[0])
        self._net.set_tensor(self._input, np.zeros((1, *close_up.shape), np.float32))  # no face stays in the network
        across, down = points[RIGHT] - points[LEFT], points[CHIN] - points[TOP]
        normal = np.cross(across, down)
        length = float(np.linalg.norm(normal))
        if length < 1e-6:
            return HeadPose(yaw_deg=0.0, pitch_deg=0.0, presence=0.0)
        x, y, z = (float(v) for v in normal / length)
        if z > 0:
            x, y, z = -x, -y, -z
        return HeadPose(
            yaw_deg=math.degrees(math.atan2(x, -z)),
            pitch_deg=math.degrees(math.asin(max(-1.0, min(1.0, -y)))),
            presence=1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score)))),
        )


def interpreter(weights: bytes):  # type: ignore[no-untyped-def]  # the package has no types
    """A network on one thread."""
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(model_content=weights, num_threads=1)
    net.allocate_tensors()
    return net
