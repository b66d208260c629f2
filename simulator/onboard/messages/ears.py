"""The ears: what the microphones took in, and what is believed of it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.message import message

SAMPLE_RATE_HZ: Final = 16_000
BLOCK_SAMPLES: Final = 160
SOUND_MAP_STEP_DEG: Final = 5


@message
class MicBlock:
    """The samples of one tick from all microphones, as the turning array heard them."""

    tick: int
    samples: NDArray[np.float32]  # (channels, 160)
    played: NDArray[np.float32] | None = None  # (160,): what the device's own loudspeaker got meanwhile; None: nothing


@message
class SoundCandidate:
    """One direction that sound came from, and what it is taken for."""

    azimuth_deg: float
    elevation_deg: float
    weight: float  # share of the evidence, 0..1
    direct: float  # probability that this is the talker and not a wall or a noise


@message
class SoundReport:
    """What the ears believe."""

    tick: int
    voice: float  # probability of speech, 0..1
    wake_word: bool = False  # true on the one tick on which a wake word's direction is decided
    wake_confidence: float = 0.0
    azimuth_deg: float | None = None  # None while there is no voice to locate
    confidence: float = 0.0  # calibrated probability that azimuth_deg is within 15 deg of a talker
    ambiguous: bool = False  # two strong directions far apart: not to be moved on
    candidates: tuple[SoundCandidate, ...] = ()
    sound_map: NDArray[np.float32] | None = None  # 72 bins of 5 deg from -180, sums to 1; None in silence
    beam_azimuth_deg: float | None = None  # best for recognition, not for turning; None in silence
    frozen: bool = False  # the motor turns: the direction is of before
