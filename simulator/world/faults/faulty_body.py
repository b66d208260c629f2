"""The virtual body with a motor that goes wrong on its wires: what it is asked for, and what its encoder and current say."""

from __future__ import annotations

import numpy as np

from hardware_bridge.body.virtual_motor import limited
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import MotorCommand, MotorState
from simulator.world.body import BodyWorld
from simulator.world.faults.fault import Now, Spells
from simulator.world.spec import WorldSpec


class FaultyBody(BodyWorld):
    """The virtual body with a motor whose wires lie."""

    def __init__(
        self, spec: WorldSpec, facts: MotorFacts, rng: np.random.Generator | None, *, commands: Spells, states: Spells
    ) -> None:
        super().__init__(spec, facts, rng)
        self._commands, self._states = commands, states

    def command(self, command: MotorCommand) -> MotorCommand:
        """Take one set point, as it comes through; what was asked for is answered."""
        super().command(self._commands.changed(command, Now(command.tick, self.yaw_deg)))
        return limited(command, facts=self.plant.facts)

    def state(self, tick: int) -> MotorState:
        """What the encoder and the current say, as it comes through."""
        state: MotorState = self._states.changed(super().state(tick), Now(tick, self.yaw_deg))
        return state

    def snapshot(self) -> object:
        """All state."""
        return super().snapshot(), self._commands.snapshot(), self._states.snapshot()

    def restore(self, state: object) -> None:
        """Return to a snapshot."""
        assert isinstance(state, tuple)
        body, commands, states = state
        super().restore(body)
        self._commands.restore(commands)
        self._states.restore(states)
