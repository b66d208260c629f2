"""All maps that one stretch of sound gives: how much every direction explains of it, asked in several ways.

onset     clear of the noise and just beginning: mostly the direct way
whitened  the same after the noise's own pattern has been taken out: blind to noise sources
steady    clear of the noise, beginning or not: direct way and walls together
after     8 to 16 ms after beginnings: mostly the near walls
first     only the strongest beginnings of each band
srp       every frame alike: the classic steered response power with phase transform
noise     the frames before the speech
walled    `onset` and `whitened` asked of a dictionary that knows the near walls
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.ssl import frames
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.syllables import Syllables, syllables

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
# A whitened frame of pure noise has one unit of power per microphone; this much more counts as something else.
WHITE_MARGIN: Final = np.float32(1.5)
FIRST_SHARE: Final = 0.12
# No single loud frame may decide alone which beam is best: 30 dB over the noise is enough for any.
LOUDEST: Final = np.float32(1e3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What the ears know of the noise: its power and its pattern across the microphones."""

    covariance: C64  # (frequency, microphone, microphone)
    known: bool = True  # False: a guess from the quietest moments of the sound itself

    @property
    def power(self) -> F32:
        """Mean power per microphone (frequency,)."""
        return np.asarray(np.trace(self.covariance, axis1=1, axis2=2).real / self.covariance.shape[1], np.float32)

    def even(self, *, times: float = 1.0) -> Noise:
        """So many times as loud, from everywhere: what is left of a pattern once the array has turned away from it."""
        microphones = times * np.eye(self.covariance.shape[1])
        return Noise(covariance=(self.power[:, None, None] * microphones).astype(np.complex64), known=self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    """Maps (elevation, azimuth) in the array's own frame, none of them scaled."""

    onset: F32
    whitened: F32
    steady: F32
    after: F32
    first: F32
    srp: F32
    noise: F32


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One stretch of sound as short spectra, how much each of them is worth, and its maps.

    The maps are made when the first of them is asked for, all in one pass: one by one they would cost more, and the sums of
    a matrix product depend in their last bits on how many rows it has.
    """

    spectra: C64  # (frequency, frame, microphone)
    products: F32  # (frequency, frame, microphone pair): the packed covariance of every frame
    power: F32  # (frequency, frame)
    clear: F32  # (frequency, frame): how far above the noise, 0 to 1
    onset: F32  # (frequency, frame): how far above what still rings, 0 to 1
    noise: Noise
    plain: Dictionary
    beside_walls: Dictionary | None  # None while no walls are known

    @cached_property
    def weight(self) -> F32:
        """Clear of the noise and beginning (frequency, frame)."""
        return self.clear * self.onset

    @cached_property
    def syllables(self) -> Syllables:
        """The stretch in short pieces, each with its own maps."""
        return syllables(self.weight, self.power, self.products, self.plain)

    @property
    def clear_share(self) -> float:
        """How much of the stretch is clear of noise."""
        return float(self.clear.mean())

    @cached_property
    def maps(self) -> Maps:
        """All maps of the plain dictionary."""
        onset, steady, after, first, srp, noise, whitened = _ask(self._asked, self._packed_inverse, self.plain)
        return Maps(onset=onset, whitened=whitened, steady=steady, after=after, first=first, srp=srp, noise=noise)

    @cached_property
    def walled(self) -> F32 | None:
        """`onset` and `whitened` beside the known walls; None while none are known."""
        if self.beside_walls is None:
            return None
        onset, whitened = _ask(self._asked[[0, 6]], self._packed_inverse, self.beside_walls)
        return np.asarray(onset / onset.max() + whitened / whitened.max())

    @cached_property
    def _inverse(self) -> C64:
        return frames.inverse_covariance(self.noise.covariance)

    @cached_property
    def _packed_inverse(self) -> F32:
        return frames.pack(self._inverse)

    @cached_property
    def _asked(self) -> F32:
        """The packed covariances (map, frequency, pair) that the dictionary is asked about, in the order of `maps`."""
        microphones = self.spectra.shape[2]
        white_power, white_weight = _judged_white(self.products, self._packed_inverse, microphones)
        weights = _weights(self.clear, self.onset) / (self.power * microphones)
        weights = np.concatenate([weights, (white_weight / white_power)[None]])
        packed = np.matmul(weights.transpose(1, 0, 2), self.products).transpose(1, 0, 2)
        scale = (self.noise.power[:, None, None] * microphones + 1e-20).astype(np.float32)
        pattern = frames.pack((self.noise.covariance / scale).astype(np.complex64))
        whitened = self._inverse @ frames.unpack(packed[5], microphones) @ self._inverse
        return np.concatenate([packed[:5], pattern[None], frames.pack(whitened.astype(np.complex64))[None]])


def gather(samples: F32, *, noise: Noise, plain: Dictionary, beside_walls: Dictionary | None) -> Evidence:
    """Take apart one stretch (microphone, sample)."""
    x = frames.spectra(samples, plain.bins)
    products, power, clear, onset = _judged(x, noise)
    return Evidence(
        spectra=x,
        products=products,
        power=power,
        clear=clear,
        onset=onset,
        noise=noise,
        plain=plain,
        beside_walls=beside_walls,
    )


def running(x: C64, *, noise: Noise, plain: Dictionary) -> tuple[F32, F32]:
    """The two cheap maps of the running ear (azimuth): where sounds begin, and which beam would hear speech best."""
    products, power, clear, onset = _judged(x, noise)
    louder = np.minimum(power / (noise.power[:, None] + 1e-20), LOUDEST)
    weights = np.stack([(clear * onset) ** 2, clear * louder], axis=1) / (power * x.shape[2])[:, None]
    packed = np.matmul(weights, products).transpose(1, 0, 2)
    both = packed.reshape(2, -1) @ plain.ring_pairs
    return both[0], both[1]


def moments(x: C64, starts: NDArray[np.int64], *, noise: Noise, plain: Dictionary) -> tuple[F32, F32]:
    """The same two maps of each of some moments (moment, map, azimuth), which begin at the frames given, and how much each
    frequency of a lasting sound counts in the first of them (frequency,).
    """
    products, power, clear, onset = _judged(x, noise)
    louder = np.minimum(power / (noise.power[:, None] + 1e-20), LOUDEST)
    weights = np.stack([(clear * onset) ** 2, clear * louder], axis=1) / (power * x.shape[2])[:, None]
    ends = np.append(starts[1:], x.shape[1])
    packed = [
        np.matmul(weights[:, :, a:b], products[:, a:b]).transpose(1, 0, 2).reshape(2, -1)
        for a, b in zip(starts, ends, strict=True)
    ]
    rings = np.asarray((np.concatenate(packed) @ plain.ring_pairs).reshape(len(starts), 2, -1))
    return rings, np.asarray(weights[:, 0].sum(axis=1))


def _judged(x: C64, noise: Noise) -> tuple[F32, F32, F32, F32]:
    """Products, power, clearness and onset of all frames."""
    microphones = x.shape[2]
    products = np.empty((*x.shape[:2], microphones * microphones), np.float32)
    frames.products(x, products)
    power = products[:, :, :microphones].mean(axis=2) + np.float32(1e-20)
    clear, onset = np.empty_like(power), np.empty_like(power)
    frames.judge(power, noise.power, clear, onset)
    return products, power, clear, onset


def _judged_white(products: F32, packed_inverse: F32, microphones: int) -> tuple[F32, F32]:
    """Power of the frames after whitening (x^H N^-1 x), and their weight: clear of white noise, and beginning."""
    twice = np.full(microphones * microphones, 2.0, np.float32)
    twice[:microphones] = 1.0
    power = np.matmul(products, (packed_inverse * twice)[:, :, None])[:, :, 0]
    power = np.maximum(power, np.float32(1e-20))
    clear, onset = np.empty_like(power), np.empty_like(power)
    one = np.full(len(power), microphones * WHITE_MARGIN / frames.NOISE_MARGIN, np.float32)
    frames.judge(power, one, clear, onset)
    return power, clear * onset


def _weights(clear: F32, onset: F32) -> F32:
    """The weightings (map, frequency, frame) in the order onset, steady, after, first, srp."""
    both = clear * onset
    after = np.zeros_like(both)
    for frame in (1, 2):
        after[:, frame:] = np.maximum(after[:, frame:], both[:, :-frame])
    kept = max(1, int(FIRST_SHARE * both.shape[1]))
    strongest = np.partition(both, both.shape[1] - kept, axis=1)[:, both.shape[1] - kept, None]
    first = np.where(both >= np.maximum(strongest, 1e-6), both, 0)
    return np.stack([both**2, clear, after * clear * (1 - onset), first, np.ones_like(clear)])


def _ask(packed: F32, inverse: F32, dictionary: Dictionary) -> F32:
    """Maps (map, elevation, azimuth) of packed covariances (map, frequency, pair), in one pass over the dictionary.

    The last one is of whitened sound: each of its frequencies is asked with whitened vectors of unit length.
    """
    asked = np.concatenate([packed, inverse[None]]).transpose(1, 0, 2)
    answered = np.matmul(asked, dictionary.pairs)
    out = answered[:, :-1].sum(axis=0)
    out[-1] = (answered[:, -2] / np.maximum(answered[:, -1], 1e-20)).sum(axis=0)
    return np.asarray(out.reshape(len(packed), -1, dictionary.directions))
