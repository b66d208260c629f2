"""The furniture of a scene in better shapes: what is fixed becomes part of the baked room."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.camera.home.colours import BRASS, CLAY, OAK, SAND, TERRACOTTA, WHITE
from simulator.world.camera.home.fronts import books, cupboards
from simulator.world.camera.home.paint import fabric, plain, plaster, wood
from simulator.world.camera.home.plan import Plan
from simulator.world.camera.home.shapes import UP, Axes, Home, Span
from simulator.world.spec import ThingSpec

BOARD_M = 0.03


def standing(home: Home, plan: Plan, thing: ThingSpec) -> None:
    """One thing; its front lies along its angle, which is inward in this frame."""
    axes = Axes(thing.at[0], thing.at[1], thing.angle_deg - 90)
    made = _SHAPES.get(thing.kind)
    if made is not None:
        made(home, axes, thing, plan)


def can_stand(thing: ThingSpec) -> bool:
    """Whether a thing has a shape here."""
    return thing.kind in _SHAPES


def _whole(thing: ThingSpec, low: float, high: float) -> Span:
    deep, wide = thing.size
    return Span(
        along=(-wide / 2, wide / 2), inward=(-deep / 2, deep / 2), up=(thing.bottom_m + low, thing.bottom_m + high)
    )


def _sofa(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    (deep, wide), high = thing.size, thing.height_m
    cloth = fabric((0.55, 0.60, 0.62), slub=0.02)
    seat = min(0.40, 0.5 * high)
    half = wide / 2
    home.box(axes, _whole(thing, 0.10, seat - 0.10), cloth, faces="fblr", texel_m=0.006)
    back = Span(along=(-half, half), inward=(-deep / 2, 0.20 - deep / 2), up=(seat - 0.1, high - 0.03))
    home.box(axes, back, cloth, faces="fblrt", texel_m=0.006)
    part = (half - 0.19) / 2
    for k in (-1, 1):
        arm = (k * (half - 0.09), 0.0, (0.30 + seat) / 2)
        home.cushion(axes, arm, (0.10, deep / 2, (seat + 0.1) / 2), cloth, round_=0.25, rings=8, sides=18)
        home.cushion(
            axes, (k * part, 0.08, seat - 0.03), (part, (deep - 0.28) / 2, 0.095), cloth, round_=0.25, sides=18
        )
        lean = (k * part, 0.25 - deep / 2, min(seat + 0.2, high - 0.15))
        home.cushion(axes, lean, (max(0.1, part - 0.01), 0.09, 0.20), cloth, round_=0.4, rings=8, sides=18)
    for x, colour in ((0.34 - half, TERRACOTTA), (half - 0.36, SAND)):
        at = (x, 0.38 - deep / 2, seat + 0.19)
        home.cushion(axes, at, (0.20, 0.07, 0.17), fabric(colour, fine=0.07), round_=0.5, rings=8, tilt=-0.3)


def _cabinet(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    front = cupboards((0.885, 0.88, 0.86), handle=BRASS)
    home.box(axes, _whole(thing, 0.0, thing.height_m), plain(WHITE), faces="fblrt", front=front, texel_m=0.006)


def _wall(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    home.box(axes, _whole(thing, 0.0, thing.height_m), plaster(plan.palette.walls[plan.style]), faces="fblrt")


def _table(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    (deep, wide), high = thing.size, thing.height_m
    top = _whole(thing, high - 0.035, high)
    home.box(axes, top, wood(OAK), faces="fblrtu", texel_m=0.004)
    _legs(home, axes, (wide, deep), thing.bottom_m, thing.bottom_m + high - 0.035)
    if min(wide, deep) > 0.5:
        vase = [(0.05, 0), (0.06, 0.1), (0.035, 0.19), (0.04, 0.21)]
        x, y, z = axes.at(0.1, 0.0, thing.bottom_m + high).tolist()
        home.turned((x, y, z), vase, plain(CLAY), sides=18)


def _legs(home: Home, axes: Axes, size: tuple[float, float], low: float, high: float) -> None:
    for a in (-1, 1):
        for b in (-1, 1):
            s, d = a * (size[0] / 2 - 0.06), b * (size[1] / 2 - 0.06)
            leg = Span(along=(s - 0.025, s + 0.025), inward=(d - 0.025, d + 0.025), up=(low, high))
            home.box(axes, leg, wood(OAK, upright=True), faces="fblr", texel_m=0.008, lumel_m=0.08)


def _shelf(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    """A bookcase: its body, and rows of books a little behind its boards."""
    (deep, wide), high = thing.size, thing.height_m
    own = home.box(axes, _whole(thing, 0.0, high), wood(OAK), faces="blrt", texel_m=0.006, lumel_m=0.06)
    rows = max(2, round(high / 0.38))
    for k in range(rows):
        low = thing.bottom_m + high * k / rows
        corner = axes.at(wide / 2 - 0.02, deep / 2 - BOARD_M, low + BOARD_M)
        tall = high / rows - BOARD_M
        home.quad(corner, -axes.along * (wide - 0.04), UP * tall, books(), texel_m=0.003, lumel_m=0.05, own=own)
        board = Span(along=(-wide / 2, wide / 2), inward=(deep / 2 - BOARD_M, deep / 2), up=(low, low + BOARD_M))
        home.box(axes, board, wood(OAK), faces="ftu", stops=False)
    for a, b in ((-wide / 2, 0.02 - wide / 2), (wide / 2 - 0.02, wide / 2)):
        side = Span(along=(a, b), inward=(deep / 2 - BOARD_M, deep / 2), up=(thing.bottom_m, thing.bottom_m + high))
        home.box(axes, side, wood(OAK, upright=True), faces="flr", stops=False)


def _column(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    x, y, z = axes.at(0, 0, thing.bottom_m).tolist()
    profile = [(thing.size[0] / 2, 0.0), (thing.size[0] / 2, thing.height_m), (0.001, thing.height_m)]
    home.turned((x, y, z), profile, plaster(plan.palette.walls[plan.style]), sides=28, texel_m=0.006, lumel_m=0.06)


def _chair(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    (deep, wide), high = thing.size, thing.height_m
    seat, half = min(0.45, high), deep / 2
    home.box(axes, _whole(thing, seat - 0.03, seat), wood(OAK), faces="fblrtu")
    low = thing.bottom_m
    _legs(home, axes, (wide, deep), low, low + seat - 0.03)
    if high > seat + 0.2:
        back = Span(along=(-wide / 2, wide / 2), inward=(-half, BOARD_M - half), up=(low + seat + 0.12, low + high))
        home.box(axes, back, wood(OAK), faces="fblrtu")
        for k in (-1, 1):
            s = k * (wide / 2 - 0.03)
            post = Span(
                along=(s - 0.015, s + 0.015), inward=(-half, BOARD_M - half), up=(low + seat, low + seat + 0.12)
            )
            home.box(axes, post, wood(OAK), faces="fblr", texel_m=0.008)


def _counter(home: Home, axes: Axes, thing: ThingSpec, plan: Plan) -> None:
    front = cupboards(plan.palette.fronts)
    body = _whole(thing, 0.0, max(0.1, thing.height_m - 0.035))
    home.box(axes, body, plain(plan.palette.fronts), faces="fblr", front=front, texel_m=0.004)
    home.box(axes, _whole(thing, body.up[1] - thing.bottom_m, thing.height_m), wood(OAK), faces="fblrt", texel_m=0.003)


_SHAPES: dict[str, Callable[[Home, Axes, ThingSpec, Plan], None]] = {
    "sofa": _sofa, "cabinet": _cabinet, "wall": _wall, "table": _table, "shelf": _shelf,
    "column": _column, "chair": _chair, "counter": _counter,
}  # fmt: skip
