"""Nine ways to listen at once, so that the wake word is heard beside a television: what lasts is taken out before the detectors.

`R` is the covariance of what has lasted: sound of 1 to about 5 s ago (so that a word never cancels itself), forgotten with 2 s.
From it come the weights of five streams that have a hole where the lasting sound comes from: one without any direction, R⁻¹e / eᴴR⁻¹e
(the front microphone as it was, minus what lasts), and four looks R⁻¹a / aᴴR⁻¹a (Capon 1969). Four more looks know nothing and are
as sharp as the array can be in a diffuse field (superdirective): somebody who has talked for seconds is himself what lasts, and
only they do not cancel him. Nobody needs to know where the talker is. Frames of 30 ms every 10 ms; a stream comes 20 ms late.

Delay and sum, steering by the running map, and a Wiener filter behind the looks were tried and hear no more than one microphone
(docs/sound.md).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from simulator.onboard.ssl import dictionary, geometry
from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.state import Remembers

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]
FRAME: Final = 3 * BLOCK_SAMPLES
LATE_BLOCKS: Final = 2
FFT_SIZE: Final = 512
# Below 90 Hz a small array hears the same everywhere, and above 7.6 kHz the detectors hear nothing.
FIRST_BIN, LAST_BIN = 3, 243
LOOKS: Final = 4
STREAMS: Final = 1 + 2 * LOOKS
LOOK_UP_DEG: Final = 15.0
# Memory and lag: 1, 2 and 4 s of memory do equally well; a lag below the length of a word would let it cancel itself.
MEMORY_S: Final = 2.0
COUNTED_BLOCKS: Final = 10
LAG: Final = 10  # covariances of 0.1 s
KEEP: Final = math.exp(-COUNTED_BLOCKS * 0.01 / MEMORY_S)
# From half a second on a covariance is worth a hole; after the array turned on by this much the old hole is in the wrong place.
LEAST: Final = 5.0
TURNED_DEG, KEEP_TURNED = 8.0, 0.3
# Ten times as much loading costs half of what is gained at -5 dB; a diffuse part keeps the looks from blowing up.
LOADING, DIFFUSE_LOADING, FIXED_LOADING = 0.001, 0.01, 0.003
PART: Final = -(-(LAST_BIN - FIRST_BIN) // COUNTED_BLOCKS)
_WINDOW: Final = np.sqrt(np.hanning(FRAME + 1)[:-1]).astype(np.float32)
_BACK: Final = (_WINDOW * np.float32(2 / 3)).astype(np.float32)
SLICES: Final = np.lib.stride_tricks.sliding_window_view


class Beams(Remembers):
    """From the microphones to the nine streams."""

    FIXED = ("_diffuse", "_towards", "_fixed")

    def __init__(self, array: ArrayFacts, *, measured: F64 | None = None) -> None:
        """Work out the looks that depend on nothing but the array."""
        microphones, bins = len(array.positions_m), LAST_BIN - FIRST_BIN
        frequencies: F64 = np.arange(FIRST_BIN, LAST_BIN, dtype=np.float64) * (SAMPLE_RATE_HZ / FFT_SIZE)
        places = np.asarray(array.positions_m, dtype=float)
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        self._diffuse = np.sinc(2 * frequencies[:, None, None] * apart / dictionary.SPEED_OF_SOUND_MPS).astype(
            np.complex64
        )
        looks = dictionary.response(
            array, frequencies, azimuths_deg=look_azimuths_deg(array), elevation_deg=LOOK_UP_DEG, measured=measured
        )
        self._towards = looks.transpose(0, 2, 1).astype(np.complex64)  # (frequency, microphone, look)
        loaded = self._diffuse + FIXED_LOADING * np.eye(microphones)
        self._fixed = distortionless(np.linalg.inv(loaded).astype(np.complex64), self._towards)
        self._weights = np.zeros((STREAMS, bins, microphones), np.complex64)
        self._weights[0, :, 0] = 1.0
        self._weights[1 : 1 + LOOKS] = self._weights[1 + LOOKS :] = self._fixed
        self._ringing = np.zeros((STREAMS, LATE_BLOCKS * BLOCK_SAMPLES), np.float32)
        self._waiting = np.zeros((LAG, bins, microphones, microphones), np.complex64)
        self._waited = 0  # covariances that were put in line
        self._lasting = np.zeros((bins, microphones, microphones), np.complex64)
        self._weight = 0.0
        self._yaw_deg = 0.0
        self._due = 0  # parts of the weights that are to be worked out again

    def clear(self) -> None:
        """What comes next does not join on to what was."""
        self._ringing[:] = 0.0

    def learn(self, sound: F32, *, yaw_deg: float) -> None:
        """Put the last 0.1 s in line, and fold what has waited its second into what lasts."""
        cut = SLICES(sound[:, -FRAME - (COUNTED_BLOCKS - 1) * BLOCK_SAMPLES :], FRAME, axis=1)[:, ::BLOCK_SAMPLES]
        x = fft.rfft(cut * _WINDOW, FFT_SIZE, axis=2)[:, :, FIRST_BIN:LAST_BIN].transpose(2, 0, 1)
        slot = self._waited % LAG
        if self._waited >= LAG:
            turned = abs(wrap_deg(yaw_deg - self._yaw_deg)) > TURNED_DEG
            keep = KEEP * (KEEP_TURNED if turned else 1.0)
            self._yaw_deg = yaw_deg if turned else self._yaw_deg
            self._lasting = self._lasting * np.float32(keep) + self._waiting[slot]
            self._weight = self._weight * keep + 1.0
            self._due = COUNTED_BLOCKS
        self._waiting[slot] = np.matmul(x, x.conj().transpose(0, 2, 1)) / np.float32(COUNTED_BLOCKS)
        self._waited += 1

    def hear(self, sound: F32) -> F32:
        """The streams (stream, 160) of the block that was heard two blocks ago; `sound` ends with the newest."""
        if self._due:
            self._solve(COUNTED_BLOCKS - self._due)
            self._due -= 1
        x = fft.rfft(sound[:, -FRAME:] * _WINDOW, FFT_SIZE, axis=1)
        spectra = np.zeros((STREAMS, FFT_SIZE // 2 + 1), np.complex64)
        _listen(
            self._weights, np.ascontiguousarray(x[:, FIRST_BIN:LAST_BIN], np.complex64), spectra[:, FIRST_BIN:LAST_BIN]
        )
        back = np.asarray(fft.irfft(spectra, FFT_SIZE, axis=1))[:, :FRAME] * _BACK
        out = self._ringing[:, :BLOCK_SAMPLES] + back[:, :BLOCK_SAMPLES]
        self._ringing[:, :BLOCK_SAMPLES] = self._ringing[:, BLOCK_SAMPLES:] + back[:, BLOCK_SAMPLES : 2 * BLOCK_SAMPLES]
        self._ringing[:, BLOCK_SAMPLES:] = back[:, 2 * BLOCK_SAMPLES :]
        return np.asarray(out, np.float32)

    def catch_up(self) -> None:
        """Work out at once what was put off while nobody listened."""
        while self._due:
            self._solve(COUNTED_BLOCKS - self._due)
            self._due -= 1

    def _solve(self, part: int) -> None:
        """The weights of a tenth of the frequencies, from what lasts now."""
        if self._weight < LEAST:
            return
        some = slice(part * PART, (part + 1) * PART)
        covariance = self._lasting[some]
        mean = np.trace(covariance, axis1=1, axis2=2).real[:, None, None] / covariance.shape[1] + np.float32(1e-20)
        even = np.eye(covariance.shape[1], dtype=np.complex64)
        loaded = covariance + mean * (np.float32(LOADING) * even + np.float32(DIFFUSE_LOADING) * self._diffuse[some])
        inverse = np.linalg.inv(loaded / mean).astype(np.complex64)
        self._weights[0, some] = inverse[:, :, 0] / inverse[:, 0, 0].real[:, None]
        self._weights[1 : 1 + LOOKS, some] = distortionless(inverse, self._towards[some])


def look_azimuths_deg(array: ArrayFacts) -> F64:
    """Four looks around the array; for a line, four across the half it can tell apart."""
    line_deg = geometry.line_deg(array)
    if line_deg is None:
        return np.arange(LOOKS) * 360.0 / LOOKS
    across = np.degrees(np.arccos(1 - (2 * np.arange(LOOKS) + 1) / LOOKS))
    return np.asarray(line_deg + across)


def distortionless(inverse: C64, towards: C64) -> C64:
    """R⁻¹a / aᴴR⁻¹a (look, frequency, microphone): what comes from the look passes unchanged, all else as little as can be."""
    weights = inverse @ towards
    passed = np.sum(towards.conj() * weights, axis=1, keepdims=True)
    return np.ascontiguousarray((weights / passed).transpose(2, 0, 1), np.complex64)


@compiled
def _listen(weights: C64, x: C64, out: C64) -> None:
    """Every stream is the weighted sum wᴴx of the microphones, frequency by frequency."""
    for k in range(weights.shape[0]):
        for f in range(weights.shape[1]):
            total = np.complex64(0.0)
            for m in range(weights.shape[2]):
                total += np.conj(weights[k, f, m]) * x[m, f]
            out[k, f] = total
