"""What would break: a scene with two settings, which of its checks only one of them kept; fixed and broken over a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.lab.qa.batch import Setting, Table
from simulator.lab.run_result import RunResult
from simulator.lab.served import PairedServed, paired
from simulator.runtime.orders.compare_pipe import CheckMargins, CompareReport, SceneBroken, SceneCompared

BEFORE, AFTER = "A", "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBreak:
    """A change of settings over a library, by scene name."""

    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    same: int
    could_not_run: tuple[str, ...]
    served: PairedServed


def compared(table: Table, scene: str) -> CompareReport:
    """One scene, over all its seeds."""
    clash = table.impossible.get((BEFORE, scene)) or table.impossible.get((AFTER, scene))
    pairs = [
        (row, table.rows[AFTER, scene, seed])
        for (setting, path, seed), row in table.rows.items()
        if (setting, path) == (BEFORE, scene) and (AFTER, scene, seed) in table.rows
    ]
    error = clash or next((row.error for pair in pairs for row in pair if row.error), None)
    name = Path(scene).name
    if error or not pairs:
        return SceneBroken(scene=name, text=(error or "it did not run").splitlines()[0])
    worse = {check for a, b in pairs for check in _kept(a) - _kept(b)}
    better = {check for a, b in pairs for check in _kept(b) - _kept(a)}
    return SceneCompared(
        scene=name,
        path=scene,
        worse=tuple(sorted(worse)),
        better=tuple(sorted(better)),
        checks=len(pairs[0][0].outcomes),
        margins=_margins(pairs),
    )


def would_break(table: Table, scenes: Sequence[str]) -> WouldBreak:
    """All scenes: fixed when only B passes, broken when only A does."""
    kept = {scene: (table.kept(BEFORE, scene), table.kept(AFTER, scene)) for scene in scenes}
    return WouldBreak(
        fixed=tuple(scene for scene, verdicts in kept.items() if verdicts == (False, True)),
        broken=tuple(scene for scene, verdicts in kept.items() if verdicts == (True, False)),
        same=sum(a is not None and a == b for a, b in kept.values()),
        could_not_run=tuple(scene for scene, verdicts in kept.items() if None in verdicts),
        served=paired(table.service(BEFORE), table.service(AFTER)),
    )


def settings(a: Setting, b: Setting) -> tuple[Setting, Setting]:
    """Two settings under the names that the reports read."""
    return Setting(name=BEFORE, changes=a.changes), Setting(name=AFTER, changes=b.changes)


def _margins(pairs: Sequence[tuple[RunResult, RunResult]]) -> tuple[CheckMargins, ...]:
    """Of each check the margins of the seed in which the second set lost most."""
    found: dict[str, CheckMargins] = {}
    for a, b in pairs:
        theirs = {outcome.id: outcome for outcome in b.outcomes}
        for mine in a.outcomes:
            other = theirs.get(mine.id)
            if mine.margin is None or other is None or other.margin is None:
                continue
            made = CheckMargins(check=mine.id, unit=mine.unit, a=mine.margin, b=other.margin)
            known = found.get(mine.id)
            if known is None or made.b - made.a < known.b - known.a:
                found[mine.id] = made
    return tuple(sorted(found.values(), key=lambda one: (one.b - one.a, one.check)))


def _kept(row: RunResult) -> set[str]:
    return {outcome.id for outcome in row.outcomes if outcome.passed}
