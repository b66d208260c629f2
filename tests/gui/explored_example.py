"""A made-up result of a tuning: two advisers, a front of five points, and one that breaks a scene."""

from __future__ import annotations

import numpy as np

from simulator.lab.search.explored import Explored, FigureMatters, Named, PointRun, Trial
from simulator.lab.search.sensitivity import Matters

SCENES = ("scenes/wake/from-the-left.scene.yaml", "scenes/follow/at-a-stroll.scene.yaml")
FRONT = (
    ("eager", (5.9, 13.1), (10.7, 15.0), True),
    ("lively", (6.4, 10.2), (11.0, 12.9), True),
    ("even", (7.2, 8.6), (11.9, 11.0), False),
    ("gentle", (8.5, 7.6), (13.8, 10.7), False),
    ("calm", (10.4, 6.9), (15.0, 9.6), True),
)


def example(*, complete: bool = True) -> Explored:
    """What is shown in tests; not complete, nothing was tested on others."""
    rng = np.random.default_rng(24)
    trials = [
        Trial(
            adviser=adviser, number=k, changes={"motion.max_rate_dps": 20.0 + k},
            train=(6.2 + float(rng.gamma(2.0, 1.6)), 7.4 + float(rng.gamma(2.0, 1.8))) if k else None,
        )
        for adviser in ("random", "tpe")
        for k in range(30)
    ]  # fmt: skip
    trials += [
        Trial(adviser="random", number=90 + k, changes=_changes(k), train=FRONT[k][1]) for k in range(len(FRONT))
    ]
    return Explored(
        made_by="tune", train_scenes=20, held_out_scenes=20, shipped=(7.8, 8.9), complete=complete,
        shipped_held_out=(11.6, 11.1) if complete else None, trials=tuple(trials),
        points=tuple(_point(k, complete=complete) for k in range(len(FRONT))), volumes={"random": 0.71, "tpe": 0.69},
        matters=(
            FigureMatters(figure="service", unit="", axes=(_bar("Calmness", 4.1), _bar("Speed", 2.6), _bar("Patience", 0.4))),
            FigureMatters(figure="disturbance", unit="", axes=(_bar("Speed", 6.0), _bar("Calmness", 1.2))),
        ),
    )  # fmt: skip


def _point(k: int, *, complete: bool) -> Named:
    name, train, held_out, generalises = FRONT[k]
    breaks = name == "calm"
    if not complete:
        return Named(name=name, adviser="random", changes=_changes(k), train=train)
    return Named(
        name=name, adviser="random", changes=_changes(k), train=train, held_out=held_out, generalises=generalises,
        broken=SCENES[1:] if breaks else (),
        runs=tuple(
            PointRun(scene=scene, seed=3, held_out=scene == SCENES[1], passed=not (breaks and scene == SCENES[1]), shipped_passed=True)
            for scene in SCENES
        ),
    )  # fmt: skip


def _changes(k: int) -> dict[str, float]:
    return {"motion.max_rate_dps": 120.0 - 25.0 * k, "patience.settle_s": 0.5 + 0.7 * k}


def _bar(axis: str, effect: float) -> Matters:
    return Matters(axis=axis, effect=effect, low=0.8 * effect, high=1.3 * effect, bends=0.3)
