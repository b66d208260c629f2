"""The wake word: a small detector listens to each beam, and only while somebody may be speaking.

The detector keeps its state inside native code that cannot be copied. So every listening spell starts from a reset with a
known pre-roll, and what it was fed since is kept: a checkpoint stores that sound, and going on means listening to it again.
Long spells start over now and then, with a fresh pre-roll, so that there is never much to repeat; the detectors take turns with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.state import Remembers, Snapshot

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I16 = NDArray[np.int16]
FULL_SCALE: Final = 32767
# The detector's own noise estimate settles within this, and a wake word is never longer.
PRE_ROLL_BLOCKS: Final = 90
LONGEST_SPELL_BLOCKS: Final = 300
TURN_BLOCKS: Final = 13


class WakeDetector(Protocol):
    """What knows one wake word. It is opened outside and handed in: its library takes nothing but paths of files."""

    def reset(self) -> None:
        """Forget everything heard."""

    def hear(self, block: I16) -> float:
        """Probability that the wake word ends in these 10 ms; 0 while too little has been heard to say."""


class WakeWord(Remembers):
    """Feeds one detector for each beam, and remembers with what."""

    FIXED = ("_detectors",)

    def __init__(self, open_detector: Callable[[], WakeDetector], *, streams: int) -> None:
        self._detectors = tuple(open_detector() for _ in range(streams))
        self._fed: list[list[I16]] = [[] for _ in range(streams)]
        self._before: deque[I16] = deque(maxlen=PRE_ROLL_BLOCKS)  # (stream, 160) each: the pre-roll of a fresh start
        self._listening = False

    def restore(self, state: Snapshot) -> None:
        """Come back: reset, and listen again to what was heard."""
        super().restore(state)
        for detector, fed in zip(self._detectors, self._fed, strict=True):
            detector.reset()
            for block in fed:
                detector.hear(block)

    def stop(self) -> None:
        """Nobody speaks: forget."""
        self._listening = False
        for fed in self._fed:
            fed.clear()

    def lose(self) -> None:
        """What comes next does not join on to what was."""
        self.stop()
        self._before.clear()

    def hear(self, streams: F32, *, listening: bool) -> F64:
        """The probability of each stream (stream, 160) that the wake word has just been said; 0 while nobody listens."""
        heard = _pcm(streams)
        out = np.zeros(len(heard))
        if listening:
            for k, detector in enumerate(self._detectors):
                # The first spells differ in length, so that afterwards one detector at a time starts over.
                if not self._listening or len(self._fed[k]) >= LONGEST_SPELL_BLOCKS + k * TURN_BLOCKS:
                    detector.reset()
                    self._fed[k] = [block[k] for block in self._before]
                    for block in self._fed[k]:
                        detector.hear(block)
                self._fed[k].append(heard[k])
                out[k] = detector.hear(heard[k])
            self._listening = True
        elif self._listening:
            self.stop()
        self._before.append(heard)
        return out


def _pcm(samples: F32) -> I16:
    """Samples as the model wants them; the rows can be kept one by one."""
    return np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE).astype(np.int16)
