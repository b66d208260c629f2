"""A kitchen: a counter along the wall with sink, hob and hood, a shelf above it, or an island with the counter behind it."""

from __future__ import annotations

import numpy as np

from simulator.world.camera.home.colours import (
    BLUE,
    BRASS,
    CLAY,
    DARK,
    LINEN,
    OAK,
    SAND,
    STEEL,
    TERRACOTTA,
    WALNUT,
    WHITE,
)
from simulator.world.camera.home.fronts import cupboards
from simulator.world.camera.home.paint import plain, stone, tiles, wood
from simulator.world.camera.home.pieces import bottle, bowl, cup, fruit, pendant, place, plant
from simulator.world.camera.home.plan import Plan
from simulator.world.camera.home.shapes import Axes, Home, Span

DEEP_M, WORKTOP_M, PLINTH_M, TOP_M = 0.62, 0.035, 0.10, 0.90
MODULE_M = 0.6
SPLASH_M = 0.52
SHELF_OVER_M, SHELF_DEEP_M = 0.62, 0.22
HEAD_ROOM_M = 0.35  # beside the device: nothing stands nearer


def kitchen(home: Home, plan: Plan) -> None:
    """Everything in it but the shell."""
    if plan.stand == "island":
        _island(home, plan)
        _counter(home, plan, plan.back.long_m / 2, TOP_M, DEEP_M)
    else:
        deep = max(DEEP_M, plan.away_m + 0.25)
        _counter(home, plan, plan.along_m, plan.table_m, deep)
        x, y = _middle(plan)
        pendant(home, (x, y, plan.height_m - 0.62), plan.height_m)
    far = plan.walls[2 % len(plan.walls)]
    if plan.free(far.axes, (0.05, 0.9), (0.0, 0.9)) and far is not plan.window:
        x, y, _ = place(far.axes, 0.46, 0.46, 0.0)
        seed = 7 + plan.spec.room.decor_seed
        plant(home, (x, y, 0.0), tall_m=0.95, seed=seed, pot=LINEN, leaves=26, spread=0.5, pot_m=0.15)


def _middle(plan: Plan) -> tuple[float, float]:
    spots = np.array([wall.axes.origin[:2] for wall in plan.walls])
    x, y = ((spots.min(0) + spots.max(0)) / 2).tolist()
    return x, y


def _island(home: Home, plan: Plan) -> None:
    device = plan.spec.device
    axes = Axes(device.x_m, device.y_m, device.heading_deg - 90)
    top = plan.table_m
    ends = plan.stretch(axes, 0.0, (-1.10, 1.10), (-0.50, 0.50))
    s0, s1 = min(ends[0], -0.32), max(ends[1], 0.32)
    table_of(home, axes, (s0, s1), (-0.50, 0.50))
    inner = (s0 + 0.08, s1 - 0.08)
    plinth = Span(along=(s0 + 0.10, s1 - 0.10), inward=(-0.42, 0.42), up=(0.0, 0.09))
    home.box(axes, plinth, plain(DARK), faces="fblr")
    body = Span(along=inner, inward=(-0.45, 0.45), up=(0.09, top - WORKTOP_M))
    home.box(axes, body, cupboards(plan.palette.fronts, module_m=0.51), faces="fblr")
    slab = Span(along=(s0, s1), inward=(-0.50, 0.50), up=(top - WORKTOP_M, top))
    home.box(axes, slab, stone(), faces="fblrt", texel_m=0.003, lumel_m=0.03)
    if s1 > 0.85:
        bowl(home, place(axes, 0.66, 0.14, top), LINEN)
        fruit(home, place(axes, 0.66, 0.14, top), ((0.80, 0.46, 0.30), (0.86, 0.66, 0.34)))
    if s0 < -0.85:
        seed = 3 + plan.spec.room.decor_seed
        plant(home, place(axes, -0.78, -0.15, top), tall_m=0.30, seed=seed, pot=WHITE, leaves=18)
        cup(home, place(axes, -0.48, 0.14, top), BLUE)
    for s in (-0.55, 0.55):
        if s0 < s < s1:
            x, y, z = place(axes, s, 0.0, min(top + 1.0, plan.height_m - 0.5))
            pendant(home, (x, y, z), plan.height_m, radius_m=0.14, colour=plan.palette.fronts)


def table_of(home: Home, axes: Axes, along: tuple[float, float], inward: tuple[float, float]) -> None:
    """Where the device's table ends: contact shadows and the screen's glow stop there."""
    spots = np.array([axes.at(s, d)[:2] for s in along for d in inward])
    (x0, y0), (x1, y1) = spots.min(0).tolist(), spots.max(0).tolist()
    home.table = (x0, x1, y0, y1)


def _counter(home: Home, plan: Plan, middle: float, top: float, deep: float) -> None:
    """Along the wall behind the device, as far as nothing stands or walks there."""
    axes, fronts = plan.back.axes, plan.palette.fronts
    along = plan.stretch(axes, middle, (0.0, plan.back.long_m), (0.0, deep))
    s0, s1 = along
    if plan.stand != "island":
        table_of(home, axes, along, (0.0, deep))
    elif s1 - s0 < 1.0:
        return
    plinth = Span(along=along, inward=(0.0, deep - 0.06), up=(0.0, PLINTH_M))
    home.box(axes, plinth, plain(DARK), faces="flr")
    body = Span(along=along, inward=(0.0, deep - 0.02), up=(PLINTH_M, top - WORKTOP_M))
    doors = cupboards(fronts, module_m=MODULE_M)
    home.box(axes, body, plain(fronts), faces="flr", front=doors, texel_m=0.004)
    slab = Span(along=along, inward=(0.0, deep), up=(top - WORKTOP_M, top))
    home.box(axes, slab, stone(), faces="flrt", texel_m=0.003, lumel_m=0.028)
    if plan.back is plan.window:
        return
    splash = Span(along=along, inward=(0.0, 0.008), up=(top, top + SPLASH_M))
    metro = tiles((0.905, 0.895, 0.87), wide_m=0.20, tall_m=0.065)
    home.box(axes, splash, metro, faces="ft", texel_m=0.0035, lumel_m=0.04, stops=False)
    _wall_shelf(home, plan, (max(s0 + 0.05, middle - 1.15), min(s1 - 0.05, middle + 1.15)), top + SHELF_OVER_M)
    _appliances(home, plan, middle, along, top)
    if plan.stand != "island":
        _props(home, plan, along, top)


def _wall_shelf(home: Home, plan: Plan, along: tuple[float, float], up: float) -> None:
    """A board on the wall with dishes; the device's own camera looks away from it."""
    axes, (s0, s1) = plan.back.axes, along
    if s1 - s0 < 0.5 or up + 0.4 > plan.height_m:
        return
    board = Span(along=along, inward=(0.0, SHELF_DEEP_M), up=(up, up + 0.032))
    home.box(axes, board, wood(OAK), faces="flrtu", texel_m=0.004, lumel_m=0.03)
    chance = np.random.Generator(np.random.PCG64([5, plan.spec.room.decor_seed]))
    s, z = s0 + 0.12, up + 0.032
    while s < s1 - 0.15:
        kind = int(chance.integers(5))
        at = place(axes, s, 0.11, z)
        if kind == 0:
            for j in range(int(chance.integers(2, 5))):
                plate = [(0.05, 0), (0.095, 0.012), (0.093, 0.014), (0.05, 0.006)]
                home.turned(
                    (at[0], at[1], z + 0.014 * j), plate, plain(WHITE if j % 2 else SAND), sides=18, stops=j == 0
                )
            s += 0.26
        elif kind == 1:
            cup(home, at, CLAY)
            cup(home, place(axes, s + 0.12, 0.10, z), LINEN)
            s += 0.28
        elif kind == 2:
            plant(home, at, tall_m=0.20, seed=round(100 * s), pot=WHITE, leaves=14, spread=1.1, pot_m=0.05)
            s += 0.26
        elif kind == 3:
            bottle(home, at, (0.38, 0.44, 0.36))
            s += 0.11
        else:
            jar = [(0.045, 0), (0.05, 0.01), (0.05, 0.13), (0.045, 0.135), (0.045, 0.15), (0.001, 0.15)]
            home.turned(at, jar, wood((0.86, 0.80, 0.70)), sides=16)
            s += 0.14


def _appliances(home: Home, plan: Plan, middle: float, along: tuple[float, float], top: float) -> None:
    """A hob with a pot below a hood on one side of the device, a sink on the other."""
    s0, s1 = along
    right = middle + 1.05 if middle + 1.45 < s1 else middle - 1.05
    left = middle - 1.05 if right > middle else middle + 1.5
    if s0 + 0.35 < right < s1 - 0.35:
        _hob(home, plan, right, top)
    if s0 + 0.35 < left < s1 - 0.35:
        _sink(home, plan, left, top)


def _hob(home: Home, plan: Plan, s: float, top: float) -> None:
    axes = plan.back.axes
    glass = Span(along=(s - 0.29, s + 0.29), inward=(0.06, 0.56), up=(top, top + 0.006))
    home.box(axes, glass, plain((0.10, 0.10, 0.11)), faces="flrt", texel_m=0.004, lumel_m=0.03, stops=False)
    pot = [(0.098, 0), (0.10, 0.005), (0.10, 0.115), (0.104, 0.12), (0.10, 0.125), (0.03, 0.145), (0.008, 0.15)]
    home.turned(place(axes, s - 0.12, 0.22, top + 0.006), [*pot, (0.016, 0.17), (0.001, 0.178)], plain(BLUE), sides=24)
    if plan.height_m > top + 1.2:
        hood = Span(along=(s - 0.3, s + 0.3), inward=(0.0, 0.32), up=(top + 0.72, top + 0.80))
        home.box(axes, hood, plain(STEEL), faces="flrtu")
        flue = Span(along=(s - 0.13, s + 0.13), inward=(0.0, 0.22), up=(top + 0.80, plan.height_m))
        home.box(axes, flue, plain(STEEL), faces="flr")


def _sink(home: Home, plan: Plan, s: float, top: float) -> None:
    axes = plan.back.axes
    rim = Span(along=(s - 0.25, s + 0.25), inward=(0.13, 0.50), up=(top, top + 0.003))
    home.box(axes, rim, plain((0.42, 0.43, 0.44)), faces="t", texel_m=0.004, lumel_m=0.03, stops=False)
    basin = Span(along=(s - 0.235, s + 0.235), inward=(0.145, 0.485), up=(top + 0.002, top + 0.005))
    home.box(axes, basin, plain((0.30, 0.31, 0.32)), faces="t", texel_m=0.004, lumel_m=0.03, stops=False)
    steel = plain(STEEL)
    tap = [(0.022, 0), (0.016, 0.02), (0.014, 0.27), (0.014, 0.30), (0.001, 0.30)]
    home.turned(place(axes, s, 0.075, top), tap, steel, sides=12)
    spout = Span(along=(s - 0.011, s + 0.011), inward=(0.075, 0.245), up=(top + 0.275, top + 0.297))
    home.box(axes, spout, steel, faces="flrtub")
    end = Span(along=(s - 0.011, s + 0.011), inward=(0.224, 0.246), up=(top + 0.235, top + 0.28))
    home.box(axes, end, steel, faces="flrub")


def _props(home: Home, plan: Plan, along: tuple[float, float], top: float) -> None:
    """Ladles, boards and a bowl beside the device, at the wall, where neither the screen nor a thing of the scene stands."""
    axes, s = plan.back.axes, plan.along_m
    free = [side for side in (-1, 1) if along[0] + 0.2 < s + 0.5 * side < along[1] - 0.2]
    if 1 in free:
        jar = [(0.048, 0), (0.055, 0.01), (0.055, 0.15), (0.05, 0.15), (0.05, 0.02)]
        home.turned(place(axes, s + 0.52, 0.14, top), jar, plain(LINEN), sides=18)
        for k in range(4):
            long_m = 0.02 * k
            ladle = [(0.006, 0), (0.006, 0.19 + long_m), (0.02, 0.22 + long_m), (0.001, 0.27 + long_m)]
            at = place(axes, s + 0.50 + 0.015 * k, 0.12 + 0.012 * (k % 3), top + 0.04)
            home.turned(at, ladle, wood(OAK if k % 2 else WALNUT), sides=8, stops=False)
    if -1 in free:
        tall = Span(along=(s - 0.74, s - 0.42), inward=(0.018, 0.040), up=(top, top + 0.40))
        home.box(axes, tall, wood(OAK, upright=True), faces="flrt", texel_m=0.003)
        low = Span(along=(s - 0.60, s - HEAD_ROOM_M), inward=(0.045, 0.063), up=(top, top + 0.27))
        home.box(axes, low, wood(WALNUT, upright=True), faces="flrt", texel_m=0.003)
        if _clear(plan, s - 0.62, 0.34):
            at = place(axes, s - 0.62, 0.34, top)
            bowl(home, at, TERRACOTTA if plan.palette.fronts != BRASS else CLAY)
            fruit(home, at, ((0.84, 0.60, 0.32), (0.70, 0.72, 0.40)))


def _clear(plan: Plan, s: float, d: float) -> bool:
    """Whether a small thing of the scene is not near a place on the counter."""
    x, y, _ = plan.back.axes.at(s, d).tolist()
    return all((thing.at[0] - x) ** 2 + (thing.at[1] - y) ** 2 > 0.25**2 for thing in plan.spec.things)
