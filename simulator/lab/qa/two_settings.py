"""Runs every scene of a folder with two sets of knobs and says, a line of JSON a scene, which checks each of them kept.

echo '{"type": "CompareSettings", "a": {}, "b": {"patience.settle_s": 2.2}}' | python -m simulator.lab.qa.two_settings scenes

The window's way to the same batch call that `swivel qa --compare` makes.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from hardware_bridge.json_messages import MessageError
from simulator.lab.qa.batch import Setting, Table, runs
from simulator.lab.qa.compare_settings import compared, settings
from simulator.lab.qa.plan import find_scenes
from simulator.lab.run_result import RunResult
from simulator.runtime.orders.compare_pipe import COMPARE_ORDERS, COMPARE_REPORTS, CompareReport, SceneBroken
from simulator.scene.errors import SceneError
from simulator.scene.loader import Scene, load

NICENESS = 15
# One core stays with the window.
WORKERS = max(1, min(4, (os.cpu_count() or 1) - 1))


def say(report: CompareReport) -> None:
    """A line for the window."""
    sys.stdout.buffer.write(COMPARE_REPORTS.to_json(report) + b"\n")
    sys.stdout.buffer.flush()


def loadable(folder: Path) -> list[tuple[Path, Scene]]:
    """All scenes that can be read; the others are told."""
    found = []
    for path in find_scenes([folder]):
        try:
            scene = load(path)
        except SceneError as error:
            say(SceneBroken(scene=path.name, text=str(error).splitlines()[0]))
        else:
            if "feature" in scene.modes:
                found.append((path, scene))
    return found


def main() -> int:
    """Read the two sets from standard input and run all scenes."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    try:
        wanted = COMPARE_ORDERS.from_json(sys.stdin.buffer.readline())
    except MessageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    both = settings(Setting(name="A", changes=wanted.a), Setting(name="B", changes=wanted.b))
    scenes = loadable(Path(sys.argv[1]))
    known, said = Table(), set()

    def on_result(setting: str, result: RunResult) -> None:
        known.rows[setting, result.scene, result.seed] = result
        if all((each.name, result.scene, result.seed) in known.rows for each in both):
            said.add(result.scene)
            say(compared(known, result.scene))

    with tempfile.TemporaryDirectory(prefix="swivel-compare-") as out:
        table = runs(scenes, both, seeds=1, out=Path(out), workers=WORKERS, on_result=on_result)
    for path, _ in scenes:
        if path.as_posix() not in said:
            say(compared(table, path.as_posix()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
