"""A second evaluator of checks, written the slow and obvious way, and random runs to compare the two on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.scene.checks import AtEnd, Check, CheckEvent, Count, Response, Throughout, Verdict
from simulator.scene.conditions import Both, Compare, Condition, Flag, Is, Not

HZ = 100


@dataclass
class Run:
    """Random columns that look to the judge like a run: yaw, its rate, a shutter and a few events."""

    yaw_deg: np.ndarray
    rate_dps: np.ndarray
    closed: np.ndarray
    happened: list[tuple[int, str]]

    def __len__(self) -> int:
        return len(self.yaw_deg)

    def truth(self, field: str) -> np.ndarray:
        return {"yaw_deg": self.yaw_deg, "rate_dps": self.rate_dps}[field]

    def shutter_closed(self) -> np.ndarray:
        return self.closed

    def events(self) -> list[tuple[int, str]]:
        return self.happened


def random_run(rng: np.random.Generator) -> Run:
    ticks = int(rng.integers(30, 160))
    # Values on a coarse grid, so that comparisons meet equality too.
    yaw = np.round(np.cumsum(rng.normal(0, 4, ticks)) / 2) * 2
    rate = np.round(rng.normal(0, 30, ticks) / 5) * 5
    yaw[rng.random(ticks) < 0.02] = np.nan
    closed = np.zeros(ticks, dtype=bool)
    for _ in range(int(rng.integers(0, 4))):
        start = int(rng.integers(0, ticks))
        closed[start : start + int(rng.integers(1, 40))] = True
    names = ("move", "bump", "anna says wake word")
    happened = sorted((int(rng.integers(0, ticks)), str(rng.choice(names))) for _ in range(int(rng.integers(0, 6))))
    return Run(yaw_deg=yaw, rate_dps=rate, closed=closed, happened=happened)


def holds(condition: Condition, run: Run, tick: int) -> bool:
    """One condition at one tick."""
    if isinstance(condition, Not):
        return not holds(condition.inner, run, tick)
    if isinstance(condition, Both):
        answers = [holds(part, run, tick) for part in condition.parts]
        return all(answers) if condition.every else any(answers)
    if isinstance(condition, Flag):
        return bool(run.closed[tick]) == (condition.text == "shutter closed")
    assert isinstance(condition, Compare)
    assert not isinstance(condition, Is)
    value = float(abs(run.rate_dps[tick]) if condition.text.startswith("yaw speed") else run.yaw_deg[tick])
    if np.isnan(value):
        return False
    if condition.middle is not None:
        value = abs(value - condition.middle)
    if condition.strict:
        return condition.low < value < condition.high
    return condition.low <= value <= condition.high


def anchors(event: CheckEvent, run: Run) -> list[int]:
    if event.at_s is not None:
        tick = round(event.at_s * HZ)
        return [tick] if tick < len(run) else []
    if event.condition is not None:
        found = []
        for tick in range(len(run)):
            before = tick > 0 and holds(event.condition, run, tick - 1)
            if holds(event.condition, run, tick) and not before:
                found.append(tick)
        return found
    return [tick for tick, name in run.happened if name == event.name]


def verdict(check: Check, run: Run) -> Verdict:
    """The verdict by looking at every tick for every event."""
    if isinstance(check, Response):
        return _response(check, run)
    if isinstance(check, Throughout):
        return _throughout(check, run)
    if isinstance(check, AtEnd):
        return Verdict.PASS if holds(check.holds, run, len(run) - 1) else Verdict.FAIL
    assert isinstance(check, Count)
    found = anchors(check.event, run)
    if not check.most:
        return Verdict.PASS if len(found) >= check.count else Verdict.FAIL
    span = len(run) if check.per_s is None else round(check.per_s * HZ)
    for first in found:
        if sum(first <= tick <= first + span for tick in found) > check.count:
            return Verdict.FAIL
    return Verdict.PASS


def _response(check: Response, run: Run) -> Verdict:
    within, lasting = round(check.within_s * HZ), round(check.for_s * HZ)
    judged = 0
    for anchor in anchors(check.after, run):
        kept = False
        for start in range(anchor, anchor + within + 1):
            if start + lasting < len(run) and all(
                holds(check.then, run, tick) for tick in range(start, start + lasting + 1)
            ):
                kept = True
                break
        if kept:
            judged += 1
        elif anchor + within + lasting <= len(run) - 1:
            return Verdict.FAIL
    return Verdict.PASS if judged else Verdict.NOT_EXERCISED


def _throughout(check: Throughout, run: Run) -> Verdict:
    grace = round(check.grace_s * HZ)
    judged = 0
    if check.after is not None and check.for_s is not None:
        # A stretch that the run cuts short counts only when it was broken before.
        for anchor in anchors(check.after, run):
            end = anchor + round(check.for_s * HZ)
            broken = [
                holds(check.holds, run, tick) == check.never
                for tick in range(anchor + grace, min(end, len(run) - 1) + 1)
            ]
            if any(broken):
                return Verdict.FAIL
            judged += len(broken) if end < len(run) else 0
        return Verdict.PASS if judged else Verdict.NOT_EXERCISED
    for tick in range(len(run)):
        if not _asked(check, run, tick, grace):
            continue
        judged += 1
        if holds(check.holds, run, tick) == check.never:
            return Verdict.FAIL
    return Verdict.PASS if judged else Verdict.NOT_EXERCISED


def _asked(check: Throughout, run: Run, tick: int, grace: int) -> bool:
    if tick < round(check.from_s * HZ) or (check.until_s is not None and tick > round(check.until_s * HZ)):
        return False
    if check.while_ is not None:
        return tick >= grace and all(holds(check.while_, run, t) for t in range(tick - grace, tick + 1))
    if check.after is not None:
        return any(anchor + grace <= tick for anchor in anchors(check.after, run))
    return tick >= grace


CONDITIONS = (
    "yaw < 10 deg", "yaw >= -6 °", "yaw between -8 ° and 8 °", "yaw within 4 ° of 10 °", "yaw speed > 30 °/s",
    "yaw speed <= 60 deg/s", "shutter closed", "shutter open", "not shutter closed and yaw speed < 40 °/s",
    "yaw > 20 ° or yaw < -20 °", "not (yaw > 4 ° and shutter closed)", "yaw speed < 100 °/s",
)  # fmt: skip
EVENTS = ("move", "bump", "anna says wake word", "start", "0.3 s", "shutter closed", "yaw > 6 °")
TIMES = ("0 s", "0.05 s", "0.1 s", "0.2 s", "0.4 s")


def random_check(rng: np.random.Generator) -> str:
    """One random check as the YAML of a scene."""

    def one(words: tuple[str, ...]) -> str:
        return str(rng.choice(words))

    shape = int(rng.integers(0, 9))
    condition, other, event = one(CONDITIONS), one(CONDITIONS), one(EVENTS)
    never = one(("always", "never"))
    forms: dict[int, str] = {
        0: f"{{after: {event}, within: {one(TIMES)}, then: {condition}}}",
        1: f"{{after: {event}, within: {one(TIMES)}, then: {condition}, for: {one(TIMES)}}}",
        2: f"{{{never}: {condition}}}",
        3: f"{{{never}: {condition}, from: 0.1 s, until: 0.9 s}}",
        4: f"{{while: {other}, {never}: {condition}, grace: {one(TIMES)}}}",
        5: f"{{after: {event}, {never}: {condition}, for: {one(TIMES)}}}",
        6: f"{{at end: {condition}}}",
        7: f"{{at most: {int(rng.integers(0, 3))} moves, per: {one(TIMES[1:])}}}",
        8: f"{{at least: {int(rng.integers(0, 3))} bumps}}",
    }
    return forms[shape]


def scene_with(check: str) -> str:
    """A scene in which the random events can be spoken of."""
    return (
        "scene: 1\nduration: 2 s\npeople: {anna: {at: [1, 2]}}\n"
        f"timeline: [{{at: 0 s, who: anna, does: say wake word}}]\nexpect:\n  - {check}\n"
    )


def margin_agrees(outcome: Any) -> bool:
    """A measured margin has the sign of its verdict."""
    if outcome.margin is None or not np.isfinite(outcome.margin):
        return True
    return bool(outcome.margin >= 0) if outcome.verdict is Verdict.PASS else bool(outcome.margin <= 0)
