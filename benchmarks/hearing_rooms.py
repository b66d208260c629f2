"""Rooms in which somebody says the wake word while something else sounds: drawn at random, heard through the sound field.

A room of 3.5-7 x 3.2-6 x 2.4-2.9 m with 0.3-0.6 s of reverberation; the device beside a wall, in a corner, or free, a third each;
a talker 1-3.5 m away, every second one turned 60-180 degrees away; what interferes is 1-4 m away and at least 30 degrees apart,
began 4.2 s before the word and stands still. How loud it is compares the active part of the word with the mean of the interferer,
both at microphone 0. A mouth for talkers, a loudspeaker for television and music, six talkers all around for babble.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from benchmarks.ssl_rooms import active_clip
from benchmarks.ssl_speech import PROMPTS, decoded, wake_words
from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from simulator.world.sound.field import SoundField
from simulator.world.sound.noises import REFERENCE_RMS
from simulator.world.sound.room import SoundRoom, Surface
from simulator.world.sound.view import Directivity, Point, SoundView, SourceNow
from simulator.world.sound.voices import active_rms, noise_clip
from simulator.world.spec import DevicePlace

F32 = NDArray[np.float32]
WORD_AT_S: Final = 4.2
AFTER_S: Final = 0.7
RESPONSE_BLOCKS: Final = 60
NEAR, FAR, APART_DEG = 1.0, 3.5, 30.0
# Share of sound that the surfaces of a room swallow, by band, relative to their mean.
TILT: Final = np.array([0.85, 1.0, 1.1, 1.15])
HISS_DB: Final = -65.0
BED_DB: Final = -12.0
LONGEST_WORD_S: Final = 1.2
DEAF = ArrayFacts(noise_db=-300.0)
TALKERS: Final = ("en_US_f_Allison", "fr_CA_f_June", "es_MX_f_Allison", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU")


class Sounds:
    """What is said and played, read once."""

    def __init__(self) -> None:
        """Recorded prompts of five voices, real music where its package is installed, and recorded wake words."""
        self.words = [at_level(active_clip(clip, seconds=LONGEST_WORD_S)) for clip in wake_words()]
        self.speech = {name: at_level(everything(name)) for name in TALKERS if (PROMPTS / name).is_dir()}
        music = sorted((PROMPTS.parent / "moh").glob("*.g722"))
        self.music = [at_level(decoded(path.read_bytes())) for path in music] or [noise_clip("music")]
        if not self.words or len(self.speech) < 2:
            raise SystemExit(
                "the recordings are missing: ../shared/data/wakeword and the asterisk-core-sounds packages"
            )

    def talk(self, rng: np.random.Generator, length: int) -> F32:
        """Somebody who talks without a pause."""
        return stretch(self.speech[str(rng.choice(sorted(self.speech)))], rng, length)

    def tune(self, rng: np.random.Generator, length: int) -> F32:
        """Some music."""
        return stretch(self.music[int(rng.integers(len(self.music)))], rng, length)

    def television(self, rng: np.random.Generator, length: int) -> F32:
        """Two voices in turn over a bed of music."""
        both = [self.talk(rng, length) for _ in range(2)]
        out = np.zeros(length, np.float32)
        at, turn = 0, 0
        while at < length:
            until = at + int(rng.uniform(2, 4) * SAMPLE_RATE_HZ)
            out[at:until] = both[turn][at:until]
            at, turn = until, 1 - turn
        return out + self.tune(rng, length) * np.float32(10 ** (BED_DB / 20))


@dataclass(frozen=True)
class Spot:
    """One room with a device, a talker and a place of something else."""

    seed: int

    @cached_property
    def _drawn(self) -> tuple[SoundRoom, DevicePlace, Point, float, list[Point]]:
        rng = np.random.default_rng([self.seed, 4711])
        room, place = draw(rng, kind=("wall", "corner", "free")[self.seed % 3])
        while True:
            talker, talker_deg = somewhere(room, place, rng, NEAR, FAR)
            other, other_deg = somewhere(room, place, rng, 1.0, 4.0)
            if distance_deg(talker_deg, other_deg) >= APART_DEG:
                break
        crowd = [somewhere(room, place, rng, 1.0, 4.0)[0] for _ in range(6)]
        facing = talker_deg + 180.0 + (rng.choice([-1, 1]) * rng.uniform(60, 180) if self.seed % 2 else 0.0)
        return room, place, talker, facing, [other, *crowd]

    @cached_property
    def talker(self) -> F32:
        """From the talker's mouth to the microphones."""
        return self._response(self._drawn[2], Directivity.MOUTH, facing_deg=self._drawn[3])

    @cached_property
    def mouth(self) -> F32:
        """From the mouth of somebody else."""
        return self._of_other(Directivity.MOUTH)

    @cached_property
    def loudspeaker(self) -> F32:
        """From a loudspeaker at the same place."""
        return self._of_other(Directivity.LOUDSPEAKER)

    @cached_property
    def crowd(self) -> list[F32]:
        """From six mouths around."""
        return [
            self._response(point, Directivity.MOUTH, facing_deg=self._towards(point)) for point in self._drawn[4][1:]
        ]

    @cached_property
    def own(self) -> F32:
        """From the device's own loudspeaker."""
        return self._response(None, Directivity.OMNI, facing_deg=0.0)

    def _of_other(self, directivity: Directivity) -> F32:
        point = self._drawn[4][0]
        return self._response(point, directivity, facing_deg=self._towards(point))

    def _towards(self, point: Point) -> float:
        place = self._drawn[1]
        return math.degrees(math.atan2(place.y_m - point[1], place.x_m - point[0]))

    def _response(self, point: Point | None, directivity: Directivity, *, facing_deg: float) -> F32:
        room, place = self._drawn[:2]
        field = SoundField.of_room(room, place, DEAF, lambda name: np.random.default_rng([7, *name.encode()]))
        impulse = np.zeros(BLOCK_SAMPLES, np.float32)
        impulse[0] = 1.0
        out = []
        for tick in range(RESPONSE_BLOCKS):
            samples = impulse if tick == 0 else np.zeros(BLOCK_SAMPLES, np.float32)
            source = None
            if point is not None:
                source = SourceNow(
                    name="source", position_m=point, facing_deg=facing_deg, directivity=directivity, samples=samples
                )
            out.append(
                field.block(
                    SoundView(
                        tick=tick,
                        yaw_deg=0.0,
                        rate_dps=0.0,
                        sources=() if source is None else (source,),
                        own_loudspeaker=samples if source is None else None,
                    )
                )
            )
        return np.concatenate(out, axis=1)


def draw(rng: np.random.Generator, *, kind: str) -> tuple[SoundRoom, DevicePlace]:
    """An ordinary room, and where the device stands in it."""
    size = (rng.uniform(3.5, 7), rng.uniform(3.2, 6), rng.uniform(2.4, 2.9))
    x, y, z = size
    surface = 2 * (x * y + y * z + x * z)
    mean = 1 - math.exp(-24 * math.log(10) / 343 * x * y * z / (rng.uniform(0.3, 0.6) * surface))
    hard = rng.uniform(0.03, 0.10)

    def made(name: str, absorption: float) -> Surface:
        return Surface(name=name, absorption=tuple(float(v) for v in np.clip(absorption * TILT, 0.02, 0.95)))

    walls = (
        made("south", mean if kind == "free" else hard),
        made("east", mean),
        made("north", mean),
        made("west", hard if kind == "corner" else mean),
    )
    room = SoundRoom(
        corners_m=((0.0, 0.0), (x, 0.0), (x, y), (0.0, y)),
        height_m=z,
        walls=walls,
        floor=made("floor", mean),
        ceiling=made("ceiling", mean),
    )
    spots = {
        "wall": ((1.0, x - 1.0), (0.2, 0.5), 90.0),
        "corner": ((0.25, 0.5), (0.25, 0.5), 45.0),
        "free": ((1.2, x - 1.2), (1.2, y - 1.2), float(rng.uniform(-180, 180))),
    }
    across, along, heading_deg = spots[kind]
    place = DevicePlace(
        x_m=float(rng.uniform(*across)),
        y_m=float(rng.uniform(*along)),
        height_m=float(rng.uniform(0.9, 1.1)),
        heading_deg=heading_deg + float(rng.uniform(-30, 30)),
    )
    return room, place


def somewhere(
    room: SoundRoom, place: DevicePlace, rng: np.random.Generator, near_m: float, far_m: float
) -> tuple[Point, float]:
    """A point at mouth height at some distance from the device, and its direction in the room."""
    x, y = room.corners_m[2]
    while True:
        away, azimuth = rng.uniform(near_m, far_m), rng.uniform(-180, 180)
        at_x = place.x_m + away * math.cos(math.radians(azimuth))
        at_y = place.y_m + away * math.sin(math.radians(azimuth))
        if 0.25 < at_x < x - 0.25 and 0.25 < at_y < y - 0.25:
            return (at_x, at_y, float(rng.uniform(1.2, 1.7))), float(azimuth)


def through(clip: F32, response: F32) -> F32:
    """A clip as the microphones hear it."""
    size = fft.next_fast_len(len(clip) + response.shape[1], real=True)
    spectra = fft.rfft(response, size, axis=1) * fft.rfft(clip.astype(np.float32), size)
    return np.asarray(fft.irfft(spectra, size, axis=1)[:, : len(clip)], np.float32)


def stretch(samples: F32, rng: np.random.Generator, length: int) -> F32:
    """Some part of a recording, which goes round where it is too short."""
    start = int(rng.integers(max(1, len(samples) - length)))
    return np.resize(samples[start : start + length], length).astype(np.float32)


def at_level(clip: F32) -> F32:
    """A clip with its active part at the level of a voice."""
    return np.asarray(clip * np.float32(REFERENCE_RMS / active_rms(clip)), np.float32)


def everything(talker: str) -> F32:
    """All prompts of one talker, one after the other."""
    return decoded(b"".join(path.read_bytes() for path in sorted(Path(PROMPTS / talker).glob("*.g722"))))
