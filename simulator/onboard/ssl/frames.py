"""Short spectra and what they are worth: how far above the noise each one is, and whether a sound just begins in it.

Walls cannot speak first: where the energy of a band rises, the direct way is alone for a moment. `onset` is 1 - (what is still
ringing) / (what is there), with ringing that fades by a factor per frame; `clear` is 1 - 2 N / P, with noise power N.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.dictionary import FFT_SIZE

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
HOP: Final = 128
# Ringing fades by 1 dB in 8 ms: slower than speech falls, faster than a living room's 60 dB in half a second would ask.
RINGING_FADE: Final = np.float32(0.8)
# Noise is overestimated by this factor before a frame counts as clear of it.
NOISE_MARGIN: Final = np.float32(2.0)
# Noise covariance gets this share of its mean added to the diagonal, so that it can be inverted.
LOADING: Final = 0.1
_WINDOW: Final = np.hanning(FFT_SIZE + 1)[:-1].astype(np.float32)


def spectra(samples: F32, bins: NDArray[np.int64]) -> C64:
    """Short spectra (frequency, frame, microphone) of a stretch of sound (microphone, sample)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT_SIZE, axis=1)[:, ::HOP]
    full = fft.rfft(frames * _WINDOW, axis=2)
    return np.ascontiguousarray(full[:, :, bins[0] : bins[-1] + 1].transpose(2, 1, 0))


@compiled
def products(x: C64, out: F32) -> None:
    """The packed covariance of every single frame (frequency, frame, pair): own powers, real parts, imaginary parts."""
    microphones = x.shape[2]
    pairs = microphones * (microphones - 1) // 2
    for f in range(x.shape[0]):
        for t in range(x.shape[1]):
            at = microphones
            for m in range(microphones):
                a = x[f, t, m]
                out[f, t, m] = a.real * a.real + a.imag * a.imag
                for n in range(m + 1, microphones):
                    b = x[f, t, n]
                    out[f, t, at] = a.real * b.real + a.imag * b.imag
                    out[f, t, at + pairs] = a.imag * b.real - a.real * b.imag
                    at += 1


@compiled
def judge(power: F32, noise_power: F32, clear: F32, onset: F32) -> None:
    """Fill clearness and onset (frequency, frame) from the power of the frames and of the noise."""
    for f in range(power.shape[0]):
        ringing = np.float32(0.0)
        for t in range(power.shape[1]):
            total = power[f, t] + np.float32(1e-20)
            clear[f, t] = max(np.float32(0.0), np.float32(1.0) - NOISE_MARGIN * noise_power[f] / total)
            onset[f, t] = max(np.float32(0.0), np.float32(1.0) - ringing / total)
            ringing = max(ringing * RINGING_FADE, total)


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
    packed = np.empty((*x.shape[:2], x.shape[2] ** 2), np.float32)
    products(x, packed)
    return unpack(packed.mean(axis=1), x.shape[2])


def inverse_covariance(noise: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The inverse (frequency, microphone, microphone), after a little even noise was added so that there is one."""
    microphones = noise.shape[1]
    mean = np.trace(noise, axis1=1, axis2=2).real / microphones
    loaded = noise + (LOADING * mean + 1e-20)[:, None, None] * np.eye(microphones)
    return np.asarray(np.linalg.inv(loaded)).astype(np.complex64)
