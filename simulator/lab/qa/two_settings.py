"""Runs every scene of a folder with two sets of knobs and says, a line of JSON a scene, which checks each of them kept.

echo '{"type": "CompareSettings", "a": {}, "b": {"patience.settle_s": 2.2}}' | python -m simulator.lab.qa.two_settings scenes
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import os
import sys
from pathlib import Path

from hardware_bridge.json_messages import MessageError
from simulator.onboard.tuning import TuningError, Value
from simulator.runtime.orders.compare_pipe import (
    COMPARE_ORDERS,
    COMPARE_REPORTS,
    CompareReport,
    SceneBroken,
    SceneCompared,
)
from simulator.runtime.run import run_scene
from simulator.scene.checks import Verdict
from simulator.scene.errors import SceneError
from simulator.scene.judge import judge
from simulator.scene.loader import Scene, load

NICENESS = 15


def verdicts(scene: Scene, changes: dict[str, Value]) -> dict[str, str]:
    """How each check of a scene ends with some knobs turned; knobs that the scene itself turns stay as it sets them."""
    own = scene.tuning.changed()
    tuning = scene.tuning.patched({path: value for path, value in changes.items() if path not in own})
    log = run_scene(scene, mode="feature", tuning=tuning)
    return {outcome.id: str(outcome.verdict) for outcome in judge(scene.expect, log.columns())}


def compared(path: Path, a: dict[str, Value], b: dict[str, Value]) -> CompareReport:
    """One scene with both sets."""
    try:
        scene = load(path)
        first, second = verdicts(scene, a), verdicts(scene, b)
    except (SceneError, TuningError) as error:
        return SceneBroken(scene=path.name, text=str(error).splitlines()[0])
    kept = str(Verdict.PASS)
    worse = tuple(name for name, verdict in first.items() if verdict == kept and second.get(name) != kept)
    better = tuple(name for name, verdict in second.items() if verdict == kept and first.get(name) != kept)
    return SceneCompared(scene=path.name, worse=worse, better=better, checks=len(first))


def main() -> int:
    """Read the two sets from standard input and run all scenes."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    try:
        wanted = COMPARE_ORDERS.from_json(sys.stdin.buffer.readline())
    except MessageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for path in sorted(Path(sys.argv[1]).rglob("*.scene.yaml")):
        sys.stdout.buffer.write(COMPARE_REPORTS.to_json(compared(path, wanted.a, wanted.b)) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
