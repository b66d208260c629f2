"""The classic direction finders of pyroomacoustics, as they are beside ours in every figure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyroomacoustics as pra
from numpy.typing import NDArray

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ

F32 = NDArray[np.float32]
PEERS = ("SRP", "MUSIC", "NormMUSIC")
# The settings of the peers that measured best here: the same band, 32 ms frames, a one-degree grid.
PEER_FFT, PEER_HOP = 512, 256


def peer(name: str, array: ArrayFacts) -> Callable[[F32], NDArray[np.float64]]:
    """A direction finder of pyroomacoustics, as a function from a window to its ring of 360 values."""
    places = np.asarray(array.positions_m).T[:2]
    finder = pra.doa.algorithms[name](
        places, SAMPLE_RATE_HZ, PEER_FFT, c=343.0, num_src=1, azimuth=np.radians(np.arange(360))
    )
    window_function = np.hanning(PEER_FFT)

    def locate(window: F32) -> NDArray[np.float64]:
        short = pra.transform.stft.analysis(window.T.astype(float), PEER_FFT, PEER_HOP, win=window_function)
        finder.locate_sources(short.transpose(2, 1, 0), freq_range=[500.0, 7000.0])
        return np.asarray(finder.grid.values, dtype=float)

    return locate
