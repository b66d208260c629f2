"""Coarser copies of a mesh for what is small in the picture: all vertices of a cell become one.

At a seam of the texture two vertices share a place. They stay two, each with the texture of its own side, but move to one
place together: no cracks, and no triangle that reaches across the texture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from simulator.world.camera.mesh import Floats

Ints = NDArray[np.int64]
UV_CELLS = 32  # of the texture's width and height


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinned:
    """A mesh whose vertices are taken from those of a finer one."""

    place: Ints  # for each vertex, the one whose place, normal and bones it has
    paint: Ints  # the one whose place in the texture it has
    triangles: NDArray[np.int32]

    @classmethod
    def of(cls, count: int, triangles: NDArray[np.int32]) -> Thinned:
        """The full mesh, not thinned at all."""
        return cls(place=np.arange(count), paint=np.arange(count), triangles=triangles)


def thinned(vertices: Floats, uv: Floats, mesh: Thinned, *, cell_m: Floats, group: Ints) -> Thinned:
    """The mesh with one vertex a cell; `cell_m` is for each of its vertices, and only those of one group are merged."""
    at = vertices[mesh.place]
    keys = np.column_stack([np.floor(at / cell_m[:, None] + 0.5), np.round(cell_m * 1e5), group]).astype(np.int64)
    cell = _numbered(keys)
    count = np.bincount(cell)
    mean = np.stack([np.bincount(cell, at[:, k]) / count for k in range(3)], 1)
    middle = _nearest(at, mean[cell], cell)
    # A seam may also be a slit in one piece of the texture, as along the jaw: its two sides stay two, as does what lies
    # far apart in the texture.
    island = _islands(len(at), mesh.triangles)
    spot = _numbered(np.column_stack([np.round(at * 1e4).astype(np.int64), island]))
    slit = np.where(np.bincount(spot)[spot] > 1, 1 + np.arange(len(at)), 0)
    part = _numbered(np.column_stack([cell, island, slit, np.floor(uv[mesh.paint] * UV_CELLS).astype(np.int64)]))
    paint = _nearest(at, at[middle[cell]], part)
    a, b, c = cell[mesh.triangles].T
    kept = part[mesh.triangles[(a != b) & (b != c) & (c != a)]]
    used, index = np.unique(kept, return_inverse=True)
    return Thinned(
        place=mesh.place[middle[cell[paint[used]]]],
        paint=mesh.paint[paint[used]],
        triangles=index.reshape(-1, 3).astype(np.int32),
    )


def shared_rows(one: Thinned, other: Thinned) -> tuple[Thinned, NDArray[np.int32], NDArray[np.int32]]:
    """The vertices of two meshes, those in both only once, and the triangles of each with the new numbers."""
    pairs = np.concatenate([np.column_stack([mesh.place, mesh.paint]) for mesh in (one, other)])
    rows, index = np.unique(pairs, axis=0, return_inverse=True)
    index = index.ravel()
    first = np.asarray(index[one.triangles], np.int32)
    second = np.asarray(index[len(one.place) + other.triangles], np.int32)
    return Thinned(place=rows[:, 0], paint=rows[:, 1], triangles=np.concatenate([first, second])), first, second


def _nearest(vertices: Floats, goal: NDArray[np.floating], number: Ints) -> Ints:
    """For each number the one of its vertices that is nearest to its goal."""
    order = np.lexsort((np.linalg.norm(vertices - goal, axis=1), number))
    return order[np.searchsorted(number[order], np.arange(number.max() + 1))]


def _islands(count: int, triangles: NDArray[np.int32]) -> Ints:
    """A number for each vertex: the same where triangles lead from one to the other, so within one piece of the texture."""
    ends = triangles[:, [0, 1]].T, triangles[:, [1, 2]].T
    rows, columns = np.concatenate(ends, axis=1)
    joined = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(count, count))
    return np.asarray(connected_components(joined, directed=False)[1], np.int64)


def _numbered(keys: Ints) -> Ints:
    """Equal rows get equal numbers, from 0 up."""
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel()
