"""Patches of surface in a home and the boxes that stop light: quads, boxes, turned and cushioned shapes, curtains.

To rays everything is a turned box, also a sofa or a vase: soft light does not tell the difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.world.camera.home.colours import Colour
from simulator.world.camera.home.paint import Paint, fabric

Points = NDArray[np.float64]
# In which order patches are drawn: what stands in front first spares painting what is behind it.
FURNITURE, RUG, PANE, WALL, CEILING, FLOOR = 0, 5, 6, 7, 8, 9
NO_BOX = -1
FOLD_M, FOLD_DEEP_M = 0.115, 0.028  # of a curtain
UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Glow:
    """Light that a patch gives by itself: of a lamp that is on in the evening, or of the sky through a cloth."""

    by: Literal["lamp", "sky"]
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A grid of corners, (rows, columns, 3), its first row on top, with what is painted on it."""

    corners: Points
    normals: Points
    wide_m: float
    tall_m: float
    paint: Paint | Literal["sky"]
    texel_m: float
    lumel_m: float  # light is known once for each piece of this size
    own: int = NO_BOX  # the box whose surface it is: a ray from it does not meet that box
    glow: Glow | None = None
    both_sides: bool = False
    order: int = FURNITURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A light that is on in the evening."""

    at: tuple[float, float, float]
    radius_m: float
    shade: Literal["down", "both"]  # a pendant, or a shade that is open above and below
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The pane that daylight comes through: a corner, two edges and the direction into the room."""

    corner: Points
    across: Points
    up: Points
    inward: Points


class Axes:
    """A frame on the floor: `at(along, inward, up)`; of a wall, `along` runs from its first corner to its second."""

    def __init__(self, x: float, y: float, angle_deg: float) -> None:
        turn = math.radians(angle_deg)
        self.origin = np.array([x, y, 0.0])
        self.angle_deg = angle_deg
        self.along = np.array([math.cos(turn), math.sin(turn), 0.0])
        self.inward = np.array([-math.sin(turn), math.cos(turn), 0.0])

    def at(self, along: float, inward: float, up: float = 0.0) -> Points:
        """A place of this frame in the room."""
        return np.asarray(self.origin + self.along * along + self.inward * inward + UP * up)

    def of(self, x: float, y: float) -> tuple[float, float]:
        """A place of the room in this frame: along, inward."""
        away = np.array([x, y, 0.0]) - self.origin
        return float(away @ self.along), float(away @ self.inward)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A box in a frame: from and to, along, inward and up."""

    along: tuple[float, float]
    inward: tuple[float, float]
    up: tuple[float, float]


@dataclass(slots=True)
class Home:
    """Everything that stands still in a room."""

    patches: list[Patch] = field(default_factory=list)
    boxes: list[tuple[float, ...]] = field(
        default_factory=list
    )  # middle, half sizes, cos, sin, share of light given back
    lamps: list[Lamp] = field(default_factory=list)
    window: Opening | None = None
    sun: Points = field(default_factory=lambda: np.array([0.45, -0.40, 0.80]))  # towards it
    table_m: float = 0.9
    table: tuple[float, float, float, float] = (-99.0, 99.0, -99.0, 99.0)  # x and y that the device's table reaches

    def block(self, axes: Axes, span: Span, *, gives: float = 0.6) -> int:
        """A box that stops light."""
        (s0, s1), (d0, d1), (z0, z1) = span.along, span.inward, span.up
        middle = axes.at((s0 + s1) / 2, (d0 + d1) / 2, (z0 + z1) / 2).tolist()
        half = ((s1 - s0) / 2, (d1 - d0) / 2, (z1 - z0) / 2)
        self.boxes.append((*middle, *half, float(axes.along[0]), float(axes.along[1]), gives))
        return len(self.boxes) - 1

    def quad(
        self, corner: ArrayLike, across: ArrayLike, up: ArrayLike, paint: Paint | Literal["sky"], *,
        texel_m: float = 0.006, lumel_m: float = 0.07, own: int = NO_BOX, order: int = FURNITURE,
    ) -> None:  # fmt: skip
        """A rectangle that faces along across x up."""
        c, a, b = (np.asarray(edge, np.float64) for edge in (corner, across, up))
        normal = np.cross(a, b)
        corners = np.array([[c + b, c + a + b], [c, c + a]])
        normals = np.broadcast_to(normal / np.linalg.norm(normal), corners.shape).copy()
        self.patches.append(
            Patch(
                corners=corners, normals=normals, wide_m=float(np.linalg.norm(a)), tall_m=float(np.linalg.norm(b)),
                paint=paint, texel_m=texel_m, lumel_m=lumel_m, own=own, order=order,
            )
        )  # fmt: skip

    def box(
        self, axes: Axes, span: Span, paint: Paint, *, faces: str = "flrt", front: Paint | None = None,
        top: Paint | None = None, texel_m: float = 0.005, lumel_m: float = 0.05, stops: bool = True, order: int = FURNITURE,
    ) -> int:  # fmt: skip
        """A box by its faces: front (inward end), back, left and right (along), top, under."""
        own = self.block(axes, span) if stops else NO_BOX
        (s0, s1), (d0, d1), (z0, z1) = span.along, span.inward, span.up
        a, n = axes.along * (s1 - s0), axes.inward * (d1 - d0)
        z = UP * (z1 - z0)
        sides = {
            "f": (axes.at(s1, d1, z0), -a, z),
            "b": (axes.at(s0, d0, z0), a, z),
            "r": (axes.at(s1, d0, z0), n, z),
            "l": (axes.at(s0, d1, z0), -n, z),
            "t": (axes.at(s0, d0, z1), a, n),
            "u": (axes.at(s1, d0, z0), -a, n),
        }
        for face in faces:
            laid = {"f": front, "t": top}.get(face) or paint
            self.quad(*sides[face], laid, texel_m=texel_m, lumel_m=lumel_m, own=own, order=order)
        return own

    def turned(
        self, at: tuple[float, float, float], profile: list[tuple[float, float]], paint: Paint, *, sides: int = 18,
        texel_m: float = 0.004, lumel_m: float = 0.03, stops: bool = True, glow: Glow | None = None,
        both_sides: bool = False,
    ) -> None:  # fmt: skip
        """A shape from a potter's wheel: (radius, height) from below to above, outside first."""
        shape = np.array(profile, np.float64)
        turn = np.linspace(0, 2 * np.pi, sides + 1)
        ring = np.stack([np.cos(turn), np.sin(turn)], 1)

        def swept(radius: Points, height: Points) -> Points:
            flat = radius[:, None, None] * ring[None]
            tall = np.broadcast_to(height[:, None, None], (len(height), sides + 1, 1))
            return np.concatenate([flat, tall], 2)[::-1]

        slope = np.gradient(shape, axis=0)
        normal = np.stack([slope[:, 1], -slope[:, 0]], 1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
        radius = float(shape[:, 0].max())
        own = NO_BOX
        if stops:
            reach = 0.78 * radius  # a square as large as the circle, nearly
            low, high = at[2] + float(shape[:, 1].min()), at[2] + float(shape[:, 1].max())
            own = self.block(
                Axes(at[0], at[1], 0.0), Span(along=(-reach, reach), inward=(-reach, reach), up=(low, high))
            )
        self.patches.append(
            Patch(
                corners=swept(shape[:, 0], shape[:, 1]) + np.array(at), normals=swept(normal[:, 0], normal[:, 1]),
                wide_m=2 * math.pi * radius, tall_m=float(np.hypot(*np.diff(shape, axis=0).T).sum()), paint=paint,
                texel_m=texel_m, lumel_m=min(lumel_m, max(0.006, 0.7 * radius)), own=own, glow=glow, both_sides=both_sides,
            )
        )  # fmt: skip

    def cushion(
        self, axes: Axes, middle: tuple[float, float, float], half: tuple[float, float, float], paint: Paint, *,
        round_: float = 0.4, rings: int = 7, sides: int = 16, lumel_m: float = 0.05, stops: bool = True, tilt: float = 0.0,
    ) -> None:  # fmt: skip
        """A superellipsoid: a box at `round_` near 0, a ball at 1; `tilt` leans it back."""
        theta, phi = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, sides + 1), indexing="ij")

        def power(value: Points, exponent: float) -> Points:
            return np.asarray(np.sign(value) * np.abs(value) ** exponent)

        level, height = power(np.sin(theta), round_), power(np.cos(theta), round_)
        unit = np.stack([level * power(np.cos(phi), round_), level * power(np.sin(phi), round_), height], -1)
        flat = power(np.sin(theta), 2 - round_)
        normals = np.stack(
            [
                flat * power(np.cos(phi), 2 - round_) / half[0],
                flat * power(np.sin(phi), 2 - round_) / half[1],
                power(np.cos(theta), 2 - round_) / half[2],
            ],
            -1,
        )
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-9
        c, s = math.cos(tilt), math.sin(tilt)
        lean = np.array([[1, 0, 0], [0, c, -s], [0, s, c]]).T @ np.stack([axes.along, axes.inward, UP])
        own = NO_BOX
        if stops:
            (x, y, z), (rx, ry, rz) = middle, (0.9 * half[0], 0.9 * half[1], 0.9 * half[2])
            own = self.block(axes, Span(along=(x - rx, x + rx), inward=(y - ry, y + ry), up=(z - rz, z + rz)))
        self.patches.append(
            Patch(
                corners=(unit * np.array(half)) @ lean + axes.at(*middle), normals=normals @ lean, wide_m=4 * half[0],
                tall_m=2 * half[2] + half[1], paint=paint, texel_m=0.005, lumel_m=min(lumel_m, 0.35 * min(half)), own=own,
            )
        )  # fmt: skip

    def curtain(
        self, axes: Axes, along: tuple[float, float], inward: float, up: tuple[float, float], c: Colour
    ) -> None:
        """A hanging cloth in folds; by day some of the sky shines through it."""
        s = np.linspace(along[1], along[0], max(8, int((along[1] - along[0]) / 0.018)) + 1)
        turn = 2 * np.pi / FOLD_M
        off = FOLD_DEEP_M * np.sin(turn * s) + 0.010 * np.sin(2.3 * turn * s + 1)
        slope = turn * (FOLD_DEEP_M * np.cos(turn * s) + 0.010 * 2.3 * np.cos(2.3 * turn * s + 1))
        foot = axes.origin + s[:, None] * axes.along + (inward + off)[:, None] * axes.inward
        normals = axes.inward - slope[:, None] * axes.along
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        own = self.block(axes, Span(along=along, inward=(inward - 0.02, inward + 0.02), up=up))
        self.patches.append(
            Patch(
                corners=np.stack([foot + UP * up[1], foot + UP * up[0]]), normals=np.stack([normals, normals]),
                wide_m=along[1] - along[0], tall_m=up[1] - up[0], paint=fabric(c, fine=0.02, slub=0.006), texel_m=0.006,
                lumel_m=0.03, own=own, glow=Glow(by="sky", colour=c),
            )
        )  # fmt: skip
