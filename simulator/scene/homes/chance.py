"""Chance of a home: a stream of its own for each part, so that another story leaves the flat as it is."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Chance:
    """One stream of chance, with the draws that a home is made of."""

    def __init__(self, seed: int, name: str) -> None:
        self._rng = np.random.Generator(
            np.random.Philox(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(f"home.{name}".encode()),)))
        )

    def between(self, low: float, high: float) -> float:
        """A number between two others, all alike."""
        return float(self._rng.uniform(low, high))

    def around(self, middle: float, spread: float, *, low: float, high: float) -> float:
        """A number near another: bell-shaped, cut at both ends."""
        return float(min(max(self._rng.normal(middle, spread), low), high))

    def yes(self, share: float) -> bool:
        """True in this share of homes."""
        return bool(self._rng.uniform() < share)

    def sign(self) -> float:
        """Left or right."""
        return 1.0 if self.yes(0.5) else -1.0

    def one_of(self, items: Sequence[T]) -> T:
        """One of several, all alike."""
        return items[int(self._rng.integers(len(items)))]

    def by_weight(self, weights: Mapping[T, float]) -> T:
        """One of several, each as often as its weight says."""
        items, shares = list(weights), np.cumsum(list(weights.values()))
        return items[int(np.searchsorted(shares, self._rng.uniform(0.0, shares[-1]), side="right"))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All of them in another order."""
        return [items[k] for k in self._rng.permutation(len(items))]
