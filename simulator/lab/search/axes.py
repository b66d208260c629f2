"""The axes of a sweep: each has a range or a list of values, and says which knobs it turns and how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.lab.search.expression import evaluated
from simulator.onboard.tuning import Tuning, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One direction of a sweep."""

    name: str
    low: float = 0.0
    high: float = 1.0
    steps: int = 5  # of a grid
    values: tuple[Value, ...] = ()  # in place of a range
    turns: Mapping[str, str] = field(default_factory=dict)  # knob: an expression in x and default; empty: x itself

    @property
    def grid(self) -> tuple[Value, ...]:
        """What a grid tries."""
        if self.values:
            return self.values
        if self.steps == 1:
            return (self.low,)
        return tuple(self.at(k / (self.steps - 1)) for k in range(self.steps))

    def at(self, share: float) -> Value:
        """The value a share (0 to 1) of the way along the axis; rounded, so that a point has the same key everywhere."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        return round(self.low + (self.high - self.low) * share, 9)

    def changes(self, x: Value) -> dict[str, Value]:
        """The knobs at this value; raises ExpressionError."""
        return {path: self._knob(path, text, x) for path, text in self.turns.items()}

    def _knob(self, path: str, text: str, x: Value) -> Value:
        default = Tuning().value(path)
        if isinstance(x, str | bool) or isinstance(default, str | bool):
            return x
        value = evaluated(text, {"x": float(x), "default": float(default)}) if text else float(x)
        return round(value) if isinstance(default, int) else round(value, 6)


def column_of(name: str) -> str:
    """An axis as a column of a table: a name that no other column has and every tool reads."""
    return "x_" + re.sub(r"\W+", "_", name).strip("_")


def changes_at(axes: Sequence[Axis], xs: Sequence[Value]) -> dict[str, Value]:
    """The knobs at one point."""
    return {path: value for axis, x in zip(axes, xs, strict=True) for path, value in axis.changes(x).items()}
