"""Where every echo seems to come from: image sources of box rooms and of rooms with any floor plan.

A box room has its images in closed form and all of them are audible. In any other plan each image must be followed back
wall by wall: an echo counts only if its bounces lie on their walls and nothing of the room stands in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.world.compiled import compiled
from simulator.world.sound import kernels, plain
from simulator.world.sound.room import SoundRoom

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
BOX_ORDER = 6
PLAN_ORDER = 3
# Bent ways are followed point by point up to this order; weaker echoes count as free.
TRACED_ORDER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """All audible images of one source as seen from one listener."""

    positions: F64  # (n, 3)
    mirrors: F64  # (n, 3, 3): how each image's own axes are mirrored
    gains: F64  # (n, bands): what the walls left
    orders: I64  # (n,)
    walls: I64  # (n, TRACED_ORDER): in the order the sound meets them, -1 where there is none; only for traced orders
    points: F64  # (n, TRACED_ORDER + 2, 3): source, bounces, listener; the last point repeats


class BoxImages:
    """Images in a rectangular room."""

    def __init__(self, room: SoundRoom, *, order: int = BOX_ORDER, pure_numpy: bool = False) -> None:
        """Prepare the room; the floor plan may start anywhere."""
        plan = np.asarray(room.corners_m)
        self._origin = np.array([plan[:, 0].min(), plan[:, 1].min(), 0.0])
        self._size = np.array([np.ptp(plan[:, 0]), np.ptp(plan[:, 1]), room.height_m])
        self._order = order
        self._mirror = plain.box_images if pure_numpy else kernels.box_images
        self._sides = _box_sides(room)
        self._reflection = np.ascontiguousarray(room.reflection()[self._sides])

    def seen_from(self, source: F64, listener: F64) -> Images:
        """All images of a source."""
        cells = np.empty((kernels.image_capacity(self._order), 3), np.int64)
        positions = np.empty(cells.shape)
        self._mirror(source - self._origin, self._size, self._order, cells, positions)
        gains = np.empty((len(cells), self._reflection.shape[1]))
        kernels.box_wall_gains(cells, self._reflection, gains)
        orders = np.abs(cells).sum(axis=1)
        mirrors = np.zeros((len(cells), 3, 3))
        mirrors[:, (0, 1, 2), (0, 1, 2)] = np.where(cells % 2 == 0, 1.0, -1.0)
        walls = np.full((len(cells), TRACED_ORDER), -1, np.int64)
        points = np.empty((len(cells), TRACED_ORDER + 2, 3))
        _fold_box(source - self._origin, listener - self._origin, self._size, positions, orders, walls, points)
        walls = np.where(walls >= 0, self._sides[walls], -1)
        return Images(
            positions=positions + self._origin,
            mirrors=mirrors,
            gains=gains,
            orders=orders,
            walls=walls,
            points=points + self._origin,
        )


class PlanImages:
    """Images in a room with any floor plan."""

    def __init__(self, room: SoundRoom, *, order: int = PLAN_ORDER) -> None:
        """Prepare the mirrors: plane k is wall k, then floor and ceiling."""
        plan = np.asarray(room.corners_m, dtype=float)
        along = np.roll(plan, -1, axis=0) - plan
        inward = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1)[:, None]
        count = len(plan)
        self._normals = np.zeros((count + 2, 3))
        self._normals[:count, :2] = inward
        self._normals[count:, 2] = (1.0, -1.0)
        self._offsets = np.concatenate([-(inward * plan).sum(axis=1), [0.0, room.height_m]])
        self._plan, self._height, self._order = plan, room.height_m, order
        self._reflection = room.reflection()

    def seen_from(self, source: F64, listener: F64) -> Images:
        """The audible images of a source."""
        planes = len(self._normals)
        capacity = 1 + sum(planes * (planes - 1) ** k for k in range(self._order))
        positions = np.empty((capacity, 3))
        walls = np.full((capacity, TRACED_ORDER), -1, np.int64)
        orders = np.zeros(capacity, np.int64)
        points = np.empty((capacity, TRACED_ORDER + 2, 3))
        count = _plan_images(
            source,
            listener,
            self._normals,
            self._offsets,
            self._plan,
            self._height,
            self._order,
            positions,
            walls,
            orders,
            points,
        )
        walls = walls[:count]
        mirrors = np.broadcast_to(np.eye(3), (count, 3, 3)).copy()
        gains = np.ones((count, self._reflection.shape[1]))
        for bounce in range(TRACED_ORDER):
            met = walls[:, bounce] >= 0
            normal = self._normals[walls[met, bounce]]
            flip = np.eye(3) - 2 * normal[:, :, None] * normal[:, None, :]
            mirrors[met] = flip @ mirrors[met]
            gains[met] *= self._reflection[walls[met, bounce]]
        return Images(
            positions=positions[:count],
            mirrors=mirrors,
            gains=gains,
            orders=orders[:count],
            walls=walls,
            points=points[:count],
        )


def images_of(room: SoundRoom, *, pure_numpy: bool = False) -> BoxImages | PlanImages:
    """The right kind of mirrors for a room."""
    return BoxImages(room, pure_numpy=pure_numpy) if room.is_box else PlanImages(room)


def _box_sides(room: SoundRoom) -> I64:
    """Which surface of the room lies at x = 0, x = X, y = 0, y = Y, z = 0, z = Z."""
    plan = np.asarray(room.corners_m)
    middles = 0.5 * (plan + np.roll(plan, -1, axis=0))
    return np.array(
        [
            np.argmin(middles[:, 0]),
            np.argmax(middles[:, 0]),
            np.argmin(middles[:, 1]),
            np.argmax(middles[:, 1]),
            4,
            5,
        ]
    )


@compiled
def _fold_box(source: F64, listener: F64, size: F64, positions: F64, orders: I64, walls: I64, points: F64) -> None:
    """Fold the straight way from the listener to each image back into the room, and note its bounces."""
    crossings = np.empty(TRACED_ORDER)
    sides = np.empty(TRACED_ORDER, np.int64)
    for i in range(positions.shape[0]):
        points[i, 0] = source
        for k in range(1, TRACED_ORDER + 2):
            points[i, k] = listener
        if orders[i] > TRACED_ORDER:
            continue
        count = 0
        for axis in range(3):
            start, end = listener[axis], positions[i, axis]
            low = int(np.floor(min(start, end) / size[axis])) + 1
            high = int(np.ceil(max(start, end) / size[axis])) - 1
            for plane in range(low, high + 1):
                crossings[count] = (plane * size[axis] - start) / (end - start)
                sides[count] = 2 * axis + plane % 2
                count += 1
        for a in range(1, count):
            b = a
            while b > 0 and crossings[b - 1] > crossings[b]:
                crossings[b - 1], crossings[b] = crossings[b], crossings[b - 1]
                sides[b - 1], sides[b] = sides[b], sides[b - 1]
                b -= 1
        for bounce in range(count):
            at = count - 1 - bounce
            walls[i, bounce] = sides[at]
            for axis in range(3):
                value = listener[axis] + crossings[at] * (positions[i, axis] - listener[axis])
                folded = value % (2 * size[axis])
                points[i, bounce + 1, axis] = 2 * size[axis] - folded if folded > size[axis] else folded


@compiled
def _plan_images(
    source: F64,
    listener: F64,
    normals: F64,
    offsets: F64,
    plan: F64,
    height: float,
    order: int,
    positions: F64,
    walls: I64,
    orders: I64,
    points: F64,
) -> int:
    """Mirror the source again and again; keep the images whose way back to the source stays in the room."""
    planes = normals.shape[0]
    capacity = positions.shape[0]
    tree = np.empty((capacity, 3))
    parent = np.full(capacity, -1, np.int64)
    last = np.full(capacity, -1, np.int64)
    depth = np.zeros(capacity, np.int64)
    tree[0] = source
    made, at = 1, 0
    kept = 0
    way = np.empty((TRACED_ORDER + 2, 3))
    met = np.empty(TRACED_ORDER, np.int64)
    while at < made:
        if _follow_back(at, tree, parent, last, depth[at], listener, normals, offsets, plan, height, way, met):
            positions[kept] = tree[at]
            orders[kept] = depth[at]
            walls[kept, :] = -1
            walls[kept, : depth[at]] = met[: depth[at]]
            points[kept, : depth[at] + 2] = way[: depth[at] + 2]
            for k in range(depth[at] + 2, TRACED_ORDER + 2):
                points[kept, k] = listener
            kept += 1
        if depth[at] < order:
            for plane in range(planes):
                if plane == last[at]:
                    continue
                ahead = _ahead(tree[at], normals[plane], offsets[plane])
                if ahead <= 1e-9:
                    continue
                for axis in range(3):
                    tree[made, axis] = tree[at, axis] - 2 * ahead * normals[plane, axis]
                parent[made], last[made], depth[made] = at, plane, depth[at] + 1
                made += 1
        at += 1
    return kept


@compiled
def _follow_back(
    image: int,
    tree: F64,
    parent: I64,
    last: I64,
    depth: int,
    listener: F64,
    normals: F64,
    offsets: F64,
    plan: F64,
    height: float,
    way: F64,
    met: I64,
) -> bool:
    """Walk from the listener towards an image, bouncing where it was mirrored; false where the way leaves the room."""
    way[depth + 1] = listener
    here = listener
    at = image
    skip = -1
    for bounce in range(depth - 1, -1, -1):
        plane = last[at]
        from_plane = _ahead(here, normals[plane], offsets[plane])
        to_plane = _ahead(tree[at], normals[plane], offsets[plane])
        if from_plane <= 1e-9 or to_plane >= -1e-9:
            return False
        spot = way[bounce + 1]
        for axis in range(3):
            spot[axis] = here[axis] + from_plane / (from_plane - to_plane) * (tree[at, axis] - here[axis])
        if not _on_surface(spot, plane, plan, height) or _crosses_wall(here, spot, plan, skip, plane):
            return False
        met[bounce] = plane
        here, skip, at = spot, plane, parent[at]
    way[0] = tree[0]
    return not _crosses_wall(here, tree[0], plan, skip, -1)


@compiled
def _ahead(point: F64, normal: F64, offset: float) -> float:
    """How far a point lies in front of a plane."""
    return float(normal[0] * point[0] + normal[1] * point[1] + normal[2] * point[2] + offset)


@compiled
def _on_surface(spot: F64, plane: int, plan: F64, height: float) -> bool:
    """Whether a point of a plane belongs to the wall itself."""
    count = plan.shape[0]
    if plane < count:
        a, b = plan[plane], plan[(plane + 1) % count]
        along = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / (
            (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
        )
        return bool(0.0 <= along <= 1.0 and 0.0 <= spot[2] <= height)
    inside = False
    for k in range(count):
        a, b = plan[k], plan[(k + 1) % count]
        if (a[1] > spot[1]) != (b[1] > spot[1]) and spot[0] < (b[0] - a[0]) * (spot[1] - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside


@compiled
def _crosses_wall(a: F64, b: F64, plan: F64, skip: int, skip_too: int) -> bool:
    """Whether a leg runs through a wall of the plan other than the ones it starts and ends on."""
    count = plan.shape[0]
    for k in range(count):
        if k in (skip, skip_too):
            continue
        p, q = plan[k], plan[(k + 1) % count]
        side_p = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
        side_q = (b[0] - a[0]) * (q[1] - a[1]) - (b[1] - a[1]) * (q[0] - a[0])
        side_a = (q[0] - p[0]) * (a[1] - p[1]) - (q[1] - p[1]) * (a[0] - p[0])
        side_b = (q[0] - p[0]) * (b[1] - p[1]) - (q[1] - p[1]) * (b[0] - p[0])
        if side_p * side_q < 0 and side_a * side_b < 0:
            return True
    return False
