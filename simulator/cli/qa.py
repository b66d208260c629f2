"""`swivel qa`: runs many scenes over many seeds and processes, and says in the exit code and in reports what came of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from simulator.cli.qa_history import show_history
from simulator.cli.qa_homes import home_lines, homes
from simulator.cli.qa_settings import by, changes_of, compare, guard
from simulator.cli.qa_text import print_results
from simulator.lab.qa.batch import changes_for
from simulator.lab.qa.cluster_errors import ClusterError
from simulator.lab.qa.golden import read_golden
from simulator.lab.qa.golden_update import update_goldens
from simulator.lab.qa.history import Quarantine, note, quarantined
from simulator.lab.qa.last_pass import note_passes
from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import (
    Job,
    PlanError,
    find_scenes,
    golden_path,
    load_scenes,
    picked,
    plan_digest,
    sharded,
    short_name,
)
from simulator.lab.qa.pool import RunLimits
from simulator.lab.qa.qa_runner import QaOptions, QaOutcome, QaRunner
from simulator.lab.qa.result_store import revision_name, write_whole
from simulator.lab.qa.results_file import ResultsHead, merged, write_results
from simulator.lab.qa.summary import counted, durations, exit_code, summary
from simulator.lab.qa.trust import notes
from simulator.lab.report.annotations import github, warning
from simulator.lab.report.html import html
from simulator.lab.report.junit import junit
from simulator.lab.run_result import FORMAT, ResultError, RunResult, RunVerdict
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.pacer import calendar, wall_s
from simulator.runtime.progress import ProgressLine
from simulator.scene.include import scene_root
from simulator.scene.loader import Scene

MERGE = Path("merge")


def qa(options: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        if options.history:
            return show_history(options.out, as_json=options.json)
        return _merge(options) if options.paths[0] == MERGE else _run(options)
    except (PlanError, LedgerError, ResultError, ClusterError) as error:
        print(error, file=sys.stderr)
        return ExitCode.BAD_USAGE


def _run(o: argparse.Namespace) -> ExitCode:
    if o.golden == "update" and not o.reason.strip():
        raise PlanError('swivel qa --golden update: say why with --reason "what changed and why that is right"')
    _check_targets(o)
    if o.homes:
        o.paths = homes(o)
    scenes = picked(load_scenes(find_scenes(o.paths)), tags=o.tag, mode=o.mode)
    plan = plan_digest(scenes, mode=o.mode, seeds=(o.seeds, o.set, str(o.preset)))
    scenes = sharded(scenes, shard=o.shard[0], shards=o.shard[1], durations=o.durations)
    if o.list:
        for path, scene in scenes:
            print(f"{path}  [{', '.join(scene.tags)}]  {scene.claim}")
        return ExitCode.PASSED if scenes else ExitCode.NOT_EXERCISED
    changes = changes_of(o)
    jobs = [
        Job(
            scene=scene,
            path=path,
            mode=o.mode,
            seeds=_seeds(scene, o),
            changes=changes_for(scene, changes),
            blamed=bool(o.homes),
        )
        for path, scene in scenes
    ]
    if o.compare or o.guard_knobs or o.by:
        return _settings(o, scenes)
    if o.golden == "update":
        for line in update_goldens(jobs, reason=o.reason):
            print(line)
        return ExitCode.PASSED if jobs else ExitCode.NOT_EXERCISED
    if o.golden == "check":
        _check_goldens(jobs)
    started_s = wall_s()
    progress = ProgressLine("swivel qa")
    try:
        outcome = QaRunner(jobs, _driver_options(o), on_progress=progress).run()
    finally:
        progress.done()
    pass_rates = {job.name: job.scene.pass_rate for job in jobs}
    held = _quarantine(jobs)
    results = counted(outcome.results, pass_rates=pass_rates, quarantined=held)
    for name, one in held.items():
        if any(result.scene == name and result.verdict is not RunVerdict.PASS for result in results):
            print(f"QUARANTINED {name} until {one.until}: {one.why}", file=sys.stderr)
    revision, when = revision_name(modelled=o.mode != "full"), calendar().isoformat(timespec="seconds")
    note_passes(o.out, results, revision=revision, when=when)
    if not changes:
        note(o.out, results, revision=revision, when=when)
    head = ResultsHead(
        format=FORMAT, pass_rates=pass_rates, plan=plan, shard=o.shard[0], shards=o.shard[1], complete=outcome.complete
    )
    write_results(o.out, results, head=head)
    return _report(results, o, wall_s=wall_s() - started_s, outcome=outcome)


def _settings(o: argparse.Namespace, scenes: list[tuple[Path, Scene]]) -> ExitCode:
    """One question about settings or people, over all scenes."""
    if o.compare:
        changes = changes_of(o)
        if not changes:
            raise PlanError("swivel qa --compare: say what is to be changed with --set or --preset")
        return compare(o, scenes, changes)
    return guard(o, scenes) if o.guard_knobs else by(o, scenes)


def _quarantine(jobs: list[Job]) -> dict[str, Quarantine]:
    """The scenes that do not count today, by the path that reports show."""
    today = calendar().date()
    roots = {scene_root(job.path) for job in jobs}
    held = {root: quarantined(root, today=today) for root in roots}
    return {
        job.name: held[root][name]
        for job in jobs
        if (name := short_name(job.path)) in held[root := scene_root(job.path)]
    }


def _driver_options(o: argparse.Namespace) -> QaOptions:
    return QaOptions(
        out=o.out,
        workers=o.jobs,
        limits=RunLimits(timeout_s=o.timeout, memory_mb=o.memory),
        keep=o.keep,
        twice=o.twice,
        golden=o.golden == "check",
        fresh=o.fresh,
        fault=o.fault,
        cluster=o.cluster,
    )


def _seeds(scene: Scene, o: argparse.Namespace) -> int | None:
    wanted = scene.seeds if o.seeds is None else o.seeds
    return None if wanted == "auto" else int(wanted)


def _check_goldens(jobs: list[Job]) -> None:
    """A damaged golden is a mistake of the user's, found before anything runs; a missing one is told."""
    missing = 0
    for job in jobs:
        try:
            missing += read_golden(golden_path(job.path, mode=job.mode)) is None
        except ValueError as error:
            raise PlanError(str(error)) from None
    if missing:
        print(f"no golden for {missing} of {len(jobs)} scenes", file=sys.stderr)


def _check_targets(o: argparse.Namespace) -> None:
    """What cannot be done, and reports that cannot be written, are found before the runs and not after them."""
    if o.cluster and (o.golden or o.fault):
        raise PlanError(
            "swivel qa --cluster: goldens and planted faults stay on this machine; leave out --golden and --fault"
        )
    for path in (o.junit, o.html, o.durations_out):
        if path is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() or not os.access(path.parent, os.W_OK):
            raise PlanError(f"{path}: a report cannot be written there")


def _merge(o: argparse.Namespace) -> ExitCode:
    """Put the results of several shards together."""
    if not o.paths[1:]:
        raise PlanError("swivel qa merge: name the folders of the shards")
    try:
        results, pass_rates = merged(o.paths[1:])
    except OSError as error:
        raise PlanError(f"{error.filename}: {error.strerror}") from None
    results = counted(results, pass_rates=pass_rates)
    outcome = QaOutcome(results=results, known=0, complete=True, deaths=())
    return _report(results, o, wall_s=sum(r.wall_s for r in results), outcome=outcome)


def _report(results: list[RunResult], o: argparse.Namespace, *, wall_s: float, outcome: QaOutcome) -> ExitCode:
    """Write and print everything that was asked for."""
    found = summary(results, wall_s=wall_s, complete=outcome.complete, workers_lost=len(outcome.deaths))
    if o.junit:
        write_whole(o.junit, junit(results))
    if o.html:
        write_whole(o.html, html(results, title="Swivel scenes", wall_s=wall_s).encode())
    if o.durations_out:
        write_whole(o.durations_out, durations(results))
    told = notes(result.check_with_full for result in results) if o.mode == "feature" and results else []
    for line in [*github(results), *map(warning, told)] if o.annotate == "github" else ():
        print(line)
    for line in told:
        print(line, file=sys.stderr)
    if o.json:
        print(json.dumps(asdict(found)))
    else:
        print_results(results, found, known=outcome.known, deaths=outcome.deaths)
        for line in home_lines(results) if o.homes else ():
            print(line)
    return exit_code(results, complete=outcome.complete)
