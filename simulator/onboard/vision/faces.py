"""Finds faces with YuNet, on one thread, and leaves no picture in the network: what it was shown is overwritten at once.

Wu, Peng, Yu: "YuNet: a tiny millisecond-level face detector" (2023). At strides of 8, 16 and 32 pixels every cell says how
surely it is a face's, and where box and points lie relative to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2

Picture = NDArray[np.uint8]
WEAKEST: Final = 0.3  # what the detector is asked for; the knob decides above
STRIDES: Final = (8, 16, 32)
HEADS: Final = ("cls", "obj", "bbox", "kps")  # class, objectness, box, points
ANSWERS: Final = tuple(f"{head}_{stride}" for head in HEADS for stride in STRIDES)
SAME_FACE_SHARE: Final = 0.3  # finds that overlap by more than this are one face
MOST_FINDS: Final = 200
# Smaller pictures get a border: on a single coarse cell OpenCV 4.14 reads beside its memory, and answers by chance.
SMALLEST_PX: Final = 2 * STRIDES[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face in pixels of the picture it was found in."""

    box: tuple[float, float, float, float]  # x, y, width, height
    score: float  # 0..1
    points: tuple[tuple[float, float], ...]  # eyes, nose, corners of the mouth; left of the picture first


class FaceFinder(Protocol):
    """Anything that finds faces in a picture."""

    def find(self, picture: Picture) -> list[Face]:
        """Faces in a red-green-blue picture, the best first."""


class YuNet:
    """Sees faces from 11 pixels: 640x360 take 9 ms of one core, a close-up of 128x128 takes 0.8 ms."""

    def __init__(self, weights: bytes) -> None:
        self._weights = np.frombuffer(weights, np.uint8)
        # A network for each size of pictures: OpenCV lays out its memory again, in 1.5 ms, when the size changes.
        self._nets: dict[tuple[int, int], _Sized] = {}
        try:
            self.find(np.zeros((SMALLEST_PX, SMALLEST_PX, 3), np.uint8))
        except cv2.error as error:
            raise ValueError("the YuNet file cannot be read as an ONNX network: is it damaged?") from error

    def find(self, picture: Picture) -> list[Face]:
        """Faces in the picture."""
        rows, columns = picture.shape[:2]
        scores, boxes, points = self._sized((rows, columns)).answers(picture)
        best = np.asarray(
            cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), WEAKEST, SAME_FACE_SHARE, 1.0, MOST_FINDS), np.int64
        )
        return [_face(boxes[k], float(scores[k]), points[k]) for k in best]

    def _sized(self, size: tuple[int, int]) -> _Sized:
        if size not in self._nets:
            self._nets[size] = _Sized(self._weights, size)
        return self._nets[size]


class _Sized:
    """The network for pictures of one size (rows, columns)."""

    def __init__(self, weights: NDArray[np.uint8], size: tuple[int, int]) -> None:
        self._net = cv2.dnn.readNetFromONNX(weights)
        self._size = size
        rows, columns = (STRIDES[-1] * -(-max(pixels, SMALLEST_PX) // STRIDES[-1]) for pixels in size)
        self._padded = np.zeros((rows, columns, 3), np.uint8)
        cells = [_cells(rows // stride, columns // stride, stride) for stride in STRIDES]
        self._corners, self._strides = (np.concatenate(part).astype(np.float32) for part in zip(*cells, strict=True))

    def answers(self, picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Scores, boxes (x, y, width, height) and points (five times x, y) of every cell that may be a face's."""
        rows, columns = self._size
        self._padded[:rows, :columns] = picture
        blob = cv2.dnn.blobFromImage(self._padded, swapRB=True)
        self._net.setInput(blob)
        said = self._net.forward(ANSWERS)
        for held in (self._padded, blob):
            held.fill(0)
        self._net.setInput(blob)
        kind, thing, box, points = (
            np.concatenate([part[0] for part in said[k : k + len(STRIDES)]])
            for k in range(0, len(ANSWERS), len(STRIDES))
        )
        score = np.sqrt(np.clip(kind[:, 0], 0, 1) * np.clip(thing[:, 0], 0, 1))
        maybe = score >= WEAKEST
        corner, stride = self._corners[maybe], self._strides[maybe]
        size = np.exp(box[maybe, 2:]) * stride
        low = corner + box[maybe, :2] * stride - 0.5 * size
        return score[maybe], np.hstack([low, size]), np.tile(corner, 5) + points[maybe] * stride


def _cells(down: int, across: int, stride: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The upper left corners of the cells, row by row, and the stride for each."""
    y, x = np.mgrid[:down, :across] * stride
    return np.column_stack([x.ravel(), y.ravel()]), np.full((down * across, 1), stride)


def _face(box: NDArray[np.float32], score: float, points: NDArray[np.float32]) -> Face:
    at = points.astype(float).reshape(5, 2)
    eyes, mouth = (sorted((float(x), float(y)) for x, y in at[rows]) for rows in ([0, 1], [3, 4]))
    x, y, width, height = (float(v) for v in box)
    return Face(box=(x, y, width, height), score=score, points=(*eyes, (float(at[2, 0]), float(at[2, 1])), *mouth))
