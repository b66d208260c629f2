"""The screen behind an emulated motor: the simulator's own plant, pushed by somebody else's electronics."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hardware_bridge.body.plant import SUBSTEP_S, Plant
from hardware_bridge.emulators.side_door import Room
from simulator.onboard.facts import MotorFacts

MILLISECONDS_PER_SUBSTEP = round(SUBSTEP_S * 1000)

World = Callable[[float, float], float]
"""Torque of the world on the screen in newton metres, given its yaw and rate: a hand, a wall, a glass."""


class EmulatedBody:
    """Motor mass, gear and screen in steps of a millisecond; measures like the virtual motor does.

    The plant's own drive stays off: only its encoder and its current loop are used.
    """

    def __init__(self, facts: MotorFacts, *, rng: np.random.Generator | None, yaw_deg: float = 0.0) -> None:
        self.plant = Plant(facts, rng=rng, yaw_deg=yaw_deg)
        self.world: World | None = None
        """A torque that pushes the screen; None for nothing."""
        self.room: Room | None = None
        """A whole room around the screen (see side_door.py), which then also moves the plant on; None for none."""
        self._due = 0
        self._sum_nm = 0.0

    @property
    def yaw_deg(self) -> float:
        """Where the screen truly points."""
        return self.plant.yaw_deg

    @property
    def rate_dps(self) -> float:
        """How fast the screen truly turns."""
        return self.plant.rate_dps

    @property
    def encoder_deg(self) -> float:
        """What the encoder on the motor says."""
        return self.plant.drive.yaw_deg

    @property
    def encoder_dps(self) -> float:
        """Speed as estimated from the encoder."""
        return self.plant.drive.rate_dps

    @property
    def motor_deg(self) -> float:
        """Where the motor truly is, also between the plant's steps: for a sensor that is read more often."""
        return math.degrees(self.plant.motor_rad + 0.001 * self._due * self.plant.motor_rps)

    def mean_torque_nm(self) -> float:
        """Mean torque since the last call, as a drive's filtered current shows it."""
        return self.plant.drive.measured_torque_nm()

    def push(self, torque_nm: float) -> bool:
        """Push for a millisecond; true when the plant has moved on and there is something new to measure."""
        self._sum_nm += torque_nm
        self._due += 1
        if self._due < MILLISECONDS_PER_SUBSTEP:
            return False
        self.plant.drive.asked_nm = self._sum_nm / self._due
        self._due, self._sum_nm = 0, 0.0
        if self.room is not None:
            self.room(self.plant)
        else:
            self.plant.substep(self.world(self.yaw_deg, self.rate_dps) if self.world else 0.0)
        return True


def wall(at_deg: float, *, facts: MotorFacts, stiffness_nm_per_rad: float = 400.0) -> World:
    """Something hard that the screen meets when it turns left to `at_deg`."""
    damping_nms = 2.0 * math.sqrt(stiffness_nm_per_rad * facts.inertia_kgm2) * 0.3

    def torque_nm(yaw_deg: float, rate_dps: float) -> float:
        depth_rad = math.radians(yaw_deg - at_deg)
        if depth_rad <= 0.0:
            return 0.0
        return min(0.0, -stiffness_nm_per_rad * depth_rad - damping_nms * math.radians(rate_dps))

    return torque_nm


def steady(torque_nm: float) -> World:
    """A push that does not change, whatever the screen does."""
    return lambda yaw_deg, rate_dps: torque_nm
