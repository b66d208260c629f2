"""Hunches: how rightly habits decide ties of two sound directions after a week, after furniture was moved, and what they move alone."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
from pathlib import Path

from benchmarks.common import finish, parser, wilson
from simulator.lab.learn.tied_calls import TieDay, days_of
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import DIRECTIONS, PARTS_OF_DAY, HunchLevel, Memory, Mode
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.homes.household import household
from simulator.scene.homes.seeds import EACH
from simulator.scene.loader import load
from simulator.world.assets import SCENES

# Homes that no number of the map was chosen on.
FIRST_HOME = EACH + 60_000
MOVED_DAY, DAYS, WEEK = 14, 21, 7
ENOUGH = 8.5
# Scenes of every kind of stillness, calls and echoes, run with a map that is sure of one direction.
QUIET = ("ambiguity", "away", "reflection", "decoys", "sound", "follow")
SURE_DIRECTION = 3


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    finish(hunches(quick=args.quick), args)


def hunches(*, quick: bool) -> dict[str, float | int | str]:
    """The figures of hunches."""
    homes = 10 if quick else 60
    by_day = [TieDay(day) for day in range(DAYS)]
    for seed in range(FIRST_HOME, FIRST_HOME + homes):
        for day in days_of(household(seed, moved_day=MOVED_DAY), DeviceFacts(), days=DAYS):
            total = by_day[day.day]
            total.ties, total.right, total.wrong = (
                total.ties + day.ties, total.right + day.right, total.wrong + day.wrong,
            )  # fmt: skip
    week = by_day[WEEK:MOVED_DAY]
    right, wrong = sum(day.right for day in week), sum(day.wrong for day in week)
    after = [_ratio(day.right, day.wrong) for day in by_day[MOVED_DAY:]]
    back = next((k for k in range(len(after)) if min(after[k:]) >= ENOUGH), -1)
    figures: dict[str, float | int | str] = {
        "hunches.homes": homes,
        "hunches.ties": sum(day.ties for day in week),
        "hunches.right": right,
        "hunches.wrong": wrong,
        "hunches.right_to_wrong": _ratio(right, wrong),
        "hunches.right_bound": wilson(right, right + wrong)[0],
        "hunches.decided": (right + wrong) / max(sum(day.ties for day in week), 1),
        "hunches.moved.back_after_days": back,
    }
    figures |= {f"hunches.moved.day_{k + 1}.right_to_wrong": ratio for k, ratio in enumerate(after)}
    return figures | _moved_alone(quick=quick)


def _moved_alone(*, quick: bool) -> dict[str, float | int | str]:
    """Runs that begin to differ from those without a map where no tie was decided and no round of a patrol begun."""
    paths = [path for name in QUIET for path in sorted((SCENES / name).glob("*.scene.yaml"))][:: 6 if quick else 1]
    differ = alone = 0
    for path in paths:
        off, act = _run(path, None), _run(path, _sure())
        pairs = enumerate(zip(off.traces, act.traces, strict=True))
        first = next((k for k, (one, other) in pairs if one.command_sent != other.command_sent), None)
        if first is None:
            continue
        differ += 1
        hunch, mode = act.traces[first].tracks.hunch, act.traces[first].intent.mode
        alone += not (mode is Mode.AWAY or (hunch is not None and hunch.acted))
    return {"hunches.scenes": len(paths), "hunches.scenes_that_differ": differ, "hunches.moved_by_the_map_alone": alone}


def _run(path: Path, memory: Memory | None) -> RunLog:
    return run_scene(load(path), mode="feature", memory=memory)


def _sure() -> Memory:
    row = tuple(20.0 if k == SURE_DIRECTION else 0.0 for k in range(DIRECTIONS))
    return Memory(level=HunchLevel.ACT, clock_h=18.0, calls=row * PARTS_OF_DAY)


def _ratio(right: int, wrong: int) -> float:
    return right / max(wrong, 1)


if __name__ == "__main__":
    main()
