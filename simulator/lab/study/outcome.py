"""The setting that came out of a study, with the sentence that says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.lab.study.findings import Findings
from simulator.lab.study.plan import StudyPlan
from simulator.onboard.tuning import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOutcome:
    """Knobs, and where they come from."""

    knobs: Mapping[str, Value]
    about: str


def outcome_of(plan: StudyPlan, found: Findings) -> StudyOutcome | None:
    """The suggested setting where knobs were tuned, else the preferred one; None where none is."""
    if found.ideal is not None:
        knobs, words = plan.between(found.ideal.ideal).knobs, "suggested"
    elif found.preferred is not None:
        knobs, words = plan.settings[found.preferred].knobs, "preferred"
    else:
        return None
    raters = len(found.counted)
    return StudyOutcome(
        knobs=knobs, about=f"{words} in the study {plan.name}: {raters} raters, {found.judged} pairs; {found.verdict}"
    )
