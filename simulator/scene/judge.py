"""Judges a run against the checks of its scene: verdict, worst margin in real units, when, and who.

Conditions are graded once over the whole run as numpy columns; what happens after an event is looked up at the events only.
A promise whose time runs past the end of the run is judged only if it was kept or clearly broken before; otherwise that one
event does not count.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.scene.checks import (
    AtEnd,
    Check,
    CheckEvent,
    Count,
    Outcome,
    Response,
    Throughout,
    Verdict,
    Windowed,
)
from simulator.scene.columns import Columns
from simulator.scene.conditions import Condition, Happens, Margin, Truths, people_in
from simulator.scene.event_words import plural


def judge(checks: Sequence[Check], columns: Columns) -> tuple[Outcome, ...]:
    """Every check's outcome, in order."""
    judge_ = _Judge(columns)
    return tuple(judge_.outcome(check) for check in checks)


def overall(outcomes: Sequence[Outcome], *, strict: bool = False) -> Verdict:
    """The verdict over all checks: one failure fails, one that was not exercised is not a pass, nor is nothing that counts.

    What may fail counts only for a strict reader.
    """
    verdicts = {outcome.verdict for outcome in outcomes if strict or not outcome.may_fail}
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    if Verdict.NOT_EXERCISED in verdicts or not verdicts:
        return Verdict.NOT_EXERCISED
    return Verdict.PASS


class _Judge:
    def __init__(self, columns: Columns) -> None:
        self._c = columns
        self._events: list[tuple[int, str]] | None = None

    def outcome(self, check: Check) -> Outcome:
        if len(self._c) == 0:
            return self._made(check, Verdict.NOT_EXERCISED, "the run is empty")
        if isinstance(check, Response):
            return self._response(check)
        if isinstance(check, Throughout):
            return self._throughout(check)
        if isinstance(check, AtEnd):
            return self._at_end(check)
        return self._count(check)

    # --- after … within … then … for ----------------------------------------------------------------------------------

    def _response(self, check: Response) -> Outcome:
        anchors = self._anchors(check.after)
        ok = check.then.graded(self._c).ok
        kept_from = _starts_of_runs(ok, _ticks(check.for_s))
        worst: tuple[float, int, int | None] | None = None  # margin, anchor, tick on which the answer came
        judged = 0
        for anchor in anchors:
            deadline = anchor + _ticks(check.within_s)
            # An event does not answer itself.
            own = isinstance(check.then, Happens) and check.then.text == check.after.name
            at = int(np.searchsorted(kept_from, anchor + own))
            answer = int(kept_from[at]) if at < len(kept_from) else None
            on_time = answer is not None and answer <= deadline
            # The last start that the run is long enough to have confirmed.
            if not on_time and deadline + _ticks(check.for_s) > len(self._c) - 1:
                continue
            judged += 1
            margin = (deadline - answer) * TICK_S if answer is not None else -float("inf")
            if worst is None or margin < worst[0]:
                worst = (margin, anchor, answer)
        if worst is None:
            why = f"{check.after.text} never came" if not anchors else "the run ended before the time was over"
            return self._made(check, Verdict.NOT_EXERCISED, why)
        margin, anchor, answer = worst
        verdict = Verdict.PASS if margin >= 0 else Verdict.FAIL
        who = self._who(check.then) or check.after.who
        if answer is not None:
            lasting = f" and stayed so for {check.for_s:g} s" if check.for_s else ""
            detail = f"{check.then.text} after {(answer - anchor) * TICK_S:.2f} s{lasting} (limit {check.within_s:g} s)"
            shown = round(margin, 6)
            return self._made(check, verdict, detail, margin=shown, unit="s", tick=answer, who=who, judged=judged)
        return self._missed(check, anchor, judged=judged, who=who)

    def _missed(self, check: Response, anchor: int, *, judged: int, who: str) -> Outcome:
        """It never came: say how close it got."""
        stop = min(anchor + _ticks(check.within_s + check.for_s) + 1, len(self._c))
        graded = check.then.graded(self._c)
        nearest = anchor + int(np.argmax(graded.slack[anchor:stop]))
        near = check.then.margin(self._c, nearest)
        if graded.ok[nearest]:
            longest = _longest(graded.ok[anchor:stop]) * TICK_S
            detail = f"{check.then.text} held for {longest:.2f} s at most (needs {check.for_s:g} s)"
            short: float | None = longest - check.for_s
            unit = "s"
        else:
            detail = f"{check.then.text} did not come within {check.within_s:g} s{_at_best(near, check.then)}"
            short, unit = near.value, near.unit
        return self._made(
            check, Verdict.FAIL, detail, margin=short, unit=unit, tick=nearest, who=near.who or who, judged=judged
        )

    # --- always, never, while -----------------------------------------------------------------------------------------

    def _throughout(self, check: Throughout) -> Outcome:
        graded = check.holds.graded(self._c)
        ok = ~graded.ok if check.never else graded.ok
        slack = -graded.slack if check.never else graded.slack
        asked = self._asked(check, ok)
        judged = int(asked.sum())
        if judged == 0:
            return self._made(check, Verdict.NOT_EXERCISED, self._why_not(check))
        ticks = np.flatnonzero(asked)
        broken = ticks[~ok[ticks]]
        worst = int(broken[np.argmin(slack[broken])]) if len(broken) else int(ticks[np.argmin(slack[ticks])])
        found = check.holds.margin(self._c, worst)
        margin = found.value if found.value is None or not check.never else -found.value
        who = found.who or (check.after.who if check.after is not None else "")
        if len(broken):
            span_s = len(broken) * TICK_S
            detail = (
                f"{_was(found)} at {worst * TICK_S:.2f} s, first at {broken[0] * TICK_S:.2f} s, {span_s:.2f} s in all"
            )
            verdict = Verdict.FAIL
        else:
            detail = (
                f"closest at {worst * TICK_S:.2f} s: {_was(found)}" if found.value is not None else "held throughout"
            )
            verdict = Verdict.PASS
        return self._made(check, verdict, detail, margin=margin, unit=found.unit, tick=worst, who=who, judged=judged)

    def _asked(self, check: Throughout, ok: Truths) -> Truths:
        """The ticks on which the condition is asked for."""
        grace = _ticks(check.grace_s)
        if check.while_ is not None:
            return _held_for(check.while_.graded(self._c).ok, grace) & self._between(check)
        window = np.zeros(len(self._c), dtype=bool)
        for start, stop, whole in self._windows(check):
            # A stretch that the run cuts short cannot be known to be kept.
            if whole or not ok[start + grace : stop].all():
                window[start + grace : stop] = True
        return window & self._between(check)

    def _windows(self, check: Windowed) -> list[tuple[int, int, bool]]:
        """From which tick to which a check asks, and whether the run holds all of it."""
        end = len(self._c)
        if check.after is None:
            return [(0, end, True)]
        ends = self._anchors(check.until) if check.until is not None else []
        found = []
        for anchor in self._anchors(check.after):
            stop = end if check.for_s is None else anchor + _ticks(check.for_s) + 1
            at = bisect.bisect_right(ends, anchor)
            if at < len(ends):
                stop = min(stop, ends[at])
            found.append((anchor, min(stop, end), stop <= end))
        return found

    def _between(self, check: Windowed) -> Truths:
        """The ticks between `from` and `until`."""
        ticks = np.arange(len(self._c))
        last = len(self._c) if check.until_s is None else _ticks(check.until_s)
        return (ticks >= _ticks(check.from_s)) & (ticks <= last)

    def _why_not(self, check: Windowed) -> str:
        if check.after is not None:
            came = bool(self._anchors(check.after))
            return "the run ended before the time was over" if came else f"{check.after.text} never came"
        if isinstance(check, Throughout) and check.while_ is not None:
            return f"{check.while_.text} never held"
        return "there was nothing to judge"

    # --- at end, counts -----------------------------------------------------------------------------------------------

    def _at_end(self, check: AtEnd) -> Outcome:
        last = len(self._c) - 1
        ok = bool(check.holds.graded(self._c).ok[last])
        found = check.holds.margin(self._c, last)
        verdict = Verdict.PASS if ok else Verdict.FAIL
        return self._made(
            check, verdict, _was(found), margin=found.value, unit=found.unit, tick=last, who=found.who, judged=1
        )

    def _count(self, check: Count) -> Outcome:
        """The window with the fewest events, or with the most, decides."""
        between = self._between(check)
        events = [tick for tick in self._anchors(check.event) if between[tick]]
        worst: tuple[int, int, int] | None = None  # margin, number, tick
        judged = 0
        for start, stop, whole in self._windows(check):
            own = check.after is not None and check.after.name != "" and check.after.name == check.event.name
            inside = [tick for tick in events if start + own <= tick < stop]
            number, tick = self._most(inside, check.per_s) if check.most else (len(inside), (inside or [stop - 1])[-1])
            margin = check.count - number if check.most else number - check.count
            if not whole and (margin >= 0) is check.most:
                continue  # the rest of the stretch, which the run does not hold, could have changed the answer
            judged += 1
            if worst is None or margin < worst[0]:
                worst = (margin, number, tick)
        if worst is None:
            return self._made(check, Verdict.NOT_EXERCISED, self._why_not(check))
        margin, number, tick = worst
        by = f" by {tick * TICK_S:.2f} s" if check.most and number else ""
        detail = f"{number} {plural(check.event.text, number)}{by}"
        verdict = Verdict.PASS if margin >= 0 else Verdict.FAIL
        return self._made(check, verdict, detail, margin=float(margin), tick=tick, who=check.event.who, judged=judged)

    def _most(self, ticks: Sequence[int], per_s: float | None) -> tuple[int, int]:
        """Most events in any stretch, and when; a stretch of `per` seconds holds both of its ends."""
        span = len(self._c) if per_s is None else _ticks(per_s)
        most, at = 0, 0
        for k, tick in enumerate(ticks):
            inside = k + 1 - bisect.bisect_left(ticks, tick - span)
            if inside > most:
                most, at = inside, tick
        return most, at

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _anchors(self, event: CheckEvent) -> list[int]:
        if event.at_s is not None:
            tick = _ticks(event.at_s)
            return [tick] if tick < len(self._c) else []
        if event.condition is not None:
            ok = event.condition.graded(self._c).ok
            return [int(tick) for tick in np.flatnonzero(ok & ~np.concatenate(([False], ok[:-1])))]
        if self._events is None:
            self._events = self._c.events()
        return [tick for tick, text in self._events if text == event.name]

    def _who(self, condition: Condition) -> str:
        return next(iter(people_in(condition)), "")

    def _made(
        self,
        check: Check,
        verdict: Verdict,
        detail: str,
        *,
        margin: float | None = None,
        unit: str = "",
        tick: int | None = None,
        who: str = "",
        judged: int = 0,
    ) -> Outcome:
        return Outcome(
            id=check.id,
            verdict=verdict,
            sentence=check.sentence + (" (May fail.)" if check.may_fail else ""),
            detail=detail,
            margin=margin,
            unit=unit,
            at_s=None if tick is None else tick * TICK_S,
            who=who,
            judged=judged,
            place=check.place,
            may_fail=check.may_fail,
        )


def _ticks(time_s: float) -> int:
    return round(time_s * TICKS_PER_S)


def _held_for(ok: Truths, ticks: int) -> Truths:
    """Where a condition has already held for some ticks."""
    if ticks == 0:
        return ok
    count = np.arange(1, len(ok) + 1)
    since = count - np.maximum.accumulate(np.where(ok, 0, count))
    return since > ticks


def _starts_of_runs(ok: Truths, ticks: int) -> NDArray[np.int64]:
    """The ticks from which a condition holds for some ticks more, all of it inside the run."""
    reverse = _held_for(ok[::-1], ticks)[::-1]
    return np.flatnonzero(reverse)


def _longest(ok: Truths) -> int:
    count = np.arange(1, len(ok) + 1)
    since = count - np.maximum.accumulate(np.where(ok, 0, count))
    # n ticks in a row span n - 1 steps of time.
    return max(int(since.max(initial=0)) - 1, 0)


_SIGNS = ("<", ">", "≤", "≥", " between ", " within ")


def _at_best(near: Margin, wanted: Condition) -> str:
    """How close it got, where there is more to say than that it did not come."""
    if any(sign in near.text for sign in _SIGNS):
        return f"; at best {_was(near)}"
    if near.value is not None:
        return f"; {abs(near.value):.3g} {near.unit} off at best"
    return "" if near.text == wanted.text else f"; at best {_was(near)}"


def _was(found: Margin) -> str:
    if found.value is None or not any(sign in found.text for sign in _SIGNS):
        return found.now or found.text
    name = (
        found.text.split(" <")[0].split(" >")[0].split(" between")[0].split(" within")[0].split(" ≤")[0].split(" ≥")[0]
    )
    return f"{name.removeprefix('not ').strip('( ')} was {found.now}"
