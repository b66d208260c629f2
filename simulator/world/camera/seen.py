"""The truth about one picture: where each person is in it, how the head is turned, and how much of them is hidden by what."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import azimuth_deg, wrap_deg
from simulator.onboard.messages import Box
from simulator.world.camera.lens import Sensor
from simulator.world.truth import SeenTruth

Points = NDArray[np.float64]
BODY_POINTS, HEAD_POINTS = 160, 48  # of a person, tested against what stands before them
THIN = 5  # every fifth vertex is enough for an outline: the mesh has one every centimetre
MIN_HIDING = 0.02  # a smaller share is not worth naming


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
    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    head_vertices: NDArray[np.int64]
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
        truth = _one(person, [*blocks, *others], project, axis, heading_deg)
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
        """(pixels, whether in front of the lens)."""
        seen = points @ self.to_camera[:3, :3].T + self.to_camera[:3, 3]
        depth = -seen[:, 2]
        front = depth > 0.05
        safe = np.maximum(depth, 0.05)
        middle = np.array([(self.columns - 1) / 2, (self.rows - 1) / 2])
        ideal = middle + self.focal_px * np.stack([seen[:, 0] / safe, -seen[:, 1] / safe], 1)
        return self.sensor.distorted(ideal), front

    def inside(self, pixels: Points, front: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether pixels lie in the picture."""
        size = np.array([self.columns, self.rows])
        return np.asarray(front & (pixels >= 0).all(1) & (pixels < size).all(1))


def _one(
    person: Posed, blocks: list[Block], project: Projector, axis: tuple[float, float], heading_deg: float
) -> SeenTruth | None:
    vertices = person.vertices[::THIN].astype(np.float64)
    head = person.vertices[person.head_vertices].astype(np.float64)
    pixels, front = project(vertices)
    inside = project.inside(pixels, front)
    if not inside.any():
        return None
    head_pixels, head_front = project(head)
    body_sample = np.linspace(0, len(vertices) - 1, BODY_POINTS).astype(int)
    head_sample = np.linspace(0, len(head) - 1, HEAD_POINTS).astype(int)
    both, by = _hidden(np.concatenate([vertices[body_sample], head[head_sample]]), project.eye, blocks)
    hidden, head_hidden = both[:BODY_POINTS], both[BODY_POINTS:]
    head_inside = project.inside(head_pixels, head_front)[head_sample]
    centre = head.mean(0)
    to_camera_deg = math.degrees(math.atan2(project.eye[1] - centre[1], project.eye[0] - centre[0]))
    dx, dy = centre[0] - axis[0], centre[1] - axis[1]
    return SeenTruth(
        name=person.name,
        box=_box(pixels[front], project),
        head_box=_box(head_pixels[head_front] if head_front.any() else pixels[front], project),
        head_yaw_deg=wrap_deg(person.head_deg - to_camera_deg),
        visible=float((inside[body_sample] & ~hidden).mean()),
        hidden_by=by,
        distance_m=math.hypot(dx, dy),
        azimuth_deg=azimuth_deg(bearing_deg=math.degrees(math.atan2(dy, dx)), yaw_deg=-heading_deg),
        head_pitch_deg=person.head_pitch_deg,
        head_visible=float((head_inside & ~head_hidden).mean()),
    )


def _box(pixels: Points, project: Projector) -> Box:
    """Bounds as shares of the picture, cut at its edges."""
    size = np.array([project.columns, project.rows])
    low, high = np.clip(pixels.min(0), 0, size) / size, np.clip(pixels.max(0) + 1, 0, size) / size
    return Box(x=float(low[0]), y=float(low[1]), width=float(high[0] - low[0]), height=float(high[1] - low[1]))


def _hidden(
    points: Points, eye: tuple[float, float, float], blocks: list[Block]
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which points lie behind a block, and the names of the blocks that hide some of the body, the worst first."""
    hidden = np.zeros(len(points), bool)
    shares: dict[str, float] = {}
    for block in blocks:
        behind = _behind(points, np.array(eye), block)
        share = float(behind[:BODY_POINTS].mean())
        if share > MIN_HIDING:
            shares[block.name] = max(share, shares.get(block.name, 0.0))
        hidden |= behind
    return hidden, tuple(sorted(shares, key=lambda name: -shares[name]))


def _behind(points: Points, eye: NDArray[np.float64], block: Block) -> NDArray[np.bool_]:
    """Whether the line from the eye to each point passes through the block (slab test in the block's axes)."""
    c, s = math.cos(math.radians(block.angle_deg)), math.sin(math.radians(block.angle_deg))
    turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    start = turn @ (eye - np.array(block.centre))
    step = (points - np.array(block.centre)) @ turn.T - start
    step = np.where(np.abs(step) < 1e-9, 1e-9, step)
    near = (-np.array(block.half) - start) / step
    far = (np.array(block.half) - start) / step
    enter, leave = np.minimum(near, far).max(1), np.maximum(near, far).min(1)
    return np.asarray((enter < leave) & (leave > 0) & (enter < 0.98) & (enter > 0))


def _as_blocks(person: Posed) -> list[Block]:
    """A person as two boxes that hide others: trunk with legs, and head."""
    head = person.vertices[person.head_vertices]
    low, high = head.min(0), head.max(0)
    neck_m = float(low[2])
    thin = person.vertices[::THIN]
    trunk = thin[thin[:, 2] < neck_m]
    middle = np.median(trunk, axis=0)
    radius = 0.8 * float(np.percentile(np.linalg.norm(trunk[:, :2] - middle[:2], axis=1), 80))
    floor = float(trunk[:, 2].min())
    return [
        Block(
            name=person.name,
            centre=(float(middle[0]), float(middle[1]), 0.5 * (floor + neck_m)),
            half=(radius, radius, 0.5 * (neck_m - floor)),
            angle_deg=person.head_deg,
        ),
        Block(
            name=person.name,
            centre=tuple(float(v) for v in 0.5 * (low + high)),  # type: ignore[arg-type]
            half=tuple(float(v) for v in 0.45 * (high - low)),  # type: ignore[arg-type]
            angle_deg=0.0,
        ),
    ]
