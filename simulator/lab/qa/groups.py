"""Whom the device serves worst: the same scenes and seeds with everybody of one look, voice, height or posture after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

from simulator.lab.qa.batch import Setting, Table
from simulator.lab.served import LEAST_SESSIONS, Comparison, PairedServed, Served, p_served, paired
from simulator.lab.service import ServiceFigures
from simulator.scene.words import WORDS

# A gap beyond these is no accident of taste: it would be noticed.
MOST_POINTS, MOST_S = 5.0, 0.2
# The shortest of all bodies, and the shortest and tallest of the adults: mouths at 1.07, 1.37 and 1.67 m.
HEIGHTS = {"child": "child-2", "short adult": "adult-6", "tall adult": "adult-3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstGroup:
    """The group that fares worst, against the one that fares best."""

    attribute: str
    worst: str
    best: str
    worst_served: Served
    best_served: Served
    paired: PairedServed  # of the worst group less the best
    slowest: str
    fastest: str
    slower_s: float  # mean seconds to face, the slowest group less the fastest, over calls that both faced
    too_wide: bool
    sentence: str


def attributes() -> dict[str, Callable[[], dict[str, dict[str, str]]]]:
    """What people can be grouped by, and what makes everybody a member of each group."""
    return {
        "look": lambda: {word: {"look": word} for word in WORDS["people, look"]},
        "voice": lambda: {word: {"voice": word} for word in WORDS["people, voice"]},
        "height": lambda: {name: {"look": look} for name, look in HEIGHTS.items()},
        "posture": lambda: {word: {"posture": word} for word in WORDS["people, posture"]},
    }


def group_settings(attribute: str) -> list[Setting]:
    """One setting for each group."""
    return [Setting(name=name, people=people) for name, people in attributes()[attribute]().items()]


def worst_of(attribute: str, table: Table) -> WorstGroup:
    """The worst group of a table that was run with the settings of an attribute."""
    names = [setting.name for setting in group_settings(attribute)]
    figures = {name: table.service(name) for name in names}
    pooled = {name: reduce(add, figures[name].values(), ServiceFigures()) for name in names}
    order = sorted(names, key=lambda name: _rate(pooled[name]))
    worst, best = order[0], order[-1]
    seconds = {name: _seconds(figures, name) for name in names}
    pace = sorted(names, key=lambda name: seconds[name])
    gap = paired(figures[best], figures[worst])
    slower_s = round(seconds[pace[-1]] - seconds[pace[0]], 3)
    enough = pooled[worst].sessions >= LEAST_SESSIONS
    points = 100.0 * (_rate(pooled[best]) - _rate(pooled[worst]))
    too_wide = enough and (points > MOST_POINTS or slower_s > MOST_S)
    word = "TOO WIDE" if too_wide else "within bounds" if enough else str(Comparison.NOT_ENOUGH)
    served = p_served(pooled[worst])
    sentence = (
        f"{attribute}: worst served is {worst}, {100 * _rate(pooled[worst]):.1f} % of calls "
        f"({100 * served.low:.1f} to {100 * served.high:.1f}), {points:.1f} points behind {best} "
        f"({-100 * gap.high:.1f} to {-100 * gap.low:.1f} by pairs); slowest {pace[-1]}, {slower_s:.2f} s behind {pace[0]}: {word}"
    )
    return WorstGroup(
        attribute=attribute,
        worst=worst,
        best=best,
        worst_served=served,
        best_served=p_served(pooled[best]),
        paired=gap,
        slowest=pace[-1],
        fastest=pace[0],
        slower_s=slower_s,
        too_wide=too_wide,
        sentence=sentence,
    )


def _rate(pooled: ServiceFigures) -> float:
    ended = pooled.served + pooled.lost
    return pooled.served / ended if ended else 1.0


def _seconds(figures: dict[str, dict[tuple[str, int], ServiceFigures]], name: str) -> float:
    """Mean seconds to face over the runs in which every group was served: the same questions for all."""
    keys = [key for key in figures[name] if all(key in of and of[key].served for of in figures.values())]
    times_s = [figures[name][key].face_s / figures[name][key].served for key in keys]
    return sum(times_s) / len(times_s) if times_s else 0.0
