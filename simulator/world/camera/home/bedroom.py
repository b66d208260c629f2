"""A bedroom: a night stand below the device, a bed beside it with its head at the same wall, a chest of drawers."""

from __future__ import annotations

from simulator.world.camera.home.colours import BLUE, BRASS, CLAY, CREAM, DARK, LINEN, OAK, TERRACOTTA, WHITE, Colour
from simulator.world.camera.home.fronts import drawers
from simulator.world.camera.home.kitchen import table_of
from simulator.world.camera.home.living import _middle
from simulator.world.camera.home.paint import fabric, plain, wood
from simulator.world.camera.home.pieces import cup, pendant, picture, place, plant, table_lamp
from simulator.world.camera.home.plan import Plan
from simulator.world.camera.home.shapes import Axes, Home, Span

HALF_STAND_M = 0.28
BED_M = (1.53, 2.08)
BED_FROM_M = 0.45  # from the device to the bed's edge
FRAME: Colour = (0.60, 0.52, 0.45)


def bedroom(home: Home, plan: Plan) -> None:
    """Everything in it but the shell."""
    axes, s = plan.back.axes, plan.along_m
    stand = _night_stand(home, plan)
    for side in (-1, 1):  # the bed where there is more room, first to the left of who lies in it
        low = s + BED_FROM_M if side == -1 else s - BED_FROM_M - BED_M[0]
        along = (low, low + BED_M[0])
        if along[0] > 0.02 and along[1] < plan.back.long_m - 0.02 and _fits(plan, along):
            _bed(home, axes, along)
            middle = 0.5 * (along[0] + along[1])
            if plan.height_m > 2.1 and plan.back is not plan.window:
                picture(home, axes, (middle, 1.62), (0.95, 0.62), "hills", frame=OAK)
            break
    if stand:
        table_lamp(home, place(axes, max(0.16, s - 0.20), 0.14, plan.table_m), colour=LINEN)
        cup(home, place(axes, s + 0.20, 0.12, plan.table_m), BLUE)
        for k, colour in enumerate((TERRACOTTA, CREAM)):
            up = plan.table_m + 0.022 * k
            book = Span(along=(s - 0.07, s + 0.09), inward=(0.04, 0.24), up=(up, up + 0.02))
            if plan.away_m > 0.38:
                home.box(axes, book, plain(colour), faces="flrtb", texel_m=0.003, lumel_m=0.03)
    _chest(home, plan)
    x, y = _middle(plan).tolist()
    pendant(home, (x, y, plan.height_m - 0.42), plan.height_m, radius_m=0.18)


def _fits(plan: Plan, along: tuple[float, float]) -> bool:
    """Whether a bed stands in nobody's way; who sits or lies in bed is no obstacle to it."""
    axes, (wide, deep) = plan.back.axes, (along, (0.0, BED_M[1]))
    corners = [axes.at(s, d)[:2].tolist() for s in wide for d in deep]
    if any(wall.axes.of(*corner)[1] < -0.01 for wall in plan.walls for corner in corners):
        return False
    sitting = {person.at for person in plan.spec.people if person.posture == "sitting"}
    for a, b in plan.ways:
        for end in (a, b):
            s, d = axes.of(*end)
            if end not in sitting and wide[0] - 0.2 < s < wide[1] + 0.2 and -0.1 < d < deep[1] + 0.2:
                return False
    return not any(
        wide[0] < axes.of(*thing.at)[0] < wide[1] and axes.of(*thing.at)[1] < deep[1] for thing in plan.spec.things
    )


def _night_stand(home: Home, plan: Plan) -> bool:
    """At the wall when the device is near it, else a small cupboard of its own; true when it reaches the wall."""
    axes, s, d, top = plan.back.axes, plan.along_m, plan.away_m, plan.table_m
    at_wall = d < 0.75
    deep = (0.02, max(0.42, d + 0.20)) if at_wall else (d - 0.25, d + 0.20)
    along = (max(0.02, s - HALF_STAND_M), s + HALF_STAND_M)
    table_of(home, axes, along, deep)
    body = Span(along=along, inward=deep, up=(0.12, top))
    front = drawers(OAK, module_m=0.56, handle=BRASS)
    home.box(axes, body, wood(OAK), faces="flrtub", front=front, texel_m=0.003, lumel_m=0.03)
    foot = Span(along=(along[0] + 0.05, along[1] - 0.05), inward=(deep[0] + 0.04, deep[1] - 0.06), up=(0.0, 0.12))
    home.box(axes, foot, plain(DARK), faces="flrb")
    return at_wall


def _bed(home: Home, axes: Axes, along: tuple[float, float]) -> None:
    (s0, s1), long_m = along, BED_M[1]
    half, middle = 0.5 * (s1 - s0), 0.5 * (s0 + s1)
    cloth = fabric(FRAME)
    head = Span(along=(s0 - 0.04, s1 + 0.04), inward=(0.0, 0.07), up=(0.0, 1.05))
    home.box(axes, head, cloth, faces="flrt", lumel_m=0.04)
    home.box(axes, Span(along=along, inward=(0.07, long_m), up=(0.08, 0.28)), cloth, faces="flr", texel_m=0.006)
    sheet = fabric((0.93, 0.92, 0.89), fine=0.02)
    lying = (middle, (long_m + 0.07) / 2, 0.33)
    home.cushion(axes, lying, (half, (long_m - 0.07) / 2, 0.115), sheet, round_=0.18, rings=8, sides=20, lumel_m=0.06)
    duvet = fabric((0.66, 0.70, 0.70), fine=0.03)
    home.cushion(axes, (middle, 1.36, 0.385), (half + 0.045, 0.74, 0.115), duvet, round_=0.22, rings=8, sides=24)
    throw = fabric(CLAY, fine=0.07)
    home.cushion(axes, (middle, 1.70, 0.42), (half + 0.055, 0.24, 0.105), throw, round_=0.22, rings=8, sides=24)
    pillow = fabric((0.95, 0.94, 0.91), fine=0.02)
    for k in (-0.38, 0.38):
        home.cushion(
            axes, (middle + k, 0.30, 0.54), (0.33, 0.10, 0.21), pillow, round_=0.5, rings=8, sides=18, tilt=0.5
        )
    small = fabric(TERRACOTTA, fine=0.06)
    home.cushion(axes, (middle, 0.44, 0.53), (0.25, 0.08, 0.15), small, round_=0.5, rings=8, sides=18, tilt=0.6)


def _chest(home: Home, plan: Plan) -> None:
    """On the wall to the right of who looks out from the device, at its far end."""
    wall = plan.walls[1 % len(plan.walls)]
    low, high = wall.long_m - 1.25, wall.long_m - 0.15
    if wall is plan.window or low < 0.9 or not plan.free(wall.axes, (low, high), (0.0, 0.45)):
        return
    body = Span(along=(low, high), inward=(0.01, 0.42), up=(0.10, 0.85))
    front = drawers((0.90, 0.89, 0.86), module_m=1.1, rows=(0.0, 0.33, 0.66))
    home.box(wall.axes, body, plain(WHITE), faces="flrt", front=front)
    seed = 4 + plan.spec.room.decor_seed
    plant(home, place(wall.axes, high - 0.25, 0.22, 0.85), tall_m=0.36, seed=seed, leaves=18)
