"""From the file of a goal to its results: the call that `swivel tune` and the window's workspace Explore share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from simulator.lab.qa.plan import PlanError
from simulator.lab.qa.result_store import write_whole
from simulator.lab.search.advisers import adviser
from simulator.lab.search.explored import Explored, explored_bytes
from simulator.lab.search.goal_file import read_goal
from simulator.lab.search.sweep import scenes_of
from simulator.lab.search.tune import Tuner
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE


def tune(
    goal_file: Path,
    *,
    out: Path,
    workers: int,
    cluster: str = "",
    on_progress: Callable[[float, str], object] = lambda _share, _note: None,
    on_found: Callable[[Explored], object] = lambda _found: None,
) -> tuple[Explored, list[Path]]:
    """What was found, and a preset for each point of a whole front; raises what goals, plans, ledger and advisers raise."""
    goal = read_goal(goal_file)
    for name in goal.advisers:
        adviser(
            name, axes=len(goal.axes), draw=goal.draw
        )  # one that is not installed is told before the runs of the others
    train, held_out = (scenes_of(part, folder=goal_file.parent, out=out) for part in (goal.train, goal.held_out))
    both = {path for path, _ in train} & {path for path, _ in held_out}
    if both:
        raise PlanError(f"{sorted(both)[0]}: is tuned on, so it cannot be held out as well")

    def found_so_far(found: Explored) -> None:
        write_whole(out / EXPLORED_FILE, explored_bytes(found))
        on_found(found)

    tuner = Tuner(
        goal, train=train, held_out=held_out, out=out, workers=workers, cluster=cluster, on_progress=on_progress,
        on_found=found_so_far,
    )  # fmt: skip
    found = tuner.run()
    return found, _presets(found, out / "front") if found.complete else []


def _presets(found: Explored, folder: Path) -> list[Path]:
    """Each point as a preset, for slot A or B of the window and for --preset; those of a tuning before are taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    made = []
    for one in found.points:
        path = folder / f"{one.name}.json"
        write_whole(path, json.dumps(dict(sorted(one.changes.items())), indent=2).encode() + b"\n")
        made.append(path)
    return made
