"""The tables of a sweep: one row a run, and one row a point; as CSV or Parquet, the same whoever made them and in whatever order."""

from __future__ import annotations

from dataclasses import asdict, fields

from simulator.lab.measure.labels import Row
from simulator.lab.search.axes import column_of
from simulator.lab.search.figures import NAMES, SERVICE
from simulator.lab.search.sweep import Sweep
from simulator.lab.service import ServiceFigures

SUMS = tuple(one.name for one in fields(ServiceFigures))


def run_columns(sweep: Sweep) -> dict[str, str]:
    """The columns of the table of runs, each with its sentence."""
    return {
        "point": "Number of the point.",
        **_axes(sweep),
        "scene": "The scene's file.",
        "seed": "Seed of the run.",
        "verdict": "pass, fail, not exercised, or error.",
        **{name: f"Sum over the run, as simulator/lab/service.py counts it: {name}." for name in SUMS},
    }


def run_rows(sweep: Sweep) -> list[Row]:
    """One row a run."""
    rows: list[Row] = []
    for one in sweep.points:
        xs = _xs(sweep, one.point.xs)
        for result in sorted(one.results, key=lambda r: (r.scene, r.seed)):
            sums = {} if result.service is None else asdict(result.service)
            rows.append(
                {
                    "point": one.point.index, **xs, "scene": result.scene, "seed": result.seed,
                    "verdict": "error" if result.error else str(result.verdict), **{name: sums.get(name) for name in SUMS},
                }
            )  # fmt: skip
    return rows


def point_columns(sweep: Sweep) -> dict[str, str]:
    """The columns of the table of points, each with its sentence."""
    units = {name: unit for name, unit, _ in SERVICE}
    return {
        "point": "Number of the point.",
        **_axes(sweep),
        **{path: "Where the point turns this knob to." for path in _knobs(sweep)},
        "runs": "Runs that there are.",
        "impossible": "Scenes whose own knobs clash with the point.",
        **{name: f"Over the runs of the point{f', {units[name]}' if units.get(name) else ''}." for name in NAMES},
    }


def point_rows(sweep: Sweep) -> list[Row]:
    """One row a point."""
    knobs = _knobs(sweep)
    return [
        {
            "point": one.point.index, **_xs(sweep, one.point.xs), **{path: one.point.changes.get(path) for path in knobs},
            "runs": len(one.results), "impossible": len(one.impossible), **one.figures,
        }
        for one in sweep.points
    ]  # fmt: skip


def _knobs(sweep: Sweep) -> list[str]:
    return [path for axis in sweep.plan.axes for path in axis.turns]


def _axes(sweep: Sweep) -> dict[str, str]:
    return {column_of(axis.name): f"Value on the axis {axis.name}." for axis in sweep.plan.axes}


def _xs(sweep: Sweep, xs: tuple[object, ...]) -> Row:
    return {column_of(axis.name): x for axis, x in zip(sweep.plan.axes, xs, strict=True)}
