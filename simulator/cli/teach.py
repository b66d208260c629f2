"""`swivel teach`: fits a named mode to lessons, shows how it would behave, and asks for the lesson that would say more."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from simulator.lab.qa.plan import PlanError, find_scenes
from simulator.lab.search.sweep import scene_beside
from simulator.onboard.tuning import Tuning
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.run import run_scene
from simulator.scene.errors import SceneError
from simulator.scene.loader import load
from simulator.workbench.teach.asking import Question, first_questions, question
from simulator.workbench.teach.behaviour import Behaviour, behaviour
from simulator.workbench.teach.fit import Fit, fit
from simulator.workbench.teach.lesson import Lesson, TaughtRun, lesson, run_of
from simulator.workbench.teach.lesson_file import LessonEntry, LessonFileError, Lessons, read_lessons
from simulator.workbench.teach.taught import TaughtMode, taught_mode, write
from simulator.workbench.teach.ways import SHIPPED, Point, moved, nudged
from simulator.world.assets import SCENES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("lessons", type=Path, metavar="LESSONS", help="a YAML file of lessons")
    parser.add_argument(
        "--among", type=Path, nargs="+", default=[SCENES / "lessons"], metavar="PATH",
        help="scenes among which the next lesson is asked for (default scenes/lessons)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("runs/teach"), metavar="DIR", help="default runs/teach")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def teach_command(o: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        return _teach(read_lessons(o.lessons), o)
    except (LessonFileError, PlanError, SceneError, ValueError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"swivel teach: {error.filename}: {error.strerror}", file=sys.stderr)
    return ExitCode.BAD_USAGE


def _teach(lessons: Lessons, o: argparse.Namespace) -> ExitCode:
    folder = o.lessons.parent
    shown = [_shown(entry, folder) for entry in lessons.entries if entry.run]
    found = fit(shown) if shown else Fit(point=SHIPPED, before_deg=0.0, after_deg=0.0, rivals=())
    for entry in lessons.entries:
        if entry.say:
            found = _said(found, shown, calmer=entry.say == "calmer")
    used = {one.run.name for one in shown}
    others = [run for path in find_scenes(o.among) if (run := _run(path, seed=0)).name not in used]
    rivals = (found.point, *found.rivals) if shown else first_questions()
    asked = question(rivals, others) if len(rivals) > 1 else None
    runs = [one.run for one in shown] or others
    before, after = behaviour(runs, SHIPPED), behaviour(runs, found.point)
    mode = taught_mode(lessons.mode, found, sorted(used))
    files = write(mode, o.out)
    if o.json:
        plain = {
            **asdict(mode), "before": asdict(before), "after": asdict(after), "rivals": len(found.rivals),
            "ask": None if asked is None else _asked(asked), "files": [path.as_posix() for path in files],
        }  # fmt: skip
        print(json.dumps(plain))
    else:
        _print(mode, found, (before, after), asked, files)
    return ExitCode.PASSED


def _said(found: Fit, shown: list[Lesson], *, calmer: bool) -> Fit:
    """A step calmer or livelier than what the lessons came to."""
    point: Point = nudged(found.point, calmer=calmer)
    after_deg = sum(one.error_deg(point) for one in shown) / len(shown) if shown else 0.0
    return Fit(point=point, before_deg=found.before_deg, after_deg=after_deg, rivals=found.rivals)


def _shown(entry: LessonEntry, folder: Path) -> Lesson:
    return lesson(_run(scene_beside(entry.run, folder=folder), seed=entry.seed), entry.pushes)


def _run(path: Path, *, seed: int) -> TaughtRun:
    """A run with the knobs that ship: what is taught stands on them."""
    return run_of(run_scene(load(path), seed=seed, mode="feature", tuning=Tuning()))


def _asked(asked: Question) -> dict[str, object]:
    return {
        "run": asked.run.name, "from_s": asked.from_s, "until_s": asked.until_s, "share": round(asked.share, 3),
        "yaws_deg": list(asked.yaws_deg),
    }  # fmt: skip


def _print(
    mode: TaughtMode, found: Fit, both: tuple[Behaviour, Behaviour], asked: Question | None, files: tuple[Path, Path]
) -> None:
    before, after = both
    if mode.lessons:
        print(f"{mode.name}: {mode.before_deg:.1f}° from what was shown as it ships, {mode.after_deg:.1f}° as taught")
    print(f"{'':<28}{'as it ships':>12}{'as taught':>12}")
    for label, unit, name in (
        ("turns", "/min", "turns_per_min"),
        ("turned", "°/min", "turned_deg_per_min"),
        ("usual turn", "°", "usual_turn_deg"),
        ("fastest", "°/s", "top_speed_dps"),
    ):
        print(f"{f'{label}, {unit}':<28}{getattr(before, name):>12.1f}{getattr(after, name):>12.1f}")
    for words in moved(found.point):
        print(f"  it {words}")
    if found.rivals:
        print(f"{len(found.rivals)} other explanations fit as well: the knobs behind it are one way of many")
    if asked is not None:
        yaws = ", ".join(f"{yaw:.0f}°" for yaw in asked.yaws_deg[:4])
        print(
            f"the lesson that would say most: {asked.run.name}, {asked.from_s:.0f} to {asked.until_s:.0f} s; "
            f"the explanations would have the screen at {yaws} there"
        )
    elif mode.lessons:
        print("no other scene here would tell explanations apart")
    print(f"preset {files[0]}; for scenes {files[1]} (copied to scenes/taught, `mode: {mode.name}` uses it)")
