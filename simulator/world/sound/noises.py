"""Noise of the device itself: the microphones' own hiss, and the motor's whirr while it turns.

The motor sits in the axis under the array, so its sound reaches every microphone at once (an array hears it as coming from
straight above or below), with a rough part that travels through the body and differs from microphone to microphone.
Level: a guess of 38 dB at the microphones at full speed, until a real base is recorded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ

F32 = NDArray[np.float32]
# 0.05 of full scale is 60 dB of sound: the scale of every sample in the virtual room.
REFERENCE_RMS = 0.05
REFERENCE_DB = 60.0
MOTOR_DB = 38.0
FULL_RATE_DPS = 180.0
BODY_SHARE = 0.3
TILE_BLOCKS = 311


def rms_of_db(level_db: float) -> float:
    """Root mean square of samples for a level of sound."""
    return float(REFERENCE_RMS * 10 ** ((level_db - REFERENCE_DB) / 20))


class DeviceNoise:
    """Endless noise out of short tiles made once: costs an addition each tick."""

    def __init__(
        self, *, channels: int, noise_db: float, hiss: np.random.Generator, motor: np.random.Generator
    ) -> None:
        """Make the tiles; `noise_db` is the microphones' own noise relative to speech at 1 m."""
        length = TILE_BLOCKS * BLOCK_SAMPLES
        level = REFERENCE_RMS * 10 ** (noise_db / 20)
        self._hiss = (level * hiss.standard_normal((TILE_BLOCKS, channels, BLOCK_SAMPLES))).astype(np.float32)
        air = _whirr(motor.standard_normal(length), motor)
        body = np.stack([_whirr(motor.standard_normal(length), motor) for _ in range(channels)])
        whirr = rms_of_db(MOTOR_DB) * (air + BODY_SHARE * body)
        tiles = whirr.reshape(channels, TILE_BLOCKS, BLOCK_SAMPLES).transpose(1, 0, 2)
        self._motor = np.ascontiguousarray(tiles.astype(np.float32))

    def __deepcopy__(self, memo: dict[int, object]) -> DeviceNoise:
        """The tiles never change, so copies of the field share them."""
        return self

    def block(self, tick: int, *, rate_dps: float) -> F32:
        """The noise of one tick; a new array."""
        out: F32 = self._hiss[tick % TILE_BLOCKS].copy()
        if abs(rate_dps) > 0.5:
            out += np.float32(min(abs(rate_dps) / FULL_RATE_DPS, 2.0)) * self._motor[tick % TILE_BLOCKS]
        return out


def _whirr(white: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Gear noise: rubbing around 1 kHz and three tones of the teeth."""
    from scipy.signal import lfilter  # loads for a second, and only renderers need it

    rubbing = lfilter([1.0, 0.0, -1.0], [1.0, -1.72, 0.86], white)
    time = np.arange(len(white)) / SAMPLE_RATE_HZ
    tones = sum(0.3 * np.sin(2 * np.pi * pitch_hz * time + rng.uniform(0, 6.28)) for pitch_hz in (310.0, 620.0, 1240.0))
    whirr = rubbing / rubbing.std() + tones
    return np.asarray(whirr / whirr.std())
