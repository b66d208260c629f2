"""All maps that one stretch of sound gives: how much every direction explains of it, asked in several ways.

onset     clear of the noise and just beginning: mostly the direct way
whitened  the same after the noise's own pattern has been taken out: blind to noise sources
steady    clear of the noise, beginning or not: direct way and walls together
after     4 to 16 ms after beginnings: mostly the near walls
first     only the strongest beginnings of each band
srp       every frame alike: the classic steered response power with phase transform
noise     the frames before the speech
walled    `onset` and `whitened` asked of a dictionary that knows the near walls
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl import frames
from simulator.onboard.ssl.dictionary import Dictionary

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
# A whitened frame of pure noise has one unit of power per microphone; this much more counts as something else.
WHITE_MARGIN = np.float32(1.5)
FIRST_SHARE = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What the ears know of the noise: its power and its pattern across the microphones."""

    covariance: C64  # (frequency, microphone, microphone)

    @property
    def power(self) -> F32:
        """Mean power per microphone (frequency,)."""
        return np.asarray(np.trace(self.covariance, axis1=1, axis2=2).real / self.covariance.shape[1], np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Maps (elevation, azimuth) in the array's own frame, none of them scaled."""

    onset: F32
    whitened: F32
    steady: F32
    after: F32
    first: F32
    srp: F32
    noise: F32
    walled: F32 | None  # None while no walls are known
    clear_share: float  # how much of the stretch is clear of noise
    spectra: C64  # (frequency, frame, microphone)
    power: F32  # (frequency, frame)
    clear: F32  # (frequency, frame)
    weight: F32  # (frequency, frame): clear and beginning


def gather(samples: F32, *, noise: Noise, plain: Dictionary, walled: Dictionary | None) -> Evidence:
    """Make all maps of one stretch (microphone, sample)."""
    x = frames.spectra(samples, plain.bins)
    microphones = x.shape[2]
    shape = x.shape[:2]
    power, clear, onset = (np.empty(shape, np.float32) for _ in range(3))
    frames.judge(x, noise.power, power, clear, onset)
    weights = _weights(clear, onset)
    level = (1 / np.sqrt(power * microphones))[:, :, None]
    packed = np.zeros((len(weights), len(plain.bins), microphones * microphones), np.float32)
    frames.covariances(x * level, weights, packed)
    maps = _ask(packed, plain)
    pattern = frames.pack(noise.covariance / (noise.power[:, None, None] * microphones + 1e-20))
    noise_map = _ask(pattern[None], plain)[0]
    whitened_packed, inverse = _whitened(x, noise)
    whitened = _ask_ratio(whitened_packed, inverse, plain)
    walls: F32 | None = None
    if walled is not None:
        walled_onset = _ask(packed[:1], walled)[0]
        walled_white = _ask_ratio(whitened_packed, inverse, walled)
        walls = walled_onset / walled_onset.max() + walled_white / walled_white.max()
    return Evidence(
        onset=maps[0], steady=maps[1], after=maps[2], first=maps[3], srp=maps[4], whitened=whitened, noise=noise_map,
        walled=walls, clear_share=float(clear.mean()), spectra=x, power=power, clear=clear, weight=clear * onset,
    )


def running(x: C64, *, noise: Noise, plain: Dictionary) -> tuple[F32, F32]:
    """The two cheap maps of the running ear (azimuth): where sounds begin, and which beam would hear speech best."""
    shape = x.shape[:2]
    power, clear, onset = (np.empty(shape, np.float32) for _ in range(3))
    frames.judge(x, noise.power, power, clear, onset)
    weights = np.stack([(clear * onset) ** 2, clear * np.minimum(power / (noise.power[:, None] + 1e-20), 1e3)])
    packed = np.zeros((2, len(plain.bins), x.shape[2] ** 2), np.float32)
    frames.covariances(x * (1 / np.sqrt(power * x.shape[2]))[:, :, None], weights, packed)
    both = packed.reshape(2, -1) @ plain.ring_pairs
    return both[0], both[1]


def _weights(clear: F32, onset: F32) -> F32:
    """The weightings (map, frequency, frame) in the order onset, steady, after, first, srp."""
    both = clear * onset
    after = np.zeros_like(both)
    for frame in (2, 3, 4):
        after[:, frame:] = np.maximum(after[:, frame:], both[:, :-frame])
    strongest = np.quantile(both, 1 - FIRST_SHARE, axis=1, keepdims=True)
    first = np.where(both >= np.maximum(strongest, 1e-6), both, 0)
    return np.stack([both**2, clear, after * clear * (1 - onset), first, np.ones_like(clear)])


def _whitened(x: C64, noise: Noise) -> tuple[F32, F32]:
    """The covariance of whitened beginnings, carried back to the microphones, and the inverse of the noise's."""
    white = frames.whitener(noise.covariance)
    xw = np.ascontiguousarray(np.matmul(x, white.transpose(0, 2, 1)))
    microphones = x.shape[2]
    shape = x.shape[:2]
    power, clear, onset = (np.empty(shape, np.float32) for _ in range(3))
    one = np.full(shape[0], WHITE_MARGIN / frames.NOISE_MARGIN, np.float32)
    frames.judge(xw, one, power, clear, onset)
    packed = np.zeros((1, shape[0], microphones * microphones), np.float32)
    level = (1 / np.sqrt(power * microphones))[:, :, None]
    frames.covariances(xw * level, np.ascontiguousarray((clear * onset)[None]), packed)
    inner = frames.unpack(packed[0], microphones)
    adjoint = white.conj().transpose(0, 2, 1)
    return frames.pack(adjoint @ inner @ white), frames.pack(adjoint @ white)


def _ask(packed: F32, dictionary: Dictionary) -> F32:
    """Maps (map, elevation, azimuth) of packed covariances (map, frequency, pair)."""
    flat = packed.reshape(len(packed), -1) @ dictionary.pairs.reshape(-1, dictionary.pairs.shape[2])
    return np.asarray(flat.reshape(len(packed), -1, dictionary.directions))


def _ask_ratio(packed: F32, inverse: F32, dictionary: Dictionary) -> F32:
    """The map (elevation, azimuth) after whitening: each frequency asked with whitened vectors of unit length."""
    both = np.stack([packed, inverse], axis=1) @ dictionary.pairs
    total = (both[:, 0] / np.maximum(both[:, 1], 1e-20)).sum(axis=0)
    return np.asarray(total.reshape(-1, dictionary.directions))
