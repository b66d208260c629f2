"""A small forest of decision trees that turns a row of numbers into a probability; its weights are data.

Trees were grown elsewhere (tools/train_ssl.py) and stored as plain arrays. Every node asks `row[feature] <= threshold`; leaves
point to themselves, so all rows walk all trees for a fixed number of steps. The sum of the leaves goes through a calibrated
logistic curve.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


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
            self._curves = {
                str(name): (float(a), float(b))
                for name, (a, b) in zip(stored["curve_names"], stored["curves"], strict=True)
            }

    def probability(self, rows: F32) -> F64:
        """The probability of each row."""
        trees = np.arange(len(self._feature))[None, :]
        node = np.zeros((len(rows), len(self._feature)), np.int64)
        index = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            goes_left = rows[index, self._feature[trees, node]] <= self._threshold[trees, node]
            node = np.where(goes_left, self._left[trees, node], self._right[trees, node])
        total = self._value[trees, node].astype(float).sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-(self._slope * total + self._bias))))

    def trust(self, algorithm: str, lead: float) -> float:
        """The probability that a bare map is right, from how far its best summit stands above the next."""
        slope, bias = self._curves[algorithm]
        return float(1 / (1 + np.exp(-(slope * lead + bias))))
