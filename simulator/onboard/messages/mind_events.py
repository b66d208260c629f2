"""What can happen in the mind, one small class each; `words` are for people only."""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.message import message
from simulator.onboard.messages.modes import Mode, ModeEvent, Owner


@message
class ModeChanged:
    """One mode gives way to another."""

    before: Mode
    after: Mode
    cause: ModeEvent | None  # None: the time of the mode before was over

    @property
    def words(self) -> str:
        """In English."""
        cause = "time over" if self.cause is None else self.cause.value
        return f"mode {self.before.value} → {self.after.value}: {cause}"


@message
class TakenOver:
    """A higher owner takes the screen from a lower one."""

    before: Owner
    now: Owner

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.now.value} takes over from {self.before.value}"


@message
class TurnedDown:
    """Something asked for the screen, and who has it keeps it."""

    asked: ModeEvent
    owner: Owner

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.asked.value}: refused, {self.owner.value} has the screen"


@message
class TimeOver:
    """An owner's time with the screen has run out."""

    owner: Owner

    @property
    def words(self) -> str:
        """In English."""
        return f"the time of {self.owner.value} is over"


@message
class FaultBegan:
    """The motor reports a fault."""

    fault: str

    @property
    def words(self) -> str:
        """In English."""
        return f"fault: {self.fault}"


@message
class FaultEnded:
    """The motor is healthy again."""

    @property
    def words(self) -> str:
        """In English."""
        return "the fault is over"


@message
class RangeSet:
    """Another range of motion holds from now on."""

    range: RangeOfMotion | None  # None: not set, the screen does not move

    @property
    def words(self) -> str:
        """In English."""
        arc = self.range
        return "range of motion " + ("not set" if arc is None else f"{arc.min_deg:.0f}° to {arc.max_deg:.0f}°")


@message
class SetupFailed:
    """Set-up ended and has found no range."""

    @property
    def words(self) -> str:
        """In English."""
        return "set-up ended without a range"


MindEvent = ModeChanged | TakenOver | TurnedDown | TimeOver | FaultBegan | FaultEnded | RangeSet | SetupFailed
