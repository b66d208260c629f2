"""Asks for the lesson that would tell rival explanations apart: the run, and the time in it, where they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.onboard.messages import TICKS_PER_S
from simulator.workbench.teach.fit import ALONE
from simulator.workbench.teach.lesson import COMPARE_TICKS, TaughtRun
from simulator.workbench.teach.ways import SHIPPED, WAYS, Point

# Two explanations that are this far apart in a run, on average, are told apart by a lesson in it; nearer ones in part.
TOLD_APART_DEG = 1.5
# A run in which fewer pairs than this are told apart is not worth a lesson.
LEAST_SHARE = 0.02
# The stretch that is named: as long as somebody cares to push a screen.
STRETCH_TICKS = 4 * TICKS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A lesson worth giving."""

    run: TaughtRun
    from_s: float
    until_s: float
    share: float  # of the pairs of explanations that it tells apart
    yaws_deg: tuple[float, ...]  # where the explanations would have the screen in the middle of the stretch


def first_questions() -> tuple[Point, ...]:
    """What could be meant before any lesson: each way alone at its ends."""
    ends = (ALONE[0], ALONE[-1])
    return (
        SHIPPED,
        *(
            tuple(place if k == way else SHIPPED[k] for k in range(len(WAYS)))
            for way in range(len(WAYS))
            for place in ends
        ),
    )


def question(rivals: Sequence[Point], among: Sequence[TaughtRun]) -> Question | None:
    """The run that tells most of these explanations apart; None where they all do the same."""
    best: Question | None = None
    for run in among:
        curves = np.stack([run.curve(point)[::COMPARE_TICKS] for point in rivals])
        apart_deg = np.abs(curves[:, None, :] - curves[None, :, :]).mean(axis=2)
        share = float(np.minimum(apart_deg / TOLD_APART_DEG, 1.0).sum()) / max(len(rivals) * (len(rivals) - 1), 1)
        if share < LEAST_SHARE or (best is not None and share <= best.share):
            continue
        spread = np.abs(curves - np.median(curves, axis=0)).mean(axis=0)
        width = min(STRETCH_TICKS // COMPARE_TICKS, len(spread))
        sums = np.convolve(spread, np.ones(width), mode="valid")
        first = int(np.argmax(sums))
        middle = first + width // 2
        shown = sorted({round(float(yaw)) for yaw in curves[:, min(middle, curves.shape[1] - 1)]})
        best = Question(
            run=run,
            from_s=first * COMPARE_TICKS / TICKS_PER_S,
            until_s=(first + width) * COMPARE_TICKS / TICKS_PER_S,
            share=share,
            yaws_deg=tuple(float(yaw) for yaw in shown),
        )
    return best
