"""Pictures of surfaces: plaster, wood, tiles, books, cloth. All drawn from a seed, none from a photograph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2

Picture = NDArray[np.uint8]  # rows, columns, red green blue
Colour = tuple[int, int, int]

SIZE = 256
# Base colour of what a wall may be made of (world/spec.py: Material).
MATERIALS: dict[str, Colour] = {
    "plaster": (214, 208, 200),
    "tile": (222, 226, 228),
    "glass": (176, 196, 202),
    "wood": (150, 105, 70),
    "curtain": (140, 96, 88),
    "carpet": (120, 116, 128),
    "brick": (164, 96, 76),
    "absorber": (96, 98, 104),
}


def material(name: str, chance: np.random.Generator) -> Picture:
    """One wall material."""
    hue = chance.uniform(-14, 14, 3)
    colour = np.clip(np.array(MATERIALS[name]) + hue, 20, 245)
    if name == "wood":
        return wood(chance, colour)
    base = _plain(colour)
    if name in ("tile", "brick"):
        rows, columns = (8, 4) if name == "tile" else (14, 5)
        seam = 0.8 if name == "tile" else 1.25
        for k in range(rows):
            base[k * SIZE // rows : k * SIZE // rows + 2] *= seam
            shift = (k % 2) * SIZE // columns // 2 if name == "brick" else 0
            for c in range(columns):
                x = (c * SIZE // columns + shift) % SIZE
                base[k * SIZE // rows : (k + 1) * SIZE // rows, x : x + 2] *= seam
    if name == "curtain":
        base *= (0.85 + 0.15 * np.sin(np.arange(SIZE) * 2 * np.pi * 9 / SIZE))[None, :, None]
    return _grained(base, chance, fine=4, coarse=40)


def wood(chance: np.random.Generator, colour: NDArray[np.float64] | Colour = (150, 105, 70)) -> Picture:
    """Planks with grain."""
    grain = cv2.GaussianBlur(chance.normal(0, 1, (SIZE, SIZE)), (0, 0), sigmaX=24, sigmaY=1)
    base = _plain(colour) + 60 * grain[..., None] * np.array([1.0, 0.8, 0.6])
    base[:: SIZE // 8] *= 0.6
    return _grained(base, chance, fine=3, coarse=20)


def cloth(chance: np.random.Generator, colour: Colour) -> Picture:
    """Woven cloth of a sofa or a coat."""
    return _grained(_plain(colour), chance, fine=12, coarse=60)


def books(chance: np.random.Generator) -> Picture:
    """A bookshelf seen from the front."""
    base = _plain((40, 36, 32))
    for row in range(4):
        x = 0
        while x < SIZE:
            width, height = int(chance.integers(6, 18)), int(SIZE / 4 * chance.uniform(0.6, 0.92))
            bottom = (row + 1) * SIZE // 4 - 4
            base[bottom - height : bottom, x : x + width - 1] = chance.integers(30, 220, 3)
            x += width
        base[(row + 1) * SIZE // 4 - 4 : (row + 1) * SIZE // 4] = (130, 90, 60)
    return _grained(base, chance, fine=3, coarse=0)


def painting(chance: np.random.Generator) -> Picture:
    """A framed abstract picture."""
    blobs = chance.integers(20, 230, (5, 6, 3)).astype(np.float64)
    base = cv2.resize(blobs, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    base[:14] = base[-14:] = 25
    base[:, :10] = base[:, -10:] = 25
    return _rounded(base)


def plain(colour: Colour) -> Picture:
    """One colour."""
    return np.full((8, 8, 3), colour, np.uint8)


def landscape(chance: np.random.Generator) -> Picture:
    """What a switched-on television shows when nobody talks on it: hills under a sky."""
    base = _plain((150, 190, 235))
    for k, shade in enumerate(((96, 140, 110), (70, 120, 80), (48, 92, 58))):
        waves = np.cumsum(chance.normal(0, 1.2, SIZE))
        for x in range(SIZE):
            base[int(110 + 36 * k + waves[x]) :, x] = shade
    return np.clip(base, 0, 255).astype(np.uint8)


def _plain(colour: NDArray[np.float64] | Colour) -> NDArray[np.float64]:
    return np.ones((SIZE, SIZE, 3)) * np.asarray(colour, np.float64)


def _grained(base: NDArray[np.float64], chance: np.random.Generator, *, fine: float, coarse: float) -> Picture:
    shape = (SIZE, SIZE)
    noise = fine * cv2.GaussianBlur(chance.normal(0, 1, shape), (0, 0), 1.0)
    if coarse:
        noise = noise + coarse * cv2.GaussianBlur(chance.normal(0, 1, shape), (0, 0), 14.0)
    return _rounded(base + noise[..., None])


def _rounded(values: NDArray[np.float64]) -> Picture:
    return np.clip(values, 0, 255).astype(np.uint8)
