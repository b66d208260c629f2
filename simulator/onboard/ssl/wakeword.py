"""The wake word: pymicro-wakeword's packaged model, listening to one beam, and only while somebody may be speaking.

The library keeps its state inside native code that cannot be copied. So every listening spell starts from a reset with a
known pre-roll, and what it was fed since is kept: a checkpoint stores that sound, and going on means listening to it again.
Long spells start over now and then, with a fresh pre-roll, so that there is never much to repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.onboard.state import copied

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
FULL_SCALE = 32767
# The detector's own noise estimate settles within this, and a wake word is never longer.
PRE_ROLL_BLOCKS = 90
LONGEST_SPELL_BLOCKS = 800


@dataclass(slots=True)
class WakeState:
    """What was fed since the last reset: enough to come back to the same place."""

    fed: list[I16] = field(default_factory=list)
    listening: bool = False


class WakeWord:
    """One detector."""

    def __init__(self, config_path: str) -> None:
        """Load the model that a configuration file of the package names."""
        self._model = MicroWakeWord.from_config(config_path)
        self._features = MicroWakeWordFeatures()
        self._state = WakeState()

    def __del__(self) -> None:
        """Let go of the features here: their native end clears the exception that is under way, which a finalizer's is not."""
        self.__dict__.pop("_features", None)

    def snapshot(self) -> WakeState:
        """What is needed to come back here."""
        return copied(self._state)

    def restore(self, state: WakeState) -> None:
        """Come back: reset, and listen again to what was heard."""
        self._state = copied(state)
        self._reset()
        for block in self._state.fed:
            self._feed(block)

    def stop(self) -> None:
        """Nobody speaks: forget."""
        self._state.fed.clear()
        self._state.listening = False

    def hear(self, block: F32, *, before: F32) -> float:
        """Probability that the wake word has just been said; `before` is the sound up to this block, for a fresh start."""
        state = self._state
        if not state.listening or len(state.fed) >= LONGEST_SPELL_BLOCKS:
            self._reset()
            state.listening = True
            blocks = before[-PRE_ROLL_BLOCKS * BLOCK_SAMPLES :].reshape(-1, BLOCK_SAMPLES)
            state.fed = [_pcm(piece) for piece in blocks]
            for piece in state.fed:
                self._feed(piece)
        state.fed.append(_pcm(block))
        return self._feed(state.fed[-1])

    def _reset(self) -> None:
        self._model.reset()
        self._features.reset()

    def _feed(self, block: I16) -> float:
        best = 0.0
        for features in self._features.process_streaming(block.tobytes()):
            best = max(best, self._model.process_streaming_prob(features) or 0.0)
        return best


def _pcm(samples: F32) -> I16:
    """Samples as the model wants them."""
    return np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE).astype(np.int16)
