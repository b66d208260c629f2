"""Tells a face in a picture from a face in the room: posters, screens and mirrors have four straight edges around it.

In an upright close-up the sides of anything that hangs on a wall stay vertical. From beside the face each strong vertical
edge is followed up and down to its ends; where the ends of a left and a right edge are joined by edges above and below,
the face is inside a frame. A person before a door, a shelf or a television has no unbroken edge across the chest.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2

FRAME_PX: Final = 256
REACH_FACES: Final = 7.0  # half the close-up, in heights of the face box: 1.2 m for a face of the usual size
SMOOTH_PX: Final = 1.0
NOISE_TIMES: Final = 4.0  # an edge is this many times the usual change from pixel to pixel
WEAKEST_EDGE: Final = 10.0
GAP_PX: Final = 3
BESIDE_FACES: Final = (0.6, 6.0)  # sides are looked for this far from the middle of the face, in face heights
MIN_SIDE_FACES: Final = 1.6
JOINED: Final = 0.8  # share of the upper and lower edge that must be seen
CHEST_FACES, CHEST_JOINED = 0.55, 0.75
NECK_PX: Final = 7  # a side passes the face without a gap for at least this far up and down
OUTSIDE_PX: Final = 12
UNBROKEN: Final = 0.75
MOST_BEYOND: Final = 1
PERFECT: Final = 0.97  # an edge without any gap may lie along a seam of the wall
LEAST_TALL: Final = 0.5  # the farther side of a frame seen aslant looks shorter, but not by more than this
MAX_SIDES: Final = 6
HALF_FACES: Final = 1.2
CUT_FACES: Final = 4.0  # 0.7 m: half the width of a large screen
RING_PX, SAME_WALL, LEAST_WALLS = (4, 11), 24.0, 2
NEAR_PX, FAR_PX, OTHER_COLOUR = 5, 16, 14.0

Mask = NDArray[np.bool_]
Side = tuple[int, int, int]  # column, upper and lower end


def framed(close_up: NDArray[np.uint8], *, far: bool = True, cut: bool = False, across: bool = False) -> bool:
    """Whether the face in the middle of a 256x256 upright close-up has a frame around it.

    Around somebody near (`far` is false) the close-up holds half the room, and more has to speak for a frame. Of a face
    `across` the room one side of the frame is enough: somebody may stand before the other. With `cut` so it is where the
    side of the picture, beyond which a close-up is black, cuts off the other.
    """
    face_px = FRAME_PX / (2 * REACH_FACES)
    rising, falling, lying = _edges(close_up)
    middle = FRAME_PX // 2
    first, last = _beside(face_px)
    sides = [
        [
            side
            for mask in (rising, falling)
            for side in _sides(mask, middle + sign * np.arange(first, last), middle, face_px)
        ]
        for sign in (-1, 1)
    ]
    upright = rising | falling
    for left in sides[0]:
        for right in sides[1]:
            for one, other in _completed(upright, left, right):
                if (
                    _closed(lying, one, other, middle, face_px, far=far)
                    and _ends_below(close_up, one, other, middle, face_px)
                    and _hangs(close_up, one, other)
                ):
                    return True
    no_left, no_right = (across or (cut and ends) for ends in _cut_off(close_up, middle, face_px))
    return any(
        _closed(lying, one, other, middle, face_px, far=far, halved=True)
        and _ends_below(close_up, one, other, middle, face_px)
        and _hangs(close_up, one, other, least=1)
        for one, other in _halves(sides, middle, face_px, no_left=no_left, no_right=no_right)
    )


def _cut_off(close_up: NDArray[np.uint8], middle: int, face_px: float) -> tuple[bool, bool]:
    """Whether the picture ends on the left and on the right of the face, so near that a screen would go on beyond."""
    black = close_up[middle].max(1) == 0
    reach = round(CUT_FACES * face_px)
    return bool(black[middle - reach : middle].any()), bool(black[middle : middle + reach].any())


def _halves(
    sides: list[list[Side]], middle: int, face_px: float, *, no_left: bool, no_right: bool
) -> list[tuple[Side, Side]]:
    """Sides whose other one need not be seen, with one made up as far behind the face as a shoulder is wide."""
    reach = round(HALF_FACES * face_px)
    left = [((middle - reach, top, low), (x, top, low)) for x, top, low in sides[1] if no_left]
    return left + [((x, top, low), (middle + reach, top, low)) for x, top, low in sides[0] if no_right]


def _completed(upright: Mask, left: Side, right: Side) -> list[tuple[Side, Side]]:
    """The two sides as found, and as long as the longer of them where the shorter one is only interrupted."""
    found = [(left, right)]
    top, low = min(left[1], right[1]), max(left[2], right[2])
    if all(upright[top:low, side[0]].mean() >= UNBROKEN for side in (left, right)):
        found.append(((left[0], top, low), (right[0], top, low)))
    return found


def _ends_below(close_up: NDArray[np.uint8], left: Side, right: Side, middle: int, face_px: float) -> bool:
    """Whether what is below the face ends at the lower edge: a striped jumper goes on below each stripe."""
    share = (middle - left[0]) / max(1, right[0] - left[0])
    edge = round(left[2] + share * (right[2] - left[2]))
    reach = round(0.4 * face_px)
    columns = slice(middle - reach, middle + reach)
    above = close_up[max(0, edge - FAR_PX) : edge - NEAR_PX, columns].reshape(-1, 3)
    below = close_up[edge + NEAR_PX : edge + FAR_PX, columns].reshape(-1, 3)
    if not len(above) or not len(below):
        return False
    return float(np.abs(above.mean(0) - below.mean(0)).max()) > OTHER_COLOUR


def _hangs(close_up: NDArray[np.uint8], left: Side, right: Side, *, least: int = LEAST_WALLS) -> bool:
    """Whether the same wall is on most sides of a frame, also below the chest, where a person would go on."""
    (xl, top_l, low_l), (xr, top_r, low_r) = left, right
    near, far = RING_PX
    top, low = min(top_l, top_r), max(low_l, low_r)
    middle, reach = FRAME_PX // 2, round(0.4 * FRAME_PX / (2 * REACH_FACES))
    edge = round(low_l + (middle - xl) / max(1, xr - xl) * (low_r - low_l))
    bands = (
        close_up[edge + near : edge + far, middle - reach : middle + reach],
        close_up[top_l + 2 : low_l - 1, max(0, xl - far) : xl - near],
        close_up[top_r + 2 : low_r - 1, xr + near : xr + far],
        close_up[max(0, top - far) : max(1, top - near), xl:xr],
        close_up[low + near : low + far, xl:xr],
    )
    means = [band.reshape(-1, 3).mean(0) if band.size else np.full(3, -1000.0 * k) for k, band in enumerate(bands, 1)]
    walls = [mean for mean in means[1:] if np.abs(mean - means[0]).max() < SAME_WALL]
    return len(walls) >= least


def _closed(
    lying: Mask, left: Side, right: Side, middle: int, face_px: float, *, far: bool, halved: bool = False
) -> bool:
    """Whether edges above and below join two sides, end at the corners and are not interrupted by a chest."""
    (xl, top_l, low_l), (xr, top_r, low_r) = left, right
    if min(top_l, top_r) > middle - 0.5 * face_px or max(low_l, low_r) < middle + face_px:
        return False
    tall_l, tall_r = low_l - top_l, low_r - top_r
    if min(tall_l, tall_r) < LEAST_TALL * max(tall_l, tall_r):
        return False
    upper, lower = _seen(lying, (xl, top_l), (xr, top_r)), _seen(lying, (xl, low_l), (xr, low_r))
    reach = round(CHEST_FACES * face_px)
    chest = lower[OUTSIDE_PX + max(0, middle - reach - xl) : OUTSIDE_PX + middle + reach - xl]
    inner = slice(OUTSIDE_PX, -OUTSIDE_PX)
    if upper[inner].mean() < JOINED or lower[inner].mean() < JOINED or chest.mean() < CHEST_JOINED:
        return False
    if far and min(upper[inner].mean(), lower[inner].mean(), chest.mean()) >= PERFECT:
        return True
    # A frame ends at its corners; seams of a wall, shelves and table edges go on.
    beyond = [
        edge[part].mean() for edge in (upper, lower) for part in (slice(0, OUTSIDE_PX - 3), slice(3 - OUTSIDE_PX, None))
    ]
    return (
        sum(bool(share > 0.6) for share in beyond) <= MOST_BEYOND + 2 * halved
    )  # a half goes on behind whoever hides it


def _beside(face_px: float) -> tuple[int, int]:
    return round(BESIDE_FACES[0] * face_px), min(FRAME_PX // 2 - 2, round(BESIDE_FACES[1] * face_px))


def _edges(close_up: NDArray[np.uint8]) -> tuple[Mask, Mask, Mask]:
    """Ridges of brightness change: upright ones that brighten to the right, that darken, and lying ones."""
    # In colour: a yellow jumper and a beige wall may be equally bright.
    smooth = cv2.GaussianBlur(close_up, (0, 0), SMOOTH_PX)
    steps_x, steps_y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.25)
    # Of a grey picture on a wooden wall red falls and blue rises, on the next plank the other way round by more.
    rises, falls, dy = steps_x.max(2), -steps_x.min(2), np.abs(steps_y).max(2)
    across = np.maximum(rises, falls)
    limit = max(WEAKEST_EDGE / 4, NOISE_TIMES * float(np.median(np.maximum(across, dy))))
    rising, falling = (
        (step > limit) & (step > 0.7 * dy) & (step >= cv2.dilate(step, np.ones((1, 3), np.uint8)))
        for step in (rises, falls)
    )
    lying = (dy > limit) & (dy > 0.7 * across) & (dy >= cv2.dilate(dy, np.ones((3, 1), np.uint8)))
    # Where the close-up reaches beyond the picture it is black: its border is no edge of anything.
    beyond = cv2.dilate((close_up.max(2) == 0).astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    rising, falling, lying = (
        cv2.dilate((mask & ~beyond).astype(np.uint8), np.ones(slack, np.uint8)).astype(bool)
        for mask, slack in ((rising, (3, 5)), (falling, (3, 5)), (lying, (3, 3)))
    )
    return rising, falling, lying


def _sides(upright: Mask, columns: NDArray[np.int64], middle: int, face_px: float) -> list[Side]:
    """Vertical edges beside the face as (column, upper end, lower end), the nearest first."""
    found: list[Side] = []
    beside = upright[middle - NECK_PX : middle + NECK_PX, columns].mean(0)
    for x in columns[beside > 0.8]:
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
    """Where along the straight line from one corner to the other, and a little beyond, an edge is seen."""
    slope = (b[1] - a[1]) / max(1, b[0] - a[0])
    x = np.arange(a[0] - OUTSIDE_PX, b[0] + OUTSIDE_PX + 1)
    y = np.round(a[1] + slope * (x - a[0])).astype(int)
    hits = np.zeros(len(x), bool)
    for slack in (-4, -2, 0, 2, 4):
        hits |= lying[np.clip(y + slack, 0, FRAME_PX - 1), np.clip(x, 0, FRAME_PX - 1)]
    return hits
