"""The room set up for drawing: which meshes and textures there are, and where everything is in this moment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.baked_room import RoomNow, Spot
from simulator.world.camera.body import body_of
from simulator.world.camera.furnished import furnished
from simulator.world.camera.furniture import picture_of, placed, shape_of
from simulator.world.camera.gl import BAKED_SHADOW_PX, SHADOW_PX, GlRenderer
from simulator.world.camera.light import SETTINGS, LightSetting
from simulator.world.camera.mesh import Mesh, joined, quad
from simulator.world.camera.portrait import (
    BACKDROP_COLOUR,
    FROM_M,
    Pose,
    news_pose,
    news_poses,
    portrait_lens,
    poster_pose,
)
from simulator.world.camera.room import room_centre, room_meshes, surface_pictures, window_normal
from simulator.world.camera.seen import Posed
from simulator.world.camera.surfaces import painting
from simulator.world.camera.view import CameraView, ThingView
from simulator.world.camera.viewpoint import Lens
from simulator.world.spec import ThingSpec, WorldSpec

SKIN_SOFT = 0.22
MIRROR_PX = 256
MIN_MIRROR_M = 0.05
BACKDROP = "portrait backdrop"
PORTRAIT_LIGHT = (-0.7, -0.3, 0.6)
LAMP_BELOW_CEILING_M = 0.35
FAR_PX_PER_M = 330.0  # people who are drawn smaller than this get the coarser mesh
SIDE_LIGHT = (0.45, -0.40, 0.80)  # towards the strongest light where there is no window


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """How the room is lit in one picture."""

    light: LightSetting
    key_from: NDArray[np.float64]
    state: object  # while it stays equal the shadows are not drawn again
    room: RoomNow | None  # of a baked home


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """What a picture for people shows besides the room: the device, its spots of shadow and light, and who is not drawn."""

    names: tuple[str, ...]
    yaw_deg: float
    hidden: str = ""  # whose eyes look: nobody sees the own head
    spots: tuple[Spot, ...] = ()


class GlStage:
    """Draws a world with OpenGL."""

    kind: Literal["gl", "sprites"] = "gl"

    def __init__(self, spec: WorldSpec, chance: np.random.Generator) -> None:
        self._spec = spec
        self._things = {thing.name: thing for thing in spec.things}
        x, y, radius = room_centre(spec.room)
        self._lamp_at = (x, y, spec.room.height_m - LAMP_BELOW_CEILING_M)
        shadow_px = SHADOW_PX if spec.room.style == "plain" else BAKED_SHADOW_PX
        # Before anything is baked: without a driver there is no use for it.
        self._gl = GlRenderer((x, y, 0.5 * spec.room.height_m), radius, shadow_px=shadow_px)
        self._home = furnished(spec)
        for name, picture in surface_pictures(spec.room, chance).items():
            self._gl.texture(name, picture)
        if self._home is None:
            self._gl.put("room", joined(room_meshes(spec.room, chance)))
        else:
            self._gl.put_room(self._home.atlas, self._home.lights)
        self._gl.texture("screen off", np.full((8, 8, 3), 14, np.uint8))
        for thing in spec.things:
            if thing.kind == "frame":
                self._gl.texture(f"front:{thing.name}", painting(chance))
            if self._home is None or thing.name not in self._home.still:
                self._gl.put(f"thing:{thing.name}", joined(shape_of(thing)))
            if thing.kind == "poster":
                self._gl.texture(f"front:{thing.name}", self._portrait(thing, poster_pose(thing.name)))
            if thing.kind == "mirror":  # what is seen of it from the side or from behind
                self._gl.texture(f"front:{thing.name}", np.full((8, 8, 3), 150, np.uint8))
            if thing.kind == "television":
                for pose in news_poses(thing.name):
                    self._gl.texture(_front(thing.name, pose), self._portrait(thing, pose))
        self._shown: dict[str, Posed] = {}

    @property
    def gl(self) -> GlRenderer:
        """The renderer, for what is drawn besides the room."""
        return self._gl

    @property
    def table(self) -> tuple[float, float, float, float] | None:
        """Where the device's table ends; None in a bare room."""
        return None if self._home is None else self._home.table

    @property
    def name(self) -> str:
        """The driver that draws."""
        return f"OpenGL ({self._gl.name})"

    def sharp(
        self,
        view: CameraView,
        lens: Lens,
        people: list[Posed],
        light: LightSetting,
        *,
        only: frozenset[str] | None = None,
        guests: Guests | None = None,
    ) -> NDArray[np.uint8]:
        """One picture without lens and sensor faults; a detail shows `only` some people and the last reflections."""
        home = self._home
        shown = [person for person in view.people if only is None or person.name in only]
        posed_by = dict(zip((person.name for person in view.people), people, strict=True))
        names = ["room"] if home is None else []
        if guests is not None:
            names += guests.names
            shown = [person for person in shown if person.name != guests.hidden]
        names += [self._person(person.name, person.look, posed_by[person.name], lens) for person in shown]
        for place in view.things:
            if not self._gl.has(f"thing:{place.name}"):
                continue  # baked
            self._gl.move(f"thing:{place.name}", placed(place, self._things[place.name]))
            names.append(f"thing:{place.name}")
            if self._things[place.name].kind == "television":
                front = _front(place.name, news_pose(place.name, view.tick)) if place.on else "screen off"
                self._gl.retexture(f"thing:{place.name}", f"front:{place.name}", front, glow=0.8 if place.on else 0.0)
        now = None if home is None else home.now(view, self._things, tuple(shown))
        if now is not None and guests is not None:
            now = replace(now, spots=(*now.spots, *guests.spots))
        light = light if home is None else home.light_on_people(view.light, light)
        scene = Lit(
            light=light, key_from=self._key_from() if home is None else home.key_from(view.light),
            state=(view.people, view.things, view.light, guests and (guests.names, guests.hidden, guests.yaw_deg)), room=now,
        )  # fmt: skip
        for place in view.things:
            if self._things[place.name].kind == "mirror" and only is None:
                self._reflect(place, lens, scene, names)
        return self._draw(lens, scene, names)

    def _draw(self, lens: Lens, scene: Lit, names: list[str]) -> NDArray[np.uint8]:
        return self._gl.draw(
            lens, scene.light, names, key_from=scene.key_from, state=scene.state, lamp_at=self._lamp_at, room=scene.room
        )

    def _reflect(self, place: ThingView, lens: Lens, scene: Lit, names: list[str]) -> None:
        """Draw what a mirror shows: the room as seen by the mirror image of the camera, through the mirror's pane."""
        thing = self._things[place.name]
        turn = math.radians(place.angle_deg)
        normal = np.array([math.cos(turn), math.sin(turn), 0.0])
        wide, tall = picture_of(thing)
        pane = 0.5 * max(thing.size[0], 0.02) + 0.004
        middle = np.array([place.x_m, place.y_m, thing.bottom_m + 0.5 * thing.height_m]) + normal * pane
        eye = np.array(lens.eye)
        behind = float((eye - middle) @ normal)
        if behind < MIN_MIRROR_M:
            return  # seen from behind or from the edge
        image_eye = eye - 2 * behind * normal
        px_per_m = MIRROR_PX / max(wide, tall)
        pixels = (max(8, round(wide * px_per_m)), max(8, round(tall * px_per_m)))
        # Looking along the normal from behind the pane; the pane itself is the picture, so it sits off the middle.
        right = np.array([normal[1], -normal[0], 0.0])
        offset = middle - image_eye
        through = Lens(
            eye=(float(image_eye[0]), float(image_eye[1]), float(image_eye[2])),
            direction_deg=place.angle_deg,
            pitch_deg=0.0,
            focal_px=behind * px_per_m,
            pixels=pixels,
            centre_px=(
                0.5 * pixels[0] - float(offset @ right) * px_per_m,
                0.5 * pixels[1] + float(offset[2]) * px_per_m,
            ),
            near_m=max(0.05, behind + 0.01),
        )
        others = [name for name in names if name != f"thing:{place.name}"]
        picture = self._draw(through, scene, others)
        # The texture is laid on from the front, where left and right are the other way round.
        self._gl.texture(f"front:{place.name}", np.ascontiguousarray(picture[:, ::-1]))

    def close(self) -> None:
        """Give the graphics memory back."""
        self._gl.close()

    def _portrait(self, thing: ThingSpec, pose: Pose) -> NDArray[np.uint8]:
        """A person against a plain wall, for a poster or a television."""
        if not self._gl.has(BACKDROP):
            self._gl.texture(BACKDROP, np.full((8, 8, 3), BACKDROP_COLOUR, np.uint8))
            wall = quad((FROM_M + 1.0, 6.0, -5.0), (0, -12, 0), (0, 0, 12), BACKDROP, casts=False)
            self._gl.put(BACKDROP, [wall])
        body = body_of(pose.look)
        bones = body.pose(pose.person)
        vertices, normals = body.moved(body.drawn, bones)
        self._gl.texture(f"look:{pose.look}", body.atlas)
        mesh = Mesh(
            vertices=vertices, normals=normals, uv=body.drawn_uv, triangles=body.near, texture=f"look:{pose.look}"
        )
        self._gl.put("portrait", [mesh], soft=SKIN_SOFT)
        key_from = np.array(PORTRAIT_LIGHT) / np.linalg.norm(PORTRAIT_LIGHT)
        lens = portrait_lens(thing, float(body.head_centre(bones)[2]))
        names, lamp_at = [BACKDROP, "portrait"], (0.0, 0.5, 2.4)
        return self._gl.draw(lens, SETTINGS["day"], names, key_from=key_from, state=None, lamp_at=lamp_at).copy()

    def _person(self, name: str, look: str, posed: Posed, lens: Lens) -> str:
        key = f"person:{name}:{look}"
        if not self._gl.has(key):
            body = body_of(look)
            self._gl.texture(f"look:{look}", body.atlas)
            mesh = Mesh(
                vertices=posed.vertices,
                normals=posed.normals,
                uv=body.drawn_uv,
                triangles=body.near,
                texture=f"look:{look}",
                shadow=body.shadow,
                far=body.far,
                changes=True,
            )
            self._gl.put(key, [mesh], soft=SKIN_SOFT)
        elif self._shown.get(key) is not posed:
            self._gl.reshape(key, posed.vertices, posed.normals)
        self._shown[key] = posed
        self._gl.coarsen(key, lens.focal_px < FAR_PX_PER_M * math.dist(lens.eye, posed.head_centre))
        return key

    def _key_from(self) -> NDArray[np.float64]:
        """Unit vector towards the strongest light: the window, or a lamp to the upper side."""
        normal = window_normal(self._spec.room)
        towards = np.array(SIDE_LIGHT if normal is None else (-normal[0], -normal[1], 0.7))
        return np.asarray(towards / np.linalg.norm(towards))


def _front(name: str, pose: Pose) -> str:
    """The name of a television's picture."""
    return f"front:{name}:{pose.mouth}:{pose.nod_deg}"
