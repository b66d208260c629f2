"""Acoustic wave decomposition: the sound as a few plane waves, each with its energy and its place in time.

For the candidate directions A(f) the wave amplitudes are s = (A^H A + lambda I)^-1 A^H x, frame by frame. A wall repeats what the
talker said, so of two waves that carry the same sound the earlier one is nearer to the truth. `earlier` is measured on the
amplitudes themselves: the phase-transformed cross-correlation of each pair, its height where i leads minus where j leads.
Energy and delay together are the likelihood after Mansour (arXiv 2406.17103): the largest product wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.dictionary import FFT_SIZE
from simulator.onboard.ssl.evidence import Evidence

F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]
RIDGE: Final = 0.3
# A wall at 0.2 m sends its echo up to 1.2 ms later, one across the room within 12 ms; a short frame holds delays of 8 ms.
SHORTEST_S, LONGEST_S = 0.4e-3, 7.0e-3
COMPARED: Final = 5
# Finer than a sample: the correlation is read off twice oversampled.
OVERSAMPLING: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """What is known of each wave, in the order of the directions."""

    energy: F64  # logarithm, relative to the strongest
    clear_energy: F64  # the same, of the part that begins
    earlier: F64  # mean over the others: positive leads
    earlier_worst: F64  # against the one that leads it most
    earlier_than_best: F64  # against the direction ranked first

    def likelihood(self, *, delay_weight: float) -> F64:
        """Logarithm of energy times delay likelihood; coming late counts against a wave, coming early proves nothing."""
        return np.asarray(self.clear_energy + delay_weight * np.minimum(self.earlier_worst, 0.0))


def decompose(evidence: Evidence, found: list[int]) -> Waves:
    """Split the spectra into waves from the directions found (indices of the lower ring)."""
    count, plain = len(found), evidence.plain
    a = plain.vectors[:, found].transpose(0, 2, 1)
    gram = a.conj().transpose(0, 2, 1) @ a + RIDGE * np.eye(count, dtype=np.complex64)
    inverse = np.linalg.solve(gram, a.conj().transpose(0, 2, 1)).astype(np.complex64)
    s = evidence.spectra @ inverse.transpose(0, 2, 1)  # (frequency, frame, wave)
    power = (s.real**2 + s.imag**2).reshape(-1, count)
    energy = (evidence.clear / evidence.power).ravel() @ power
    clear_energy = (evidence.weight / evidence.power).ravel() @ power
    leads = _leads(np.ascontiguousarray(s[:, :, :COMPARED]), evidence.weight, plain.bins)
    mean, worst, best = np.zeros(count), np.zeros(count), np.zeros(count)
    compared = len(leads)
    for k in range(compared):
        others = np.delete(leads[k], k)
        if len(others):
            mean[k], worst[k], best[k] = others.mean(), others.min(), leads[k, 0]
    return Waves(
        energy=np.log(energy / max(float(energy.max()), 1e-20) + 1e-4),
        clear_energy=np.log(clear_energy / max(float(clear_energy.max()), 1e-20) + 1e-4),
        earlier=mean,
        earlier_worst=worst,
        earlier_than_best=best,
    )


def _leads(s: C64, weight: NDArray[np.float32], bins: NDArray[np.int64]) -> F64:
    """How much more wave i leads wave j than the other way round, for all pairs."""
    count = s.shape[2]
    cross = np.zeros((count, count, s.shape[0]), np.complex128)
    _cross(s, weight, cross)
    fine = FFT_SIZE * OVERSAMPLING
    first, last = (int(t * SAMPLE_RATE_HZ * OVERSAMPLING) for t in (SHORTEST_S, LONGEST_S))
    spectrum = np.zeros((count, count, fine // 2 + 1), complex)
    spectrum[:, :, bins] = cross
    total = float((weight**2).sum()) + 1e-12
    correlation = np.abs(np.fft.irfft(spectrum, fine)) * fine / total
    out = correlation[:, :, first:last].max(axis=2) - correlation[:, :, -last:-first].max(axis=2)
    upper = np.triu(out, 1)
    return np.asarray(upper - upper.T)


@compiled
def _cross(s: C64, weight: NDArray[np.float32], out: NDArray[np.complex128]) -> None:
    """Sum the phase-transformed cross spectra (wave, later wave, frequency) of weighted frames."""
    count = s.shape[2]
    phase = np.empty(count, np.complex64)
    for f in range(s.shape[0]):
        for t in range(s.shape[1]):
            w = weight[f, t]
            if w <= 0:
                continue
            for i in range(count):
                size = np.sqrt(s[f, t, i].real ** 2 + s[f, t, i].imag ** 2) + np.float32(1e-12)
                phase[i] = s[f, t, i] * (w / size)
            for i in range(count):
                for j in range(i + 1, count):
                    out[i, j, f] += phase[j] * np.conj(phase[i])
