"""Draws a baked home: one mesh with one finished picture for each light, and soft dark spots below what stands.

A fragment costs one fetch and one look into the shadow map, which holds only people and moving things.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.home.atlas import MIP_LEVELS, WIDE_PX, Pixels, RoomMesh
from simulator.world.camera.view import Light

ROOM_VERTEX = """#version 330
in vec3 position; in vec2 uv; uniform mat4 view; uniform mat4 to_light; out vec2 at; out vec3 shade_at;
void main() {
    vec4 place = vec4(position, 1.0);
    at = uv;
    shade_at = (to_light * place).xyz * 0.5 + 0.5;
    shade_at.z -= 0.004;
    gl_Position = view * place;
}"""
ROOM_FRAGMENT = """#version 330
in vec2 at; in vec3 shade_at; out vec4 colour; uniform sampler2D picture; uniform sampler2DShadow shadow;
void main() {
    vec4 baked = texture(picture, at);
    colour = vec4(baked.rgb * (1.0 - baked.a + baked.a * texture(shadow, shade_at)), 1.0);
}"""
SPOT_VERTEX = """#version 330
in vec2 corner; uniform mat4 view; uniform mat4 model; out vec2 at; out vec2 place;
void main() {
    at = corner * 0.5 + 0.5;
    vec4 spot = model * vec4(corner, 0.0, 1.0);
    place = spot.xy;
    gl_Position = view * spot;
}"""
SPOT_FRAGMENT = """#version 330
in vec2 at; in vec2 place; out vec4 colour; uniform sampler2D picture; uniform vec3 tint; uniform float adds; uniform vec4 within;
void main() {
    float inside = step(within.x, place.x) * step(place.x, within.y) * step(within.z, place.y) * step(place.y, within.w);
    float share = texture(picture, at).r * inside;
    colour = vec4(mix(1.0 - share * tint, share * tint, adds), 1.0);
}"""
SPOT_PX = 64
MOST_LIGHTS = 3  # pictures that are kept; each takes 25 MB
EVERYWHERE = (-99.0, 99.0, -99.0, 99.0)
SpotShape = Literal["feet", "round", "slab", "beam"]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A soft spot on the floor or the table: darkness below what stands there, or a screen's light."""

    shape: SpotShape
    x_m: float
    y_m: float
    z_m: float
    angle_deg: float
    half_m: tuple[float, float]  # ahead, aside
    tint: tuple[float, float, float]  # what it takes, or adds
    adds: bool = False
    within: tuple[float, float, float, float] = (
        EVERYWHERE  # x and y where a table ends: a spot does not hang in the air
    )

    def matrix(self) -> Matrix:
        """From -1 to 1 on both sides to its place in the room."""
        turn = math.radians(self.angle_deg)
        c, s = math.cos(turn), math.sin(turn)
        a, b = self.half_m
        return np.array([[c * a, -s * b, 0, self.x_m], [s * a, c * b, 0, self.y_m], [0, 0, 1, self.z_m], [0, 0, 0, 1]])


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """How the baked room looks in one picture."""

    light: Light
    spots: tuple[Spot, ...] = ()


class BakedRoom:
    """One home on the card."""

    def __init__(self, context: moderngl.Context, mesh: RoomMesh, picture: Callable[[Light], Pixels]) -> None:
        self._context, self._picture = context, picture
        self._clusters = mesh.clusters
        self._boxes = np.stack([cluster.box for cluster in mesh.clusters])
        self._program = context.program(ROOM_VERTEX, ROOM_FRAGMENT)
        self._spot_program = context.program(SPOT_VERTEX, SPOT_FRAGMENT)
        corners = [
            (context.buffer(np.ascontiguousarray(mesh.corners).tobytes()), "3f", "position"),
            (context.buffer(np.ascontiguousarray(mesh.uv).tobytes()), "2f", "uv"),
        ]
        self._mesh = context.vertex_array(
            self._program, corners, context.buffer(np.ascontiguousarray(mesh.triangles).tobytes())
        )
        square = context.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], np.float32).tobytes())
        self._square = context.vertex_array(self._spot_program, [(square, "2f", "corner")])
        self._spots = {shape: self._spot_texture(grey) for shape, grey in _spot_shapes().items()}
        self._atlases: dict[Light, moderngl.Texture] = {}

    def prepare(self, light: Light) -> None:
        """Have the picture for a light ready; takes a quarter of a second, once."""
        if light in self._atlases:
            return
        if len(self._atlases) >= MOST_LIGHTS:
            self._atlases.pop(next(iter(self._atlases))).release()
        pixels = self._picture(light)
        texture = self._context.texture((WIDE_PX, pixels.shape[0]), 4, pixels.tobytes())
        texture.build_mipmaps(max_level=MIP_LEVELS)
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self._atlases[light] = texture

    def draw(self, buffer: moderngl.Framebuffer, to_clip: Matrix, to_light: Matrix, now: RoomNow) -> None:
        """Everything that stands still, then the spots; the shadow map is expected in unit 1."""
        self.prepare(now.light)
        view = _packed(to_clip)
        _write(self._program, "view", view)
        _write(self._program, "to_light", _packed(to_light))
        self._program["picture"], self._program["shadow"] = 0, 1
        self._atlases[now.light].use(0)
        for first, count in self._in_view(to_clip):
            self._mesh.render(vertices=count, first=first)
        if now.spots:
            self._draw_spots(buffer, view, now.spots)

    def _in_view(self, to_clip: Matrix) -> list[tuple[int, int]]:
        """Stretches of the index buffer, neighbours in one."""
        clip = self._boxes @ to_clip.T
        x, y, w = clip[..., 0], clip[..., 1], clip[..., 3]
        hidden = np.flatnonzero(np.stack([x < -w, x > w, y < -w, y > w, w < 0]).all(2).any(0)).tolist()
        runs: list[tuple[int, int]] = []
        for k, cluster in enumerate(self._clusters):
            if k in hidden:
                continue
            if runs and sum(runs[-1]) == cluster.first:
                runs[-1] = (runs[-1][0], runs[-1][1] + cluster.count)
            else:
                runs.append((cluster.first, cluster.count))
        return runs

    def _draw_spots(self, buffer: moderngl.Framebuffer, view: bytes, spots: tuple[Spot, ...]) -> None:
        context, program = self._context, self._spot_program
        context.enable(moderngl.BLEND)
        buffer.depth_mask = False
        _write(program, "view", view)
        program["picture"] = 0
        for spot in spots:
            context.blend_func = (moderngl.ONE, moderngl.ONE) if spot.adds else (moderngl.DST_COLOR, moderngl.ZERO)
            self._spots[spot.shape].use(0)
            _write(program, "model", _packed(spot.matrix()))
            program["tint"], program["adds"], program["within"] = spot.tint, float(spot.adds), spot.within
            self._square.render(moderngl.TRIANGLE_STRIP)
        context.disable(moderngl.BLEND)
        buffer.depth_mask = True

    def _spot_texture(self, grey: NDArray[np.float64]) -> moderngl.Texture:
        pixels = np.repeat(np.asarray(np.clip(grey, 0, 1) * 255).astype(np.uint8)[..., None], 3, 2)
        texture = self._context.texture((SPOT_PX, SPOT_PX), 3, pixels.tobytes(), alignment=1)
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture


def _spot_shapes() -> dict[SpotShape, NDArray[np.float64]]:
    """How dark, or bright, each spot is; columns run ahead, rows aside."""
    aside, ahead = np.mgrid[-1 : 1 : SPOT_PX * 1j, -1 : 1 : SPOT_PX * 1j]
    away = np.hypot(ahead, aside)
    soft = np.clip(1 - away, 0, 1)
    soles = [np.exp(-(((ahead - 0.05) / 0.30) ** 4) - ((aside + side) / 0.17) ** 2) for side in (-0.28, 0.28)]
    x, y = np.clip(np.abs(ahead) - 0.35, 0, 1) / 0.65, np.clip(np.abs(aside) - 0.7, 0, 1) / 0.3
    forward = 0.5 * ahead + 0.5
    spread = np.clip(1 - (np.abs(aside) / (0.45 + 0.55 * forward)) ** 2, 0, 1)
    return {
        "feet": 0.55 * soft**1.5 + 0.45 * np.maximum(*soles) * np.clip(1.4 - 1.4 * away, 0, 1),
        "round": soft**1.6,
        "slab": np.clip(1 - np.hypot(x, y), 0, 1) ** 1.3,
        "beam": np.clip(1 - forward, 0, 1) ** 1.6 * spread * np.clip(8 * (ahead + 1), 0, 1),
    }


def _packed(matrix: Matrix) -> bytes:
    return np.ascontiguousarray(matrix.T, np.float32).tobytes()


def _write(program: moderngl.Program, name: str, data: bytes) -> None:
    """Set one of a program's inputs."""
    member = program[name]
    assert isinstance(member, moderngl.Uniform)
    member.write(data)
