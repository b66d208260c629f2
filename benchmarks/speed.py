"""How much faster than real time a whole scene runs on one core, and which stage takes which share.

Cold is a fresh process from its start to its verdict; warm is the second run in one process. Pinned to one processor. The
library is every scene in feature mode, in processor time; its ceiling is how fast it could be if only the mind's thoughts,
twenty a simulated second, took time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simulator.runtime.threads  # noqa: F401  (before numpy)
from benchmarks.common import finish, parser
from simulator.runtime.compose import compose
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.assets import SCENES

SAMPLE = SCENES / "sample.scene.yaml"


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--scene", type=Path, default=SAMPLE)
    args = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    scene = load(args.scene)
    repeats = 1 if args.quick else 5
    figures: dict[str, float | int | str] = {"scene_s": scene.spec.duration_s, "repeats": repeats}
    for mode in ("full", "audio", "feature"):
        run_scene(scene, mode=mode)
        speeds = [run_scene(scene, mode=mode).x_real_time for _ in range(repeats)]
        figures[f"{mode}.warm.x_real_time" if mode == "full" else f"{mode}.x_real_time"] = statistics.median(speeds)
    figures["full.cold.x_real_time"] = statistics.median(
        _cold(args.scene, scene.spec.duration_s) for _ in range(repeats)
    )
    figures.update(_library(every=10 if args.quick else 1))
    figures.update(_shares(scene))
    finish(figures, args)


def _cold(path: Path, seconds: float) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "main.py", "run", str(path), "--json"], check=False, stdout=subprocess.DEVNULL)
    return seconds / (time.perf_counter() - started)


def _library(*, every: int) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    simulated_s = stepping_s = 0.0
    for path in sorted(SCENES.rglob("*.scene.yaml"))[::every]:
        scene = load(path)
        if "feature" not in scene.modes:
            continue
        session = compose(scene, mode="feature")
        mind = session.stack._mind
        mind._think = _timed(mind._think, spent, "think", clock=time.thread_time)
        started = time.thread_time()
        for _ in range(round(scene.spec.duration_s * 100)):
            session.step()
        stepping_s += time.thread_time() - started
        simulated_s += scene.spec.duration_s
        session.close()
    return {
        "library.sim_s": simulated_s,
        "library.x_real_time": simulated_s / stepping_s,
        "library.us_per_tick": 1e4 * stepping_s / simulated_s,
        "library.think_us_per_tick": 1e4 * spent["think"] / simulated_s,
        "library.ceiling_x_real_time": simulated_s / spent["think"],
    }


def _shares(scene: Any) -> dict[str, float]:
    session = compose(scene, mode="full")
    spent: dict[str, float] = defaultdict(float)
    world, stack = session.world, session.stack
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
