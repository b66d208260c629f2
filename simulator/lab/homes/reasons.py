"""Why a promise was broken, from the run's own messages and the truth: what the device heard, doubted, waited for or turned to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simulator.lab.run_result import BrokenPromise
from simulator.onboard.messages import TICK_S, TICKS_PER_S, TickTrace
from simulator.runtime.run import RunLog
from simulator.scene.checks import Outcome, Verdict
from simulator.scene.columns import NOTHING, REFLECTION, REQUEST, Columns
from simulator.world.spec import Say

# A call is looked at until it must have been answered.
ANSWERED_S = 3.5
BEFORE_S = 0.3
NOT_HEARD = "wake word not heard"


def reasons(log: RunLog, columns: Columns, outcomes: Sequence[Outcome]) -> tuple[BrokenPromise, ...]:
    """The reason of each broken promise."""
    return tuple(
        BrokenPromise(id=outcome.id, reason=_reason(log, columns, outcome))
        for outcome in outcomes
        if outcome.verdict is not Verdict.PASS and not outcome.may_fail
    )


def _reason(log: RunLog, columns: Columns, outcome: Outcome) -> str:
    if outcome.verdict is Verdict.NOT_EXERCISED or not log.traces:
        return str(outcome.verdict)
    at = round((outcome.at_s or 0.0) / TICK_S)
    span = slice(max(0, at - round(BEFORE_S * TICKS_PER_S)), at + round(ANSWERED_S * TICKS_PER_S))
    target = [str(aim) for aim in columns.target()]
    if outcome.detail.startswith("target") or not _is_call(log, outcome):
        return _turned_to(log, str(_at_turn(target, at)))
    traces = log.traces[span]
    if not any(trace.sound.wake_word for trace in traces):
        return NOT_HEARD
    return _most(log, traces, target[span])


def _is_call(log: RunLog, outcome: Outcome) -> bool:
    """Whether somebody said the wake word shortly before or after the worst moment."""
    at_s = outcome.at_s or 0.0
    return any(
        isinstance(action, Say) and action.what == "wake word" and -ANSWERED_S <= at_s - action.at_s <= ANSWERED_S + 1.0
        for action in log.header.spec.actions
    )


def _most(log: RunLog, traces: Sequence[TickTrace], target: Sequence[str]) -> str:
    """What filled most of the time: a doubt about the word, a turn, or a reason to stay."""
    counts: Counter[str] = Counter()
    for trace, aim in zip(traces, target, strict=True):
        doubt = trace.tracks.wake_doubt
        if trace.decision.goal_yaw_deg is not None:
            counts[_turned_to(log, str(aim))] += 1
        elif doubt is not None:
            counts[f"wake word doubted: {doubt}"] += 1
        else:
            counts[f"stays: {trace.decision.hold}"] += 1
    return counts.most_common(1)[0][0]


def _at_turn(target: Sequence[str], at: int) -> str:
    """What it aimed at in a moment, or last before it."""
    return next((str(target[k]) for k in range(min(at, len(target) - 1), -1, -1) if target[k] != NOTHING), NOTHING)


def _turned_to(log: RunLog, target: str) -> str:
    spec = log.header.spec
    if target in {person.name for person in spec.people}:
        return "turns to a person"
    if target in {source.name for source in spec.sources}:
        return "turns to a noise"
    names = {NOTHING: "nobody", REFLECTION: "an echo", REQUEST: "what was asked for"}
    return f"turns to {names.get(target, 'a thing')}"
