"""A baked person: a skinned mesh that can stand, walk, sit, turn its head and open its mouth.

Person axes: x forward, y to the left, z up, soles at z = 0. Skinning runs on the CPU, because the picture's truth needs
moved vertices anyway: only those that are drawn or measured, and a still person is not computed again.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from simulator.onboard.angles import difference_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.opencv import cv2
from simulator.world.assets import ASSETS
from simulator.world.camera.mesh import coarse
from simulator.world.camera.thinning import Ints, Thinned, shared_rows, thinned
from simulator.world.camera.view import PersonView

Floats = NDArray[np.float32]

PEOPLE_DIR = ASSETS / "people"
BONES = (
    "Root", "pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head",
    "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l", "clavicle_r", "upperarm_r", "lowerarm_r", "hand_r",
    "thigh_l", "calf_l", "foot_l", "thigh_r", "calf_r", "foot_r",
)  # fmt: skip
HEAD, NECK = BONES.index("head"), BONES.index("neck_01")
HANDS = [BONES.index("hand_l"), BONES.index("hand_r")]
SKIN_KIND, CLOTHES_KIND = 0, 2  # of a vertex: skin, eyes, clothes, hair
SEAT_M = 0.45  # height of a usual chair; a child's feet hang
SEAT_FLESH_M = 0.12  # from the seat to the hip joint
NECK_REACH_DEG = 70.0  # farther than this the shoulders come along
SHADOW_CELL_M = 0.03  # a texel of the shadow map is about as large; a quarter of the triangles is left
# One vertex is left in each cell of this size: head, hands, the rest. NEAR is for details, where faces
# stay as baked. FAR is for a pixel of 3 mm and more, as in a whole picture from 0.7 m on.
NEAR_CELLS_M = (1e-4, 0.010, 0.018)
FAR_CELLS_M = (0.006, 0.018, 0.028)
MOVES_M = 0.004  # lips that part are not merged
OUTLINE_STEP = 5  # every fifth vertex is enough for an outline: the mesh has one every centimetre
HEAD_POINTS = 48  # of a head, tested against what stands before it
ARM_DROP_DEG = 38.0  # from the mesh's spread arms to hanging ones
STRIDE_DEG = 28.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of a body's vertices, ready to be moved."""

    rest: Floats
    normals: Floats
    weights: Floats
    jaw: Floats  # where the open mouth moves them
    opens: Ints  # which of them it moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a body stands in the room."""

    bones: Floats  # 3x4 from the body at rest to the room, for each bone
    mouth_open: float
    head_deg: float
    head_pitch_deg: float


class Body:
    """One look, loaded once; `pose` gives the bones for a moment, `moved` the vertices."""

    def __init__(self, look: str) -> None:
        path = PEOPLE_DIR / f"{look}.npz"
        with np.load(path) as data:
            self._rest: Floats = data["vertices_tenth_mm"].astype(np.float32) * 1e-4
            self._jaw: Floats = data["jaw_tenth_mm"].astype(np.float32) * 1e-4
            self.uv: Floats = data["uv_65535"].astype(np.float32) / 65535
            self.triangles: NDArray[np.int32] = data["triangles"].astype(np.int32)
            self._joints: Floats = data["joints_tenth_mm"].astype(np.float32) * 1e-4
            self._parents: list[int] = data["parents"].tolist()
            self._kind = data["kind"].astype(np.int64)
            index, share = data["bone_index"], data["bone_share_255"].astype(np.float32)
            atlas = cv2.imdecode(data["atlas_jpg"], cv2.IMREAD_COLOR)
        if atlas is None:
            raise ValueError(f"{path}: its texture cannot be read")
        self.atlas: NDArray[np.uint8] = np.ascontiguousarray(atlas[..., ::-1]).astype(np.uint8)
        self._weights: Floats = np.zeros((len(self._rest), len(BONES)), np.float32)
        np.put_along_axis(self._weights, index.astype(np.int64), share / share.sum(1, keepdims=True), 1)
        self._normals = smooth_normals(self._rest, self.triangles)
        self.head_vertices: Ints = np.flatnonzero((self._kind == SKIN_KIND) & (self._weights[:, HEAD] > 0.6))
        self.height_m = float(self._rest[:, 2].max())
        self.whole = self._part(np.arange(len(self._rest)))
        near = self._thinned(NEAR_CELLS_M, Thinned.of(len(self._rest), self.triangles))
        far = self._thinned(FAR_CELLS_M, near)
        rows, near_at, far_at = shared_rows(near, far)
        self.drawn = self._part(rows.place)
        self.drawn_uv: Floats = self.uv[rows.paint]
        self.near, self.far = self._both_sides(near_at, rows), self._both_sides(far_at, rows)
        self.shadow = coarse(self.drawn.rest, far_at, cell_m=SHADOW_CELL_M)
        self.outline = self._part(np.arange(0, len(self._rest), OUTLINE_STEP))
        self.head = self._part(self._head_points())
        self._head_mean = self._mean_of(self.head_vertices)

    def pose(self, person: PersonView) -> Pose:
        """The bones of a person, in the room."""
        turns, head_turn = self._turns(person)
        lift = 0.0
        if person.posture == "sitting":
            lift = SEAT_M + SEAT_FLESH_M - float(self._joints[BONES.index("thigh_l")][2])
        to_room = np.eye(4, dtype=np.float32)
        to_room[:3, :3] = _about_z(person.body_deg)
        to_room[:3, 3] = person.x_m, person.y_m, lift
        matrices = np.empty((len(BONES), 4, 4), np.float32)
        for bone, parent in enumerate(self._parents):
            above = to_room if parent < 0 else matrices[parent]
            matrices[bone] = above
            turn = turns.get(BONES[bone])
            if turn is not None:
                joint = self._joints[bone]
                matrices[bone, :3, :3] = above[:3, :3] @ turn
                matrices[bone, :3, 3] = above[:3, :3] @ (joint - turn @ joint) + above[:3, 3]
        return Pose(
            bones=np.ascontiguousarray(matrices[:, :3]),
            mouth_open=person.mouth_open,
            head_deg=person.body_deg + head_turn,
            head_pitch_deg=person.head_pitch_deg,
        )

    def placed(self, part: Part, pose: Pose) -> Floats:
        """Where some vertices are in the room."""
        return self._moved(part, pose)[0]

    def moved(self, part: Part, pose: Pose) -> tuple[Floats, Floats]:
        """(vertices, normals) in the room."""
        vertices, blend = self._moved(part, pose)
        return vertices, np.einsum("nij,nj->ni", blend[:, :, :3], part.normals)

    def head_centre(self, pose: Pose) -> NDArray[np.float64]:
        """The mean of all vertices of the head: a sum over bones, because each moves its share of all of them alike."""
        still, jaw = self._head_mean
        share = still + pose.mouth_open * jaw
        return np.asarray(np.einsum("bij,bj->i", pose.bones, share), np.float64)

    def posed(self, person: PersonView) -> tuple[Floats, Floats, float, float]:
        """All (vertices, normals) in the room, and the head's true direction and pitch as drawn."""
        pose = self.pose(person)
        return *self.moved(self.whole, pose), pose.head_deg, pose.head_pitch_deg

    def _moved(self, part: Part, pose: Pose) -> tuple[Floats, Floats]:
        rest = part.rest
        if pose.mouth_open > 0 and len(part.opens):
            rest = rest.copy()
            rest[part.opens] += np.float32(pose.mouth_open) * part.jaw
        blend = (part.weights @ pose.bones.reshape(len(BONES), 12)).reshape(-1, 3, 4)
        return np.einsum("nij,nj->ni", blend[:, :, :3], rest) + blend[:, :, 3], blend

    def _part(self, rows: Ints) -> Part:
        opens = np.flatnonzero(np.abs(self._jaw[rows]).max(1) > 0)
        return Part(
            rest=self._rest[rows], normals=self._normals[rows], weights=self._weights[rows],
            jaw=self._jaw[rows][opens], opens=opens,
        )  # fmt: skip

    def _mean_of(self, rows: Ints) -> tuple[Floats, Floats]:
        """Each bone's share in the mean of some vertices, and how much of it the open mouth adds; 4 numbers a bone."""
        weights = self._weights[rows].T / len(rows)
        places = np.column_stack([self._rest[rows], np.ones(len(rows), np.float32)])
        opened = np.column_stack([self._jaw[rows], np.zeros(len(rows), np.float32)])
        return (weights @ places).astype(np.float32), (weights @ opened).astype(np.float32)

    def _thinned(self, cells_m: tuple[float, float, float], mesh: Thinned) -> Thinned:
        weights = self._weights[mesh.place]
        head, hand = weights[:, [HEAD, NECK]].sum(1) > 0.3, weights[:, HANDS].sum(1) > 0.5
        cell_m = np.select([head, hand], cells_m[:2], cells_m[2]).astype(np.float32)
        group = 2 * self._kind[mesh.place] + (np.abs(self._jaw[mesh.place]).max(1) > MOVES_M)
        return thinned(self._rest, self.uv, mesh, cell_m=cell_m, group=group)

    def _both_sides(self, triangles: NDArray[np.int32], rows: Thinned) -> NDArray[np.int32]:
        """The triangles; those of clothes and hair, whose inside is seen, are there from both sides.

        Clothes and hair first, their insides last: what is covered need not be painted.
        """
        thin = self._kind[rows.place[triangles[:, 0]]] >= CLOTHES_KIND
        return np.concatenate([triangles[thin], triangles[~thin], triangles[thin][:, ::-1]])

    def _head_points(self) -> Ints:
        """Vertices whose bounds are those of the whole head, mouth shut or open; the first are spread over it."""
        head = self.head_vertices
        spread = head[np.linspace(0, len(head) - 1, HEAD_POINTS).astype(int)]
        rest, jaw = self._rest[head], self._jaw[head]
        outer = np.unique(ConvexHull(np.concatenate([rest, rest + jaw])).vertices % len(head))
        return np.concatenate([spread, head[outer]])

    def _turns(self, person: PersonView) -> tuple[dict[str, Floats], float]:
        head_turn = difference_deg(person.head_deg, person.body_deg)
        head_turn = float(np.clip(head_turn, -130.0, 130.0))
        neck = float(np.clip(head_turn, -NECK_REACH_DEG, NECK_REACH_DEG))
        shoulders = head_turn - neck
        pitch = person.head_pitch_deg
        turns = {
            "spine_02": _about_z(0.5 * shoulders),
            "spine_03": _about_z(0.5 * shoulders),
            "neck_01": _about_z(0.4 * neck) @ _about_y(-0.4 * pitch),
            "head": _about_z(0.6 * neck) @ _about_y(-0.6 * pitch),
            "upperarm_l": _about_x(-ARM_DROP_DEG),
            "upperarm_r": _about_x(ARM_DROP_DEG),
            "lowerarm_l": _about_y(-12) @ _about_x(-6),
            "lowerarm_r": _about_y(-12) @ _about_x(6),
        }
        if person.posture == "sitting":
            for side in "lr":
                turns[f"thigh_{side}"] = _about_y(-85)
                turns[f"calf_{side}"] = _about_y(85)
                turns[f"upperarm_{side}"] = _about_y(-35) @ turns[f"upperarm_{side}"]
                turns[f"lowerarm_{side}"] = _about_y(-45) @ turns[f"lowerarm_{side}"]
        elif person.stride_rad is not None:
            swing = STRIDE_DEG * math.sin(person.stride_rad)
            for side, sign in (("l", 1.0), ("r", -1.0)):
                lifted = max(0.0, sign * 25 * math.sin(person.stride_rad + 1.2) + 12)
                turns[f"thigh_{side}"] = _about_y(-sign * swing)
                turns[f"calf_{side}"] = _about_y(lifted)
                turns[f"upperarm_{side}"] = _about_y(sign * 0.8 * swing) @ turns[f"upperarm_{side}"]
        return turns, head_turn


def alive(person: PersonView, *, tick: int) -> PersonView:
    """The same person with the small movements of somebody who stands or sits still: nobody is a statue.

    Standing people sway by about half a centimetre and their heads turn by a degree or two; every one in their own time.
    """
    if person.stride_rad is not None:
        return person
    t = tick / TICKS_PER_S
    phase = (zlib.crc32(person.name.encode()) % 6283) / 1000
    share = 0.5 if person.posture == "sitting" else 1.0
    return replace(
        person,
        x_m=person.x_m + share * 0.005 * (math.sin(1.9 * t + phase) + 0.6 * math.sin(5.1 * t + 2 * phase)),
        y_m=person.y_m + share * 0.005 * (math.sin(1.6 * t + 2 * phase) + 0.6 * math.sin(4.3 * t + phase)),
        head_deg=person.head_deg + 1.3 * math.sin(1.1 * t + 3 * phase) + 0.7 * math.sin(3.7 * t + phase),
        head_pitch_deg=person.head_pitch_deg + 0.9 * math.sin(1.4 * t + phase) + 0.5 * math.sin(4.9 * t + 3 * phase),
    )


@lru_cache(maxsize=16)
def body_of(look: str) -> Body:
    """The body of a look; read-only, so one is enough for everybody who wears it."""
    return Body(look)


def smooth_normals(vertices: Floats, triangles: NDArray[np.int32]) -> Floats:
    """Unit normals that do not break at texture seams: vertices at one place share theirs."""
    _, weld = np.unique(np.round(vertices * 2e4).astype(np.int64), axis=0, return_inverse=True)
    weld = weld.ravel()
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = np.stack(
        [np.bincount(weld[triangles].ravel(), np.repeat(face[:, k], 3), weld.max() + 1) for k in range(3)], 1
    )[weld]
    unit: Floats = (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return unit


def _about_x(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float32)


def _about_y(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]], np.float32)


def _about_z(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)
