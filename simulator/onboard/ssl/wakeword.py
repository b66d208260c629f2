"""The wake word: a small detector listens to one beam, and only while somebody may be speaking.

The detector keeps its state inside native code that cannot be copied. So every listening spell starts from a reset with a
known pre-roll, and what it was fed since is kept: a checkpoint stores that sound, and going on means listening to it again.
Long spells start over now and then, with a fresh pre-roll, so that there is never much to repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.onboard.state import copied

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
FULL_SCALE: Final = 32767
# The detector's own noise estimate settles within this, and a wake word is never longer.
PRE_ROLL_BLOCKS: Final = 90
LONGEST_SPELL_BLOCKS: Final = 800


@dataclass(slots=True)
class WakeState:
    """What was fed since the last reset: enough to come back to the same place."""

    fed: list[I16] = field(default_factory=list)
    listening: bool = False


class WakeDetector(Protocol):
    """What knows one wake word. It is opened outside and handed in: its library takes nothing but paths of files."""

    def reset(self) -> None:
        """Forget everything heard."""

    def hear(self, block: I16) -> float:
        """Probability that the wake word ends in these 10 ms; 0 while too little has been heard to say."""


class WakeWord:
    """Feeds one detector, and remembers with what."""

    def __init__(self, detector: WakeDetector) -> None:
        self._detector = detector
        self._state = WakeState()

    def snapshot(self) -> WakeState:
        """What is needed to come back here."""
        return copied(self._state)

    def restore(self, state: WakeState) -> None:
        """Come back: reset, and listen again to what was heard."""
        self._state = copied(state)
        self._detector.reset()
        for block in self._state.fed:
            self._detector.hear(block)

    def stop(self) -> None:
        """Nobody speaks: forget."""
        self._state.fed.clear()
        self._state.listening = False

    def hear(self, block: F32, *, before: F32) -> float:
        """Probability that the wake word has just been said; `before` is the sound up to this block, for a fresh start."""
        state = self._state
        if not state.listening or len(state.fed) >= LONGEST_SPELL_BLOCKS:
            self._detector.reset()
            state.listening = True
            blocks = before[-PRE_ROLL_BLOCKS * BLOCK_SAMPLES :].reshape(-1, BLOCK_SAMPLES)
            state.fed = [_pcm(piece) for piece in blocks]
            for piece in state.fed:
                self._detector.hear(piece)
        state.fed.append(_pcm(block))
        return self._detector.hear(state.fed[-1])


def _pcm(samples: F32) -> I16:
    """Samples as the model wants them."""
    return np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE).astype(np.int16)
