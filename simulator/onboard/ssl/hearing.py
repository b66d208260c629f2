"""What the ears remember between ticks: the last seconds of sound, who stood where meanwhile, and the noise of the room.

Everything here is plain numbers and arrays, so that a checkpoint is a copy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, SoundReport
from simulator.onboard.ssl import frames
from simulator.onboard.ssl.beams import LATE_BLOCKS
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Noise
from simulator.onboard.ssl.voice import VoiceState

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
C64 = NDArray[np.complex64]
KEPT_BLOCKS: Final = 170
FAR_AGO_TICKS: Final = 10_000
SAME_YAW_DEG: Final = 1.5
NOISE_MEMORY_S: Final = 2.0
# A pattern of noise is worth using once it rests on this much sound, and while the array has not turned away from it.
NOISE_LEAST_S: Final = 0.3
NOISE_TURN_DEG: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePattern:
    """What the noise looked like across the microphones when it was learned, and how the array stood then."""

    covariance: C64  # (frequency, microphone, microphone)
    yaw_deg: float


@dataclass(slots=True)
class Hearing:
    """All state of the ears outside the detectors' native code."""

    buffer: F32  # (microphone and beam, sample): filled from left to right, moved back when full
    filled: int  # samples of the buffer in use; the last KEPT_BLOCKS of them count
    yaw_deg: NDArray[np.float64]  # per block
    still: NDArray[np.bool_]  # per block
    noise: C64 | None = None  # (frequency, microphone, microphone); None before the first
    noise_s: float = 0.0
    noise_yaw_deg: float = 0.0
    voice_state: VoiceState = field(default_factory=VoiceState.fresh)  # of the network at the front microphone
    beam_state: VoiceState = field(default_factory=VoiceState.fresh)  # of the one at the beam without what lasts
    chunk_filled: int = 0
    chunks: int = 0
    floor: float = 0.0  # power of the quietest recent chunks: what the room sounds like when nothing happens
    dull_chunks: int = 0  # in a row, in which nothing rose above the floor
    voice: float = 0.0
    voice_age_ticks: int = FAR_AGO_TICKS  # since speech was last likely
    maybe_age_ticks: int = FAR_AGO_TICKS  # since speech was last possible
    wake_age_ticks: int = FAR_AGO_TICKS
    map_age_ticks: int = FAR_AGO_TICKS
    blocks: int = 0
    missed_blocks: int = 0  # newest blocks that went by without beams, since nothing rose above the floor
    report: SoundReport | None = None

    @staticmethod
    def fresh(microphones: int) -> Hearing:
        """Silence behind us."""
        return Hearing(
            buffer=np.zeros((microphones + 1, 2 * KEPT_BLOCKS * BLOCK_SAMPLES), np.float32),
            filled=KEPT_BLOCKS * BLOCK_SAMPLES,
            yaw_deg=np.full(KEPT_BLOCKS, math.nan),
            still=np.zeros(KEPT_BLOCKS, np.bool_),
        )

    @property
    def sound(self) -> F32:
        """The kept seconds of all microphones, the newest at the end."""
        return self.buffer[:-1, self.filled - KEPT_BLOCKS * BLOCK_SAMPLES : self.filled]

    @property
    def beam(self) -> F32:
        """The same of the detectors' beam."""
        return self.buffer[-1, self.filled - KEPT_BLOCKS * BLOCK_SAMPLES : self.filled]

    def push(self, samples: F32, *, yaw_deg: float, still: bool) -> None:
        """Take in one block; until a beam is listened to, the front microphone stands in for it, as late as a beam is."""
        if self.filled == self.buffer.shape[1]:
            kept = KEPT_BLOCKS * BLOCK_SAMPLES
            self.buffer[:, :kept] = self.buffer[:, -kept:]
            self.filled = kept
        start, self.filled = self.filled, self.filled + BLOCK_SAMPLES
        self.buffer[:-1, start : self.filled] = samples
        late = LATE_BLOCKS * BLOCK_SAMPLES
        self.buffer[-1, start : self.filled] = self.buffer[0, start - late : self.filled - late]
        self.yaw_deg[:-1] = self.yaw_deg[1:]
        self.still[:-1] = self.still[1:]
        self.yaw_deg[-1], self.still[-1] = yaw_deg, still

    def listen(self, stream: F32, *, ago: int) -> None:
        """Put what a beam heard into the place of the block that was the newest some blocks ago."""
        end = self.filled - ago * BLOCK_SAMPLES
        self.buffer[-1, end - BLOCK_SAMPLES : end] = stream

    def lose(self) -> None:
        """The microphones are gone: what comes later does not join on to what was."""
        self.still[:] = False
        self.yaw_deg[:] = math.nan
        self.voice_age_ticks = self.maybe_age_ticks = FAR_AGO_TICKS
        self.voice_state, self.beam_state = VoiceState.fresh(), VoiceState.fresh()
        self.voice = 0.0

    def steady_stretch(self, blocks: int) -> tuple[int, int] | None:
        """The longest run of blocks among the newest ones in which the array stood still at one yaw: first, one past last."""
        best: tuple[int, int] | None = None
        start = KEPT_BLOCKS - blocks
        for k in range(KEPT_BLOCKS - blocks, KEPT_BLOCKS + 1):
            whole = k < KEPT_BLOCKS and self.still[k] and abs(self.yaw_deg[k] - self.yaw_deg[start]) <= SAME_YAW_DEG
            if not whole:
                if k > start and self.still[start] and (best is None or k - start >= best[1] - best[0]):
                    best = (start, k)
                start = k if k < KEPT_BLOCKS and self.still[k] else k + 1
                start = min(start, KEPT_BLOCKS - 1)
        return best

    def whole_stretch(self, blocks: int) -> tuple[int, int]:
        """The newest run of blocks, turning or not, since the microphones were last gone: first, one past last."""
        gaps = np.flatnonzero(np.isnan(self.yaw_deg[-blocks:]))
        first = KEPT_BLOCKS - blocks + (int(gaps[-1]) + 1 if len(gaps) else 0)
        return first, KEPT_BLOCKS

    def stretch(self, first: int, last: int) -> F32:
        """The sound of some blocks."""
        return self.sound[:, first * BLOCK_SAMPLES : last * BLOCK_SAMPLES]

    def learn_noise(self, samples: F32, plain: Dictionary) -> None:
        """Fold a stretch without speech into the picture of the noise."""
        new = frames.noise_covariance(frames.spectra(samples, plain.bins))
        seconds = samples.shape[1] / SAMPLE_RATE_HZ
        if (
            self.noise is None
            or len(self.noise) != len(new)
            or abs(self.yaw_deg[-1] - self.noise_yaw_deg) > NOISE_TURN_DEG
        ):
            self.noise, self.noise_s, self.noise_yaw_deg = new, seconds, float(self.yaw_deg[-1])
            return
        self.noise_s = min(self.noise_s + seconds, NOISE_MEMORY_S)
        share = np.float32(seconds / self.noise_s)
        self.noise = self.noise * (1 - share) + new * share

    def noise_pattern(self, plain: Dictionary) -> NoisePattern | None:
        """The noise as it was learned; none while too little was heard of it."""
        if self.noise is None or len(self.noise) != len(plain.bins) or self.noise_s < NOISE_LEAST_S:
            return None
        return NoisePattern(covariance=self.noise, yaw_deg=self.noise_yaw_deg)

    def known_noise(self, samples: F32, plain: Dictionary, *, yaw_deg: float) -> Noise:
        """The noise to judge a stretch by: its learned pattern, its learned power, or, knowing nothing, the quietest frames."""
        if self.noise is None or len(self.noise) != len(plain.bins) or self.noise_s < 0.05:
            return quietest(frames.spectra(samples, plain.bins))
        if self.noise_s < NOISE_LEAST_S or abs(yaw_deg - self.noise_yaw_deg) > NOISE_TURN_DEG:
            return Noise(covariance=self.noise).even()
        return Noise(covariance=self.noise)


def quietest(x: C64) -> Noise:
    """A guess at the noise, from the quietest frames of the sound that is to be judged."""
    quiet = np.quantile((np.abs(x) ** 2).mean(axis=2), 0.1, axis=1)
    return Noise(covariance=(quiet[:, None, None] * np.eye(x.shape[2])).astype(np.complex64), known=False)
