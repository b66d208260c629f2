"""`swivel run`: one scene, one seed, one verdict, with a recording and a picture where wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from simulator.onboard.messages import HunchLevel, Memory
from simulator.onboard.tuning import Tuning, TuningError, parsed
from simulator.runtime import outside
from simulator.runtime.children import has_a_core
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.header import Senses
from simulator.runtime.memory_file import read_memory, write_memory
from simulator.runtime.progress import ProgressLine
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.checks import Outcome, Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load, load_preset

EXIT = {
    Verdict.PASS: ExitCode.PASSED,
    Verdict.FAIL: ExitCode.FAILED,
    Verdict.NOT_EXERCISED: ExitCode.NOT_EXERCISED,
}
MARKS = {Verdict.PASS: "pass", Verdict.FAIL: "FAIL", Verdict.NOT_EXERCISED: "----"}


def run_command(
    path: Path,
    *,
    seed: int,
    mode: Senses,
    rig: str,
    settings: Sequence[str],
    preset: Path | None,
    parts: Sequence[str] = (),
    out: Path | None,
    as_json: bool,
    picture: bool,
    memory: Path | None = None,
    hunches: str | None = None,
    clock_h: float | None = None,
) -> int:
    """Run one scene and say whether it kept its promises; returns the exit code."""
    scene = load(path)
    tuning = tuned(scene.tuning, preset=preset, settings=settings)
    stem = path.name.split(".")[0]
    recording = None if out is None else out / f"{stem}.{seed}.mcap"
    progress = ProgressLine(f"running {scene.name}")
    log = run_scene(
        scene,
        seed=seed,
        mode=mode,
        tuning=tuning,
        rig=rig,
        parts=outside.parsed(parts),
        record_to=recording,
        on_progress=progress,
        eyes_apart=has_a_core(),
        memory=None if memory is None else _known(memory, hunches=hunches, clock_h=clock_h),
    )
    if memory is not None and log.memory is not None:
        write_memory(memory, log.memory)
    progress.done()
    outcomes = [] if log.motor_lost else judge(scene.expect, log.columns())
    verdict = Verdict.NOT_EXERCISED if log.motor_lost else overall(outcomes)
    report = _report(scene, log, outcomes, verdict)
    drawn = None
    if out is not None:
        (out / f"{stem}.{seed}.json").write_text(json.dumps(report, indent=1) + "\n")
        if picture:
            from simulator.lab.report.run_picture import write_picture

            drawn = out / f"{stem}.{seed}.svg"
            write_picture(log, outcomes, drawn)
    if as_json:
        print(json.dumps(report))
    else:
        _print(scene, log, outcomes, verdict, drawn)
    return EXIT[verdict]


def _known(path: Path, *, hunches: str | None, clock_h: float | None) -> Memory:
    known = read_memory(path, level=None if hunches is None else HunchLevel(hunches))
    return known if clock_h is None else known.at(clock_h)


def tuned(base: Tuning, *, preset: Path | None, settings: Sequence[str]) -> Tuning:
    """A scene's knobs with a preset over them and single settings over that."""
    if preset is not None:
        base = base.patched(load_preset(preset))
    changes = {}
    for setting in settings:
        knob, equals, text = setting.partition("=")
        if not equals:
            raise TuningError(f"--set {setting}: must be PATH=VALUE, as zones.hysteresis_deg=3")
        changes[knob.strip()] = parsed(knob.strip(), text)
    return base.patched(changes)


def _report(scene: Scene, log: RunLog, outcomes: Sequence[Outcome], verdict: Verdict) -> dict[str, object]:
    return {
        "scene": str(scene.path),
        "seed": log.header.seed,
        "mode": log.header.mode,
        "verdict": str(verdict),
        "failed": [outcome.id for outcome in outcomes if outcome.verdict is Verdict.FAIL],
        "trace_hash": log.trace_hash,
        "sim_s": log.sim_s,
        "set_up_s": round(log.set_up_s, 3),
        "x_real_time": round(log.x_real_time, 2),
        "notes": list(log.notes),
        "motor_lost": log.motor_lost,
        "recording": None if log.recording is None else str(log.recording),
    }


def _print(scene: Scene, log: RunLog, outcomes: Sequence[Outcome], verdict: Verdict, drawn: Path | None) -> None:
    print(f"{scene.name}  (seed {log.header.seed}, {log.header.mode})")
    for outcome in outcomes:
        print(f"  {MARKS[outcome.verdict]}  {outcome.sentence}  [{outcome.detail}]")
    speed = f"ready in {log.set_up_s:.1f} s, then {log.x_real_time:.1f}x real time"
    print(f"{verdict}: {log.sim_s:.1f} s simulated, {speed}, trace {log.trace_hash[:16]}")
    if log.motor_lost:
        print(f"ended: the motor gave up: {log.motor_lost}")
    for note in log.notes:
        print(f"note: {note}")
    for what, path in (("recording", log.recording), ("picture", drawn)):
        if path is not None:
            print(f"{what}: {path}")
