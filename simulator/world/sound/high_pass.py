"""Air at rest does not push: what a source sends below 50 Hz is taken away before it enters the room.

Every image source has a positive gain, so at 0 Hz all echoes would add up in phase: a room of images lifts what is below 10 Hz
by 25 dB. Real walls and real capsules do not; pyroomacoustics filters its responses for the same reason. A Butterworth filter of
second order (cookbook form), written as one matrix for a whole block, so that it needs no compiler and no sample-by-sample loop.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
CORNER_HZ = 50.0
# Nothing that sounds in a room is quieter than this; without a floor a filter rings on in ever smaller numbers.
SMALLEST = 1e-12


class HighPass:
    """The filter of all sources; what it remembers of each is two numbers, kept by the caller."""

    def __init__(self) -> None:
        """Write the recursion out for one block."""
        (b0, b1, b2), (a1, a2) = _coefficients(CORNER_HZ / SAMPLE_RATE_HZ)
        step = np.array([[-a1, 1.0], [-a2, 0.0]])
        push = np.array([b1 - a1 * b0, b2 - a2 * b0])
        powers = [np.eye(2)]
        for _ in range(BLOCK_SAMPLES):
            powers.append(step @ powers[-1])
        response = np.array([b0, *(float((powers[k] @ push)[0]) for k in range(BLOCK_SAMPLES - 1))])
        delay = np.subtract.outer(np.arange(BLOCK_SAMPLES), np.arange(BLOCK_SAMPLES))
        through = np.where(delay >= 0, response[np.abs(delay)], 0.0)
        kept = np.stack([powers[BLOCK_SAMPLES - 1 - k] @ push for k in range(BLOCK_SAMPLES)], axis=1)
        self._from_block: F64 = np.concatenate([through, kept])
        self._from_memory: F64 = np.concatenate(
            [np.stack([powers[k][0] for k in range(BLOCK_SAMPLES)]), powers[BLOCK_SAMPLES]]
        )

    def __deepcopy__(self, memo: dict[int, object]) -> HighPass:
        """The matrices never change, so copies share them."""
        return self

    def block(self, samples: F32, memory: F64 | None) -> tuple[F32, F64]:
        """One block of a source without its rumble, and what to remember for the next; None: it has just begun."""
        out = self._from_block @ samples
        if memory is not None:
            out += self._from_memory @ memory
        kept = out[BLOCK_SAMPLES:]
        return out[:BLOCK_SAMPLES].astype(np.float32), np.where(np.abs(kept) < SMALLEST, 0.0, kept)


def without_rumble(clip: F32) -> F32:
    """A whole clip as `HighPass` would pass it on, at once."""
    high_pass, memory = HighPass(), None
    padded = np.pad(clip, (0, -len(clip) % BLOCK_SAMPLES))
    out = np.empty_like(padded)
    for start in range(0, len(padded), BLOCK_SAMPLES):
        out[start : start + BLOCK_SAMPLES], memory = high_pass.block(padded[start : start + BLOCK_SAMPLES], memory)
    return out[: len(clip)]


def _coefficients(corner: float) -> tuple[tuple[float, float, float], tuple[float, float]]:
    """Numerator and denominator of the filter; `corner` in cycles a sample."""
    turn = 2 * math.pi * corner
    alpha = math.sin(turn) / math.sqrt(2)
    whole = 1 + alpha
    middle = (1 + math.cos(turn)) / whole
    return (middle / 2, -middle, middle / 2), (-2 * math.cos(turn) / whole, (1 - alpha) / whole)
