"""The scene library and `swivel qa`: time, repeats, a second processor, random rooms, kills, agreement of the modes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import finish, parser, wilson

ROOT = Path(__file__).resolve().parents[1]
# An older processor, as numpy, OpenBLAS and OpenCV see it: identical decisions are promised, identical bits are not.
SECOND_CPU = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR X86_V3",
    "OPENBLAS_CORETYPE": "Nehalem",
    "OPENCV_CPU_DISABLE": "AVX2,FP16,FMA3,AVX",
}
Figures = dict[str, float | int | str]


def qa(out: Path, *arguments: str, **environment: str) -> tuple[dict[str, Any], list[dict[str, Any]], float]:
    """Run the command; returns its summary, its results and its wall time."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "main.py", "qa", *arguments, "--out", str(out), "--json", "--keep", "none"],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wall_s = time.perf_counter() - started
    if not done.stdout.strip():
        raise SystemExit(done.stderr)
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()[1:]]
    return json.loads(done.stdout.splitlines()[-1]), rows, wall_s


def library(out: Path) -> Figures:
    """The whole library in feature mode, on one and on two workers."""
    one, _, one_s = qa(out / "one", "scenes", "--jobs", "1")
    two, rows, two_s = qa(out / "two", "scenes", "--jobs", "2")
    return {
        "library.scenes": one["runs"],
        "library.passed": two["passed"],
        "library.sim_s": two["sim_s"],
        "library.one_worker_s": one_s,
        "library.two_workers_s": two_s,
        "library.speed_up": one_s / two_s,
        "feature.median_x_real_time": float(np.median([row["x_real_time"] for row in rows])),
    }


def repeats(out: Path) -> Figures:
    """Every scene twice, and the smoke set on a second processor."""
    twice, _, _ = qa(out / "twice", "scenes", "--jobs", "2", "--twice")
    _, here, _ = qa(out / "here", "scenes", "--jobs", "2", "--tag", "smoke")
    _, there, _ = qa(out / "there", "scenes", "--jobs", "2", "--tag", "smoke", **SECOND_CPU)
    pairs = list(zip(here, there, strict=True))
    return {
        "repeat.scenes": twice["runs"],
        "repeat.different": len(twice["not_repeatable"]),
        "second_cpu.scenes": len(pairs),
        "second_cpu.different_decisions": sum(a["decisions_hash"] != b["decisions_hash"] for a, b in pairs),
        "second_cpu.different_bits": sum(a["trace_hash"] != b["trace_hash"] for a, b in pairs),
    }


def random_scene(rng: np.random.Generator, number: int) -> str:
    """A random home with people who do random things; only the safety promises are checked."""
    home = str(rng.choice(["kitchen-wall", "kitchen-corner", "kitchen-island", "living-room", "bedside"]))
    names = ["anna", "ben", "cleo"][: int(rng.integers(1, 4))]

    def spot() -> str:
        return f"[{rng.uniform(0.9, 3.3):.2f}, {rng.uniform(1.3, 3.2):.2f}]"

    deeds = [
        lambda who: f"who: {who}, does: say wake word",
        lambda who: f"who: {who}, does: talk for {rng.uniform(0.3, 2):.1f} s",
        lambda who: f"who: {who}, does: walk, to: {spot()}, speed: {rng.uniform(0.4, 2.5):.1f} m/s",
        lambda who: f"who: {who}, does: turn {rng.choice(['away', 'to device'])}",
        lambda _: f"who: device, does: {rng.choice(['close', 'open'])} shutter",
        lambda _: f"who: hand, does: turn screen to {rng.uniform(-40, 40):.0f} ° for 1 s",
        lambda _: f"who: app, does: turn to {rng.uniform(-180, 180):.0f} °, rate: {rng.uniform(5, 180):.0f} °/s",
        lambda _: f"who: app, does: set mode {rng.choice(['follow', 'recipe', 'call', 'away', 'idle'])}",
        lambda _: f"who: remote, does: turn by {rng.uniform(-90, 90):.0f} °",
        lambda _: f"who: device, does: lose {rng.choice(['camera', 'microphones', 'motor'])} for 1 s",
    ]
    lines = [
        f"  - {{at: {at:.2f} s, {deeds[int(rng.integers(len(deeds)))](str(rng.choice(names)))}}}"
        for at in sorted(rng.uniform(0.2, 7, int(rng.integers(4, 14))))
    ]
    people = "\n".join(f"  {name}: {{at: {spot()}, voice: voice-{k + 1}}}" for k, name in enumerate(names))
    return (
        f"scene: 1\nclaim: Random room {number} is safe.\ntags: [random]\nduration: 8 s\n"
        f"use: [homes/{home}.yaml, checks/safety.yaml]\npeople:\n{people}\ntimeline:\n" + "\n".join(lines) + "\n"
    )


# A hand may be faster than the motor: speed is promised where no hand turns a free screen.
SAFETY = """\
scene: 1
expect:
  - {id: speed, never: yaw speed > 185 °/s and not motor is free and not motor is fault and hand torque < 0.01 N m}
  - {id: commanded, never: commanded speed > 180.01 °/s}
  - {id: force, never: contact force > 40 N}
  - {id: blind, never: shutter closed and device turning and eyes is seeing}
  - {id: echo, never: target is reflection}
  - {id: inside, always: yaw between -172 ° and 172 °}
"""


def random_rooms(out: Path, count: int) -> Figures:
    """Safety promises in random rooms."""
    scenes = out / "random" / "scenes"
    (scenes / "checks").mkdir(parents=True)
    (scenes / "homes").mkdir()
    for home in (ROOT / "scenes" / "homes").glob("*.yaml"):
        (scenes / "homes" / home.name).write_text(home.read_text())
    (scenes / "checks" / "safety.yaml").write_text(SAFETY)
    rng = np.random.Generator(np.random.Philox(17))
    for number in range(count):
        (scenes / f"room-{number:04}.scene.yaml").write_text(random_scene(rng, number))
    summary, rows, wall_s = qa(out / "random" / "out", str(scenes), "--jobs", "2")
    broken: dict[str, int] = {}
    for row in rows:
        for outcome in row["outcomes"]:
            if outcome["verdict"] == "fail":
                broken[outcome["id"]] = broken.get(outcome["id"], 0) + 1
    for name, times in broken.items():
        print(f"broken in random rooms: {name}, {times} times")
    return {
        "random.rooms": summary["runs"],
        "random.crashed": len(summary["errors"]),
        # An echo taken for the talker is an error of the ears, with a rate; the others are promises.
        "random.turns_to_echoes": broken.pop("echo", 0),
        "random.violations": sum(broken.values()),
        "random.wall_s": wall_s,
    }


def kills(out: Path, *, runs: int, kill_count: int) -> Figures:
    """Drivers and workers killed at random times; the same command again must end with every result once."""
    scenes = out / "kills" / "scenes"
    scenes.mkdir(parents=True)
    (scenes / "rests.scene.yaml").write_text(
        "scene: 1\nduration: 1 s\npeople: {anna: {at: [1, 2]}}\nexpect:\n  - {never: device moving}\n"
    )
    command = [
        sys.executable, "main.py", "qa", str(scenes), "--seeds", str(runs), "--jobs", "2", "--out", str(out / "kills" / "out"),
    ]  # fmt: skip
    rng, killed, lost = np.random.Generator(np.random.Philox(23)), 0, 0
    before: set[str] = set()
    while killed < kill_count:
        driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(float(rng.uniform(2.5, 5)))
        for worker in _children(driver.pid)[: int(rng.integers(0, 2))]:
            os.kill(worker, signal.SIGKILL)
            killed += 1
        time.sleep(float(rng.uniform(0, 1)))
        if driver.poll() is not None:
            break
        driver.kill()
        driver.wait()
        killed += 1
        now = {path.name for path in (out / "kills" / "out" / "results").rglob("*.json")}
        lost += len(before - now)
        before = now
    summary, rows, _ = qa(out / "kills" / "out", str(scenes), "--seeds", str(runs), "--jobs", "2")
    return {
        "kills.kills": killed,
        "kills.runs": runs,
        "kills.results": summary["runs"],
        "kills.lost": lost + runs - len({row["seed"] for row in rows}),
        "kills.wrong": runs - summary["passed"],
    }


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def agreement(out: Path, tag: str) -> Figures:
    """Verdicts check by check in full and in feature mode."""
    summary, full, full_s = qa(
        out / "full", "scenes", "--jobs", "2", "--mode", "full", "--tag", tag, "--timeout", "900"
    )
    _, feature, _ = qa(out / "feature", "scenes", "--jobs", "2", "--tag", tag)
    known = {(row["scene"], o["id"]): o["verdict"] for row in feature for o in row["outcomes"]}
    pairs = [(o["verdict"], known.get((row["scene"], o["id"]))) for row in full for o in row["outcomes"]]
    scenes = {row["scene"]: row["verdict"] for row in feature}
    same = sum(row["verdict"] == scenes.get(row["scene"]) for row in full)
    low, high = wilson(same, len(full))
    return {
        "agreement.scenes": len(full),
        "agreement.scenes_same_pct": 100 * same / max(len(full), 1),
        "agreement.scenes_low_pct": 100 * low,
        "agreement.scenes_high_pct": 100 * high,
        "agreement.checks": len(pairs),
        "agreement.checks_same_pct": 100 * sum(a == b for a, b in pairs) / max(len(pairs), 1),
        "full.passed": summary["passed"],
        "full.wall_s": full_s,
        "full.sim_s": summary["sim_s"],
    }


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--full", metavar="TAG", help="also compare with full runs of the scenes with this tag (slow)")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        figures = library(out)
        figures |= random_rooms(out, 40 if args.quick else 1000)
        if not args.quick:
            figures |= repeats(out) | kills(out, runs=300, kill_count=30)
        if args.full:
            figures |= agreement(out, args.full)
    finish(figures, args)


if __name__ == "__main__":
    main()
