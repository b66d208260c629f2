"""The finished picture of every surface of a home in one atlas for each light setting, and the mesh that wears it.

Red, green and blue are paint times light as seen; alpha is the share of it that somebody's moving shadow takes away. Drawing
is then one fetch: rgb x (1 - alpha + alpha x open), whatever the light is made of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.world.camera.home.art import sky
from simulator.world.camera.home.looks import Look, exposed, light_of, tone
from simulator.world.camera.home.paint import Floats
from simulator.world.camera.home.shapes import WALL, Home, Patch
from simulator.world.camera.view import Light

WIDE_PX, PAD_PX, LARGEST_PX, ROWS_STEP = 2048, 4, 1400, 64
MIP_LEVELS = 2  # more would bleed over the pads
CELL_M = 1.3  # pieces of this size are left out together when they are out of view
MOST_TAKEN = 0.9
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Neighbouring triangles: from which corner number, how many, and a box around them (8 corners of 4 numbers)."""

    first: int
    count: int
    box: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMesh:
    """All fixed triangles of a home, in the order in which they are drawn."""

    corners: Floats
    uv: Floats
    triangles: NDArray[np.int32]
    clusters: tuple[Cluster, ...]


class Atlas:
    """Where each patch lies in the picture, and the picture for a light."""

    def __init__(self, home: Home, maps: list[Floats], *, seed: int) -> None:
        self._home, self._maps = home, maps
        self._sizes = [(_pixels(patch.wide_m, patch), _pixels(patch.tall_m, patch)) for patch in home.patches]
        self._places, self.rows = _packed(self._sizes)
        self._colours = [
            _painted(patch, size, np.random.Generator(np.random.PCG64([seed, k])))
            for k, (patch, size) in enumerate(zip(home.patches, self._sizes, strict=True))
        ]

    def picture(self, light: Light) -> Pixels:
        """(rows, WIDE_PX, 4) for one light setting."""
        look = exposed(self._home, self._maps, light)
        out = np.zeros((self.rows, WIDE_PX, 4), np.uint8)
        for k, patch in enumerate(self._home.patches):
            (wide, tall), (x, y) = self._sizes[k], self._places[k]
            paint = self._colours[k]
            lit = _window_view(patch, (wide, tall), light) if paint is None else _lit(patch, paint, self._maps[k], look)
            right, below = _padded(wide) - wide - PAD_PX, _padded(tall) - tall - PAD_PX
            whole = cv2.copyMakeBorder(lit, PAD_PX, below, PAD_PX, right, cv2.BORDER_REPLICATE)
            out[y : y + whole.shape[0], x : x + whole.shape[1]] = whole
        return out

    def mesh(self) -> RoomMesh:
        """All triangles, furniture first and the floor last, in clusters that are left out when not in view."""
        corners, uv, at = [], [], 0
        groups: dict[tuple[int, ...], list[NDArray[np.int32]]] = {}
        bounds: dict[tuple[int, ...], list[NDArray[np.float64]]] = {}
        for k, patch in enumerate(self._home.patches):
            rows, columns = patch.corners.shape[:2]
            points = patch.corners.reshape(-1, 3)
            corners.append(points)
            uv.append(self._uv(k, rows, columns))
            first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]).ravel() + at
            below = first + columns
            triangles = np.concatenate(
                [np.stack([first, below, first + 1], 1), np.stack([first + 1, below, below + 1], 1)]
            )
            if patch.both_sides:
                triangles = np.concatenate([triangles, triangles[:, ::-1]])
            cell = tuple(np.floor(points.mean(0) / CELL_M).astype(int).tolist())
            key = (patch.order, k) if patch.order >= WALL else (patch.order, *cell)
            groups.setdefault(key, []).append(triangles.astype(np.int32))
            bounds.setdefault(key, []).append(points)
            at += rows * columns
        clusters, start = [], 0
        keys = sorted(groups, key=lambda key: key[0])
        for key in keys:
            count = 3 * sum(len(part) for part in groups[key])
            clusters.append(Cluster(first=start, count=count, box=_box(np.concatenate(bounds[key]))))
            start += count
        return RoomMesh(
            corners=np.concatenate(corners).astype(np.float32),
            uv=np.concatenate(uv).astype(np.float32),
            triangles=np.concatenate([part for key in keys for part in groups[key]]),
            clusters=tuple(clusters),
        )

    def _uv(self, k: int, rows: int, columns: int) -> NDArray[np.float64]:
        (wide, tall), (x, y) = self._sizes[k], self._places[k]
        u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
        return np.stack([(x + PAD_PX + u.ravel() * wide) / WIDE_PX, (y + PAD_PX + v.ravel() * tall) / self.rows], 1)


def _pixels(long_m: float, patch: Patch) -> int:
    return max(8, min(LARGEST_PX, math.ceil(long_m / patch.texel_m)))


def _padded(size: int) -> int:
    """With its pads, a multiple of four: two halvings then mix no two patches."""
    whole = size + 2 * PAD_PX
    return whole + -whole % 4


def _packed(sizes: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """Places on shelves, the tallest first, and the height of the picture."""
    places = [(0, 0)] * len(sizes)
    x = y = row = 0
    for k in sorted(range(len(sizes)), key=lambda k: -sizes[k][1]):
        wide, tall = _padded(sizes[k][0]), _padded(sizes[k][1])
        if x + wide > WIDE_PX:
            x, y, row = 0, y + row, 0
        places[k] = (x, y)
        x += wide
        row = max(row, tall)
    height = y + row
    return places, height + -height % ROWS_STEP


def _places_m(patch: Patch, size: tuple[int, int]) -> tuple[Floats, Floats]:
    wide, tall = size
    u = (np.arange(wide, dtype=np.float32) + 0.5) * np.float32(patch.wide_m / wide)
    v = (np.arange(tall, dtype=np.float32) + 0.5) * np.float32(patch.tall_m / tall)
    across, down = np.meshgrid(u, v)
    return across, down


def _painted(patch: Patch, size: tuple[int, int], chance: np.random.Generator) -> Pixels | None:
    """What is painted on a patch, without light; None for a window's pane, which shows the sky."""
    if patch.paint == "sky":
        return None
    u, v = _places_m(patch, size)
    return np.asarray(np.clip(patch.paint(u, v, patch.texel_m, chance), 0, 1) * 255 + 0.5).astype(np.uint8)


def _lit(patch: Patch, paint: Pixels, light: Floats, look: Look) -> Pixels:
    """Paint in its light, and what of it a shadow may take."""
    whole, taken = light_of(light, look)
    both = np.concatenate([whole, taken], 2).astype(np.float32)
    fine = cv2.resize(both, (paint.shape[1], paint.shape[0]), interpolation=cv2.INTER_LINEAR)
    linear = (paint.astype(np.float32) / 255) ** 2
    seen = linear * fine[..., :3]
    if patch.glow is not None and patch.glow.by == "lamp":
        seen = seen + np.array(patch.glow.colour, np.float32) * look.glow
    elif patch.glow is not None:
        seen = seen + np.array(patch.glow.colour, np.float32) ** 2 * np.array(look.sky, np.float32) * 0.10
    rgb = np.clip(tone(seen), 0, 1)
    rest = tone(np.maximum(seen - linear * fine[..., 3:], 0))
    share = np.clip(1 - rest.mean(2) / (rgb.mean(2) + 1e-4), 0, MOST_TAKEN)
    return _bytes(rgb, share)


def _window_view(patch: Patch, size: tuple[int, int], light: Light) -> Pixels:
    """The sky as bright as it looks: panes are not exposed with the room."""
    u, v = _places_m(patch, size)
    chance = np.random.Generator(np.random.PCG64(0))  # the sky draws nothing from it
    rgb = np.clip(sky(light)(u, v, patch.texel_m, chance), 0, 1)
    return _bytes(rgb, np.zeros(rgb.shape[:2], np.float32))


def _bytes(rgb: Floats, alpha: Floats) -> Pixels:
    return np.asarray(np.clip(np.dstack([rgb, alpha]) * 255 + 0.5, 0, 255)).astype(np.uint8)


def _box(points: NDArray[np.float64]) -> NDArray[np.float64]:
    (x0, y0, z0), (x1, y1, z1) = points.min(0), points.max(0)
    return np.array([[x, y, z, 1.0] for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)])
