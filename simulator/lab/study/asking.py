"""One rater on the way through a study: what comes next, what was answered, and when it is over. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.lab.study.ideal_point import IdealPoint
from simulator.lab.study.plan import Moment, Setting, StudyPlan
from simulator.lab.study.preference import Choice
from simulator.lab.study.record import Judged, Session, StudyRecord
from simulator.lab.study.schedule import Purpose, schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair that a rater is to see."""

    number: int  # from 1
    purpose: Purpose
    moment: Moment
    first: Setting
    second: Setting
    first_place: int = -1  # among the study's settings; -1 where pairs tune knobs
    second_place: int = -1
    first_shares: tuple[float, ...] = ()  # of each axis, where pairs tune knobs
    second_shares: tuple[float, ...] = ()


class Asking:
    """One rater. A new one begins when the consent is given."""

    def __init__(self, plan: StudyPlan, *, shown_on: str = "") -> None:
        """What raters look at is kept with their answers: a rig, or else the view of the plan."""
        self.plan = plan
        self._record = StudyRecord(plan.path)
        self.session: Session = self._record.begin(consent_hash=plan.consent_hash, shown_on=shown_on or plan.view)
        self._model = IdealPoint(knobs=len(plan.axes), seed=plan.seed + self.session.number) if plan.axes else None
        self._waiting = [] if plan.axes else list(self._scheduled())
        self.total = plan.warm_ups + plan.pairs if plan.axes else len(self._waiting)
        self.answered = 0
        self.now: Shown | None = self._next()

    def answer(self, choice: Choice, *, seconds: float, replays: int) -> None:
        """Keep what the rater said to the pair that is shown, and go on to the next."""
        shown = self.now
        assert shown is not None
        self._record.judge(
            self.session,
            Judged(
                trial=shown.number,
                purpose=shown.purpose,
                moment=shown.moment.name,
                first=shown.first.name,
                second=shown.second.name,
                first_knobs=shown.first.knobs,
                second_knobs=shown.second.knobs,
                first_place=shown.first_place,
                second_place=shown.second_place,
                choice=choice,
                seconds=seconds,
                replays=replays,
            ),
        )
        if self._model is not None and shown.purpose is Purpose.JUDGED:
            self._model.learn(shown.first_shares, shown.second_shares, choice)
        self.answered += 1
        self.now = self._next()

    def finish(self, sliders: Mapping[str, int]) -> None:
        """Keep the sliders; this rater is through."""
        self._record.finish(self.session, sliders)

    def withdraw(self) -> None:
        """Delete everything of this rater."""
        self._record.withdraw(self.session.rater)

    def _next(self) -> Shown | None:
        if self._model is None:
            return self._waiting.pop(0) if self._waiting else None
        number = self.answered + 1
        if number > self.total:
            return None
        warm_up = number <= self.plan.warm_ups
        first, second = self._model.next_pair()
        return Shown(
            number=number,
            purpose=Purpose.WARM_UP if warm_up else Purpose.JUDGED,
            moment=self.plan.moments[number % len(self.plan.moments)],
            first=self.plan.between(first),
            second=self.plan.between(second),
            first_shares=first,
            second_shares=second,
        )

    def _scheduled(self) -> list[Shown]:
        plan = self.plan
        return [
            Shown(
                number=trial.number,
                purpose=trial.purpose,
                moment=plan.moments[trial.moment],
                first=plan.shown[trial.first],
                second=plan.shown[trial.second],
                first_place=trial.first,
                second_place=trial.second,
            )
            for trial in schedule(
                seed=plan.seed,
                rater=self.session.number,
                settings=len(plan.settings),
                moments=len(plan.moments),
                pairs=plan.pairs,
                warm_ups=plan.warm_ups,
                planted=plan.planted_number,
            )
        ]
