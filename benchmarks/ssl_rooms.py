"""Random rooms on which direction finding is trained and judged: a device close to hard walls, one talker, one noise source.

A room of 3.5-7 x 3-6 x 2.4-2.9 m with 0.3-0.7 s of reverberation; the device at counter height, 0.2-0.5 m from one hard wall
(even numbers) or in a corner of two (odd numbers); a talker 1-4.5 m away; pink noise from somewhere else, 5-20 dB quieter
between 300 and 7000 Hz; microphone noise 30 dB down; 0.6 s of noise alone before the speech. Every number comes from the room's
own seed.

The first recipe, kept as `legacy_noise`, compared plain powers and let image sources add up at 0 Hz: 96 % of its noise lay below
50 Hz, where nobody listens, and its 5-20 dB were 11-30 dB between 500 and 7000 Hz.

Cases: facing the device (a source alike in all directions); turned 60-180 degrees away (a subcardioid); the direct way 9 dB down
(blocked); the direct way and its echoes from the near walls 9 dB down, as a thing in front of the device would do (shadowed).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.angles import RangeOfMotion, distance_deg, positive_all_deg, positive_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Noise
from simulator.onboard.ssl.frames import noise_covariance, spectra
from simulator.world.sound import kernels
from simulator.world.sound.high_pass import without_rumble
from simulator.world.sound.response import body_table

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Case = Literal["facing", "turned", "blocked", "shadowed"]
CASES: tuple[Case, ...] = ("facing", "turned", "blocked", "shadowed")
ORDER = 15
RESPONSE_SAMPLES = 6400
LEAD_S = 0.6
BLOCKED_DB = -9.0
SUBCARDIOID = 0.7
SENSOR_DB = -30.0
REFLECTION_ORDER = 2
# Where speech is listened to, and where a stated distance between speech and noise holds.
BAND_HZ = (300.0, 7000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearWallRoom:
    """One room with its places; azimuth 0 of the device points along x."""

    seed: int
    size_m: F64
    absorption: F64  # (surfaces, bands): x0, x1, y0, y1, z0, z1
    device_m: F64
    talkers_m: tuple[F64, ...]
    facings_deg: tuple[float, ...]  # where a turned-away talker faces
    noise_m: F64
    snr_db: float
    corner: bool

    @property
    def range_deg(self) -> tuple[float, float]:
        """The range of motion that set-up would give: the open side of the wall or corner."""
        return (0.0, 90.0) if self.corner else (0.0, 180.0)

    @property
    def walls(self) -> tuple[tuple[float, float], ...]:
        """Azimuth and distance of the near walls."""
        south = (-90.0, float(self.device_m[1]))
        return (south, (180.0, float(self.device_m[0]))) if self.corner else (south,)

    def azimuth_deg(self, point: F64) -> float:
        """Direction of a point from the device, 0 to 360."""
        return positive_deg(math.degrees(math.atan2(point[1] - self.device_m[1], point[0] - self.device_m[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the array heard in one room in one case."""

    room: NearWallRoom
    case: Case
    samples: F32  # (microphone, sample): LEAD_S of noise, then speech
    azimuths_deg: tuple[float, ...]  # of the talkers
    reflections_deg: F64  # of the first talker's echoes up to second order
    noise_deg: float


def make_room(seed: int, *, talkers: int = 1) -> NearWallRoom:
    """Draw one room."""
    rng = np.random.default_rng([seed, 71])
    snr_db = float(rng.uniform(5, 20))
    size = np.array([rng.uniform(3.5, 7), rng.uniform(3, 6), rng.uniform(2.4, 2.9)])
    mean = np.clip(sabine(size, float(rng.uniform(0.3, 0.7))), 0.05, 0.9)
    corner = seed % 2 == 1
    absorption = np.full((6, kernels.BANDS), mean)
    absorption[2] = rng.uniform(0.03, 0.10)
    if corner:
        absorption[0] = rng.uniform(0.03, 0.10)
    near, side = rng.uniform(0.2, 0.5, 2)
    device = np.array([side if corner else rng.uniform(1.0, size[0] - 1.0), near, rng.uniform(0.9, 1.1)])
    places: list[F64] = []
    azimuths: list[float] = []
    while len(places) < talkers:
        place = np.array([rng.uniform(0.4, size[0] - 0.4), rng.uniform(0.4, size[1] - 0.4), rng.uniform(1.35, 1.7)])
        away = place - device
        azimuth = positive_deg(math.degrees(math.atan2(away[1], away[0])))
        apart = all(distance_deg(azimuth, other) >= 30 for other in azimuths)
        if 1.0 < math.hypot(*away[:2]) < 4.5 and 10 <= azimuth <= (80 if corner else 170) and apart:
            places.append(place)
            azimuths.append(azimuth)
    facings = tuple(a + 180 + rng.choice([-1, 1]) * rng.uniform(60, 180) for a in azimuths)
    while True:
        noise = np.array([rng.uniform(0.3, size[0] - 0.3), rng.uniform(0.3, size[1] - 0.3), rng.uniform(0.8, 1.3)])
        if math.hypot(*(noise - device)[:2]) > 0.8:
            break
    return NearWallRoom(
        seed=seed,
        size_m=size,
        absorption=absorption,
        device_m=device,
        talkers_m=tuple(places),
        facings_deg=facings,
        noise_m=noise,
        snr_db=snr_db,
        corner=corner,
    )


class Listener:
    """An array that is put into one room after another."""

    def __init__(self, array: ArrayFacts, *, legacy_noise: bool = False) -> None:
        """Prepare the array's kernels once."""
        self._legacy_noise = legacy_noise
        self._places = np.asarray(array.positions_m, dtype=float)
        self._body = body_table(array)
        self._table = kernels.kernel_table()

    def hear(
        self,
        room: NearWallRoom,
        case: Case,
        speech: tuple[F32, ...],
        *,
        turning_dps: float = 0.0,
        noise: F32 | None = None,
        snr_db: float | None = None,
    ) -> Heard:
        """Let the talkers speak (one clip each) and the noise sound: pink unless another is given, as loud as the room says.

        The array may turn while it listens.
        """
        rng = np.random.default_rng([room.seed, 72])
        lead = int(LEAD_S * SAMPLE_RATE_HZ)
        length = lead + len(speech[0])
        out = np.zeros((len(self._places), length), np.float32)
        for place, facing, clip in zip(room.talkers_m, room.facings_deg, speech, strict=True):
            voice = self._through(room, place, clip, case=case, facing_deg=facing, turning_dps=turning_dps)
            out[:, lead:] += voice / self._loudness(voice)
        sounding = pink(length, rng) if noise is None else noise[:length]
        heard = self._through(room, room.noise_m, sounding, case="facing", facing_deg=0.0, turning_dps=turning_dps)
        below_db = room.snr_db if snr_db is None else snr_db
        out += heard / self._loudness(heard) * np.float32(10 ** (-below_db / 20))
        out += (rng.standard_normal(out.shape) * 10 ** (SENSOR_DB / 20)).astype(np.float32)
        _, positions, orders = _images(room, room.talkers_m[0])
        offsets = positions[(orders > 0) & (orders <= REFLECTION_ORDER)] - room.device_m
        return Heard(
            room=room,
            case=case,
            samples=out,
            azimuths_deg=tuple(room.azimuth_deg(place) for place in room.talkers_m),
            reflections_deg=positive_all_deg(np.degrees(np.arctan2(offsets[:, 1], offsets[:, 0]))),
            noise_deg=room.azimuth_deg(room.noise_m),
        )

    def _loudness(self, heard: F32) -> np.float32:
        """Root mean square of what is listened to."""
        return np.float32(np.sqrt(np.mean(heard**2))) if self._legacy_noise else in_band_rms(heard)

    def _through(
        self, room: NearWallRoom, place: F64, clip: F32, *, case: Case, facing_deg: float, turning_dps: float
    ) -> F32:
        """A clip as the microphones hear it; a turning array is followed in steps of 20 ms."""
        clip = clip if self._legacy_noise else without_rumble(clip)
        if turning_dps == 0.0:
            return _convolve(clip, self.response(room, place, case=case, facing_deg=facing_deg, yaw_deg=0.0))
        step = SAMPLE_RATE_HZ // 50
        out = np.zeros((len(self._places), len(clip) + RESPONSE_SAMPLES), np.float32)
        for start in range(0, len(clip), step):
            yaw = turning_dps * start / SAMPLE_RATE_HZ
            piece = clip[start : start + step]
            response = self.response(room, place, case=case, facing_deg=facing_deg, yaw_deg=yaw)
            part = _convolve(np.pad(piece, (0, RESPONSE_SAMPLES - 1)), response)
            out[:, start : start + part.shape[1]] += part
        return out[:, : len(clip)]

    def response(self, room: NearWallRoom, place: F64, *, case: Case, facing_deg: float, yaw_deg: float) -> F32:
        """Impulse responses of all microphones."""
        cells, positions, orders = _images(room, place)
        gains = np.empty((len(cells), kernels.BANDS))
        kernels.box_wall_gains(cells, np.sqrt(1 - room.absorption), gains)
        offsets = positions - room.device_m
        if case == "turned":
            facing = math.radians(facing_deg)
            mirrored = np.where(cells % 2 == 0, 1.0, -1.0) * np.array([math.cos(facing), math.sin(facing), 0.0])
            cosine = -(mirrored * offsets).sum(axis=1) / np.linalg.norm(offsets, axis=1)
            gains *= (SUBCARDIOID + (1 - SUBCARDIOID) * cosine)[:, None]
        if case == "blocked":
            gains[orders == 0] *= 10 ** (BLOCKED_DB / 20)
        if case == "shadowed":
            near = (
                (cells[:, 2] == 0)
                & np.isin(cells[:, 1], (0, -1))
                & np.isin(cells[:, 0], (0, -1) if room.corner else (0,))
            )
            gains[near] *= 10 ** (BLOCKED_DB / 20)
        out = np.zeros((len(self._places), RESPONSE_SAMPLES), np.float32)
        turn = math.radians(yaw_deg)
        if self._body is None:
            x, y, z = self._places.T
            turned = np.stack(
                [x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn), z], axis=1
            )
            kernels.ring_response(offsets, gains.astype(np.float32), turned, self._table, out)
        else:
            directions = np.degrees(np.arctan2(offsets[:, 1], offsets[:, 0]))
            kernels.body_response(offsets, gains.astype(np.float32), directions, yaw_deg, self._body, out)
        return out


def parts(heard: Heard, plain: Dictionary, *, seconds: float, gains: F32 | None = None) -> tuple[Noise, F32]:
    """The noise before the speech, and the window of the speech, through microphones of some gains."""
    samples = heard.samples if gains is None else heard.samples * gains[:, None]
    lead = int(LEAD_S * SAMPLE_RATE_HZ)
    start = lead + 800
    window = samples[:, start : start + int(seconds * SAMPLE_RATE_HZ)]
    return Noise(covariance=noise_covariance(spectra(samples[:, :lead], plain.bins))), window


def arc(room: NearWallRoom) -> RangeOfMotion:
    """The range of motion of a room's place."""
    low, high = room.range_deg
    return RangeOfMotion(min_deg=low, max_deg=high)


def active_clip(samples: F32, *, seconds: float) -> F32:
    """The first stretch of a recording in which somebody really speaks, at level 1."""
    length = int(seconds * SAMPLE_RATE_HZ)
    padded = np.pad(samples, (0, max(0, length - len(samples))))
    power = np.convolve(padded.astype(float) ** 2, np.ones(400) / 400, "same")
    active = np.flatnonzero(power > 0.05 * np.percentile(power, 95))
    start = max(0, min(int(active[0]) - 800, len(padded) - length))
    clip = padded[start : start + length]
    return np.asarray(clip / np.sqrt(np.mean(clip**2) + 1e-12), np.float32)


def in_band_rms(samples: F32) -> np.float32:
    """Root mean square between the ends of BAND_HZ, over all microphones."""
    length = samples.shape[-1]
    frequencies = np.fft.rfftfreq(length, 1 / SAMPLE_RATE_HZ)
    inside = (frequencies >= BAND_HZ[0]) & (frequencies <= BAND_HZ[1])
    power = np.abs(np.asarray(fft.rfft(samples, axis=-1))[..., inside]) ** 2
    return np.float32(math.sqrt(2 * float(power.mean(axis=tuple(range(power.ndim - 1))).sum())) / length)


def pink(length: int, rng: np.random.Generator) -> F32:
    """Noise with the same power in each octave."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    samples = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 8)), length)
    return np.asarray(samples / samples.std(), np.float32)


def _images(room: NearWallRoom, place: F64) -> tuple[NDArray[np.int64], F64, NDArray[np.int64]]:
    cells = np.empty((kernels.image_capacity(ORDER), 3), np.int64)
    positions = np.empty(cells.shape)
    kernels.box_images(place, room.size_m, ORDER, cells, positions)
    return cells, positions, np.abs(cells).sum(axis=1)


def sabine(size: F64, time_s: float) -> float:
    """Mean absorption for a reverberation time."""
    x, y, z = size
    surface = 2 * (x * y + y * z + x * z)
    return float(24 * math.log(10) / kernels.SPEED_OF_SOUND_MPS * x * y * z / (surface * time_s))


def _convolve(clip: F32, response: F32) -> F32:
    size = fft.next_fast_len(len(clip) + response.shape[1], real=True)
    spectra = fft.rfft(response, size, axis=1) * fft.rfft(clip.astype(np.float32), size)
    return np.asarray(fft.irfft(spectra, size, axis=1)[:, : len(clip)])
