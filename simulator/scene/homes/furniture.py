"""What stands about: furniture along the walls and in the room, and things that look like people but are none."""

from __future__ import annotations

import math
from typing import Any

from simulator.scene.homes.chance import Chance
from simulator.scene.homes.draft import Draft
from simulator.scene.homes.geometry import Point, fits, inside, to_segment_m

# Kind: width, depth and height in metres, each from … to.
SIZES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "table": ((1.0, 1.6), (0.7, 0.9), (0.72, 0.76)),
    "chair": ((0.42, 0.5), (0.42, 0.5), (0.8, 0.95)),
    "sofa": ((1.5, 2.1), (0.8, 0.95), (0.75, 0.9)),
    "cabinet": ((0.5, 1.0), (0.35, 0.6), (0.8, 2.0)),
    "shelf": ((0.6, 1.0), (0.25, 0.35), (1.4, 2.0)),
    "counter": ((0.8, 1.6), (0.6, 0.65), (0.9, 0.92)),
}
DECOYS = ("poster", "coat", "mirror", "dog", "cat")
TRIES = 60
FROM_WAY_M, FROM_DEVICE_M = 0.35, 0.8


def add_furniture(draft: Draft, chance: Chance) -> None:
    """Put some furniture where nobody stands, walks or is looked at."""
    for number in range(int(chance.between(1.0, 5.0))):
        kind = chance.one_of(tuple(SIZES))
        width_m, depth_m, height_m = (chance.between(*bounds) for bounds in SIZES[kind])
        size_m, angle_deg = (round(width_m, 2), round(depth_m, 2)), float(chance.one_of((0, 0, 90, 90, 30)))
        at = _spot(draft, chance, reach_m=0.5 * math.hypot(*size_m))
        if at is not None and fits(draft.place.plan, at, size_m, angle_deg):
            draft.things[f"{kind}-{number + 1}"] = {
                "kind": kind, "at": at, "size": list(size_m), "angle": f"{angle_deg:g} °", "height": f"{height_m:.2f} m",
            }  # fmt: skip
    if draft.decoyed and chance.yes(draft.hard.decoys):
        _decoy(draft, chance)


def _decoy(draft: Draft, chance: Chance) -> None:
    kind = chance.one_of(DECOYS)
    at = _spot(draft, chance, reach_m=0.4)
    if at is None:
        return
    facing_deg = draft.place.towards_device_deg(at)
    shapes: dict[str, dict[str, Any]] = {
        "poster": {"size": [0.02, 0.5], "bottom": "1.2 m", "height": "0.7 m", "angle": f"{facing_deg:.0f} °"},
        "mirror": {"size": [0.02, 0.6], "bottom": "0.9 m", "height": "1 m", "angle": f"{facing_deg:.0f} °"},
        "coat": {"size": [0.4, 0.3], "height": "1.7 m"},
        "dog": {"size": [0.7, 0.25], "height": "0.55 m"},
        "cat": {"size": [0.4, 0.16], "bottom": "0.45 m", "height": "0.28 m"},
    }
    size_m = (float(shapes[kind]["size"][0]), float(shapes[kind]["size"][1]))
    if not fits(draft.place.plan, at, size_m, facing_deg):
        return
    draft.things[kind] = {"kind": kind, "at": at, **shapes[kind]}
    draft.must(id=f"no-{kind}", never=f"target is {kind}")


def _spot(draft: Draft, chance: Chance, *, reach_m: float) -> Point | None:
    place = draft.place
    xs, ys = [x for x, _ in place.plan], [y for _, y in place.plan]
    for _ in range(TRIES):
        at = (round(chance.between(0.2, max(xs) - 0.2), 2), round(chance.between(0.2, max(ys) - 0.2), 2))
        clear = all(to_segment_m(at, a, b) >= reach_m + FROM_WAY_M for a, b in draft.ways)
        others = all(math.dist(at, one["at"]) >= reach_m + 0.5 for one in draft.things.values())
        if inside(place.plan, at) and clear and others and place.distance_m(at) >= reach_m + FROM_DEVICE_M:
            return at
    return None
