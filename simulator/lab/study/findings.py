"""What a study found: preferences with intervals, who was left out and why, the effect of order, and what could have been seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from simulator.lab.statistics import wilson
from simulator.lab.study.ideal_point import Belief, IdealPoint
from simulator.lab.study.plan import StudyPlan
from simulator.lab.study.power import power_sentence
from simulator.lab.study.preference import Answer, Choice, Interval, Preference, preference
from simulator.lab.study.record import Judged, Session
from simulator.lab.study.schedule import Purpose

LEVEL = 0.05
FEWEST_S = 0.25  # faster than a person can see, decide and press


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A rater whose answers do not count, and why."""

    rater: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All of a report."""

    preference: Preference | None  # None with fewer than two raters, and where knobs are tuned
    ideal: Belief | None  # where knobs are tuned
    counted: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    judged: int
    consistent: tuple[int, int]  # repeated pairs answered alike, of how many
    sliders: Mapping[str, Interval]
    verdict: str
    could_be_seen: str
    shown_on: Mapping[str, int]  # how many of the counted raters looked at what

    @property
    def preferred(self) -> int | None:
        """The number of the setting that won for certain."""
        if self.preference is None or self.preference.p_no_difference >= LEVEL:
            return None
        return self.preference.best


def findings(plan: StudyPlan, sessions: Sequence[Session]) -> Findings:
    """Put together what all raters answered."""
    out = tuple(found for session in sessions if (found := _left_out(plan, session)) is not None)
    unheard = {found.rater for found in out}
    counted = [session for session in sessions if session.rater not in unheard]
    answers = [answer for session in counted for answer in _answers(session)]
    raters = len({answer.rater for answer in answers})
    preferred = preference(answers, settings=len(plan.settings)) if plan.settings and raters >= 2 else None
    ideal = _ideal(plan, counted) if plan.axes and counted else None
    return Findings(
        preference=preferred,
        ideal=ideal,
        counted=tuple(session.rater for session in counted),
        left_out=out,
        judged=len(answers) if plan.settings else sum(len(_of(session, Purpose.JUDGED)) for session in counted),
        consistent=_consistent(counted),
        sliders=_sliders(plan, counted),
        verdict=_verdict(plan, preferred, ideal, raters),
        could_be_seen=_power(plan, answers),
        shown_on=Counter(session.shown_on or "screen" for session in counted),
    )


def _left_out(plan: StudyPlan, session: Session) -> LeftOut | None:
    """Who broke off, who agreed to another text, who did not see the planted pair, who pressed without looking."""
    judged = _of(session, Purpose.JUDGED)
    planted = _of(session, Purpose.PLANTED)
    hasty = sum(pair.seconds < FEWEST_S for pair in session.judged)
    if session.consent_hash != plan.consent_hash:
        why = "agreed to another consent text than the study has now"
    elif not session.finished:
        why = f"broke off after {len(judged)} of {plan.pairs} pairs"
    elif any(_chose_place(pair) == plan.planted_number for pair in planted):
        why = "preferred the setting that was planted as plainly worse"
    elif hasty > len(session.judged) / 2:
        why = f"answered {hasty} of {len(session.judged)} pairs faster than {FEWEST_S:g} s"
    else:
        return None
    return LeftOut(rater=session.rater, why=why)


def _of(session: Session, purpose: Purpose) -> list[Judged]:
    return [pair for pair in session.judged if pair.purpose is purpose]


def _chose_place(pair: Judged) -> int | None:
    return {Choice.FIRST: pair.first_place, Choice.SECOND: pair.second_place, Choice.SAME: None}[pair.choice]


def _answers(session: Session) -> list[Answer]:
    return [
        Answer(rater=session.rater, first=pair.first_place, second=pair.second_place, choice=pair.choice)
        for pair in _of(session, Purpose.JUDGED)
        if pair.first_place >= 0
    ]


def _consistent(counted: Sequence[Session]) -> tuple[int, int]:
    alike = asked = 0
    for session in counted:
        once = {(pair.first_place, pair.second_place, pair.moment): pair for pair in _of(session, Purpose.JUDGED)}
        for again in _of(session, Purpose.REPEATED):
            before = once.get((again.second_place, again.first_place, again.moment))
            if before is not None:
                asked += 1
                alike += _chose_place(before) == _chose_place(again)
    return alike, asked


def _sliders(plan: StudyPlan, counted: Sequence[Session]) -> dict[str, Interval]:
    found = {}
    for name in plan.sliders:
        values = [session.sliders[name] for session in counted if name in session.sliders]
        if len(values) >= 2:
            middle = mean(values)
            # Normal theory with a t quantile would need more care than these words deserve: twice the standard error.
            reach = 2.0 * (sum((value - middle) ** 2 for value in values) / (len(values) - 1) / len(values)) ** 0.5
            found[name] = Interval(value=middle, low=middle - reach, high=middle + reach)
    return found


def _ideal(plan: StudyPlan, counted: Sequence[Session]) -> Belief:
    model = IdealPoint(knobs=len(plan.axes), seed=plan.seed)
    for session in counted:
        for pair in _of(session, Purpose.JUDGED):
            model.learn(_shares(plan, pair.first_knobs), _shares(plan, pair.second_knobs), pair.choice)
    return model.belief()


def _shares(plan: StudyPlan, knobs: Mapping[str, object]) -> tuple[float, ...]:
    return tuple((float(str(knobs[axis.knob])) - axis.low) / (axis.high - axis.low) for axis in plan.axes)


def _verdict(plan: StudyPlan, found: Preference | None, ideal: Belief | None, raters: int) -> str:
    if ideal is not None:
        suggested = plan.between(ideal.ideal)
        spread = ", ".join(
            f"{axis.knob} ± {sd * (axis.high - axis.low):.3g}" for axis, sd in zip(plan.axes, ideal.spread, strict=True)
        )
        return f"suggested: {suggested.name} (standard deviation: {spread})"
    if found is None:
        return f"not enough raters: {raters} counted, an interval needs two"
    if found.p_no_difference >= LEVEL:
        return f"no difference seen (p = {found.p_no_difference:.2f})"
    runner_up = max((k for k in range(len(plan.settings)) if k != found.best), key=lambda k: found.strengths[k].value)
    beaten = found.against_best[runner_up]
    low, high = 1.0 - beaten.high, 1.0 - beaten.low
    line = (
        f"{plan.settings[found.best].name} is preferred; it beats {plan.settings[runner_up].name} "
        f"{1.0 - beaten.value:.0%} of the time ({low:.0%} to {high:.0%})"
    )
    return line if low > 0.5 else f"{line}: these two are not told apart"


def _power(plan: StudyPlan, answers: Sequence[Answer]) -> str:
    pairs = len(plan.settings) * (len(plan.settings) - 1) // 2
    if not pairs or not answers:
        return ""
    return power_sentence(len(answers) // pairs)


def consistency_words(alike: int, asked: int) -> str:
    """How often raters agreed with themselves."""
    if not asked:
        return "no pair was repeated"
    low, high = wilson(alike, asked)
    return f"{alike} of {asked} repeated pairs answered alike ({low:.0%} to {high:.0%})"
