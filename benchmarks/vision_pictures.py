"""Faces in real photographs, each shown to the detector at the sizes that faces have across a room.

`boxes.csv` in the folder has a row for each face: file,x,y,width,height in pixels. Every face is scaled to the width in question
and laid into the middle of a grey picture of 640x360, at four places two pixels apart because a small face is a matter of luck.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.common import wilson
from simulator.onboard.opencv import cv2
from simulator.onboard.vision.faces import FaceFinder

WIDTHS_PX = (11, 14, 18, 34)  # at 3.0, 2.4, 1.9 and 1.0 m in the device's camera
THRESHOLDS = (
    0.5,
    0.35,
)  # what is usual for this detector, and what the eyes ask of the whole picture before a close-up
COLUMNS, ROWS, GREY = 640, 360, 114
SHIFTS_PX = ((0, 0), (2, 0), (0, 2), (2, 2))
HIT = 0.25  # annotations are looser or tighter around a face than the detector
Rect = tuple[float, float, float, float]


def faces_at_each_size(folder: Path, finder: FaceFinder) -> dict[str, float | int | str]:
    """Share of faces found at each width, and finds that are nobody's for each picture."""
    faces = annotated(folder)
    figures: dict[str, float | int | str] = {"pictures": len(faces), "faces": sum(map(len, faces.values()))}
    for width in WIDTHS_PX:
        hits, others = defaultdict[float, list[bool]](list), defaultdict[float, list[int]](list)
        for shown, wanted, rest in _shown(folder, faces, width):
            finds = finder.find(shown)
            for threshold in THRESHOLDS:
                boxes = [face.box for face in finds if face.score >= threshold]
                hits[threshold].append(any(overlap(box, wanted) > HIT for box in boxes))
                others[threshold].append(sum(all(overlap(box, one) <= HIT for one in (wanted, *rest)) for box in boxes))
        for threshold in THRESHOLDS:
            found, trials = sum(hits[threshold]), len(hits[threshold])
            low, high = wilson(found, trials)
            name = f"pictures.recall_{width}px_over_{threshold}"
            figures[name] = found / trials
            figures[f"{name}.interval"] = f"{low:.2f} to {high:.2f} of {trials}"
            figures[f"pictures.others_{width}px_over_{threshold}"] = sum(others[threshold]) / trials
    return figures


def annotated(folder: Path) -> dict[str, list[Rect]]:
    table = folder / "boxes.csv"
    if not table.is_file():
        raise SystemExit(f"{table}: there is no such file; it must have the columns file,x,y,width,height")
    faces: dict[str, list[Rect]] = defaultdict(list)
    with table.open(newline="") as rows:
        for row in csv.DictReader(rows):
            faces[row["file"]].append((float(row["x"]), float(row["y"]), float(row["width"]), float(row["height"])))
    return dict(sorted(faces.items()))


def _shown(folder: Path, faces: dict[str, list[Rect]], width_px: int) -> Iterator[tuple[np.ndarray, Rect, list[Rect]]]:
    """(a picture, the face that it is about, the other annotated faces), each face in turn."""
    for name, boxes in faces.items():
        picture = cv2.imread(str(folder / name))
        if picture is None:
            raise SystemExit(f"{folder / name}: cannot be read as a picture")
        for k, box in enumerate(boxes):
            scale = width_px / box[2]
            kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kind)[..., ::-1]
            for right, down in SHIFTS_PX:
                x = round(COLUMNS / 2 - scale * (box[0] + box[2] / 2)) + right
                y = round(ROWS / 2 - scale * (box[1] + box[3] / 2)) + down
                moved = [(scale * a + x, scale * b + y, scale * w, scale * h) for a, b, w, h in boxes]
                yield laid(scaled, x, y), moved[k], moved[:k] + moved[k + 1 :]


def laid(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """A grey picture with another on it, whose upper left corner is at x, y."""
    whole = np.full((ROWS, COLUMNS, 3), GREY, np.uint8)
    left, top = max(0, x), max(0, y)
    part = picture[top - y : ROWS - y, left - x : COLUMNS - x]
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return whole


def overlap(a: Rect, b: Rect) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0.0, width) * max(0.0, height)
    return both / (a[2] * a[3] + b[2] * b[3] - both)
