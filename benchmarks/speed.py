"""How much faster than real time scenes run, in real time and in processor time, and which stage takes which share.

On one core: warm is a second run in one process, cold is a fresh process, whose time to be ready is told apart. On two cores the eyes
have a process of their own. `x_real_time` and `x` are of real time and say little beside busy neighbours, `processor_x` is of processor
time. The library is every scene in feature mode; its ceiling is how fast it could be if only the mind's thoughts took time.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import simulator.runtime.threads  # noqa: F401  (before numpy)
from benchmarks.common import finish, parser
from benchmarks.speed_scenes import Named, hour, named_scenes
from simulator.lab.qa.run_task import TableReader
from simulator.runtime.compose import compose, header_of
from simulator.runtime.run import RunLog, run
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES

SAMPLE = SCENES / "sample.scene.yaml"
Figures = dict[str, float | int | str]


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--scene", type=Path, default=SAMPLE, help="measured in place of the sample")
    options.add_argument("--only", choices=("library",), help="feature mode over the library, and nothing else")
    args = options.parse_args()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    _pin(set(list(cores)[:1]))
    if args.only:
        finish(_library(every=10 if args.quick else 1), args)
        return
    repeats = 1 if args.quick else 5
    scenes = named_scenes(quick=args.quick)
    scene = load(args.scene)
    scenes["sample"] = replace(scenes["sample"], scene=scene)
    figures: Figures = {"scene_s": scene.spec.duration_s, "repeats": repeats, "load": os.getloadavg()[0]}
    figures |= _sample(scenes["sample"], repeats=repeats, scene_s=scene.spec.duration_s)
    for name, one in scenes.items():
        if name != "sample":
            figures |= _one_core(name, one, repeats=1 if args.quick else 3)
    figures |= _cold(args.scene, repeats=repeats)
    if len(cores) > 1:
        _pin(cores)
        scenes["sample"] = replace(scenes["sample"], seconds=scene.spec.duration_s)  # as on one core
        for name in ("sample", "kitchen", "eight"):
            figures[f"{name}.full_two_cores_x"] = _median(_runs(scenes[name], "full", 1 + repeats // 2, apart=True))
        _pin(set(list(cores)[:1]))
    figures |= _library(every=10 if args.quick else 1)
    if not args.quick:
        figures |= _hour()
    figures |= _shares(scene)
    finish(figures, args)


def _pin(cores: set[int]) -> None:
    if cores:
        os.sched_setaffinity(0, cores)


def _sample(named: Named, *, repeats: int, scene_s: float) -> Figures:
    found: Figures = {}
    for mode in ("full", "audio", "feature"):
        whole = replace(named, seconds=scene_s)
        logs = _runs(whole, mode, repeats)
        key = f"{mode}.warm" if mode == "full" else mode
        found |= {f"{key}.x_real_time": _median(logs), f"{key}.processor_x": _processor_x(logs)}
    return found


def _one_core(name: str, named: Named, *, repeats: int) -> Figures:
    found: Figures = {}
    for mode in ("full", "audio"):
        logs = _runs(named, mode, repeats)
        found |= {f"{name}.{mode}_x": _median(logs), f"{name}.{mode}_processor_x": _processor_x(logs)}
    return found


def _runs(named: Named, mode: Any, repeats: int, *, apart: bool = False) -> list[RunLog]:
    """Some runs, after one that does not count."""
    header = header_of(named.scene, mode=mode)
    ticks = round(100 * named.seconds)
    run(header, ticks=ticks if repeats > 1 else min(ticks, 300), eyes_apart=apart)
    return [run(header, ticks=ticks, eyes_apart=apart) for _ in range(repeats)]


def _median(logs: list[RunLog]) -> float:
    return statistics.median(log.x_real_time for log in logs)


def _processor_x(logs: list[RunLog]) -> float:
    return max(log.sim_s / log.processor_s for log in logs)


def _cold(path: Path, *, repeats: int) -> Figures:
    """Fresh processes: the whole from start to verdict, and what the run says of itself."""
    whole, ready, speed = [], [], []
    for _ in range(repeats):
        started = time.perf_counter()
        command = [sys.executable, "main.py", "run", str(path), "--json"]
        told = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        report = json.loads(told.stdout)
        whole.append(report["sim_s"] / (time.perf_counter() - started))
        ready.append(report["set_up_s"])
        speed.append(report["x_real_time"])
    return {
        "full.cold.x_real_time": statistics.median(whole),
        "cold.ready_s": statistics.median(ready),
        "cold.first_x": statistics.median(speed),
    }


def _library(*, every: int) -> Figures:
    spent: dict[str, float] = defaultdict(float)
    simulated_s = stepping_s = 0.0
    for path in sorted(SCENES.rglob("*.scene.yaml"))[::every]:
        scene = load(path)
        if "feature" not in scene.modes:
            continue
        for timed in (False, True):  # what it costs, and then which part of that is thought
            session = compose(scene, mode="feature")
            if timed:
                mind = session.stack._mind
                mind._think = _timed(mind._think, spent, "think", clock=time.thread_time)  # type: ignore[method-assign]
            started = time.thread_time()
            for _ in range(round(scene.spec.duration_s * 100)):
                session.step()
            if not timed:
                stepping_s += time.thread_time() - started
            session.close()
        simulated_s += scene.spec.duration_s
    return {
        "library.sim_s": simulated_s,
        "library.x_real_time": simulated_s / stepping_s,
        "library.pure_x": simulated_s / stepping_s,
        "library.us_per_tick": 1e4 * stepping_s / simulated_s,
        "library.think_us_per_tick": 1e4 * spent["think"] / simulated_s,
        "library.ceiling_x_real_time": simulated_s / spent["think"],
    }


def _hour() -> Figures:
    """An hour in feature mode: how fast, and what it holds in memory when only its verdict is wanted, and with its whole log."""
    scene = hour()
    before_mb = _peak_mb()
    run(header_of(scene, mode="feature"), reader=TableReader(scene, tuning=scene.tuning))
    without_mb = _peak_mb() - before_mb
    log = run(header_of(scene, mode="feature"))
    return {
        "hour.feature_processor_x": log.sim_s / log.processor_s,
        "hour.without_log_mb": without_mb,
        "hour.log_mb": _peak_mb() - before_mb,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _shares(scene: Scene) -> Figures:
    session = compose(scene, mode="full")
    spent: dict[str, float] = defaultdict(float)
    world: Any = session.world
    stack: Any = session.stack
    for name, owner, verb in (
        ("sound_field", world._sound, "block"),
        ("camera", world._camera, "picture"),
        ("body", world.body, "step"),
        ("ssl", stack._ears, "tick"),
        ("vision", stack._eyes, "tick"),
        ("mind", stack._mind, "tick"),
        ("hash", session, "_fold_in"),
    ):
        setattr(owner, verb, _timed(getattr(owner, verb), spent, name))
    started = time.perf_counter()
    for _ in range(round(scene.spec.duration_s * 100)):
        session.step()
    total = time.perf_counter() - started
    session.close()
    spent["rest"] = total - sum(spent.values())
    return {f"share.{name}": seconds / total for name, seconds in sorted(spent.items(), key=lambda item: -item[1])}


def _timed(
    verb: Callable[..., Any], spent: dict[str, float], name: str, *, clock: Callable[[], float] = time.perf_counter
) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = clock()
        try:
            return verb(*args, **kwargs)
        finally:
            spent[name] += clock() - started

    return timed


if __name__ == "__main__":
    main()
