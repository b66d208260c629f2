"""A small forest of decision trees that turns a row of numbers into a probability; its weights are data.

Trees were grown elsewhere (tools/train_ssl.py) and stored as plain arrays. Every node asks `row[feature] <= threshold`; leaves
point to themselves, so all rows walk all trees for a fixed number of steps. The sum of the leaves goes through a calibrated
logistic curve.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.trust import Curve

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class Forest:
    """The trees, and one verb."""

    def __init__(self, model: bytes, *, features: tuple[str, ...]) -> None:
        """Read the stored arrays; they must have been grown on the same features."""
        with np.load(io.BytesIO(model), allow_pickle=False) as stored:
            names = tuple(str(name) for name in stored["features"])
            if names != features:
                raise ValueError("direction classifier: its weights belong to other features; train it again")
            self._feature = np.asarray(stored["feature"], np.int64)  # (tree, node)
            self._threshold = np.asarray(stored["threshold"], np.float32)
            self._left = np.asarray(stored["left"], np.int64)
            self._right = np.asarray(stored["right"], np.int64)
            self._value = np.asarray(stored["value"], np.float32)
            self._depth = int(stored["depth"])
            self._bias, self._slope = float(stored["bias"]), float(stored["slope"])
            self.curves = {
                str(name): Curve(slope=float(slope), bias=float(bias))
                for name, (slope, bias) in zip(stored["curve_names"], stored["curves"], strict=True)
            }

    def probability(self, rows: F32) -> F64:
        """The probability of each row."""
        total = np.zeros(len(rows))
        _walk(rows, self._feature, self._threshold, self._left, self._right, self._value, self._depth, total)
        return np.asarray(1 / (1 + np.exp(-(self._slope * total + self._bias))))

    def confidence(self, best: float, *, range_known: bool) -> float:
        """The probability that the best candidate of an answer is right, given its own probability among the others."""
        odds = float(np.log(np.clip(best, 1e-6, 1 - 1e-6) / (1 - np.clip(best, 1e-6, 1 - 1e-6))))
        return self.curves["answer in range" if range_known else "answer anywhere"].at(odds)


@compiled
def _walk(rows: F32, feature: I64, threshold: F32, left: I64, right: I64, value: F32, depth: int, total: F64) -> None:
    """Add the leaf of every tree that each row ends in."""
    for row in range(len(rows)):
        for tree in range(len(feature)):
            node = 0
            for _ in range(depth):
                goes_left = rows[row, feature[tree, node]] <= threshold[tree, node]
                node = left[tree, node] if goes_left else right[tree, node]
            total[row] += value[tree, node]
