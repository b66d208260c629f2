"""Every fault that a scene can name, by the part that goes wrong. The window reads it too, so nothing here loads the physics."""

from __future__ import annotations

from simulator.world.faults.ears import EARS
from simulator.world.faults.eyes import EYES
from simulator.world.faults.fault import Kind
from simulator.world.faults.fusion import FUSION
from simulator.world.faults.motion import MOTION
from simulator.world.faults.motor import MOTOR
from simulator.world.faults.planner import PLANNER

FAULTS: dict[str, dict[str, Kind]] = {
    "ears": EARS,
    "eyes": EYES,
    "fusion": FUSION,
    "planner": PLANNER,
    "motion": MOTION,
    "motor": MOTOR,
}
