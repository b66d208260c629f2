"""Real photographs through the whole of the eyes: who is believed, and who is believed where nobody is.

Each annotated face is shown in turn, scaled to a width that faces have near a display, in sixteen pictures that shake by a pixel
and carry the noise of a sensor: what the detector finds in one picture is not yet what the eyes believe. Pictures in the folder
that have no row in boxes.csv are of nobody; they are shown whole and at twice the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.common import wilson
from benchmarks.vision_pictures import COLUMNS, ROWS, Rect, annotated, laid, overlap
from benchmarks.vision_scenes import PROMPT
from simulator.onboard.messages import CameraFrame, MotorMode, MotorState, PersonSighting, Shutter, VisionHints
from simulator.onboard.opencv import cv2
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.looking import eyes as eyes_of
from simulator.onboard.vision.models import VisionModels

WIDTHS_PX = (30, 60)  # at 1.1 and 0.6 m
PICTURES = 16
SIGMA = 2.5
LIVELY = 0.5
HIT = 0.15  # a follower's box is that of a face or of a body
KINDS = (".jpg", ".jpeg", ".png")
Surround = Callable[[np.ndarray, int, int], np.ndarray]


def believed_in(folder: Path, models: VisionModels, *, seed: int) -> dict[str, float | int | str]:
    """Shares of faces that are believed, and of pictures of nobody in which somebody is."""
    figures: dict[str, float | int | str] = {}
    faces = annotated(folder)
    for (around, surround), width in product(SURROUNDS.items(), WIDTHS_PX):
        hits, missed = [], []
        for name, k, whole, box in _faces(folder, faces, width, surround):
            people = _watched(whole, models, np.random.default_rng([seed, width, len(hits)]))
            hits.append(any(_same(one, box) for one in people))
            if not hits[-1]:
                missed.append(f"{name} {k}")
        low, high = wilson(sum(hits), len(hits))
        size = f"{width}px{around}"
        figures[f"photos.believed_{size}_pct"] = 100.0 * sum(hits) / max(1, len(hits))
        figures[f"photos.believed_{size}.interval"] = f"{100 * low:.0f} to {100 * high:.0f} of {len(hits)}"
        figures[f"photos.missed_{size}"] = ", ".join(missed)
    wrong, shown = [], 0
    for name, whole in _nobodies(folder, faces):
        shown += 1
        if _watched(whole, models, np.random.default_rng([seed, shown])):
            wrong.append(name)
    figures["photos.nobody_pictures"], figures["photos.false_people"] = shown, len(wrong)
    figures["photos.false_in"] = ", ".join(wrong)
    return figures


def _faces(
    folder: Path, faces: dict[str, list[Rect]], width: int, surround: Surround
) -> Iterator[tuple[str, int, np.ndarray, Rect]]:
    """(picture, number of the face, a frame with it in the middle, where the face is in it)."""
    for name, boxes in faces.items():
        picture = _read(folder / name)
        for k, box in enumerate(boxes):
            scale = width / box[2]
            kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kind)
            x = round(COLUMNS / 2 - scale * (box[0] + box[2] / 2))
            y = round(ROWS / 2 - scale * (box[1] + box[3] / 2))
            yield (
                name,
                k,
                surround(scaled, x, y),
                (scale * box[0] + x, scale * box[1] + y, scale * box[2], scale * box[3]),
            )


def _filled(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """A whole frame of a picture whose corner is at x, y, its edges drawn out."""
    rows, columns = picture.shape[:2]
    top, left = max(0, y), max(0, x)
    below, right = max(0, ROWS - y - rows), max(0, COLUMNS - x - columns)
    whole = cv2.copyMakeBorder(picture, top, below, left, right, cv2.BORDER_REPLICATE)
    at_y, at_x = max(0, -y), max(0, -x)
    return np.ascontiguousarray(whole[at_y : at_y + ROWS, at_x : at_x + COLUMNS])


# A frame is filled up with what is at the edge, or padded with grey, as files of another shape are.
SURROUNDS: dict[str, Surround] = {"": _filled, "_on_grey": laid}


def _nobodies(folder: Path, faces: dict[str, list[Rect]]) -> Iterator[tuple[str, np.ndarray]]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in KINDS and path.name not in faces:
            picture = _read(path)
            for times in (1, 2):
                scale = times * min(COLUMNS / picture.shape[1], ROWS / picture.shape[0])
                scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                x, y = (COLUMNS - scaled.shape[1]) // 2, (ROWS - scaled.shape[0]) // 2
                yield f"{path.name} x{times}", laid(scaled, x, y)


def _read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"{path}: cannot be read as a picture")
    return np.ascontiguousarray(picture[..., ::-1])


def _watched(whole: np.ndarray, models: VisionModels, chance: np.random.Generator) -> list[PersonSighting]:
    """Everybody who was believed in any of the pictures, near enough to count, as last seen."""
    eyes = eyes_of(PROMPT, models)
    believed: dict[int, PersonSighting] = {}
    tick = taken = 0
    while taken < PICTURES:
        motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
        frame = None
        if eyes.frame_wanted(tick):
            dx, dy = (int(v) for v in chance.integers(-1, 2, 2))
            moved = np.roll(whole, (dy, dx), (0, 1)).astype(np.float32)
            noisy = moved + chance.normal(0, SIGMA, whole.shape).astype(np.float32)
            pixels = np.clip(noisy, 0, 255).astype(np.uint8)
            frame = CameraFrame(tick=tick, pixels=pixels, yaw_deg=0.0, rate_dps=0.0)
            taken += 1
        report = eyes.tick(frame, motor, Shutter.OPEN, VisionHints(), Tuning())
        if frame is not None:
            for one in report.people:
                if one.confirmed and one.life >= LIVELY:
                    believed[one.sighting_id] = one
        tick += 1
    return list(believed.values())


def _same(one: PersonSighting, face: Rect) -> bool:
    """Whether somebody believed is whose face this is: the boxes overlap, or the face is on top of a body."""
    box = (one.box.x * COLUMNS, one.box.y * ROWS, one.box.width * COLUMNS, one.box.height * ROWS)
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return overlap(box, face) > HIT or (box[0] < x < box[0] + box[2] and box[1] - face[3] / 2 < y < box[1] + box[3])
