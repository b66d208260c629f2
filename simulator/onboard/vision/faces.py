"""Finds faces: the built-in detector (libfacedetection, compiled into the yuface package) or a YuNet file of the user's."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2

Picture = NDArray[np.uint8]
WEAKEST = 0.3  # what detectors are asked for; the knob decides above


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face in pixels of the picture it was found in."""

    box: tuple[float, float, float, float]  # x, y, width, height
    score: float  # 0..1
    points: tuple[tuple[float, float], ...]  # eyes, nose, corners of the mouth; left of the picture first


class FaceFinder(Protocol):
    """A face detector."""

    def find(self, picture: Picture) -> list[Face]:
        """Faces in a red-green-blue picture, the best first."""


class YuFace:
    """The built-in detector: sees faces from 11 pixels, 30 ms for 640x360 on one core."""

    def __init__(self) -> None:
        # Its compiled part starts one thread per core when it is first loaded: OMP_NUM_THREADS=1 must be set before.
        from yuface import detect

        self._detect = detect

    def find(self, picture: Picture) -> list[Face]:
        """Faces in the picture."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of large pictures, which the stage never sends
            scores, boxes, points = self._detect(np.ascontiguousarray(picture[..., ::-1]), WEAKEST)
        found = [
            _face(tuple(map(float, box)), float(score) / 100, point.astype(float).reshape(5, 2))
            for score, box, point in zip(scores, boxes, points, strict=True)
        ]
        return sorted(found, key=lambda face: -face.score)


class YuNet:
    """YuNet through OpenCV, twice as fast; its weights come from the user."""

    def __init__(self, weights: bytes) -> None:
        buffer = np.frombuffer(weights, np.uint8)
        try:
            empty = np.empty(0, np.uint8)
            self._net = cv2.FaceDetectorYN.create("onnx", buffer, empty, (320, 320), WEAKEST, 0.3, 200)
        except cv2.error as error:
            raise ValueError("the YuNet file cannot be read as an ONNX network: is it damaged?") from error

    def find(self, picture: Picture) -> list[Face]:
        """Faces in the picture."""
        self._net.setInputSize((picture.shape[1], picture.shape[0]))
        rows = self._net.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
        if rows is None:
            return []
        found = [_face(tuple(map(float, row[:4])), float(row[14]), row[4:14].reshape(5, 2)) for row in rows]
        return sorted(found, key=lambda face: -face.score)


def face_finder(yunet: bytes | None) -> FaceFinder:
    """The best face detector there is."""
    return YuFace() if yunet is None else YuNet(yunet)


def _face(box: tuple[float, ...], score: float, points: NDArray[np.floating]) -> Face:
    eyes, mouth = (sorted((float(x), float(y)) for x, y in points[rows]) for rows in ([0, 1], [3, 4]))
    nose = (float(points[2][0]), float(points[2][1]))
    return Face(box=(box[0], box[1], box[2], box[3]), score=score, points=(*eyes, nose, *mouth))
