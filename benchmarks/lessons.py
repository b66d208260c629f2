"""Lessons, defects, hunches: how near taught modes come to what teachers want, which complaints are found, which ties decided."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import time
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser
from benchmarks.defects import detector
from benchmarks.hunches import hunches
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.workbench.teach.asking import question
from simulator.workbench.teach.fit import fit
from simulator.workbench.teach.lesson import COMPARE_TICKS, Curve, Lesson, TaughtRun, lesson, run_of
from simulator.workbench.teach.ways import SHIPPED, Point
from simulator.world.assets import SCENES
from simulator.world.spec import TuneAction

# What twelve people would have: knobs, some of them not along any of the ways that are fitted. Never read by the fit.
TEACHERS: dict[str, dict[str, Value]] = {
    "calm cook": {"patience.settle_s": 3.2, "recipe.settle_s": 1.7, "zones.dead_half_width_deg": 19.0,
                  "zones.dead_near_half_width_deg": 28.0, "zones.dead_far_half_width_deg": 14.0},
    "eager": {"patience.settle_s": 0.4, "zones.dead_half_width_deg": 7.0, "zones.dead_near_half_width_deg": 10.0,
              "zones.dead_far_half_width_deg": 5.0, "motion.max_rate_dps": 110.0},
    "slow": {"motion.max_rate_dps": 22.0},
    "patient": {"patience.settle_s": 5.0, "patience.rest_after_move_s": 2.5},
    "late": {"patience.motion_delay_s": 1.2},
    "wide waiting": {"zones.holding_half_width_deg": 42.0, "zones.holding_near_half_width_deg": 52.0,
                     "zones.holding_far_half_width_deg": 34.0},
    "narrow": {"zones.dead_half_width_deg": 6.0, "zones.dead_near_half_width_deg": 9.0, "zones.dead_far_half_width_deg": 4.5,
               "zones.holding_half_width_deg": 16.0, "zones.holding_near_half_width_deg": 20.0,
               "zones.holding_far_half_width_deg": 13.0},
    "at once": {"patience.settle_s": 0.2},
    "middle only": {"zones.dead_half_width_deg": 22.0, "patience.settle_s": 0.8},
    "soft": {"motion.max_rate_dps": 30.0, "motion.max_accel_dps2": 60.0},
    "rests": {"patience.rest_after_move_s": 3.0},
    "brisk and calm": {"motion.max_rate_dps": 130.0, "zones.dead_half_width_deg": 20.0, "zones.dead_near_half_width_deg": 30.0,
                       "zones.dead_far_half_width_deg": 15.0, "patience.settle_s": 2.5},
}  # fmt: skip
# Nobody's hand is exact: it is off by so much all along a lesson, and trembles.
AIM_DEG, TREMBLE_DEG = 2.0, 1.0
ENOUGH, NEARLY_ALL = 0.6, 0.9
# Whose want is this near to what ships has nothing to teach in the runs held out.
LEAST_DEG = 0.05
HELD_OUT = ("follow", "zones", "recipe")


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    pool = [_run(path) for path in sorted((SCENES / "lessons").glob("*.scene.yaml"))]
    paths = [path for name in HELD_OUT for path in sorted((SCENES / name).glob("*.scene.yaml"))]
    held_out = [_run(path) for path in paths if not _turns_knobs(path)]
    names = list(TEACHERS)[:: 4 if args.quick else 1]
    figures: dict[str, float | int | str] = {"lessons.teachers": len(names), "lessons.held_out_runs": len(held_out)}
    better: dict[int, list[float]] = {3: [], 6: []}
    longest_s = 0.0
    for name in names:
        rng = np.random.default_rng([7, list(TEACHERS).index(name)])
        found, fit_s = _taught(TEACHERS[name], pool, held_out, rng)
        longest_s = max(longest_s, fit_s)
        for lessons, share in found.items():
            better[lessons].append(share)
            figures[f"lessons.{name.replace(' ', '_')}.smaller_with_{lessons}"] = share
    for lessons, shares in better.items():
        figures[f"lessons.at_least_60_with_{lessons}"] = sum(share >= ENOUGH for share in shares)
        figures[f"lessons.at_least_90_with_{lessons}"] = sum(share >= NEARLY_ALL for share in shares)
        figures[f"lessons.median_smaller_with_{lessons}"] = float(np.median(shares))
    figures["lessons.longest_fit_s"] = longest_s
    finish(figures | detector(quick=args.quick) | hunches(quick=args.quick), args)


def _taught(
    wants: dict[str, Value], pool: list[TaughtRun], held_out: list[TaughtRun], rng: np.random.Generator
) -> tuple[dict[int, float], float]:
    """By how much the error on the held-out runs is smaller after 3 and after 6 lessons, and the longest fit.

    The first lesson is in the run in which what ships bothers the teacher most; each further one is the one that is asked for.
    """
    wanted = {run.name: _wanted(run, wants) for run in (*pool, *held_out)}
    lessons: list[Lesson] = []
    rivals: tuple[Point, ...] = ()
    found, longest_s = {}, 0.0
    for number in range(1, 7):
        left = [run for run in pool if run.name not in {one.run.name for one in lessons}]
        asked = question(rivals, left) if len(rivals) > 1 else None
        most = max(left, key=lambda run: _apart_deg(run.curve(SHIPPED), wanted[run.name]))
        run = most if asked is None else asked.run
        lessons.append(_shown(run, wanted[run.name], rng))
        began_s = time.process_time()
        fitted = fit(lessons)
        longest_s = max(longest_s, time.process_time() - began_s)
        rivals = (fitted.point, *fitted.rivals)
        if number in (3, 6):
            before = _error_deg(SHIPPED, held_out, wanted)
            after = _error_deg(fitted.point, held_out, wanted)
            found[number] = 1.0 - after / before if before > LEAST_DEG else float(after <= before)
    return found, longest_s


def _turns_knobs(path: Path) -> bool:
    """Whether a scene sets knobs itself: what a teacher wants there would be mixed with that."""
    scene = load(path)
    return bool(scene.tuning.changed()) or any(isinstance(action, TuneAction) for action in scene.spec.actions)


def _run(path: Path) -> TaughtRun:
    return run_of(run_scene(load(path), mode="feature", tuning=Tuning()))


def _wanted(run: TaughtRun, wants: dict[str, Value]) -> Curve:
    return run.planner.yaw_deg(0, now=run.tuning, wanted=run.tuning.patched(wants))


def _shown(run: TaughtRun, wanted: Curve, rng: np.random.Generator) -> Lesson:
    aim_deg = float(rng.normal(0.0, AIM_DEG))
    ticks = range(0, len(wanted), COMPARE_TICKS)
    return lesson(
        run, [(tick / 100, float(wanted[tick]) + aim_deg + float(rng.normal(0.0, TREMBLE_DEG))) for tick in ticks]
    )


def _apart_deg(one: Curve, other: Curve) -> float:
    return float(np.abs(one - other).mean())


def _error_deg(point: Point, runs: list[TaughtRun], wanted: dict[str, Curve]) -> float:
    return float(np.mean([_apart_deg(run.curve(point), wanted[run.name]) for run in runs]))


if __name__ == "__main__":
    main()
