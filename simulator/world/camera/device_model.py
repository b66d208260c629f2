"""The device as a customer sees it: a base that stands, and what turns on it: panel with glass, rim, lens and shutter.

Sizes come from the device's facts, so that the panel is where contacts and the lens take it to be. Axes: the turning axis at the
table's height, x ahead. Three shells ship; `shell` of a device file names one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.world.camera.mesh import Floats, Mesh, box, joined

LEAN_DEG = 9.0  # of the panel, back from upright
ROUND_M, THICK_M = 0.012, 0.011
GLASS = "device glass"
CLOTH, RIM, BACK = "device cloth", "device rim", "device back"
COLOURS = {CLOTH: (84, 87, 92), RIM: (54, 56, 60), BACK: (76, 79, 84)}
Profile = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceModel:
    """Meshes of one device, and where the corners of its glass are."""

    base: list[Mesh]
    head: list[Mesh]
    glass_m: tuple[float, float]  # wide, tall
    corners: NDArray[np.float64]  # of the glass at yaw 0, (4, 3): upper left as seen, then clockwise


def device_model(facts: DeviceFacts) -> DeviceModel:
    """The device of these facts."""
    motor = facts.motor
    top = motor.screen_below_m + motor.screen_above_m
    wide = 2 * math.sqrt(max(motor.edge_radius_m**2 - motor.screen_forward_m**2, 0.04**2))
    wide, tall = (0.62 * wide, 0.92 * top) if facts.shell == "post" else (wide, 0.69 * top)
    lean = math.radians(LEAN_DEG)
    c, s = math.cos(lean), math.sin(lean)
    # The upper edge is where the lens is, and the panel leans away from it, forward below.
    middle = (motor.screen_forward_m + 0.5 * tall * s, top - 0.5 * tall * c)
    place = np.array([[c, 0, -s, middle[0]], [0, 1, 0, 0], [s, 0, c, middle[1]], [0, 0, 0, 1]], np.float32)
    corners = np.array([[THICK_M / 2, y * wide / 2, z * tall / 2, 1] for y, z in ((-1, 1), (1, 1), (1, -1), (-1, -1))])
    base, neck = _SHELLS[facts.shell](motor.base_radius_m, top)
    panel = [part.placed(place) for part in _panel(wide, tall)]
    return DeviceModel(
        base=joined(base), head=[panel[0], *joined([*panel[1:], *neck])], glass_m=(wide, tall),
        corners=(corners @ place.T.astype(np.float64))[:, :3],
    )  # fmt: skip


def _drum(radius: float, top: float) -> tuple[list[Mesh], list[Mesh]]:
    """A low drum of cloth; a flat neck holds the panel before and above it."""
    high = 0.27 * top
    cloth = turned([(radius - 0.006, 0), (radius - 0.002, 0.004), (radius, 0.012), (radius, high)], CLOTH)
    lid = [(radius, high), (radius - 0.002, high + 0.006), (radius - 0.010, high + 0.011), (0.03, high + 0.013)]
    neck = box((0.022, 0, 0.5 * (high + 0.62 * top)), (0.022, 0.05, 0.62 * top - high), RIM)
    arm = box((0.042, 0, 0.58 * top), (0.045, 0.05, 0.03), RIM)
    return [cloth, turned([*lid, (0.001, high + 0.013)], BACK)], [*neck, *arm]


def _post(radius: float, top: float) -> tuple[list[Mesh], list[Mesh]]:
    """A disc for a foot and a thin post; the panel stands upright."""
    foot = turned([(radius - 0.002, 0), (radius, 0.003), (radius, 0.009), (radius - 0.003, 0.012), (0.016, 0.013)], RIM)
    post = turned([(0.015, 0.012), (0.014, 0.62 * top), (0.001, 0.625 * top)], RIM)
    return [foot, post], box((0.034, 0, 0.52 * top), (0.045, 0.035, 0.035), BACK)


def _tower(radius: float, top: float) -> tuple[list[Mesh], list[Mesh]]:
    """A slim round loudspeaker on a foot; the panel hangs before it."""
    foot = turned([(radius - 0.004, 0), (radius, 0.004), (radius - 0.006, 0.010), (0.045, 0.014)], RIM)
    high, r = 0.86 * top, 0.042
    body = turned([(r - 0.002, 0.014), (r, 0.03), (r, high - 0.02), (r - 0.006, high - 0.006)], CLOTH)
    lid = turned([(r - 0.006, high - 0.006), (r - 0.016, high), (0.001, high + 0.001)], BACK)
    return [foot, body, lid], box((0.05, 0, 0.58 * top), (0.03, 0.06, 0.03), RIM)


_SHELLS = {"drum": _drum, "post": _post, "tower": _tower}


def turned(profile: Profile, texture: str, *, sides: int = 40) -> Mesh:
    """A shape from a potter's wheel around the axis: (radius, height) from below to above, outside first."""
    shape = np.array(profile, np.float64)
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1)
    slope = np.gradient(shape, axis=0)
    normal = np.stack([slope[:, 1], -slope[:, 0]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9

    def swept(values: NDArray[np.float64]) -> Floats:
        flat = values[:, None, :1] * ring[None]
        tall = np.broadcast_to(values[:, None, 1:], (len(values), sides + 1, 1))
        return np.concatenate([flat, tall], 2).reshape(-1, 3).astype(np.float32)

    rows = len(shape)
    first = (np.arange(rows - 1)[:, None] * (sides + 1) + np.arange(sides)[None]).ravel()
    above = first + sides + 1
    triangles = np.concatenate([np.stack([first, first + 1, above], 1), np.stack([first + 1, above + 1, above], 1)])
    uv = np.stack(np.meshgrid(4 * turn / np.pi, np.arange(rows, dtype=np.float64)), -1).reshape(-1, 2)
    return Mesh(
        vertices=swept(shape), normals=swept(normal), uv=uv.astype(np.float32), triangles=triangles.astype(np.int32),
        texture=texture,
    )  # fmt: skip


def _panel(wide: float, tall: float) -> list[Mesh]:
    """Glass with everything that is shown on it as one picture, a rim around it, and its back, in their own axes."""
    outline = _rounded(wide, tall)
    n = len(outline)

    def at(x: float, scale: float) -> Floats:
        return np.column_stack([np.full(n, x), scale * outline]).astype(np.float32)

    def flat(x: float, scale: float, way: int, texture: str) -> Mesh:
        fan = np.stack([np.zeros(n - 2, int), np.arange(1, n - 1), np.arange(2, n)], 1)[:, ::way]
        uv = np.stack([outline[:, 0] / wide + 0.5, 0.5 - outline[:, 1] / tall], 1)
        # The glass faces down for the light: what it shows it gives by itself.
        normal = (0, 0, -1) if texture == GLASS else (way, 0, 0)
        return Mesh(
            vertices=at(x, scale), normals=np.tile(np.array(normal, np.float32), (n, 1)), uv=uv.astype(np.float32),
            triangles=fan.astype(np.int32), texture=texture, casts=way == 1,
        )  # fmt: skip

    i = np.arange(n)
    j = (i + 1) % n
    out = np.column_stack([np.zeros(n), outline])
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    rim = Mesh(
        vertices=np.concatenate([at(THICK_M / 2, 1.0), at(-THICK_M / 2, 0.985)]),
        normals=np.concatenate([out, out]).astype(np.float32), uv=np.zeros((2 * n, 2), np.float32),
        triangles=np.concatenate([np.stack([i, i + n, j], 1), np.stack([j, i + n, j + n], 1)]).astype(np.int32), texture=RIM,
    )  # fmt: skip
    # Who looks at the glass has +y to the right.
    return [flat(THICK_M / 2, 1.0, 1, GLASS), rim, flat(-THICK_M / 2, 0.985, -1, BACK)]


def _rounded(wide: float, tall: float) -> NDArray[np.float64]:
    """A rectangle with round corners, counter-clockwise as seen from before."""
    half_w, half_t = wide / 2 - ROUND_M, tall / 2 - ROUND_M
    arcs = []
    for y, z, start in ((half_w, half_t, 0), (-half_w, half_t, 90), (-half_w, -half_t, 180), (half_w, -half_t, 270)):
        turn = np.radians(np.linspace(start, start + 90, 6))
        arcs.append(np.stack([y + ROUND_M * np.cos(turn), z + ROUND_M * np.sin(turn)], 1))
    return np.concatenate(arcs)
