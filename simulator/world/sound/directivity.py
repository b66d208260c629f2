"""How loud a source is to its sides and back, band by band: (p + (1 - p) cos angle), from a ball (p = 1) to a cardioid (p = 0.5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.world.sound.view import Directivity

F64 = NDArray[np.float64]
# Mouth: chosen so that the back of the head is 1, 4, 9 and 14 dB quieter, as talkers measure (Chu and Warnock 2002, rounded).
SHAPES: dict[Directivity, tuple[float, float, float, float]] = {
    Directivity.OMNI: (1.0, 1.0, 1.0, 1.0),
    Directivity.MOUTH: (0.945, 0.815, 0.68, 0.60),
    Directivity.LOUDSPEAKER: (1.0, 0.80, 0.65, 0.55),
    Directivity.SUBCARDIOID: (0.7, 0.7, 0.7, 0.7),
}


def towards(directivity: Directivity, *, facing: F64, directions: F64) -> F64:
    """Pressure sent into each direction (n, bands), relative to straight ahead; both in the source's own mirrored world."""
    shape = np.asarray(SHAPES[directivity])
    cosine = (facing * directions).sum(axis=1) / np.maximum(np.linalg.norm(directions, axis=1), 1e-9)
    return np.asarray(shape + (1 - shape) * cosine[:, None])


def radiated(directivity: Directivity) -> float:
    """Mean energy over all directions around 1 kHz and above: what feeds the late tail."""
    shape = np.asarray(SHAPES[directivity])[1:]
    return float(np.mean(shape**2 + (1 - shape) ** 2 / 3))
