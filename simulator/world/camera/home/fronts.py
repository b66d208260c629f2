"""Fronts of furniture: cupboards and drawers with gaps and handles, doors of rooms, rows of books."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.home.colours import (
    BLUE,
    BRASS,
    CREAM,
    GREY,
    LINEN,
    SAGE,
    SAND,
    TERRACOTTA,
    WALNUT,
    WHITE,
    Colour,
)
from simulator.world.camera.home.paint import Floats, Paint, flat, grid, line, over, plain

GAP_M = 0.004
Real = NDArray[np.floating]
BOOK_COLOURS = (LINEN, TERRACOTTA, BLUE, SAGE, CREAM, WALNUT, SAND, WHITE, GREY)


def cupboards(colour: Colour, *, module_m: float = 0.6, handle: Colour = BRASS) -> Paint:
    """Doors side by side, their bars at the edges that open."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        wide = _module(u, module_m)
        x = u % wide
        out = plain(colour)(u, v, texel_m, chance)
        out *= (1 - 0.62 * grid(u, wide, GAP_M, texel_m))[..., None]
        opens_right = np.floor(u / wide) % 2 == 0
        across = np.abs(np.where(opens_right, x - (wide - 0.045), x - 0.045)) - 0.006
        return _bar(out, across, np.abs(v - 0.10) - 0.06, handle, texel_m)

    return paint


def drawers(
    colour: Colour, *, module_m: float = 0.6, handle: Colour = BRASS, rows: tuple[float, ...] = (0.0, 0.5)
) -> Paint:
    """Drawers above each other; `rows` are their upper edges as shares of the height."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        wide, tall = _module(u, module_m), float(v.max())
        x = u % wide
        gap = grid(u, wide, GAP_M, texel_m)
        for share in rows[1:]:
            gap = np.maximum(gap, line(v, share * tall, GAP_M, texel_m))
        out = plain(colour)(u, v, texel_m, chance) * (1 - 0.62 * gap)[..., None]
        across = np.abs(x - wide / 2) - min(0.08, 0.3 * wide)
        for share in rows:
            out = _bar(out, across, np.abs(v - share * tall - 0.045) - 0.006, handle, texel_m)
        return out

    return paint


def room_door(colour: Colour, *, handle: Colour = BRASS) -> Paint:
    """A door with two panels and a latch."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        out = plain(colour)(u, v, texel_m, chance)
        wide, tall = float(u.max()), float(v.max())
        for top, low in ((0.08, 0.50), (0.56, 0.95)):
            dx = np.abs(u - wide / 2) - (wide / 2 - 0.12)
            dy = np.abs(v - tall * (top + low) / 2) - tall * (low - top) / 2
            edge = np.exp(-((np.maximum(dx, dy) / 0.012) ** 2))
            lit = np.where(dy > dx, np.sign(v - tall * (top + low) / 2), np.sign(u - wide / 2))
            out *= (1 + 0.07 * lit * edge)[..., None]
        return _bar(out, np.abs(u - 0.09) - 0.055, np.abs(v - 0.53 * tall) - 0.009, handle, texel_m)

    return paint


def books() -> Paint:
    """Books on a board."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        out = flat((0.30, 0.26, 0.22), u)
        tall, x = float(v.max()), 0.0
        while x < float(u.max()):
            wide, high = float(chance.uniform(0.018, 0.045)), tall * float(chance.uniform(0.66, 0.93))
            colour = np.array(BOOK_COLOURS[int(chance.integers(len(BOOK_COLOURS)))], np.float32)
            colour *= float(chance.uniform(0.75, 0.95))
            back = (u >= x) & (u < x + wide) & (v > tall - high)
            out[back] = colour * (0.80 + 0.2 * np.sin(np.pi * (u[back] - x) / wide))[:, None]
            out[back & (np.abs(v - (tall - 0.8 * high)) < 0.006)] *= 0.8
            x += wide + 0.001
        return out

    return paint


def _module(u: Floats, module_m: float) -> float:
    """The width of one front, so that a whole number of them fits."""
    wide = float(u.max())
    return wide / max(1, round(wide / module_m))


def _bar(out: Floats, dx: Real, dy: Real, colour: Colour, texel_m: float) -> Floats:
    """A handle and the shadow below it; dx and dy are distances from its edges, negative inside."""
    shadow = np.clip((0.004 - np.maximum(dx, dy - 0.004)) / 0.008, 0, 1) * 0.35
    cover = np.clip((texel_m / 2 - np.maximum(dx, dy)) / texel_m, 0, 1)
    return over(out * (1 - shadow)[..., None], colour, cover)
