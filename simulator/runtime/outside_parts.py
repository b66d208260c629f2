"""Ears, eyes, trackers, planners and motion profiles of other packages in the place of those that ship."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from simulator.onboard.algorithms import Algorithms, Ears, Eyes
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import SoundReport, TrackReport, VisionReport, ZoneDecision
from simulator.onboard.motion.profile import Limits, SetPoint, Way
from simulator.runtime.outside import Kind, OutsideCrash, called, make

# No turn takes a minute; one that ends this near its goal has arrived; speeds are compared with a little air for rounding.
LONGEST_TICKS, END_DEG, RATE_SLACK_DPS = 6000, 0.01, 0.01
ANSWERS: dict[Kind, type] = {
    "ears": SoundReport,
    "eyes": VisionReport,
    "tracker": TrackReport,
    "planner": ZoneDecision,
}


def algorithms(names: Mapping[Kind, str]) -> Algorithms:
    """The mind's algorithms: those that are named, else those that ship."""
    chosen: dict[str, Any] = {}
    for kind in ("tracker", "planner"):
        if kind in names:
            chosen[kind] = partial(_part, kind, names[kind])
    if "profile" in names:
        chosen["profile"] = OutsideProfile(names["profile"], make("profile", names["profile"]))
    return Algorithms(**chosen)


def ears(name: str, facts: DeviceFacts) -> Ears:
    """Ears of another package."""
    return cast(Ears, _part("ears", name, facts))


def eyes(name: str, facts: DeviceFacts) -> Eyes:
    """Eyes of another package."""
    return cast(Eyes, _part("eyes", name, facts))


def _part(kind: Kind, name: str, facts: DeviceFacts) -> OutsidePart:
    return OutsidePart(kind, name, make(kind, name, facts))


class OutsidePart:
    """Asks a part of another package, and takes only answers of the right type."""

    def __init__(self, kind: Kind, name: str, part: Any) -> None:
        self._name, self._part, self._answers = name, part, ANSWERS[kind]
        for verb in ("tick", "snapshot", "restore", *(("frame_wanted",) if kind == "eyes" else ())):
            if not callable(getattr(part, verb, None)):
                raise OutsideCrash(f"{name}: {type(part).__name__} has no method {verb}")

    def tick(self, *given: Any, **named: Any) -> Any:
        """Let the part of the other package answer, and refuse an answer of another type."""
        answer = called(self._name, self._part.tick, *given, **named)
        if not isinstance(answer, self._answers):
            raise OutsideCrash(f"{self._name} answered {type(answer).__name__}, not {self._answers.__name__}")
        return answer

    def frame_wanted(self, tick: int) -> bool:
        """Whether a picture is due at this tick."""
        return bool(called(self._name, self._part.frame_wanted, tick))

    def snapshot(self) -> Any:
        """Everything that changes, as an independent copy."""
        return called(self._name, self._part.snapshot)

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        called(self._name, self._part.restore, state)


class SetPoints(Protocol):
    """What another package brings as a motion profile: the set points of a turn, one for the end of each tick.

    The last one rests at the goal. What comes before may not be faster than the limits, unless the start already was.
    """

    def __call__(self, start: SetPoint, *, goal_deg: float, limits: Limits) -> Sequence[SetPoint]:
        """The set points from where the screen is now to the goal."""


@dataclass(frozen=True, slots=True)
class OutsideProfile:
    """Asks a motion profile of another package, and takes only ways that end at rest where they should."""

    name: str
    profile: SetPoints

    def __call__(self, start: SetPoint, *, goal_deg: float, limits: Limits, tick: int) -> Way:
        """A way from a set point to rest at a goal."""
        points = called(self.name, _listed, self.profile, start, goal_deg, limits)
        if not 0 < len(points) <= LONGEST_TICKS:
            raise OutsideCrash(f"{self.name} answered {len(points)} set points: must be 1 to {LONGEST_TICKS}")
        if not all(math.isfinite(number) for point in points for number in point):
            raise OutsideCrash(f"{self.name} answered a set point that is not finite")
        end = points[-1]
        if abs(end.yaw_deg - goal_deg) > END_DEG or end.rate_dps != 0.0:
            raise OutsideCrash(
                f"{self.name} ends at {end.yaw_deg:g}° with {end.rate_dps:g} °/s: must rest at {goal_deg:g}°"
            )
        fastest_dps = max(abs(point.rate_dps) for point in points)
        if fastest_dps > max(limits.rate_dps, abs(start.rate_dps)) + RATE_SLACK_DPS:
            raise OutsideCrash(f"{self.name} turns at {fastest_dps:g} °/s: must be at most {limits.rate_dps:g} °/s")
        return PointByPoint(start_tick=tick, points=points, limits=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointByPoint:
    """A way that is known tick by tick."""

    start_tick: int
    points: tuple[SetPoint, ...]
    limits: Limits

    @property
    def goal_deg(self) -> float:
        """Where it ends."""
        return self.points[-1].yaw_deg

    @property
    def lowest_deg(self) -> float:
        """The least yaw on the way."""
        return min(point.yaw_deg for point in self.points)

    @property
    def highest_deg(self) -> float:
        """The greatest yaw on the way."""
        return max(point.yaw_deg for point in self.points)

    def at(self, tick: int) -> SetPoint:
        """The set point to be reached at the end of a tick."""
        return self.points[min(max(tick - self.start_tick, 0), len(self.points) - 1)]

    def done(self, tick: int) -> bool:
        """Whether the set point has come to rest."""
        return tick - self.start_tick >= len(self.points)


def _listed(profile: SetPoints, start: SetPoint, goal_deg: float, limits: Limits) -> tuple[SetPoint, ...]:
    return tuple(SetPoint(*map(float, point)) for point in profile(start, goal_deg=goal_deg, limits=limits))
