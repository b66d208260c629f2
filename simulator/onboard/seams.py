"""Seams: one place behind each stage at which its answer can be looked at or changed on its way to the next one.

Every stage always ticks. Its answer then passes an optional function (own answer, truth, moment) -> message. An oracle ignores the own
answer, a fault changes it, a recording looks it up, a tap returns it as it is. The device itself is built without any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import (
    BodyReport,
    Intent,
    MotionReport,
    SensorFrame,
    SoundReport,
    TrackReport,
    VisionReport,
    ZoneDecision,
)
from simulator.onboard.tuning import Tuning

Message = TypeVar("Message")
SEAMS = ("sound", "vision", "tracks", "intent", "decision", "motion")  # in the order in which a tick comes to them


class Moment:
    """One tick as far as it has come: a seam finds what the stages before it said, after their own seams."""

    sound: SoundReport | None = None
    vision: VisionReport | None = None
    tracks: TrackReport | None = None
    intent: Intent | None = None
    decision: ZoneDecision | None = None
    body: BodyReport | None = None  # of the tick before
    arc: RangeOfMotion | None = None

    def __init__(self, sensors: SensorFrame, tuning: Tuning) -> None:
        self.sensors, self.tuning = sensors, tuning

    @property
    def tick(self) -> int:
        """Which tick it is."""
        return self.sensors.tick


# The own answer is None only where a stack has no ears or eyes; the truth is the world's, which the stack hands on unread.
Seam = Callable[[Message | None, Any, Moment], Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """The functions that the answers of the stages pass; None lets an answer through as it is.

    A seam that changes while it runs has `snapshot` and `restore`.
    """

    sound: Seam[SoundReport] | None = None
    vision: Seam[VisionReport] | None = None
    tracks: Seam[TrackReport] | None = None
    intent: Seam[Intent] | None = None
    decision: Seam[ZoneDecision] | None = None
    motion: Seam[MotionReport] | None = None
    in_mind: bool = field(init=False, default=False)  # whether any is behind a stage of the mind

    def __post_init__(self) -> None:
        """Note it once: it is asked on every tick."""
        mind = (self.tracks, self.intent, self.decision, self.motion)
        object.__setattr__(self, "in_mind", any(seam is not None for seam in mind))

    def snapshot(self) -> dict[str, Any]:
        """Everything that changes, by the name of the seam."""
        return {name: seam.snapshot() for name, seam in self._seams() if hasattr(seam, "snapshot")}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        for name, kept in state.items():
            getattr(self, name).restore(kept)

    def then(self, later: Seams) -> Seams:
        """Both, one after the other: the later one is given what the earlier one answered."""
        if later is NO_SEAMS:
            return self
        made: dict[str, Any] = dict(self._seams())
        for name, seam in later._seams():
            made[name] = Chain(made[name], seam) if name in made else seam
        return Seams(**made)

    def _seams(self) -> list[tuple[str, Any]]:
        return [(name, seam) for name in SEAMS if (seam := getattr(self, name)) is not None]


class Chain:
    """Two functions at one seam."""

    def __init__(self, first: Seam[Any], second: Seam[Any]) -> None:
        self._seams = (first, second)

    def __call__(self, own: Any, truth: Any, moment: Moment) -> Any:
        """What the second makes of what the first makes of it."""
        first, second = self._seams
        return second(first(own, truth, moment), truth, moment)

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that changes in both."""
        return tuple(seam.snapshot() if hasattr(seam, "snapshot") else None for seam in self._seams)

    def restore(self, state: tuple[Any, ...]) -> None:
        """Go back to a snapshot."""
        for seam, kept in zip(self._seams, state, strict=True):
            if hasattr(seam, "restore"):
                seam.restore(kept)


NO_SEAMS = Seams()
