"""A small forest of decision trees that turns a row of numbers into a probability; its weights are data.

Trees were grown elsewhere (tools/train_ssl.py) and stored as plain arrays, with a second forest that reads places. Every node asks
`row[feature] <= threshold`; leaves point to themselves, so all rows walk all trees for a fixed number of steps. The sum of the
leaves goes through a calibrated logistic curve.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.places import mirrored
from simulator.onboard.ssl.trust import Curve

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I16 = NDArray[np.int16]


class StoredTrees:
    """Trees as they were stored: arrays under names that begin alike."""

    def __init__(self, stored: Mapping[str, NDArray[np.generic]], *, prefix: str, features: tuple[str, ...]) -> None:
        """Take the arrays of one forest; it must have been grown on the same features."""
        names = tuple(str(name) for name in stored[f"{prefix}features"])
        if names != features:
            raise ValueError(f"direction classifier: weights {prefix!r} belong to other features; train it again")
        self._feature = np.asarray(stored[f"{prefix}feature"], np.int16)  # (tree, node)
        self._threshold = np.asarray(stored[f"{prefix}threshold"], np.float32)
        self._left = np.asarray(stored[f"{prefix}left"], np.int16)
        self._right = np.asarray(stored[f"{prefix}right"], np.int16)
        self._value = np.asarray(stored[f"{prefix}value"], np.float32)
        self._depth = int(np.asarray(stored[f"{prefix}depth"], np.int64))

    def total(self, rows: F32) -> F64:
        """The sum of the leaves that each row ends in."""
        total = np.zeros(len(rows))
        _walk(rows, self._feature, self._threshold, self._left, self._right, self._value, self._depth, total)
        return total


class Forest:
    """The classifier of directions and the reader of places, from one file."""

    def __init__(self, model: bytes, *, features: tuple[str, ...], place_features: tuple[str, ...]) -> None:
        """Read the stored arrays."""
        with np.load(io.BytesIO(model), allow_pickle=False) as stored:
            self._talker = StoredTrees(stored, prefix="", features=features)
            self._place = StoredTrees(stored, prefix="place_", features=place_features)
            self._bias, self._slope = float(stored["bias"]), float(stored["slope"])
            self.curves = {
                str(name): Curve(slope=float(slope), bias=float(bias))
                for name, (slope, bias) in zip(stored["curve_names"], stored["curves"], strict=True)
            }

    def probability(self, rows: F32) -> F64:
        """How likely each row is a talker."""
        return np.asarray(1 / (1 + np.exp(-(self._slope * self._talker.total(rows) + self._bias))))

    def shift_deg(self, rows: F32) -> F64:
        """How far from its summit the talker of each row is, counter-clockwise: the mean of a row and its mirror image."""
        both = self._place.total(rows) - self._place.total(mirrored(rows))
        return np.asarray(0.5 * both)

    def confidence(self, best: float, *, range_known: bool) -> float:
        """The probability that the best candidate of an answer is right, given its own probability among the others."""
        odds = float(np.log(np.clip(best, 1e-6, 1 - 1e-6) / (1 - np.clip(best, 1e-6, 1 - 1e-6))))
        return self.curves["answer in range" if range_known else "answer anywhere"].at(odds)


@compiled
def _walk(rows: F32, feature: I16, threshold: F32, left: I16, right: I16, value: F32, depth: int, total: F64) -> None:
    """Add the leaf of every tree that each row ends in."""
    for row in range(len(rows)):
        for tree in range(len(feature)):
            node = 0
            for _ in range(depth):
                goes_left = rows[row, feature[tree, node]] <= threshold[tree, node]
                below = left[tree, node] if goes_left else right[tree, node]
                if below == node:
                    break
                node = below
            total[row] += value[tree, node]
