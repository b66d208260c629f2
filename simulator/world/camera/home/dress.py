"""Puts a home together: shell, furniture by its style, and the fixed things of the scene."""

from __future__ import annotations

from simulator.world.camera.home.bedroom import bedroom
from simulator.world.camera.home.kitchen import kitchen
from simulator.world.camera.home.living import living
from simulator.world.camera.home.plan import Plan, plan_of
from simulator.world.camera.home.shapes import Axes, Home
from simulator.world.camera.home.shell import shell
from simulator.world.camera.home.standing import can_stand, standing
from simulator.world.spec import MoveThing, ThingSpec, WorldSpec

_ROOMS = {"kitchen": kitchen, "living": living, "bedroom": bedroom}


def dress(spec: WorldSpec, still: frozenset[str]) -> Home | None:
    """The home of a world with its things that stand still; None for one that stays bare."""
    plan = plan_of(spec)
    if plan is None:
        return None
    home = Home(table_m=plan.table_m)
    shell(home, plan)
    _ROOMS[plan.style](home, plan)
    for thing in spec.things:
        if thing.name in still and not _below_device(plan, thing):
            standing(home, plan, thing)
    return home


def _below_device(plan: Plan, thing: ThingSpec) -> bool:
    """Whether a counter is the one that the device stands on: the home has one of its own there."""
    axes = Axes(*thing.at, thing.angle_deg)
    ahead, aside = axes.of(plan.spec.device.x_m, plan.spec.device.y_m)
    return thing.kind == "counter" and abs(ahead) <= thing.size[0] / 2 and abs(aside) <= thing.size[1] / 2


def stands_still(spec: WorldSpec, thing: ThingSpec) -> bool:
    """Whether a thing is where it was for as long as the scene lasts, and so can be baked."""
    moved = {action.what for action in spec.actions if isinstance(action, MoveThing)}
    return thing.fixed and can_stand(thing) and thing.name not in moved
