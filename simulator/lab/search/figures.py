"""The figures of a point: means over its runs, from the sums that add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.service import ServiceFigures

# Name, unit, and how it is made from the pooled sums; None where nobody called.
SERVICE: tuple[tuple[str, str, Callable[[ServiceFigures], float | None]], ...] = (
    ("outside_deg", "°", lambda s: s.outside_deg),
    ("seconds_to_face", "s", lambda s: s.seconds_to_face),
    ("corrections_per_call", "", lambda s: s.corrections_per_call),
    ("false_turns_per_min", "1/min", lambda s: s.false_turns_per_min),
    ("turned_deg_per_min", "°/min", lambda s: s.turned_deg_per_min),
    ("near_top_dps", "°/s", lambda s: s.near_top_dps),
    ("tipped", "", lambda s: float(s.tipped)),
)
PASSED = "passed_share"
NAMES = (PASSED, *(name for name, _, _ in SERVICE))


def figures_of(results: Sequence[RunResult]) -> dict[str, float | None]:
    """All figures over some runs; None where they say nothing."""
    if not results:
        return dict.fromkeys(NAMES)
    pooled = sum((result.service for result in results if result.service is not None), start=ServiceFigures())
    passed = sum(result.verdict is RunVerdict.PASS for result in results) / len(results)
    return {PASSED: passed, **{name: made(pooled) for name, _, made in SERVICE}}
