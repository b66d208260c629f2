"""Chance: one seed per run, and for each source of chance a stream of its own by name.

Adding a talker never changes another talker's noise, because a stream depends on the seed and its own name only.
"""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of chance with this name."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))))
