"""Lets ears and mind live for a moment in an imagined room, before a real motor waits for them.

What is compiled and loaded with the first blocks of sound takes longer than a motor waits for its next set point. The eyes are in a
process of their own, for which the loop never waits.
"""

from __future__ import annotations

import gc

from simulator.onboard.seams import Seams
from simulator.onboard.stack import Stack
from simulator.onboard.tuning import Tuning
from simulator.runtime.session import Session
from simulator.world.world import World

TICKS = 30


def rehearse(stack: Stack, seams: Seams, *, world: World, tuning: Tuning) -> None:
    """Everything is loaded and compiled afterwards; stack and seams are as before."""
    before = stack.snapshot(), seams.snapshot()
    session = Session(rig=world, stack=stack, tuning=tuning, world=world, seams=seams)
    try:
        for _ in range(TICKS):
            session.step()
    finally:
        session.close()
    stack.restore(before[0])
    seams.restore(before[1])
    gc.collect()
    gc.freeze()  # what is loaded now stays: no long search through it while a motor waits
