"""Small things of a home: lamps, dishes, plants, pictures, fruit."""

from __future__ import annotations

import math

import numpy as np

from simulator.world.camera.home import art
from simulator.world.camera.home.colours import DARK, LEAF, LINEN, OAK, SHADE, TERRACOTTA, Colour
from simulator.world.camera.home.paint import fabric, plain
from simulator.world.camera.home.shapes import UP, Axes, Glow, Home, Lamp, Patch, Span

Place = tuple[float, float, float]


def place(axes: Axes, along: float, inward: float, up: float) -> Place:
    """A place of a frame as three numbers."""
    x, y, z = axes.at(along, inward, up).tolist()
    return x, y, z


def pendant(home: Home, at: Place, ceiling_m: float, *, radius_m: float = 0.17, colour: Colour = LINEN) -> None:
    """A lamp that hangs from the ceiling; lower ones light a smaller place."""
    x, y, z = at
    r = radius_m
    shade = [(r, 0), (0.93 * r, 0.35 * r), (0.62 * r, 0.72 * r), (0.03, 0.95 * r), (0.02, 1.1 * r), (0.001, 1.1 * r)]
    home.turned(at, shade, plain(colour), sides=22, stops=False, lumel_m=0.05)
    bulb = [(0.001, 0), (0.045, 0.015), (0.05, 0.05), (0.03, 0.09)]
    glow = Glow(by="lamp", colour=(1.6, 1.35, 1.0))
    home.turned((x, y, z - 0.03), bulb, plain((1.0, 0.96, 0.88)), sides=14, stops=False, glow=glow)
    if ceiling_m - z > r:
        cord = [(0.004, 0), (0.004, ceiling_m - z - r)]
        home.turned((x, y, z + r), cord, plain(DARK), sides=5, stops=False)
    strength = min(1.0, max(0.1, (z - home.table_m) / 1.5)) ** 1.6
    home.lamps.append(Lamp(at=(x, y, z - 0.02), radius_m=0.05, shade="down", strength=strength))


def table_lamp(home: Home, at: Place, *, scale: float = 1.0, colour: Colour = TERRACOTTA) -> None:
    """A lamp with a round foot and a cloth shade."""
    x, y, z = at
    k = scale
    foot = [(0.055, 0), (0.075, 0.03), (0.085, 0.09), (0.06, 0.15), (0.018, 0.19), (0.014, 0.25)]
    home.turned(at, [(k * r, k * h) for r, h in foot], plain(colour), sides=24, lumel_m=0.015)
    glow = Glow(by="lamp", colour=(0.95, 0.74, 0.48))
    shade = [(0.13 * k, 0), (0.095 * k, 0.17 * k)]
    home.turned(
        (x, y, z + 0.22 * k),
        shade,
        fabric(SHADE, fine=0.02, slub=0.0),
        sides=24,
        stops=False,
        glow=glow,
        both_sides=True,
    )
    home.lamps.append(Lamp(at=(x, y, z + 0.31 * k), radius_m=0.05, shade="both", strength=0.30))


def floor_lamp(home: Home, x: float, y: float) -> None:
    """A lamp on a tall stand."""
    stand = [(0.13, 0), (0.13, 0.015), (0.012, 0.02), (0.010, 1.42)]
    home.turned((x, y, 0.0), stand, plain(DARK), sides=16, stops=False)
    glow = Glow(by="lamp", colour=(0.85, 0.66, 0.43))
    shade = fabric(SHADE, fine=0.02, slub=0.0)
    home.turned((x, y, 1.38), [(0.20, 0), (0.15, 0.24)], shade, sides=24, stops=False, glow=glow, both_sides=True)
    home.lamps.append(Lamp(at=(x, y, 1.5), radius_m=0.06, shade="both", strength=0.55))


def cup(home: Home, at: Place, colour: Colour) -> None:
    """A mug without its handle."""
    r, h = 0.038, 0.085
    profile = [(0.75 * r, 0), (r, 0.3 * h), (r, h), (0.9 * r, h), (0.88 * r, 0.25 * h), (0.001, 0.2 * h)]
    home.turned(at, profile, plain(colour), sides=16)


def bottle(home: Home, at: Place, colour: Colour, *, tall_m: float = 0.27) -> None:
    """Oil or wine."""
    h = tall_m
    profile = [(0.034, 0), (0.036, 0.01), (0.036, 0.55 * h), (0.014, 0.74 * h), (0.013, h), (0.001, h)]
    home.turned(at, profile, plain(colour), sides=14)


def bowl(home: Home, at: Place, colour: Colour) -> None:
    """A wide bowl."""
    profile = [(0.03, 0), (0.09, 0.02), (0.125, 0.06), (0.122, 0.06), (0.08, 0.026), (0.001, 0.018)]
    home.turned(at, profile, plain(colour), sides=24)


def fruit(home: Home, at: Place, colours: tuple[Colour, Colour]) -> None:
    """Four round fruits close together, as they lie in a bowl."""
    x, y, z = at
    for k, (dx, dy) in enumerate(((-0.03, -0.01), (0.03, 0.02), (0.01, -0.04), (0.0, 0.04))):
        axes = Axes(x + dx, y + dy, 0.0)
        size = (0.034, 0.034, 0.032)
        home.cushion(axes, (0, 0, z + 0.058), size, plain(colours[k % 2]), round_=1.0, rings=6, sides=10, stops=False)


def plant(
    home: Home, at: Place, *, tall_m: float, seed: int, pot: Colour = TERRACOTTA, leaves: int = 22,
    spread: float = 0.8, pot_m: float = 0.07,
) -> None:  # fmt: skip
    """A pot with bending leaves."""
    x, y, z = at
    r, high = pot_m, 1.9 * pot_m
    rim = [(0.72 * r, 0), (0.95 * r, 0.9 * high), (r, 0.92 * high), (r, high), (0.86 * r, high), (0.84 * r, 0.9 * high)]
    home.turned(at, [*rim, (0.001, 0.88 * high)], plain(pot), sides=18)
    chance = np.random.Generator(np.random.PCG64(seed))
    for k in range(leaves):
        turn = 2.4 * k + chance.uniform(-0.3, 0.3)  # nearly the golden angle, as leaves grow
        rise, long_m = chance.uniform(0.55, 1.35), tall_m * chance.uniform(0.55, 1.0)
        t = np.linspace(0, 1, 6)
        q = t[:, None]
        out = np.array([math.cos(turn), math.sin(turn), 0.0])
        side = np.array([-math.sin(turn), math.cos(turn), 0.0])
        rib = np.array([x, y, z + 0.85 * high]) + out * long_m * spread * math.cos(rise) * q**1.1
        rib = rib + UP * long_m * (math.sin(rise) * q - 0.35 * q**2.4)
        half = (0.105 * long_m * np.sin(np.pi * np.clip(0.93 * t + 0.04, 0, 1)) ** 0.8)[:, None]
        corners = np.stack([rib - side * half, rib - 0.18 * UP * half, rib + side * half], 1)
        normals = np.broadcast_to(0.85 * UP + 0.4 * out, corners.shape).copy()
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
        tone = chance.uniform(0.82, 1.18)
        green = (LEAF[0] * tone, LEAF[1] * tone, LEAF[2] * tone)
        home.patches.append(
            Patch(
                corners=corners, normals=normals, wide_m=0.2 * long_m, tall_m=long_m, paint=plain(green, amount=0.02),
                texel_m=0.008, lumel_m=0.05, both_sides=True,
            )
        )  # fmt: skip


def picture(
    home: Home, axes: Axes, middle: tuple[float, float], size: tuple[float, float], motif: art.Motif, *,
    frame: Colour = OAK,
) -> None:  # fmt: skip
    """A framed picture on a wall; `middle` is along the wall and above the floor."""
    (s, z), (wide, tall) = middle, size
    span = Span(along=(s - wide / 2, s + wide / 2), inward=(0.002, 0.028), up=(z - tall / 2, z + tall / 2))
    own = home.box(axes, span, plain(frame), faces="lrtu")
    corner = axes.at(s + wide / 2, 0.0285, z - tall / 2)
    painted = art.picture(motif, frame=frame)
    home.quad(corner, -axes.along * wide, UP * tall, painted, texel_m=0.0025, lumel_m=0.04, own=own)
