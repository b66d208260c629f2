"""The face detector agrees with the program it was taken from and with OpenCV's own reading of it, and keeps no picture."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from simulator.onboard.opencv import cv2
from simulator.onboard.vision.faces import WEAKEST, YuNet
from simulator.onboard.vision.models import VisionModels

FIVE_PEOPLE = Path(__file__).with_name("five_people.jpg")  # the virtual camera's picture of the tests' room
# What yuface 2023.5.1, which runs these weights in code of its own, says to that picture: it cuts off what follows the point.
BOXES = ((115, 109, 33, 39), (295, 144, 18, 24), (556, 203, 22, 26), (407, 118, 21, 27), (346, 166, 11, 14))
SCORES = (0.91, 0.89, 0.86, 0.85, 0.82)
POINTS = (
    (124, 123, 141, 123, 134, 131, 126, 139, 140, 138),
    (302, 153, 310, 153, 307, 158, 302, 162, 309, 162),
    (563, 213, 573, 214, 568, 218, 563, 222, 571, 223),
    (410, 129, 419, 128, 413, 134, 412, 139, 418, 138),
    (348, 171, 354, 171, 350, 174, 349, 176, 353, 177),
)
CUT_OFF = 1.03  # a pixel, and what another order of sums may change
SMALL = (128, 128)


@pytest.fixture(scope="module")
def weights(models: VisionModels) -> bytes:
    assert models.yunet is not None
    return models.yunet


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(FIVE_PEOPLE))[..., ::-1])


def test_faces_are_where_the_detectors_own_program_finds_them(weights: bytes, picture: np.ndarray) -> None:
    found = YuNet(weights).find(picture)
    assert len(found) == len(BOXES)
    for face, box, score, points in zip(found, BOXES, SCORES, POINTS, strict=True):
        finer = np.array([*face.box, *np.ravel(face.points)]) - np.array([*box, *points])
        assert (finer > 1 - CUT_OFF).all()
        assert (finer < CUT_OFF).all()
        assert face.score == pytest.approx(score, abs=0.011)


@pytest.mark.parametrize("size", [(640, 360), SMALL])
def test_answers_are_read_as_opencv_reads_them(weights: bytes, picture: np.ndarray, size: tuple[int, int]) -> None:
    shown = cv2.resize(picture, size)
    buffer, nothing = np.frombuffer(weights, np.uint8), np.empty(0, np.uint8)
    rows = cv2.FaceDetectorYN.create("onnx", buffer, nothing, size, WEAKEST, 0.3, 200).detect(shown[..., ::-1].copy())[
        1
    ]
    found = YuNet(weights).find(shown)
    assert len(rows) == len(found) > 0
    for row, face in zip(rows, found, strict=True):
        assert face.box == pytest.approx(row[:4], abs=1e-3)
        assert face.score == pytest.approx(row[14], abs=1e-5)
        assert face.points[2] == pytest.approx(row[8:10], abs=1e-3)


def test_an_empty_picture_has_no_faces(weights: bytes) -> None:
    assert YuNet(weights).find(np.zeros((360, 640, 3), np.uint8)) == []


def test_a_tiny_picture_is_answered_alike_by_every_new_network(weights: bytes, picture: np.ndarray) -> None:
    tiny = cv2.resize(picture, (32, 32))
    litter = [np.full(size, 1e30, np.float32) for size in range(100, 20_000, 500)]
    del litter  # memory that is taken up again holds large numbers
    assert len({str(YuNet(weights).find(tiny)) for _ in range(20)}) == 1


def test_what_was_seen_before_changes_nothing(weights: bytes, picture: np.ndarray) -> None:
    small = cv2.resize(picture[90:218, 80:208], SMALL)
    used = YuNet(weights)
    for shown in (picture, small, picture[::-1], small[::-1], picture):
        used.find(shown)
    assert used.find(small) == YuNet(weights).find(small)
    assert used.find(picture) == YuNet(weights).find(picture)


def test_a_file_that_is_no_yunet_is_said(weights: bytes) -> None:
    with pytest.raises(ValueError, match="YuNet file cannot be read"):
        YuNet(b"this is no network")
    with pytest.raises(ValueError, match="YuNet file cannot be read"):
        YuNet(weights.replace(b"bbox_16", b"bbox_17"))


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process read its own memory as a file")
@pytest.mark.parametrize("size", [(640, 360), SMALL])
def test_no_picture_stays_in_the_network(weights: bytes, size: tuple[int, int]) -> None:
    finder = YuNet(weights)
    chance = np.random.default_rng(5)
    shown = chance.integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    line = shown[40, 20:44, 0].astype(np.float32).tobytes()  # as the network is shown it
    before = _copies(line)
    finder.find(shown)
    shown.fill(0)
    assert _copies(line) <= before


def _copies(of: bytes) -> int:
    """How often some bytes are in the memory that this process may write to."""
    found = 0
    with open("/proc/self/maps") as table, open("/proc/self/mem", "rb", 0) as memory:
        for line in table.readlines():
            where, rights, *_ = line.split()
            start, end = (int(number, 16) for number in where.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                found += _read(memory, start, end).count(of)
    return found


def _read(memory: IO[bytes], start: int, end: int) -> bytes:
    """A stretch of memory; the pages in it that nobody may read, which newer C libraries put below a stack, as zeros."""
    memory.seek(start)
    try:
        return memory.read(end - start)
    except OSError:
        if end - start <= mmap.PAGESIZE:
            return bytes(end - start)
        middle = start + (end - start) // (2 * mmap.PAGESIZE) * mmap.PAGESIZE
        return _read(memory, start, middle) + _read(memory, middle, end)
