"""Tells a face in a picture from a face in the room: posters, screens and mirrors have four straight edges around it.

In an upright close-up the sides of anything that hangs on a wall stay vertical. From beside the face each strong vertical
edge is followed up and down to its ends; where the ends of a left and a right edge are joined by edges above and below,
the face is inside a frame. A person before a door, a shelf or a television has no unbroken edge across the chest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2

FRAME_PX = 256
REACH_FACES = 7.0  # half the close-up, in heights of the face box: 1.2 m for a face of the usual size
SMOOTH_PX = 1.0
NOISE_TIMES = 4.0  # an edge is this many times the usual change from pixel to pixel
WEAKEST_EDGE = 10.0
GAP_PX = 4
BESIDE_FACES = (0.6, 6.0)  # sides are looked for this far from the middle of the face, in face heights
MIN_SIDE_FACES = 1.6
JOINED = 0.75  # share of the upper and lower edge that must be seen
CHEST_FACES, CHEST_JOINED = 0.55, 0.85
MAX_SIDES = 6

Mask = NDArray[np.bool_]


def framed(close_up: NDArray[np.uint8]) -> bool:
    """Whether the face in the middle of a 256x256 upright close-up has a frame around it."""
    face_px = FRAME_PX / (2 * REACH_FACES)
    upright, lying = _edges(close_up)
    middle = FRAME_PX // 2
    left = _sides(upright, middle - np.arange(*_beside(face_px)), middle, face_px)
    right = _sides(upright, middle + np.arange(*_beside(face_px)), middle, face_px)
    for xl, top_l, low_l in left:
        for xr, top_r, low_r in right:
            above = min(top_l, top_r) < middle - 0.5 * face_px
            tall = min(low_l - top_l, low_r - top_r) / max(low_l - top_l, low_r - top_r)
            if not above or tall < 0.45:
                continue
            upper = _seen(lying, (xl, top_l), (xr, top_r))
            lower = _seen(lying, (xl, low_l), (xr, low_r))
            # A body would interrupt the lower edge just below its face.
            chest = lower[
                max(0, round(middle - CHEST_FACES * face_px) - xl) : round(middle + CHEST_FACES * face_px) - xl
            ]
            if upper.mean() >= JOINED and lower.mean() >= JOINED and chest.mean() >= CHEST_JOINED:
                return True
    return False


def _beside(face_px: float) -> tuple[int, int]:
    return round(BESIDE_FACES[0] * face_px), min(FRAME_PX // 2 - 2, round(BESIDE_FACES[1] * face_px))


def _edges(close_up: NDArray[np.uint8]) -> tuple[Mask, Mask]:
    """Where brightness changes across upright and across lying lines; one pixel of slack on each side."""
    grey = cv2.GaussianBlur(cv2.cvtColor(close_up, cv2.COLOR_RGB2GRAY), (0, 0), SMOOTH_PX)
    dx = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25))
    dy = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25))
    limit = max(WEAKEST_EDGE / 4, NOISE_TIMES * float(np.median(np.maximum(dx, dy))))
    upright, lying = (dx > limit) & (dx > 0.7 * dy), (dy > limit) & (dy > 0.7 * dx)
    slack = np.ones((3, 3), np.uint8)
    return (
        cv2.dilate(upright.astype(np.uint8), slack).astype(bool),
        cv2.dilate(lying.astype(np.uint8), slack).astype(bool),
    )


def _sides(upright: Mask, columns: NDArray[np.int64], middle: int, face_px: float) -> list[tuple[int, int, int]]:
    """Vertical edges beside the face as (column, upper end, lower end), the nearest first."""
    found: list[tuple[int, int, int]] = []
    for x in columns:
        if found and abs(x - found[-1][0]) <= 3:
            continue
        top, low = _run(upright[:, x], middle)
        if low - top >= MIN_SIDE_FACES * face_px and top > 2 and low < FRAME_PX - 3:
            found.append((int(x), top, low))
        if len(found) == MAX_SIDES:
            break
    return found


def _run(line: Mask, start: int) -> tuple[int, int]:
    """How far an edge goes on in both directions from a row, over small gaps."""
    ends = []
    for step in (-1, 1):
        end, gap, at = start, 0, start
        while 0 <= at < len(line) and gap <= GAP_PX:
            if line[at]:
                end, gap = at, 0
            else:
                gap += 1
            at += step
        ends.append(end)
    return ends[0], ends[1]


def _seen(lying: Mask, a: tuple[int, int], b: tuple[int, int]) -> Mask:
    """Where along the straight line from one corner to the other an edge is seen."""
    x = np.arange(a[0], b[0] + 1)
    y = np.linspace(a[1], b[1], len(x)).round().astype(int)
    hits = np.zeros(len(x), bool)
    for slack in (-2, 0, 2):
        hits |= lying[np.clip(y + slack, 0, FRAME_PX - 1), x]
    return hits
