"""One planted fault: a function that changes a message on its way, with what it remembers and its own stream of chance."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.seams import Moment
from simulator.onboard.state import Remembers, Snapshot
from simulator.world.chances import Chances
from simulator.world.truth import TruthFrame

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Now:
    """What a fault may look at."""

    tick: int
    yaw_deg: float  # where the device believes that the screen points
    truth: TruthFrame | None = None  # None on the motor's wires, which know nothing of the room


Change = Callable[[Any, "Fault", Now], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to go wrong: at which message, and what it does to it."""

    at: str  # name of a seam; "command", "state" or "encoder" (both) for the motor's wires, "facts" for how it is built
    change: Change


class Fault(Remembers):
    """A fault that is planted in one run."""

    FIXED = ("_change", "_chances")

    def __init__(self, change: Change, *, amount: float, chances: Chances) -> None:
        self._change, self._chances = change, chances
        self.amount = amount
        self.memory: dict[str, Any] = {}

    @property
    def rng(self) -> np.random.Generator:
        """Its stream of chance."""
        return self._chances.of("fault")

    def __call__(self, message: Any, now: Now) -> Any:
        """The message as it leaves the faulty part."""
        return self._change(message, self, now)

    def snapshot(self) -> Snapshot:
        """Everything that changes."""
        return {**super().snapshot(), "_chances": self._chances.snapshot()}

    def restore(self, state: Snapshot) -> None:
        """Go back to a snapshot."""
        self._chances.restore(state["_chances"])
        super().restore({name: kept for name, kept in state.items() if name != "_chances"})


class Spells:
    """The faults at one seam, each in its time."""

    def __init__(self, spells: Sequence[tuple[int, int, Fault]]) -> None:
        self._spells = tuple(spells)

    def __call__(self, own: Any, truth: TruthFrame | None, moment: Moment) -> Any:
        """The message, changed by every fault whose time it is."""
        return self.changed(own, Now(moment.tick, moment.sensors.motor.yaw_deg, truth))

    def changed(self, message: Any, now: Now) -> Any:
        """The message, changed by every fault whose time it is."""
        for first, last, fault in self._spells:
            if first <= now.tick < last:
                message = fault(message, now)
        return message

    def snapshot(self) -> tuple[Snapshot, ...]:
        """Everything that changes."""
        return tuple(fault.snapshot() for _, _, fault in self._spells)

    def restore(self, state: tuple[Snapshot, ...]) -> None:
        """Go back to a snapshot."""
        for (_, _, fault), kept in zip(self._spells, state, strict=True):
            fault.restore(kept)


def once(change: Change) -> Change:
    """A message that stands over many ticks is changed once, and keeps standing: chance is drawn for it a single time."""

    def changed(message: Any, fault: Fault, now: Now) -> Any:
        if fault.memory.get("of") != message.tick:
            fault.memory["of"], fault.memory["made"] = message.tick, change(message, fault, now)
        return fault.memory["made"]

    return changed


def late(message: Message, fault: Fault, now: Now) -> Message:
    """The message of some seconds ago; before that time is over, the one with which the fault began."""
    queue: deque[tuple[int, Message]] = fault.memory.setdefault("queue", deque())
    standing: Message = fault.memory.setdefault("standing", message)
    queue.append((now.tick, message))
    while queue and queue[0][0] <= now.tick - fault.amount * TICKS_PER_S:
        standing = queue.popleft()[1]
    fault.memory["standing"] = standing
    return standing


def late_renewed(message: Any, fault: Fault, now: Now) -> Any:
    """The same, with the tick of now on it."""
    return replace(late(message, fault, now), tick=message.tick)
