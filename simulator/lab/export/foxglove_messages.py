"""Foxglove's well-known messages as plain JSON, and schemas of just what is used of them.

Names and fields are those that Foxglove publishes; tests hold every message against the published schemas. The schemas written into
the file use plain types only, which every reader of such files takes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from simulator.lab.export.moments import Colour, Point3
from simulator.runtime.channels import LOG_SCHEMA, NS_PER_TICK, schema_text
from simulator.runtime.message_schemas import Json, Schema

NS_PER_S = 1_000_000_000
LINE_STRIP, LINE_LOOP = 0, 1
ORIGIN: Point3 = (0.0, 0.0, 0.0)
SHAPES = ("arrows", "cubes", "spheres", "cylinders", "lines", "triangles", "texts", "models")


def time_of(tick: int) -> Json:
    """A tick as Foxglove's time."""
    return duration(tick * NS_PER_TICK)


def duration(ns: int) -> Json:
    """A stretch of time."""
    return {"sec": ns // NS_PER_S, "nsec": ns % NS_PER_S}


def vector(point: Point3) -> Json:
    """A place or a size."""
    return {"x": point[0], "y": point[1], "z": point[2]}


def quaternion(turned_deg: float) -> Json:
    """A turn about the vertical."""
    half = math.radians(turned_deg) / 2
    return {"x": 0.0, "y": 0.0, "z": math.sin(half), "w": math.cos(half)}


def pose(at_m: Point3, turned_deg: float = 0.0) -> Json:
    """A place and a turn about the vertical."""
    return {"position": vector(at_m), "orientation": quaternion(turned_deg)}


def colour(rgba: Colour) -> Json:
    """A colour."""
    return dict(zip("rgba", rgba, strict=True))


def cube(at_m: Point3, size_m: Point3, rgba: Colour, turned_deg: float = 0.0) -> Json:
    """A box."""
    return {"pose": pose(at_m, turned_deg), "size": vector(size_m), "color": colour(rgba)}


def sphere(at_m: Point3, size_m: Point3, rgba: Colour) -> Json:
    """A ball, or an egg."""
    return {"pose": pose(at_m), "size": vector(size_m), "color": colour(rgba)}


def cylinder(at_m: Point3, size_m: Point3, rgba: Colour, *, top_scale: float = 1.0) -> Json:
    """A cylinder, or a cone cut off."""
    return sphere(at_m, size_m, rgba) | {"bottom_scale": 1.0, "top_scale": top_scale}


def arrow(at_m: Point3, turned_deg: float, length_m: float, rgba: Colour) -> Json:
    """A horizontal arrow."""
    return {
        "pose": pose(at_m, turned_deg), "shaft_length": length_m, "shaft_diameter": 0.03, "head_length": 0.12, "head_diameter": 0.08,
        "color": colour(rgba),
    }  # fmt: skip


def line(points: Sequence[Point3], rgba: Colour, *, thickness_m: float) -> Json:
    """A line through points."""
    return {
        "type": LINE_STRIP, "pose": pose(ORIGIN), "thickness": thickness_m, "scale_invariant": False,
        "points": [vector(point) for point in points], "color": colour(rgba), "colors": [], "indices": [],
    }  # fmt: skip


def fan(outline: Sequence[Point3], rgba: Colour) -> Json:
    """A flat shape whose first point sees all others."""
    corners = [point for pair in pairwise(outline[1:]) for point in (outline[0], *pair)]
    points = [vector(point) for point in corners]
    return {"pose": pose(ORIGIN), "points": points, "color": colour(rgba), "colors": [], "indices": []}


def text(words: str, at_m: Point3, rgba: Colour) -> Json:
    """Words that face the viewer."""
    return {
        "pose": pose(at_m), "billboard": True, "font_size": 0.18, "scale_invariant": False, "color": colour(rgba), "text": words,
    }  # fmt: skip


def entity(name: str, frame: str, tick: int, *, lasts_ns: int = 0, **shapes: list[Json]) -> Json:
    """Something drawn in a frame until it is drawn again, or for some time."""
    return {
        "timestamp": time_of(tick), "frame_id": frame, "id": name, "lifetime": duration(lasts_ns), "frame_locked": frame != "room",
        "metadata": [], **{kind: shapes.get(kind, []) for kind in SHAPES},
    }  # fmt: skip


def scene_update(entities: list[Json], *, gone: Sequence[str] = (), tick: int = 0) -> Json:
    """What is drawn from now on, and what no more."""
    deletions = [{"timestamp": time_of(tick), "type": 0, "id": name} for name in gone]
    return {"deletions": deletions, "entities": entities}


def transform(parent: str, child: str, tick: int, at_m: Point3, turned_deg: float) -> Json:
    """Where a frame is in another."""
    return {
        "timestamp": time_of(tick), "parent_frame_id": parent, "child_frame_id": child, "translation": vector(at_m),
        "rotation": quaternion(turned_deg),
    }  # fmt: skip


def schemas() -> dict[str, bytes | Schema]:
    """The schema of each well-known message, by name: taken from an example, since every field is always there."""
    black: Colour = (0, 0, 0, 1)
    examples = {
        "arrows": arrow(ORIGIN, 0, 1, black), "cubes": cube(ORIGIN, ORIGIN, black), "spheres": sphere(ORIGIN, ORIGIN, black),
        "cylinders": cylinder(ORIGIN, ORIGIN, black), "lines": line([ORIGIN], black, thickness_m=1),
        "triangles": fan([ORIGIN] * 3, black), "texts": text("", ORIGIN, black),
    }  # fmt: skip
    drawn = entity("", "room", 0) | {kind: [shape] for kind, shape in examples.items()}
    update = scene_update([drawn], gone=[""])
    return {
        "foxglove.SceneUpdate": _typed(update),
        "foxglove.FrameTransforms": _typed({"transforms": [transform("", "", 0, ORIGIN, 0)]}),
        LOG_SCHEMA: schema_text("why"),
    }


def _typed(example: object) -> Schema:
    match example:
        case dict():
            return {"type": "object", "properties": {name: _typed(value) for name, value in example.items()}}
        case list():
            return {"type": "array", "items": _typed(example[0]) if example else {"type": "object", "properties": {}}}
        case bool():
            return {"type": "boolean"}
        case str():
            return {"type": "string"}
    return {"type": "number"}
