"""What hangs on walls and what windows show: hills in haze, arcs, blocks, a leaf, and the sky over fields."""

from __future__ import annotations

from typing import Literal

import numpy as np

from simulator.world.camera.home.colours import BLUE, CLAY, LEAF, OAK, SAGE, SAND, TERRACOTTA, WALNUT, Colour
from simulator.world.camera.home.paint import Floats, Paint, flat, noise, over
from simulator.world.camera.view import Light

Motif = Literal["hills", "arcs", "blocks", "leaf"]
MOTIFS: tuple[Motif, ...] = ("hills", "arcs", "blocks", "leaf")
INKS = (TERRACOTTA, BLUE, SAGE, SAND, CLAY, LEAF, WALNUT)
# Upper sky, lower sky and land for each light.
SKIES: dict[Light, tuple[Colour, Colour, Colour]] = {
    "day": ((0.62, 0.78, 0.95), (0.93, 0.96, 0.98), (0.62, 0.70, 0.62)),
    "evening": ((0.13, 0.18, 0.32), (0.55, 0.42, 0.42), (0.07, 0.09, 0.12)),
    "lamp": ((0.05, 0.07, 0.13), (0.10, 0.12, 0.20), (0.03, 0.04, 0.05)),
    "dim": ((0.07, 0.09, 0.14), (0.15, 0.17, 0.22), (0.04, 0.05, 0.06)),
    "dark": ((0.02, 0.03, 0.06), (0.04, 0.05, 0.08), (0.015, 0.02, 0.02)),
}


def picture(motif: Motif, *, mat: float = 0.14, frame: Colour = OAK) -> Paint:
    """A picture with a mat and a thin frame; `mat` is its share of the shorter side."""

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        wide, tall = float(u.max()), float(v.max())
        out = _MOTIFS[motif](u, v, texel_m, chance)
        out = out * (1 + 0.012 * noise(u.shape, (2, 2), chance))[..., None]
        inside = np.minimum(np.minimum(u, wide - u), np.minimum(v, tall - v))
        if mat:
            edge = mat * min(wide, tall)
            out = over(out, (0.965, 0.955, 0.935), np.clip((edge - inside) / texel_m + 0.5, 0, 1))
            out *= 1 - 0.25 * np.exp(-(((inside - edge) / 0.004) ** 2))[..., None]
        rim = np.clip((0.016 - inside) / texel_m + 0.5, 0, 1)
        return over(out, (0.9 * frame[0], 0.9 * frame[1], 0.9 * frame[2]), rim)

    return paint


def sky(light: Light) -> Paint:
    """What is seen through a window: already as bright as it looks, no light falls on it."""
    top, low, land = SKIES[light]

    def paint(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
        down = v / v.max()
        out = over(flat(top, u), low, down)
        across = np.linspace(0, 1, u.shape[1], dtype=np.float32)
        for k, base in enumerate((0.66, 0.76, 0.86)):
            ridge = base + 0.03 * np.sin(2 * np.pi * (across * (1 + k) + 0.3 * k))
            ridge += 0.02 * np.sin(2 * np.pi * (across * 3.1 + 0.7 * k))
            cover = np.clip((down - ridge[None]) * v.max() / texel_m + 0.5, 0, 1)
            out = over(out, _between(low, land, 0.45 + 0.25 * k), cover)
        return out

    return paint


def _hills(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
    wide, tall = float(u.max()), float(v.max())
    x, y = u / wide, v / tall
    out = over(flat((0.95, 0.87, 0.76), u), (0.96, 0.93, 0.88), y)
    sun = np.hypot((x - 0.66) * wide, (y - 0.33) * tall)
    out = over(out, (0.93, 0.62, 0.42), np.clip((0.075 * wide - sun) / texel_m + 0.5, 0, 1))
    across = np.linspace(0, 1, u.shape[1])
    for k in range(5):
        ridge = np.full(u.shape[1], 0.44 + 0.11 * k)
        for j in (1, 2, 3):
            ridge += chance.normal(0, 0.05 / j) * np.sin(2 * np.pi * (0.8 * j * across + chance.uniform()))
        cover = np.clip((y - ridge[None]) * tall / texel_m + 0.5, 0, 1).astype(np.float32)
        out = over(out, _between((0.74, 0.76, 0.74), (0.22, 0.33, 0.36), k / 4), cover)
    return out


def _arcs(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
    wide, tall = float(u.max()), float(v.max())
    x, y = u / wide, v / tall
    out = flat((0.94, 0.91, 0.86), u)
    for k, (cx, cy, size) in enumerate(((0.36, 0.72, 0.30), (0.68, 0.40, 0.24))):
        away = np.hypot((x - cx) * wide, (y - cy) * tall) / (1.3 * size * wide)
        half = (y < cy) if k == 0 else (x > cx - 0.3)
        for j in range(4):
            ring = (away < 1 - 0.2 * j) & (away > 0.87 - 0.2 * j) & half
            out[ring] = INKS[(j + 3 * k) % 5]
    return out


def _blocks(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
    x, y = u / float(u.max()), v / float(v.max())
    out = flat((0.93, 0.90, 0.85), u)
    places = ((0.12, 0.60, 0.16, 0.62), (0.50, 0.86, 0.40, 0.84), (0.20, 0.44, 0.55, 0.90), (0.62, 0.80, 0.12, 0.32))
    for ink, (left, right, top, low) in zip((1, 0, 3, 4), places, strict=True):
        inside = (x > left) & (x < right) & (y > top) & (y < low)
        out[inside] = out[inside] * 0.12 + np.array(INKS[ink], np.float32) * 0.88
    return out


def _leaf(u: Floats, v: Floats, texel_m: float, chance: np.random.Generator) -> Floats:
    wide, tall = float(u.max()), float(v.max())
    x, y = u / wide, v / tall
    out = flat((0.93, 0.91, 0.86), u)
    green = np.array(LEAF, np.float32)
    for k in range(7):
        at, side = 0.22 + 0.09 * k, 1 if k % 2 else -1
        turn = 0.7 * side
        dx, dy = (x - 0.5 - 0.16 * side) * wide, (y - at) * tall
        along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        out[(along / (0.16 * wide)) ** 2 + (across / (0.055 * wide)) ** 2 < 1] = green * (0.85 + 0.05 * k)
    stem = np.abs((x - 0.5 - 0.05 * np.sin(3 * y)) * wide) < 0.004
    out[stem & (y > 0.2) & (y < 0.9)] = green * 0.8
    return out


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


_MOTIFS = {"hills": _hills, "arcs": _arcs, "blocks": _blocks, "leaf": _leaf}
