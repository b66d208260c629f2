"""The judge of checks against a slow evaluator and, where it is installed beside, RTAMT: same verdicts on random runs, and its speed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.common import finish, parser
from simulator.scene.checks import Verdict
from simulator.scene.columns import Columns
from simulator.scene.judge import judge
from simulator.scene.loader import loads

ROOT = Path(__file__).resolve().parents[1]


def _brute() -> Any:
    spec = importlib.util.spec_from_file_location("brute", ROOT / "tests" / "scene" / "brute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["brute"] = module
    spec.loader.exec_module(module)
    return module


def against_brute(count: int) -> dict[str, float | int | str]:
    """Differences from the slow evaluator."""
    brute = _brute()
    rng = np.random.Generator(np.random.Philox(2))
    different, kinds = 0, dict.fromkeys(Verdict, 0)
    spent_s = 0.0
    for _ in range(count):
        run, text = brute.random_run(rng), brute.random_check(rng)
        scene = loads(brute.scene_with(text))
        started = time.process_time()
        found = judge(scene.expect, cast(Columns, run))[0].verdict
        spent_s += time.process_time() - started
        different += found is not brute.verdict(scene.expect[0], run)
        kinds[found] += 1
    return {
        "brute.runs": count,
        "brute.different": different,
        "brute.passed": kinds[Verdict.PASS],
        "brute.failed": kinds[Verdict.FAIL],
        "brute.not_exercised": kinds[Verdict.NOT_EXERCISED],
        "judge.ms_per_check": 1000 * spent_s / count,
    }


def _case(rng: np.random.Generator) -> tuple[str, str, dict[str, list[float]], Any]:
    """One property in both languages, on a run without gaps, judged at an event in its first half."""
    brute = _brute()
    run = brute.random_run(rng)
    run.yaw_deg = np.round(np.cumsum(rng.normal(0, 4, len(run)))) + 0.5  # never on a threshold
    yaw, ticks = run.yaw_deg, len(run)
    low = float(rng.integers(-10, 10))
    within, lasting = int(rng.integers(0, ticks // 4)), int(rng.integers(0, ticks // 5))
    anchor = int(rng.integers(0, ticks // 2))
    run.happened = [(anchor, "move")]
    signals = {"yaw": [float(v) for v in yaw], "e": [1.0 if tick == anchor else -1.0 for tick in range(ticks)]}
    shape = int(rng.integers(0, 4))
    if shape == 0:
        text = f"{{after: move, within: {within / 100} s, then: yaw > {low} °}}"
        formula = f"always[0,{ticks - 1}]((e <= 0) or (eventually[0,{within}](yaw > {low})))"
    elif shape == 1:
        text = f"{{after: move, within: {within / 100} s, then: yaw > {low} °, for: {lasting / 100} s}}"
        formula = f"always[0,{ticks - 1}]((e <= 0) or (eventually[0,{within}](always[0,{lasting}](yaw > {low}))))"
    elif shape == 2:
        text = f"{{after: move, always: yaw > {low} °, for: {within / 100} s}}"
        formula = f"always[0,{ticks - 1}]((e <= 0) or (always[0,{within}](yaw > {low})))"
    else:
        text = f"{{never: yaw > {low + 15} °}}"
        formula = f"always[0,{ticks - 1}](yaw <= {low + 15})"
    return text, formula, signals, run


def against_rtamt(count: int, python: Path) -> dict[str, float | int | str]:
    """Differences from RTAMT's verdicts, on runs long enough that nothing is cut off at their end."""
    brute = _brute()
    rng = np.random.Generator(np.random.Philox(5))
    cases = [_case(rng) for _ in range(count)]
    lines = "".join(json.dumps({"formula": formula, "signals": signals}) + "\n" for _, formula, signals, _ in cases)
    started = time.perf_counter()
    oracle = subprocess.run(
        [str(python), str(ROOT / "tools" / "rtamt_oracle.py")], input=lines, capture_output=True, text=True, check=True
    )
    spent_s = time.perf_counter() - started
    verdicts = [json.loads(line) for line in oracle.stdout.splitlines()]
    different = 0
    for (text, _, _, run), holds in zip(cases, verdicts, strict=True):
        found = judge(loads(brute.scene_with(text)).expect, cast(Columns, run))[0].verdict
        different += (found is Verdict.PASS) != holds
    return {"rtamt.runs": count, "rtamt.different": different, "rtamt.ms_per_check": 1000 * spent_s / count}


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--rtamt", type=Path, metavar="PYTHON", help="python of an environment with rtamt")
    args = options.parse_args()
    figures = against_brute(1500 if args.quick else 10_000)
    if args.rtamt is not None:
        figures |= against_rtamt(300 if args.quick else 10_000, args.rtamt)
    finish(figures, args)


if __name__ == "__main__":
    main()
