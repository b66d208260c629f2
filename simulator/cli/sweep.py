"""`swivel sweep`: runs a plan of settings over scenes, homes and seeds, and writes tables of what came of them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from simulator.cli.qa_options import add_cluster, jobs_count
from simulator.lab.export.tables import as_csv, as_parquet
from simulator.lab.qa.cluster_errors import ClusterError
from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import PlanError
from simulator.lab.qa.result_store import write_whole
from simulator.lab.search.explored import explored_bytes
from simulator.lab.search.plan_file import PlanFileError, read_plan
from simulator.lab.search.sweep import Sweep, run_sweep, scenes_of
from simulator.lab.search.swept import explored_of
from simulator.lab.search.tables import point_columns, point_rows, run_columns, run_rows
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE
from simulator.runtime.progress import ProgressLine

WRITERS = {"csv": as_csv, "parquet": as_parquet}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a YAML file of axes, a design, scenes and seeds")
    parser.add_argument("--jobs", type=jobs_count, default=1, metavar="N", help="worker processes (default 1)")
    add_cluster(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/sweep"),
        metavar="DIR",
        help="ledger, results and tables (default runs/sweep)",
    )
    parser.add_argument(
        "--to", choices=tuple(WRITERS), default="csv", help="what the tables are written as (default csv)"
    )
    parser.add_argument("--list", action="store_true", help="only say which points and how many runs there would be")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def sweep_command(o: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        return _sweep(o)
    except (PlanFileError, PlanError, LedgerError, ClusterError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"swivel sweep: {error.filename}: {error.strerror}", file=sys.stderr)
    except ModuleNotFoundError as missing:
        if missing.name != "pyarrow":
            raise
        print("swivel sweep: --to parquet needs pyarrow: pip install 'swivel-display[data]'", file=sys.stderr)
    return ExitCode.BAD_USAGE


def _sweep(o: argparse.Namespace) -> ExitCode:
    plan = read_plan(o.plan)
    scenes = scenes_of(plan, folder=o.plan.parent, out=o.out)
    if o.list:
        for point in plan.points():
            print(f"{point.name}: {', '.join(f'{path}={value}' for path, value in point.changes.items())}")
        print(
            f"{plan.size} points x {len(scenes)} scenes x {plan.seeds} seeds = {plan.size * len(scenes) * plan.seeds} runs"
        )
        return ExitCode.PASSED
    if o.to == "parquet":
        import pyarrow.parquet  # noqa: F401  (found missing before the runs and not after them)
    progress = ProgressLine("swivel sweep")
    try:
        found = run_sweep(plan, scenes, out=o.out, workers=o.jobs, cluster=o.cluster, on_progress=progress)
    finally:
        progress.done()
    tables = {
        o.out / f"runs.{o.to}": WRITERS[o.to](run_rows(found), run_columns(found)),
        o.out / f"points.{o.to}": WRITERS[o.to](point_rows(found), point_columns(found)),
    }
    for path, content in tables.items():
        write_whole(path, content)
    write_whole(o.out / EXPLORED_FILE, explored_bytes(explored_of(found)))
    _print(found, o, tables=[path.as_posix() for path in tables])
    if not found.complete:
        return ExitCode.CANCELLED
    return ExitCode.CRASHED if _errors(found) else ExitCode.PASSED


def _errors(found: Sweep) -> int:
    return sum(bool(result.error) for one in found.points for result in one.results)


def _print(found: Sweep, o: argparse.Namespace, *, tables: list[str]) -> None:
    matters = found.matters()
    runs = sum(len(one.results) for one in found.points)
    clashing = sum(bool(one.impossible) for one in found.points)
    if o.json:
        rows = {name: [asdict(row) for row in ranked] for name, ranked in matters.items()}
        told = {
            "points": len(found.points), "runs": runs, "errors": _errors(found), "impossible_points": clashing,
            "complete": found.complete, "lost_workers": found.lost_workers, "tables": tables, "matters": rows,
        }  # fmt: skip
        print(json.dumps(told))
        return
    for name, ranked in matters.items():
        if not any(row.effect for row in ranked):
            print(f"{name}: no axis matters, for these scenes")
            continue
        print(f"{name}: what matters, for these scenes")
        for row in ranked:
            more = f", alone {row.alone:.2f}" if row.alone is not None else f", bends {row.bends or 0.0:.3g}"
            print(f"  {row.axis:<32} {row.effect:8.3g}  ({row.low:.3g} to {row.high:.3g}){more}")
    for lost in dict.fromkeys(found.lost_workers):
        print(f"WORKER LOST: {lost}")
    cut = "" if found.complete else "INTERRUPTED, the same command goes on from here: "
    clash = f", {clashing} of them clash with knobs of a scene and have no figures" if clashing else ""
    wrong = f", {_errors(found)} runs crashed" if _errors(found) else ""
    print(f"{cut}{len(found.points)} points, {runs} runs{clash}{wrong}; {' and '.join(tables)}")
