"""Who says which point to try next: chance, or a sampler of Optuna that has been told what the points before came to.

An adviser remembers nothing beyond a run: asked in the same order and told the same, it says the same again, so the ledger is the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from simulator.lab.search.objectives import Objectives
from simulator.runtime.seeds import stream

ADVISERS: Final = ("random", "tpe", "nsga2")
Shares = tuple[float, ...]


class AdviserError(Exception):
    """An adviser that cannot be asked; the text says what to install."""


class Adviser(Protocol):
    """Asks for points in shares of the axes, and is told what they came to."""

    def ask(self, count: int) -> list[Shares]:
        """Points to try next."""

    def tell(self, values: Sequence[Objectives | None]) -> None:
        """What the points asked for last came to; None where they could not be run."""


def adviser(name: str, *, axes: int, draw: int) -> Adviser:
    """An adviser by its name; raises AdviserError."""
    return _Chance(axes, draw) if name == "random" else _Sampler(name, axes, draw)


class _Chance:
    """Points all over the axes: what every other adviser has to beat."""

    def __init__(self, axes: int, draw: int) -> None:
        self._axes, self._rng = axes, stream(draw, "tune.random")

    def ask(self, count: int) -> list[Shares]:
        return [tuple(float(x) for x in row) for row in self._rng.random((count, self._axes))]

    def tell(self, values: Sequence[Objectives | None]) -> None:
        return


class _Sampler:
    """Tree-structured Parzen estimators (Bergstra 2011) or NSGA-II (Deb 2002)."""

    def __init__(self, name: str, axes: int, draw: int) -> None:
        try:
            import optuna
        except ModuleNotFoundError:
            raise AdviserError(f"the adviser {name} needs Optuna: pip install 'swivel-display[tune]'") from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        samplers = optuna.samplers
        sampler = (
            samplers.TPESampler(seed=draw) if name == "tpe" else samplers.NSGAIISampler(seed=draw, population_size=20)
        )
        self._failed = optuna.trial.TrialState.FAIL
        self._study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler)
        self._space = {f"x{k}": optuna.distributions.FloatDistribution(0.0, 1.0) for k in range(axes)}
        self._asked: list[Any] = []

    def ask(self, count: int) -> list[Shares]:
        self._asked = [self._study.ask(self._space) for _ in range(count)]
        return [tuple(float(trial.params[name]) for name in self._space) for trial in self._asked]

    def tell(self, values: Sequence[Objectives | None]) -> None:
        for trial, value in zip(self._asked, values, strict=True):
            if value is None:
                self._study.tell(trial, state=self._failed)
            else:
                self._study.tell(trial, list(value))
