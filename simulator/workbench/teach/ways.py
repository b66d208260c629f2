"""The ways in which a mode can be taught: a few intentions over many knobs, each from 0 to 1 with what ships somewhere between.

They are chosen by what can be seen of the screen. The knobs behind them are a means: two sets of knobs that move alike are alike here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.onboard.tuning import Tuning, TuningError, Value, leaf_at

SIDES: Final = ("", "near_", "far_")
# The holding zone must reach this much farther than the dead zone.
LEAST_HOLDING_DEG: Final = 2.0


@dataclass(frozen=True, slots=True)
class Way:
    """One intention, as a factor on the knobs as they ship; the factor goes evenly in its logarithm."""

    name: str
    low: float
    high: float
    paths: tuple[str, ...]
    less: str  # what is seen of a smaller factor
    more: str

    @property
    def middle(self) -> float:
        """Where what ships lies, from 0 to 1."""
        return math.log(1.0 / self.low) / math.log(self.high / self.low)

    def factor(self, place: float) -> float:
        """The factor at a place from 0 to 1."""
        return self.low * math.exp(place * math.log(self.high / self.low))


WAYS: Final = (
    Way("dead zone", 0.35, 2.4, tuple(f"zones.dead_{side}half_width_deg" for side in SIDES),
        "follows smaller moves", "lets people move farther before it follows"),
    Way("holding zone", 0.5, 1.7, tuple(f"zones.holding_{side}half_width_deg" for side in SIDES),
        "follows at once from nearer the middle", "waits for people to settle farther out"),
    Way("settling", 0.1, 4.5, ("patience.settle_s", "recipe.settle_s"),
        "turns sooner to a new place", "waits longer before it turns to a new place"),
    Way("follow delay", 0.2, 10.0, ("patience.motion_delay_s",),
        "follows a walk sooner", "follows a walk later"),
    Way("rest", 0.1, 6.0, ("patience.rest_after_move_s",),
        "turns again sooner", "rests longer between turns"),
    Way("speed", 0.15, 2.8, ("motion.max_rate_dps",),
        "turns slower", "turns faster"),
)  # fmt: skip
Point = tuple[float, ...]
SHIPPED: Final[Point] = tuple(way.middle for way in WAYS)


def settings(point: Sequence[float], base: Tuning) -> Tuning:
    """The knobs at a point, on top of others: what is left at its middle is not touched."""
    changes: dict[str, Value] = {}
    for way, place in zip(WAYS, point, strict=True):
        if abs(place - way.middle) < 1e-9:
            continue
        factor = way.factor(min(max(place, 0.0), 1.0))
        for path in way.paths:
            leaf = leaf_at(path)
            assert leaf.low is not None
            assert leaf.high is not None
            changes[path] = min(max(float(leaf.default) * factor, leaf.low), leaf.high)
    for side in SIDES:
        dead, holding = f"zones.dead_{side}half_width_deg", f"zones.holding_{side}half_width_deg"
        if dead in changes or holding in changes:
            inner = float(changes.get(dead, base.value(dead)))
            outer = float(changes.get(holding, base.value(holding)))
            most = leaf_at(holding).high
            assert most is not None
            changes[dead] = min(inner, most - LEAST_HOLDING_DEG)
            changes[holding] = max(outer, float(changes[dead]) + LEAST_HOLDING_DEG)
    try:
        return base.patched({path: round(float(value), 3) for path, value in changes.items()})
    except TuningError as error:
        raise AssertionError(f"a way left the bounds of its knobs: {error}") from error


def moved(point: Sequence[float]) -> tuple[str, ...]:
    """What would be seen of a point, in words; empty where it is as it ships."""
    return tuple(
        way.less if place < way.middle else way.more
        for way, place in zip(WAYS, point, strict=True)
        if abs(math.log(way.factor(place))) > math.log(1.15)
    )


def nudged(point: Sequence[float], *, calmer: bool) -> Point:
    """A step calmer or livelier: a fifth wider and less fast, and half as much patience again, or the other way round."""
    steps = {
        "dead zone": 1.2,
        "holding zone": 1.1,
        "settling": 1.5,
        "follow delay": 1.5,
        "rest": 1.5,
        "speed": 1 / 1.2,
    }
    made = []
    for way, place in zip(WAYS, point, strict=True):
        step = math.log(steps[way.name]) / math.log(way.high / way.low)
        made.append(min(max(place + (step if calmer else -step), 0.0), 1.0))
    return tuple(made)
