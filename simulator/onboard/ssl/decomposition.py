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
COMPARED: Final = 8
# Loudness is compared over 32 ms and some 440 Hz: an echo is loud when its talker is, somebody else is not.
LOUD_FRAMES, LOUD_BINS = 4, 7
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
    repeats_best: F64  # how much of it is the same sound as that of the direction ranked first, earlier or later
    repeats_most: F64  # the same, of the one that it shares most with
    loud_with_best: F64  # correlation of its loudness with that of the direction ranked first

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
    leads, shared = _leads(np.ascontiguousarray(s[:, :, :COMPARED]), evidence.weight, plain.bins)
    mean, worst, best = np.zeros(count), np.zeros(count), np.zeros(count)
    of_best, of_most = np.zeros(count), np.zeros(count)
    compared = len(leads)
    if compared > 1:
        apart = ~np.eye(compared, dtype=np.bool_)
        others = leads[apart].reshape(compared, -1)
        mean[:compared], worst[:compared], best[:compared] = others.mean(axis=1), others.min(axis=1), leads[:, 0]
        of_best[:compared], of_most[:compared] = shared[:, 0], shared[apart].reshape(compared, -1).max(axis=1)
    return Waves(
        energy=np.log(energy / max(float(energy.max()), 1e-20) + 1e-4),
        clear_energy=np.log(clear_energy / max(float(clear_energy.max()), 1e-20) + 1e-4),
        earlier=mean,
        earlier_worst=worst,
        earlier_than_best=best,
        repeats_best=of_best,
        repeats_most=of_most,
        loud_with_best=_loud_together(power.reshape(*evidence.power.shape, count)),
    )


def _loud_together(power: NDArray[np.float32]) -> F64:
    """How the loudness of each wave (frequency, frame, wave) goes up and down with that of the first."""
    bins, times = power.shape[0] // LOUD_BINS, power.shape[1] // LOUD_FRAMES
    if bins == 0 or times < 2:
        return np.zeros(power.shape[2])
    cut = power[: bins * LOUD_BINS, : times * LOUD_FRAMES].reshape(bins, LOUD_BINS, times, LOUD_FRAMES, -1)
    loud = np.log(cut.sum(axis=(1, 3), dtype=np.float64) + 1e-20)
    loud -= loud.mean(axis=1, keepdims=True)
    flat = loud.reshape(bins * times, -1)
    sizes = np.sqrt((flat**2).sum(axis=0)) + 1e-12
    return np.asarray(flat.T @ flat[:, 0] / (sizes * sizes[0]))


def _leads(s: C64, weight: NDArray[np.float32], bins: NDArray[np.int64]) -> tuple[F64, F64]:
    """For all pairs: how much more wave i leads wave j than the other way round, and how much of their sound is the same."""
    count = s.shape[2]
    cross = np.zeros((count, count, s.shape[0]), np.complex128)
    _cross(s, weight, cross)
    fine = FFT_SIZE * OVERSAMPLING
    first, last = (int(t * SAMPLE_RATE_HZ * OVERSAMPLING) for t in (SHORTEST_S, LONGEST_S))
    above, below = np.triu_indices(count, 1)
    spectrum = np.zeros((len(above), fine // 2 + 1), complex)
    spectrum[:, bins] = cross[above, below]
    total = float((weight**2).sum()) + 1e-12
    correlation = np.abs(np.fft.irfft(spectrum, fine)) * fine / total
    later, sooner = correlation[:, first:last].max(axis=1), correlation[:, -last:-first].max(axis=1)
    leads, shared = np.zeros((count, count)), np.zeros((count, count))
    leads[above, below], shared[above, below] = later - sooner, np.maximum(later, sooner)
    return leads - leads.T, shared + shared.T


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
