"""Opens pymicro-wakeword's packaged model: its native part reads the files itself, so this stays outside the stack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures


class MicroDetector:
    """Runs the network of one wake word over the sound."""

    def __init__(self, config: Path) -> None:
        self._model = MicroWakeWord.from_config(config)
        self._features = MicroWakeWordFeatures()

    def __del__(self) -> None:
        """Let go of the features here: their native end clears the exception that is under way, which a finalizer's is not."""
        self.__dict__.pop("_features", None)

    def reset(self) -> None:
        """Forget everything heard."""
        self._model.reset()
        self._features.reset()

    def hear(self, block: NDArray[np.int16]) -> float:
        """Probability that the wake word ends in these 10 ms; 0 while too little has been heard to say."""
        best = 0.0
        for features in self._features.process_streaming(block.tobytes()):
            best = max(best, self._model.process_streaming_prob(features) or 0.0)
        return best
