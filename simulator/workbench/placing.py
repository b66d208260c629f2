"""Where something lands that is put into a room: in line with others when it nearly is; and what is in the way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.workbench.floor_plan import inside, outline
from simulator.workbench.scene_edits import objects_of
from simulator.world.spec import WorldSpec

REACH_M = 0.08
TALL_M = 1.2  # over lower things somebody can lean, and on them things stand
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Landing:
    """A place, and the lines on which it lies with something else."""

    place: Point
    x_line_m: float | None = None
    y_line_m: float | None = None


def landing(place: Point, others: Sequence[Point]) -> Landing:
    """The place, moved onto the nearest line of another thing's middle, across and along the room."""
    x_m, y_m = place
    near_x = min((other[0] for other in others), key=lambda at: abs(at - x_m), default=None)
    near_y = min((other[1] for other in others), key=lambda at: abs(at - y_m), default=None)
    x_line = near_x if near_x is not None and abs(near_x - x_m) <= REACH_M else None
    y_line = near_y if near_y is not None and abs(near_y - y_m) <= REACH_M else None
    return Landing((x_m if x_line is None else x_line, y_m if y_line is None else y_line), x_line, y_line)


def others_of(spec: WorldSpec, name: str) -> list[Point]:
    """The places of everything else, the device among them."""
    device = [(spec.device.x_m, spec.device.y_m)] if name != "device" else []
    return [*device, *(one.at for one in objects_of(spec) if one.name != name)]


def in_the_way(spec: WorldSpec, name: str) -> str:
    """In what tall thing a person stands, in words; empty when in none. What reaches into a wall is a mistake of the scene itself."""
    person = next((one for one in spec.people if one.name == name), None)
    if person is None:
        return ""
    for thing in spec.things:
        tall = thing.bottom_m < TALL_M < thing.bottom_m + thing.height_m
        if tall and inside(person.at, outline(thing)):
            return f"{name} stands inside {thing.name}"
    return ""
