"""What `swivel qa` prints about its results."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.lab.qa.summary import QaSummary
from simulator.lab.run_result import RunResult
from simulator.lab.statistics import wilson
from simulator.scene.checks import Verdict


def print_results(results: Sequence[RunResult], found: QaSummary, *, known: int, deaths: Sequence[str]) -> None:
    """A line for each thing that is wrong, and one for all runs."""
    for result in results:
        _print_run(result)
        for outcome in result.outcomes:
            if not outcome.passed:
                word = "FAIL" if outcome.verdict is Verdict.FAIL else "NOT EXERCISED"
                at = f"{outcome.file}:{outcome.line}:{outcome.column}"
                print(f"{word} {at}: {outcome.label(scene=result.scene)}, seed {result.seed}: {outcome.detail}")
    if deaths:
        print(f"WORKER DIED {len(deaths)} times and was replaced: {', '.join(dict.fromkeys(deaths))}")
    if not found.complete:
        print("INTERRUPTED: only what had run is in the reports; the same command goes on from here")
    if not results:
        print(f"nothing ran; exit {found.exit}")
        return
    low, high = wilson(found.passed, len(results))
    before = f", {known} known from before" if known else ""
    print(
        f"{found.passed} of {len(results)} runs passed ({low:.0%} to {high:.0%} of seeds); {found.sim_s:.0f} s simulated"
        f" in {found.wall_s:.1f} s ({found.processor_s:.0f} s of processor time){before}; exit {found.exit}"
    )


def _print_run(result: RunResult) -> None:
    where = f"{result.scene} seed {result.seed}"
    if result.error:
        print(f"ERROR {where}: {result.error.splitlines()[0]}")
    if result.repeat:
        print(f"ERROR {where}: not repeatable, {result.repeat.stage} differs from {result.repeat.at_s:.2f} s on")
    if result.golden is not None and result.drifted:
        golden = result.golden
        print(f"DRIFT {where}: from {golden.at_s:.2f} s in {golden.stage}: {golden.text}")
    if not result.error and not result.outcomes:
        print(f"NOT EXERCISED {where}: this scene has no expect block")
