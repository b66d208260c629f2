"""Simple shapes of triangles: quads that are fine enough to be lit by their corners, boxes, ellipsoids, cylinders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]
PATCH_M = 0.6  # light is computed at corners: larger patches would show no pool of light below a lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """Triangles with a texture; `glow` adds the texture's own light (a screen, a window)."""

    vertices: Floats
    normals: Floats
    uv: Floats
    triangles: NDArray[np.int32]
    texture: str
    glow: float = 0.0
    casts: bool = True
    shadow: NDArray[np.int32] | None = None  # fewer triangles that cast the shadow; None: all of them do
    far: NDArray[np.int32] | None = None  # fewer triangles to draw when it is small in the picture; None: all of them
    is_open: bool = False  # whether its inside can be seen, so that it must be drawn from both sides
    changes: bool = False  # whether its vertices will be moved one by one

    def placed(self, matrix: Floats) -> Mesh:
        """The same shape moved by a rigid 4x4 matrix."""
        return Mesh(
            vertices=self.vertices @ matrix[:3, :3].T + matrix[:3, 3],
            normals=self.normals @ matrix[:3, :3].T,
            uv=self.uv,
            triangles=self.triangles,
            texture=self.texture,
            glow=self.glow,
            casts=self.casts,
            shadow=self.shadow,
            far=self.far,
            is_open=self.is_open,
            changes=self.changes,
        )


def coarse(vertices: Floats, triangles: NDArray[np.int32], *, cell_m: float) -> NDArray[np.int32]:
    """Fewer triangles over the same vertices: those of a cell become one. Good enough for a shadow."""
    cells = np.floor(vertices / cell_m).astype(np.int64)
    _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    merged = first[cell.ravel()][triangles]
    a, b, c = merged.T
    return np.asarray(merged[(a != b) & (b != c) & (c != a)], np.int32)


def quad(
    corner: ArrayLike,
    across: ArrayLike,
    up: ArrayLike,
    texture: str,
    *,
    repeat: tuple[float, float] = (1.0, 1.0),
    glow: float = 0.0,
    casts: bool = True,
) -> Mesh:
    """A rectangle from a corner along two edges; it faces along across x up. The texture's top is at the end of `up`."""
    c, a, b = (np.asarray(v, np.float64) for v in (corner, across, up))
    columns = max(1, int(np.ceil(np.linalg.norm(a) / PATCH_M)))
    rows = max(1, int(np.ceil(np.linalg.norm(b) / PATCH_M)))
    s, t = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1))
    points = c + s.reshape(-1, 1) * a + t.reshape(-1, 1) * b
    normal = np.cross(a, b)
    first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)[None]).ravel()
    left = np.stack([first, first + 1, first + columns + 2], 1)
    right = np.stack([first, first + columns + 2, first + columns + 1], 1)
    return Mesh(
        vertices=points.astype(np.float32),
        normals=np.tile(normal / np.linalg.norm(normal), (len(points), 1)).astype(np.float32),
        uv=np.stack([s.ravel() * repeat[0], (1 - t.ravel()) * repeat[1]], 1).astype(np.float32),
        triangles=np.concatenate([left, right]).astype(np.int32),
        texture=texture,
        glow=glow,
        casts=casts,
    )


def box(centre: ArrayLike, size: ArrayLike, texture: str) -> list[Mesh]:
    """Six sides of a box."""
    c, h = np.asarray(centre, np.float64), np.asarray(size, np.float64) / 2
    x, y, z = np.diag(2 * h)
    low = c - h
    return [
        quad(low + x, y, z, texture),
        quad(low + y, -y, z, texture),
        quad(low, x, z, texture),
        quad(low + x + y, -x, z, texture),
        quad(low + z, x, y, texture),
        quad(low + y, x, -y, texture),
    ]


def ellipsoid(centre: ArrayLike, radii: ArrayLike, texture: str, *, rings: int = 8, sides: int = 14) -> Mesh:
    """A rounded lump: heads, bodies of pets, cushions."""
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, sides + 1), indexing="ij")
    unit = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], -1).reshape(-1, 3)
    r = np.asarray(radii, np.float64)
    normals = unit / r
    return Mesh(
        vertices=(unit * r + np.asarray(centre)).astype(np.float32),
        normals=(normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32),
        uv=np.stack([phi.ravel() / (2 * np.pi), theta.ravel() / np.pi], 1).astype(np.float32),
        triangles=_grid(rings, sides),
        texture=texture,
    )


def tube(bottom: ArrayLike, height: float, radii: tuple[float, float], texture: str, *, sides: int = 12) -> Mesh:
    """An upright cylinder or cone, open below, from the lower radius to the upper one."""
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1)
    b = np.asarray(bottom, np.float64)
    levels = [(0.0, radii[0]), (height, radii[1]), (height, 1e-3)]
    points = np.concatenate([np.column_stack([ring * r, np.full(sides + 1, z)]) for z, r in levels]) + b
    flat = np.column_stack([ring, np.zeros(sides + 1)])
    normals = np.concatenate([flat, 0.5 * flat + [0, 0, 0.5], 0 * flat + [0, 0, 1]])
    u = np.tile(turn / (2 * np.pi), 3)
    return Mesh(
        vertices=points.astype(np.float32),
        normals=(normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32),
        uv=np.stack([u, np.repeat([1.0, 0.05, 0.0], sides + 1)], 1).astype(np.float32),
        triangles=_grid(2, sides),
        texture=texture,
        is_open=True,
    )


def joined(meshes: list[Mesh]) -> list[Mesh]:
    """Meshes of the same texture, glow, shadow and openness merged into one: fewer draw calls."""
    groups: dict[tuple[str, float, bool, bool], list[Mesh]] = {}
    for mesh in meshes:
        groups.setdefault((mesh.texture, mesh.glow, mesh.casts, mesh.is_open), []).append(mesh)
    return [_merge(group) for group in groups.values()]


def _merge(group: list[Mesh]) -> Mesh:
    starts = np.cumsum([0] + [len(m.vertices) for m in group])
    return Mesh(
        vertices=np.concatenate([m.vertices for m in group]),
        normals=np.concatenate([m.normals for m in group]),
        uv=np.concatenate([m.uv for m in group]),
        triangles=np.concatenate([m.triangles + s for m, s in zip(group, starts, strict=False)]).astype(np.int32),
        texture=group[0].texture,
        glow=group[0].glow,
        casts=group[0].casts,
        is_open=group[0].is_open,
    )


def _grid(rows: int, columns: int) -> NDArray[np.int32]:
    first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)[None]).ravel()
    below = first + columns + 1
    return np.concatenate([np.stack([first, below, first + 1], 1), np.stack([first + 1, below, below + 1], 1)]).astype(
        np.int32
    )
