"""The side door of an emulated motor: where a room reaches its screen, as a person's hand and a glass on the counter do.

The wire is how a host talks to a motor; nobody pushes a screen through it. Who wants to push an emulated one lends it a room:
the motor then calls the room instead of its plant, once every two milliseconds, and the room moves the plant on with whatever
touches the screen. No real motor has this door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hardware_bridge.body.plant import Plant

Room = Callable[[Plant], None]
"""Moves the plant on by one substep, with all that touches the screen."""


class SideDoor(Protocol):
    """A motor whose screen a room can push."""

    @property
    def plant(self) -> Plant:
        """The mechanics of the screen."""

    def lend(self, room: Room) -> None:
        """From now on this room moves the plant on."""

    def live_until(self, tick: int) -> None:
        """Let time pass on the wire up to the start of a tick."""
