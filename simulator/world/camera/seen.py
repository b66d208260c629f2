"""The truth about one picture: where each person is in it, how the head is turned, and how much of them is hidden by what."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import azimuth_deg, wrap_deg
from simulator.onboard.messages import Box
from simulator.world.camera.body import HEAD_POINTS
from simulator.world.camera.lens import Sensor
from simulator.world.truth import SeenTruth

Points = NDArray[np.float64]
BODY_POINTS = 160  # of a person, tested against what stands before them
MIN_HIDING = 0.02  # a smaller share is not worth naming
REACH_M, BREADTH_M = 0.9, 0.4  # of an arm with the shoulder; of who may be hidden
SKIN_M = 0.005  # the points of an outline are so close together on hands, which hide most when they are near the lens


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A box in the room that hides what is behind it."""

    name: str
    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    angle_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """One person as drawn."""

    name: str
    vertices: NDArray[np.float32]  # what is drawn
    normals: NDArray[np.float32]
    outline: NDArray[np.float32]  # points spread over the whole body
    head: NDArray[np.float32]  # points spread over the head, then those that bound it
    head_centre: NDArray[np.float64]
    head_deg: float
    head_pitch_deg: float


def truth_of(
    people: list[Posed], blocks: list[Block], *, project: Projector, axis: tuple[float, float], heading_deg: float
) -> tuple[SeenTruth, ...]:
    """What is seen of each person that is at least partly inside the picture."""
    shapes = {person.name: [*_as_blocks(person)] for person in people}
    found = []
    for person in people:
        others = [block for name, own in shapes.items() if name != person.name for block in own]
        reaching = [other for other in people if other is not person and _may_reach_before(other, person, project.eye)]
        truth = _one(person, [*blocks, *others], reaching, project, axis, heading_deg)
        if truth is not None:
            found.append(truth)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """From the room into the delivered picture."""

    eye: tuple[float, float, float]
    to_camera: NDArray[np.float64]
    focal_px: float
    columns: int
    rows: int
    sensor: Sensor

    def __call__(self, points: Points) -> tuple[Points, NDArray[np.bool_]]:
        """(pixels, all columns and then all rows; whether in front of the lens)."""
        right, up, back = self.to_camera[:3, :3] @ points.T + self.to_camera[:3, 3:]
        scale = self.focal_px / np.maximum(-back, 0.05)
        ideal = np.stack([(self.columns - 1) / 2 + right * scale, (self.rows - 1) / 2 - up * scale])
        return self.sensor.distorted(ideal), back < -0.05

    def inside(self, pixels: Points, front: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether pixels lie in the picture."""
        x, y = pixels
        return np.asarray(front & (x >= 0) & (y >= 0) & (x < self.columns) & (y < self.rows))


def _one(
    person: Posed, blocks: list[Block], reaching: list[Posed], project: Projector, axis: tuple[float, float],
    heading_deg: float,
) -> SeenTruth | None:  # fmt: skip
    vertices, head = person.outline.astype(np.float64), person.head.astype(np.float64)
    pixels, front = project(vertices)
    inside = project.inside(pixels, front)
    if not inside.any():
        return None
    head_pixels, head_front = project(head)
    body_sample = np.linspace(0, len(vertices) - 1, BODY_POINTS).astype(int)
    both = np.concatenate([vertices[body_sample], head[:HEAD_POINTS]])
    behind, by = _hidden(both, project.eye, blocks)
    for other in reaching:
        covered = _behind_skin(both, other, project)
        behind |= covered
        if other.name not in by and covered[:BODY_POINTS].mean() > MIN_HIDING:
            by = (*by, other.name)
    hidden, head_hidden = behind[:BODY_POINTS], behind[BODY_POINTS:]
    head_inside = project.inside(head_pixels[:, :HEAD_POINTS], head_front[:HEAD_POINTS])
    centre = person.head_centre
    to_camera_deg = math.degrees(math.atan2(project.eye[1] - centre[1], project.eye[0] - centre[0]))
    dx, dy = centre[0] - axis[0], centre[1] - axis[1]
    return SeenTruth(
        name=person.name,
        box=_box(pixels, front, project),
        head_box=_box(head_pixels, head_front, project) if head_front.any() else _box(pixels, front, project),
        head_yaw_deg=wrap_deg(person.head_deg - to_camera_deg),
        visible=float((inside[body_sample] & ~hidden).mean()),
        hidden_by=by,
        distance_m=math.hypot(dx, dy),
        azimuth_deg=azimuth_deg(bearing_deg=math.degrees(math.atan2(dy, dx)), yaw_deg=-heading_deg),
        head_pitch_deg=person.head_pitch_deg,
        head_visible=float((head_inside & ~head_hidden).mean()),
    )


def _box(pixels: Points, front: NDArray[np.bool_], project: Projector) -> Box:
    """Bounds as shares of the picture, cut at its edges."""
    x, y = pixels[0][front], pixels[1][front]
    left, right = (min(max(float(edge), 0.0), project.columns) / project.columns for edge in (x.min(), x.max() + 1))
    top, bottom = (min(max(float(edge), 0.0), project.rows) / project.rows for edge in (y.min(), y.max() + 1))
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _hidden(
    points: Points, eye: tuple[float, float, float], blocks: list[Block]
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which points lie behind a block, and the names of the blocks that hide some of the body, the worst first."""
    if not blocks:
        return np.zeros(len(points), bool), ()
    behind = _behind(points, np.array(eye), blocks)
    shares: dict[str, float] = {}
    for block, share in zip(blocks, behind[:, :BODY_POINTS].mean(1).tolist(), strict=True):
        if share > MIN_HIDING:
            shares[block.name] = max(share, shares.get(block.name, 0.0))
    return np.asarray(behind.any(0)), tuple(sorted(shares, key=lambda name: -shares[name]))


def _behind(points: Points, eye: NDArray[np.float64], blocks: list[Block]) -> NDArray[np.bool_]:
    """Whether the line from the eye to each point passes through each block (slab test in the block's axes)."""
    turn = np.radians([block.angle_deg for block in blocks])[:, None]
    cos, sin = np.cos(turn), np.sin(turn)
    centre, half = np.array([block.centre for block in blocks]), np.array([block.half for block in blocks])
    start, ray = eye - centre, points - eye
    enter, leave = np.full((2, len(blocks), len(points)), [[[-np.inf]], [[np.inf]]])
    for axis, (along, step) in enumerate((
        (cos * start[:, :1] + sin * start[:, 1:2], cos * ray[:, 0] + sin * ray[:, 1]),
        (cos * start[:, 1:2] - sin * start[:, :1], cos * ray[:, 1] - sin * ray[:, 0]),
        (start[:, 2:], np.broadcast_to(ray[:, 2], enter.shape)),
    )):  # fmt: skip
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        near, far = (-half[:, axis, None] - along) / step, (half[:, axis, None] - along) / step
        enter = np.maximum(enter, np.minimum(near, far))
        leave = np.minimum(leave, np.maximum(near, far))
    return np.asarray((enter < leave) & (leave > 0) & (enter < 0.98) & (enter > 0))


def _may_reach_before(one: Posed, other: Posed, eye: tuple[float, float, float]) -> bool:
    """Whether an arm that somebody holds out may be before somebody else: few are, and to find out costs time."""
    (x1, y1), (x2, y2) = ((p.head_centre[0] - eye[0], p.head_centre[1] - eye[1]) for p in (one, other))
    near, far = math.hypot(x1, y1), math.hypot(x2, y2)
    apart = abs(math.remainder(math.atan2(y1, x1) - math.atan2(y2, x2), math.tau))
    return near - REACH_M < far and apart < math.atan2(REACH_M, near) + math.atan2(BREADTH_M, far)


def _behind_skin(points: Points, other: Posed, project: Projector) -> NDArray[np.bool_]:
    """Which points somebody's arms and hands hide: each point of the skin hides what lies beyond it and a little around it."""
    skin = other.outline.astype(np.float64)
    (x, y), front = project(skin)
    (px, py), _ = project(points)
    far, deep = (np.linalg.norm(at - project.eye, axis=1).astype(np.float32) for at in (points, skin))
    reach = project.focal_px * SKIN_M / deep
    near = front & (x > px.min() - reach) & (x < px.max() + reach) & (y > py.min() - reach) & (y < py.max() + reach)
    aside, down = (p.astype(np.float32)[:, None] - s[near].astype(np.float32) for p, s in ((px, x), (py, y)))
    covers = (aside * aside + down * down < reach[near] ** 2) & (deep[near] < far[:, None] - SKIN_M)
    return np.asarray(covers.any(1))


def _as_blocks(person: Posed) -> list[Block]:
    """A person as two boxes that hide others: trunk with legs, and head."""
    head = np.ascontiguousarray(person.head.T)  # numpy is slow along columns
    low, high = head.min(1), head.max(1)
    neck_m = float(low[2])
    x, y, z = (axis[person.outline[:, 2] < neck_m] for axis in person.outline.T)
    middle = np.median(x), np.median(y)
    radius = 0.8 * float(np.percentile(np.hypot(x - middle[0], y - middle[1]), 80))
    floor = float(z.min())
    return [
        Block(
            name=person.name,
            centre=(float(middle[0]), float(middle[1]), 0.5 * (floor + neck_m)),
            half=(radius, radius, 0.5 * (neck_m - floor)),
            angle_deg=person.head_deg,
        ),
        Block(
            name=person.name,
            centre=_triple(0.5 * (low + high)),
            half=_triple(0.45 * (high - low)),
            angle_deg=0.0,
        ),
    ]


def _triple(values: NDArray[np.floating]) -> tuple[float, float, float]:
    x, y, z = values.tolist()
    return x, y, z
