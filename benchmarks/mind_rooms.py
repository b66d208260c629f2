"""Random rooms full of people for the mind's benchmark: they walk, talk by turns, call the device and turn away.

Rooms with an even number may be used to choose numbers; only odd ones are reported.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import Mode, SetMode
from simulator.runtime.seeds import stream
from simulator.world.spec import (
    Action,
    DevicePlace,
    PersonSpec,
    Point,
    RequestAction,
    RoomSpec,
    Say,
    SourceSpec,
    ThingSpec,
    Turn,
    Walk,
    WallSpec,
    WorldSpec,
)

NAMES = ("ana", "ben", "eva", "finn")
MATERIALS = ("plaster", "tile", "glass", "wood", "brick")


def random_room(number: int, *, seconds: float) -> WorldSpec:
    """The room with this number: 2 to 4 people, often a television, sometimes a poster."""
    rng = stream(number, "mind rooms")
    width, depth = rng.uniform(4.0, 7.0), rng.uniform(3.5, 6.0)
    device = (rng.uniform(1.2, width - 1.2), rng.uniform(1.2, depth - 1.2))
    people = tuple(
        PersonSpec(
            name=name, at=_spot(rng, width, depth, device), look=f"adult-{k + 1}", voice=f"voice-{k + 1}",
            faces=str(rng.choice(["device", *NAMES[:k]])) if k else "device",
        )
        for k, name in enumerate(NAMES[: int(rng.integers(2, 5))])
    )  # fmt: skip
    things, sources = [], []
    if rng.random() < 0.5:
        at = _spot(rng, width, depth, device)
        things.append(ThingSpec(name="tv", kind="television", at=at, size=(0.9, 0.1), bottom_m=0.6, height_m=0.6))
        sources.append(SourceSpec(name="tv sound", kind="television", at=at))
    if rng.random() < 0.3:
        at = (rng.uniform(0.3, width - 0.3), depth - 0.05)
        things.append(ThingSpec(name="poster", kind="poster", at=at, size=(0.6, 0.02), bottom_m=1.2, height_m=0.8))
    walls = {side: WallSpec(material=str(rng.choice(MATERIALS))) for side in ("south", "east", "north", "west")}
    return WorldSpec(
        room=RoomSpec(width_m=width, depth_m=depth, rt60_s=rng.uniform(0.25, 0.9), walls=walls),
        device=DevicePlace(
            x_m=device[0], y_m=device[1], heading_deg=rng.uniform(-180.0, 180.0),
            range=RangeOfMotion(min_deg=-170.0, max_deg=170.0),
        ),
        people=people,
        sources=tuple(sources),
        things=tuple(things),
        actions=_actions(rng, people, seconds, width, depth, device),
        duration_s=seconds,
    )  # fmt: skip


def _actions(
    rng: np.random.Generator,
    people: tuple[PersonSpec, ...],
    seconds: float,
    width: float,
    depth: float,
    device: Point,
) -> tuple[Action, ...]:
    found: list[Action] = [RequestAction(at_s=0.2, request=SetMode(mode=Mode.FOLLOW))]
    for person in people:
        at_s = rng.uniform(1.0, 4.0)
        while at_s < seconds - 2.0:
            choice = rng.random()
            if choice < 0.45:
                to = _spot(rng, width, depth, device)
                found.append(Walk(at_s=at_s, who=person.name, to=to, speed_mps=rng.uniform(0.5, 1.5)))
            elif choice < 0.75:
                found.append(Say(at_s=at_s, who=person.name))
            elif choice < 0.85:
                found.append(Turn(at_s=at_s, who=person.name, to="device"))
                found.append(Say(at_s=at_s + 0.8, who=person.name, what="wake word"))
            else:
                others = [other.name for other in people if other is not person]
                found.append(Turn(at_s=at_s, who=person.name, to=str(rng.choice(["device", *others]))))
            at_s += rng.uniform(2.5, 6.0)
    return tuple(sorted(found, key=lambda action: action.at_s))


def _spot(rng: np.random.Generator, width: float, depth: float, device: Point) -> Point:
    """A place in the room at arm's length of the device or farther."""
    while True:
        spot = (float(rng.uniform(0.5, width - 0.5)), float(rng.uniform(0.5, depth - 0.5)))
        if math.dist(spot, device) > 0.8:
            return spot
