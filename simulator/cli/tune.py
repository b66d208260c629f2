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
from simulator.lab.qa.result_store import write_whole
from simulator.lab.search.advisers import AdviserError
from simulator.lab.search.goal_file import read_goal
from simulator.lab.search.objectives import Objectives
from simulator.lab.search.plan_file import PlanFileError
from simulator.lab.search.sweep import scenes_of
from simulator.lab.search.tune import Named, Tuned, Tuner
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
    goal = read_goal(o.goal)
    folder = o.goal.parent
    train, held_out = (scenes_of(part, folder=folder, out=o.out) for part in (goal.train, goal.held_out))
    both = {path for path, _ in train} & {path for path, _ in held_out}
    if both:
        raise PlanError(f"{sorted(both)[0]}: is tuned on, so it cannot be held out as well")
    progress = ProgressLine("swivel tune")
    tuner = Tuner(
        goal, train=train, held_out=held_out, out=o.out, workers=o.jobs, cluster=o.cluster, on_progress=progress
    )  # fmt: skip
    try:
        found = tuner.run()
    finally:
        progress.done()
    presets = _written(found, o.out / "front") if found.complete else []
    if o.json:
        print(json.dumps({**asdict(found), "presets": presets}))
    else:
        _print(found, presets)
    return ExitCode.PASSED if found.complete else ExitCode.CANCELLED


def _written(found: Tuned, folder: Path) -> list[str]:
    """Each point as a preset, for slot A or B of the window and for --preset; those of a tuning before are taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    made = []
    for one in found.points:
        path = folder / f"{one.name}.json"
        write_whole(path, json.dumps(dict(sorted(one.changes.items())), indent=2).encode() + b"\n")
        made.append(path.as_posix())
    return made


def _print(found: Tuned, presets: list[str]) -> None:
    if not found.complete:
        print("INTERRUPTED: the same command goes on from here")
    if found.volumes:
        beside = ", ".join(f"{name} {share:.3f}" for name, share in found.volumes.items())
        print(f"share of the box of all trials that each adviser's points beat: {beside}")
        best = max(found.volumes, key=lambda name: found.volumes[name])
        print("none did better than chance" if best == "random" else f"{best} did better than chance here, in one draw")
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
