"""The faults of a scene, put where they belong: behind the stages of the stack, on the motor's wires, or into its facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.seams import SEAMS, Seams
from simulator.world.body import BodyWorld
from simulator.world.chances import Chances
from simulator.world.faults.fault import Fault, Now, Spells
from simulator.world.faults.faulty_body import FaultyBody
from simulator.world.faults.kinds import FAULTS
from simulator.world.faults.motor import MOTOR
from simulator.world.spec import FaultAction, WorldSpec

Streams = Callable[[str], np.random.Generator]
FOREVER_TICKS = 10**9


def fault_seams(spec: WorldSpec, streams: Streams) -> Seams:
    """The seams of a scene's faults."""
    made: dict[str, Any] = {
        name: spells for name in SEAMS if (spells := _spells(spec, streams, at=(name,))) is not None
    }
    return Seams(**made)


def faulty_body(spec: WorldSpec, facts: MotorFacts, streams: Streams) -> BodyWorld | None:
    """The body of a scene whose motor has faults; None when it has none."""
    mine = [action for action in spec.actions if isinstance(action, FaultAction) and action.part == "motor"]
    if not mine:
        return None
    for action in mine:
        kind = MOTOR[action.kind]
        if kind.at == "facts":
            fault = Fault(kind.change, amount=action.amount, chances=Chances(streams, prefix="fault.motor"))
            facts = fault(facts, Now(0, 0.0))
    nothing = Spells(())
    commands = _spells(spec, streams, at=("command", "encoder"))
    states = _spells(spec, streams, at=("state", "encoder"))
    rng = streams("world.body")
    return FaultyBody(spec, facts, rng, commands=commands or nothing, states=states or nothing)


def _spells(spec: WorldSpec, streams: Streams, *, at: tuple[str, ...]) -> Spells | None:
    found = []
    for place, action in enumerate(spec.actions):
        if isinstance(action, FaultAction):
            kind = FAULTS[action.part][action.kind]
            if kind.at in at:
                chances = Chances(streams, prefix=f"fault.{place}.{action.part}")
                first = round(action.at_s * TICKS_PER_S)
                last = FOREVER_TICKS if action.for_s is None else first + round(action.for_s * TICKS_PER_S)
                found.append((first, last, Fault(kind.change, amount=action.amount, chances=chances)))
    return Spells(found) if found else None
