"""Materials with a true scale: each paints a surface from its places in metres, fine lines fading instead of flickering.

A paint takes U and V (metres across and down), the size of a texel and a source of chance, and gives colours as seen. Noise
stays at one or two hundredths: what detectors trip over in a picture is contrast, and a real wall has little.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.world.camera.home.colours import OAK, STONE, WHITE, Colour

Floats = NDArray[np.float32]
Paint = Callable[[Floats, Floats, float, np.random.Generator], Floats]


def flat(colour: Colour, like: Floats) -> Floats:
    """One colour everywhere."""
    return np.ones((*like.shape, 3), np.float32) * np.array(colour, np.float32)


def noise(shape: tuple[int, ...], cell: tuple[float, float], chance: np.random.Generator) -> Floats:
    """Smooth noise with a sigma of about 1; `cell` is (down, across) in texels."""
    tall, wide = shape
    cells = (max(2, int(tall / max(cell[0], 1.0)) + 2), max(2, int(wide / max(cell[1], 1.0)) + 2))
    coarse = chance.normal(0, 1, cells).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (wide, tall), interpolation=cv2.INTER_CUBIC), np.float32)


def line(x: Floats, at_m: float, width_m: float, texel_m: float) -> Floats:
    """How much of each texel a line of true width covers."""
    covered = np.clip((width_m + texel_m) / 2 - np.abs(x - at_m), 0, min(width_m, texel_m)) / texel_m
    return np.asarray(covered, np.float32)


def grid(x: Floats, pitch_m: float, width_m: float, texel_m: float) -> Floats:
    """The same for lines that come again every `pitch_m`."""
    away = np.abs((x / pitch_m) - np.round(x / pitch_m)) * pitch_m
    covered = np.clip((width_m + texel_m) / 2 - away, 0, min(width_m, texel_m)) / texel_m
    return np.asarray(covered, np.float32)


def over(below: Floats, colour: Colour, cover: NDArray[np.floating]) -> Floats:
    """A colour laid over a painting where it covers."""
    return below + (np.array(colour, np.float32) - below) * cover[..., None].astype(np.float32)


def plain(colour: Colour, *, amount: float = 0.006) -> Paint:
    """Lacquer or glaze."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        grain = 1 + amount * noise(u.shape, (3, 3), chance) + amount * noise(u.shape, (40, 40), chance)
        return flat(colour, u) * grain[..., None]

    return paint


def plaster(colour: Colour) -> Paint:
    """A painted wall."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        broad = noise(u.shape, (0.5 / texel_m, 0.5 / texel_m), chance)
        fine = noise(u.shape, (0.03 / texel_m + 1, 0.05 / texel_m + 1), chance)
        return flat(colour, u) * (1 + 0.006 * broad + 0.004 * fine)[..., None]

    return paint


def planks(
    colour: Colour = OAK, *, wide_m: float = 0.16, long_m: float = 1.9, vary: float = 0.06, upright: bool = False
) -> Paint:
    """Floor boards, or a wall of them."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        along, across = (v, u) if upright else (u, v)
        row = np.floor(across / wide_m).astype(int)
        row -= row.min()
        x = along + chance.uniform(0, long_m, row.max() + 2)[row].astype(np.float32)
        board = np.floor(x / long_m).astype(int)
        board -= board.min()
        size = (row.max() + 2, board.max() + 2)
        tone = chance.normal(0, vary, size).astype(np.float32)[row, board]
        warm = chance.normal(0, 0.02, size).astype(np.float32)[row, board]
        cell = (0.35 / texel_m, 0.012 / texel_m + 1)
        cell = cell if upright else (cell[1], cell[0])
        grain = 0.030 * noise(u.shape, cell, chance)
        grain += 0.020 * noise(u.shape, (2.5 * cell[0], 2.5 * cell[1]), chance)
        out = flat(colour, u) * (1 + tone + grain)[..., None]
        out *= 1 + warm[..., None] * np.array([1, 0, -1.2], np.float32)
        gap = np.maximum(grid(across, wide_m, 0.003, texel_m), grid(x, long_m, 0.003, texel_m))
        return np.asarray(out * (1 - 0.45 * gap)[..., None], np.float32)

    return paint


def wood(colour: Colour = OAK, *, upright: bool = False) -> Paint:
    """A piece of wood without seams."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        cell = (0.008 / texel_m + 1, 0.4 / texel_m)
        cell = (cell[1], cell[0]) if upright else cell
        grain = 0.035 * noise(u.shape, cell, chance)
        grain += 0.025 * noise(u.shape, (3 * cell[0], 3 * cell[1]), chance)
        return flat(colour, u) * (1 + grain)[..., None]

    return paint


def tiles(
    colour: Colour = WHITE, *, wide_m: float = 0.15, tall_m: float = 0.075, joint_m: float = 0.003, bond: bool = True,
    joint: Colour = (0.80, 0.79, 0.77), vary: float = 0.018,
) -> Paint:  # fmt: skip
    """Tiles or bricks with joints, each row shifted by half a tile where they are laid in bond."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        row = np.floor(v / tall_m).astype(int)
        row -= row.min()
        x = u + (row % 2) * np.float32(wide_m / 2 if bond else 0.0)
        column = np.floor(x / wide_m).astype(int)
        column -= column.min()
        tone = chance.normal(0, vary, (row.max() + 2, column.max() + 2)).astype(np.float32)[row, column]
        body = flat(colour, u) * (1 + tone + 0.006 * noise(u.shape, (0.1 / texel_m, 0.1 / texel_m), chance))[..., None]
        return over(body, joint, np.maximum(grid(v, tall_m, joint_m, texel_m), grid(x, wide_m, joint_m, texel_m)))

    return paint


def stone(colour: Colour = STONE, *, vein: float = 0.05) -> Paint:
    """A worktop with faint veins."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        cloud = noise(u.shape, (0.30 / texel_m, 0.30 / texel_m), chance)
        cloud += 0.5 * noise(u.shape, (0.10 / texel_m, 0.12 / texel_m), chance)
        veins = np.exp(-np.abs(cloud) * 9) * np.clip(noise(u.shape, (0.5 / texel_m, 0.5 / texel_m), chance), 0, 2)
        grain = 0.008 * noise(u.shape, (1.5, 1.5), chance)
        grain += 0.01 * noise(u.shape, (0.2 / texel_m, 0.2 / texel_m), chance)
        return np.asarray(flat(colour, u) * (1 - vein * veins + grain)[..., None], np.float32)

    return paint


def fabric(colour: Colour, *, fine: float = 0.05, slub: float = 0.03) -> Paint:
    """Woven cloth."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        weave = noise(u.shape, (1.2, 4), chance) + noise(u.shape, (4, 1.2), chance)
        thick = noise(u.shape, (0.05 / texel_m + 1, 0.05 / texel_m + 1), chance)
        return flat(colour, u) * (1 + 0.5 * fine * weave + slub * thick)[..., None]

    return paint


def carpet(colour: Colour) -> Paint:
    """Short pile."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        pile = 0.035 * noise(u.shape, (1.3, 1.3), chance)
        return flat(colour, u) * (1 + pile + 0.02 * noise(u.shape, (0.3 / texel_m, 0.3 / texel_m), chance))[..., None]

    return paint


def rug(colour: Colour, edge: Colour) -> Paint:
    """A rug with two bands near its edge."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        inside = np.minimum(np.minimum(u, u.max() - u), np.minimum(v, v.max() - v))
        out = fabric(colour, fine=0.06)(u, v, texel_m, chance)
        for at_m, wide_m in ((0.09, 0.03), (0.15, 0.008)):
            out = over(out, edge, np.clip((wide_m / 2 + texel_m / 2 - np.abs(inside - at_m)) / texel_m, 0, 1))
        return out

    return paint
