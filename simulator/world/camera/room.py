"""The room as the camera sees it: floor, ceiling, walls with their materials, a window, pictures, and its textures."""

from __future__ import annotations

import math

import numpy as np

from simulator.world.camera import surfaces
from simulator.world.camera.mesh import Mesh, quad
from simulator.world.spec import Point, RoomSpec

SIDES = ("south", "east", "north", "west")
SKIRTING_M = 0.08
WINDOW_M = (0.9, 2.1)  # lower and upper edge above the floor
PICTURE_M = (1.3, 1.75)


def corners_of(room: RoomSpec) -> tuple[Point, ...]:
    """The floor plan, counter-clockwise."""
    if room.corners:
        return room.corners
    return ((0.0, 0.0), (room.width_m, 0.0), (room.width_m, room.depth_m), (0.0, room.depth_m))


def wall_names(room: RoomSpec) -> tuple[str, ...]:
    """Names of the walls, in the order of the corners they start at."""
    return tuple(f"wall-{k + 1}" for k in range(len(room.corners))) if room.corners else SIDES


def window_normal(room: RoomSpec) -> tuple[float, float] | None:
    """The direction into the room from its window; None without one."""
    if room.window in ("auto", "none") or room.corners:
        return None
    return {"south": (0.0, 1.0), "east": (-1.0, 0.0), "north": (0.0, -1.0), "west": (1.0, 0.0)}[room.window]


def room_meshes(room: RoomSpec, chance: np.random.Generator) -> list[Mesh]:
    """Everything that never moves."""
    corners = corners_of(room)
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    low, size = (min(xs), min(ys)), (max(xs) - min(xs), max(ys) - min(ys))
    height = room.height_m
    tiles = (max(1, round(size[0] / 1.6)), max(1, round(size[1] / 1.6)))
    meshes = [
        quad((*low, 0), (size[0], 0, 0), (0, size[1], 0), "floor", repeat=tiles, casts=False),
        quad(
            (low[0], low[1] + size[1], height), (size[0], 0, 0), (0, -size[1], 0), "ceiling", repeat=tiles, casts=False
        ),
    ]
    for k, name in enumerate(wall_names(room)):
        start, end = np.array(corners[k]), np.array(corners[(k + 1) % len(corners)])
        meshes += _wall(name, start, end, room, chance)
    return meshes


def surface_pictures(room: RoomSpec, chance: np.random.Generator) -> dict[str, surfaces.Picture]:
    """All textures of a room by name; the faces of posters and televisions are added by the renderer."""
    floor = room.walls["floor"].material if "floor" in room.walls else ("wood" if chance.random() < 0.6 else "carpet")
    pictures = {
        "floor": surfaces.material(floor, chance),
        "ceiling": surfaces.material(room.walls["ceiling"].material if "ceiling" in room.walls else "plaster", chance),
        "wall": surfaces.material("plaster", chance),
        "wood": surfaces.wood(chance),
        "skirting": surfaces.plain((235, 233, 228)),
        "window": surfaces.plain((236, 243, 252)),
        "bars": surfaces.plain((240, 240, 238)),
        "sofa": surfaces.cloth(chance, _colour(chance)),
        "coat": surfaces.cloth(chance, (58, 52, 60)),
        "cat": surfaces.cloth(chance, (190, 130, 70)),
        "dog": surfaces.cloth(chance, (96, 70, 48)),
        "counter": surfaces.material("tile", chance),
        "metal": surfaces.plain((126, 130, 136)),
        "glass": surfaces.plain((196, 214, 220)),
        "vase": surfaces.plain(_colour(chance)),
        "hand": surfaces.plain((222, 180, 152)),
        "paper": surfaces.plain((232, 230, 224)),
        "black": surfaces.plain((26, 26, 28)),
        "books": surfaces.books(chance),
        "landscape": surfaces.landscape(chance),
    }
    for k in range(3):
        pictures[f"painting-{k}"] = surfaces.painting(chance)
    for name in wall_names(room):
        stuff = room.walls[name].material if name in room.walls else "plaster"
        pictures[f"wall:{name}"] = pictures["wall"] if stuff == "plaster" else surfaces.material(stuff, chance)
    return pictures


def _wall(name: str, start: np.ndarray, end: np.ndarray, room: RoomSpec, chance: np.random.Generator) -> list[Mesh]:
    """One wall with its skirting board, and a window or some pictures on it."""
    length = float(np.linalg.norm(end - start))
    along = np.array([*(end - start), 0.0]) / length
    inward = np.array([-along[1], along[0], 0.0])
    foot, up = np.array([*start, 0.0]), np.array([0.0, 0.0, room.height_m])
    # Seen from inside, a counter-clockwise wall runs to the left: start at its far end so that textures are not mirrored.
    far = foot + along * length
    meshes = [quad(far, -along * length, up, f"wall:{name}", repeat=(max(1, round(length / 2)), 1), casts=False)]
    meshes.append(quad(far + inward * 0.012, -along * length, (0, 0, SKIRTING_M), "skirting", casts=False))
    if room.window == name:
        wide = min(0.5 * length, 2.0)
        corner = far - along * (0.5 * (length - wide)) + inward * 0.015 + np.array([0, 0, WINDOW_M[0]])
        tall = WINDOW_M[1] - WINDOW_M[0]
        meshes.append(quad(corner, -along * wide, (0, 0, tall), "window", glow=1.0, casts=False))
        for k in (0.0, 0.49, 0.97):
            bar = corner - along * (k * wide) + inward * 0.01
            meshes.append(quad(bar, -along * (0.03 * wide), (0, 0, tall), "bars", casts=False))
        return meshes
    spots = int(length // 1.7)
    for k in range(spots):
        if chance.random() < 0.45:
            continue
        wide = float(chance.uniform(0.35, 0.6))
        middle = length * (k + 0.5) / spots + float(chance.uniform(-0.2, 0.2))
        corner = far - along * (middle - wide / 2) + inward * 0.02 + np.array([0, 0, PICTURE_M[0]])
        tall = PICTURE_M[1] - PICTURE_M[0]
        texture = f"painting-{int(chance.integers(3))}"
        meshes.append(quad(corner, -along * wide, (0, 0, tall), texture, casts=False))
    return meshes


def _colour(chance: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in chance.integers(60, 190, 3))
    return red, green, blue


def room_centre(room: RoomSpec) -> tuple[float, float, float]:
    """The middle of the room, and the radius of a ball around it that holds the room."""
    xs, ys = zip(*corners_of(room), strict=True)
    x, y = 0.5 * (min(xs) + max(xs)), 0.5 * (min(ys) + max(ys))
    return x, y, 0.5 * math.hypot(max(xs) - min(xs), max(ys) - min(ys), room.height_m)
