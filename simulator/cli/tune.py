"""`swivel tune`: tries settings on some scenes, tests them on others, and ends in a front of named points, not in one answer."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from simulator.cli.qa_options import add_cluster, jobs_count
from simulator.lab.qa.cluster_errors import ClusterError
from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import PlanError
from simulator.lab.search.advisers import AdviserError
from simulator.lab.search.explored import Explored, Named
from simulator.lab.search.objectives import Objectives
from simulator.lab.search.plan_file import PlanFileError
from simulator.lab.search.tune_goal import tune
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.progress import ProgressLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("goal", type=Path, metavar="GOAL", help="a YAML file of axes, scenes and held-out scenes")
    parser.add_argument("--jobs", type=jobs_count, default=1, metavar="N", help="worker processes (default 1)")
    add_cluster(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/tune"),
        metavar="DIR",
        help="ledger, results and presets (default runs/tune)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def tune_command(o: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        return _tune(o)
    except (PlanFileError, PlanError, LedgerError, ClusterError, AdviserError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"swivel tune: {error.filename}: {error.strerror}", file=sys.stderr)
    return ExitCode.BAD_USAGE


def _tune(o: argparse.Namespace) -> ExitCode:
    progress = ProgressLine("swivel tune")
    try:
        found, presets = tune(o.goal, out=o.out, workers=o.jobs, cluster=o.cluster, on_progress=progress)
    finally:
        progress.done()
    if o.json:
        print(json.dumps({**asdict(found), "presets": [path.as_posix() for path in presets]}))
    else:
        _print(found, [path.as_posix() for path in presets])
    return ExitCode.PASSED if found.complete else ExitCode.CANCELLED


def _print(found: Explored, presets: list[str]) -> None:
    if not found.complete:
        print("INTERRUPTED: the same command goes on from here")
    if found.volumes:
        beside = ", ".join(f"{name} {share:.3f}" for name, share in found.volumes.items())
        print(f"share of the box of all trials that each adviser's points beat: {beside}")
        best = max(found.volumes, key=lambda name: found.volumes[name])
        print("none did better than chance" if best == "random" else f"{best} did better than chance here, in one draw")
    for figure in found.matters:
        print(f"{figure.figure}: what matters, for these scenes")
        for row in figure.axes:
            print(f"  {row.axis:<32} {row.effect:8.3g}  ({row.low:.3g} to {row.high:.3g})")
    print(f"{'':<14}{'tuned on':>22}{'held out':>22}   fixed : broken")
    print(f"{'as it ships':<14}{_pair(found.shipped)}{_pair(found.shipped_held_out)}")
    for one in found.points:
        print(f"{one.name:<14}{_pair(one.train)}{_pair(one.held_out)}   {_changed(one)}")
        for word, names in (("fixes", one.fixed), ("breaks", one.broken)):
            for name in names:
                print(f"    {word} {name}")
    print(f"service and disturbance, both better when smaller; presets: {', '.join(presets) or 'none'}")


def _pair(values: Objectives | None) -> str:
    return f"{'no answer':>22}" if values is None else f"{values[0]:>11.2f}{values[1]:>11.2f}"


def _changed(one: Named) -> str:
    word = "generalises" if one.generalises else "does not generalise"
    return f"{len(one.fixed)} : {len(one.broken)}  {word}"
