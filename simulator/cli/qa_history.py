"""`swivel qa --history`: pass rates, figures of service, times and flaky scenes over the revisions that a folder has seen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from simulator.lab.qa.history import RevisionRow, history
from simulator.lab.served import Comparison
from simulator.lab.statistics import wilson
from simulator.runtime.exit_codes import ExitCode


def show_history(folder: Path, *, as_json: bool) -> ExitCode:
    """Print the history of a folder; returns the exit code."""
    found = history(folder)
    if as_json:
        print(json.dumps([asdict(row) for row in found]))
    else:
        for row in found:
            print(_line(row))
            for flaky in row.flaky:
                seeds = ", ".join(map(str, flaky.failed_seeds))
                print(f"  FLAKY {flaky.scene} ({flaky.mode}): failed with seed {seeds} of {flaky.seeds} seeds")
    return ExitCode.PASSED if found else ExitCode.NOT_EXERCISED


def _line(row: RevisionRow) -> str:
    low, high = wilson(row.passed, row.runs)
    face_s = row.service.seconds_to_face
    face = "nobody called" if face_s is None else f"{face_s:.2f} s to face"
    served = str(Comparison.NOT_ENOUGH)
    if row.served.rate is not None:
        served = f"{row.served.rate:.1%} of calls served ({row.served.low:.1%} to {row.served.high:.1%})"
    cost = 1000.0 * row.processor_s / row.service.sim_s if row.service.sim_s else 0.0
    return (
        f"{row.first}  {row.revision}  {row.passed} of {row.runs} passed ({low:.0%} to {high:.0%}), {face}, {served}, "
        f"{cost:.1f} ms of processor time a simulated second"
    )
