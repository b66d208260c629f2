"""Failures of many homes grouped by cause: which promise, which part of the device is to blame, and the reason in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.statistics import wilson
from simulator.scene.homes.people import NAMES
from simulator.scene.homes.promises import NO_TURN_TO, STILL

_WHOSE = re.compile(rf"-({'|'.join(NAMES)}|\d[\d.]*)(?=-|$).*")


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What went wrong, in three words."""

    promise: str
    stage: str  # as blame found it; "?" where no part was blamed
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseGroup:
    """All homes with one cause."""

    cause: Cause
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """What many homes come to."""

    homes: int
    kept: int  # homes with every promise kept
    asked_still: int  # homes that ask the screen to stay
    still: int  # of them, those in which it stays
    wrong_turns: int  # homes with a turn to an echo, a noise, a thing or nobody

    @property
    def text(self) -> str:
        """In a line."""
        low, high = wilson(self.kept, self.homes)
        still_low, still_high = wilson(self.still, self.asked_still)
        return (
            f"{self.kept} of {self.homes} homes kept every promise ({low:.0%} to {high:.0%}); it stayed in {self.still} of"
            f" {self.asked_still} where it must ({still_low:.0%} to {still_high:.0%}); wrong turns in {self.wrong_turns}"
        )


def figures(results: Sequence[RunResult]) -> HomeFigures:
    """Count homes."""
    asked = [
        [outcome for outcome in result.outcomes if promise_of(outcome.id) == STILL]
        for result in results
    ]  # fmt: skip
    return HomeFigures(
        homes=len(results),
        kept=sum(result.verdict is RunVerdict.PASS for result in results),
        asked_still=sum(bool(found) for found in asked),
        still=sum(bool(found) and all(one.passed for one in found) for found in asked),
        wrong_turns=sum(
            any(one.id.startswith(NO_TURN_TO) and not one.passed for one in result.outcomes) for result in results
        ),
    )


def promise_of(check_id: str) -> str:
    """The kind of a promise: its id without whose it is and when."""
    return _WHOSE.sub("", check_id)


def cause_of(result: RunResult) -> Cause:
    """The cause of a failed run: its first broken promise decides."""
    if result.error:
        return Cause("runs", "simulator", result.error.splitlines()[0][:80])
    stage = "?" if result.blame is None else " + ".join(result.blame.culprits) or "?"
    if not result.broken:
        return Cause("?", stage, "?")
    first = result.broken[0]
    return Cause(promise_of(first.id), stage, first.reason)


def grouped(results: Sequence[RunResult]) -> list[CauseGroup]:
    """The causes of all failures, the commonest first."""
    found: dict[Cause, list[str]] = {}
    for result in results:
        if result.verdict is not RunVerdict.PASS:
            found.setdefault(cause_of(result), []).append(result.name)
    groups = [CauseGroup(cause=cause, scenes=tuple(scenes)) for cause, scenes in found.items()]
    return sorted(groups, key=lambda group: (-len(group.scenes), group.cause))
