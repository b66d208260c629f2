"""A match against a motor whose parameters we planted ourselves: the only way to know how true a fit is."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.matching import fit
from hardware_bridge.matching.twin import bare, twin_behind
from hardware_bridge.rigs.emulated import OnVirtualTime, emulate
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import MotorState

Wire = Literal["none", "dynamixel", "feetech", "cia402"]
OFFSET_NM = 0.02
SOFTEST, STIFFEST = 0.8, 1.25  # of how the maker ships it


class _Biased(VirtualMotor):
    """A motor whose torque sensor is off by a little."""

    def state(self, tick: int) -> MotorState:
        """With the offset."""
        state = super().state(tick)
        return replace(state, torque_nm=state.torque_nm + OFFSET_NM)


def planted_match(rng: np.random.Generator, *, wire: Wire = "none") -> tuple[dict[str, float], fit.Match]:
    """Plant parameters far from the default, run the programme with noisy sensors, fit; returns truth and match."""
    coulomb_nm = float(rng.uniform(0.04, 0.09))
    truth = {
        "inertia_kgm2": float(rng.uniform(0.006, 0.016)),
        "viscous_nms": float(rng.uniform(0.009, 0.02)),
        "coulomb_nm": coulomb_nm,
        "stiction_nm": coulomb_nm * float(rng.uniform(1.2, 1.6)),
        "backlash_deg": float(rng.uniform(0.1, 0.6)),
        "loop_delay_ms": float(rng.choice([2.0, 4.0, 6.0])),
    }
    facts = MotorFacts.model_validate({**MotorFacts().model_dump(), **truth})
    if wire == "none":
        plant = Plant(facts, rng=rng)
        return {**truth, "torque_offset_nm": OFFSET_NM}, fit.match(_Biased(plant), twin=bare, advance=plant.advance)
    emulated = emulate(wire, facts=facts, rng=rng, stiffness_share=float(rng.uniform(SOFTEST, STIFFEST)))
    twin = twin_behind(wire, stiffness_share=emulated.motor.stiffness_share)
    return truth, fit.match(OnVirtualTime(emulated), twin=twin)
