"""The two loops that matter most, said again in plain numpy: the yardstick for the compiled ones, and a way to run without a compiler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.world.sound.kernels import FRACTIONS, KERNEL_TAPS, SAMPLES_PER_M

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def box_images(source: F64, size: F64, order: int, cells: NDArray[np.int64], positions: F64) -> int:
    """Mirror a source in the six walls of a box."""
    reach = np.arange(-order, order + 1)
    grid = np.stack(np.meshgrid(reach, reach, reach, indexing="ij"), axis=-1).reshape(-1, 3)
    kept = grid[np.abs(grid).sum(axis=1) <= order]
    inside = np.where(kept % 2 == 0, source, size - source)
    cells[: len(kept)] = kept
    positions[: len(kept)] = kept * size + inside
    return len(kept)


def ring_response(offsets: F64, gains: F32, microphones: F64, table: F32, response: F32) -> None:
    """Add all paths into the impulse responses of free-standing microphones."""
    bands = gains.shape[1]
    for m, microphone in enumerate(microphones):
        distance = np.linalg.norm(offsets - microphone, axis=1)
        delay = distance * SAMPLES_PER_M
        whole = delay.astype(np.int64)
        inside = whole + KERNEL_TAPS < response.shape[1]
        fraction = ((delay - whole) * FRACTIONS).astype(np.int64)[inside]
        at = whole[inside, None] + np.arange(KERNEL_TAPS)
        near = 1.0 / np.maximum(distance, 0.03)
        for band in range(bands):
            weight = (gains[:, band] * near)[inside].astype(np.float32)
            np.add.at(response[m], at, weight[:, None] * table[band, fraction])
