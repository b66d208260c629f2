"""A plan of a sweep: its axes, the design that picks points on them, and the scenes, homes and seeds that each point is run with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.lab.search.axes import Axis, changes_at
from simulator.lab.search.designs import Design, Shares, grid_indices, morris_shares, random_shares, sobol_shares
from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses

MOST_POINTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Random homes, drawn by seed."""

    count: int
    first: int = 0
    hard: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One setting of the knobs."""

    index: int
    xs: tuple[Value, ...]  # on each axis
    changes: dict[str, Value]

    @property
    def name(self) -> str:
        """Under which its runs are filed."""
        return f"point {self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan:
    """What is to be tried."""

    axes: tuple[Axis, ...]
    design: Design = "grid"
    count: int = 16  # random: points; sobol: the base sample; morris: walks; a grid goes by the steps of its axes
    draw: int = 0
    scenes: tuple[str, ...] = ()
    homes: Homes | None = None
    seeds: int = 1
    mode: Senses = "feature"

    @property
    def size(self) -> int:
        """How many points there are."""
        match self.design:
            case "grid":
                return math.prod(len(axis.values) or axis.steps for axis in self.axes)
            case "random":
                return self.count
            case "sobol":
                return self.count * (len(self.axes) + 2)
            case "morris":
                return self.count * (len(self.axes) + 1)

    def points(self) -> list[Point]:
        """All points, always the same ones for the same plan; raises ExpressionError."""
        rows = self._rows()
        return [Point(index=index, xs=xs, changes=changes_at(self.axes, xs)) for index, xs in enumerate(rows)]

    def shares(self) -> Shares:
        """The points of a drawn design as shares of the axes."""
        axes = len(self.axes)
        match self.design:
            case "sobol":
                return sobol_shares(axes, base=self.count, draw=self.draw)
            case "morris":
                return morris_shares(axes, walks=self.count, draw=self.draw)
        return random_shares(axes, points=self.count, draw=self.draw)

    def _rows(self) -> list[tuple[Value, ...]]:
        axes = self.axes
        if self.design == "grid":
            values = [axis.grid for axis in axes]
            found = grid_indices([len(one) for one in values])
            return [tuple(one[k] for one, k in zip(values, index, strict=True)) for index in found]
        return [tuple(axis.at(float(share)) for axis, share in zip(axes, row, strict=True)) for row in self.shares()]
