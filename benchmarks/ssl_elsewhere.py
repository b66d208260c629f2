"""Rooms that are not ours: another renderer with other arrays, and a line of microphones measured in an office.

`elsewhere`: pyroomacoustics draws the rooms, with image sources moved by up to 8 cm so that no echoes add up by symmetry, walls of
their own absorption each, the device anywhere 0.3 m or more from a wall, rings of 4, 6 and 8 microphones (32, 46 and 60 mm), a
talker 1-3.5 m away, pink noise from elsewhere 5-20 dB softer in 300-7000 Hz, and no range of motion.

`line`: responses from three loudspeakers to 32 microphones 3 cm apart (github.com/polimi-ispl/rs-mnmf, from ../shared/data where it
is there), as four lines of eight and three talkers, with hiss 25 dB down: 36 cases. Range of motion: the half in front.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyroomacoustics as pra
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from benchmarks.ssl_rooms import active_clip, in_band_rms, pink
from simulator.onboard.angles import RangeOfMotion, positive_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Noise
from simulator.onboard.ssl.frames import noise_covariance, spectra
from simulator.world.sound.high_pass import without_rumble

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
RINGS = ((4, 0.032), (6, 0.046), (8, 0.060))
LEAD, WINDOW = 9600, 14_400
SENSOR_DB, LINE_HISS_DB = -30.0, -25.0
MOST_ORDER = 17
SCATTER_M = 0.08
LINE = Path(__file__).resolve().parents[2] / "shared" / "data" / "linear_array" / "polimi_3_6_9.npz"
LINE_SOURCES, LINE_SPACING_M, LINE_LENGTH = (3, 6, 9), 0.03, 8
LINE_RANGE = RangeOfMotion(min_deg=-84.0, max_deg=84.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One stretch of sound with what is known about it, and the truth."""

    array: ArrayFacts
    lead: F32
    window: F32
    azimuth_deg: float
    range_of_motion: RangeOfMotion | None

    def noise(self, plain: Dictionary) -> Noise:
        """What was heard before the speech."""
        return Noise(covariance=noise_covariance(spectra(self.lead, plain.bins)))


def elsewhere(seed: int, clips: list[F32]) -> Case:
    """One room of the other renderer."""
    rng = np.random.default_rng([seed, 33])
    count, radius = RINGS[seed % len(RINGS)]
    size = np.array([rng.uniform(3.5, 7), rng.uniform(3, 6), rng.uniform(2.4, 2.9)])
    mean, _ = pra.inverse_sabine(float(rng.uniform(0.3, 0.6)), size)
    names = ("west", "east", "south", "north", "floor", "ceiling")
    walls = {name: pra.Material(float(np.clip(mean * rng.uniform(0.4, 1.6), 0.03, 0.9))) for name in names}
    room = pra.ShoeBox(
        size,
        fs=SAMPLE_RATE_HZ,
        materials=walls,
        max_order=MOST_ORDER,
        use_rand_ism=True,
        max_rand_disp=SCATTER_M,
    )
    device = np.array([rng.uniform(0.3, size[0] - 0.3), rng.uniform(0.3, size[1] - 0.3), rng.uniform(0.8, 1.2)])
    turn = 2 * math.pi * np.arange(count) / count
    places = np.stack([radius * np.cos(turn), radius * np.sin(turn), np.zeros(count)], axis=1)
    talker, noise = (_away(size, device, rng, z) for z in ((1.2, 1.7), (0.6, 1.5)))
    room.add_microphone_array((places + device).T)
    room.add_source(talker)
    room.add_source(noise)
    np.random.seed(seed)  # noqa: NPY002 (the scatter of the image sources knows no other source of chance)
    room.compute_rir()
    clip = active_clip(clips[seed % len(clips)], seconds=(WINDOW + 1600) / SAMPLE_RATE_HZ)
    speech = _heard(room, 0, without_rumble(clip))[:, : len(clip)]
    around = _heard(room, 1, without_rumble(pink(LEAD + len(clip), rng)))[:, : LEAD + len(clip)]
    out = around / in_band_rms(around) * np.float32(10 ** (-rng.uniform(5, 20) / 20))
    out[:, LEAD:] += speech / in_band_rms(speech)
    out += (rng.standard_normal(out.shape) * 10 ** (SENSOR_DB / 20)).astype(np.float32)
    azimuth = math.degrees(math.atan2(talker[1] - device[1], talker[0] - device[0]))
    return Case(
        array=ArrayFacts(positions_m=tuple(map(tuple, places.tolist()))),
        lead=out[:, :LEAD],
        window=out[:, LEAD + 800 : LEAD + 800 + WINDOW],
        azimuth_deg=positive_deg(azimuth),
        range_of_motion=None,
    )


def measured_lines(clips: list[F32]) -> Iterator[Case]:
    """The measured line, eight microphones at a time; none where the measurements are not installed."""
    if not LINE.is_file():
        return
    rng = np.random.default_rng(3)
    with np.load(LINE) as stored:
        for source in LINE_SOURCES:
            x_m, y_m = (float(v) for v in np.ravel(stored[f"source_{source}_m"]))
            responses = resample_poly(stored[f"rir_{source}"].astype(float), 1, 3, axis=0).T
            for first in range(0, responses.shape[0], LINE_LENGTH):
                along = LINE_SPACING_M * np.arange(first, first + LINE_LENGTH)
                middle = float(along.mean())
                array = ArrayFacts(positions_m=tuple((0.0, float(y - middle), 0.0) for y in along))
                for _ in range(3):
                    clip = clips[int(rng.integers(len(clips)))]
                    yield _on_a_line(array, responses[first : first + LINE_LENGTH], clip, rng, (x_m, y_m - middle))


def _on_a_line(array: ArrayFacts, responses: F64, clip: F32, rng: np.random.Generator, at: tuple[float, float]) -> Case:
    spoken = active_clip(clip, seconds=(WINDOW + 1600) / SAMPLE_RATE_HZ)
    heard = np.stack([fftconvolve(spoken, response)[: len(spoken)] for response in responses])
    hiss = float(heard.std()) * 10 ** (LINE_HISS_DB / 20)
    out = np.concatenate([np.zeros((len(heard), LEAD)), heard], axis=1) + rng.normal(
        0, hiss, (len(heard), LEAD + len(spoken))
    )
    return Case(
        array=array,
        lead=out[:, :LEAD].astype(np.float32),
        window=out[:, LEAD + 800 : LEAD + 800 + WINDOW].astype(np.float32),
        azimuth_deg=math.degrees(math.atan2(at[1], at[0])),
        range_of_motion=LINE_RANGE,
    )


def _away(size: F64, device: F64, rng: np.random.Generator, heights: tuple[float, float]) -> F64:
    while True:
        place = np.array([rng.uniform(0.3, size[0] - 0.3), rng.uniform(0.3, size[1] - 0.3), rng.uniform(*heights)])
        if 1.0 < math.hypot(*(place - device)[:2]) < 3.5:
            return place


def _heard(room: pra.ShoeBox, source: int, clip: F32) -> F32:
    return np.stack([fftconvolve(clip, response[source])[: len(clip)] for response in room.rir]).astype(np.float32)
