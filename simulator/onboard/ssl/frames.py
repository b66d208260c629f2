"""Short spectra and what they are worth: how far above the noise each one is, and whether a sound just begins in it.

Walls cannot speak first: where the energy of a band rises, the direct way is alone for a moment. `onset` is 1 - (what is still
ringing) / (what is there), with ringing that fades by a factor per frame; `clear` is 1 - 2 N / P, with noise power N.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.ssl.dictionary import FFT_SIZE

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
HOP = 64
# Ringing fades by 1 dB in 4 ms: slower than speech falls, faster than a living room's 60 dB in half a second would ask.
RINGING_FADE = np.float32(0.8**0.5)
# Noise is overestimated by this factor before a frame counts as clear of it.
NOISE_MARGIN = np.float32(2.0)
# Noise covariance gets this share of its mean added to the diagonal, so that it can be inverted.
LOADING = 0.1
_WINDOW = np.hanning(FFT_SIZE + 1)[:-1].astype(np.float32)


def spectra(samples: F32, bins: NDArray[np.int64]) -> C64:
    """Short spectra (frequency, frame, microphone) of a stretch of sound (microphone, sample)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT_SIZE, axis=1)[:, ::HOP]
    full = fft.rfft(frames * _WINDOW, axis=2)
    return np.ascontiguousarray(full[:, :, bins[0] : bins[-1] + 1].transpose(2, 1, 0))


@njit(cache=True, fastmath=True)
def judge(x: C64, noise_power: F32, power: F32, clear: F32, onset: F32) -> None:
    """Fill power, clearness and onset (frequency, frame)."""
    for f in range(x.shape[0]):
        ringing = np.float32(0.0)
        for t in range(x.shape[1]):
            total = np.float32(0.0)
            for m in range(x.shape[2]):
                total += x[f, t, m].real ** 2 + x[f, t, m].imag ** 2
            total = total / np.float32(x.shape[2]) + np.float32(1e-20)
            power[f, t] = total
            clear[f, t] = max(np.float32(0.0), np.float32(1.0) - NOISE_MARGIN * noise_power[f] / total)
            onset[f, t] = max(np.float32(0.0), np.float32(1.0) - ringing / total)
            ringing = max(ringing * RINGING_FADE, total)


@njit(cache=True, fastmath=True)
def covariances(x: C64, weights: F32, out: F32) -> None:
    """Packed covariances (map, frequency, pair) of frames weighted in several ways (map, frequency, frame)."""
    microphones = x.shape[2]
    for f in range(x.shape[0]):
        for t in range(x.shape[1]):
            used = False
            for k in range(weights.shape[0]):
                used = used or weights[k, f, t] > 0
            if not used:
                continue
            at = microphones
            late = microphones + microphones * (microphones - 1) // 2
            for m in range(microphones):
                a = x[f, t, m]
                own = a.real * a.real + a.imag * a.imag
                for k in range(weights.shape[0]):
                    out[k, f, m] += weights[k, f, t] * own
                for n in range(m + 1, microphones):
                    b = x[f, t, n]
                    real = a.real * b.real + a.imag * b.imag
                    imag = a.imag * b.real - a.real * b.imag
                    for k in range(weights.shape[0]):
                        out[k, f, at] += weights[k, f, t] * real
                        out[k, f, late] += weights[k, f, t] * imag
                    at += 1
                    late += 1


def unpack(packed: F32, microphones: int) -> NDArray[np.complex64]:
    """Packed covariances (…, pairs) as Hermitian matrices (…, microphone, microphone)."""
    first, second = np.triu_indices(microphones, 1)
    count = len(first)
    across = packed[..., microphones : microphones + count] + 1j * packed[..., microphones + count :]
    out = np.zeros((*packed.shape[:-1], microphones, microphones), np.complex64)
    out[..., first, second] = across
    out[..., second, first] = across.conj()
    diagonal = np.arange(microphones)
    out[..., diagonal, diagonal] = packed[..., :microphones]
    return out


def pack(matrices: NDArray[np.complex64]) -> F32:
    """The other way round."""
    microphones = matrices.shape[-1]
    first, second = np.triu_indices(microphones, 1)
    across = matrices[..., first, second]
    diagonal = np.arange(microphones)
    own = matrices[..., diagonal, diagonal].real
    return np.ascontiguousarray(np.concatenate([own, across.real, across.imag], axis=-1).astype(np.float32))


def noise_covariance(x: C64) -> NDArray[np.complex64]:
    """The covariance (frequency, microphone, microphone) of frames that hold only noise."""
    turned = x.transpose(0, 2, 1)
    return np.asarray(np.matmul(turned, turned.conj().transpose(0, 2, 1)) / x.shape[1]).astype(np.complex64)


def whitener(noise: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The matrix (frequency, microphone, microphone) that makes the noise alike and unrelated at all microphones."""
    microphones = noise.shape[1]
    mean = np.trace(noise, axis1=1, axis2=2).real / microphones
    loaded = noise + (LOADING * mean + 1e-20)[:, None, None] * np.eye(microphones)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(loaded.astype(np.complex128)))).astype(np.complex64)
