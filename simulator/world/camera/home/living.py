"""A living room: a sideboard below the device, pictures above it, a rug before the sofa, a bench below a television."""

from __future__ import annotations

import math

import numpy as np

from simulator.world.camera.home.colours import BLUE, BRASS, CLAY, DARK, LINEN, OAK, TERRACOTTA, WALNUT, WHITE, Colour
from simulator.world.camera.home.fronts import cupboards
from simulator.world.camera.home.kitchen import table_of
from simulator.world.camera.home.paint import plain, rug, wood
from simulator.world.camera.home.pieces import floor_lamp, pendant, picture, place, plant, table_lamp
from simulator.world.camera.home.plan import Plan, Wall
from simulator.world.camera.home.shapes import RUG, Axes, Home, Span
from simulator.world.spec import ThingSpec

LEG_M = 0.14
HALF_BOARD_M = 1.0
HALF_RUG_M = (1.25, 0.85)
BOOKS: tuple[tuple[Colour, float], ...] = ((TERRACOTTA, 0.24), (LINEN, 0.22), (BLUE, 0.20))


def living(home: Home, plan: Plan) -> None:
    """Everything in it but the shell."""
    middle = _middle(plan)
    if plan.stand == "island":
        _round_table(home, plan)
    else:
        _sideboard(home, plan)
        _pictures(home, plan)
    sofa = next((thing for thing in plan.spec.things if thing.kind == "sofa"), None)
    at = middle if sofa is None else np.array(sofa.at) + 0.35 * (middle - np.array(sofa.at))
    (rx, ry), lie = HALF_RUG_M, Axes(float(at[0]), float(at[1]), 0.0)
    flat = Span(along=(-rx, rx), inward=(-ry, ry), up=(0.0, 0.012))
    if _inside(plan, lie, flat):
        home.box(lie, flat, rug((0.82, 0.77, 0.70), TERRACOTTA), faces="flrbt", texel_m=0.006, stops=False, order=RUG)
    for thing in plan.spec.things:
        if thing.kind == "television":
            _bench(home, plan, thing)
    corner = plan.walls[-1]
    if plan.free(corner.axes, (0.1, 0.6), (0.05, 0.6)):
        x, y, _ = place(corner.axes, 0.36, 0.34, 0.0)
        floor_lamp(home, x, y)
    pendant(home, (float(middle[0]), float(middle[1]), plan.height_m - 0.45), plan.height_m, radius_m=0.20)


def _middle(plan: Plan) -> np.ndarray:
    spots = np.array([wall.axes.origin[:2] for wall in plan.walls])
    return np.asarray((spots.min(0) + spots.max(0)) / 2)


def _inside(plan: Plan, axes: Axes, span: Span) -> bool:
    """Whether a flat thing lies inside the room and under nobody's furniture that was not meant."""
    corners = [axes.at(s, d)[:2].tolist() for s in span.along for d in span.inward]
    return all(wall.axes.of(*corner)[1] > 0.05 for wall in plan.walls for corner in corners)


def _sideboard(home: Home, plan: Plan) -> None:
    axes, s, top = plan.back.axes, plan.along_m, plan.table_m
    deep = max(0.46, plan.away_m + 0.18)
    reach = (max(0.1, s - HALF_BOARD_M), min(plan.back.long_m - 0.1, s + HALF_BOARD_M))
    a, b = plan.stretch(axes, s, reach, (0.0, deep))
    table_of(home, axes, (a, b), (0.0, deep))
    body = Span(along=(a, b), inward=(0.01, deep), up=(LEG_M, top))
    doors = cupboards(WALNUT, module_m=0.5, handle=BRASS)
    home.box(axes, body, wood(WALNUT), faces="flrtu", front=doors, texel_m=0.0035, lumel_m=0.035)
    _legs(home, axes, (a, b), (0.07, deep - 0.06))
    seed = plan.spec.room.decor_seed
    if b > s + 0.8:
        table_lamp(home, place(axes, s + 0.70, 0.22, top), scale=1.15, colour=CLAY)
    if a < s - 0.75:
        _dried_flowers(home, place(axes, s - 0.66, 0.20, top), seed)
    if a < s - 0.45:
        for k, (colour, wide) in enumerate(BOOKS):
            book = Span(
                along=(s - 0.48 + 0.01 * k, s - 0.48 + wide),
                inward=(0.10, 0.27),
                up=(top + 0.03 * k, top + 0.03 * k + 0.028),
            )
            home.box(axes, book, plain(colour), faces="flrt", texel_m=0.003, lumel_m=0.03)


def _legs(home: Home, axes: Axes, along: tuple[float, float], inward: tuple[float, float]) -> None:
    for s in (along[0] + 0.1, along[1] - 0.1):
        for d in inward:
            leg = Span(along=(s - 0.018, s + 0.018), inward=(d - 0.018, d + 0.018), up=(0.0, LEG_M))
            home.box(axes, leg, plain(DARK), faces="flrb", texel_m=0.01)


def _dried_flowers(home: Home, at: tuple[float, float, float], seed: int) -> None:
    x, y, z = at
    vase = [(0.04, 0), (0.085, 0.06), (0.09, 0.12), (0.04, 0.20), (0.035, 0.23), (0.03, 0.23), (0.03, 0.2)]
    home.turned(at, vase, plain(BLUE), sides=22)
    for k in range(7):
        turn, high = 2.4 * (k + seed), 0.05 * (k % 3)
        c, s = math.cos(turn), math.sin(turn)
        ear = (0.028, 0.028, 0.045)
        axes = Axes(x + 0.09 * c, y + 0.05 * s, 0.0)
        home.cushion(
            axes, (0, 0, z + 0.40 + high), ear, plain((0.86, 0.78, 0.62)), round_=0.9, rings=6, sides=8, stops=False
        )
        stem = [(0.003, 0), (0.003, 0.19 + high)]
        home.turned((x + 0.045 * c, y + 0.025 * s, z + 0.2), stem, plain((0.62, 0.56, 0.40)), sides=5, stops=False)


def _pictures(home: Home, plan: Plan) -> None:
    """On the wall behind the device only: its own camera does not see them, and no head stands before them."""
    if plan.back is plan.window:
        return
    axes, s, z = plan.back.axes, plan.along_m, max(1.62, plan.table_m + 0.90)
    motifs = (("hills", "arcs"), ("leaf", "blocks"), ("arcs", "leaf"), ("blocks", "hills"))
    one, other = motifs[plan.spec.room.decor_seed % len(motifs)]
    if z + 0.4 > plan.height_m:
        return
    if s - 0.85 > 0.0:
        picture(home, axes, (s - 0.44, z), (0.75, 0.55), one, frame=OAK)  # type: ignore[arg-type]
    if s + 0.75 < plan.back.long_m:
        picture(home, axes, (s + 0.42, z + 0.03), (0.50, 0.62), other, frame=WALNUT)  # type: ignore[arg-type]


def _round_table(home: Home, plan: Plan) -> None:
    """What a device stands on that is far from every wall."""
    device, top, r = plan.spec.device, plan.table_m, 0.42
    home.table = (device.x_m - r, device.x_m + r, device.y_m - r, device.y_m + r)
    slab = [(0.10, -0.02), (r - 0.01, -0.03), (r, -0.02), (r, -0.004), (r - 0.004, 0), (0.001, 0)]
    home.turned((device.x_m, device.y_m, top), slab, wood(OAK), sides=40, lumel_m=0.04)
    foot = [(0.24, 0), (0.24, 0.02), (0.04, 0.05), (0.035, top - 0.03)]
    home.turned((device.x_m, device.y_m, 0.0), foot, plain(DARK), sides=24)


def _bench(home: Home, plan: Plan, tv: ThingSpec) -> None:
    """A low bench below a television, at the wall that it stands before, with a plant beside it."""
    wall = min(plan.walls, key=lambda one: one.axes.of(*tv.at)[1])
    s, away = wall.axes.of(*tv.at)
    deep, half = min(0.55, max(0.40, away + 0.16)), 0.5 * tv.size[1] + 0.25
    low, high = max(0.05, s - half), min(wall.long_m - 0.05, s + half)
    if tv.bottom_m < 0.5 or wall is plan.window or not plan.free(wall.axes, (low, high), (0.0, deep), but=tv.name):
        return
    body = Span(along=(low, high), inward=(0.01, deep), up=(0.12, 0.46))
    doors = cupboards(WALNUT, module_m=0.8, handle=BRASS)
    home.box(wall.axes, body, wood(WALNUT), faces="flrtu", front=doors, texel_m=0.004, lumel_m=0.04)
    plinth = Span(along=(low + 0.06, high - 0.06), inward=(0.04, deep - 0.04), up=(0.0, 0.12))
    home.box(wall.axes, plinth, plain(DARK), faces="flr", texel_m=0.01)
    _beside(home, plan, wall, high)


def _beside(home: Home, plan: Plan, wall: Wall, high: float) -> None:
    s = high + 0.42
    if s + 0.42 < wall.long_m and plan.free(wall.axes, (s - 0.3, s + 0.3), (0.05, 0.8)):
        x, y, _ = place(wall.axes, s, 0.42, 0.0)
        seed = 11 + plan.spec.room.decor_seed
        plant(home, (x, y, 0.0), tall_m=0.80, seed=seed, pot=WHITE, leaves=24, spread=0.5, pot_m=0.13)
