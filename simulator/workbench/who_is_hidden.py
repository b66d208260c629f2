"""What stands between the lens and a person: told beside a decision, never asked by the device."""

from __future__ import annotations

from simulator.workbench.floor_plan import LENS_OVER_BASE_M, hides, outline
from simulator.world.spec import Point, WorldSpec
from simulator.world.truth import TruthFrame


def hidden_talker(spec: WorldSpec, truth: TruthFrame) -> tuple[str, str] | None:
    """Who talks and is hidden, and the thing that hides them; None when every talker is in the open."""
    place = spec.device
    lens, lens_m = (place.x_m, place.y_m), place.height_m + LENS_OVER_BASE_M
    now = {thing.name: thing for thing in truth.things}
    for person in truth.people:
        if not person.talking:
            continue
        for thing in spec.things:
            shape = outline(thing, now.get(thing.name))
            if hides(thing, lens_m=lens_m) and _crosses(lens, (person.x_m, person.y_m), shape):
                return person.name, thing.name
    return None


def _crosses(a: Point, b: Point, shape: list[Point]) -> bool:
    return any(_meet(a, b, c, d) for c, d in zip(shape, [*shape[1:], shape[0]], strict=True))


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two stretches cross: each has the other's ends on both sides."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, p: Point) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
