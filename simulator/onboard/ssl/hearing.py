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
from simulator.onboard.ssl.compiled import compiled
from simulator.onboard.ssl.dictionary import SPEED_OF_SOUND_MPS, Dictionary
from simulator.onboard.ssl.evidence import Noise
from simulator.onboard.ssl.voice import VoiceState

F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
C64 = NDArray[np.complex64]
KEPT_BLOCKS: Final = 170
FAR_AGO_TICKS: Final = 10_000
# The beam waits this long for the last microphone of a ring of up to 0.16 m.
BEAM_WAIT: Final = 8
SAME_YAW_DEG: Final = 1.5
NOISE_MEMORY_S: Final = 2.0
# A pattern of noise is worth using once it rests on this much sound, and while the array has not turned away from it.
NOISE_LEAST_S: Final = 0.3
NOISE_TURN_DEG: Final = 8.0


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
    voice_state: VoiceState = field(default_factory=VoiceState.fresh)
    chunk_filled: int = 0
    chunks: int = 0
    floor: float = 0.0  # power of the quietest recent chunks: what the room sounds like when nothing happens
    dull_chunks: int = 0  # in a row, in which nothing rose above the floor
    voice: float = 0.0
    voice_age_ticks: int = FAR_AGO_TICKS  # since speech was last likely
    maybe_age_ticks: int = FAR_AGO_TICKS  # since speech was last possible
    wake_age_ticks: int = FAR_AGO_TICKS
    map_age_ticks: int = FAR_AGO_TICKS
    steered_deg: float | None = (
        None  # where the detectors' beam points since the last wake word; None: the front microphone
    )
    steered_age_ticks: int = 0
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

    def push(self, samples: F32, *, places_m: NDArray[np.float64], yaw_deg: float, still: bool) -> None:
        """Take in one block, and listen along the beam."""
        if self.filled == self.buffer.shape[1]:
            kept = KEPT_BLOCKS * BLOCK_SAMPLES
            self.buffer[:, :kept] = self.buffer[:, -kept:]
            self.filled = kept
        start, self.filled = self.filled, self.filled + BLOCK_SAMPLES
        self.buffer[:-1, start : self.filled] = samples
        self.buffer[-1, start : self.filled] = self._along_beam(places_m, yaw_deg)
        self.yaw_deg[:-1] = self.yaw_deg[1:]
        self.still[:-1] = self.still[1:]
        self.yaw_deg[-1], self.still[-1] = yaw_deg, still

    def lose(self) -> None:
        """The microphones are gone: what comes later does not join on to what was."""
        self.still[:] = False
        self.voice_age_ticks = self.maybe_age_ticks = FAR_AGO_TICKS
        self.voice_state = VoiceState.fresh()
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

    def known_noise(self, samples: F32, plain: Dictionary, *, yaw_deg: float) -> Noise:
        """The noise to judge a stretch by: its learned pattern, its learned power, or, knowing nothing, the quietest frames."""
        microphones = len(self.buffer) - 1
        if self.noise is None or len(self.noise) != len(plain.bins) or self.noise_s < 0.05:
            x = frames.spectra(samples, plain.bins)
            quiet = np.quantile((np.abs(x) ** 2).mean(axis=2), 0.1, axis=1)
            return Noise(covariance=(quiet[:, None, None] * np.eye(microphones)).astype(np.complex64))
        if self.noise_s < NOISE_LEAST_S or abs(yaw_deg - self.noise_yaw_deg) > NOISE_TURN_DEG:
            power = np.trace(self.noise, axis1=1, axis2=2).real / microphones
            return Noise(covariance=(power[:, None, None] * np.eye(microphones)).astype(np.complex64))
        return Noise(covariance=self.noise)

    def _along_beam(self, places_m: NDArray[np.float64], yaw_deg: float) -> F32:
        """Delay and sum towards the last wake word; the front microphone from a cold start.

        A beam that follows every sound was tried and hears fewer wake words in noise than one microphone does (docs/sound.md).
        """
        end = self.filled - BEAM_WAIT
        if self.steered_deg is None:
            return self.buffer[0, end - BLOCK_SAMPLES : end]
        towards = math.radians(self.steered_deg - yaw_deg)
        nearer = places_m[:, 0] * math.cos(towards) + places_m[:, 1] * math.sin(towards)
        lag = nearer / SPEED_OF_SOUND_MPS * SAMPLE_RATE_HZ
        whole = np.floor(lag).astype(int)
        part = (lag - whole).astype(np.float32)
        out = np.zeros(BLOCK_SAMPLES, np.float32)
        _delay_and_sum(self.buffer, end, whole, part, out)
        return out


@compiled
def _delay_and_sum(buffer: F32, end: int, whole: NDArray[np.int64], part: F32, out: F32) -> None:
    """The mean of all microphones, each delayed by its own time, between two samples by a straight line."""
    scale = np.float32(1.0 / len(whole))
    for m in range(len(whole)):
        start = end - len(out) - whole[m]
        for t in range(len(out)):
            out[t] += scale * ((np.float32(1.0) - part[m]) * buffer[m, start + t] + part[m] * buffer[m, start + t - 1])
