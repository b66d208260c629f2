"""What many results come to: which count as passed when a scene may fail some seeds, the exit code, and one JSON object."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.lab.qa.plan import short_name
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.statistics import sequential
from simulator.runtime.exit_codes import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class QaSummary:
    """The JSON object that `swivel qa --json` prints; scenes are listed by path."""

    exit: int
    runs: int
    passed: int
    failed: list[str]
    not_exercised: list[str]
    errors: list[str]
    not_repeatable: list[str]
    drifted: list[str]
    sim_s: float
    wall_s: float
    processor_s: float
    complete: bool  # nobody interrupted it
    workers_lost: int  # worker processes that died and were replaced


def counted(
    results: Sequence[RunResult], *, pass_rates: Mapping[str, float], quarantined: Collection[str] = ()
) -> list[RunResult]:
    """A scene with a pass rate may fail some seeds; what a result counts as depends on all seeds of its scene.

    A scene in quarantine is told and does not count, unless it crashes.
    """
    by_scene: dict[tuple[str, str], list[RunResult]] = {}
    for result in results:
        by_scene.setdefault((result.scene, result.mode), []).append(result)
    forgiven = {runs for runs, found in by_scene.items() if _enough(found, pass_rate=pass_rates.get(runs[0], 1.0))}
    return [
        replace(result, counts_as=RunVerdict.PASS)
        if ((result.scene, result.mode) in forgiven or result.scene in quarantined) and not result.error
        else replace(result, counts_as=result.verdict)
        for result in results
    ]


def _enough(found: Sequence[RunResult], *, pass_rate: float) -> bool:
    passes = sum(result.verdict is RunVerdict.PASS for result in found)
    return (
        pass_rate < 1.0
        and passes / len(found) >= pass_rate
        and sequential(passes, len(found), pass_rate=pass_rate) != "bad"
    )


def exit_code(results: Sequence[RunResult], *, complete: bool = True) -> ExitCode:
    """The one number that CI reads: what is worst, and whose fault it is, comes first."""
    if not complete:
        return ExitCode.CANCELLED
    counts = {result.counts_as for result in results}
    if any(result.error for result in results):
        return ExitCode.CRASHED
    if any(result.repeat for result in results):
        return ExitCode.NOT_REPEATABLE
    if RunVerdict.FAIL in counts:
        return ExitCode.FAILED
    if not results or RunVerdict.NOT_EXERCISED in counts:
        return ExitCode.NOT_EXERCISED
    return ExitCode.GOLDEN_DRIFT if any(result.drifted for result in results) else ExitCode.PASSED


def summary(results: Sequence[RunResult], *, wall_s: float, complete: bool = True, workers_lost: int = 0) -> QaSummary:
    """All of it in one object."""
    return QaSummary(
        exit=int(exit_code(results, complete=complete)),
        runs=len(results),
        passed=sum(result.counts_as is RunVerdict.PASS for result in results),
        failed=sorted({result.scene for result in results if result.counts_as is RunVerdict.FAIL}),
        not_exercised=sorted({result.scene for result in results if result.counts_as is RunVerdict.NOT_EXERCISED}),
        errors=sorted({result.scene for result in results if result.error}),
        not_repeatable=sorted({result.scene for result in results if result.repeat}),
        drifted=sorted({result.scene for result in results if result.drifted}),
        sim_s=round(sum(result.sim_s for result in results), 2),
        wall_s=round(wall_s, 3),
        processor_s=round(sum(result.processor_s for result in results), 2),
        complete=complete,
        workers_lost=workers_lost,
    )


def durations(results: Sequence[RunResult]) -> bytes:
    """Seconds by scene, as `--durations` reads them."""
    seconds: dict[str, float] = {}
    for result in results:
        name = short_name(Path(result.scene))
        seconds[name] = round(seconds.get(name, 0.0) + result.wall_s, 3)
    return (json.dumps(seconds, indent=1, sort_keys=True) + "\n").encode()
