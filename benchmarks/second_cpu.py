"""Runs scenes as other processors would (older vector units, other kernels) and counts decisions that differ.

Numbers may differ in their last digits from one processor to another; what the device decides may not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.common import finish, parser

ROOT = Path(__file__).resolve().parents[1]
SCENES = ("scenes/sample.scene.yaml",)
OLD_FEATURES = "X86_V4 AVX512_ICL AVX512_SPR X86_V3"  # as numpy 2.4 names them
PROCESSORS: dict[str, dict[str, str]] = {
    "this one": {},
    "without AVX-512": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "without AVX": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": OLD_FEATURES,
        "OPENCV_CPU_DISABLE": "AVX2,FP16,FMA3,AVX",
        "NUMBA_CPU_NAME": "nehalem",
    },
}
# What is decided each tick, and the yaw it leads to.
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
from simulator.runtime.compose import compose
from simulator.scene.loader import load
session = compose(load(sys.argv[1]), seed=0, mode=sys.argv[2])
rows = []
for _ in range(int(sys.argv[3])):
    t = session.step()
    d = t.decision
    rows.append([d.zone, d.hold, t.intent.kind, t.intent.mode, t.command_sent.kind, d.goal_yaw_deg, t.motor.yaw_deg])
print(json.dumps(rows))
"""
WORDS = 5  # the first columns must be equal; the last two may differ by less than this
TOLERANCE_DEG = 1e-3


def decisions(scene: str, *, mode: str, ticks: int, environment: dict[str, str]) -> list[list[object]]:
    """Every tick's decision on an emulated processor."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, scene, mode, str(ticks)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise SystemExit(f"{scene} failed on an emulated processor: {run.stderr.strip().splitlines()[-1]}")
    rows: list[list[object]] = json.loads(run.stdout.splitlines()[-1])
    return rows


def differing(first: list[list[object]], second: list[list[object]]) -> tuple[int, float]:
    """Ticks on which a decision differs, and the largest difference of an angle."""
    flips, worst = abs(len(first) - len(second)), 0.0
    for a, b in zip(first, second, strict=False):
        apart = max(abs(float(x or 0) - float(y or 0)) for x, y in zip(a[WORDS:], b[WORDS:], strict=True))  # type: ignore[arg-type]
        worst = max(worst, apart)
        flips += a[:WORDS] != b[:WORDS] or apart > TOLERANCE_DEG or (a[WORDS] is None) != (b[WORDS] is None)
    return flips, worst


def main() -> None:
    """Run the benchmark."""
    args = parser(__doc__).parse_args()
    ticks = 800 if args.quick else 2000
    figures: dict[str, float | int | str] = {}
    for mode in ("feature", "audio", "full"):
        runs = {
            name: decisions(SCENES[0], mode=mode, ticks=ticks, environment=environment)
            for name, environment in PROCESSORS.items()
        }
        for name in list(PROCESSORS)[1:]:
            flips, worst = differing(runs["this one"], runs[name])
            key = f"{mode}.{name.replace(' ', '_').lower()}"
            figures[f"{key}.ticks"], figures[f"{key}.flips"], figures[f"{key}.worst_deg"] = ticks, flips, worst
    finish(figures, args)


if __name__ == "__main__":
    main()
