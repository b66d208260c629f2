"""Runs a network on one thread, and leaves no picture in it: what it was shown is overwritten at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST_LOGIT: Final = 60.0  # beyond it a probability is 0 or 1 in any number format
Shape = tuple[int, ...]


class Network:
    """A network with one picture as its input."""

    def __init__(self, weights: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._net = Interpreter(model_content=weights, num_threads=1)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]

    def output(self, fits: Callable[[Shape], bool]) -> int:
        """The number of the first output with such a shape."""
        details: list[dict[str, Any]] = self._net.get_output_details()
        return next(int(one["index"]) for one in details if fits(tuple(one["shape"].tolist())))

    def look(self, values: NDArray[np.float32], *outputs: int) -> tuple[NDArray[np.float32], ...]:
        """What it says to a close-up, output by output; the close-up in it is overwritten."""
        self._net.set_tensor(self._input, values[None])
        self._net.invoke()
        answers = tuple(np.asarray(self._net.get_tensor(output)) for output in outputs)
        self._net.set_tensor(self._input, np.zeros((1, *values.shape), np.float32))
        return answers


def centred(close_up: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Colours from -1 to 1, as detectors like them."""
    return close_up.astype(np.float32) / 127.5 - 1.0


def probability(logits: NDArray[Any]) -> NDArray[Any]:
    """Of a network's answers between minus and plus infinity."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -MOST_LOGIT, MOST_LOGIT))))
