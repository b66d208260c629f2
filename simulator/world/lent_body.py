"""The room around a screen that an emulated motor turns: its hands and things push through the motor's side door.

The motor lives its own milliseconds while its host talks to it, so the room cannot call the plant: it is called. Contacts
are counted from the end of one `step` to the end of the next, whenever in between the motor moves on.
"""

from __future__ import annotations

import math

from hardware_bridge.body.plant import SUBSTEP_S, Plant
from hardware_bridge.emulators.side_door import SideDoor
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S
from simulator.world.body import BodyWorld
from simulator.world.spec import WorldSpec


class LentBody(BodyWorld):
    """Things and hands around somebody else's plant."""

    def __init__(self, spec: WorldSpec, facts: MotorFacts, *, motor: SideDoor) -> None:
        super().__init__(spec, facts, rng=None)
        self.plant = motor.plant
        self._lender = motor
        self._hand_substeps = self._substeps = 0
        self._hand_sum_nm = 0.0
        self._begin_contacts(0)
        motor.lend(self._substep)

    def step(self, tick: int) -> None:
        """One tick of physics: whatever of it the motor has not lived yet, while its host talked to it."""
        self.hands.begin_tick()
        self._hand_substeps = self._substeps  # so far into the tick already
        self._lender.live_until(tick + 1)
        if self._touching:
            moved = self.contacts.end_tick()
            if moved:
                self._tell(moved)
        self.contact_force_n = self.contacts.force_n
        self.hand_torque_nm = self._hand_sum_nm / max(self._substeps, 1)
        self.accel_dps2 = math.degrees(self.plant.screen_rps - self._before_rps) / TICK_S
        self._substeps, self._hand_sum_nm = 0, 0.0
        self._begin_contacts(tick + 1)

    def _begin_contacts(self, tick: int) -> None:
        plant = self.plant
        self._before_rps = plant.screen_rps
        self._touching = self.contacts.begin_tick(yaw_rad=plant.screen_rad, rate_rps=plant.screen_rps, tick=tick)

    def _substep(self, plant: Plant) -> None:
        hand_nm = 0.0
        if self.hands.busy:
            part_s = self._hand_substeps * SUBSTEP_S
            hand_nm = self.hands.torque_nm(yaw_rad=plant.screen_rad, rate_rps=plant.screen_rps, part_s=part_s)
        self._hand_sum_nm += hand_nm
        self._substeps += 1
        self._hand_substeps += 1
        plant.substep(hand_nm)
        if self._touching and self.contacts.active:  # a thing that somebody took away is out of the way at once
            change_rps, yaw_rad = self.contacts.substep(rate_rps=plant.screen_rps, moment_kgm2=plant.moment_kgm2)
            plant.strike(change_rps=change_rps, screen_rad=yaw_rad)
