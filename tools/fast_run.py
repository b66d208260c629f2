"""Runs the library in feature mode with the packages that Python finds, and prints what came of it and what it cost as JSON.

`tools.fast` starts it once with the sources and once with the compiled packages. It stands alone: it knows nothing of where it lies.
"""

from __future__ import annotations

import json
import pickle
import statistics
import sys
import time

import simulator.runtime.threads  # noqa: F401  (before numpy)
from hardware_bridge.body import plant
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.runtime.compose import compose
from simulator.runtime.header import Senses
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES

HEARD_AND_SEEN: dict[Senses, int] = {"audio": 300, "full": 150}  # ticks of the sample
SEEDS = 3  # a sweep asks for a scene again and again: its reading is not counted


def main(every: int) -> None:
    """Run, and print."""
    scenes = {path.relative_to(SCENES).as_posix(): load(path) for path in sorted(SCENES.rglob("*.scene.yaml"))[::every]}
    scenes = {name: scene for name, scene in scenes.items() if "feature" in scene.modes}
    hashes, spent_s = {}, 0.0
    for name, scene in scenes.items():
        hashes[name], took_s = _hash(scene)
        spent_s += took_s
    for mode, ticks in HEARD_AND_SEEN.items():  # what is not compiled must go with what is
        hashes[mode] = _hash(load(SCENES / "sample.scene.yaml"), mode=mode, ticks=ticks)[0]
    durations_s = [scene.spec.duration_s for scene in scenes.values()]
    figures = {"x": sum(durations_s) / spent_s, "runs_per_s": _sweep(list(scenes.values()))}
    figures["mean_s"] = statistics.mean(durations_s)
    print(json.dumps({"compiled": not plant.__file__.endswith(".py"), "hashes": hashes, **figures}))


def _hash(scene: Scene, *, mode: Senses = "feature", ticks: int | None = None) -> tuple[str, float]:
    """Of a run and of a second more from a checkpoint that went through pickle; and what the run took."""
    session = compose(scene, mode=mode)
    started_s = time.thread_time()
    for _ in range(round(scene.spec.duration_s * 100) if ticks is None else ticks):
        session.step()
    took_s = time.thread_time() - started_s
    whole = session.trace_hash
    session.restore(pickle.loads(pickle.dumps(session.checkpoint())))
    for _ in range(100):
        session.step()
    found = whole + session.trace_hash
    session.close()
    return found, took_s


def _sweep(scenes: list[Scene]) -> float:
    """Runs of a sweep a second of processor time: composed, run, judged and summed up."""
    scenes = scenes[:: max(1, len(scenes) // 40)]
    started_s = time.process_time()
    for seed in range(SEEDS):
        for scene in scenes:
            perform(
                RunTask(key="", scene=str(scene.path), seed=seed, mode="feature", keep="none", explained=False),
                scene=scene,
            )
    return SEEDS * len(scenes) / (time.process_time() - started_s)


if __name__ == "__main__":
    main(int(sys.argv[1]))
