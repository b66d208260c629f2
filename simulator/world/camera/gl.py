"""Draws the room with OpenGL: a graphics card where there is one, else Mesa's software renderer, without any display.

One lean program: light is computed at the corners of triangles, one shadow map for the strongest light, no antialiasing (the
detectors are no better with it). 640x360 with two people costs about 12 to 14 ms on one software thread.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.baked_room import BakedRoom, RoomNow
from simulator.world.camera.home.atlas import Atlas
from simulator.world.camera.light import LightSetting
from simulator.world.camera.mesh import Floats, Mesh
from simulator.world.camera.view import Light
from simulator.world.camera.viewpoint import Lens

SHADOW_PX = 768  # 11 mm of a usual room; 1024 look the same and cost 0.7 ms more a picture
BAKED_SHADOW_PX = 512  # enough for people and what moves: all other shadows are baked

VERTEX = """#version 330
in vec3 position; in vec3 normal; in vec2 uv;
uniform mat4 view; uniform mat4 model; uniform mat4 to_light;
uniform vec3 key_from; uniform vec3 key; uniform vec3 ambient; uniform vec3 lamp_at; uniform vec3 lamp;
uniform float wrap; uniform float glow;
out vec2 at; out vec3 shade_at; out vec3 base; out vec3 lit;
void main() {
    vec4 place = model * vec4(position, 1.0);
    vec3 n = mat3(model) * normal;
    vec3 to_lamp = lamp_at - place.xyz;
    float far2 = dot(to_lamp, to_lamp);
    float on_lamp = max((dot(n, to_lamp) * inversesqrt(far2) + wrap) / (1.0 + wrap), 0.0) / (1.0 + 0.25 * far2);
    base = ambient * (0.75 + 0.25 * n.z) + lamp * on_lamp + vec3(glow);
    lit = key * max((dot(n, key_from) + wrap) / (1.0 + wrap), 0.0);
    at = uv;
    shade_at = (to_light * place).xyz * 0.5 + 0.5;
    gl_Position = view * place;
}"""
FRAGMENT = """#version 330
in vec2 at; in vec3 shade_at; in vec3 base; in vec3 lit; out vec4 colour;
uniform sampler2D picture; uniform sampler2DShadow shadow;
void main() {
    float open = texture(shadow, vec3(shade_at.xy, shade_at.z - 0.003));
    colour = vec4(texture(picture, at).rgb * sqrt(base + lit * open), 1.0);
}"""
SHADOW_VERTEX = """#version 330
in vec3 position; uniform mat4 view; uniform mat4 model;
void main() { gl_Position = view * model * vec4(position, 1.0); }"""
SHADOW_FRAGMENT = """#version 330
void main() {}"""


class NoRenderer(RuntimeError):
    """There is no OpenGL here; the text says what is missing."""


@dataclass(slots=True)
class _Item:
    """One mesh on the card."""

    corners: moderngl.Buffer
    near: moderngl.VertexArray
    far: moderngl.VertexArray  # the coarser one, where there is one
    shadow: moderngl.VertexArray
    bounds: NDArray[np.float64] | None  # 8 corners of a box around it, 4 numbers each; None for what changes its shape
    placed: NDArray[np.float64] | None  # the same in the room
    front: str  # the texture it was made with
    texture: str
    glow: float
    casts: bool
    soft: float
    model: bytes
    is_far: bool = False


class GlRenderer:
    """A room on the graphics card; `draw` gives one sharp, noiseless picture."""

    def __init__(self, centre: tuple[float, float, float], radius_m: float, *, shadow_px: int = SHADOW_PX) -> None:
        self._context = open_context()
        self._centre, self._radius = np.array(centre), radius_m
        with self._context:
            self.name = str(self._context.info["GL_RENDERER"])  # which driver draws
            self._program = self._context.program(VERTEX, FRAGMENT)
            self._shadow_program = self._context.program(SHADOW_VERTEX, SHADOW_FRAGMENT)
            self._shadow = self._context.depth_texture((shadow_px, shadow_px))
            self._shadow.compare_func = "<="
            self._shadow.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._shadow_buffer = self._context.framebuffer(depth_attachment=self._shadow)
        self._baked: BakedRoom | None = None
        self._room: moderngl.Framebuffer | None = None
        self._read = np.empty(0, np.uint8)  # memory that is fresh for each picture would have to be cleared first
        self._textures: dict[str, moderngl.Texture] = {}
        self._items: dict[str, list[_Item]] = {}
        self._shadow_of: object = None
        self._lights: dict[tuple[float, ...], NDArray[np.float64]] = {}

    def texture(self, name: str, picture: NDArray[np.uint8]) -> None:
        """Put a picture (first row on top) on the card under a name; replaces the old one."""
        with self._context:
            old = self._textures.pop(name, None)
            if old is not None:
                old.release()
            texture = self._context.texture((picture.shape[1], picture.shape[0]), 3, picture.tobytes(), alignment=1)
            texture.build_mipmaps()
            texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
            self._textures[name] = texture

    def put(self, name: str, meshes: list[Mesh], *, soft: float = 0.05) -> None:
        """Add a thing made of meshes; `soft` lets light creep around its edges, as on skin."""
        with self._context:
            self._items[name] = [self._upload(mesh, soft) for mesh in meshes]

    def put_room(self, atlas: Atlas, lights: tuple[Light, ...]) -> None:
        """Add a baked home, with its pictures for these lights."""
        with self._context:
            self._baked = BakedRoom(self._context, atlas.mesh(), atlas.picture)
            for light in lights:
                self._baked.prepare(light)

    def move(self, name: str, model: Floats) -> None:
        """Place a thing by a rigid 4x4 matrix."""
        packed = np.ascontiguousarray(model.T, np.float32).tobytes()
        for item in self._items[name]:
            if item.model != packed:
                item.model = packed
                item.placed = None if item.bounds is None else item.bounds @ model.T

    def coarsen(self, name: str, far: bool) -> None:
        """Draw the coarser triangles of a thing from now on, or all of them again."""
        for item in self._items[name]:
            item.is_far = far

    def reshape(self, name: str, vertices: Floats, normals: Floats) -> None:
        """New vertices for a thing of one mesh: a person that moved."""
        corners = np.concatenate([vertices, normals], 1).astype(np.float32)
        with self._context:
            self._items[name][0].corners.write(corners.tobytes())

    def retexture(self, name: str, front: str, texture: str, *, glow: float) -> None:
        """Show another picture on the part of a thing whose texture begins with `front`."""
        for item in self._items[name]:
            if item.front.startswith(front):
                item.texture, item.glow = texture, glow

    def has(self, name: str) -> bool:
        """Whether a thing was put."""
        return name in self._items

    def draw(
        self, lens: Lens, light: LightSetting, names: list[str], *, key_from: NDArray[np.float64], state: object,
        lamp_at: tuple[float, float, float], room: RoomNow | None = None,
    ) -> NDArray[np.uint8]:  # fmt: skip
        """One picture, (rows, columns, 3), good until the next one is drawn. While `state` stays equal the shadows are not drawn again.

        Equal means to the bit: shadows that lag behind by a step would make a picture depend on those before it, and a run
        continued from a checkpoint another run.
        """
        with self._context:
            context = self._context
            context.enable(moderngl.DEPTH_TEST)
            context.disable(moderngl.CULL_FACE)
            to_light = self._to_light(tuple(key_from.tolist()))
            if state is None or state != self._shadow_of:
                self._draw_shadow(to_light, names)
                self._shadow_of = state
            context.enable(moderngl.CULL_FACE)  # half of all triangles show their back
            buffer = self._buffer(lens.pixels)
            buffer.use()
            buffer.clear(0.0, 0.0, 0.0, 1.0, depth=1.0)
            program = self._program
            to_clip = lens.to_clip()
            _write(program, "view", np.ascontiguousarray(to_clip.T, np.float32).tobytes())
            _write(program, "to_light", np.ascontiguousarray(to_light.T, np.float32).tobytes())
            program["key_from"] = tuple(key_from)
            program["key"], program["ambient"], program["lamp"] = light.key, light.ambient, light.lamp
            program["lamp_at"] = lamp_at
            program["picture"], program["shadow"] = 0, 1
            self._shadow.use(1)
            # The room last: what stands before a wall then spares painting it.
            for item in _in_view([item for name in reversed(names) for item in self._items[name]], to_clip):
                _write(program, "model", item.model)
                program["wrap"] = item.soft
                program["glow"] = item.glow * (light.window if item.texture == "window" else 1.0)
                self._textures[item.texture].use(0)
                (item.far if item.is_far else item.near).render()
            if room is not None and self._baked is not None:
                self._baked.draw(buffer, to_clip, to_light, room)
            raw = self._read[: 3 * lens.pixels[0] * lens.pixels[1]]
            buffer.read_into(raw, viewport=(0, 0, *lens.pixels), components=3, alignment=1)
        return raw.reshape(lens.pixels[1], lens.pixels[0], 3)[::-1]

    def close(self) -> None:
        """Give the card's memory back."""
        self._context.release()

    def _upload(self, mesh: Mesh, soft: float) -> _Item:
        context = self._context
        moving = np.concatenate([mesh.vertices, mesh.normals], 1).astype(np.float32)
        corners = context.buffer(moving.tobytes())
        uv = context.buffer(np.ascontiguousarray(mesh.uv, np.float32).tobytes())
        cast = mesh.triangles if mesh.shadow is None else mesh.shadow
        fine = np.concatenate([mesh.triangles, mesh.triangles[:, ::-1]]) if mesh.is_open else mesh.triangles
        lit = [(corners, "3f 3f", "position", "normal"), (uv, "2f", "uv")]
        near = context.vertex_array(self._program, lit, self._index(fine))
        far = near if mesh.far is None else context.vertex_array(self._program, lit, self._index(mesh.far))
        bounds = None if mesh.changes else _box_around(mesh.vertices)
        return _Item(
            corners=corners,
            near=near,
            far=far,
            shadow=context.vertex_array(self._shadow_program, [(corners, "3f 12x", "position")], self._index(cast)),
            bounds=bounds,
            placed=bounds,
            front=mesh.texture,
            texture=mesh.texture,
            glow=mesh.glow,
            casts=mesh.casts,
            soft=soft,
            model=np.eye(4, dtype=np.float32).tobytes(),
        )

    def _index(self, triangles: NDArray[np.int32]) -> moderngl.Buffer:
        return self._context.buffer(np.ascontiguousarray(triangles, np.int32).tobytes())

    def _buffer(self, pixels: tuple[int, int]) -> moderngl.Framebuffer:
        """Room to draw in, at least this large: one that grows, because details come in every size."""
        if self._room is None or self._room.width < pixels[0] or self._room.height < pixels[1]:
            size = (
                pixels if self._room is None else (max(pixels[0], self._room.width), max(pixels[1], self._room.height))
            )
            if self._room is not None:  # what is drawn on does not go with the buffer
                for part in (*self._room.color_attachments, self._room.depth_attachment, self._room):
                    part.release()
            attachments = [self._context.renderbuffer(size, 3)], self._context.depth_renderbuffer(size)
            self._room = self._context.framebuffer(*attachments)
            self._read = np.empty(3 * size[0] * size[1], np.uint8)
        self._room.viewport = (0, 0, *pixels)
        return self._room

    def _to_light(self, towards: tuple[float, ...]) -> NDArray[np.float64]:
        """Orthographic view of the whole room from the strongest light; it never moves, so each is computed once."""
        if towards not in self._lights:
            self._lights[towards] = self._seen_from_light(np.array(towards))
        return self._lights[towards]

    def _seen_from_light(self, key_from: NDArray[np.float64]) -> NDArray[np.float64]:
        forward = -key_from
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        view = np.eye(4)
        view[:3, :3] = [right, np.cross(right, forward), key_from]
        view[:3, 3] = -view[:3, :3] @ (self._centre + key_from * self._radius)
        scale = np.diag([1 / self._radius, 1 / self._radius, -1 / self._radius, 1.0])
        scale[2, 3] = -1.0
        return scale @ view

    def _draw_shadow(self, to_light: NDArray[np.float64], names: list[str]) -> None:
        self._shadow_buffer.use()
        self._shadow_buffer.clear(depth=1.0)
        program = self._shadow_program
        _write(program, "view", np.ascontiguousarray(to_light.T, np.float32).tobytes())
        for name in names:
            for item in self._items[name]:
                if item.casts:
                    _write(program, "model", item.model)
                    item.shadow.render()


def _write(program: moderngl.Program, name: str, data: bytes) -> None:
    """Set one of a program's inputs."""
    member = program[name]
    assert isinstance(member, moderngl.Uniform)
    member.write(data)


def _box_around(vertices: Floats) -> NDArray[np.float64]:
    low, high = vertices.min(0), vertices.max(0)
    return np.array([[x, y, z, 1.0] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def _in_view(items: list[_Item], to_clip: NDArray[np.float64]) -> list[_Item]:
    """Without those that lie wholly beyond one side of the picture or behind the camera."""
    bound = [item for item in items if item.placed is not None]
    if not bound:
        return items
    clip = np.stack([item.placed for item in bound if item.placed is not None]) @ to_clip.T
    x, y, w = clip[..., 0], clip[..., 1], clip[..., 3]
    beyond = np.stack([x < -w, x > w, y < -w, y > w, w < 0]).all(2)
    unseen = {id(bound[k]) for k in np.flatnonzero(beyond.any(0)).tolist()}
    return [item for item in items if id(item) not in unseen]


def open_context() -> moderngl.Context:
    """OpenGL without a window; raises NoRenderer where there is none."""
    try:
        backend: dict[str, Any] = {"backend": "egl"} if sys.platform == "linux" else {}
        return moderngl.create_context(standalone=True, require=330, **backend)
    except Exception as error:  # moderngl raises bare Exception when a library or a driver is missing
        raise NoRenderer(f"no OpenGL for the virtual camera: {error}") from error
