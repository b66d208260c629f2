"""What the device itself plays is taken out of its microphones: it knows the signal, and learns the way from loudspeaker to ear.

A frequency-domain Kalman filter over a quarter of a second of echo in parts of 10 ms (Enzner and Vary 2006; Kuech et al. 2014). For
part p with spectrum X(p), response H(p) and the uncertainty P(p) of it: the error is E = D - sum X H, its size without the echo
psi, the gain P / (sum |X|^2 P / 2 + psi). Where somebody speaks psi is large and the filter holds still, so nobody has to decide
when it may learn. It is linear: what it leaves is the caller as the microphones heard him, which the beams can go on with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.state import Remembers

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
PARTS: Final = 25
BINS: Final = BLOCK_SAMPLES + 1
# How much of the way is the same in the next block: it forgets within some ten seconds, as people move about.
SAME: Final = np.float32(0.999)
# Smoothing of what is left, and what is left before anything is known: the power of speech in one bin of a block.
SMOOTH: Final = np.float32(0.8)
FIRST_LEFT: Final = 1e-3
# Each block a fifth of the parts has its response cut to its 10 ms; all are cut within half a tenth of a second.
CUT_EVERY: Final = 5
# The echo has died away this long after the loudspeaker fell silent.
RING_OUT_BLOCKS: Final = 40


class Canceller(Remembers):
    """One verb: the microphones without what the loudspeaker plays. It costs nothing while that is silent."""

    def __init__(self, microphones: int) -> None:
        """Nothing known of the way yet."""
        self._response = np.zeros((PARTS, BINS, microphones), np.complex64)
        self._unsure = np.ones((PARTS, BINS, microphones), np.float32)
        self._played = np.zeros((PARTS, BINS), np.complex64)  # the newest first
        self._last = np.zeros(BLOCK_SAMPLES, np.float32)
        self._left = np.full((BINS, microphones), FIRST_LEFT, np.float32)
        self._blocks = 0
        self._silent_blocks = RING_OUT_BLOCKS

    @property
    def busy(self) -> bool:
        """Whether something is played, or still rings in the room."""
        return self._silent_blocks < RING_OUT_BLOCKS

    def block(self, samples: F32, played: F32 | None) -> F32:
        """The samples (microphone, 160) without the echo of what is played in this block and was before."""
        if played is None:
            self._silent_blocks += 1
            if self._silent_blocks > RING_OUT_BLOCKS:
                return samples
            played = np.zeros(BLOCK_SAMPLES, np.float32)
        else:
            self._silent_blocks = 0
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = fft.rfft(np.concatenate([self._last, played]))
        self._last = np.asarray(played, np.float32)
        echo = np.zeros((BINS, samples.shape[0]), np.complex64)
        _echo(self._played, self._response, echo)
        out = np.asarray(samples - fft.irfft(echo, axis=0)[BLOCK_SAMPLES:].T, np.float32)
        padded = np.concatenate([np.zeros_like(out), out], axis=1)
        error = np.ascontiguousarray(fft.rfft(padded, axis=1).T, np.complex64)
        _learn(self._played, error, self._response, self._unsure, self._left)
        some = slice(self._blocks % CUT_EVERY, PARTS, CUT_EVERY)
        response = fft.irfft(self._response[some], axis=1)
        response[:, BLOCK_SAMPLES:] = 0.0
        self._response[some] = fft.rfft(response, axis=1)
        self._blocks += 1
        return out


@compiled
def _echo(played: C64, response: C64, out: C64) -> None:
    """The spectrum of the echo at each microphone: the sum over the parts."""
    for p in range(played.shape[0]):
        for f in range(played.shape[1]):
            x = played[p, f]
            for m in range(response.shape[2]):
                out[f, m] += x * response[p, f, m]


@compiled
def _learn(played: C64, error: C64, response: C64, unsure: F32, left: F32) -> None:
    """One step of the Kalman filter for every bin and microphone."""
    parts, bins = played.shape
    forget = np.float32(1.0) - SAME * SAME
    for f in range(bins):
        for m in range(error.shape[1]):
            e = error[f, m]
            left[f, m] = SMOOTH * left[f, m] + (np.float32(1.0) - SMOOTH) * (e.real * e.real + e.imag * e.imag)
            total = left[f, m] + np.float32(1e-9)
            for p in range(parts):
                x = played[p, f]
                total += np.float32(0.5) * (x.real * x.real + x.imag * x.imag) * unsure[p, f, m]
            for p in range(parts):
                x = played[p, f]
                power = x.real * x.real + x.imag * x.imag
                gain = unsure[p, f, m] / total
                response[p, f, m] += gain * np.conj(x) * e
                h = response[p, f, m]
                kept = (np.float32(1.0) - np.float32(0.5) * gain * power) * unsure[p, f, m]
                unsure[p, f, m] = SAME * SAME * kept + forget * (h.real * h.real + h.imag * h.imag)
