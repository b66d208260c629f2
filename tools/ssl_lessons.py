"""Rooms, arrays, talkers and noises that the ears learn from: python -m tools.ssl_lessons --rooms N [--first K] --out FILE

Half of the rooms follow the near-wall recipe of the benchmark with other seeds, half are any room with the device anywhere. A third
has the device's own ring, the others rings of 4 to 8 microphones of 25 to 85 mm, rings that are not quite round, lines, and
cylinders. Microphones are not where the file says (1.5 % of the radius, 0.8 mm each), nor equally loud (0.7 dB). Every third room
has two talkers, every twelfth three: a direction is right when any of them is there. Noise is pink or one of the shipped kinds;
a fifth of the time nothing was heard before the speech, so that its noise must be guessed.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.ssl_rooms import CASES, Case, Heard, Listener, NearWallRoom, active_clip, arc, make_room, parts, sabine
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import KnownWall
from simulator.onboard.ssl import dictionary, geometry
from simulator.onboard.ssl.candidates import refined_deg
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.features import describe
from simulator.onboard.ssl.finders import candidates
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.hearing import quietest
from simulator.onboard.ssl.places import surroundings
from simulator.onboard.ssl.question import Question, question
from simulator.world.sound import kernels
from simulator.world.sound.voices import noise_clip

F32 = NDArray[np.float32]
FIRST_SEED = 100_000
RIGHT_WITHIN_DEG = 12.0
NOISES = ("fan", "kettle", "kitchen", "music", "television")
ROOMS_PER_ARRAY = 4
KEPT = ("rows", "right", "groups", "places", "offsets", "place_groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An array as its file says, and as it was really put together."""

    believed: ArrayFacts
    real: ArrayFacts
    gains: F32


def main() -> int:
    """Describe rooms and store them, a file for every few hundred, so that nothing is lost when it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0, help="number of the first room")
    parser.add_argument("--out", type=Path, required=True, help="folder of the described rooms")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    teacher = Teacher()
    for start in range(options.first, options.first + options.rooms, 100):
        path = options.out / f"rooms-{start:06d}.npz"
        if not path.is_file():
            lessons = [teacher.room(number) for number in range(start, start + 100)]
            np.savez_compressed(
                path, **{name: np.concatenate([lesson[k] for lesson in lessons]) for k, name in enumerate(KEPT)}
            )
            print(start + 100, flush=True, file=sys.stderr)
    return 0


class Teacher:
    """Draws rooms and describes what is heard in them."""

    def __init__(self) -> None:
        """Read speech and noises once."""
        self._clips = prompts("train")
        self._noises = [noise_clip(kind) for kind in NOISES]
        self._arrays: dict[int, tuple[Built, Listener, Dictionary]] = {}

    def room(self, number: int) -> tuple[NDArray[np.generic], ...]:
        """All rows of one room, in the order of KEPT."""
        rng = np.random.default_rng([number, 5])
        built, listener, plain = self._array(number // ROOMS_PER_ARRAY)
        talkers = 3 if number % 12 == 5 else 2 if number % 3 == 1 else 1
        near = number % 2 == 0
        front = geometry.line_deg(built.believed) is not None
        room = (
            make_room(FIRST_SEED + number // 2, talkers=min(talkers, 2))
            if near
            else anywhere(number, talkers=talkers, front=front)
        )
        cases: tuple[Case, ...] = tuple(rng.choice(CASES, 2, replace=False)) if near else ("facing", "turned")
        out: list[list[NDArray[np.generic]]] = [[] for _ in KEPT]
        for case in cases:
            seconds = float(rng.uniform(0.6, 1.0))
            heard = self._hear(room, case, listener, rng, seconds=seconds)
            noise, window = parts(heard, plain, seconds=seconds, gains=built.gains)
            if rng.uniform() < 0.2:
                noise = quietest(spectra(window, plain.bins))
            for asked in self._questions(
                room, near=near, built=built, plain=plain, noise=noise, window=window, rng=rng
            ):
                for kept, new in zip(out, described(asked, heard, number), strict=True):
                    kept.append(new)
        return tuple(np.concatenate(rows) for rows in out)

    def _array(self, number: int) -> tuple[Built, Listener, Dictionary]:
        if number not in self._arrays:
            built = build(number)
            plain = dictionary.build(built.believed, low_hz=500.0, high_hz=7000.0)
            self._arrays = {number: (built, Listener(built.real), plain)}
        return self._arrays[number]

    def _hear(
        self, room: NearWallRoom, case: Case, listener: Listener, rng: np.random.Generator, *, seconds: float
    ) -> Heard:
        """Let the talkers of a room speak, the second and third up to 5 dB louder or softer than the first."""
        speech = []
        for k in range(len(room.talkers_m)):
            clip = active_clip(self._clips[int(rng.integers(len(self._clips)))], seconds=seconds + 0.1)
            speech.append(np.asarray(clip * (1.0 if k == 0 else 10 ** (rng.uniform(-5, 5) / 20)), np.float32))
        noise, snr_db = None, None
        if rng.uniform() < 0.4:
            loop = self._noises[int(rng.integers(len(self._noises)))]
            noise = np.roll(np.resize(loop, len(loop) * 2), int(rng.integers(len(loop))))
            snr_db = float(rng.uniform(-3, 20))
        return listener.hear(room, case, tuple(speech), noise=noise, snr_db=snr_db)

    def _questions(
        self,
        room: NearWallRoom,
        *,
        near: bool,
        built: Built,
        plain: Dictionary,
        noise: Noise,
        window: F32,
        rng: np.random.Generator,
    ) -> list[Question]:
        """The same sound with and without a range of motion, and with walls known where there are any."""
        ranged = arc(room) if near else around(room, rng, front=geometry.line_deg(built.believed) is not None)
        if near and rng.uniform() < 0.25:  # customers do not set the range exactly along the walls
            low, high = ranged.min_deg + rng.uniform(-20, 10), ranged.max_deg + rng.uniform(-10, 20)
            ranged = RangeOfMotion(min_deg=low, max_deg=high)
        bare = gather(window, noise=noise, plain=plain, beside_walls=None)
        asked = [question(bare, range_of_motion=ranged, yaw_deg=0.0)]
        if geometry.line_deg(built.believed) is None:
            asked.append(question(bare, range_of_motion=None, yaw_deg=0.0))
        if near and rng.uniform() < 0.5:
            walls = tuple(
                KnownWall(azimuth_deg=a + rng.normal(0, 2), distance_m=max(0.05, d + rng.normal(0, 0.015)))
                for a, d in room.walls
            )
            walled = dictionary.with_walls(built.believed, plain, walls, yaw_deg=0.0)
            known = gather(window, noise=noise, plain=plain, beside_walls=walled)
            asked.append(question(known, range_of_motion=ranged if rng.uniform() < 0.5 else None, yaw_deg=0.0))
        return asked


def described(asked: Question, heard: Heard, number: int) -> tuple[NDArray[np.generic], ...]:
    """The candidates of a question: rows, whether each is a talker, and for the right ones how far the talker is from the step."""
    azimuths_deg = asked.evidence.plain.azimuths_deg
    score, found = candidates(asked)
    exact = [refined_deg(score, k, azimuths_deg) for k in found]
    right = np.zeros(len(found), np.int64)
    chosen: list[int] = []
    offsets: list[float] = []
    for talker_deg in heard.azimuths_deg:
        errors = [distance_deg(place, talker_deg) for place in exact]
        best = int(np.argmin(errors))
        if errors[best] <= RIGHT_WITHIN_DEG and not right[best]:
            right[best] = 1
            chosen.append(best)
            offsets.append(wrap_deg(talker_deg - float(azimuths_deg[found[best]])))
    places = surroundings(asked, found)[chosen]
    group = np.full(len(found), number)
    return describe(asked, found), right, group, places, np.array(offsets), np.full(len(chosen), number)


def build(number: int) -> Built:
    """Draw an array: what its file says, and where its microphones really are."""
    rng = np.random.default_rng([number, 7])
    response = "open ring"
    places = np.asarray(ArrayFacts().positions_m)
    kind = rng.uniform()
    if kind > 0.4:
        count = int(rng.integers(4, 9))
        radius = rng.uniform(0.025, 0.085)
        turn = 2 * math.pi * (np.arange(count) + rng.uniform()) / count
        places = np.stack([radius * np.cos(turn), radius * np.sin(turn), np.zeros(count)], axis=1)
        if kind > 0.92:  # a line along the wall, whose front is the open half of the room
            places = np.stack([np.linspace(radius, -radius, count) * 1.5, np.zeros(count), np.zeros(count)], axis=1)
        elif kind > 0.8:
            places[:, :2] += rng.normal(0, 0.012, (count, 2))
        elif kind > 0.75 and count < 8:
            places = np.vstack([places, np.zeros(3)])
    if kind < 0.75 and rng.uniform() < 0.15:
        response = "rigid cylinder"
    really = places * (1 + rng.normal(0, 0.015))
    really[:, :2] += rng.normal(0, 0.0008, (len(places), 2))
    facts = [
        ArrayFacts.model_validate({"positions_m": tuple(map(tuple, p.tolist())), "response": response})
        for p in (places, really)
    ]
    gains = (10 ** (rng.normal(0, 0.7, len(places)) / 20)).astype(np.float32)
    return Built(believed=facts[0], real=facts[1], gains=gains)


def anywhere(seed: int, *, talkers: int, front: bool) -> NearWallRoom:
    """Any room, the device anywhere in it and each surface of its own; `front`: nobody stands behind the device."""
    rng = np.random.default_rng([seed, 99])
    size = np.array([rng.uniform(3, 9), rng.uniform(2.8, 7), rng.uniform(2.3, 3.5)])
    mean = float(np.clip(sabine(size, float(rng.uniform(0.2, 1.0))), 0.05, 0.9))
    absorption = mean * rng.uniform(0.3, 1.7, (6, 1)) * np.linspace(1, rng.uniform(0.6, 1.8), kernels.BANDS)[None]
    device = np.array([rng.uniform(0.25, size[0] - 0.25), rng.uniform(0.25, 0.6 * size[1]), rng.uniform(0.5, 1.4)])
    places: list[NDArray[np.float64]] = []
    azimuths: list[float] = []
    while len(places) < talkers:
        place = np.array([rng.uniform(0.3, size[0] - 0.3), rng.uniform(0.3, size[1] - 0.3), rng.uniform(0.9, 1.8)])
        away = place - device
        azimuth = math.degrees(math.atan2(away[1], away[0]))
        apart = all(distance_deg(azimuth, other) >= 25 for other in azimuths)
        if 0.5 < math.hypot(*away[:2]) < 5 and apart and (not front or 5 < azimuth < 175):
            places.append(place)
            azimuths.append(azimuth)
    noise = device
    while math.hypot(*(noise - device)[:2]) < 0.6:
        noise = np.array([rng.uniform(0.3, size[0] - 0.3), rng.uniform(0.3, size[1] - 0.3), rng.uniform(0.5, 2)])
    return NearWallRoom(
        seed=seed,
        size_m=size,
        absorption=np.clip(absorption, 0.02, 0.95),
        device_m=device,
        talkers_m=tuple(places),
        facings_deg=tuple(a + 180 + rng.uniform(-180, 180) for a in azimuths),
        noise_m=noise,
        snr_db=float(rng.uniform(0, 25)),
        corner=False,
    )


def around(room: NearWallRoom, rng: np.random.Generator, *, front: bool) -> RangeOfMotion:
    """A range that has nothing to do with walls, but holds the talkers."""
    azimuths = [wrap_deg(room.azimuth_deg(place)) for place in room.talkers_m]
    low, high = min(azimuths) - rng.uniform(5, 120), max(azimuths) + rng.uniform(5, 120)
    ends = (0.0, 180.0) if front else (-179.0, 179.0)
    return RangeOfMotion(min_deg=max(low, ends[0]), max_deg=min(high, ends[1]))


if __name__ == "__main__":
    raise SystemExit(main())
