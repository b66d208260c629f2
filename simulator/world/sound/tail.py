"""The late tail: a feedback delay network whose lines arrive as waves from all around, so that it turns with the array.

It takes over where the image sources stop. Its level follows from room statistics: after t seconds the echoes of a source of
1 at 1 m carry 4 pi c / V * 10^(-6 t / T) of energy per second (Kuttruff, Room Acoustics); the network is scaled to that.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.world.sound import kernels
from simulator.world.sound.room import SoundRoom

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# Echoes later than this come from the network: 17 m of way, where a living room has some 200 images.
EARLY_S = 0.050
# Primes between 8 and 37 ms: long enough to be many rooms wide, without common factors that would ring.
LINE_SAMPLES = (131, 157, 181, 211, 239, 263, 293, 317, 349, 383, 409, 439, 479, 521, 557, 593)
# The farthest a microphone may be from the axis, in samples of way, with room for the interpolation.
WAVE_MARGIN = 24
QUIET = 1e-7


class LateTail:
    """The reverberant end of every sound in the room, one network for all sources."""

    def __init__(self, room: SoundRoom, *, rng: np.random.Generator) -> None:
        """Set decay and level from the room."""
        times = room.reverberation_s()
        lengths = np.asarray(LINE_SAMPLES)
        middle, high = float(times[1]), float(times[3])
        self._decay = (10 ** (-3 * lengths / (kernels.SAMPLE_RATE_HZ * middle))).astype(np.float32)
        ratio = 10 ** (-3 * lengths / kernels.SAMPLE_RATE_HZ * max(1 / high - 1 / middle, 0.0))
        self._damping = ((1 - ratio) / (1 + ratio)).astype(np.float32)
        self._lengths = lengths.astype(np.int64)
        count = len(lengths)
        self._signs = rng.choice([-1.0, 1.0], count).astype(np.float32)
        turn = (np.arange(count) + rng.uniform()) * 2 * math.pi / count
        height = np.sin(np.radians(np.linspace(-40, 50, count)))[rng.permutation(count)]
        flat = np.sqrt(1 - height**2)
        self._waves_from = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], axis=1)
        self._lines = np.zeros((count, lengths.max()), np.float32)
        self._heads = np.zeros(count, np.int64)
        self._memory = np.zeros(count, np.float32)
        self._history = np.zeros((count, WAVE_MARGIN + BLOCK_SAMPLES), np.float32)
        wait = int(EARLY_S * kernels.SAMPLE_RATE_HZ) + kernels.KERNEL_CENTRE - int(lengths.min()) + WAVE_MARGIN // 2
        self._waiting = np.zeros(wait + BLOCK_SAMPLES, np.float32)
        self._level = np.float32(1.0)
        self._level = np.float32(self._scale(room, middle))
        self._awake = False
        self._aimed: tuple[F64, NDArray[np.int64], F32] | None = None  # for where the microphones were last

    def block(self, dry: F32 | None, microphones: F64, out: F32) -> None:
        """Add one block of tail to every microphone; costs nothing once it has died away."""
        if dry is None and not self._awake:
            return
        self._waiting[:-BLOCK_SAMPLES] = self._waiting[BLOCK_SAMPLES:]
        self._waiting[-BLOCK_SAMPLES:] = 0.0 if dry is None else dry * self._level
        self._history[:, :WAVE_MARGIN] = self._history[:, BLOCK_SAMPLES:]
        kernels.tail_block(
            self._waiting[:BLOCK_SAMPLES],
            self._lines,
            self._heads,
            self._lengths,
            self._decay,
            self._damping,
            self._memory,
            self._history[:, WAVE_MARGIN:],
        )
        self._awake = dry is not None or bool(np.any(np.abs(self._history) > QUIET)) or bool(np.any(self._waiting))
        if not self._awake:
            self._lines[:] = 0
            self._memory[:] = 0
            self._history[:] = 0
        if self._aimed is None or not np.array_equal(microphones, self._aimed[0]):
            delay = WAVE_MARGIN / 2 - microphones @ self._waves_from.T * kernels.SAMPLES_PER_M
            whole = np.floor(delay).astype(np.int64)
            self._aimed = (microphones, whole - 1, _cubic((delay - whole).astype(np.float32)))
        kernels.spread_waves(self._history, self._aimed[1], self._aimed[2], self._signs, out)

    def _scale(self, room: SoundRoom, time_s: float) -> float:
        """The input gain with which the network carries the energy that the room's statistics ask for."""
        energy = 0.0
        impulse = np.zeros(BLOCK_SAMPLES, np.float32)
        impulse[0] = 1.0
        waves = np.zeros((len(self._lengths), BLOCK_SAMPLES), np.float32)
        blocks = int(time_s * 100) + 10
        for k in range(blocks):
            kernels.tail_block(
                impulse if k == 0 else np.zeros(BLOCK_SAMPLES, np.float32),
                self._lines,
                self._heads,
                self._lengths,
                self._decay,
                self._damping,
                self._memory,
                waves,
            )
            energy += float((waves.astype(float) ** 2).sum())
        self._lines[:], self._memory[:], self._heads[:] = 0, 0, 0
        density = 4 * math.pi * kernels.SPEED_OF_SOUND_MPS / room.volume_m3
        wanted = density * 10 ** (-6 * EARLY_S / time_s) * time_s / (6 * math.log(10))
        return math.sqrt(wanted / energy)


def _cubic(fraction: F32) -> F32:
    """Lagrange weights (…, 4) of the samples one before to two after the whole delay."""
    d = fraction + 1
    return np.stack(
        [
            -(d - 1) * (d - 2) * (d - 3) / 6,
            d * (d - 2) * (d - 3) / 2,
            -d * (d - 1) * (d - 3) / 2,
            d * (d - 1) * (d - 2) / 6,
        ],
        axis=-1,
    ).astype(np.float32)
