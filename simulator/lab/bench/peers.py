"""The classic direction finders of pyroomacoustics, asked the same question as ours: the same stretch of the same spectra."""

from __future__ import annotations

import numpy as np
import pyroomacoustics as pra

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl.dictionary import FFT_SIZE
from simulator.onboard.ssl.finders import Found, by_summits
from simulator.onboard.ssl.question import Question


class Peer:
    """One of them; it knows the places of the microphones and a free field."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._finder: pra.doa.DOA | None = None
        self._places = np.asarray(DeviceFacts().microphones.positions_m).T[:2]

    def find(self, question: Question) -> Found:
        """Its map over the directions of the dictionary; believed as any uncalibrated finder is."""
        evidence, plain = question.evidence, question.evidence.plain
        if self._finder is None:
            azimuths = np.radians(plain.azimuths_deg)
            self._finder = pra.doa.algorithms[self._name](
                self._places, SAMPLE_RATE_HZ, FFT_SIZE, c=343.0, num_src=1, azimuth=azimuths
            )
        spectra = np.zeros((evidence.spectra.shape[2], FFT_SIZE // 2 + 1, evidence.spectra.shape[1]), complex)
        spectra[:, plain.bins] = evidence.spectra.transpose(2, 0, 1)
        self._finder.locate_sources(spectra, freq_bins=plain.bins)
        ring = np.nan_to_num(np.asarray(self._finder.grid.values, dtype=np.float32))
        return by_summits(question, np.tile(ring, (len(plain.elevations_deg), 1)))
