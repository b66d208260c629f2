"""Who leads for a syllable: the sound of a stretch in short pieces and bands, and a map of each of them.

Two people who speak at once do not begin their sounds together: for a tenth of a second, in some band, one of them is alone. The
map of the whole stretch hides the softer one in the flank of the louder; the maps of the pieces do not. A direct way that a wall
outshouts leads for a syllable, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.dictionary import FFT_SIZE, Dictionary

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# Pieces of 12 frames (96 ms), half of each shared with the next.
HALF_FRAMES: Final = 6
BAND_EDGES_HZ: Final = (1000.0, 1600.0, 2400.0, 3500.0)
# A piece votes for a direction with the fourth power of its height: nearly all of its vote goes to its summit.
SHARPENED: Final = 4
LEAST: Final = np.float32(1e-12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Syllables:
    """The pieces of one stretch."""

    rings: F32  # (band, piece, azimuth): the map of beginnings, over the lower ring
    weights: F64  # (band, piece): how much began in it

    @property
    def whole(self) -> F32:
        """The map of each piece over all bands (piece, azimuth)."""
        return np.asarray(self.rings.sum(axis=0))

    @property
    def high(self) -> F32:
        """The map of the upper two bands over all pieces (azimuth,)."""
        return np.asarray(self.rings[-2:].sum(axis=(0, 1)))

    def votes(self, bands: slice = slice(None)) -> F32:
        """How many pieces of some bands are for each direction (azimuth,)."""
        rings = self.rings[bands]
        shares = rings / np.maximum(rings.max(axis=2, keepdims=True), LEAST)
        shares *= shares
        shares *= shares
        return np.asarray(np.einsum("bpa,bp->a", shares, self.weights[bands]), np.float32)

    def leaders(self, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The allowed direction that leads in each piece (piece,)."""
        return np.asarray(np.where(allowed, self.whole, -np.inf).argmax(axis=1))


def syllables(weight: F32, power: F32, products: F32, plain: Dictionary) -> Syllables:
    """Cut a stretch into pieces; `weight` says how much begins in each short spectrum (frequency, frame)."""
    frequencies, frames, pairs = products.shape
    halves = max(frames // HALF_FRAMES, 1)
    size = min(frames, HALF_FRAMES)
    squared = weight[:, : halves * size] ** 2
    packed = np.zeros((frequencies, halves, pairs), np.float32)
    _add_halves(squared / (power[:, : halves * size] * plain.vectors.shape[2]), products, size, packed)
    answered = np.matmul(_joined(packed, axis=1), plain.ring_pairs.reshape(frequencies, pairs, -1))
    hz = plain.bins * (SAMPLE_RATE_HZ / FFT_SIZE)
    starts = np.unique(np.append(0, np.searchsorted(hz, BAND_EDGES_HZ)))
    starts = starts[starts < frequencies]
    begun = squared.reshape(frequencies, halves, size).sum(axis=2)
    return Syllables(
        rings=np.add.reduceat(answered, starts, axis=0),
        weights=np.add.reduceat(_joined(begun, axis=1), starts, axis=0).astype(float),
    )


@compiled
def _add_halves(weight: F32, products: F32, size: int, out: F32) -> None:
    """The weighted sum of the products of every half (frequency, half, pair); most frames weigh nothing."""
    for f in range(weight.shape[0]):
        for t in range(weight.shape[1]):
            w = weight[f, t]
            if w > 0:
                half = t // size
                for k in range(products.shape[2]):
                    out[f, half, k] += w * products[f, t, k]


def _joined(halves: F32, *, axis: int) -> F32:
    """Each half and the next as one piece."""
    count = halves.shape[axis]
    if count < 2:
        return halves
    return np.asarray(halves.take(range(count - 1), axis=axis) + halves.take(range(1, count), axis=axis))
