"""The room set up for drawing: which meshes and textures there are, and where everything is in this moment."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.body import body_of
from simulator.world.camera.furniture import shape_of
from simulator.world.camera.gl import GlRenderer, Lens
from simulator.world.camera.light import LightSetting
from simulator.world.camera.mesh import Floats, Mesh, joined
from simulator.world.camera.room import room_centre, room_meshes, surface_pictures, window_normal
from simulator.world.camera.seen import Posed
from simulator.world.camera.view import CameraView, ThingView
from simulator.world.spec import WorldSpec

SKIN_SOFT = 0.22
LAMP_BELOW_CEILING_M = 0.35
SIDE_LIGHT = (0.45, -0.40, 0.80)  # towards the strongest light where there is no window


class GlStage:
    """Draws a world with OpenGL."""

    kind: Literal["gl", "sprites"] = "gl"

    def __init__(self, spec: WorldSpec, chance: np.random.Generator) -> None:
        self._spec = spec
        self._things = {thing.name: thing for thing in spec.things}
        x, y, radius = room_centre(spec.room)
        self._lamp_at = (x, y, spec.room.height_m - LAMP_BELOW_CEILING_M)
        self._gl = GlRenderer((x, y, 0.5 * spec.room.height_m), radius)
        for name, picture in surface_pictures(spec.room, chance).items():
            self._gl.texture(name, picture)
        self._gl.put("room", joined(room_meshes(spec.room, chance)))
        for thing in spec.things:
            self._gl.put(f"thing:{thing.name}", joined(shape_of(thing)))
        self._shown: dict[str, Posed] = {}

    @property
    def name(self) -> str:
        """The driver that draws."""
        return f"OpenGL ({self._gl.name})"

    def sharp(self, view: CameraView, lens: Lens, people: list[Posed], light: LightSetting) -> NDArray[np.uint8]:
        """One picture without lens and sensor faults."""
        names = ["room"]
        for place in view.things:
            self._gl.move(f"thing:{place.name}", self._placed(place))
            names.append(f"thing:{place.name}")
        for person, posed in zip(view.people, people, strict=True):
            names.append(self._person(person.name, person.look, posed))
        return self._gl.draw(
            lens,
            light,
            names,
            key_from=self._key_from(),
            state=(view.people, view.things),
            lamp_at=self._lamp_at,
        )

    def close(self) -> None:
        """Give the graphics memory back."""
        self._gl.close()

    def _person(self, name: str, look: str, posed: Posed) -> str:
        key = f"person:{name}:{look}"
        if not self._gl.has(key):
            body = body_of(look)
            self._gl.texture(f"look:{look}", body.atlas)
            mesh = Mesh(
                vertices=posed.vertices,
                normals=posed.normals,
                uv=body.uv,
                triangles=body.triangles,
                texture=f"look:{look}",
            )
            self._gl.put(key, [mesh], soft=SKIN_SOFT)
        elif self._shown.get(key) is not posed:
            self._gl.reshape(key, posed.vertices, posed.normals)
        self._shown[key] = posed
        return key

    def _placed(self, place: ThingView) -> Floats:
        """Where a thing stands; a tipped one lies on its side."""
        thing = self._things[place.name]
        turn = math.radians(place.angle_deg)
        c, s = math.cos(turn), math.sin(turn)
        matrix = np.array([[c, -s, 0, place.x_m], [s, c, 0, place.y_m], [0, 0, 1, thing.bottom_m], [0, 0, 0, 1]])
        if place.tipped:
            lying = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0.5 * thing.size[0]], [0, 0, 0, 1]])
            matrix = matrix @ lying
        return matrix.astype(np.float32)

    def _key_from(self) -> NDArray[np.float64]:
        """Unit vector towards the strongest light: the window, or a lamp to the upper side."""
        normal = window_normal(self._spec.room)
        towards = np.array(SIDE_LIGHT if normal is None else (-normal[0], -normal[1], 0.7))
        return np.asarray(towards / np.linalg.norm(towards))
