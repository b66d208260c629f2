"""Floor, ceiling and walls, a window with its frame and curtains, a door, and the skirting along the walls."""

from __future__ import annotations

import math

import numpy as np

from simulator.world.camera.home.colours import CEILING, DARK, LINEN, WHITE, Colour
from simulator.world.camera.home.fronts import room_door
from simulator.world.camera.home.paint import Paint, carpet, plain, planks, plaster, tiles
from simulator.world.camera.home.plan import WINDOW_SHARE, Plan, Wall
from simulator.world.camera.home.shapes import CEILING as CEILING_ORDER
from simulator.world.camera.home.shapes import FLOOR, PANE, UP, WALL, Axes, Home, Opening, Span

REVEAL_M = 0.09  # how deep a window sits in its wall
BAR_M = 0.022  # half of a bar between panes
DOOR_M = (0.86, 2.05)
SUN_ASIDE_DEG, SUN_UP = 28.0, 0.72  # where the sun stands, seen from the window
CURTAINS: dict[str, Colour] = {"kitchen": LINEN, "living": LINEN, "bedroom": (0.70, 0.73, 0.74)}


def shell(home: Home, plan: Plan) -> None:
    """Everything that a room is without furniture."""
    xs, ys = zip(*(tuple(wall.axes.origin[:2].tolist()) for wall in plan.walls), strict=True)
    low, high = (min(xs), min(ys)), (max(xs), max(ys))
    _floor_and_ceiling(home, plan, low, high)
    for wall in plan.walls:
        paint = _wall_paint(plan, wall)
        if wall is plan.window:
            _window_wall(home, plan, wall, paint)
        else:
            _piece(home, plan, wall, paint, (0.0, wall.long_m), (0.0, plan.height_m))
    door = _door(home, plan)
    for wall in plan.walls:
        _skirting(home, plan, wall, [door[1]] if door is not None and door[0] is wall else [])
    normal = plan.window.axes.inward if plan.window is not None else np.array([-0.75, 0.66, 0.0])
    turn = math.radians(SUN_ASIDE_DEG)
    c, s = math.cos(turn), math.sin(turn)
    sun = np.array([-normal[0] * c + normal[1] * s, -normal[1] * c - normal[0] * s, SUN_UP])
    home.sun = sun / np.linalg.norm(sun)


def _floor_and_ceiling(home: Home, plan: Plan, low: tuple[float, float], high: tuple[float, float]) -> None:
    room = plan.spec.room
    material = room.walls["floor"].material if "floor" in room.walls else "wood"
    floors: dict[str, Paint] = {
        "tile": tiles(
            (0.78, 0.755, 0.72), wide_m=0.6, tall_m=0.6, joint_m=0.004, bond=False, joint=(0.66, 0.64, 0.61), vary=0.012
        ),
        "carpet": carpet((0.74, 0.70, 0.65)) if plan.style == "bedroom" else planks((0.68, 0.52, 0.39)),
    }
    (x0, y0), (x1, y1), top = low, high, room.height_m
    home.block(Axes(x0, y0, 0.0), _slab(x1 - x0, y1 - y0, -0.1, 0.0), gives=0.5)
    home.block(Axes(x0, y0, 0.0), _slab(x1 - x0, y1 - y0, top, top + 0.1), gives=0.85)
    across, along = (x1 - x0, 0, 0), (0, y1 - y0, 0)
    home.quad(
        (x0, y0, 0), across, along, floors.get(material, planks()), lumel_m=0.06 * plan.coarse, own=0, order=FLOOR
    )
    ceiling = plain(CEILING, amount=0.002)
    home.quad(
        (x0, y1, top),
        across,
        (0, y0 - y1, 0),
        ceiling,
        texel_m=0.02,
        lumel_m=0.12 * plan.coarse,
        own=1,
        order=CEILING_ORDER,
    )


def _slab(wide: float, deep: float, low: float, high: float) -> Span:
    return Span(along=(-0.2, wide + 0.2), inward=(-0.2, deep + 0.2), up=(low, high))


def _wall_paint(plan: Plan, wall: Wall) -> Paint:
    if wall.material == "brick":
        return tiles((0.73, 0.55, 0.47), wide_m=0.25, tall_m=0.075, joint_m=0.010, joint=(0.77, 0.65, 0.58), vary=0.025)
    if wall.material == "wood":
        return planks((0.66, 0.50, 0.37), wide_m=0.12, long_m=2.4, upright=True)
    if plan.style == "bedroom" and wall is plan.back:
        return plaster((0.47, 0.54, 0.57))
    return plaster(plan.palette.walls[plan.style])


def _piece(
    home: Home, plan: Plan, wall: Wall, paint: Paint, along: tuple[float, float], up: tuple[float, float]
) -> None:
    """A part of a wall."""
    wide, tall = along[1] - along[0], up[1] - up[0]
    if wide < 0.01 or tall < 0.01:
        return
    own = home.block(wall.axes, Span(along=along, inward=(-0.1, 0.0), up=up), gives=0.75)
    corner = wall.axes.at(along[1], 0.0, up[0])
    home.quad(corner, -wall.axes.along * wide, UP * tall, paint, lumel_m=0.07 * plan.coarse, own=own, order=WALL)


def _window_wall(home: Home, plan: Plan, wall: Wall, paint: Paint) -> None:
    """A wall around a window; one of glass has panes down to the floor."""
    top, whole = plan.height_m, wall.material == "glass"
    wide = min(wall.long_m - 0.3, 4.2) if whole else min(WINDOW_SHARE * wall.long_m, 2.1)
    sill = max(0.95, plan.table_m + 0.12) if plan.style == "kitchen" else 0.85
    low = 0.02 if whole or wall.material == "curtain" else min(sill, top - 0.9)
    high = top - (0.25 if low < 0.1 else 0.32)
    s0, s1 = (wall.long_m - wide) / 2, (wall.long_m + wide) / 2
    for along, up in (
        ((0.0, s0), (0.0, top)), ((s1, wall.long_m), (0.0, top)), ((s0, s1), (0.0, low)), ((s0, s1), (high, top)),
    ):  # fmt: skip
        _piece(home, plan, wall, paint, along, up)
    axes, white, tall = wall.axes, plain(WHITE), high - low
    for corner, across, up_ in (
        (axes.at(s0, -REVEAL_M, low), axes.inward * REVEAL_M, UP * tall),
        (axes.at(s1, 0, low), -axes.inward * REVEAL_M, UP * tall),
        (axes.at(s0, -REVEAL_M, low), axes.along * wide, axes.inward * REVEAL_M),
        (axes.at(s1, -REVEAL_M, high), -axes.along * wide, axes.inward * REVEAL_M),
    ):
        home.quad(corner, across, up_, white, texel_m=0.01, lumel_m=0.05)
    pane = axes.at(s1, -REVEAL_M, low)
    home.quad(pane, -axes.along * wide, UP * tall, "sky", lumel_m=0.3, order=PANE)
    home.window = Opening(
        corner=axes.at(s1, 0.01 - REVEAL_M, low), across=-axes.along * wide, up=UP * tall, inward=axes.inward
    )
    _bars(home, axes, (s0, s1), (low, high))
    if not whole:
        deep = 0.10 if low > 0.3 else 0.02
        sill_span = Span(along=(s0 - 0.05, s1 + 0.05), inward=(0.0, deep), up=(low - 0.03, low))
        home.box(axes, sill_span, white, faces="flrtu")
    if wall.material == "curtain" or (plan.style != "kitchen" and not whole):
        _curtains(home, plan, wall, (s0, s1), high)


def _bars(home: Home, axes: Axes, along: tuple[float, float], up: tuple[float, float]) -> None:
    (s0, s1), (z0, z1), white = along, up, plain(WHITE)
    deep = (-REVEAL_M, 0.045 - REVEAL_M)
    panes = max(2, round((s1 - s0) / 0.75))
    for k in range(panes + 1):
        at = min(max(s0 + (s1 - s0) * k / panes, s0 + BAR_M), s1 - BAR_M)
        span = Span(along=(at - BAR_M, at + BAR_M), inward=deep, up=up)
        home.box(axes, span, white, faces="flr", texel_m=0.01)
    for at in (z0 + BAR_M, z1 - BAR_M):
        home.box(axes, Span(along=along, inward=deep, up=(at - BAR_M, at + BAR_M)), white, faces="ftu", texel_m=0.01)


def _curtains(home: Home, plan: Plan, wall: Wall, along: tuple[float, float], high: float) -> None:
    """Drawn aside, from a rail to the floor; where a thing stands against the wall they end above it."""
    s0, s1 = along
    colour, inside = CURTAINS[plan.style], (0.03, wall.long_m - 0.03)
    for a, b in ((max(0.05, s0 - 0.22), s0 + 0.34), (s1 - 0.34, min(wall.long_m - 0.05, s1 + 0.22))):
        home.curtain(wall.axes, (a, b), 0.10, (0.03, high + 0.10), colour)
    rail = Span(
        along=(max(inside[0], s0 - 0.3), min(inside[1], s1 + 0.3)), inward=(0.09, 0.115), up=(high + 0.09, high + 0.115)
    )
    home.box(wall.axes, rail, plain(DARK), faces="ftu", stops=False)


def _door(home: Home, plan: Plan) -> tuple[Wall, tuple[float, float]] | None:
    """A closed door where no furniture stands: (its wall, from where to where); None where there is no place."""
    wide, tall = DOOR_M[0], min(DOOR_M[1], plan.height_m - 0.2)
    ring = plan.walls
    for wall in (ring[-1], ring[2 % len(ring)], ring[1 % len(ring)]):
        if wall is plan.window or wall is plan.back or wall.material in ("glass", "brick") or wall.long_m < 1.6:
            continue
        # Far from the device first: its own corner is where counters end.
        for start in (0.35, wall.long_m - wide - 0.35, 0.5 * (wall.long_m - wide)):
            if plan.free(wall.axes, (start - 0.1, start + wide + 0.1), (0.0, 0.25)) and _off_counter(plan, wall, start):
                _door_leaf(home, wall, start, wide, tall)
                return wall, (start - 0.08, start + wide + 0.08)
    return None


def _off_counter(plan: Plan, wall: Wall, start: float) -> bool:
    """Whether a door does not open behind a counter along the wall behind the device."""
    spots = [wall.axes.at(s, 0.0)[:2] for s in (start, start + DOOR_M[0])]
    return all(plan.back.axes.of(*spot.tolist())[1] > 0.75 for spot in spots)


def _door_leaf(home: Home, wall: Wall, start: float, wide: float, tall: float) -> None:
    white = plain(WHITE)
    leaf = Span(along=(start, start + wide), inward=(0.0, 0.014), up=(0.004, tall))
    home.box(wall.axes, leaf, white, faces="f", front=room_door((0.915, 0.91, 0.89)), texel_m=0.004)
    for a, b, low, high in (
        (start - 0.075, start, 0.0, tall + 0.075),
        (start + wide, start + wide + 0.075, 0.0, tall + 0.075),
        (start, start + wide, tall, tall + 0.075),
    ):
        home.box(wall.axes, Span(along=(a, b), inward=(0.0, 0.026), up=(low, high)), white, faces="flrtu")


def _skirting(home: Home, plan: Plan, wall: Wall, gaps: list[tuple[float, float]]) -> None:
    if wall is plan.window and wall.material in ("glass", "curtain"):
        return
    at = 0.0
    for low, high in [*gaps, (wall.long_m, wall.long_m)]:
        if low - at > 0.05:
            span = Span(along=(at, low), inward=(0.0, 0.014), up=(0.0, 0.09))
            home.box(wall.axes, span, plain(WHITE), faces="ft", texel_m=0.01)
        at = high
