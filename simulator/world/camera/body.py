"""A baked person: a skinned mesh that can stand, walk, sit, turn its head and open its mouth.

Person axes: x forward, y to the left, z up, soles at z = 0. Skinning runs on the CPU: 7000 vertices and 21 bones take
about 1 ms, the picture's truth needs the moved vertices anyway, and a still person is not computed again.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import difference_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.opencv import cv2
from simulator.world.assets import ASSETS
from simulator.world.camera.mesh import coarse
from simulator.world.camera.view import PersonView

Floats = NDArray[np.float32]

PEOPLE_DIR = ASSETS / "people"
BONES = (
    "Root", "pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head",
    "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l", "clavicle_r", "upperarm_r", "lowerarm_r", "hand_r",
    "thigh_l", "calf_l", "foot_l", "thigh_r", "calf_r", "foot_r",
)  # fmt: skip
HEAD = BONES.index("head")
SKIN_KIND = 0
SEAT_M = 0.45  # height of a usual chair; a child's feet hang
SEAT_FLESH_M = 0.12  # from the seat to the hip joint
NECK_REACH_DEG = 70.0  # farther than this the shoulders come along
SHADOW_CELL_M = 0.03  # a texel of the shadow map is about as large; a quarter of the triangles is left
ARM_DROP_DEG = 38.0  # from the mesh's spread arms to hanging ones
STRIDE_DEG = 28.0


class Body:
    """One look, loaded once; `posed` gives its vertices for a moment."""

    def __init__(self, look: str) -> None:
        path = PEOPLE_DIR / f"{look}.npz"
        with np.load(path) as data:
            self._rest: Floats = data["vertices_tenth_mm"].astype(np.float32) * 1e-4
            self._jaw: Floats = data["jaw_tenth_mm"].astype(np.float32) * 1e-4
            self.uv: Floats = data["uv_65535"].astype(np.float32) / 65535
            self.triangles: NDArray[np.int32] = data["triangles"].astype(np.int32)
            self._joints: Floats = data["joints_tenth_mm"].astype(np.float32) * 1e-4
            self._parents: list[int] = data["parents"].tolist()
            kind = data["kind"]
            index, share = data["bone_index"], data["bone_share_255"].astype(np.float32)
            atlas = cv2.imdecode(data["atlas_jpg"], cv2.IMREAD_COLOR)
        if atlas is None:
            raise ValueError(f"{path}: its texture cannot be read")
        self.atlas: NDArray[np.uint8] = np.ascontiguousarray(atlas[..., ::-1]).astype(np.uint8)
        self._weights: Floats = np.zeros((len(self._rest), len(BONES)), np.float32)
        np.put_along_axis(self._weights, index.astype(np.int64), share / share.sum(1, keepdims=True), 1)
        self.shadow: NDArray[np.int32] = coarse(self._rest, self.triangles, cell_m=SHADOW_CELL_M)
        self._rest_normals = smooth_normals(self._rest, self.triangles)
        self.head_vertices: NDArray[np.int64] = np.flatnonzero((kind == SKIN_KIND) & (self._weights[:, HEAD] > 0.6))
        self.height_m = float(self._rest[:, 2].max())
        self._jaw_vertices = np.flatnonzero(np.abs(self._jaw).max(1) > 0)

    def posed(self, person: PersonView) -> tuple[Floats, Floats, float, float]:
        """(vertices, normals) in the room, and the head's true direction and pitch as drawn."""
        turns, head_turn = self._turns(person)
        lift = 0.0
        if person.posture == "sitting":
            lift = SEAT_M + SEAT_FLESH_M - float(self._joints[BONES.index("thigh_l")][2])
        to_room = _about_z(person.body_deg)
        matrices = np.empty((len(BONES), 4, 4), np.float32)
        for bone, parent in enumerate(self._parents):
            local = np.eye(4, dtype=np.float32)
            turn = turns.get(BONES[bone])
            if turn is not None:
                joint = self._joints[bone]
                local[:3, :3] = turn
                local[:3, 3] = joint - turn @ joint
            matrices[bone] = local if parent < 0 else matrices[parent] @ local
        rest = self._rest
        if person.mouth_open > 0:
            rest = rest.copy()
            rest[self._jaw_vertices] += np.float32(person.mouth_open) * self._jaw[self._jaw_vertices]
        blend = (self._weights @ matrices[:, :3].reshape(len(BONES), 12)).reshape(-1, 3, 4)
        vertices = np.einsum("nij,nj->ni", blend[:, :, :3], rest) + blend[:, :, 3]
        normals = np.einsum("nij,nj->ni", blend[:, :, :3], self._rest_normals)
        place = np.array([person.x_m, person.y_m, lift], np.float32)
        return (
            np.ascontiguousarray(vertices @ to_room.T + place, np.float32),
            np.ascontiguousarray(normals @ to_room.T, np.float32),
            person.body_deg + head_turn,
            person.head_pitch_deg,
        )

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
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _about_x(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float32)


def _about_y(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]], np.float32)


def _about_z(angle_deg: float) -> Floats:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)
