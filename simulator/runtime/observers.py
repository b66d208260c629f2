"""What a session is told besides what the device senses: of a room that is not virtual, and of the computer that it runs on."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from simulator.onboard.messages import SensorFrame
from simulator.world.truth import TruthFrame


class Witness(Protocol):
    """Tells of a room that is not virtual what is known to be so."""

    def frame(self, sensors: SensorFrame) -> TruthFrame:
        """The truth of this tick, as far as anybody knows it."""


@runtime_checkable
class Host(Protocol):
    """Tells of the computer on which a real motor's ticks are counted."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Where it did not keep up, a sentence each."""
