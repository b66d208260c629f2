"""Draws the room without any graphics driver: flat-coloured patches for room and things, coloured points for people.

The understudy of the OpenGL renderer, on numpy and OpenCV. No shadows, no reflections, no texture on walls; people keep
their faces, because every triangle of a person is scattered as points of its texture. Slower to move, but it runs anywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.world.camera.body import Body, body_of
from simulator.world.camera.furniture import placed, shape_of
from simulator.world.camera.light import LightSetting
from simulator.world.camera.mesh import Mesh
from simulator.world.camera.portrait import BACKDROP_COLOUR, Pose, news_pose, portrait_lens, poster_pose
from simulator.world.camera.room import room_centre, room_meshes, surface_pictures
from simulator.world.camera.seen import Posed
from simulator.world.camera.surfaces import painting
from simulator.world.camera.view import CameraView
from simulator.world.camera.viewpoint import NEAR_M, Lens
from simulator.world.spec import ThingSpec, WorldSpec

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]
POINTS_PER_PX = 1.6  # samples for each pixel that a triangle covers: fewer leave holes
MAX_POINTS = 400  # for one triangle: somebody nearer than a hand's breadth may get holes
SIDE_LIGHT = np.array([0.45, -0.40, 0.80]) / np.linalg.norm([0.45, -0.40, 0.80])


class SpriteStage:
    """Draws a world with points and patches."""

    kind: Literal["gl", "sprites"] = "sprites"
    name = "simple sprites (no OpenGL here)"

    def __init__(self, spec: WorldSpec, chance: np.random.Generator) -> None:
        self._spec = spec
        self._things = {thing.name: thing for thing in spec.things}
        pictures = surface_pictures(spec.room, chance)
        self._colours = {name: picture.reshape(-1, 3).mean(0) for name, picture in pictures.items()}
        self._room = room_meshes(spec.room, chance)
        self._shapes = {thing.name: shape_of(thing) for thing in spec.things}
        self._fronts = {thing.name: painting(chance) for thing in spec.things if thing.kind == "frame"}
        x, y, _ = room_centre(spec.room)
        self._lamp = np.array([x, y, spec.room.height_m - 0.35])
        self._still: tuple[object, Picture, Floats] | None = None
        self._portraits: dict[tuple[str, str], Picture] = {}

    def sharp(
        self,
        view: CameraView,
        lens: Lens,
        people: list[Posed],
        light: LightSetting,
        *,
        only: frozenset[str] | None = None,
    ) -> Picture:
        """One picture without lens and sensor faults."""
        picture, depth = self._background(view, lens, light)
        for person, posed in zip(view.people, people, strict=True):
            if only is not None and person.name not in only:
                continue
            body = body_of(person.look)
            shade = np.sqrt(self._shade(posed.vertices, posed.normals, light))
            scatter(picture, depth, lens, Textured(vertices=posed.vertices, shade=shade, body=body))
        return _filled(picture)

    def close(self) -> None:
        """Nothing to give back."""

    def _background(self, view: CameraView, lens: Lens, light: LightSetting) -> tuple[Picture, Floats]:
        """Room and things, farthest first; kept while neither they nor the camera move."""
        talking = tuple(
            news_pose(place.name, view.tick)
            for place in view.things
            if place.on and self._things[place.name].kind == "television"
        )
        key = (lens, light, view.things, talking)
        if self._still is not None and self._still[0] == key:
            return self._still[1].copy(), self._still[2].copy()
        columns, rows = lens.pixels
        picture = np.zeros((rows, columns, 3), np.uint8)
        depth = np.full((rows, columns), np.inf, np.float32)
        patches: list[tuple[float, Mesh]] = [(1e6, mesh) for mesh in self._room]
        for place in view.things:
            matrix = placed(place, self._things[place.name])
            away = math.hypot(place.x_m - lens.eye[0], place.y_m - lens.eye[1])
            patches += [(away, mesh.placed(matrix)) for mesh in self._shapes[place.name]]
        for _, mesh in sorted(patches, key=lambda item: -item[0]):
            if mesh.texture.startswith("front:"):
                self._front(picture, depth, lens, mesh, view, light)
            else:
                self._flat(picture, depth, lens, mesh, light)
        self._still = (key, picture, depth)
        return picture.copy(), depth.copy()

    def _flat(self, picture: Picture, depth: Floats, lens: Lens, mesh: Mesh, light: LightSetting) -> None:
        colour = self._colours.get(mesh.texture, np.array([128.0, 128.0, 128.0]))
        shade = self._shade(mesh.vertices, mesh.normals, light)
        shade = shade + (light.window if mesh.texture == "window" else 1.0) * mesh.glow
        seen = _in_camera(lens, mesh.vertices)
        for triangle in sorted(mesh.triangles.tolist(), key=lambda t: float(seen[t, 2].sum())):
            corners = _clipped(seen[triangle])
            if corners is None:
                continue
            flat = _projected(lens, corners)
            if (flat.max(0) < 0).any() or (flat.min(0) > lens.pixels).any():
                continue
            shown = np.clip(colour * np.sqrt(shade[triangle].mean(0)), 0, 255)
            polygon = np.round(np.clip(flat, -9000, 9000)).astype(np.int32)
            cv2.fillConvexPoly(picture, polygon, [float(v) for v in shown])
            cv2.fillConvexPoly(depth, polygon, float(-corners[:, 2].mean()))

    def _front(
        self, picture: Picture, depth: Floats, lens: Lens, mesh: Mesh, view: CameraView, light: LightSetting
    ) -> None:
        """The face of a poster, a television or a painting, laid over its frame in perspective."""
        corners = [int(np.argmin(np.abs(mesh.uv - uv).sum(1))) for uv in ((0, 0), (1, 0), (1, 1), (0, 1))]
        seen = _in_camera(lens, mesh.vertices[corners])
        if (seen[:, 2] > -NEAR_M).any():
            return
        name = mesh.texture.removeprefix("front:")
        shown = self._picture_on(name, view)
        if shown is None:
            self._flat(picture, depth, lens, mesh, light)
            return
        rows, columns = shown.shape[:2]
        source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        flat = _projected(lens, seen).astype(np.float32)
        if cv2.contourArea(flat, oriented=True) <= 0:
            return  # seen from behind
        warp = cv2.getPerspectiveTransform(source, flat)
        lit = shown if mesh.glow else shown * np.sqrt(self._shade(mesh.vertices, mesh.normals, light).mean(0))
        laid = cv2.warpPerspective(np.clip(lit, 0, 255).astype(np.uint8), warp, lens.pixels)
        where = cv2.warpPerspective(np.ones((rows, columns), np.uint8), warp, lens.pixels).astype(bool)
        picture[where] = laid[where]
        depth[where] = float(-seen[:, 2].mean())

    def _picture_on(self, name: str, view: CameraView) -> Picture | None:
        thing = self._things[name]
        if thing.kind == "frame":
            return self._fronts[name]
        if thing.kind == "mirror":
            return None
        on = next((place.on for place in view.things if place.name == name), True)
        if thing.kind == "television" and not on:
            return np.full((8, 8, 3), 14, np.uint8)
        pose = poster_pose(name) if thing.kind == "poster" else news_pose(name, view.tick)
        key = (name, repr(pose))
        if key not in self._portraits:
            self._portraits[key] = self._portrait(thing, pose)
        return self._portraits[key]

    def _portrait(self, thing: ThingSpec, pose: Pose) -> Picture:
        body = body_of(pose.look)
        vertices, _, _, _ = body.posed(pose.person)
        lens = portrait_lens(thing, float(vertices[body.head_vertices, 2].mean()))
        picture = np.full((lens.pixels[1], lens.pixels[0], 3), BACKDROP_COLOUR, np.uint8)
        depth = np.full(picture.shape[:2], 1e6, np.float32)
        scatter(picture, depth, lens, Textured(vertices=vertices, shade=np.ones(vertices.shape), body=body))
        return _filled(picture)

    def _shade(self, vertices: Floats, normals: Floats, light: LightSetting) -> NDArray[np.float64]:
        """Light at each corner, as in the OpenGL renderer, without shadows."""
        to_lamp = self._lamp - vertices
        far2 = (to_lamp**2).sum(1)
        on_lamp = np.maximum((normals * to_lamp).sum(1) / np.sqrt(far2), 0) / (1 + 0.25 * far2)
        on_key = np.maximum(normals @ SIDE_LIGHT, 0)
        ambient = np.outer(0.75 + 0.25 * normals[:, 2], light.ambient)
        return ambient + np.outer(on_lamp, light.lamp) + np.outer(on_key, light.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Textured:
    """Somebody to draw: where the vertices are and how brightly they are lit."""

    vertices: Floats
    shade: NDArray[np.float64]
    body: Body


def scatter(picture: Picture, depth: Floats, lens: Lens, drawn: Textured) -> None:
    """Draw a textured mesh as points, nearest on top, where it is in front of what is drawn."""
    triangles, atlas = drawn.body.triangles, drawn.body.atlas
    seen = _in_camera(lens, drawn.vertices)
    front = (seen[triangles, 2] < -NEAR_M).all(1)
    triangles = triangles[front]
    flat = _projected(lens, np.minimum(seen, [np.inf, np.inf, -NEAR_M]))
    a, b, c = (flat[triangles[:, k]] for k in range(3))
    turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    shown = ((high >= 0) & (low < lens.pixels)).all(1)
    triangles, area = triangles[shown], 0.5 * np.abs(turned[shown])
    count = np.minimum(np.ceil(area * POINTS_PER_PX) + 3, MAX_POINTS).astype(int)
    which = np.repeat(np.arange(len(triangles)), count)
    k = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    # A low-discrepancy sequence folded into the triangle: even cover without chance.
    s, t = (0.5 + k * 0.7548776662) % 1.0, (0.5 + k * 0.5698402910) % 1.0
    fold = s + t > 1
    s, t = np.where(fold, 1 - s, s), np.where(fold, 1 - t, t)
    weights = np.stack([1 - s - t, s, t], 1)
    corners = triangles[which]

    def mixed(values: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray((values[corners] * weights[..., None]).sum(1))

    points = mixed(seen)
    at = np.round(_projected(lens, points)).astype(int)
    inside = ((at >= 0) & (at < lens.pixels)).all(1)
    near = -points[:, 2]
    columns, rows = np.clip(at, 0, np.array(lens.pixels) - 1).T
    inside &= near < depth[rows, columns]
    order = np.flatnonzero(inside)[np.argsort(-near[inside], kind="stable")]
    texel = mixed(drawn.body.uv)[order] * [atlas.shape[1], atlas.shape[0]]
    columns, rows = np.clip(texel.astype(int), 0, [atlas.shape[1] - 1, atlas.shape[0] - 1]).T
    colour = atlas[rows, columns] * mixed(drawn.shade)[order]
    picture[at[order, 1], at[order, 0]] = np.clip(colour, 0, 255).astype(np.uint8)
    depth[at[order, 1], at[order, 0]] = near[order]


def _in_camera(lens: Lens, points: Floats) -> NDArray[np.float64]:
    matrix = lens.to_camera()
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])


def _projected(lens: Lens, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = lens.focal_px / -seen[:, 2]
    cx, cy = lens.centre_px
    return np.stack([cx + seen[:, 0] * scale, cy - seen[:, 1] * scale], 1)


def _clipped(corners: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The part of a triangle before the lens; None when there is none."""
    kept = []
    for k in range(3):
        a, b = corners[k], corners[(k + 1) % 3]
        if a[2] < -NEAR_M:
            kept.append(a)
        if (a[2] < -NEAR_M) != (b[2] < -NEAR_M):
            kept.append(a + (b - a) * (-NEAR_M - a[2]) / (b[2] - a[2]))
    return np.array(kept) if len(kept) >= 3 else None


def _filled(picture: Picture) -> Picture:
    """Without the pinholes that points leave: a median of nine, which keeps eyes and mouth."""
    return np.asarray(cv2.medianBlur(picture, 3), np.uint8)
