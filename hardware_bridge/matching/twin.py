"""The virtual motor that is to be made like a real one, behind the same wire as that: what the wire does to it, it does to both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching.programme import Runner
from hardware_bridge.rigs.emulated import Kind, OnVirtualTime, emulate
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts

Twin = Callable[[MotorFacts, int], Runner]
"""Makes an enabled virtual motor with these facts; the number chooses its chance."""

ROOM_DEG = 110.0
# A board's chip is emulated instruction by instruction, which takes as long as the real thing; a robot's daemon shows no torque.
QUICK_KINDS: tuple[Kind, ...] = ("dynamixel", "feetech", "cia402")


def bare(facts: MotorFacts, chance: int) -> Runner:
    """A virtual motor behind no wire at all."""
    plant = Plant(facts, rng=_rng(chance))
    return Runner(_enabled(GuardedMotor(VirtualMotor(plant), facts, _room())), advance=plant.advance)


def twin_behind(kind: str, *, stiffness_share: float = 1.0) -> Twin | None:
    """A twin behind the wire of this kind of device, with a position loop as stiff as that one's; None where there is none."""
    known = next((quick for quick in QUICK_KINDS if quick == kind), None)
    if known is None:
        return None

    def behind(facts: MotorFacts, chance: int) -> Runner:
        motor = OnVirtualTime(emulate(known, facts=facts, rng=_rng(chance), stiffness_share=stiffness_share))
        motor.state(0)
        return Runner(_enabled(GuardedMotor(motor, facts, _room())))

    return behind


def _enabled(motor: GuardedMotor) -> GuardedMotor:
    motor.enable()
    return motor


def _room() -> RangeOfMotion:
    return RangeOfMotion(min_deg=-ROOM_DEG, max_deg=ROOM_DEG)


def _rng(chance: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(chance))
