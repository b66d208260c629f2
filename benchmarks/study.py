"""Whether a feel study can be believed: intervals, the chance to find the best, worlds without a difference, tuning by pairs.

All raters are simulated, so that what they really like is known. They slip (5 % of answers), like what comes first a little
more, differ from each other, and say "same".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from benchmarks.common import finish, parser
from simulator.lab.study.ideal_point import IdealPoint
from simulator.lab.study.power import answers_for
from simulator.lab.study.preference import Answer, Choice, fit, preference
from simulator.lab.study.schedule import Purpose, schedule

Floats = NDArray[np.float64]
RATERS, PAIRS, LAPSE, FIRST_BONUS = 12, 6, 0.05, 0.2
# 70:30 for the best against the second, the others further off.
STRENGTHS = np.array([np.log(0.7 / 0.3), 0.0, -0.3, -0.8])
FAMILIES: dict[str, Callable[[Floats], Floats]] = {
    "quadratic": lambda far: 6.0 * far**2,
    "city": lambda far: 2.5 * far,
    "saturating": lambda far: 2.0 * (1.0 - np.exp(-4.0 * far**2)),
}


def answers(
    seed: int,
    strengths: Floats,
    *,
    raters: int = RATERS,
    taste: float = 0.0,
    lapse: float = LAPSE,
    same: float | None = None,
) -> list[Answer]:
    """What simulated raters answer to the schedule of a study."""
    chance = np.random.default_rng(seed)
    found = []
    for rater in range(raters):
        own = strengths + taste * chance.normal(size=len(strengths))
        for trial in schedule(
            seed=seed, rater=rater, settings=len(own), moments=2, pairs=PAIRS, warm_ups=2, planted=None
        ):
            if trial.purpose is not Purpose.JUDGED:
                continue
            first, second = own[trial.first] + FIRST_BONUS, own[trial.second]
            heights = np.array([first, second, -np.inf if same is None else same + (first + second) / 2.0])
            shares = np.exp(heights - heights.max())
            shares /= shares.sum()
            if chance.random() < lapse:
                shares = np.array([0.5, 0.5, 0.0])
            choice = list(Choice)[int(chance.choice(3, p=shares))]
            found.append(Answer(rater=str(rater), first=trial.first, second=trial.second, choice=choice))
    return found


def coverage(studies: int, *, raters: int, taste: float, same: float | None) -> float:
    """Share of 95 % intervals that hold the truth; where raters differ, the truth is the fit of 3,000 of them."""
    truth = STRENGTHS - STRENGTHS.mean()
    if taste:
        truth = fit(answers(10**6, truth, raters=3000, taste=taste, lapse=0.0, same=same), settings=4).strengths
    hits = []
    for seed in range(studies):
        told = preference(answers(seed, STRENGTHS, raters=raters, taste=taste, lapse=0.0, same=same), settings=4)
        hits += [one.low <= value <= one.high for one, value in zip(told.strengths, truth, strict=True)]
    return 100.0 * float(np.mean(hits))


def best_found(studies: int) -> float:
    """Share of studies of 12 raters and 6 pairs that name the best of four at 70:30."""
    return 100.0 * float(
        np.mean([preference(answers(seed, STRENGTHS), settings=4).best == 0 for seed in range(studies)])
    )


def nothing_found(studies: int, *, taste: float) -> float:
    """Share of studies of a world without a difference that say so."""
    level = [
        preference(answers(seed, np.zeros(4), taste=taste, same=-1.0), settings=4).p_no_difference
        for seed in range(studies)
    ]
    return 100.0 * float(np.mean(np.array(level) >= 0.05))


def tuned(sessions: int, *, knobs: int, family: Callable[[Floats], Floats], pairs: int = 12) -> tuple[float, float]:
    """Mean distance from the ideal after so many pairs, as a share of a knob's range; and processor seconds a pair."""
    errors: list[float] = []
    began = process_time()
    for seed in range(sessions):
        chance = np.random.default_rng([seed, knobs])
        ideal, weights = chance.uniform(0.15, 0.85, knobs), chance.uniform(0.5, 2.0, knobs)

        def dislike(setting: Sequence[float], ideal: Floats = ideal, weights: Floats = weights) -> float:
            return float((weights * family(np.abs(np.array(setting) - ideal))).sum())

        model = IdealPoint(knobs=knobs, seed=seed)
        for _ in range(pairs):
            first, second = model.next_pair()
            likely = LAPSE / 2 + (1 - LAPSE) * expit(dislike(second) - dislike(first))
            model.learn(first, second, Choice.FIRST if chance.random() < likely else Choice.SECOND)
        errors.append(float(np.abs(np.array(model.belief().ideal) - ideal).mean()))
    return float(np.mean(errors)), (process_time() - began) / (sessions * pairs)


def beside_choix(sets: int) -> float | None:
    """Largest difference from choix's plain Bradley-Terry strengths; None where it is not installed."""
    try:
        import choix
    except ModuleNotFoundError:
        return None
    worst = 0.0
    for seed in range(sets):
        chance = np.random.default_rng([seed, 7])
        items = int(chance.integers(3, 9))
        found = answers(seed, chance.normal(size=items), raters=int(chance.integers(20, 60)), lapse=0.2)
        won = [(a.first, a.second) if a.choice is Choice.FIRST else (a.second, a.first) for a in found]
        theirs = choix.ilsr_pairwise(items, won, max_iter=1000, tol=1e-12)
        ours = fit(found, settings=items, prior_sd=np.inf, order=False).strengths
        worst = max(worst, float(np.abs(theirs - theirs.mean() - ours).max()))
    return worst


def main() -> None:
    """Print the figures."""
    args = parser(__doc__).parse_args()
    studies, sessions = (120, 24) if args.quick else (1000, 200)
    figures: dict[str, float | int | str] = {}
    difference = beside_choix(20 if args.quick else 100)
    if difference is not None:
        figures["choix.max_difference"] = difference
    for name, raters, taste, same in (("alike", 12, 0.0, None), ("own_taste", 24, 0.5, -1.0)):
        figures[f"interval.{name}.cover_pct"] = coverage(studies, raters=raters, taste=taste, same=same)
    figures["best_of_four.pct"] = best_found(studies)
    figures["no_difference.pct"] = nothing_found(studies, taste=0.0)
    figures["no_difference.own_taste_pct"] = nothing_found(studies, taste=0.5)
    for knobs in (2, 3, 4):
        for name, family in FAMILIES.items():
            error, seconds = tuned(sessions, knobs=knobs, family=family)
            figures[f"tuner.{knobs}_knobs.{name}"] = error
    figures["tuner.cpu_s_per_pair"] = seconds
    figures["answers_for.65_35"] = answers_for(0.65)
    finish(figures, args)


if __name__ == "__main__":
    main()
