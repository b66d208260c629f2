"""Shapes of the things in a room, in their own axes: x is the front, z is up, the middle of the floor print at 0, 0."""

from __future__ import annotations

import math

import numpy as np

from simulator.world.camera.mesh import Floats, Mesh, box, ellipsoid, quad, tube
from simulator.world.camera.view import ThingView
from simulator.world.spec import ThingSpec

# Texture of each kind; `surface_names` of room.py paints them.
TEXTURES = {
    "wall": "wall", "cabinet": "wood", "shelf": "wood", "table": "wood", "sofa": "sofa", "chair": "wood",
    "counter": "counter", "column": "wall", "pot": "metal", "glass": "glass", "frame": "wood", "vase": "vase",
    "hand": "hand", "cat": "cat", "dog": "dog", "poster": "paper", "television": "black", "mirror": "wood", "coat": "coat",
}  # fmt: skip
ROUND = ("column", "pot", "glass", "vase", "hand")
FLAT = ("poster", "mirror", "television", "frame")
RIM_M = 0.03


def shape_of(thing: ThingSpec) -> list[Mesh]:
    """All triangles of one thing; its `size` is (depth, width)."""
    depth, width = thing.size
    height = thing.height_m
    texture = TEXTURES[thing.kind]
    if thing.kind in ROUND:
        return [tube((0, 0, 0), height, (width / 2, width / 2 * (0.8 if thing.kind == "vase" else 1.0)), texture)]
    if thing.kind == "table":
        return _table(width, depth, height, texture)
    if thing.kind == "chair":
        seat = min(0.45, height)
        back = box((-depth / 2 + 0.02, 0, (seat + height) / 2), (0.04, width, max(0.02, height - seat)), texture)
        return _table(width, depth, seat, texture) + back
    if thing.kind == "sofa":
        seat = min(0.42, 0.55 * height)
        return [
            *box((0.1, 0, seat / 2), (depth - 0.2, width, seat), texture),
            *box((-depth / 2 + 0.12, 0, height / 2), (0.24, width, height), texture),
            *box((0, width / 2 - 0.08, 0.3 * height + 0.15), (depth, 0.16, 0.6 * height + 0.3), texture),
            *box((0, -width / 2 + 0.08, 0.3 * height + 0.15), (depth, 0.16, 0.6 * height + 0.3), texture),
        ]
    if thing.kind == "shelf":
        front = quad((depth / 2 + 0.004, -width / 2, 0), (0, width, 0), (0, 0, height), "books")
        return [*box((0, 0, height / 2), (depth, width, height), texture), front]
    if thing.kind in FLAT:
        return _flat(thing, max(depth, 0.02))
    if thing.kind == "coat":
        return _coat(height)
    if thing.kind in ("cat", "dog"):
        return _pet(depth, height, texture)
    return box((0, 0, height / 2), (depth, width, height), texture)


def placed(place: ThingView, thing: ThingSpec) -> Floats:
    """The 4x4 matrix that puts a thing where it stands; a tipped one lies on its side."""
    turn = math.radians(place.angle_deg)
    c, s = math.cos(turn), math.sin(turn)
    matrix = np.array([[c, -s, 0, place.x_m], [s, c, 0, place.y_m], [0, 0, 1, thing.bottom_m], [0, 0, 0, 1]])
    if place.tipped:
        matrix = matrix @ np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0.5 * thing.size[0]], [0, 0, 0, 1]])
    return matrix.astype(np.float32)


def picture_of(thing: ThingSpec) -> tuple[float, float]:
    """Width and height of the picture on the front of a flat thing."""
    rim = 0.0 if thing.kind == "poster" else RIM_M
    return thing.size[1] - 2 * rim, thing.height_m - 2 * rim


def _flat(thing: ThingSpec, depth: float) -> list[Mesh]:
    kind, width, height = thing.kind, thing.size[1], thing.height_m
    across, up = picture_of(thing)
    front = quad(
        (depth / 2 + 0.004, -across / 2, (height - up) / 2),
        (0, across, 0),
        (0, 0, up),
        f"front:{thing.name}",
        glow=1.0 if kind == "television" else 0.0,
        casts=False,
    )
    return [*box((0, 0, height / 2), (depth, width, height), TEXTURES[kind]), front]


def _table(width: float, depth: float, height: float, texture: str) -> list[Mesh]:
    parts = box((0, 0, height - 0.02), (depth, width, 0.04), texture)
    for sx in (-1, 1):
        for sy in (-1, 1):
            leg = (sx * (depth / 2 - 0.04), sy * (width / 2 - 0.04), (height - 0.04) / 2)
            parts += box(leg, (0.05, 0.05, height - 0.04), texture)
    return parts


def _coat(height: float) -> list[Mesh]:
    """A long coat and a hat on a stand: the outline of a person without one."""
    top = height - 0.28
    return [
        tube((0, 0, 0), height - 0.1, (0.02, 0.02), "wood"),
        tube((0, 0, 0), 0.04, (0.22, 0.20), "wood"),
        tube((0, 0, 0.45), top - 0.45 - 0.12, (0.26, 0.20), "coat"),
        ellipsoid((0, 0, top - 0.12), (0.13, 0.24, 0.10), "coat"),
        ellipsoid((0, 0, height - 0.13), (0.11, 0.11, 0.10), "coat"),
        tube((0, 0, height - 0.10), 0.015, (0.17, 0.17), "black"),
    ]


def _pet(length: float, height: float, texture: str) -> list[Mesh]:
    """A standing cat or dog, from rounded lumps; x is where it looks."""
    body_z, half = 0.58 * height, 0.5 * length
    parts = [ellipsoid((0, 0, body_z), (0.62 * half, 0.20 * height + 0.02, 0.24 * height), texture)]
    head = np.array([0.72 * half, 0.0, 0.84 * height])
    radius = 0.20 * height
    parts.append(ellipsoid(head, (radius, 0.85 * radius, 0.85 * radius), texture))
    parts.append(
        ellipsoid(
            head + np.array([0.9 * radius, 0, -0.25 * radius]), (0.5 * radius, 0.4 * radius, 0.35 * radius), texture
        )
    )
    parts.append(
        ellipsoid(head + np.array([1.35 * radius, 0, -0.15 * radius]), (0.14 * radius,) * 3, "black", rings=4, sides=6)
    )
    for side in (-1, 1):
        parts.append(
            tube(
                head + np.array([-0.1 * radius, side * 0.5 * radius, 0.5 * radius]),
                0.8 * radius,
                (0.3 * radius, 0.02),
                texture,
                sides=6,
            )
        )
        parts.append(
            ellipsoid(
                head + np.array([0.8 * radius, side * 0.35 * radius, 0.2 * radius]),
                (0.13 * radius,) * 3,
                "black",
                rings=4,
                sides=6,
            )
        )
        for end in (-1, 1):
            parts.append(
                tube(
                    (end * 0.42 * half, side * 0.13 * height, 0),
                    0.45 * height,
                    (0.06 * height, 0.08 * height),
                    texture,
                    sides=8,
                )
            )
    parts.append(ellipsoid((-0.78 * half, 0, 0.75 * height), (0.30 * half, 0.04 * height, 0.10 * height), texture))
    return parts
