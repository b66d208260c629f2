"""`swivel qa`: runs many scenes over many seeds and processes, and says in the exit code and in reports what came of it.

0 passed, 1 an expectation failed, 2 bad usage or scene, 3 golden drift only, 4 the simulator crashed or timed out, 5 nothing
ran or an expectation was not exercised, 6 the same seed gave two different runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from simulator.lab.qa.golden import read_golden
from simulator.lab.qa.golden_update import update_goldens
from simulator.lab.qa.ledger import DONE, FAILED, Ledger, LedgerError
from simulator.lab.qa.plan import (
    Job,
    PlanError,
    find_scenes,
    golden_path,
    load_scenes,
    picked,
    sharded,
    short_name,
    task_for,
)
from simulator.lab.qa.pool import Limits, Pool
from simulator.lab.qa.result_store import ResultStore, write_whole
from simulator.lab.qa.run import Task
from simulator.lab.report.annotations import github
from simulator.lab.report.html import html
from simulator.lab.report.junit import junit
from simulator.lab.statistics import sequential, wilson
from simulator.runtime.pacer import wall_s
from simulator.runtime.progress import ProgressLine

PASSED, FAIL, BAD_USAGE, DRIFT, CRASHED, NOT_EXERCISED, NOT_REPEATABLE = range(7)
Result = dict[str, Any]
BLOB = "results.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel qa`."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="scenes, folders of scenes, or: merge DIR..."
    )
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="worker processes (default 1)")
    parser.add_argument(
        "--mode", choices=("full", "audio", "feature"), default="feature", help="how it senses (default feature)"
    )
    parser.add_argument("--seeds", type=_seeds, metavar="N|auto", help="seeds per scene; auto stops when it is sure")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only scenes with this tag; -TAG: without it"
    )
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="run one of N parts of the scenes")
    parser.add_argument(
        "--durations", type=Path, metavar="FILE", help="seconds by scene, to make shards of equal length"
    )
    parser.add_argument("--durations-out", type=Path, metavar="FILE", help="write the seconds by scene of this run")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/qa"),
        metavar="DIR",
        help="ledger, results and recordings (default runs/qa)",
    )
    parser.add_argument("--fresh", action="store_true", help="run everything anew, also what is known from before")
    parser.add_argument("--twice", action="store_true", help="run each seed twice and compare the traces")
    parser.add_argument("--golden", choices=("check", "update"), help="compare with golden traces, or make them anew")
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="why the goldens change; needed by --golden update"
    )
    parser.add_argument(
        "--keep", choices=("failures", "all", "none"), default="failures", help="which recordings to keep"
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report that opens anywhere")
    parser.add_argument("--annotate", choices=("github",), help="mark the failed lines of the scene files")
    parser.add_argument(
        "--timeout", type=float, default=300.0, metavar="S", help="most seconds for one run (default 300)"
    )
    parser.add_argument(
        "--memory", type=float, default=3000.0, metavar="MB", help="most memory for one run (default 3000)"
    )
    parser.add_argument("--list", action="store_true", help="only list what would run")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    parser.add_argument(
        "--fault", default="", metavar="MODULE:FUNCTION", help="plant a fault in the workers, to test the checks"
    )


def qa(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    try:
        if options.paths[0] == Path("merge"):
            return _merge(options)
        return _Qa(options).run()
    except (PlanError, LedgerError) as error:
        print(error, file=sys.stderr)
        return BAD_USAGE


class _Qa:
    def __init__(self, options: argparse.Namespace) -> None:
        self._o = options
        self._out: Path = options.out
        self._jobs: list[Job] = []
        self._job_of: dict[str, Job] = {}

    def run(self) -> int:
        o = self._o
        if o.golden == "update" and not o.reason.strip():
            raise PlanError('swivel qa --golden update: say why with --reason "what changed and why that is right"')
        _check_targets(o)
        scenes = picked(load_scenes(find_scenes(o.paths)), tags=o.tag, mode=o.mode)
        scenes = sharded(scenes, shard=o.shard[0], shards=o.shard[1], durations=o.durations)
        if o.list:
            for path, scene in scenes:
                print(f"{path}  [{', '.join(scene.tags)}]  {scene.claim}")
            return PASSED if scenes else NOT_EXERCISED
        self._jobs = [
            Job(scene=scene, path=path, mode=o.mode, seeds=self._seeds(scene.seeds)) for path, scene in scenes
        ]
        if o.golden == "update":
            for line in update_goldens(self._jobs, reason=o.reason):
                print(line)
            return PASSED if self._jobs else NOT_EXERCISED
        if o.golden == "check":
            self._check_goldens()
        started_s = wall_s()
        results, known = self._results()
        rates = {job.name: job.scene.pass_rate for job in self._jobs}
        return _finish(results, o, wall_s=wall_s() - started_s, known=known, pass_rates=rates)

    def _check_goldens(self) -> None:
        """A damaged golden is a mistake of the user's, found before anything runs; a missing one is told."""
        missing = 0
        for job in self._jobs:
            try:
                missing += read_golden(golden_path(job.path, mode=job.mode)) is None
            except ValueError as error:
                raise PlanError(str(error)) from None
        if missing:
            print(f"no golden for {missing} of {len(self._jobs)} scenes", file=sys.stderr)

    def _seeds(self, own: int | str) -> int | None:
        wanted = own if self._o.seeds is None else self._o.seeds
        return None if wanted == "auto" else int(wanted)

    def _results(self) -> tuple[list[Result], int]:
        o, store = self._o, ResultStore(self._out / "results")
        ledger = Ledger(self._out)
        progress = ProgressLine("swivel qa")
        done = known = 0
        try:
            first = [task for job in self._longest_first(ledger) for task in self._tasks(job)]
            ledger.add_all((task.key, self._job_of[task.key].name, task.seed, task.mode) for task in first)
            waiting: list[Task] = []
            while first:  # a known result may ask for the next seed
                task = first.pop(0)
                found = None if o.fresh else store.get(task.key)
                if found is None:
                    waiting.append(task)
                    continue
                done, known = done + 1, known + 1
                first += self._took(task, found)

            def begin(task: Task) -> None:
                ledger.add(task.key, scene=task.scene, seed=task.seed, mode=task.mode)
                ledger.begin(task.key)

            def end(task: Task, error: str, wall: float) -> Iterable[Task]:
                nonlocal done
                done += 1
                result = None if error else store.get(task.key)
                if result is None:
                    result = _crashed(task, error or "the result was damaged on its way")
                result["wall_s"] = round(wall, 3)
                ledger.end(task.key, state=FAILED if result["error"] else DONE, wall_s=wall, why=result["error"] or "")
                more = list(self._took(task, result))
                progress(done / max(1, sum(job.given for job in self._jobs)))
                return more

            limits = Limits(timeout_s=o.timeout, memory_mb=o.memory)
            Pool(jobs=o.jobs, store=self._out / "results", limits=limits, fault=o.fault).run(
                waiting, on_begin=begin, on_end=end
            )
        finally:
            progress.done()
            ledger.close()
        results = [job.results[seed] for job in self._jobs for seed in sorted(job.results)]
        return results, known

    def _longest_first(self, ledger: Ledger) -> list[Job]:
        durations_s = ledger.durations_s()
        return sorted(self._jobs, key=lambda job: -durations_s.get((job.name, job.mode), 1e9))

    def _tasks(self, job: Job) -> list[Task]:
        tasks = []
        for seed in job.next_seeds(at_once=max(4, 2 * self._o.jobs)):
            golden = golden_path(job.path, mode=job.mode) if self._o.golden == "check" and seed == 0 else None
            if golden is not None and not golden.is_file():
                golden = None
            task = task_for(job, seed, twice=self._o.twice, keep=self._o.keep, out=self._out, golden=golden)
            self._job_of[task.key] = job
            tasks.append(task)
        return tasks

    def _took(self, task: Task, result: Result) -> list[Task]:
        job = self._job_of[task.key]
        result.setdefault("wall_s", 0.0)
        job.results[task.seed] = result
        return self._tasks(job)


def _check_targets(o: argparse.Namespace) -> None:
    """Reports that cannot be written are found before the runs and not after them."""
    for path in (o.junit, o.html, o.durations_out):
        if path is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() or not os.access(path.parent, os.W_OK):
            raise PlanError(f"{path}: a report cannot be written there")


def _crashed(task: Task, error: str) -> Result:
    return {
        "key": task.key, "scene": task.scene, "name": task.scene, "claim": "", "seed": task.seed, "mode": task.mode,
        "verdict": "error", "trace_hash": "", "decisions_hash": "", "sim_s": 0.0, "x_real_time": 0.0, "processor_s": 0.0, "outcomes": [],
        "figures": {}, "golden": None, "repeat": None, "recording": None, "error": error,
    }  # fmt: skip


def _merge(options: argparse.Namespace) -> int:
    """Put the results of several shards together."""
    results: list[Result] = []
    pass_rates: dict[str, float] = {}
    for folder in options.paths[1:]:
        blob = folder / BLOB if folder.is_dir() else folder
        try:
            lines = blob.read_text(encoding="utf-8").splitlines()
            head, *rows = [json.loads(line) for line in lines]
            results += rows
            pass_rates |= head["pass_rates"]
        except OSError as error:
            raise PlanError(f"{blob}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise PlanError(f"{blob}: these are no results of swivel qa") from None
    seen = [(result["scene"], result["seed"], result["mode"]) for result in results]
    if len(seen) != len(set(seen)):
        raise PlanError("swivel qa merge: some runs are in several shards; merge the parts of one run only")
    if not options.paths[1:]:
        raise PlanError("swivel qa merge: name the folders of the shards")
    return _finish(results, options, wall_s=sum(result["wall_s"] for result in results), known=0, pass_rates=pass_rates)


def _finish(
    results: list[Result], o: argparse.Namespace, *, wall_s: float, known: int, pass_rates: dict[str, float]
) -> int:
    _count_seeds(results, pass_rates)
    code = exit_code(results)
    if o.paths[0] != Path("merge"):
        blob = [{"format": 1, "pass_rates": pass_rates}, *results]
        write_whole(o.out / BLOB, "".join(json.dumps(row) + "\n" for row in blob).encode())
    if o.junit:
        write_whole(o.junit, junit(results))
    if o.html:
        write_whole(o.html, html(results, title="Swivel scenes", wall_s=wall_s).encode())
    if o.durations_out:
        write_whole(o.durations_out, _durations(results))
    for line in github(results) if o.annotate == "github" else ():
        print(line)
    if o.json:
        print(json.dumps(_summary(results, code, wall_s=wall_s)))
    else:
        _print(results, code, wall_s=wall_s, known=known)
    return code


def _count_seeds(results: list[Result], pass_rates: dict[str, float]) -> None:
    """A scene with a pass rate may fail some seeds; what a result counts as depends on all seeds of its scene."""
    by_scene: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        by_scene.setdefault((result["scene"], result["mode"]), []).append(result)
    for (scene, _), found in by_scene.items():
        rate = pass_rates.get(scene, 1.0)
        passes = sum(result["verdict"] == "pass" for result in found)
        enough = passes / len(found) >= rate and rate < 1.0 and sequential(passes, len(found), pass_rate=rate) != "bad"
        for result in found:
            result["counts_as"] = "pass" if enough and not result["error"] else result["verdict"]


def exit_code(results: Sequence[Result]) -> int:
    """The one number that CI reads: what is worst, and whose fault it is, comes first."""
    if any(result["error"] for result in results):
        return CRASHED
    if any(result["repeat"] for result in results):
        return NOT_REPEATABLE
    if any(result["counts_as"] == "fail" for result in results):
        return FAIL
    if not results or any(result["counts_as"] == "not exercised" for result in results):
        return NOT_EXERCISED
    if any(result["golden"] is not None and not result["golden"]["same"] for result in results):
        return DRIFT
    return PASSED


def _print(results: Sequence[Result], code: int, *, wall_s: float, known: int) -> None:
    for result in results:
        where = f"{result['scene']} seed {result['seed']}"
        if result["error"]:
            print(f"ERROR {where}: {result['error'].splitlines()[0]}")
        if result["repeat"]:
            print(
                f"ERROR {where}: not repeatable, {result['repeat']['stage']} differs from {result['repeat']['at_s']:.2f} s on"
            )
        if result["golden"] is not None and not result["golden"]["same"]:
            golden = result["golden"]
            print(f"DRIFT {where}: from {golden['at_s']:.2f} s in {golden['stage']}: {golden['text']}")
        for outcome in result["outcomes"]:
            if outcome["verdict"] != "pass":
                word = "FAIL" if outcome["verdict"] == "fail" else "NOT EXERCISED"
                at = f"{outcome['file']}:{outcome['line']}:{outcome['column']}"
                print(f"{word} {at}: {told(result, outcome)}, seed {result['seed']}: {outcome['detail']}")
        if not result["error"] and not result["outcomes"]:
            print(f"NOT EXERCISED {where}: this scene has no expect block")
    passed = sum(result["counts_as"] == "pass" for result in results)
    low, high = wilson(passed, len(results))
    simulated_s = sum(result["sim_s"] for result in results)
    spent_s = sum(result.get("processor_s", 0.0) for result in results)
    before = f", {known} known from before" if known else ""
    rate = f" ({low:.0%} to {high:.0%} of seeds)" if results else ""
    print(
        f"{passed} of {len(results)} runs passed{rate}; {simulated_s:.0f} s simulated in {wall_s:.1f} s"
        f" ({spent_s:.0f} s of processor time){before}; exit {code}"
        if results
        else "nothing ran; exit 5"
    )


def told(result: Result, outcome: Result) -> str:
    """A check's name, with its scene where it comes from a shared file."""
    return outcome["id"] if outcome["file"] == result["scene"] else f"{outcome['id']} of {result['scene']}"


def _summary(results: Sequence[Result], code: int, *, wall_s: float) -> dict[str, Any]:
    return {
        "exit": code,
        "runs": len(results),
        "passed": sum(result["counts_as"] == "pass" for result in results),
        "failed": sorted({result["scene"] for result in results if result["counts_as"] == "fail"}),
        "not_exercised": sorted({result["scene"] for result in results if result["counts_as"] == "not exercised"}),
        "errors": sorted({result["scene"] for result in results if result["error"]}),
        "not_repeatable": sorted({result["scene"] for result in results if result["repeat"]}),
        "drifted": sorted({r["scene"] for r in results if r["golden"] is not None and not r["golden"]["same"]}),
        "sim_s": round(sum(result["sim_s"] for result in results), 2),
        "wall_s": round(wall_s, 3),
        "processor_s": round(sum(result.get("processor_s", 0.0) for result in results), 2),
    }


def _durations(results: Sequence[Result]) -> bytes:
    seconds: dict[str, float] = {}
    for result in results:
        name = short_name(Path(result["scene"]))
        seconds[name] = round(seconds.get(name, 0.0) + result["wall_s"], 3)
    return (json.dumps(seconds, indent=1, sort_keys=True) + "\n").encode()


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 1 to 256")
    return int(text)


def _seeds(text: str) -> int | str:
    if text == "auto":
        return text
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text}: must be auto or a whole number from 1 to 10000")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, slash, parts = text.partition("/")
    if not (slash and part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts) <= 1000):
        raise argparse.ArgumentTypeError(f"{text}: must be such as 1/4")
    return int(part), int(parts)
